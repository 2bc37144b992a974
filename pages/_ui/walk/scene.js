// What the picture shows at a moment, in indices only: r (row), i (feature), o (output); no elements here.

const WHOLE = Infinity; // terms of a cell of y: this many, or all of them and PyTorch's own value
const NOTHING = -1;

const all = (count) => [...Array(count).keys()];

// The moments of step 5. Each lights what pointing at one number would light: the four views differ in which.
function moments(view, n, focus) {
  const [rows, outs, ins] = [all(n.rows), all(n.outs), all(n.ins)];
  if (view === "rows") return rows.flatMap((r) => ins.map((i) => ({ r, i })));
  if (view === "columns") return outs.flatMap((o) => ins.map((i) => ({ o, i })));
  if (view === "outer_products") return ins.map((i) => ({ i }));
  const order = [focus.r, ...rows.filter((r) => r !== focus.r)];
  const cells = order.flatMap((r) => outs.map((o) => ({ r, o })));
  return [focus, ...cells.filter((at) => at.r !== focus.r || at.o !== focus.o)];
}

// How many sub-steps a step has; at the last one it is complete.
function countOf(step, n, view, focus) {
  const bias = n.b.text ? 1 : 0;
  const turned = n.layout === "kernel" ? 0 : n[n.top === "w" ? "outs" : "rows"];
  return [0, 2 + bias, turned, n.ins + bias, bias * n.rows, moments(view, n, focus).length, 1][step];
}

const matches = (wanted, index) => wanted === undefined || wanted === index;

// Whether a cell of matrix `m` takes part in what `target` is about.
function takesPart(target, m, { r, i, o }) {
  if (m === "y") return matches(target.r, r) && matches(target.o, o);
  if (m === "b") return target.m === "b" || target.i === undefined ? matches(target.o, o) : false;
  if (target.m === "b") return false;
  return m === "x" ? matches(target.r, r) && matches(target.i, i) : matches(target.o, o) && matches(target.i, i);
}

// How many terms each cell of y shows while step 5 fills it.
function filled(list, k, n) {
  const terms = Array(n.rows * n.outs).fill(NOTHING);
  for (const { r, i, o } of list.slice(0, k)) {
    const shown = i === undefined || i === n.ins - 1 ? WHOLE : i + 1;
    for (const row of r === undefined ? all(n.rows) : [r])
      for (const out of o === undefined ? all(n.outs) : [o]) terms[row * n.outs + out] = shown;
  }
  return terms;
}

// The scene of sub-step `k` of `step`: what is lit, what y shows, what stands in the corner.
function sceneOf({ step, k, n, view, focus, pinned, pointed }) {
  const count = countOf(step, n, view, focus);
  const cells = n.rows * n.outs;
  const scene = { target: pointed ?? null, hot: null, terms: Array(cells).fill(WHOLE), ghosts: 0 };
  scene.corner = { cell: focus, terms: n.parts, by: "cell" };
  if (step <= 2) scene.terms.fill(NOTHING);
  if (step === 3) {
    scene.target ??= focus;
    if (k < count && !pointed) {
      scene.corner.terms = k;
      scene.terms[focus.r * n.outs + focus.o] = k;
      if (k > 0) scene.hot = k > n.ins ? { m: "b", o: focus.o } : { ...focus, i: k - 1 };
    }
  }
  if (step === 4 && n.b.text) {
    scene.ghosts = k;
    scene.target ??= { m: "b" };
    scene.hot = { m: "b", o: focus.o };
  }
  if (step === 5 && k < count) {
    const list = moments(view, n, focus);
    scene.terms = filled(list, k, n);
    if (k > 0 && !pointed) {
      const now = list[k - 1];
      scene.target = now;
      scene.corner.cell = { r: now.r ?? focus.r, o: now.o ?? focus.o };
      scene.corner.by = view;
      if (now.i !== undefined) scene.corner.terms = now.i === n.ins - 1 ? n.parts : now.i + 1;
      if (now.i !== undefined) scene.hot = now;
    }
  }
  if (step === 6) scene.target ??= pinned;
  if (pointed?.m === "y") scene.corner.cell = pointed;
  return scene;
}
