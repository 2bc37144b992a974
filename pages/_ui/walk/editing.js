// Numbers that are edited in place: what a text or a drag means, and how often the server is asked.

const PIXELS_A_STEP = 3;
const LEAST_GAP = 100; // milliseconds between two questions: at most ten a second

// A text as a plain number's text, or null where it is not one; a typographic minus and outer spaces are allowed.
function readNumber(text) {
  const plain = text.trim().replace(/−/g, "-");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return null;
  return Number.isFinite(Math.fround(Number(plain))) ? plain.replace(/^\+/, "") : null;
}

// The step of a drag: a power of ten, some fiftieth to five-hundredth of the scale; a tenth of that for a fine one.
function stepOf(most, fine = false) {
  const exponent = Math.floor(Math.log10((most || 1) / 50)) - (fine ? 1 : 0);
  return { size: 10 ** exponent, decimals: Math.max(0, -exponent) };
}

// The number that a drag of `pixels` upward makes of `start`: the steps' own multiples, so that zero can be met.
function dragged(start, pixels, most, fine = false) {
  const { size, decimals } = stepOf(most, fine);
  const steps = Math.round(start / size + Math.trunc(pixels / PIXELS_A_STEP));
  return (steps * size).toFixed(decimals);
}

// Calls `ask` with the newest value, at once if there was quiet before, and never more often than the gap.
class Pace {
  constructor(ask, { gap = LEAST_GAP, now, later, never } = {}) {
    this.now = now ?? (() => performance.now());
    this.later = later ?? ((call, wait) => setTimeout(call, wait));
    this.never = never ?? ((timer) => clearTimeout(timer));
    Object.assign(this, { ask, gap, last: -Infinity, timer: null });
  }

  offer(value) {
    this.value = value;
    if (this.timer !== null) return;
    const wait = this.last + this.gap - this.now();
    if (wait <= 0) this.flush();
    else this.timer = this.later(() => this.flush(), wait);
  }

  // Asks for what was offered last, now.
  flush() {
    const { value } = this;
    this.drop();
    if (value === undefined) return;
    this.last = this.now();
    this.ask(value);
  }

  // Forgets what was offered last.
  drop() {
    if (this.timer !== null) this.never(this.timer);
    this.timer = null;
    this.value = undefined;
  }
}
