// Blocks as large as the logarithm of their sizes; the two edges that must be equal are marked.

const NS = "http://www.w3.org/2000/svg";
const HEAD = 38; // two lines of captions

function svg(tag, attributes, ...children) {
  const element = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function html(tag, name, ...children) {
  const element = document.createElement(tag);
  element.className = name;
  element.append(...children);
  return element;
}

const extent = (size) => 20 + 33 * Math.log10(1 + size);
const short = (size) => size.toLocaleString("en-US");

// PyTorch's message, its four numbers in the hues of the blocks.
function message({ error, message, fits }) {
  const line = html("p", "message");
  const say = (text, name = "") => line.append(html("span", name, text));
  say(`${error}: `, "type");
  const match = /^(.*\()(\d+)x(\d+)( and )(\d+)x(\d+)(\).*)$/s.exec(message);
  if (!match) say(message);
  else {
    const wrong = fits ? "" : " wrong";
    const names = ["", "blue", `blue${wrong}`, "", `violet${wrong}`, "violet", ""];
    match.slice(1).forEach((text, place) => {
      if (place === 2 || place === 5) say("x");
      say(text, names[place]);
    });
  }
  return line;
}

function block(x, y, width, height, hue, label) {
  const box = svg("rect", { x, y, width, height, rx: 4, class: `box ${hue}` });
  const text = svg("text", { x: x + width / 2, y: y + height / 2, class: `size ${hue}` }, label);
  return svg("g", {}, svg("rect", { x, y, width, height, rx: 4, class: "ground" }), box, text);
}

function caption(x, text, y = 10) {
  return svg("text", { x, y, class: "caption" }, text);
}

function size(x, y, text, name) {
  return svg("text", { x, y, class: `size ${name}` }, text);
}

function edge(x1, y1, x2, y2, state) {
  return svg("line", { x1, y1, x2, y2, class: `edge ${state}` });
}

// One picture, as wide as it is drawn and never wider than its place.
function picture(width, height, ...parts) {
  const element = svg("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, ...parts);
  element.style.width = `${width}px`;
  return element;
}

// x as it was given, sheets for the leading dims and the last two as a block, and how it becomes rows.
function given({ shape, words }, middle, height) {
  const parts = [caption(2, words.x)];
  if (!shape.length) {
    parts.push(svg("circle", { cx: 40, cy: middle, r: 5, class: "box blue" }), caption(2, words.scalar, middle + 28));
    return picture(150, height, ...parts);
  }
  const [tall, wide] = shape.length === 1 ? [22, extent(shape[0])] : shape.slice(-2).map(extent);
  const width = Math.max(wide, 72);
  const sheets = shape.length > 2 ? Math.min(4, Math.max(1, shape.slice(0, -2).reduce((a, b) => a * b, 1))) : 1;
  const top = middle - tall / 2 - (sheets - 1) * 4;
  for (let sheet = 0; sheet < sheets; sheet += 1) {
    const label = sheet < sheets - 1 ? "" : shape.slice(-2).map(short).join(" × ");
    parts.push(block(2 + sheet * 9, top + sheet * 8, width, tall, "blue", label));
  }
  let right = 2 + (sheets - 1) * 9 + width;
  if (words.folding.length) {
    words.folding.forEach((text, place) => parts.push(caption(right + 10, text, middle - 28 + 16 * place)));
    parts.push(svg("path", { d: `M${right + 10} ${middle + 8} H${right + 146} m-8 -4 l8 4 -8 4`, class: "arrow" }));
    right += 150;
  }
  return picture(Math.max(right, 150), height, ...parts);
}

// mat1 beside mat2, and the output where the call succeeds.
function product({ shape, rows, ins, outs, ok, fits, words, kinds }, middle, height) {
  const parts = [];
  const state = fits ? "fits" : "wrong";
  const [kind = "", layerKind = ""] = kinds;
  let x = 2;
  if (shape.length) {
    const features = shape.at(-1);
    const [wide, tall] = [extent(features), extent(rows)];
    const foot = middle + tall / 2;
    parts.push(caption(x, words.mat1), block(x, middle - tall / 2, wide, tall, "blue", short(rows)));
    parts.push(edge(x, foot + 3, x + wide, foot + 3, state), size(x + wide / 2, foot + 18, short(features), state));
    parts.push(size(x + wide / 2, foot + 36, kind, "wrong"));
    x += Math.max(wide, 130) + 76;
  }
  const [wide, tall] = [extent(outs), extent(ins)];
  const foot = middle + tall / 2;
  parts.push(caption(x - 6, words.mat2), caption(x - 6, words.stored, 26));
  parts.push(block(x, middle - tall / 2, wide, tall, "violet", short(outs)));
  parts.push(size(x + wide / 2, foot + 18, layerKind, "wrong"));
  if (shape.length) parts.push(edge(x - 5, middle - tall / 2, x - 5, foot, state), size(x - 13, middle, short(ins), `end ${state}`));
  x += Math.max(wide, 160);
  if (ok) {
    parts.push(size(x + 6, middle, "→", ""), caption(x + 26, words.output));
    parts.push(block(x + 26, middle - extent(rows) / 2, Math.max(extent(outs), 72), extent(rows), "green", words.rows));
    x += 26 + Math.max(extent(outs), 120);
  }
  return picture(x, height, ...parts);
}

function draw(data) {
  const { shape, rows, ins, ok, fits, whole, words, kinds } = data;
  const tallest = Math.max(extent(rows), extent(ins), 80);
  const middle = HEAD + tallest / 2;
  const height = HEAD + tallest + (kinds.length ? 46 : 28);
  const pictures = html("div", "pictures", product(data, middle, height));
  if (whole && shape.length !== 2) pictures.prepend(given(data, middle, height)); // else it is mat1 itself
  pictures.setAttribute("role", "img");
  pictures.setAttribute("aria-label", [words.x, words.mat1, words.mat2, words.stored].join("; "));
  const text = html("div", "text");
  if (shape.length && !fits && !ok) text.append(html("strong", "", words.unequal));
  text.append(html("p", "", data.text));
  return html("div", "body", pictures, text);
}

export default function ({ data, parentElement }) {
  let root = parentElement.querySelector(".blocks");
  if (!root) parentElement.append((root = html("div", "blocks")));
  const parts = [draw(data)];
  if (data.whole) {
    const head = data.ok ? html("p", "message good", `${data.words.fits}: ${data.words.output}`) : message(data);
    head.setAttribute("role", "status");
    parts.unshift(head);
  }
  root.replaceChildren(...parts);
}
