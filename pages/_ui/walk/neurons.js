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

  build(n, words) {
    this.n = n;
    // Outputs are columns of the result, or its rows where samples are columns.
    [this.output, this.sample, this.weights] = n.upright ? ["r", "c", "left"] : ["c", "r", "top"];
    [this.x, this.outs] = n.upright ? [n.matrices.top, n.rows] : [n.matrices.left, n.columns];
    const { y, added } = { y: n.matrices.result, added: n.matrices.added };
    const across = (place, count) => `${((place + 0.5) / count) * 100}%`;
    const features = n.inner + (added ? 1 : 0); // the bias is one more node, whose value is always 1
    const edge = (from, o, level, place) => {
      const ends = { x1: across(from, features), y1: 52, x2: across(o, this.outs), y2: 168 };
      const line = makeSvg("line", { style: `--v: ${level}`, class: `edge ${level < 0 ? "minus" : "plus"}`, ...ends });
      return Object.assign(line, { place });
    };
    this.edges = all(this.outs).flatMap((o) => [
      ...all(n.inner).map((k) => edge(k, o, n.edges.weight[o * n.inner + k], { m: this.weights, k, [this.output]: o })),
      ...(added ? [edge(n.inner, o, n.edges.bias[o], { m: "added", [this.output]: o })] : []),
    ]);
    const rx = Math.max(15, 5 + 2.9 * Math.max(...[...this.x.text, ...y.text].map(breadth))); // as wide as its number
    const node = (hue, column, count, cy, place, label) => {
      const [cx, middle] = [across(column, count), { "text-anchor": "middle", "dominant-baseline": "central" }];
      const below = place.m === "output";
      const shape = makeSvg("ellipse", { cx, cy, rx, ry: 15 });
      tint(shape, 0);
      const value = makeSvg("text", { x: cx, y: cy, ...middle, class: "value" });
      const name = makeSvg("text", { x: cx, y: cy + (below ? 27 : -27), ...middle, class: "name" }, label);
      const style = `--hue: var(--st-${hue}-color)`;
      const kind = { feature: "x", added: "b", output: "y" }[place.m];
      const group = makeSvg("g", { class: `node ${kind}`, style, role: "gridcell", "aria-label": label, tabindex: column ? -1 : 0 });
      group.append(shape, value, name);
      return Object.assign(group, { place: { row: below ? 1 : 0, column, index: column, ...place } });
    };
    const { x } = this;
    this.inputs = all(n.inner).map((k) => node(x.hue, k, features, 36, { m: "feature", k }, `x[${k}]`));
    this.ones = added ? [node(added.hue, n.inner, features, 36, { m: "added" }, "1")] : [];
    this.outputs = all(this.outs).map((o) => node(y.hue, o, this.outs, 184, { m: "output", o, [this.output]: o }, `y[${o}]`));
    const nodes = makeSvg("g", { role: "grid", "aria-label": words.neurons });
    nodes.append(
      makeSvg("g", { role: "row" }, ...this.inputs, ...this.ones),
      makeSvg("g", { role: "row" }, ...this.outputs),
    );
    for (const one of this.ones) one.children[1].textContent = "b";
    const picture = makeSvg("svg", { width: "100%", height: 226 });
    picture.append(makeSvg("g", { "aria-hidden": "true" }, ...this.edges), nodes);
    this.root.replaceChildren(make("p", "about-neurons", forHand(words.neurons_hint)), picture);
    this.shownSample = undefined;
  }

  // The element of the result that an output stands for, in the sample that `focus` is in.
  placeOf(focus, o) {
    return { ...focus, [this.output]: o };
  }

  // Highlights what `target` is about, and gives the nodes the values of its sample, or that of `focus`.
  show(target, focus) {
    const { n, x } = this;
    this.root.classList.toggle("dim", Boolean(target));
    for (const line of this.edges) line.classList.toggle("lit", Boolean(target) && takesPart(target, line.place.m, line.place));
    const isBias = target?.m === "added";
    for (const { classList, place } of this.inputs) classList.toggle("lit", Boolean(target) && !isBias && agrees(target, { k: place.k }));
    for (const { classList } of this.ones) classList.toggle("lit", Boolean(target) && target.k === undefined);
    for (const { classList, place } of this.outputs)
      classList.toggle("lit", Boolean(target) && agrees(target, { [this.output]: place.o }));
    const sample = target?.[this.sample] ?? focus[this.sample];
    if (sample === this.shownSample) return;
    this.shownSample = sample;
    const y = n.matrices.result;
    this.inputs.forEach((node, k) => this.value(node, x, n.upright ? k * n.columns + sample : sample * n.inner + k));
    this.outputs.forEach((node, o) => this.value(node, y, elementOf(n, { [this.sample]: sample, [this.output]: o })));
  }

  value(node, { text, level }, index) {
    node.children[1].textContent = text[index];
    tint(node.firstChild, level[index]);
  }
}
