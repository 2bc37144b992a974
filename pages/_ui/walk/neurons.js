// The layer as neurons: one node for each feature and each output, one line for each weight.

function makeSvg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

class Neurons {
  constructor(root) {
    this.root = root;
  }

  build(n, words, text) {
    this.n = n;
    this.text = text;
    const across = (place, count) => `${((place + 0.5) / count) * 100}%`;
    const features = n.ins + (n.b.text ? 1 : 0); // the bias is one more node, whose value is always 1
    const edge = (from, o, level, place) => {
      const ends = { x1: across(from, features), y1: 52, x2: across(o, n.outs), y2: 168 };
      const line = makeSvg("line", { style: `--v: ${level}`, class: `edge ${level < 0 ? "minus" : "plus"}`, ...ends });
      return Object.assign(line, { place });
    };
    this.edges = all(n.outs).flatMap((o) => [
      ...all(n.ins).map((i) => edge(i, o, n.edges[o * n.ins + i], { m: "w", i, o })),
      ...(n.b.text ? [edge(n.ins, o, n.bias_edges[o], { m: "b", o })] : []),
    ]);
    const rx = Math.max(15, 5 + 2.9 * Math.max(...[...text.x, ...text.y].map(breadth))); // as wide as its number
    const node = (m, column, count, y, place, label) => {
      const [cx, middle] = [across(column, count), { "text-anchor": "middle", "dominant-baseline": "central" }];
      const shape = makeSvg("ellipse", { cx, cy: y, rx, ry: 15 });
      tint(shape, 0);
      const value = makeSvg("text", { x: cx, y, ...middle, class: "value" });
      const name = makeSvg("text", { x: cx, y: y + (m === "y" ? 27 : -27), ...middle, class: "name" }, label);
      const group = makeSvg("g", { class: `node ${m}`, role: "gridcell", "aria-label": label, tabindex: column ? -1 : 0 });
      group.append(shape, value, name);
      return Object.assign(group, { place: { row: m === "y" ? 1 : 0, column, index: column, ...place } });
    };
    this.inputs = all(n.ins).map((i) => node("x", i, features, 36, { m: "feature", i }, `x[${i}]`));
    this.ones = n.b.text ? [node("b", n.ins, features, 36, { m: "b" }, "1")] : [];
    this.outputs = all(n.outs).map((o) => node("y", o, n.outs, 184, { m: "output", o }, `y[${o}]`));
    const nodes = makeSvg("g", { role: "grid", "aria-label": words.neurons });
    nodes.append(
      makeSvg("g", { role: "row" }, ...this.inputs, ...this.ones),
      makeSvg("g", { role: "row" }, ...this.outputs),
    );
    for (const one of this.ones) one.children[1].textContent = "b";
    const picture = makeSvg("svg", { width: "100%", height: 226 });
    picture.append(makeSvg("g", { "aria-hidden": "true" }, ...this.edges), nodes);
    this.root.replaceChildren(make("p", "hint", words.neurons_hint), picture);
    this.row = undefined;
  }

  // Light what `target` is about, and give the nodes the values of one sample.
  show(target, row) {
    const { n, text } = this;
    this.root.classList.toggle("dim", Boolean(target));
    for (const line of this.edges) line.classList.toggle("lit", Boolean(target) && takesPart(target, line.place.m, line.place));
    const takes = (place, name) => Boolean(target) && matches(target[name], place[name]) && target.m !== "b";
    for (const { classList, place } of this.inputs) classList.toggle("lit", takes(place, "i"));
    for (const { classList } of this.ones) classList.toggle("lit", Boolean(target) && target.i === undefined);
    for (const { classList, place } of this.outputs) classList.toggle("lit", Boolean(target) && matches(target.o, place.o));
    if (row === this.row) return;
    this.row = row;
    this.inputs.forEach((node, i) => this.value(node, text.x, n.x.level, row * n.ins + i));
    this.outputs.forEach((node, o) => this.value(node, text.y, n.y.level, row * n.outs + o));
  }

  value(node, texts, levels, index) {
    node.children[1].textContent = texts[index];
    tint(node.firstChild, levels[index]);
  }
}
