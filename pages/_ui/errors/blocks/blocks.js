// Blocks as large as the logarithm of their sizes; the two edges that must be equal are marked.

const NS = "http://www.w3.org/2000/svg";

function svg(tag, attributes, ...children) {
  const element = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const extent = (size) => 20 + 33 * Math.log10(1 + size);
const short = (size) => size.toLocaleString("en-US");

// PyTorch's message, its four numbers in the hues of the blocks.
function message({ error, message, fits }) {
  const line = document.createElement("p");
  line.className = "message";
  const say = (text, name = "") => {
    const part = document.createElement("span");
    part.className = name;
    part.textContent = text;
    line.append(part);
  };
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
  return svg("g", {}, box, text);
}

function caption(x, text, y = 14) {
  return svg("text", { x, y, class: "caption" }, text);
}

function edge(x1, y1, x2, y2, fits) {
  return svg("line", { x1, y1, x2, y2, class: `edge ${fits ? "fits" : "wrong"}` });
}

// x as it was given: sheets for the leading dims, the last two as a block.
function given(shape, words, x, middle) {
  const group = svg("g", {}, caption(x, words.x));
  if (!shape.length) {
    group.append(svg("circle", { cx: x + 30, cy: middle, r: 5, class: "box blue" }), caption(x, words.scalar, middle + 28));
    return { group, right: x + 60 };
  }
  const [height, width] = shape.length === 1 ? [22, extent(shape[0])] : shape.slice(-2).map(extent);
  const sheets = shape.length > 2 ? Math.min(4, Math.max(1, shape.slice(0, -2).reduce((a, b) => a * b, 1))) : 1;
  const top = middle - height / 2 - (sheets - 1) * 4;
  for (let sheet = 0; sheet < sheets; sheet += 1) {
    const label = sheet < sheets - 1 ? "" : shape.slice(-2).map(short).join(" × ");
    group.append(block(x + sheet * 10, top + sheet * 8, Math.max(width, 62), height, "blue", label));
  }
  return { group, right: x + (sheets - 1) * 10 + Math.max(width, 62) };
}

function draw(data) {
  const { shape, rows, ins, outs, ok, fits, words } = data;
  const features = shape.at(-1) ?? 1;
  const tallest = Math.max(extent(rows), extent(ins), 80);
  const middle = 34 + tallest / 2;
  const picture = svg("svg", { role: "img", "aria-label": `${words.x}; ${words.mat2}` });
  const { group, right } = given(shape, words, 2, middle);
  picture.append(group);
  let x = right + 24;
  if (shape.length) {
    if (words.folding.length) {
      const from = right + 10;
      x = from + 150;
      words.folding.forEach((text, place) => picture.append(caption(from, text, middle - 28 + 16 * place)));
      picture.append(svg("path", { d: `M${from} ${middle + 8} H${x - 14} m-8 -4 l8 4 -8 4`, class: "arrow" }));
    }
    const [width, height] = [extent(features), extent(rows)];
    picture.append(caption(x, words.mat1), block(x, middle - height / 2, width, height, "blue", short(rows)));
    const foot = middle + height / 2;
    picture.append(edge(x, foot + 3, x + width, foot + 3, fits));
    picture.append(svg("text", { x: x + width / 2, y: foot + 20, class: `size ${fits ? "fits" : "wrong"}` }, short(features)));
    x += Math.max(width, 120) + 70;
  }
  const [width, height] = [extent(outs), extent(ins)];
  picture.append(caption(x - 20, words.mat2), block(x, middle - height / 2, width, height, "violet", short(outs)));
  if (shape.length) {
    picture.append(edge(x - 5, middle - height / 2, x - 5, middle + height / 2, fits));
    picture.append(svg("text", { x: x - 12, y: middle, class: `size end ${fits ? "fits" : "wrong"}` }, short(ins)));
  }
  x += Math.max(width, ok ? 190 : 120) + 30;
  if (ok) {
    picture.append(svg("text", { x: x - 22, y: middle, class: "size" }, "→"), caption(x, words.output));
    picture.append(block(x, middle - extent(rows) / 2, extent(outs), extent(rows), "green", words.rows));
    x += Math.max(extent(outs), 120) + 10;
  }
  const bottom = middle + tallest / 2 + 34;
  picture.setAttribute("viewBox", `0 0 ${Math.max(x, 560)} ${bottom}`);
  picture.style.maxWidth = `${Math.max(x, 560)}px`;
  return picture;
}

export default function ({ data, parentElement }) {
  let root = parentElement.querySelector(".blocks");
  if (!root) {
    root = document.createElement("div");
    root.className = "blocks";
    parentElement.append(root);
  }
  const [body, frame, text] = ["body", "frame", "text"].map((name) => {
    const element = document.createElement("div");
    element.className = name;
    return element;
  });
  frame.append(draw(data));
  text.textContent = data.text;
  body.append(frame, text);
  const head = data.ok ? document.createElement("p") : message(data);
  if (data.ok) [head.className, head.textContent] = ["message good", `${data.words.fits}: ${data.words.output}`];
  head.setAttribute("role", "status");
  root.replaceChildren(head, body);
}
