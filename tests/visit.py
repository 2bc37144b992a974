"""A page as a visitor meets it, without a browser: opened by a link, and run again after a touch."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[1]


def visit(page: str, **link: str) -> AppTest:
    """The page as a link opens it; the start page has no name."""
    at = AppTest.from_file(ROOT / "streamlit_app.py", default_timeout=60)
    if page:
        at.switch_page(page)
    for name, value in link.items():
        at.query_params[name] = value
    return run(at)


def run(at: AppTest) -> AppTest:
    """The page after the script ran again, which must not end in a traceback."""
    at.run()
    assert not at.exception, at.exception
    return at
