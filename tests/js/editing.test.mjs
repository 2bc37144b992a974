import assert from "node:assert/strict";
import { test } from "node:test";

import { load } from "./load.mjs";

const { readNumber, dragged, Pace } = load(["walk/editing.js"], ["readNumber", "dragged", "Pace"]);

test("what is a number is read, with a typographic minus and spaces around", () => {
  const texts = ["1", " 0.5 ", "-.25", "−2", "+3", "1e-3", "4."];
  assert.deepEqual(texts.map(readNumber), ["1", "0.5", "-.25", "-2", "3", "1e-3", "4."]);
});

test("what is no finite float32 is refused", () => {
  for (const text of ["", " ", "abc", "1,5", "1 2", "--1", "0x10", "1e", "nan", "inf", "1e39", "1_0"])
    assert.equal(readNumber(text), null, text);
});

test("a drag goes by steps that suit the scale, and meets zero", () => {
  assert.equal(dragged(0.26833835, 30, 1.2), "0.37");
  assert.equal(dragged(0.02, -6, 1.2), "0.00");
  assert.equal(dragged(-0.01, -3, 1.2), "-0.02");
  assert.equal(dragged(-0.218, 60, 0.6), "-0.02");
  assert.equal(dragged(5, 3, 100), "6");
  assert.equal(dragged(0.1, 3, 1.2, true), "0.101");
});

function clock() {
  const time = { now: 0, timers: [] };
  const later = (call, wait) => time.timers.push({ call, at: time.now + wait }) - 1;
  const never = (timer) => (time.timers[timer].call = null);
  const advance = (milliseconds) => {
    const end = time.now + milliseconds;
    for (; time.now < end; time.now += 1)
      for (const timer of time.timers)
        if (timer.call && timer.at <= time.now) {
          const { call } = timer;
          timer.call = null;
          call();
        }
  };
  return { options: { now: () => time.now, later, never }, advance };
}

test("the server is asked at most ten times a second, and for the newest value last", () => {
  const { options, advance } = clock();
  const asked = [];
  const pace = new Pace((value) => asked.push(value), options);
  for (let value = 1; value <= 60; value += 1) {
    pace.offer(value);
    advance(16);
  }
  advance(200);
  assert.equal(asked[0], 1);
  assert.equal(asked.at(-1), 60);
  assert.ok(asked.length <= 11, `${asked.length} questions in a second`);
});

test("flushing asks at once and only once", () => {
  const { options, advance } = clock();
  const asked = [];
  const pace = new Pace((value) => asked.push(value), options);
  pace.offer(1);
  pace.offer(2);
  pace.flush();
  pace.flush();
  advance(300);
  assert.deepEqual(asked, [1, 2]);
});

test("what is dropped is not asked for later", () => {
  const { options, advance } = clock();
  const asked = [];
  const pace = new Pace((value) => asked.push(value), options);
  pace.offer(1);
  pace.offer(2);
  pace.drop();
  advance(300);
  assert.deepEqual(asked, [1]);
});
