// An animated layer: the sliders change the shapes at once and, on release, ask for new numbers; the picture
// plays once, element after element of y, and then answers the pointer.

// In pixels. The picture's height is one for all sizes, so that nothing below moves while a slider does; on a
// narrow screen, where the matrices stand above each other, it is another.
const [HEIGHT, STACKED_HEIGHT, NARROW] = [300, 400, 480];
const SUM = 140; // width of the sum
const TAG = 26; // likewise of a matrix's name
const APART = 20; // around b
const READABLE = 31; // of a cell with a number in it
const HUES = { in_features: "blue", out_features: "violet", batch_size: "blue" };
const reduced = matchMedia("(prefers-reduced-motion: reduce)");

class Layer {
  constructor(parent) {
    this.find = (name) => parent.querySelector(`.${name}`);
    this.played = false;
    this.timer = 0;
    this.sized = new ResizeObserver(() => this.measure());
    this.sized.observe(this.find("stage"));
    this.find("hint").lastElementChild.onclick = () => this.play();
    this.find("picture").addEventListener("pointerover", (event) => {
      const place = [...(this.y?.children ?? [])].indexOf(event.target);
      if (place >= 0 && this.text) this.stop(), this.light(place);
    });
  }

  take({ numbers, sizes, words }) {
    this.find("about").textContent = words.about;
    this.find("stage").setAttribute("aria-label", words.picture);
    this.find("how").textContent = forHand(words.hint);
    this.words = words;
    this.find("hint").lastElementChild.textContent = words.again;
    const text = JSON.stringify(numbers);
    if (text === this.text) return this.tell();
    this.text = text;
    this.n = numbers;
    this.slide(sizes);
    this.say(numbers);
    this.build();
    if (this.played || reduced.matches) this.rest();
    else this.play();
  }

  slide(sizes) {
    const place = this.find("sliders");
    if (!place.children.length) {
      for (const [name, [, high]] of Object.entries(sizes)) {
        const label = make("label", HUES[name], name);
        const input = make("input");
        Object.assign(input, { type: "range", min: 1, max: high, name, ariaLabel: name });
        input.style.setProperty("--hue", `var(--st-${HUES[name]}-color)`);
        input.oninput = () => this.follow();
        input.onchange = () => this.send(this.chosen());
        label.append(make("output"), input);
        place.append(label);
      }
    }
    for (const input of place.querySelectorAll("input")) {
      input.value = sizes[input.name][0];
      input.previousElementSibling.textContent = input.value;
    }
  }

  chosen() {
    const inputs = [...this.find("sliders").querySelectorAll("input")];
    return Object.fromEntries(inputs.map((input) => [input.name, Number(input.value)]));
  }

  // While a slider is dragged: shapes and empty cells; the numbers come on release.
  follow() {
    this.stop();
    const sizes = this.chosen();
    for (const input of this.find("sliders").querySelectorAll("input"))
      input.previousElementSibling.textContent = input.value;
    this.say(sizes);
    this.outline(sizes);
    this.text = "";
  }

  say({ in_features, out_features, batch_size }) {
    const ins = () => make("b", "blue", in_features), outs = () => make("b", "violet", out_features);
    this.find("shapes").replaceChildren(
      `(${batch_size}, `, outs(), `) = (${batch_size}, `, ins(), ") @ (", ins(), ", ", outs(), ") + (", outs(), ",)",
    );
  }

  // Places for all elements, without numbers.
  outline({ in_features, out_features, batch_size }) {
    const grid = (name, rows, columns) => {
      const place = make("div", `grid ${name}`);
      place.style.setProperty("--columns", columns);
      place.append(...Array.from({ length: rows * columns }, () => make("span", name === "y" ? "unmade" : "")));
      return (this[name] = place);
    };
    const tag = (name, hue, of) => make("span", `tag of-${of} ${hue}`, name);
    this.sum = make("div", "sum");
    this.find("picture").replaceChildren(
      this.sum,
      grid("w", in_features, out_features), tag("Wᵀ", "violet", "w"),
      grid("b", 1, out_features), tag("b", "orange", "b"),
      grid("x", batch_size, in_features), tag("x", "blue", "x"),
      grid("y", batch_size, out_features), tag("y", "green", "y"),
    );
    this.lit = null;
    this.tell();
    this.shape = { ins: in_features, outs: out_features, rows: batch_size };
    this.measure();
  }

  build() {
    const { n } = this;
    this.outline(n);
    const { ins, outs } = this.shape;
    const read = (name) => n[name].text.split(" ");
    this.texts = { x: read("x"), w: read("w"), b: read("b"), y: read("y") };
    const split = Object.entries(n.factors).map(([name, text]) => [name, text.split(" ")]);
    this.factors = Object.fromEntries(split);
    this.products = n.products.split(" ");
    this.totals = n.totals.split(" ");
    const fill = (name, index) =>
      [...this[name].children].forEach((cell, place) => {
        cell.textContent = this.texts[name][index(place)];
        const level = n[name].level[index(place)];
        cell.style.setProperty("--tint", `var(--st-${level < 0 ? "red" : "blue"}-color)`);
        cell.style.setProperty("--share", Math.abs(level) / TINTS);
      });
    const same = (place) => place;
    fill("x", same);
    fill("b", same);
    fill("y", same);
    fill("w", (place) => (place % outs) * ins + Math.floor(place / outs)); // stored (out, in), drawn turned
  }

  measure() {
    if (!this.shape) return;
    const { ins, outs, rows } = this.shape;
    const width = this.find("stage").clientWidth;
    const room = width - TAG;
    const height = width < NARROW ? STACKED_HEIGHT : HEIGHT;
    const beside = Math.min((room - TAG) / (ins + outs), (room - TAG - SUM) / outs);
    const below = Math.min((room - SUM) / ins, room / outs);
    // On a narrow screen x stands beside the sum, above the others, where that gives room for numbers.
    const isStacked = beside - 2 < READABLE && below - 2 >= READABLE;
    const ofSum = (ins + 2) * 17 + 24;
    const pitches = isStacked
      ? [26, (height - APART - ofSum) / (ins + 1 + rows), (height - APART - 12) / (ins + 1 + 2 * rows)]
      : [30, (height - APART) / (ins + 1 + rows)];
    const [across, down] = [Math.min(52, isStacked ? below : beside), Math.min(...pitches)].map(Math.floor);
    const isBare = across - 2 < READABLE || down - 2 < 13;
    const gap = isBare ? 1 : 2;
    const [shortest, besideSum] = isStacked ? [17, rows * down] : [11, (ins + 1) * down];
    const line = Math.max(shortest, Math.min(22, Math.floor(besideSum / (ins + 2))));
    const sizes = { cell: across - gap, high: down - gap, gap, line, height };
    const { style, classList } = this.find("picture");
    for (const [name, size] of Object.entries(sizes)) style.setProperty(`--${name}`, `${size}px`);
    style.fontSize = across < 42 ? "10.5px" : "12px";
    classList.toggle("stacked", isStacked);
    classList.toggle("bare", isBare);
  }

  // Highlights what makes one element of y, and writes its sum up to a number of terms.
  light(place, terms = Infinity) {
    const { ins, outs } = this.shape;
    const row = Math.floor(place / outs), out = place % outs;
    const lit = (grid, test) => [...grid.children].forEach((cell, at) => cell.classList.toggle("lit", test(at)));
    this.find("picture").classList.add("dim");
    lit(this.x, (at) => Math.floor(at / ins) === row && at % ins < terms);
    lit(this.w, (at) => at % outs === out && Math.floor(at / outs) < terms);
    lit(this.b, (at) => at === out && terms > ins);
    lit(this.y, (at) => at === place);
    const lines = [];
    for (let i = 0; i < Math.min(ins, terms); i += 1) {
      const line = make("span");
      const product = make("small", "", this.products[place * ins + i]);
      line.append(make("span", "blue", this.factors.x[row * ins + i]), " × ",
        make("span", "violet", this.factors.w[out * ins + i]), " ", product);
      lines.push(line);
    }
    if (terms > ins) {
      const line = make("span", "orange", "+ b ");
      line.append(make("small", "", this.factors.b[out]));
      lines.push(line);
    }
    if (terms > ins + 1) lines.push(make("span", "total green", `y[${row}, ${out}] = ${this.totals[place]}`));
    this.sum.replaceChildren(...lines);
    this.lit = { row, out };
    this.tell();
  }

  // Which row of weight that was: the picture shows its transpose.
  tell() {
    setRich(this.find("about-one"), this.lit ? fill(this.words.about_one, this.lit) : "");
  }

  show(place) {
    this.y.children[place].classList.remove("unmade");
  }

  // Once: the first element term by term, the others faster and faster.
  play() {
    this.stop();
    this.played = true;
    const count = this.y.children.length, { ins } = this.shape;
    for (const cell of this.y.children) cell.classList.add("unmade");
    let place = 0, terms = 0;
    const next = () => {
      terms += 1;
      this.light(place, place ? Infinity : terms);
      if (place || terms > ins + 1) {
        this.show(place);
        place += 1;
      }
      if (place === count) return this.rest();
      this.timer = setTimeout(next, place ? Math.max(40, Math.min(420, 2600 / count)) : 380);
    };
    this.timer = setTimeout(next, 250);
  }

  rest() {
    this.stop();
    const { outs, rows } = this.shape;
    this.light(Math.min(1, rows - 1) * outs + Math.min(3, outs - 1));
  }

  stop() {
    clearTimeout(this.timer);
    for (const cell of this.n ? this.y.children : []) cell.classList.remove("unmade");
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const layer = lifeOf(parentElement, () => new Layer(parentElement));
  layer.send = (sizes) => setStateValue("sizes", sizes);
  layer.take(data[0]);
  return ending(parentElement, () => {
    layer.stop();
    layer.sized.disconnect();
  });
}
