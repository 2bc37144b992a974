const NEAR = 14; // pixels around a point that count as on it
const hands = new WeakMap();

class Hand {
  constructor(root) {
    this.root = root;
    this.count = 0;
    this.dot = document.createElement("div");
    this.dot.className = "dot";
    this.dot.hidden = true;
    root.append(this.dot);
    this.listeners = {
      pointermove: (event) => this.hover(event),
      pointerdown: (event) => this.take(event),
      mousedown: (event) => event.detail > 1 && event.preventDefault(), // a double click selects no text
      dblclick: (event) => this.toggle(event),
    };
  }

  follow(data, send) {
    [this.x, this.y, this.send] = [data.x, data.y, send];
    const frame = document.querySelector(`.st-key-${data.frame}`);
    if (frame === this.frame) return;
    this.leave();
    this.frame = frame;
    for (const [name, listener] of Object.entries(this.listeners)) frame?.addEventListener(name, listener);
  }

  leave() {
    for (const [name, listener] of Object.entries(this.listeners)) this.frame?.removeEventListener(name, listener);
  }

  // Where the picture's axes enclose it.
  get box() {
    return this.frame.querySelector("svg.marks .root > g > path.background")?.getBoundingClientRect();
  }

  // The sample under the pointer, as [x, target].
  near({ clientX, clientY }) {
    let found = null;
    for (const mark of this.frame.querySelectorAll("svg.marks .mark-symbol path")) {
      const datum = mark.__data__?.datum;
      if (datum?.x_0 === undefined || datum.target === undefined) continue;
      const { left, right, top, bottom } = mark.getBoundingClientRect();
      const distance = Math.hypot(clientX - (left + right) / 2, clientY - (top + bottom) / 2);
      if (distance < (found?.distance ?? NEAR)) found = { distance, point: [datum.x_0, datum.target] };
    }
    return found?.point ?? null;
  }

  hover(event) {
    this.frame.style.cursor = this.near(event) ? "grab" : "";
  }

  take(event) {
    const before = event.button === 0 ? this.near(event) : null;
    if (!before) return;
    event.preventDefault();
    const [startX, startY] = [event.clientX, event.clientY];
    const stop = new AbortController();
    const options = { signal: stop.signal };
    const end = () => {
      stop.abort();
      this.dot.hidden = true;
    };
    document.addEventListener("pointermove", (move) => this.show(move), options);
    document.addEventListener("keydown", (key) => key.key === "Escape" && end(), options);
    document.addEventListener("pointercancel", end, options);
    document.addEventListener(
      "pointerup",
      (up) => {
        end();
        if (Math.hypot(up.clientX - startX, up.clientY - startY) > 3) this.tell(before, pointAt(up, this.box, this.x, this.y));
      },
      options,
    );
  }

  show(event) {
    const { left, right, top, bottom } = this.box;
    const [x, y] = [Math.min(right, Math.max(left, event.clientX)), Math.min(bottom, Math.max(top, event.clientY))];
    this.dot.hidden = false;
    this.dot.style.left = `${x}px`;
    this.dot.style.top = `${y}px`;
    this.dot.dataset.at = pointAt(event, this.box, this.x, this.y).join(", ").replaceAll("-", "−");
  }

  // A double click removes the point under it, or adds one.
  toggle(event) {
    const box = this.box;
    const isInside =
      box && event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!isInside) return;
    const before = this.near(event);
    this.tell(before, before ? null : pointAt(event, box, this.x, this.y));
  }

  tell(before, after) {
    this.count += 1;
    this.send("edit", { before, after, count: this.count });
  }
}

export default function ({ data, parentElement, setStateValue }) {
  if (!hands.has(parentElement)) hands.set(parentElement, new Hand(parentElement));
  const hand = hands.get(parentElement);
  hand.follow(data[0], setStateValue);
  return () => hand.leave();
}
