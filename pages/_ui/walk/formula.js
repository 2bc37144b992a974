// The line under the picture: a sum with its numbers, in which terms that are still to come are dimmed.

class Formula {
  constructor(root) {
    this.root = root;
  }

  // Writes one element of the result or beside it; whether its value is known.
  sum(picture, corner) {
    const { of, r, c, terms } = corner;
    const { n } = picture;
    if (corner.hidden) return this.asked(picture, corner);
    if (n.elementwise) return this.elementwise(picture, corner);
    const { left, top, added } = n.matrices;
    const beside = of === "beside";
    const index = beside ? r : elementOf(n, { r, c });
    const products = all(n.inner).map((k) => {
      const first = [left.hue, left.factor[r * n.inner + k]];
      return beside ? [first] : [first, [top.hue, top.factor[k * n.columns + c]]];
    });
    if (added && !beside) products.push([[added.hue, added.factor[n.upright ? r : c]]]);
    const parts = products.length;
    this.shape(products);
    setRich(this.name, picture.nameOf(of, { row: r, column: beside ? 0 : c }));
    products.flat().forEach(([, text], place) => (this.places[place].data = text));
    this.terms.forEach((term, place) => term.classList.toggle("coming", place >= terms));
    const known = terms >= parts;
    const sum = n[of].sums[index * (parts + 1) + terms];
    this.value.className = n.matrices[of].hue;
    // The line has terms still to come: what is shown at its end is not their sum yet.
    say(this.equals, known ? " = " : `  ${picture.words.so_far} `);
    say(this.value, known ? n[of].totals[index] : terms > 0 ? sum : "…");
    return known;
  }

  // A column of what is drawn as a transpose, and the row that it is stored as.
  line(picture, { c }) {
    setRich(this.root, fill(picture.words.line, { line: picture.frame.matrices.top.columns[c] }));
  }

  // An element that is to be predicted.
  asked(picture, { of, r, c }) {
    setRich(this.root, `${picture.nameOf(of, { row: r, column: c ?? 0 })} = ?`);
    return false;
  }

  // An element that follows from two others at its place.
  elementwise(picture, { r, c, terms }) {
    const { n } = picture;
    const index = elementOf(n, { r, c });
    const signed = (text) => (text.startsWith("−") ? `(${text})` : text);
    const number = (m) => `:${n.matrices[m].hue}[${signed(n.matrices[m].text[index])}]`;
    const known = terms === WHOLE;
    const value = known ? `:${n.matrices.result.hue}[${n.matrices.result.full[index]}]` : "…";
    const fields = { left: number("left"), right: number("right"), difference: n.differences[index] };
    const rule = fill(n.rule, fields);
    setRich(this.root, `${picture.nameOf("result", { row: r, column: c })} = ${rule} = ${value}`);
    return known;
  }

  // The elements of a sum are kept as long as it has the same terms.
  shape(products) {
    const shape = JSON.stringify(products.map((factors) => factors.map(([hue]) => hue)));
    if (this.shaped !== shape || this.root.firstChild !== this.name) {
      this.shaped = shape;
      this.places = [];
      this.name = make("span");
      this.equals = make("span");
      this.value = make("b");
      this.terms = products.map((factors, place) => {
        const term = make("span", "summand", place ? " + " : " = ");
        factors.forEach(([hue], order) => {
          const number = make("b", hue, " ");
          this.places.push(number.firstChild);
          term.append(order ? " × " : "", number);
        });
        return term;
      });
      this.root.replaceChildren(this.name, ...this.terms, this.equals, this.value);
    }
  }

  // Writes one number that takes part in sums, and in which.
  element(picture, { m, row, column, index, k, o }) {
    const { n, words } = picture;
    const matrix = n.matrices[m];
    const text = matrix
      ? row === undefined
        ? matrix.symbol
        : `${picture.nameOf(m, { row, column })} = ${matrix.full[index]}`
      : fill(words[`name_${m}`], { k, o });
    setRich(this.root, `${text} :gray[· ${matrix ? matrix.why : words[`why_${m}`]}]`);
  }
}
