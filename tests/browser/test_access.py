"""Accessibility: axe-core finds nothing that the app itself could fix."""

from axe_playwright_python.sync_playwright import Axe

# By rule, a part of the element's HTML. Streamlit's own widgets have these in an app that has nothing else.
STREAMLITS_OWN = (
    ("presentation-role-conflict", "stFileUploaderDropzone"),
    ("empty-table-header", 'role="columnheader"'),
    ("color-contrast", 'class="token'),  # of st.code
    ("color-contrast", "<code class="),  # code in st.caption
    ("scrollable-region-focusable", "<pre class="),  # of st.code, with long lines on a phone
    ("scrollable-region-focusable", '<div class="st-emotion-cache-'),  # of st.table, on a phone
)


def findings(page):
    """What axe-core finds, but what is Streamlit's own: the rule and the element of each."""
    found = [
        (violation["id"], node["html"])
        for violation in Axe().run(page).response["violations"]
        for node in violation["nodes"]
    ]
    return [
        (rule, html)
        for rule, html in found
        if not any(rule == known and part in html for known, part in STREAMLITS_OWN)
    ]


def test_picture_without_a_name_is_found(page):
    page.set_content("<title>t</title><html lang=en><main><h1>h</h1><svg role=img></svg></main></html>")
    assert [rule for rule, _ in findings(page)] == ["svg-img-alt"]
