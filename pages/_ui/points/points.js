const NEAR = 14; // pixels around a point that count as on it

class Hand {
  constructor(root) {
    this.root = root;
    this.edits = new Edits();
    this.dot = document.createElement("div");
    this.dot.className = "dot";
    this.dot.hidden = true;
    root.append(this.dot);
    this.listeners = {
      pointermove: (event) => this.hover(event),
      pointerdown: (event) => this.take(event),
      mousedown: (event) => event.detail > 1 && event.preventDefault(), // a double click selects no text
      touchmove: (event) => this.holds && event.preventDefault(), // a finger on a sample does not scroll the page
      dblclick: (event) => this.toggle(event),
    };
  }

  follow(data, send) {
    Object.assign(this, { points: data.points, x: data.x, y: data.y, room: data.room, send });
    this.edits.answered(data.answered);
    const frame = document.querySelector(`.st-key-${data.frame}`);
    if (frame === this.frame) return;
    this.leave();
    this.frame = frame;
    for (const [name, listener] of Object.entries(this.listeners)) frame?.addEventListener(name, listener, { passive: false });
  }

  leave() {
    for (const [name, listener] of Object.entries(this.listeners)) this.frame?.removeEventListener(name, listener);
  }

  get plot() {
    const canvas = this.frame.querySelector("canvas.marks");
    return canvas && plotOf(canvas.getBoundingClientRect(), this.room);
  }

  // The sample under the pointer, as [x, target].
  near({ clientX, clientY }) {
    const plot = this.plot;
    if (!plot) return null;
    let found = { distance: NEAR, point: null };
    for (const point of this.points) {
      const [left, top] = pixelOf(point, plot, this.x, this.y);
      const distance = Math.hypot(clientX - left, clientY - top);
      if (distance < found.distance) found = { distance, point };
    }
    return found.point;
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
    this.holds = true;
    const end = () => {
      stop.abort();
      this.holds = false;
      this.dot.hidden = true;
    };
    document.addEventListener("pointermove", (move) => this.show(move), options);
    document.addEventListener("keydown", (key) => key.key === "Escape" && end(), options);
    document.addEventListener("pointercancel", end, options);
    document.addEventListener(
      "pointerup",
      (up) => {
        end();
        if (Math.hypot(up.clientX - startX, up.clientY - startY) > 3) this.tell(before, pointAt(up, this.plot, this.x, this.y));
      },
      options,
    );
  }

  // Vega leaves the tooltip of a removed point in its place, over the points below it.
  hideTooltip() {
    document.getElementById("vg-tooltip-element")?.classList.remove("visible");
  }

  show(event) {
    this.hideTooltip();
    const point = pointAt(event, this.plot, this.x, this.y);
    const [left, top] = pixelOf(point, this.plot, this.x, this.y);
    this.dot.hidden = false;
    this.dot.style.left = `${left}px`;
    this.dot.style.top = `${top}px`;
    this.dot.dataset.at = point.join(", ").replaceAll("-", "−");
  }

  // A double click removes the point under it, or adds one.
  toggle(event) {
    const plot = this.plot;
    const right = event.clientX - plot?.left;
    const down = event.clientY - plot?.top;
    if (!(right >= 0 && right <= plot.width && down >= 0 && down <= plot.height)) return;
    const before = this.near(event);
    this.tell(before, before ? null : pointAt(event, plot, this.x, this.y));
  }

  tell(before, after) {
    this.hideTooltip();
    // The picture still shows a sample where it was before an edit that is on its way.
    const known = before && this.edits.waiting.findLast((edit) => edit.before?.join() === before.join());
    if (known && !known.after) return;
    this.edits.add({ before: known ? known.after : before, after });
    this.send("edits", this.edits.waiting);
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const hand = lifeOf(parentElement, () => new Hand(parentElement));
  hand.follow(data[0], setStateValue);
  return ending(parentElement, () => hand.leave());
}
