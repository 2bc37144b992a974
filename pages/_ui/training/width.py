"""How wide the picture's place is: a chart of several views cannot find out by itself."""

import streamlit as st

STEP = 20  # pixels; a smaller change of the window draws nothing anew

_REPORTER = st.components.v2.component(
    "width",
    html="<div></div>",
    js="""
const watched = new WeakMap()
export default function ({ parentElement, data, setStateValue }) {
  const element = parentElement.querySelector("div")
  const report = () => {
    const width = Math.floor(element.getBoundingClientRect().width / data.step) * data.step
    if (width > 0 && width !== watched.get(parentElement)?.width) {
      watched.get(parentElement).width = width
      setStateValue("width", width)
    }
  }
  if (!watched.has(parentElement)) {
    const observer = new ResizeObserver(report)
    watched.set(parentElement, { observer, width: data.width })
    observer.observe(element)
  }
  return () => {
    watched.get(parentElement)?.observer.disconnect()
    watched.delete(parentElement)
  }
}
""",
)


def available(key: str = "picture_width") -> int:
    """Give the width in pixels; at first a guess, which the browser corrects once."""
    phone = "Mobi" in st.context.headers.get("User-Agent", "")
    known = _told(key) or (340 if phone else 940)
    st.fragment(_report)(key, known)
    return known


def _report(key: str, known: int) -> None:
    # In a fragment, since the page that a report asks for would cut short one that a press has asked for, and
    # the press would be lost.
    _REPORTER(key=key, data={"step": STEP, "width": known}, on_width_change=_nothing, height=1)
    if _told(key) not in (None, known):
        st.rerun()


def _told(key: str) -> int | None:
    width = st.session_state.get(key, {}).get("width")
    return None if width is None else int(width)


def _nothing() -> None:
    """A callback by that name makes the width a state."""
