import assert from "node:assert/strict";
import { test } from "node:test";

import { load } from "./load.mjs";

const { valueAt, pointAt } = load(["points/places.js"], ["valueAt", "pointAt"]);

test("the ends of an axis are its limits, and a pointer beyond them stays on it", () => {
  assert.equal(valueAt(100, 100, 400, [-2, 6]), -2);
  assert.equal(valueAt(500, 100, 400, [-2, 6]), 6);
  assert.equal(valueAt(20, 100, 400, [-2, 6]), -2);
  assert.equal(valueAt(999, 100, 400, [-2, 6]), 6);
});

test("a number is as fine as a thousandth of its axis", () => {
  assert.equal(valueAt(1, 0, 3, [0, 1]), 0.333);
  assert.equal(valueAt(1, 0, 3, [0, 1000]), 333);
  assert.equal(valueAt(1, 0, 3, [0, 0.001]), 0.000333);
});

test("y grows upwards", () => {
  const box = { left: 10, top: 20, bottom: 220, width: 100, height: 200 };
  assert.deepEqual(pointAt({ clientX: 60, clientY: 20 }, box, [0, 1], [0, 4]), [0.5, 4]);
  assert.deepEqual(pointAt({ clientX: 10, clientY: 170 }, box, [0, 1], [0, 4]), [0, 1]);
});
