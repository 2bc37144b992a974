// What the player knows without a screen: the film's time, and the states of the run as they arrive.

const LONGEST = 6; // seconds of the whole film at speed 1
const FEWEST = 5; // steps a second that a short film shows

// Half of the film's time goes by in equal steps, half in equal factors: slower where more happens. It depends on
// how many steps are planned, never on how many are computed, so that a place in the film stays what it is.
function shareOf(step, total) {
  return total > 0 ? (step / total + Math.log1p(step) / Math.log1p(total)) / 2 : 1;
}

function stepAt(share, total) {
  let low = 0;
  let high = total;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (shareOf(middle, total) <= share + 1e-12) low = middle;
    else high = middle - 1;
  }
  return low;
}

function secondsOf(total) {
  return Math.min(LONGEST, total / FEWEST);
}

// Steps that a second of film shows at a step.
function paceAt(step, total) {
  const slope = (1 / total + 1 / ((1 + step) * Math.log1p(total))) / 2; // of the share
  return 1 / (slope * secondsOf(total));
}

// One, two or five, with a power of ten.
function rounded(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const lead = value / power;
  return power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10);
}

// A message: the length of its header, the header as JSON, and the numbers, row by row.
function unpack(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const numbers = bytes.slice(4 + length).buffer; // a copy begins where a typed array may begin
  return { header, rows: header.film.double ? new Float64Array(numbers) : new Float32Array(numbers) };
}

// States in the order of their steps, each a row of numbers that begins with its step: all of them, or of a very
// long run those that a browser can hold, and then all of them `near` the place where the visitor let go.
class Film {
  count = 0;
  edition = null;

  // New rows take the place of those from their first step on. Says whether nothing is missing between.
  take(film, rows) {
    const { edition, first, width } = film;
    const known = this.count > 0 && this.width === width && this.rows.constructor === rows.constructor;
    if (first > 0 && !(known && edition - this.edition <= 1 && first <= this.last)) return false;
    const kept = first > 0 ? this.place(first) * width : 0;
    const end = film.count * width;
    this.reserve(rows, kept + end, kept);
    this.rows.set(rows.subarray(0, end), kept);
    this.count = kept / width + film.count;
    this.near = rows.length > end ? rows.slice(end) : null;
    Object.assign(this, { edition, width, total: film.total, whole: film.whole });
    return true;
  }

  reserve(like, length, kept) {
    if (kept && this.rows.length >= length) return;
    const grown = new like.constructor(Math.max(length, 2 * kept));
    if (kept) grown.set(this.rows.subarray(0, kept));
    this.rows = grown;
  }

  stepOf(place, rows = this.rows) {
    return rows[place * this.width];
  }

  get last() {
    return this.stepOf(this.count - 1);
  }

  // The row of the last state at or before a step.
  place(step, rows = this.rows, count = this.count) {
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.stepOf(middle, rows) <= step) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  // The numbers of the last state at or before a step that is here; the first of them is its step.
  row(step) {
    const { near, width } = this;
    const isNear = near?.length && step >= near[0] && step <= near[near.length - width];
    const rows = isNear ? near : this.rows;
    const place = this.place(step, rows, isNear ? near.length / width : this.count);
    return rows.subarray(place * width, (place + 1) * width);
  }

  known(step) {
    return this.row(step)[0];
  }

  // The state as the pictures read it.
  text(step) {
    return this.row(step).join(",");
  }

  // Seconds of film, at speed 1, from a place to the end of what is here.
  ahead(share) {
    return (shareOf(this.last, this.total) - share) * secondsOf(this.total);
  }
}

const MINUS = "−";

// Four decimals, or three digits and an exponent where these would hide the number or flood the line.
function written(value) {
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-3 && size < 1e4)) return value.toFixed(4).replace("-", MINUS);
  const [digits, power] = value.toExponential(2).split("e");
  return `${digits}e${Number(power)}`.replaceAll("-", MINUS);
}

// Three digits.
function rough(value) {
  return value < 1e4 ? grouped(Number(value.toPrecision(3))) : written(value);
}

function grouped(step) {
  return String(step).replace(/\B(?=(\d{3})+$)/g, ",");
}

// The step that somebody typed, in groups of three or not; null for anything else.
function typedStep(text) {
  const digits = text.replace(/[\s,.]/g, "");
  return /^\d{1,9}$/.test(digits) ? Number(digits) : null;
}

function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (field, name) => values[name] ?? field);
}
