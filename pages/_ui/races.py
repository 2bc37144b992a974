"""Where Streamlit 1.67 needs help, each with the test that shows it; nothing here is tried without one.

- `is_back_or_forward`: `st.context` does not say whether Back or Forward has the page drawn, and a link
  counts only then (tests/browser/test_history.py).
- ``living.js``: the clean-up of a component may be called after a newer call of it, and
  ended a drag or a film in its middle (tests/js/living.test.mjs, tests/browser/test_walk.py).
- `st.empty` around the rows of changes: what a fragment no longer draws may stay where another one is run
  right after it, as the player has it (tests/browser/test_training.py, where a change is taken back).
- `link.load`: a control that a script cut short left half drawn is None in the session (tests/test_link.py).
- `controls`: a run that begins before the browser has what the last one sent throws that away, and with it
  that a control was set; so what is chosen is the default of each control as well (tests/test_controls.py).
- `link.write`: the second of two moves in one moment comes with the link as it was before the first, so what
  the browser's link says is remembered (tests/browser/test_history.py).
- `film.draw`: what is pressed in one moment comes in one message, and to the fragment that spoke first
  (tests/browser/test_training.py, where a sample is dragged).
- ``edits.js``: of messages of a component that arrive together the server sees the last
  (tests/js/edits.test.mjs, tests/test_walk.py).
- `controls.actions`: a browser far away sends a mark that the server has set back as a press; so what does
  something is a button, never a mark (tests/test_page_forward.py).
- `downloads.script_button`: of a text the browser fetches each version, which may be gone
  (tests/test_downloads.py).
"""

from streamlit.runtime.scriptrunner import get_script_run_ctx


def is_back_or_forward() -> bool:
    """Whether a press on the browser's Back or Forward has this page drawn.

    Not part of Streamlit's public interface: where it is missing, Back moves the link and no control.
    """
    return getattr(get_script_run_ctx(), "is_history_navigation", False)
