"""The pictures say what they are told to say, in any language, and nothing else."""

import json
import string

import pytest
import torch

from linear_core import TRAPS, Trainer, TrainingConfig, line_data, race, trace_forward
from linear_core.charts import (
    block_chart,
    contributions_chart,
    folding_chart,
    forward_chart,
    miniature_chart,
    neurons_chart,
    window_chart,
    words,
)
from linear_core.charts.curves import curves_chart
from linear_core.charts.gauge import gauge
from linear_core.charts.microscope import step_chart
from linear_core.charts.race import paths_chart
from linear_core.charts.stage import WORDS, stage
from linear_core.charts.traps import differences_chart, lines_chart
from linear_core.layer.known_layers import KNOWN_LAYERS
from linear_core.passes.blocks import block_summary
from pages._ui.forward import words as page_words

MATRIX = torch.tensor([[0.5, -0.25], [1.0, 2.0]])
BIAS = torch.tensor([1.0, 2.0])
CALL = trace_forward(torch.tensor([[1.0, 2.0]]), MATRIX, BIAS)

PICTURES = {
    "blocks": (words.BLOCK_WORDS, lambda w: block_chart(block_summary(MATRIX, 2, 2), "W", w)),
    "window": (words.WINDOW_WORDS, lambda w: window_chart(MATRIX, 0, 0, "weight", w)),
    "products": (words.CONTRIBUTION_WORDS, lambda w: contributions_chart(CALL.cell(0, 1), 1, "y", w)),
    "no products": (words.CONTRIBUTION_WORDS, lambda w: contributions_chart(CALL.cell(0, 1), 0, "y", w)),
    "folding": (words.FOLDING_WORDS, lambda w: folding_chart((2, 3), 5, 10, w)),
    "forward": (words.FORWARD_WORDS, lambda w: forward_chart(CALL, words=w)),
    "forward with upright samples": (
        words.FORWARD_WORDS,
        lambda w: forward_chart(CALL, words=w, convention="columns"),
    ),
    "miniature": (words.MINIATURE_WORDS, lambda w: miniature_chart(5, 10, 3, w)),
    "neurons": (words.NEURON_WORDS, lambda w: neurons_chart(MATRIX, BIAS, words=w)),
    "neurons without bias": (words.NEURON_WORDS, lambda w: neurons_chart(MATRIX, words=w)),
    "training": (WORDS, lambda w: stage(1040, words=w, has_test=True)),
}
UNSAID = {
    "products": {"description_of_none"},
    "no products": {"description"},
    "forward": {"description_of_columns"},
    "forward with upright samples": {"description"},
    "neurons": {"no_bias"},
    "neurons without bias": {"bias"},
    "training": {"match", "match_hint", "steepest", "flattest"},  # of data with several features
}


def marked(text):
    """The text with nothing left but its fields."""
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
def test_every_word_of_a_picture_is_one_that_it_was_given(name):
    own, draw = PICTURES[name]
    unsaid = UNSAID.get(name, set())
    told = {key: f"{marked(text)}{key}»" for key, text in own.items()}
    chart = draw(told).to_dict(validate=False)
    said = json.dumps(chart, ensure_ascii=False)
    missing = [key for key in own if key not in unsaid and f"»{key}»" not in said]
    assert missing == []
    titles = [entry["title"] for entry in entries(chart, "tooltip")]
    assert [title for title in titles if not title.startswith("«")] == []


def pictures_with_texts():
    trainer = Trainer(line_data(), TrainingConfig(learning_rate=0.1))
    trap = TRAPS["target_shape"].run(trainer.data, trainer.config, 3)
    texts = [f"«{place}»" for place in range(5)]
    yield step_chart(trainer.trace_step(0), 1, *texts).to_dict()
    yield lines_chart(trap, *texts[:4]).to_dict()
    yield differences_chart(trap.differences, *texts[:2]).to_dict()
    yield paths_chart(
        trainer.data, race(trainer.data, trainer.config, ["SGD", "Adam"], 3), *texts[:2]
    ).to_dict()
    yield curves_chart(["«a»", "«b»"], *texts[:2])


def test_tooltips_and_axes_of_a_run_have_no_title_but_those_given():
    for picture in pictures_with_texts():
        for channel in ("tooltip", "x", "y"):
            titles = [entry["title"] for entry in entries(picture, channel)]
            assert all("«" in title or not title.strip() for title in titles)


def test_marks_say_nothing_but_the_tooltips_they_were_given():
    drawn = [draw(own).to_dict(validate=False) for own, draw in PICTURES.values()]
    for picture in (*drawn, *pictures_with_texts(), gauge().to_dict(validate=False)):
        assert picture["config"]["aria"] is False
        assert picture["config"]["mark"] == {"tooltip": None}


def test_words_of_the_pages_are_those_of_the_pictures():
    assert page_words.block_words() == dict(words.BLOCK_WORDS)
    assert page_words.window_words() == dict(words.WINDOW_WORDS)
    assert page_words.contribution_words() == dict(words.CONTRIBUTION_WORDS)
    assert page_words.folding_words() == dict(words.FOLDING_WORDS)
    assert page_words.forward_words() == dict(words.FORWARD_WORDS)
    assert page_words.miniature_words() == dict(words.MINIATURE_WORDS)
    assert page_words.neuron_words() == dict(words.NEURON_WORDS)


def test_names_of_known_layers_are_marked_to_be_translated():
    assert tuple(KNOWN_LAYERS) == page_words.KNOWN_LAYER_NAMES
