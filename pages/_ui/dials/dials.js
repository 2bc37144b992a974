const REST = 100; // milliseconds between two messages while a slider is dragged

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

class Dials {
  constructor(root) {
    this.root = root;
    this.rows = new Map();
    this.count = 0;
  }

  // Shows what the server says; the one that is being dragged stays as it is.
  take(dials, send) {
    this.send = send;
    const wanted = dials.map((dial) => dial.key);
    for (const [key, row] of this.rows)
      if (!wanted.includes(key)) {
        row.line.remove();
        this.rows.delete(key);
      }
    dials.forEach((dial, place) => {
      const row = this.rows.get(dial.key) ?? this.build(dial);
      // What is moved loses the focus and ends a drag, so only a new line is put in.
      if (this.root.children[place] !== row.line) this.root.insertBefore(row.line, this.root.children[place] ?? null);
      row.dial = dial;
      row.name.textContent = dial.label;
      row.slider.setAttribute("aria-label", dial.label);
      row.field.setAttribute("aria-label", dial.label);
      if (row.line.contains(this.root.getRootNode().activeElement) && row.moving) return;
      this.show(row, dial.value);
    });
  }

  show(row, value) {
    const { low, high } = row.dial;
    row.slider.value = placeOf(value, low, high);
    row.slider.setAttribute("aria-valuetext", value);
    row.field.value = value;
    row.field.classList.remove("wrong");
    row.value = value;
  }

  build(dial) {
    const name = make("span", { class: "name" });
    const field = make("input", { class: "field", type: "text", inputmode: "numeric", autocomplete: "off" });
    const slider = make("input", { class: "slider", type: "range", min: 0, max: STOPS, step: 1 });
    const line = make("div", { class: `dial ${dial.hue}` }, name, slider, field);
    const row = { line, name, field, slider, dial, moving: false };
    slider.oninput = () => {
      row.moving = true;
      const { low, high } = row.dial;
      let value = valueAt(slider.valueAsNumber, low, high);
      // An arrow key moves by one where the scale is finer than whole numbers.
      if (value === row.value) value = Math.min(high, Math.max(low, value + Math.sign(slider.valueAsNumber - placeOf(row.value, low, high))));
      this.show(row, value);
      this.later(row);
    };
    slider.onchange = () => {
      row.moving = false;
      this.now(row);
    };
    field.onchange = () => {
      const value = readSize(field.value, row.dial.low, row.dial.high);
      field.classList.toggle("wrong", value === null);
      field.title = value === null ? `${row.dial.low} – ${row.dial.high}` : "";
      if (value === null) return;
      this.show(row, value);
      this.now(row);
    };
    field.onkeydown = (event) => {
      const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      this.show(row, Math.min(row.dial.high, Math.max(row.dial.low, row.value + step)));
      this.later(row);
    };
    this.rows.set(dial.key, row);
    return row;
  }

  later(row) {
    row.timer ??= setTimeout(() => this.now(row), REST);
  }

  now(row) {
    clearTimeout(row.timer);
    row.timer = undefined;
    if (row.sent === row.value && row.dial.value === row.value) return;
    row.sent = row.value;
    this.count += 1;
    this.send("moved", { key: row.dial.key, value: row.value, count: this.count });
  }
}

export default function ({ data, parentElement, setStateValue }) {
  let root = parentElement.querySelector(".dials");
  if (!root) parentElement.append((root = make("div", { class: "dials" })));
  lifeOf(root, () => new Dials(root)).take(data.dials, setStateValue);
}
