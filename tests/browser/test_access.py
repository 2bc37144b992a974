"""What stands between a page and those who do not see or point: axe-core finds nothing of ours."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from pages._ui.registry import PAGES, START
from tests.browser.conftest import settle

EVERY_PAGE = (START, *PAGES)
# By rule, a part of the element's HTML. Streamlit's own widgets have these in an app that has nothing else.
STREAMLITS_OWN = (
    ("presentation-role-conflict", "stFileUploaderDropzone"),
    ("empty-table-header", 'role="columnheader"'),
    ("color-contrast", 'class="token'),  # of st.code
    ("color-contrast", "<code class="),  # code in st.caption
    ("scrollable-region-focusable", "<pre class="),  # of st.code, with long lines on a phone
    ("scrollable-region-focusable", '<div class="st-emotion-cache-'),  # of st.table, on a phone
)
# Ours, and still there.
KNOWN = (
    ("empty-table-header", "col_heading"),  # of the table of states
)


def findings(page):
    """What axe-core finds, but what is Streamlit's own: the rule and the element of each."""
    found = [
        (violation["id"], node["html"])
        for violation in Axe().run(page).response["violations"]
        for node in violation["nodes"]
    ]
    expected = (*STREAMLITS_OWN, *KNOWN)
    return [
        (rule, html) for rule, html in found if not any(rule == r and part in html for r, part in expected)
    ]


@pytest.mark.parametrize("entry", EVERY_PAGE, ids=lambda entry: entry.title)
def test_axe_finds_nothing_of_ours_in_either_theme(app_url, page, entry):
    page.goto(f"{app_url}/{'' if entry is START else entry.url_path}")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        settle(page)
        assert findings(page) == [], theme


def test_picture_without_a_name_is_found(page):
    page.set_content("<title>t</title><html lang=en><main><h1>h</h1><svg role=img></svg></main></html>")
    assert [rule for rule, _ in findings(page)] == ["svg-img-alt"]
