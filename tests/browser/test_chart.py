"""The layer as neurons by itself, as a notebook or a file has it: it answers the pointer alone."""

import pytest
import torch
import vl_convert
from playwright.sync_api import Page

from linear_core.charts import neurons_chart
from linear_core.charts.export import VEGA_LITE

INS, OUTS = 5, 4


@pytest.fixture
def chart(page: Page) -> Page:
    weight = torch.randn(OUTS, INS, generator=torch.Generator().manual_seed(0))
    drawn = neurons_chart(weight, picked=2).to_dict()
    page.set_content(vl_convert.vegalite_to_html(drawn, vl_version=VEGA_LITE, bundle=True))
    page.locator(".mark-symbol path").first.wait_for()
    return page


def lit(page: Page) -> tuple[list[int], ...]:
    """The edges and the cells that are highlighted, by their place in the table of weights."""
    edges, cells = (
        page.locator(marks).evaluate_all("marks => marks.map(mark => mark.getAttribute('opacity'))")
        for marks in (".mark-rule[class*=_marks] line", ".mark-rect path")
    )
    assert len(edges) == len(cells) == INS * OUTS
    return tuple([place for place, each in enumerate(marks) if each == "1"] for marks in (edges, cells))


def test_pointing_at_a_neuron_lights_its_edges_and_its_part_of_the_matrix(chart: Page):
    of_output = [list(range(out * INS, (out + 1) * INS)) for out in range(OUTS)]
    of_input = [list(range(i, OUTS * INS, INS)) for i in range(INS)]
    assert lit(chart) == (of_output[2], of_output[2])
    chart.locator(".mark-symbol path").nth(1).hover(force=True)
    assert lit(chart) == (of_input[1], of_input[1])
    chart.locator(".mark-symbol path").nth(INS + 3).hover(force=True)
    assert lit(chart) == (of_output[3], of_output[3])
    chart.locator(".mark-rect path").nth(7).hover(force=True)
    both = sorted({*of_output[1], *of_input[2]})
    assert lit(chart) == (both, both)
