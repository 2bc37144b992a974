// A text may say one thing to a mouse and another to a finger: "<Hover over|Tap> one".

const byTouch = matchMedia("(hover: none)");

const forHand = (text) => text.replace(/<([^<>|]*)\|([^<>|]*)>/g, byTouch.matches ? "$2" : "$1");
