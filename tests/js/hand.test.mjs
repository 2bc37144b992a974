// What a text asks for can be done with the hand that reads it.
import assert from "node:assert/strict";
import { test } from "node:test";

import { load } from "./load.mjs";

for (const [matches, expected] of [[false, "Hover over one, or press Play. :blue[x]"], [true, "Tap one, or press Play. :blue[x]"]])
  test(`a text speaks to ${matches ? "a finger" : "a mouse"}`, () => {
    globalThis.matchMedia = () => ({ matches });
    const { forHand } = load(["hand.js"], ["forHand"]);
    assert.equal(forHand("<Hover over|Tap> one, or press Play. :blue[x]"), expected);
  });
