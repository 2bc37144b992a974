// The film's time and its states, without a screen.
import assert from "node:assert/strict";
import test from "node:test";

import { load } from "./load.mjs";

const NAMES = ["Film", "fill", "grouped", "paceAt", "rough", "rounded", "secondsOf", "shareOf", "stepAt", "typedStep", "unpack", "written"];
const { Film, fill, grouped, paceAt, rough, rounded, secondsOf, shareOf, stepAt, typedStep, unpack, written } = load(["player/film.js"], NAMES);

const rows = (first, last, value = (step) => step / 8) => {
  const numbers = [];
  for (let step = first; step <= last; step++) numbers.push(step, value(step));
  return new Float32Array(numbers);
};
const head = (first, last, more = {}) => ({
  edition: 1, first, count: last - first + 1, width: 2, total: 100, whole: false, ...more,
});

test("a step's place in the film leads back to the step", () => {
  for (const total of [1, 7, 30_000, 1_000_000]) {
    for (const part of [0, 0.001, 0.1, 0.5, 0.99, 1]) {
      const step = Math.round(part * total);
      assert.equal(stepAt(shareOf(step, total), total), step);
    }
  }
});

test("the film runs from 0 to 1, never back, and slower at the beginning", () => {
  let before = -1;
  for (let step = 0; step <= 30_000; step += 100) {
    const share = shareOf(step, 30_000);
    assert.ok(share > before);
    before = share;
  }
  assert.equal(shareOf(0, 30_000), 0);
  assert.equal(shareOf(30_000, 30_000), 1);
  assert.ok(stepAt(0.5, 30_000) < 6_000);
});

test("a film without steps is at its end", () => assert.equal(shareOf(0, 0), 1));

test("the default film lasts six seconds, a short one a fraction of a second for each step", () => {
  assert.equal(secondsOf(30_000), 6);
  assert.equal(secondsOf(1_000_000), 6);
  assert.equal(secondsOf(10), 2);
});

test("chunks are appended, and what is sent twice is there once", () => {
  const film = new Film();
  assert.ok(film.take(head(0, 10), rows(0, 10)));
  assert.ok(film.take(head(10, 25), rows(10, 25)));
  assert.equal(film.count, 26);
  assert.equal(film.last, 25);
  for (let step = 0; step <= 25; step++) assert.deepEqual([...film.row(step)], [step, step / 8]);
  assert.equal(film.text(3), "3,0.375");
});

test("a gap is not taken in", () => {
  const film = new Film();
  assert.ok(!film.take(head(5, 9), rows(5, 9)));
  assert.ok(film.take(head(0, 4), rows(0, 4)));
  assert.ok(!film.take(head(6, 9), rows(6, 9)));
  assert.equal(film.last, 4);
});

test("another edition takes the place of the old one from the step where it parts", () => {
  const film = new Film();
  film.take(head(0, 20), rows(0, 20));
  assert.ok(film.take(head(8, 12, { edition: 2 }), rows(8, 12, () => 7)));
  assert.equal(film.count, 13);
  assert.deepEqual([7, 8, 12].map((step) => film.row(step)[1]), [7 / 8, 7, 7]);
  assert.ok(!film.take(head(4, 6, { edition: 9 }), rows(4, 6)), "editions between were missed");
});

test("where states are left out the last one before a step is shown, and near the hand every one", () => {
  const film = new Film();
  const some = new Float32Array([0, 0, 10, 1, 20, 2, 30, 3]);
  const near = new Float32Array([18, 1.8, 19, 1.9, 20, 2]);
  film.take(head(0, 30, { count: 4 }), new Float32Array([...some, ...near]));
  assert.equal(film.known(17), 10);
  assert.equal(film.known(19), 19);
  assert.equal(film.row(29)[0], 20);
});

test("a message is read as it was written", () => {
  const header = new TextEncoder().encode(JSON.stringify({ film: { double: true }, words: "学习" }));
  const bytes = new Uint8Array(4 + header.length + 16);
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(header, 4);
  bytes.set(new Uint8Array(new Float64Array([1.5, -2]).buffer), 4 + header.length);
  const read = unpack(bytes);
  assert.equal(read.header.words, "学习");
  assert.deepEqual([...read.rows], [1.5, -2]);
});

test("numbers are written in one format, with a real minus sign", () => {
  assert.equal(written(0.14681), "0.1468");
  assert.equal(written(-2.5), "−2.5000");
  assert.equal(written(1.91e-4), "1.91e−4");
  assert.equal(written(0), "0.0000");
  assert.equal(written(3.4e38), "3.40e38");
  assert.deepEqual([1.0313, 2936.2, 2.3e19].map(rough), ["1.03", "2,940", "2.30e19"]);
  assert.equal(grouped(30_000), "30,000");
  assert.equal(grouped(1_000_000), "1,000,000");
  assert.equal(fill("{step} of {total}", { step: 1, total: 2 }), "1 of 2");
});

test("the pace is that of the film's time, and is said in round numbers", () => {
  for (const step of [0, 10, 1000, 29_999]) {
    const seconds = (shareOf(step + 1e-3, 30_000) - shareOf(step, 30_000)) * secondsOf(30_000);
    assert.ok(Math.abs(paceAt(step, 30_000) * seconds - 1e-3) < 1e-5);
  }
  assert.deepEqual([3.4, 0.9, 14.9, 480, 9100, 26_000].map(rounded), [2, 1, 10, 500, 10_000, 20_000]);
});

test("a step that is typed may have its thousands apart", () => {
  for (const text of ["12345", "12,345", " 12.345 ", "12 345\n"]) assert.equal(typedStep(text), 12_345, text);
  for (const text of ["", "−3", "-3", "ten", "1e5", "12345678901"]) assert.equal(typedStep(text), null, text);
});
