"""The picture of a forward pass by itself, as a notebook or a file has it: it answers the pointer alone."""

import pytest
import torch
import vl_convert
from playwright.sync_api import Page, expect

from linear_core import trace_forward
from linear_core.charts import forward_chart
from linear_core.charts.export import VEGA_LITE

pytestmark = pytest.mark.browser

ROWS, INS, OUTS = 3, 5, 4
# In the order of the table: x, the weight, the output, the bias. Upright they are turned, cell by cell.
STARTS = {
    "x": 0,
    "weight": ROWS * INS,
    "output": (ROWS + OUTS) * INS,
    "bias": (ROWS + OUTS) * INS + ROWS * OUTS,
}
# Pointing at one cell of each matrix lights so many cells: of x, the weight, the output, the bias.
LIT = {
    "output": INS + INS + 1 + 1,
    "x": 1 + OUTS + OUTS,
    "weight": ROWS + 1 + ROWS,
    "bias": ROWS + 1,
}


def open_chart(page: Page, convention: str) -> None:
    draw = torch.Generator().manual_seed(0)
    x, weight, bias = (torch.randn(*shape, generator=draw) for shape in [(ROWS, INS), (OUTS, INS), (OUTS,)])
    chart = forward_chart(trace_forward(x, weight, bias), picked=(1, 2), convention=convention)
    page.set_content(vl_convert.vegalite_to_html(chart.to_dict(), vl_version=VEGA_LITE, bundle=True))
    page.locator(".cells_marks path").first.wait_for()


def total(page: Page) -> str:
    """The name of the cell whose sum the corner shows."""
    [text] = [text for text in page.locator("svg text").all_text_contents() if text.startswith("y[")]
    return text.partition(" =")[0]


@pytest.mark.parametrize(("convention", "opened"), [("linear", "y[B, 2]"), ("columns", "y[2, B]")])
def test_pointing_at_any_cell_lights_what_it_feeds_and_what_feeds_it(
    page: Page, convention: str, opened: str
):
    open_chart(page, convention)
    lit = page.locator("svg path[stroke-width='2']")
    lines = page.locator("svg line[stroke-dasharray='3,3']")
    expect(lit).to_have_count(LIT["output"])
    expect(lines).to_have_count(2)
    assert total(page) == opened
    for matrix in ("x", "weight", "bias"):
        page.locator(".cells_marks path").nth(STARTS[matrix] + 1).hover()
        expect(lit).to_have_count(LIT[matrix])
        expect(lines).to_have_count(0)
        assert total(page) == opened, "the corner stays where it was"
    page.locator(".cells_marks path").nth(STARTS["output"]).hover()
    expect(lit).to_have_count(LIT["output"])
    expect(lines).to_have_count(2)
    assert total(page) == ("y[A, 0]" if convention == "linear" else "y[0, A]")
