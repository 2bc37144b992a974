"""The controls of a page: what a browser shows of them that has missed that they were set."""

import pytest

from tests.visit import run, visit

KINDS = ("slider", "select_slider", "number_input", "toggle", "button_group", "selectbox", "text_area")


def shown(kind, widget):
    """What a browser shows that sees a control first in a run that does not set it."""
    found = widget.proto.default
    if kind in ("slider", "number_input", "toggle", "text_area"):
        [value] = list(found) if kind == "slider" else [found]
        return value
    if kind == "button_group":
        chosen = [widget.proto.options[place].content for place in found]
        return chosen if isinstance(widget.value, list) else "".join(chosen)
    place = int(found[0]) if kind == "select_slider" else found
    return widget.proto.options[place]


def title(kind, widget):
    titled = kind in ("button_group", "selectbox", "select_slider")
    if not titled or widget.value is None:
        return widget.value or (0 if kind != "button_group" else "")
    several = isinstance(widget.value, list)
    names = [widget.format_func(value) for value in (widget.value if several else [widget.value])]
    return names if several else names[0]


@pytest.mark.parametrize(
    ("page", "link"),
    [
        (
            "4_Training",
            {"slope": "5", "steps": "500", "data_seed": "3", "optimizer": "adam", "stop": "loss"}
            | {"section": "race", "racers": "SGD_Adam", "race_rates": "tuned", "init": "zeros"},
        ),
        ("1_Forward_pass", {"in_features": "3", "view": "rows", "bias": "false", "part": "large"}),
        ("3_Gradients", {"loss": "l1", "one_rate": "2", "grad_part": "update"}),
        ("2_Shapes_and_errors", {"topic": "chain", "chain": "ReLU()"}),
    ],
)
def test_a_browser_that_missed_the_first_run_shows_what_is_chosen(page, link):
    at = run(visit(f"pages/{page}.py", **link))
    widgets = [(kind, widget) for kind in KINDS for widget in getattr(at, kind) if widget.key != "unfolded"]
    assert {widget.key for _, widget in widgets} & set(link)
    for kind, widget in widgets:
        assert shown(kind, widget) == title(kind, widget), widget.key


def test_names_of_pytorch_are_the_same_in_chinese_and_titles_are_not():
    gradients = visit("pages/3_Gradients.py", lang="zh")
    assert gradients.button_group(key="reduction").label == "reduction"
    assert gradients.button_group(key="loss").label == "损失"
    labels = {toggle.key: toggle.label for toggle in gradients.toggle}
    assert labels["bias"] == "bias"
    options = [each.content for each in gradients.button_group(key="reduction").proto.options]
    views = [each.content for each in gradients.button_group(key="grad_view").proto.options]
    assert (options, views) == (["mean", "sum"], ["点积", "按行", "按列", "样本"])
    training = visit("pages/4_Training.py", lang="zh", data="features")
    assert training.slider(key="num_features").label == "in_features"
    assert training.slider(key="momentum").label == "动量"
