"""Where Streamlit 1.67 needs help, each with the test that shows it; nothing here is tried without one.

- `is_back_or_forward`: `st.context` does not say whether Back or Forward has the page drawn, and a link
  counts only then (tests/browser/test_history.py).
- ``living.js``: the clean-up of a component may be called after a newer call of it, and
  ended a drag or a film in its middle (tests/js/living.test.mjs, tests/browser/test_walk.py).
- `st.empty` around the rows of changes: what a fragment no longer draws may stay where another one is run
  right after it, as the player has it (tests/browser/test_training.py, where a change is taken back).
"""

from streamlit.runtime.scriptrunner import get_script_run_ctx


def is_back_or_forward() -> bool:
    """Whether a press on the browser's Back or Forward has this page drawn.

    Not part of Streamlit's public interface: where it is missing, Back moves the link and no control.
    """
    return getattr(get_script_run_ctx(), "is_history_navigation", False)
