// The elements of one product: built once for each shape, then only touched where something changes. A picture that
// waits for its step has its size, but no cells: they come with its first numbers.

const PLACES = ["left", "right", "top", "added", "result", "beside"];
const SUMS = ["terms", "sums", "totals", "loops", "rounding", "differences", "witness"];

class Picture {
  constructor(root) {
    this.root = root;
    this.marked = { lit: new Set(), near: new Set(), hot: new Set() };
  }

  // Builds everything that is drawn; `frame` is the product without its numbers.
  build(frame, words) {
    this.frame = frame;
    this.words = words;
    this.there = PLACES.filter((m) => frame.matrices[m]);
    for (const cells of Object.values(this.marked)) cells.clear();
    this.cells = null;
    this.grids = {};
    this.pinnedCell = null;
    this.corner = new Corner(this, words);
    if (frame.elementwise) this.root.replaceChildren(...this.sideBySide());
    else {
      const parts = [this.corner.root, this.top(), ...this.added(), this.left(), ...this.result(), ...this.beside()];
      this.root.replaceChildren(...parts, ...this.wires());
    }
    const { rows, inner, columns, upright } = frame;
    const { style, classList } = this.root;
    for (const [name, size] of Object.entries({ "--k": inner, "--m": columns, "--n": rows })) style.setProperty(name, size);
    const longestName = Math.max(...frame.matrices.left.rows.map((name) => name.length));
    style.setProperty("--names", `${14 + 7 * longestName}px`);
    classList.toggle("upright", upright);
    classList.toggle("compact", frame.compact);
    classList.toggle("leftward", inner >= 8 && columns <= 7);
    classList.toggle("few", inner <= 2);
    classList.toggle("broad", columns > 5);
    classList.toggle("wraps", columns > 8);
    classList.toggle("paired", Boolean(frame.matrices.beside));
    classList.toggle("slim", inner <= 5); // narrow enough to stay visible on a phone
    classList.toggle("tall", inner + rows > 20);
    classList.toggle("wide", inner + columns <= 7);
    classList.toggle("plain", !frame.matrices.added);
    classList.toggle("elementwise", Boolean(frame.elementwise));
  }

  // Shows other numbers in the existing elements.
  update(numbers) {
    this.cells ??= this.populate();
    const n = { ...this.frame, ...numbers, matrices: {} };
    for (const m of this.there) n.matrices[m] = { ...this.frame.matrices[m], ...numbers.matrices[m] };
    this.n = n;
    for (const m of this.there)
      for (const part of ["text", "factor", "full"]) n.matrices[m][part] = split(n.matrices[m][part]);
    for (const of of ["result", "beside"])
      if (n[of]) n[of] = { ...n[of], ...Object.fromEntries(SUMS.map((part) => [part, split(n[of][part])])) };
    for (const part of ["added_terms", "differences"]) n[part] = split(n[part]);
    for (const m of this.there) this.cells[m].forEach((cell) => this.number(cell));
    this.shown = { result: [], beside: [] };
    const longest = Math.max(...this.there.flatMap((m) => n.matrices[m].text).concat(n.result.sums).map(breadth));
    this.root.style.setProperty("--longest", longest);
    this.corner.update(n);
    if (n.elementwise) setRich(this.note, n.note);
  }

  // Writes a cell's own number.
  number(cell) {
    const { m, index, row, column } = cell.place;
    const matrix = this.n.matrices[m];
    const value = matrix.full[index];
    if (m !== "result" && m !== "beside") this.write(cell, matrix.text[index], matrix.level[index]);
    if (cell.title === value) return;
    cell.title = value;
    cell.ariaLabel = fill(matrix.label, { row: matrix.rows[row], column: matrix.columns[column], value });
  }

  write(cell, text, level) {
    say(cell, text);
    tint(cell, level);
  }

  // A grid without its cells; `at(row, column)` tells which indices meet there.
  grid(m, at) {
    const { key, hue, editable, rows, columns } = this.frame.matrices[m];
    const grid = make("div", `grid ${m} ${key}${editable ? " editable" : ""}`);
    grid.setAttribute("role", "grid");
    grid.ariaLabel = key;
    grid.style.setProperty("--rows", rows.length);
    grid.style.setProperty("--columns", columns.length);
    grid.style.setProperty("--hue", `var(--st-${hue}-color)`);
    this.grids[m] = { grid, at };
    return grid;
  }

  // The cells of all grids, by their matrices, row by row.
  populate() {
    const cells = {};
    for (const [m, { grid, at }] of Object.entries(this.grids)) {
      const { rows, columns } = this.frame.matrices[m];
      const line = make("div", "row");
      line.setAttribute("role", "row");
      for (const _ of columns) line.append(make("div", "cell"));
      for (const cell of line.children) {
        cell.setAttribute("role", "gridcell");
        cell.tabIndex = -1;
      }
      const lines = rows.map(() => line.cloneNode(true)); // faster than making each
      cells[m] = lines.flatMap(({ children }, row) =>
        [...children].map((cell, column) => {
          cell.place = { m, row, column, index: row * columns.length + column, ...at(row, column) };
          return cell;
        }),
      );
      cells[m][0].tabIndex = 0;
      grid.replaceChildren(...lines);
    }
    return cells;
  }

  indices(className, names) {
    const strip = make("div", `indices ${className}`);
    strip.ariaHidden = "true";
    strip.append(...names.map((name) => make("span", "", name)));
    return strip;
  }

  heading(m) {
    const { symbol, hue, title } = this.frame.matrices[m];
    const line = make("div", "heading");
    line.append(make("b", hue, symbol), make("span", "", title));
    return line;
  }

  head(m, indices) {
    const head = make("div", "head");
    head.append(this.heading(m), indices);
    return head;
  }

  // The matrix above the result, one column for each of its columns.
  top() {
    const { rows, columns } = this.frame.matrices.top;
    const box = make("div", "above");
    const head = this.head("top", this.indices("across columns-size", columns));
    box.append(head, this.indices("down inner-size", rows), this.grid("top", (k, c) => ({ k, c })));
    return box;
  }

  // The matrix on the left of the result, one row for each of its rows.
  left() {
    const { rows, columns } = this.frame.matrices.left;
    const box = make("div", "before");
    const head = this.head("left", this.indices("across inner-size", columns));
    box.append(head, this.indices("down rows-size", rows), this.grid("left", (r, k) => ({ r, k })));
    return box;
  }

  // What is added to each line of the result, with its letter.
  added() {
    const { matrices, upright } = this.frame;
    if (!matrices.added) return [];
    const grid = this.grid("added", (row, column) => (upright ? { r: row } : { c: column }));
    return [grid, make("b", `tag added ${matrices.added.hue}`, matrices.added.symbol)];
  }

  // Three matrices of one shape beside each other, and what their elements together make.
  sideBySide() {
    this.note = make("p", "note");
    const boxes = ["left", "right", "result"].map((m) => {
      const { rows, columns } = this.frame.matrices[m];
      const box = make("div", "side");
      const head = this.head(m, this.indices("across columns-size", columns));
      box.append(head, this.indices("down rows-size", rows), this.grid(m, (r, c) => ({ r, c })));
      return box;
    });
    return [...boxes, this.note];
  }

  result() {
    const { symbol, hue, title } = this.frame.matrices.result;
    const grid = this.grid("result", (r, c) => ({ r, c }));
    if (!title) return [grid, make("b", `tag result ${hue}`, symbol)];
    const line = this.heading("result");
    line.classList.add("over", "result");
    return [grid, line];
  }

  beside() {
    if (!this.frame.matrices.beside) return [];
    const line = this.heading("beside");
    line.classList.add("over", "beside");
    return [this.grid("beside", (r) => ({ r })), line];
  }

  wires() {
    const { left, top } = this.frame.matrices;
    return (this.wire = ["across", "down"].map((way, place) => {
      const wire = make("div", `wire ${way}`);
      wire.style.setProperty("--hue", `var(--st-${[left, top][place].hue}-color)`);
      return wire;
    }));
  }

  // Draws what `scene` says; touches only what differs.
  show(scene, step, k, pinned) {
    const { root, frame } = this;
    for (const [name, value] of Object.entries({ kind: step.kind, part: k }))
      if (root.dataset[name] !== `${value}`) root.dataset[name] = value;
    root.classList.toggle("dim", Boolean(scene.target));
    this.mark("lit", scene.target, scene.isAside ? this.there.filter((m) => m !== "added") : this.there);
    this.mark("near", scene.target?.m === "result" ? { m: "result", r: scene.target.r } : null, ["result"]);
    this.mark("hot", scene.hot);
    scene.terms.forEach((terms, index) => this.fillIn("result", index, terms, partsOf(frame)));
    if (frame.matrices.beside)
      for (const r of all(frame.rows)) this.fillIn("beside", r, scene.hiddenBeside.has(r) ? HIDDEN : scene.beside, frame.inner);
    if (!frame.elementwise) this.drawWires(step.kind === "shapes" || step.kind === "stored" ? null : scene.target);
    const pinnedCell = pinned ? this.cells.result[elementOf(frame, pinned)] : null;
    if (pinnedCell !== this.pinnedCell) {
      this.pinnedCell?.classList.remove("pinned");
      pinnedCell?.classList.add("pinned");
      this.pinnedCell = pinnedCell;
    }
    if (!frame.elementwise) this.corner.show(scene, step, k);
  }

  mark(className, target, places = this.there) {
    const [marked, wanted] = [this.marked[className], new Set()];
    if (target)
      for (const m of places) for (const cell of this.cells[m]) if (takesPart(target, m, cell.place)) wanted.add(cell);
    for (const cell of marked) if (!wanted.has(cell)) (cell.classList.remove(className), marked.delete(cell));
    for (const cell of wanted) if (!marked.has(cell)) (cell.classList.add(className), marked.add(cell));
  }

  // A cell of the result or beside it: empty, the sum so far, or the library's own value.
  fillIn(of, index, terms, parts) {
    if (this.shown[of][index] === terms) return;
    this.shown[of][index] = terms;
    const { n } = this;
    const stop = index * (parts + 1) + terms;
    const { text, level } = n.matrices[of];
    const cell = this.cells[of][index];
    cell.classList.toggle("asked", terms === HIDDEN);
    if (terms === HIDDEN) cell.title = cell.ariaLabel = "?";
    else this.number(cell);
    const [words, tone] =
      terms === HIDDEN ? ["?", 0] : terms === WHOLE ? [text[index], level[index]] : terms === NOTHING ? ["", 0] : [n[of].sums[stop], n[of].sum_levels[stop]];
    this.write(cell, words, tone);
    cell.classList.toggle("empty", terms === NOTHING);
  }

  drawWires(target) {
    const [across, down] = this.wire;
    const element = target && target.r !== undefined && target.c !== undefined && target.k === undefined;
    across.classList.toggle("shown", Boolean(element));
    down.classList.toggle("shown", Boolean(element));
    if (!element) return;
    across.style.setProperty("--at", target.r);
    down.style.setProperty("--at", target.c);
  }

  // What the formula calls an element.
  nameOf(m, { row, column }) {
    const { name, rows, columns } = this.frame.matrices[m];
    return fill(name, { row: rows[row], column: columns[column] });
  }

  // What a text says of an element: its name, its row at the left, and its column above.
  fieldsOf({ of, r, c }) {
    const { left, top } = this.frame.matrices;
    const name = this.nameOf(of, { row: r, column: of === "beside" ? 0 : c });
    return { name, row: left.rows[r], column: top.columns[c] };
  }
}
