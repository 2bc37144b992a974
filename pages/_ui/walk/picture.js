// The elements of the picture: built once for each set of numbers, then only touched where something changes.

function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

// Writes only what is new: every write has the browser measure the text again.
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const fill = (template, fields) => template.replace(/\{(\w+)\}/g, (whole, name) => fields[name] ?? whole);

// Text with `:blue[x]` in it becomes text with coloured words in it.
function setRich(element, text) {
  const parts = text.split(/:(blue|violet|orange|green|gray)\[([^\]]*)\]/);
  element.replaceChildren(
    ...parts.flatMap((part, place) => {
      if (place % 3 === 0) return part ? [document.createTextNode(part)] : [];
      return place % 3 === 1 ? [make("b", part, parts[place + 1])] : [];
    }),
  );
}

// The tints of the colour scale as style rules of plain colours, which cost far less than one mixed per cell.
function tints(look, { blue, red, ground, dark }) {
  const most = dark ? 50 : 68; // per cent of hue in the strongest tint; text on it keeps a contrast of 4.5 : 1
  const mix = (level, share) =>
    `color-mix(in srgb, ${level < 0 ? red : blue} ${(Math.abs(level) / TINTS) * most * share}%, ${ground})`;
  const rules = [];
  for (let level = -TINTS; level <= TINTS; level += 1) {
    rules.push(`.l${level} { background: ${mix(level, 1)}; fill: ${mix(level, 1)} }`);
    rules.push(`.dim .grid .l${level}:not(.lit, .near) { background: ${mix(level, 0.4)} }`);
  }
  look.textContent = rules.join("\n");
}

// Gives a cell one of the tints.
function tint(element, level) {
  const name = `l${level}`;
  if (element.tint) element.classList.replace(element.tint, name);
  else element.classList.add(name);
  element.tint = name;
}

// A number's width in digits; a point is half as wide.
const breadth = (text) => text.length - (text.includes(".") ? 0.5 : 0);

const TINTS = 20;
const MANY = 8; // columns of the corner's small grids whose numbers do not fit a phone
const HUES = { x: "blue", w: "violet", b: "orange", y: "green" };

class Picture {
  constructor(root) {
    this.root = root;
    this.marked = { lit: new Set(), near: new Set(), hot: new Set() };
  }

  build(n, words) {
    const split = (text) => (text ? text.split(" ") : []);
    this.n = n;
    this.words = words;
    this.products = split(n.products);
    this.biasTerms = split(n.bias_terms);
    this.sums = split(n.sums);
    this.totals = split(n.totals);
    this.loops = split(n.loops);
    this.rounding = split(n.rounding);
    this.differences = split(n.differences);
    this.text = {};
    this.full = {};
    for (const m of "xwby") [this.text[m], this.full[m]] = [split(n[m].text), split(n[m].full)];
    for (const cells of Object.values(this.marked)) cells.clear();
    this.cells = { x: [], w: [], b: [], y: [] };

    // Which index runs down and which across: samples are rows of y, or its columns.
    this.upright = n.layout === "columns";
    const [samples, outputs] = [
      { name: "r", count: n.rows, labels: n.names, size: "batch" },
      { name: "o", count: n.outs, labels: all(n.outs), size: "outer" },
    ];
    [this.down, this.across] = this.upright ? [outputs, samples] : [samples, outputs];

    this.root.replaceChildren(this.corner(), this.top(), ...this.bias(), this.left(), ...this.out(), ...this.wires());
    const { style, classList } = this.root;
    const longest = Math.max(...Object.values(this.text).flat().concat(this.sums).map(breadth));
    const sizes = { "--k": n.ins, "--m": this.across.count, "--n": this.down.count, "--rows": n.rows, "--longest": longest };
    for (const [name, value] of Object.entries(sizes)) style.setProperty(name, value);
    const longestName = Math.max(...this.down.labels.map((label) => `${label}`.length));
    style.setProperty("--names", `${14 + 7 * longestName}px`);
    classList.toggle("upright", this.upright);
    classList.toggle("leftward", n.ins >= 8 && this.across.count <= 7);
    classList.toggle("compact", n.compact);
    classList.toggle("tall", n.ins + this.down.count > 28); // all rows, the caption and the controls on one screen
    classList.toggle("wide", n.ins + n.outs <= 7);
    classList.toggle("nobias", !n.b.text);
  }

  // A grid of cells; `at(row, column)` tells which number stands there.
  grid(m, rows, columns, at) {
    const { n } = this;
    const grid = make("div", `grid ${m}`);
    grid.setAttribute("role", "grid");
    grid.setAttribute("aria-label", { x: "x", w: "weight", b: "bias", y: "y" }[m]);
    grid.style.setProperty("--columns", columns);
    for (const row of all(rows)) {
      const line = make("div", "row");
      line.setAttribute("role", "row");
      for (const column of all(columns)) {
        const place = at(row, column);
        const cell = make("div", "cell", this.text[m][place.index]);
        cell.setAttribute("role", "gridcell");
        cell.tabIndex = row + column === 0 ? 0 : -1;
        tint(cell, this.n[m].level[place.index]);
        cell.title = this.full[m][place.index];
        const fields = { ...place, r: n.names[place.r] || place.r, value: this.full[m][place.index] };
        cell.ariaLabel = fill(this.words[`${m}_label`], fields);
        cell.place = { m, row, column, ...place };
        this.cells[m][place.index] = cell;
        line.append(cell);
      }
      grid.append(line);
    }
    return grid;
  }

  indices(className, names) {
    const strip = make("div", `indices ${className}`);
    strip.ariaHidden = "true";
    strip.append(...names.map((name) => make("span", "", name)));
    return strip;
  }

  head(m, indices) {
    const [head, line] = [make("div", "head"), make("div", "heading")];
    line.append(make("b", HUES[m], this.n.symbols[m]), make("span", "", this.words[`${m}_title`]));
    head.append(line, indices);
    return head;
  }

  // The matrix above y, one column for each column of y.
  top() {
    const { n, across } = this;
    const box = make("div", "top");
    const at = (i, c) => ({ i, [across.name]: c, index: c * n.ins + i });
    box.append(
      this.head(n.top, this.indices(`across ${across.size}`, across.labels)),
      this.indices("down inner", all(n.ins)),
      this.grid(n.top, n.ins, across.count, at),
    );
    return box;
  }

  // The matrix at the left of y, one row for each row of y.
  left() {
    const { n, down } = this;
    const box = make("div", "left");
    const at = (c, i) => ({ i, [down.name]: c, index: c * n.ins + i });
    box.append(
      this.head(n.top === "w" ? "x" : "w", this.indices("across inner", all(n.ins))),
      this.indices(`down ${down.size}`, down.labels),
      this.grid(n.top === "w" ? "x" : "w", down.count, n.ins, at),
    );
    return box;
  }

  bias() {
    const { n } = this;
    if (!n.b.text) return [];
    const grid = this.upright
      ? this.grid("b", n.outs, 1, (o) => ({ o, index: o }))
      : this.grid("b", 1, n.outs, (_, o) => ({ o, index: o }));
    return [grid, make("b", "tag b orange", "b")];
  }

  out() {
    const { n, down, across } = this;
    const at = (row, column) => {
      const place = { [down.name]: row, [across.name]: column };
      return { ...place, index: place.r * n.outs + place.o };
    };
    const grid = this.grid("y", down.count, across.count, at);
    this.shownTerms = Array(n.rows * n.outs).fill(WHOLE);
    return [grid, make("b", "tag y green", "y")];
  }

  wires() {
    return (this.wire = [make("div", "wire across"), make("div", "wire down")]);
  }

  corner() {
    this.title = make("div", "corner-title");
    this.panels = {};
    this.box = make("div", "corner");
    this.box.append(this.title);
    return this.box;
  }

  // Shows one of the corner's four faces; each is built when it is first asked for.
  face(name) {
    if (!this.panels[name]) this.box.append((this.panels[name] = this[name]()));
    for (const [other, panel] of Object.entries(this.panels)) panel.classList.toggle("shown", other === name);
  }

  // A table whose columns are the sizes: what stands in the middle column meets, and is gone below.
  shapes() {
    const { n } = this;
    const panel = make("div", "panel shapes");
    const table = [
      ["names", ...["batch_size", "in_features", "out_features"].map((name) => name.replace("_", "_\u200b"))],
      ["x", n.rows, n.ins, ""],
      ["w", "", n.ins, n.outs],
      ...(n.b.text ? [["b", "", "", n.outs]] : []),
      ["y", n.rows, "", n.outs],
    ];
    const lines = table.map(([m, ...sizes]) => {
      const line = make("p", `shape ${m}-line`);
      line.append(make("b", HUES[m] ?? "", n.symbols[m] ?? ""));
      sizes.forEach((size, place) => line.append(make("span", size === "" ? "" : ["batch", "inner", "outer"][place], size)));
      return line;
    });
    panel.append(...lines);
    return panel;
  }

  stored() {
    const { n, words } = this;
    const panel = make("div", "panel stored");
    const grid = make("div", "memory");
    grid.ariaHidden = "true";
    this.memory = this.text[n.top].map((text, index) => {
      const cell = make("div", "cell", text);
      tint(cell, n[n.top].level[index]);
      return cell;
    });
    // Row by row as it lies in memory; a kernel lies there as it is drawn.
    const kernel = n.layout === "kernel";
    const order = kernel ? all(n.ins).flatMap((i) => all(n.outs).map((o) => o * n.ins + i)) : all(this.memory.length);
    grid.style.setProperty("--columns", kernel ? n.outs : n.ins);
    panel.style.setProperty("--lines", kernel ? n.ins : this.across.count);
    panel.classList.toggle("many", (kernel ? n.outs : n.ins) > MANY);
    panel.classList.toggle("tiny", this.across.count > 1.7 * (n.ins + 2));
    grid.append(...order.map((index) => this.memory[index]));
    panel.append(grid, make("p", "", words.stored), make("p", "", words.read));
    return panel;
  }

  waterfall() {
    const { n } = this;
    const panel = make("div", "panel waterfall");
    this.bars = all(n.parts + 1).map((part) => {
      const kind = part === n.parts ? "total" : part === n.ins ? "bias" : "product";
      const line = make("div", `term ${kind}`);
      line.append(make("span", "factors"), make("span", "track"), make("span", "amount"));
      line.children[1].append(make("i", "zero"), make("i", "bar"), make("i", "drop"));
      return line;
    });
    const terms = make("div", "terms");
    terms.append(...this.bars.slice(0, n.ins));
    panel.append(terms, ...this.bars.slice(n.ins));
    return panel;
  }

  whole() {
    const { n, words } = this;
    const panel = make("div", "panel whole");
    this.compared = [words.loop, "F.linear", words.difference].map((name) => {
      const line = make("p");
      line.append(make("span", "", name), make("span", "number"));
      panel.append(line);
      return line.lastChild;
    });
    const { nonfinite, cells } = n.match;
    let note = words.no_difference;
    if (n.unit) note = fill(words.differences, { unit: n.unit });
    else if (nonfinite) note = fill(words.nonfinite, { count: nonfinite, cells });
    panel.append(make("p", "note", note));
    if (n.unit || nonfinite) {
      const grid = make("div", "memory");
      grid.style.setProperty("--columns", n.outs);
      panel.style.setProperty("--lines", n.rows);
      panel.classList.toggle("many", n.outs > MANY);
      this.differenceCells = this.differences.map((text) => make("div", `cell${text === "0" ? " same" : ""}`, text));
      grid.append(...this.differenceCells);
      panel.append(grid);
    } else this.differenceCells = [];
    return panel;
  }

  // Bring the elements to what `scene` says; touches only what differs.
  show(scene, step, k, pinned) {
    const { n, root } = this;
    for (const [name, value] of Object.entries({ step, part: k }))
      if (root.dataset[name] !== `${value}`) root.dataset[name] = value;
    root.classList.toggle("dim", Boolean(scene.target));
    this.mark("lit", scene.target);
    this.mark("near", scene.target?.m === "y" ? { m: "y", r: scene.target.r } : null, "y");
    this.mark("hot", scene.hot);
    this.fillY(scene, step, k);
    this.drawWires(step >= 3 ? scene.target : null);
    const pinnedCell = pinned ? this.cells.y[pinned.r * n.outs + pinned.o] : null;
    if (pinnedCell !== this.pinnedCell) {
      this.pinnedCell?.classList.remove("pinned");
      pinnedCell?.classList.add("pinned");
      this.pinnedCell = pinnedCell;
    }
    const panel = step === 1 ? "shapes" : step === 2 ? "stored" : step === 6 ? "whole" : "waterfall";
    this.face(panel);
    say(this.title, this.words[`corner_${{ shapes: 1, stored: 2, waterfall: 3, whole: 6 }[panel]}`]);
    if (panel === "stored") this.drawStored(k, scene.target);
    if (panel === "waterfall") this.drawWaterfall(scene.corner, scene.hot);
    if (panel === "whole") this.drawWhole(scene.corner.cell);
  }

  mark(className, target, matrices = "xwby") {
    const [marked, wanted] = [this.marked[className], new Set()];
    if (target)
      for (const m of matrices)
        for (const cell of this.cells[m]) if (takesPart(target, m, cell.place)) wanted.add(cell);
    for (const cell of marked) if (!wanted.has(cell)) (cell.classList.remove(className), marked.delete(cell));
    for (const cell of wanted) if (!marked.has(cell)) (cell.classList.add(className), marked.add(cell));
  }

  fillY(scene, step, k) {
    const { n } = this;
    scene.terms.forEach((terms, index) => {
      const cell = this.cells.y[index];
      const ghost = step === 4 && cell.place.r < scene.ghosts;
      const shown = ghost ? "ghost" : terms;
      if (this.shownTerms[index] === shown) return;
      this.shownTerms[index] = shown;
      const stop = index * (n.parts + 1) + terms;
      const [text, level] = ghost
        ? [`+${this.text.b[cell.place.o]}`.replace("+−", "−"), n.b.level[cell.place.o]]
        : terms === WHOLE
          ? [this.text.y[index], n.y.level[index]]
          : terms === NOTHING
            ? ["", 0]
            : [this.sums[stop], n.sum_levels[stop]];
      cell.textContent = text;
      tint(cell, level);
      cell.classList.toggle("ghost", ghost);
    });
  }

  drawWires(target) {
    const [across, down] = this.wire;
    const cell = target && target.r !== undefined && target.o !== undefined;
    across.classList.toggle("shown", Boolean(cell));
    down.classList.toggle("shown", Boolean(cell));
    if (!cell) return;
    across.style.setProperty("--at", target[this.down.name]);
    down.style.setProperty("--at", target[this.across.name]);
  }

  drawStored(k, target) {
    const { n, across } = this;
    const turning = n.layout !== "kernel";
    this.memory.forEach((cell, index) => {
      const above = this.cells[n.top][index];
      const column = above.place[across.name];
      cell.classList.toggle("now", turning && k < across.count && column === k - 1);
      cell.classList.toggle("hot", Boolean(target) && takesPart(target, n.top, above.place));
      above.classList.toggle("away", turning && column >= k);
    });
  }

  drawWaterfall({ cell: { r, o }, terms, by }, hot) {
    const { n } = this;
    const index = r * n.outs + o;
    const first = index * (n.parts + 1);
    this.bars.forEach((line, part) => {
      const [factors, track, amount] = line.children;
      const total = part === n.parts;
      const shown = total ? terms >= n.parts : part < terms;
      line.classList.toggle("shown", shown);
      line.classList.toggle("now", Boolean(hot) && !total && part === (hot.i ?? n.ins));
      const bias = part === n.ins;
      say(factors, total ? this.nameOf(r, o) : bias ? `+ b[${o}]` : this.factors(by, r, o, part));
      say(amount, total ? this.totals[index] : bias ? this.biasTerms[o] : this.products[index * n.ins + part]);
      track.style.setProperty("--zero", n.places[first]);
      track.style.setProperty("--from", n.places[total ? first : first + part]);
      track.style.setProperty("--to", n.places[total ? first + n.parts : first + part + 1]);
    });
  }

  nameOf(r, o) {
    const index = this.indexOf(r, o);
    return `y[${(this.upright ? index.reverse() : index).join(", ")}]`;
  }

  // The indices of a place in row r; a single sample has none of its own.
  indexOf(r, place) {
    return this.n.names[r] === "" ? [place] : [this.n.names[r], place];
  }

  // What stands at the height of row i of the upper matrix: two numbers, or what this view multiplies.
  factors(by, r, o, i) {
    const { n } = this;
    const upper = `${n.symbols[n.top]}[${i}, :]`;
    const lower = `${n.symbols[n.top === "w" ? "x" : "w"]}[:, ${i}]`;
    const number = { x: this.text.x[r * n.ins + i], w: this.text.w[o * n.ins + i] };
    const [first, second] = n.top === "w" ? [number.x, number.w] : [number.w, number.x];
    if (by === "outer_products") return `${lower} ⊗ ${upper}`;
    if (by === "rows") return n.top === "w" ? `${first} × ${upper}` : `${lower} × ${second}`;
    if (by === "columns") return n.top === "w" ? `${lower} × ${second}` : `${first} × ${upper}`;
    return `${first} × ${second}`;
  }

  drawWhole({ r, o }) {
    const index = r * this.n.outs + o;
    const unit = this.n.unit ? ` × ${this.n.unit}` : "";
    const difference = this.differences[index];
    [this.loops[index], this.full.y[index], difference === "0" ? "0" : difference + unit].forEach((text, place) => {
      say(this.compared[place], text);
    });
    this.comparedCell?.classList.remove("hot");
    this.comparedCell = this.differenceCells[index];
    this.comparedCell?.classList.add("hot");
  }

  // The numbers of a column of the upper matrix come from the row where they are stored.
  fly(column) {
    const { n } = this;
    const indices = all(n.ins).map((i) => column * n.ins + i);
    const from = indices.map((index) => this.memory[index].getBoundingClientRect());
    const to = indices.map((index) => this.cells[n.top][index].getBoundingClientRect());
    indices.forEach((index, i) => {
      const [start, end] = [from[i], to[i]];
      const move = `translate(${start.x - end.x}px, ${start.y - end.y}px)`;
      const size = `scale(${start.width / end.width}, ${start.height / end.height})`;
      const frames = [{ transform: `${move} ${size}`, zIndex: 3 }, { transform: "none", zIndex: 3 }];
      this.cells[n.top][index].animate(frames, { duration: 420, easing: "cubic-bezier(.3, 0, .2, 1)" });
    });
  }
}
