"""The pictures use the texts that they are given, in any language, and no others."""

import string

import pytest
import torch

from linear_core import TRAPS, Trainer, TrainingConfig, line_data, trace_forward
from linear_core.charts import (
    block_chart,
    contributions_chart,
    flatten_chart,
    forward_chart,
    neurons_chart,
    window_chart,
)
from linear_core.charts.axes import compact
from linear_core.charts.film import moving
from linear_core.charts.microscope import step_chart
from linear_core.charts.run_views import titles, views
from linear_core.charts.side_by_side import lines_view, losses_view, paths_view
from linear_core.charts.traps import differences_chart
from linear_core.passes.blocks import block_summary

MATRIX = torch.tensor([[0.5, -0.25], [1.0, 2.0]])
BIAS = torch.tensor([1.0, 2.0])
CALL = trace_forward(torch.tensor([[1.0, 2.0]]), MATRIX, BIAS)

PICTURES = {
    "blocks": lambda t: block_chart(block_summary(MATRIX, 2, 2), "«W»", t),
    "window": lambda t: window_chart(MATRIX, 0, 0, "weight", t),
    "products": lambda t: contributions_chart(CALL.cell(0, 1), 1, "y", t),
    "flatten": lambda t: flatten_chart((2, 3), 5, 10, t),
    "forward": lambda t: forward_chart(CALL, translate=t),
    "neurons": lambda t: neurons_chart(MATRIX, BIAS, translate=t),
}


def foreign(text):
    """Another language: the same fields, and nothing else of the English."""
    fields = [name for _, name, _, _ in string.Formatter().parse(text) if name]
    return "«" + ",".join(f"{{{name}}}" for name in fields) + "»"


def entries(specification, name):
    """Every entry of this name, however deep; of what is drawn, not of its data."""
    if isinstance(specification, dict):
        for key, value in specification.items():
            if key in ("config", "datasets"):
                continue
            if key == name:
                yield from value if isinstance(value, list) else [value]
            yield from entries(value, name)
    elif isinstance(specification, list):
        for value in specification:
            yield from entries(value, name)


@pytest.mark.parametrize("name", PICTURES)
def test_every_text_of_a_picture_is_translated(name):
    chart = PICTURES[name](foreign).to_dict()
    titles = [entry["title"] for entry in entries(chart, "tooltip")]
    titles += [entry["title"] for entry in entries(chart, "legend") if entry and entry["title"]]
    assert titles
    assert [title for title in titles if not title.startswith("«")] == []
    if name != "forward":  # a formula in every language
        assert chart["description"].startswith("«")


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_drawn_and_described_in_english_by_default(name):
    assert PICTURES[name](str).to_dict()["description"]


def test_every_text_of_a_run_is_translated():
    drawn = [*views(foreign, 1, has_test=True).values(), *views(foreign, 3).values(), *several(foreign)]
    charts = [chart.to_dict(validate=False) for chart in drawn]
    channels = [entry for channel in ("tooltip", "x", "y") for entry in entries(charts, channel)]
    found = [entry["title"] for entry in channels if "title" in entry]
    found += titles(foreign, 1).values()
    assert len(found) > 50
    assert [title for title in found if title.strip() and "«" not in title] == []


def pictures_with_texts():
    trainer = Trainer(line_data(), TrainingConfig(learning_rate=0.1))
    trap = TRAPS["target_shape"].run(trainer.data, trainer.config, 3)
    texts = [f"«{place}»" for place in range(5)]
    yield step_chart(trainer.trace_step(0), 1, *texts).to_dict()
    yield differences_chart(trap.differences, *texts[:2]).to_dict()


def several(translate):
    return [view(["a", "b"], translate) for view in (losses_view, paths_view, lines_view)]


def moving_pictures():
    for chart in (*views(has_test=True).values(), *several(str)):
        yield compact(moving(chart)).to_dict(validate=False)


def test_tooltips_and_axes_of_a_run_have_no_title_but_those_given():
    for picture in pictures_with_texts():
        for channel in ("tooltip", "x", "y"):
            titles = [entry["title"] for entry in entries(picture, channel)]
            assert all("«" in title or not title.strip() for title in titles)


def test_marks_say_nothing_but_the_tooltips_they_were_given():
    drawn = [draw(str).to_dict() for draw in PICTURES.values()]
    for picture in (*drawn, *pictures_with_texts(), *moving_pictures()):
        assert picture["config"]["aria"] is False
        assert picture["config"]["mark"] == {"tooltip": None, "aria": False}
