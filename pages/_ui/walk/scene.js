// What the picture shows at a moment, in indices only: r (row), k (inner), c (column); no elements here.

const WHOLE = Infinity; // terms of an element of the result: this many, or all of them and the library's own value
const NOTHING = -1;
const HIDDEN = -2; // nor what leads to it

const all = (count) => [...Array(count).keys()];

// How many terms an element of the result has: its products, and what is added.
const partsOf = (n) => n.inner + (n.matrices.added ? 1 : 0);

const elementOf = (n, { r, c }) => r * n.columns + c;

// The moments of filling the result. Each lights what pointing at one number would light: the orders differ in
// which. The element of the focus is already shown when elements are filled one by one.
function moments(order, n, focus) {
  const [rows, inner, columns] = [all(n.rows), all(n.inner), all(n.columns)];
  if (order === "rows") return rows.flatMap((r) => inner.map((k) => ({ r, k })));
  if (order === "columns") return columns.flatMap((c) => inner.map((k) => ({ c, k })));
  if (order === "outer_products") return inner.map((k) => ({ k }));
  const first = [focus.r, ...rows.filter((r) => r !== focus.r)];
  return first.flatMap((r) => columns.map((c) => ({ r, c }))).filter((at) => at.r !== focus.r || at.c !== focus.c);
}

// How many moments a step has; at the last one it is complete.
function countOf(step, n, focus) {
  if (step.kind === "each") return n.rows * n.columns;
  if (step.kind === "shapes") return n.matrices.added ? 3 : 2;
  if (step.kind === "stored") return step.transposes ? (step.place === "top" ? n.columns : n.inner) : 0;
  if (step.kind === "element" || step.kind === "sum") return n.inner;
  if (step.kind === "fill") return moments(step.order, n, focus).length;
  if (step.kind === "add") return n.matrices.added ? (n.upright ? n.columns : n.rows) : 0;
  return 0;
}

const agrees = (target, place) =>
  ["r", "k", "c"].every((axis) => target[axis] === undefined || place[axis] === undefined || target[axis] === place[axis]);

// Whether an element of matrix `m` takes part in what `target` is about.
function takesPart(target, m, place) {
  if (m === "beside" || target.m === "beside") {
    const meets = m === "beside" ? target.m === "beside" || target.m === "left" : m === "left";
    return meets && agrees(target, place);
  }
  if (m === "added" && target.m !== "added" && target.k !== undefined) return false;
  if (target.m === "added" && (m === "left" || m === "top")) return false;
  return agrees(target, place);
}

// Whether a step of a kind was made before, for the same product.
const wasMade = (kind, steps, step) =>
  steps.slice(0, step).some((one) => one.kind === kind && one.product === steps[step].product);

// How many terms each element of the result shows when a step begins: what was filled in stays.
function standing(steps, step, n, focus) {
  const { kind } = steps[step];
  const terms = Array(n.rows * n.columns).fill(NOTHING);
  const products = n.inner >= partsOf(n) ? WHOLE : n.inner;
  if (kind === "overview" || kind === "compare" || wasMade("add", steps, step)) return terms.fill(WHOLE);
  if (wasMade("fill", steps, step)) return terms.fill(products);
  if (wasMade("element", steps, step)) terms[elementOf(n, focus)] = products;
  return terms;
}

// Adds to `terms` what the first `k` moments of a step bring.
function bring(terms, step, k, n, focus) {
  const parts = partsOf(n);
  const raise = (index, count) => (terms[index] = Math.max(terms[index], count >= parts ? WHOLE : count));
  const cells = ({ r, c }) =>
    (r === undefined ? all(n.rows) : [r]).flatMap((row) =>
      (c === undefined ? all(n.columns) : [c]).map((column) => elementOf(n, { r: row, c: column })),
    );
  if (step.kind === "each") terms.fill(WHOLE, 0, k);
  if (step.kind === "element" && k > 0) raise(elementOf(n, focus), k);
  if (step.kind === "element" && step.whole && k >= n.inner) terms.fill(WHOLE);
  if (step.kind === "fill")
    for (const at of moments(step.order, n, focus).slice(0, k))
      for (const index of cells(at)) raise(index, at.k === undefined ? n.inner : at.k + 1);
  if (step.kind === "add")
    for (const line of all(k)) for (const index of cells(n.upright ? { c: line } : { r: line })) raise(index, parts);
}

// How many terms the vector beside shows.
function besideTerms(steps, step, k, n) {
  const { kind } = steps[step];
  if (kind === "overview" || kind === "compare" || wasMade("sum", steps, step)) return WHOLE;
  if (kind !== "sum" || k === 0) return NOTHING;
  return k >= n.inner ? WHOLE : k;
}

const FACES = { shapes: "shapes", stored: "stored", compare: "compare" };

// The scene of moment `k` of a step: what is highlighted, what the result shows, and what the corner shows: the sum
// of one element (`of`, r, c) as far as its first `terms`, with factors as the order of filling has them (`by`).
function sceneOf({ steps, step, k, n, focus, pinned, pointed, hidden = [] }) {
  const now = steps[step];
  const { kind } = now;
  const parts = partsOf(n);
  const terms = standing(steps, step, n, focus);
  bring(terms, now, k, n, focus);
  const scene = { target: pointed ?? null, hot: null, terms, beside: besideTerms(steps, step, k, n) };
  const corner = { of: "result", r: focus.r, c: focus.c, terms: n.inner, by: "dot_products" };
  scene.corner = corner;
  scene.face = FACES[kind] ?? "sum";
  const moving = k > 0 && k < countOf(now, n, focus);

  if (kind === "shapes" || kind === "stored") corner.terms = 0;
  if (kind === "stored" && moving && !pointed) corner.c = k - 1; // the column that comes
  if (kind === "overview" || kind === "compare") corner.terms = parts;
  if (kind === "overview") scene.target ??= { m: "result", ...focus };
  if (kind === "compare" || (kind === "stored" && !moving)) scene.target ??= pinned && { m: "result", ...pinned };
  if (kind === "element") {
    corner.terms = k;
    scene.target ??= { m: "result", ...focus };
    if (moving && !pointed) scene.hot = { ...focus, k: k - 1 };
  }
  if (kind === "fill" && moving && !pointed) {
    const at = moments(now.order, n, focus)[k - 1];
    Object.assign(corner, { r: at.r ?? focus.r, c: at.c ?? focus.c, by: now.order });
    if (at.k !== undefined) corner.terms = at.k + 1;
    scene.target = at;
    if (at.k !== undefined) scene.hot = at;
  }
  if (kind === "add" && n.matrices.added) {
    scene.target ??= { m: "added" };
    const line = { [n.upright ? "c" : "r"]: k - 1 };
    if (moving) scene.hot = { m: "added", ...line };
    if (moving && !pointed) Object.assign(corner, line); // the sum of the sample that the bias comes to
    corner.terms = terms[elementOf(n, corner)] === WHOLE ? parts : n.inner;
  }
  if (kind === "sum") {
    Object.assign(corner, { of: "beside", c: undefined, terms: k });
    scene.target ??= { m: "beside" };
    if (moving) scene.hot = { m: "beside", k: k - 1 };
  }
  if (kind === "each") {
    const at = moving && !pointed ? { r: Math.floor((k - 1) / n.columns), c: (k - 1) % n.columns } : focus;
    Object.assign(corner, at);
    scene.target ??= { m: "result", ...at };
  }
  if (n.elementwise && pointed) Object.assign(corner, { r: pointed.r, c: pointed.c });
  if (n.elementwise) corner.terms = terms[elementOf(n, corner)] === WHOLE ? WHOLE : 0;
  if (pointed?.m === "result" && !n.elementwise) {
    if (kind === "fill" && moving) corner.terms = Math.min(Math.max(terms[elementOf(n, pointed)], 0), n.inner);
    if (kind === "add") corner.terms = terms[elementOf(n, pointed)] === WHOLE ? parts : n.inner;
    if (kind === "sum") corner.terms = parts;
    Object.assign(corner, { of: "result", r: pointed.r, c: pointed.c, by: "dot_products" });
  }
  if (pointed?.m === "beside") {
    const known = scene.beside === WHOLE ? n.inner : Math.max(scene.beside, 0);
    Object.assign(corner, { of: "beside", r: pointed.r, c: undefined, terms: known, by: "dot_products" });
  }
  // What is added takes part from its own step on; pointing at it, or predicting, shows it earlier.
  const isAdded = ["overview", "add", "compare"].includes(kind) || wasMade("add", steps, step);
  scene.hiddenBeside = new Set();
  for (const { of, r, c } of hidden) {
    if (of === "result") terms[elementOf(n, { r, c })] = HIDDEN;
    else scene.hiddenBeside.add(r);
    if (corner.of === of && corner.r === r && (of === "beside" || corner.c === c)) Object.assign(corner, { hidden: true, terms: 0 });
  }
  scene.isAside = !isAdded && !corner.hidden && scene.target?.m !== "added";
  return scene;
}
