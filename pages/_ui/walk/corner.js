// The picture's corner: sizes, a matrix as it is stored, one sum term by term, or the library's values beside a loop's.

const LONG = 12; // letters of a name that takes room from the bars
const MANY = 8; // columns of the corner's small grids whose numbers do not fit a phone

class Corner {
  constructor(picture, words) {
    this.picture = picture;
    this.frame = picture.frame;
    this.words = words;
    this.root = make("div", "corner");
    this.title = make("div", "corner-title");
    this.root.append(this.title);
    this.panels = {};
  }

  update(n) {
    this.n = n;
    // What holds numbers of its own is built again when it is needed.
    for (const name of ["stored", "compare"]) {
      this.panels[name]?.remove();
      delete this.panels[name];
    }
  }

  show(scene, step, k) {
    const { face } = scene;
    say(this.title, plain(fill(step.corner || this.frame.about, this.picture.fieldsOf(scene.corner))));
    if (!this.panels[face]) this.root.append((this.panels[face] = this[face](step)));
    for (const [name, panel] of Object.entries(this.panels)) panel.classList.toggle("shown", name === face);
    if (face === "stored") this.drawStored(step, k, scene.target);
    else if (this.isAway) this.bringBack();
    if (face === "sum") this.drawSum(scene.corner, scene.hot);
    if (face === "compare") this.drawCompared(scene.corner);
  }

  // A table whose columns are the sizes: those in the middle column must match, and are summed over.
  shapes() {
    const { inner, sizes, matrices, upright } = this.frame;
    // A sample without a batch has no dim for it.
    const [rows, columns] = [matrices.result.rows, matrices.result.columns].map((names) => names[0] && names.length);
    const panel = make("div", "panel shapes");
    const lines = {
      left: [rows, inner, ""],
      top: ["", inner, columns],
      added: upright ? [rows, "", ""] : ["", "", columns],
      result: [rows, "", columns],
      beside: [rows, "", ""],
    };
    const line = (className, symbol, hue, cells) => {
      const written = make("p", `shape ${className}`);
      written.append(make("b", hue, symbol));
      const kinds = ["rows-size", "inner-size", "columns-size"];
      cells.forEach((size, place) => written.append(make("span", size === "" ? "" : kinds[place], size)));
      return written;
    };
    const names = ["rows", "inner", "columns"].map((name) => sizes[name].replace("_", "_\u200b"));
    panel.append(line("names-line", "", "", names));
    for (const m of this.picture.there)
      panel.append(line(`${m}-line`, matrices[m].symbol, matrices[m].hue, lines[m]));
    return panel;
  }

  // A matrix row by row as it lies in memory.
  stored({ place, transposes }) {
    const { rows, columns } = this.frame.matrices[place];
    const [downs, acrosses] = transposes ? [columns, rows] : [rows, columns];
    const [down, across] = [downs.length, acrosses.length];
    const panel = make("div", "panel stored");
    const grid = make("div", "memory");
    grid.ariaHidden = "true";
    const { text, level, hue } = this.n.matrices[place];
    this.memory = all(down * across).map((index) => {
      const [row, column] = [Math.floor(index / across), index % across];
      const cell = make("div", "cell");
      cell.drawn = transposes ? column * columns.length + row : index;
      cell.line = row;
      this.picture.write(cell, text[cell.drawn], level[cell.drawn]);
      return cell;
    });
    grid.style.setProperty("--columns", across);
    panel.style.setProperty("--lines", down);
    panel.classList.toggle("many", across > MANY);
    panel.classList.toggle("crowded", across > this.frame.inner);
    panel.classList.toggle("tiny", down > 1.7 * (this.frame.inner + 2));
    grid.style.setProperty("--hue", `var(--st-${hue}-color)`);
    grid.append(make("span"), ...acrosses.map((name) => make("span", "", name)));
    this.lines = downs.map((name) => make("span", "line-name", name));
    this.lines.forEach((line, row) => grid.append(line, ...this.memory.slice(row * across, (row + 1) * across)));
    panel.append(grid);
    return panel;
  }

  drawStored({ place, transposes }, k, target) {
    const lines = transposes ? this.frame.matrices[place].columns.length : 0;
    for (const cell of this.memory) {
      const drawn = this.picture.cells[place][cell.drawn];
      cell.classList.toggle("now", k < lines && cell.line === k - 1);
      cell.classList.toggle("lit", Boolean(target) && takesPart(target, place, drawn.place));
      drawn.classList.toggle("away", transposes && cell.line >= k);
    }
    this.lines.forEach(({ classList }, line) => {
      classList.toggle("lit", target?.[transposes ? "c" : "k"] === line || (k < lines && line === k - 1));
    });
    this.isAway = transposes;
  }

  bringBack() {
    for (const place of ["left", "top"]) for (const { classList } of this.picture.cells[place]) classList.remove("away");
    this.isAway = false;
  }

  // The latest line flies from where it is stored to where it is drawn.
  fly({ place }, line) {
    const cells = this.memory.filter((cell) => cell.line === line);
    const drawn = cells.map((cell) => this.picture.cells[place][cell.drawn]);
    const from = cells.map((cell) => cell.getBoundingClientRect());
    const to = drawn.map((cell) => cell.getBoundingClientRect());
    drawn.forEach((cell, i) => {
      const [start, end] = [from[i], to[i]];
      const move = `translate(${start.x - end.x}px, ${start.y - end.y}px)`;
      const size = `scale(${start.width / end.width}, ${start.height / end.height})`;
      const frames = [{ transform: `${move} ${size}`, zIndex: 3 }, { transform: "none", zIndex: 3 }];
      cell.animate(frames, { duration: 420, easing: "cubic-bezier(.3, 0, .2, 1)" });
    });
  }

  // One sum as a waterfall; its lines are level with the rows of the matrix above.
  sum() {
    const { inner } = this.frame;
    const parts = partsOf(this.frame);
    const panel = make("div", "panel sum");
    const { result, beside } = this.frame.matrices;
    for (const [name, matrix] of Object.entries({ result, beside: beside ?? result }))
      panel.style.setProperty(`--${name}`, `var(--st-${matrix.hue}-text-color)`);
    this.bars = all(parts + 1).map((part) => {
      const kind = part === parts ? "total" : part === inner ? "plus" : "product";
      const line = make("div", `term ${kind}`);
      line.append(make("span", "factors"), make("span", "track"), make("span", "amount"));
      line.children[1].append(make("i", "zero"), make("i", "bar"), make("i", "drop"));
      return line;
    });
    const last = { of: "result", r: this.frame.rows - 1, c: this.frame.columns - 1 };
    panel.classList.toggle("long", plain(this.picture.fieldsOf(last).name).length > LONG);
    const terms = make("div", "terms");
    terms.append(...this.bars.slice(0, inner));
    panel.append(terms, ...this.bars.slice(inner));
    return panel;
  }

  drawSum(corner, hot) {
    const { n, frame } = this;
    const { of, r, c, terms } = corner;
    const index = of === "beside" ? r : elementOf(frame, { r, c });
    const parts = of === "beside" ? frame.inner : partsOf(frame);
    const [numbers, first] = [n[of], index * (parts + 1)];
    const added = frame.upright ? r : c;
    this.colorTotal(n.matrices[of].hue);
    this.bars.forEach((line, part) => {
      const [factors, track, amount] = line.children;
      const total = part === this.bars.length - 1;
      const plus = !total && part === frame.inner;
      const shown = total ? terms >= parts : part < Math.min(terms, parts);
      line.classList.toggle("shown", shown);
      if (!shown && !line.shown) return;
      line.shown = shown;
      const [from, to] = total ? [first, first + parts] : [first + part, first + part + 1];
      const [start, end] = [total ? numbers.places[first] : numbers.places[from], numbers.places[to]];
      line.classList.toggle("now", Boolean(hot) && (plus ? hot.m === "added" : part === hot.k));
      line.classList.toggle("negative", end < start);
      if (total) line.style.setProperty("--total", `var(--${of})`);
      if (total) this.writeTotal(factors, plain(this.picture.fieldsOf(corner).name));
      else if (plus) say(factors, `+ ${frame.matrices.added.symbol}[${added}]`);
      else this.writeFactors(factors, corner, part);
      const product = numbers.terms[index * frame.inner + part];
      say(amount, total ? numbers.totals[index] : plus ? n.added_terms[added] : product);
      track.style.setProperty("--zero", numbers.places[first]);
      track.style.setProperty("--from", start);
      track.style.setProperty("--to", end);
    });
  }

  colorTotal(hue) {
    if (this.hue === hue) return;
    this.hue = hue;
    const line = this.bars.at(-1);
    line.className = `term total ${hue}`;
    line.style.setProperty("--hue", `var(--st-${hue}-color)`);
  }

  // A long name is cut before its index.
  writeTotal(element, name) {
    const index = name.indexOf("[");
    if (element.textContent !== name)
      element.replaceChildren(make("span", "base", name.slice(0, index)), name.slice(index));
  }

  // What is level with row k of the upper matrix: two numbers, or what this order multiplies.
  writeFactors(element, { of, by, r, c }, k) {
    const { left, top } = this.n.matrices;
    const number = { left: left.factor[r * this.frame.inner + k], top: top.factor[k * this.frame.columns + c] };
    const line = { left: `${left.symbol}[:, ${k}]`, top: `${top.symbol}[${k}, :]` };
    const words = {
      dot_products: `${number.left} × ${number.top}`,
      rows: `${number.left} × ${line.top}`,
      columns: `${line.left} × ${number.top}`,
      outer_products: `${line.left} ⊗ ${line.top}`,
    };
    const text = of === "beside" ? number.left : words[by];
    const name = top.rows[k];
    say(element, name === `${k}` ? text : `${name}  ${text}`);
  }

  // The library's value beside a loop's; the differences of all elements are there for who asks for details.
  compare() {
    const { n, words } = this;
    const panel = make("div", "panel compare");
    const { differences, unit } = n.result;
    const names = [words.loop, words.library, words.difference, ...(n.result.witness.length ? [words.witness] : [])];
    this.compared = names.map((name) => {
      const line = make("p", "line");
      line.append(make("span", "", name), make("span", "number"));
      panel.append(line);
      return line.lastChild;
    });
    const { nonfinite, cells } = n.result.match;
    let note = words.no_difference;
    if (unit) note = fill(words.differences, { library: words.library, unit });
    else if (nonfinite) note = fill(words.nonfinite, { count: nonfinite, cells });
    panel.append(make("p", nonfinite ? "note" : "note fine", note));
    this.differenceCells = unit || nonfinite ? differences.map((text) => make("div", `cell${text === "0" ? " same" : ""}`, text)) : [];
    if (this.differenceCells.length) {
      const grid = make("div", nonfinite ? "memory" : "memory fine");
      grid.style.setProperty("--columns", this.frame.columns);
      panel.style.setProperty("--lines", this.frame.rows);
      panel.classList.toggle("many", this.frame.columns > MANY);
      grid.append(...this.differenceCells);
      panel.append(grid);
    }
    return panel;
  }

  drawCompared({ of, r, c, hidden }) {
    const { n } = this;
    const index = of === "beside" ? r : elementOf(this.frame, { r, c });
    const { loops, differences, unit, witness } = n[of];
    const difference = differences[index] === "0" || !unit ? differences[index] : `${differences[index]} × ${unit}`;
    const numbers = [loops[index], n.matrices[of].full[index], difference, witness[index]];
    this.compared.forEach((line, place) => say(line, hidden ? "?" : numbers[place]));
    this.comparedCell?.classList.remove("hot");
    this.comparedCell = of === "beside" ? null : this.differenceCells[index];
    this.comparedCell?.classList.add("hot");
  }
}
