import assert from "node:assert/strict";
import { test } from "node:test";

import { load } from "./load.mjs";

const { sceneOf, countOf, takesPart, moments, WHOLE, NOTHING, HIDDEN } = load(
  ["walk/scene.js"],
  ["sceneOf", "countOf", "takesPart", "moments", "WHOLE", "NOTHING", "HIDDEN"],
);

const FORWARD = ["overview", "shapes", "stored", "element", "fill", "add", "compare"];
const ORDERS = ["dot_products", "rows", "columns", "outer_products"];
const focus = { r: 1, c: 2 };

function product({ rows = 2, inner = 3, columns = 4, added = true, beside = false, upright = false } = {}) {
  const matrices = { left: {}, top: {}, result: {}, ...(added && { added: {} }), ...(beside && { beside: {} }) };
  return { rows, inner, columns, upright, matrices };
}

function stepsOf(kinds, order = "dot_products") {
  return kinds.map((kind) => ({ kind, product: 0, order, place: "top", transposes: true }));
}

// Every moment of a walk, from its first step to its last.
function* walk(n, steps) {
  for (const step of steps.keys())
    for (let k = 0; k <= countOf(steps[step], n, focus); k += 1)
      yield { step, k, scene: sceneOf({ steps, step, k, n, focus, pinned: null, pointed: null }) };
}

for (const order of ORDERS)
  for (const upright of [false, true])
    for (const added of [false, true])
      test(`the result fills once and stays filled in: ${order}, upright ${upright}, bias ${added}`, () => {
        const n = product({ upright, added });
        const steps = stepsOf(FORWARD.slice(1), order);
        let before = Array(8).fill(NOTHING);
        for (const { scene } of walk(n, steps)) {
          scene.terms.forEach((terms, index) => assert.ok(terms >= before[index]));
          before = scene.terms;
        }
        assert.deepEqual(before, Array(8).fill(WHOLE));
      });

test("before its step no sum and no result is given away", () => {
  const n = product();
  for (const { step, scene } of walk(n, stepsOf(FORWARD.slice(1)))) {
    if (step <= 1) assert.deepEqual([scene.corner.terms, new Set(scene.terms)], [0, new Set([NOTHING])]);
    if (step <= 3) assert.ok(!scene.terms.includes(WHOLE) && scene.corner.terms <= n.inner);
  }
});

test("the bias is added once, to sums that did not have it, one sample after the other", () => {
  const n = product();
  const steps = stepsOf(FORWARD);
  const at = (k) => sceneOf({ steps, step: 5, k, n, focus, pinned: null, pointed: null });
  assert.deepEqual(at(0).terms, Array(8).fill(3));
  assert.deepEqual(at(1).terms, [WHOLE, WHOLE, WHOLE, WHOLE, 3, 3, 3, 3]);
  assert.deepEqual(at(1).hot, { m: "added", r: 0 });
  assert.deepEqual(at(2).terms, Array(8).fill(WHOLE));
  assert.deepEqual([at(0).corner.terms, at(2).corner.terms], [3, 4]);
});

test("while the bias comes to a sample, the sum beside it is of that sample", () => {
  const at = (k, n) => sceneOf({ steps: stepsOf(FORWARD), step: 5, k, n, focus, pinned: null, pointed: null }).corner;
  assert.deepEqual([at(1, product()).r, at(1, product()).c, at(1, product()).terms], [0, focus.c, 4]);
  assert.deepEqual([at(0, product()).r, at(2, product()).r], [focus.r, focus.r]);
  const upright = at(1, product({ upright: true }));
  assert.deepEqual([upright.r, upright.c, upright.terms], [focus.r, 0, 4]);
});

test("a transpose is about the column that comes, and at rest about the element that is held on to", () => {
  const at = (k, pinned = null) => sceneOf({ steps: stepsOf(FORWARD), step: 2, k, n: product(), focus, pinned, pointed: null });
  assert.deepEqual([at(1).corner.c, at(4).corner.c], [0, focus.c]);
  assert.deepEqual([at(1, focus).target, at(4).target, at(4, focus).target], [null, null, { m: "result", ...focus }]);
});

test("where samples are columns the bias is added column by column", () => {
  const n = product({ upright: true });
  const steps = stepsOf(FORWARD);
  const { terms } = sceneOf({ steps, step: 5, k: 1, n, focus, pinned: null, pointed: null });
  assert.deepEqual(terms, [WHOLE, 3, 3, 3, WHOLE, 3, 3, 3]);
});

test("without a bias the products alone are the result", () => {
  const n = product({ added: false });
  const steps = stepsOf(FORWARD);
  const { terms } = sceneOf({ steps, step: 3, k: 3, n, focus, pinned: null, pointed: null });
  assert.equal(terms[6], WHOLE);
  assert.equal(countOf(steps[5], n, focus), 0);
});

test("the overview shows everything and lights the element that the picture is about", () => {
  const { terms, target, corner } = sceneOf({ steps: stepsOf(FORWARD), step: 0, k: 0, n: product(), focus, pinned: null, pointed: null });
  assert.deepEqual(new Set(terms), new Set([WHOLE]));
  assert.deepEqual(target, { m: "result", ...focus });
  assert.equal(corner.terms, 4);
});

test("each order has its moments", () => {
  const n = product();
  assert.deepEqual(ORDERS.map((order) => moments(order, n, focus).length), [7, 6, 12, 3]);
  assert.deepEqual(moments("dot_products", n, focus).slice(0, 2), [{ r: 1, c: 0 }, { r: 1, c: 1 }]);
});

test("pointing at another element while one is explained shows as many terms of it", () => {
  const pointed = { m: "result", r: 0, c: 0 };
  const { corner, target } = sceneOf({ steps: stepsOf(FORWARD), step: 3, k: 3, n: product(), focus, pinned: null, pointed });
  assert.deepEqual([corner.r, corner.c, corner.terms], [0, 0, 3]);
  assert.equal(target, pointed);
});

test("an element of the result lights its row, its column, and what is added to it", () => {
  const target = { m: "result", r: 1, c: 2 };
  const lit = (m, place) => takesPart(target, m, place);
  assert.deepEqual([lit("left", { r: 1, k: 0 }), lit("left", { r: 0, k: 0 })], [true, false]);
  assert.deepEqual([lit("top", { k: 0, c: 2 }), lit("top", { k: 0, c: 1 })], [true, false]);
  assert.deepEqual([lit("added", { c: 2 }), lit("added", { c: 1 })], [true, false]);
});

test("a number of the left matrix takes part in its row of the result, and not in what is added", () => {
  const target = { m: "left", r: 1, k: 2 };
  assert.ok(takesPart(target, "result", { r: 1, c: 3 }));
  assert.ok(takesPart(target, "top", { k: 2, c: 0 }));
  assert.ok(!takesPart(target, "added", { c: 0 }));
});

test("what is added takes part in all of the result, and in no product", () => {
  const target = { m: "added" };
  assert.ok(takesPart(target, "result", { r: 0, c: 0 }) && takesPart(target, "added", { c: 3 }));
  assert.ok(!takesPart(target, "left", { r: 0, k: 0 }) && !takesPart(target, "top", { k: 0, c: 0 }));
});

test("the vector beside is the sum of the rows at the left: lit by them, and filled column by column", () => {
  const n = product({ added: false, beside: true });
  const steps = stepsOf(["element", "fill", "sum", "compare"]);
  const at = (k) => sceneOf({ steps, step: 2, k, n, focus, pinned: null, pointed: null });
  assert.deepEqual([at(0).beside, at(2).beside, at(3).beside], [NOTHING, 2, WHOLE]);
  assert.deepEqual(at(2).hot, { m: "beside", k: 1 });
  assert.ok(takesPart(at(2).hot, "left", { r: 0, k: 1 }) && !takesPart(at(2).hot, "left", { r: 0, k: 0 }));
  assert.deepEqual(at(2).corner, { of: "beside", r: 1, c: undefined, terms: 2, by: "dot_products" });
  assert.equal(sceneOf({ steps, step: 1, k: 0, n, focus, pinned: null, pointed: null }).beside, NOTHING);
  assert.ok(takesPart({ m: "left", r: 0, k: 0 }, "beside", { r: 0 }));
  assert.ok(!takesPart({ m: "result", r: 0, c: 0 }, "beside", { r: 0 }));
});

test("a step of another product begins empty", () => {
  const steps = stepsOf(["element", "fill", "element"]);
  steps[2].product = 1;
  const { terms } = sceneOf({ steps, step: 2, k: 0, n: product({ added: false }), focus, pinned: null, pointed: null });
  assert.deepEqual(new Set(terms), new Set([NOTHING]));
});

test("element by element, a result of two matrices comes one after the other", () => {
  const n = { rows: 2, inner: 1, columns: 3, elementwise: true, matrices: { left: {}, right: {}, result: {} } };
  const steps = stepsOf(["each"]);
  const at = (k, pointed = null) => sceneOf({ steps, step: 0, k, n, focus: { r: 1, c: 1 }, pinned: null, pointed });
  assert.equal(countOf(steps[0], n, focus), 6);
  assert.deepEqual(at(0).terms, Array(6).fill(NOTHING));
  assert.deepEqual(at(4).terms, [WHOLE, WHOLE, WHOLE, WHOLE, NOTHING, NOTHING]);
  assert.deepEqual(at(4).target, { m: "result", r: 1, c: 0 });
  assert.equal(at(4).corner.terms, WHOLE);
  assert.deepEqual(at(6).target, { m: "result", r: 1, c: 1 });
  const pointed = at(6, { m: "left", r: 0, c: 2, index: 2 });
  assert.deepEqual([pointed.corner.r, pointed.corner.c], [0, 2]);
  for (const m of ["left", "right", "result"]) assert.ok(takesPart({ m: "result", r: 0, c: 2 }, m, { r: 0, c: 2 }));
  assert.ok(!takesPart({ m: "result", r: 0, c: 2 }, "right", { r: 0, c: 1 }));
});

test("the other elements come with the last product of one, where the step says so", () => {
  const n = product({ added: false });
  const steps = stepsOf(["element"]).map((step) => ({ ...step, whole: true }));
  const at = (k) => sceneOf({ steps, step: 0, k, n, focus, pinned: null, pointed: null }).terms;
  assert.ok(!at(2).includes(WHOLE));
  assert.deepEqual(at(3), Array(8).fill(WHOLE));
});

test("what is to be predicted is shown at no moment, nor what leads to it", () => {
  const n = product({ added: false, beside: true });
  const steps = stepsOf(["overview", "element", "fill", "sum", "compare"]);
  const hidden = [
    { of: "result", ...focus },
    { of: "beside", r: 1, c: 0 },
  ];
  for (const { step, k } of walk(n, steps))
    for (const pointed of [null, { m: "result", ...focus }, { m: "beside", r: 1 }]) {
      const scene = sceneOf({ steps, step, k, n, focus, pinned: null, pointed, hidden });
      assert.equal(scene.terms[6], HIDDEN);
      assert.ok(scene.hiddenBeside.has(1) && !scene.hiddenBeside.has(0));
      const { of, r, c, terms } = scene.corner;
      if (r === 1 && (of === "beside" || c === 2)) assert.deepEqual([scene.corner.hidden, terms], [true, 0]);
    }
});

test("the bias takes part from its own step on, or when it is pointed at or part of a prediction", () => {
  const n = product();
  const steps = stepsOf(FORWARD);
  const aside = (step, more = {}) => sceneOf({ steps, step, k: 1, n, focus, pinned: null, pointed: null, ...more }).isAside;
  assert.deepEqual([...steps.keys()].map((step) => aside(step)), [false, true, true, true, true, false, false]);
  assert.equal(aside(3, { pointed: { m: "added", c: 2 } }), false);
  assert.equal(aside(3, { hidden: [{ of: "result", ...focus }] }), false);
});
