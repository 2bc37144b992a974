import assert from "node:assert/strict";
import { test } from "node:test";

import { load } from "./load.mjs";

const { placeOf, valueAt, readSize, STOPS } = load(["dials/scale.js"], ["placeOf", "valueAt", "readSize", "STOPS"]);

const RANGES = [
  [0, 100_000],
  [1, 100_000],
  [1, 8],
  [5, 6],
];

test("a slider ends at the smallest and the largest size", () => {
  for (const [low, high] of RANGES) {
    assert.equal(valueAt(0, low, high), low);
    assert.equal(valueAt(STOPS, low, high), high);
    assert.equal(placeOf(low, low, high), 0);
    assert.equal(placeOf(high, low, high), STOPS);
  }
});

test("sizes grow along the slider, and every place means a size of the range", () => {
  for (const [low, high] of RANGES)
    for (let place = 1; place <= STOPS; place += 1) {
      const value = valueAt(place, low, high);
      assert.ok(Number.isInteger(value) && value >= valueAt(place - 1, low, high) && value <= high);
    }
});

test("a place shows its size up to what a stop can tell apart", () => {
  for (const [low, high] of RANGES)
    for (let place = 0; place <= STOPS; place += 7) {
      const value = valueAt(place, low, high);
      assert.equal(valueAt(placeOf(value, low, high), low, high), value);
    }
});

test("equal factors are equal ways, so small sizes are not crowded at the end", () => {
  const ways = [10, 100, 1000, 10_000].map((size) => placeOf(size, 0, 100_000));
  const steps = ways.slice(1).map((way, place) => way - ways[place]);
  for (const step of steps) assert.ok(Math.abs(step - 200) <= 9, `${steps}`);
});

test("a range of one size stands at the left", () => {
  assert.equal(placeOf(4, 4, 4), 0);
  assert.equal(valueAt(STOPS, 4, 4), 4);
});

test("whole numbers within the range are read, with spaces around", () => {
  assert.equal(readSize(" 784 ", 1, 100_000), 784);
  assert.equal(readSize("0", 0, 8), 0);
  assert.equal(readSize("8", 0, 8), 8);
});

test("what is no size of the range is refused", () => {
  for (const text of ["", " ", "abc", "1.5", "-1", "1e3", "0x10", "9", "1234567890", "1 2"])
    assert.equal(readSize(text, 1, 8), null, text);
});
