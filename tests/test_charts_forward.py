"""The pictures of the forward pass: what they say is what PyTorch computes."""

import json

import pytest
import torch

from linear_core import CellTrace, LayerSpec, build_layer, trace_forward
from linear_core.charts import (
    block_chart,
    contributions_chart,
    folding_chart,
    forward_chart,
    miniature_chart,
    neurons_chart,
    window_chart,
)
from linear_core.charts.labels import fixed, full, sample_names
from linear_core.layer.numbers import layer_numbers
from linear_core.passes.blocks import block_summary, window


def tables(chart) -> list[list[dict]]:
    """The data that go with a picture."""
    return list(chart.to_dict()["datasets"].values())


def table(chart, *columns: str) -> list[dict]:
    """The one table with these columns."""
    [found] = [rows for rows in tables(chart) if set(columns) <= set(rows[0])]
    return found


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def trace(in_features=5, out_features=4, leading=(3,), bias=True):
    return trace_forward(*layer_numbers(LayerSpec(in_features, out_features, bias), leading))


def test_every_cell_says_its_own_number_in_full():
    call = trace()
    cells = table(forward_chart(call), "kind", "full")
    for kind, values in (
        ("x", call.x),
        ("weight", call.weight.T),
        ("bias", call.bias),
        ("output", call.output),
    ):
        shown = [number(cell["full"]) for cell in cells if cell["kind"] == kind]
        assert torch.equal(torch.tensor(shown), values.flatten())


def test_one_colour_scale_serves_all_four_matrices():
    call = trace()
    cells = table(forward_chart(call), "kind", "strength")
    largest = max(values.abs().max().item() for values in (call.x, call.weight, call.bias, call.output))
    for cell in cells:
        assert cell["strength"] == pytest.approx(abs(cell["value"]) / largest)
    assert len({cell["sign"] for cell in cells if cell["value"] < 0}) == 1


def test_the_bars_of_a_cell_go_from_sum_to_sum_and_end_at_its_value():
    call = trace()
    sums = table(forward_chart(call), "start", "end")
    for row in range(3):
        for out in range(4):
            cell = call.cell(row, out)
            bars = [bar for bar in sums if (bar["row"], bar["out"]) == (row, out)]
            assert [bar["end"] for bar in bars[:5]] == cell.running_sums.tolist()
            assert [bar["value"] for bar in bars[:5]] == cell.products.tolist()
            assert [bar["start"] for bar in bars[1:6]] == [bar["end"] for bar in bars[:5]]
            assert bars[5]["value"] == cell.bias.item()
            assert bars[5]["end"] == bars[6]["value"] == cell.value.item()


def test_bars_stay_between_words_and_values():
    for bar in table(forward_chart(trace()), "from", "to"):
        assert min(bar["from"], bar["to"], bar["zero"]) > 103
        assert max(bar["from"], bar["to"], bar["zero"]) < 300


def test_a_layer_without_bias_has_no_bias_in_its_picture():
    chart = forward_chart(trace(bias=False))
    assert {cell["kind"] for cell in table(chart, "kind", "full")} == {"x", "weight", "output"}
    assert not any("b[" in bar["words"] for bar in table(chart, "start", "end"))


@pytest.mark.parametrize("leading", [(), (1,), (2, 3)])
def test_any_rank_is_drawn_as_rows(leading):
    call = trace(leading=leading)
    cells = table(forward_chart(call), "kind", "full")
    assert sum(cell["kind"] == "output" for cell in cells) == call.output.numel()


def test_all_zeros_are_drawn_without_colour():
    call = trace_forward(torch.zeros(2, 3), torch.zeros(2, 3))
    assert {cell["strength"] for cell in table(forward_chart(call), "kind", "strength")} == {0.0}
    assert {edge["strength"] for edge in table(neurons_chart(call.weight), "from", "to")} == {0.0}


def test_the_picked_cell_starts_the_selection_and_the_description():
    call = trace()
    spec = forward_chart(call, picked=(1, 2)).to_dict()
    starts = {param["name"]: param["value"] for param in spec["params"]}
    assert starts == {"picked": [{"row": 1, "out": 2, "feature": -1}], "opened": [{"row": 1, "out": 2}]}
    assert spec["description"].endswith(f"y[B, 2] is {full(call.output[1, 2].item())}.")
    with pytest.raises(IndexError):
        forward_chart(call, picked=(3, 0))


def places(cells: list[dict], kind: str, *axes: str) -> list[list[tuple[int, ...]]]:
    """What the cells of a matrix belong to, row by row as they are drawn."""
    rows: dict[float, dict[float, tuple[int, ...]]] = {}
    for cell in cells:
        if cell["kind"] == kind:
            rows.setdefault(cell["top"], {})[cell["left"]] = tuple(cell[axis] for axis in axes)
    return [[row[left] for left in sorted(row)] for _top, row in sorted(rows.items())]


def test_samples_are_columns_where_a_convention_says_so():
    call = trace(in_features=5, out_features=4, leading=(3,))
    usual, upright = (
        table(forward_chart(call, convention=name), "kind", "full") for name in ("linear", "columns")
    )
    for kind, axes in {
        "x": ("row", "feature"),
        "weight": ("feature", "out"),
        "bias": ("feature", "out"),
        "output": ("row", "out"),
    }.items():
        turned = [list(column) for column in zip(*places(usual, kind, *axes), strict=True)]
        assert places(upright, kind, *axes) == turned
    shown = {cell["name"]: number(cell["full"]) for cell in upright}
    assert shown["W[3, 1]"] == number(full(call.weight[3, 1].item()))
    assert shown["x[4, C]"] == number(full(call.x[2, 4].item()))
    assert shown["y[3, B]"] == number(full(call.output[1, 3].item()))
    assert shown["b[3]"] == number(full(call.bias[3].item()))


def test_a_kernel_is_called_by_its_name_and_lies_as_it_is_stored():
    call = trace()
    cells = table(forward_chart(call, convention="kernel"), "kind", "full")
    assert {cell["name"][0] for cell in cells if cell["kind"] == "weight"} == {"K"}
    usual = table(forward_chart(call), "kind", "full")
    assert [cell["left"] for cell in cells] == [cell["left"] for cell in usual]


@pytest.mark.parametrize(
    ("convention", "words"),
    [
        ("linear", "x (3, 5) times Wᵀ (5, 4) gives y (3, 4); y[B, 2] is "),
        ("columns", "W (4, 5) times x (5, 3) gives y (4, 3); y[2, B] is "),
        ("kernel", "x (3, 5) times K (5, 4) gives y (3, 4); y[B, 2] is "),
    ],
)
def test_the_description_is_written_in_the_convention(convention, words):
    description = forward_chart(trace(), picked=(1, 2), convention=convention).to_dict()["description"]
    assert description.startswith(words)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("convention", ["linear", "columns"])
def test_no_cell_covers_another_or_leaves_the_picture(convention, bias):
    chart = forward_chart(trace(bias=bias), convention=convention)
    cells = table(chart, "kind", "full")
    for cell in cells:
        assert 0 <= cell["left"] < cell["right"] <= chart.width
        assert 0 <= cell["top"] < cell["bottom"] <= chart.height
    for kind in ("x", "weight", "bias", "output"):
        for one in (cell for cell in cells if cell["kind"] == kind):
            for other in (cell for cell in cells if cell["kind"] > kind):
                beside = one["right"] <= other["left"] or other["right"] <= one["left"]
                assert beside or one["bottom"] <= other["top"] or other["bottom"] <= one["top"]


def test_every_weight_is_an_edge_and_every_feature_a_node():
    call = trace()
    chart = neurons_chart(call.weight, call.bias, picked=3)
    edges = table(chart, "from", "to")
    assert torch.equal(torch.tensor([number(edge["value"]) for edge in edges]), call.weight.flatten())
    nodes = [point["name"] for point in table(chart, "pick_in", "shape") if point["shape"] == "circle"]
    assert nodes == [f"x[{i}]" for i in range(5)] + [f"y[{o}]" for o in range(4)]
    assert chart.to_dict()["params"][0]["value"] == [{"pick_out": 3, "pick_in": -1}]


def test_a_node_lights_its_own_edges_and_no_other_node():
    points = table(neurons_chart(trace().weight), "pick_in", "shape")
    circles = [point for point in points if point["shape"] == "circle"]
    for node in circles:
        lit = [
            other for other in circles if node["pick_out"] == other["out"] or node["pick_in"] == other["in"]
        ]
        assert lit == [node]


def test_blocks_are_a_constant_number_of_marks():
    sizes = []
    for side in (100, 1000):
        weight = build_layer(LayerSpec(side, side)).weight.detach()
        chart = block_chart(block_summary(weight, 40, 40))
        rows = table(chart, "mean", "extreme")
        sizes.append(len(rows))
        assert len(json.dumps(chart.to_dict())) < 300_000
        assert max(abs(row["extreme"]) for row in rows) == pytest.approx(weight.abs().max().item())
    assert sizes[0] <= 40 * 40
    assert sizes[1] == 40 * 40


def test_blocks_say_which_rows_and_columns_they_hold():
    rows = table(block_chart(block_summary(torch.ones(5, 4), 2, 2)), "mean", "extreme")
    assert [(row["row_from"], row["row_to"]) for row in rows] == [(0, 2), (0, 2), (3, 4), (3, 4)]
    assert {row["column_to"] for row in rows} == {1, 3}


def test_a_window_numbers_its_cells_as_in_the_whole_matrix():
    weight = build_layer(LayerSpec(50, 60)).weight.detach()
    cells = table(window_chart(window(weight, 30, 20, 2, 3), 30, 20), "name", "value")
    assert [cell["name"] for cell in cells[:3]] == ["weight[30, 20]", "weight[30, 21]", "weight[30, 22]"]
    shown = torch.tensor([number(cell["value"]) for cell in cells]).reshape(2, 3)
    assert torch.equal(shown, weight[30:32, 20:23])
    assert table(window_chart(torch.zeros(1, 1), 0, 0), "name", "value")[0]["strength"] == 0


def test_contributions_are_the_largest_products_and_the_bias():
    call = trace_forward(*layer_numbers(LayerSpec(300, 2), (1,)))
    cell = call.cell(0, 1)
    chart = contributions_chart(cell, count=4)
    terms = table(chart, "term", "full")
    largest = sorted(map(abs, cell.products.tolist()))[-4:]
    assert sorted(abs(term["value"]) for term in terms[:4]) == largest
    assert terms[4]["term"] == "bias"
    rest = number(chart.to_dict()["description"].rsplit(" ", 1)[1].rstrip("."))
    assert sum(term["value"] for term in terms) + rest == pytest.approx(cell.value.item(), abs=1e-5)
    for term in terms:
        assert min(term["zero"], term["to"]) > 149.9
        assert max(term["zero"], term["to"]) < 300.1


def test_a_cell_of_zeros_or_without_products_is_drawn_too():
    zeros = CellTrace(torch.zeros(2), torch.ones(2), None, torch.tensor(0.0))
    assert {term["to"] for term in table(contributions_chart(zeros), "term", "full")} == {150.0}
    biased = CellTrace(torch.ones(2), torch.ones(2), torch.tensor(1.0), torch.tensor(3.0))
    assert "no product is shown" in contributions_chart(biased, count=0).to_dict()["description"]


@pytest.mark.parametrize("leading", [(), (4,), (2, 3), (3, 3, 8)])
def test_every_sample_stands_in_four_places_and_folding_keeps_the_order(leading):
    strips = table(folding_chart(leading, 5, 10), "row", "place")
    rows = torch.Size(leading).numel()
    assert len(strips) == 4 * rows
    index = [strip["name"] for strip in strips if strip["place"] == "x"]
    assert index == [str(tuple(place)) for place in torch.ones(leading).nonzero().tolist()]
    for place in ("x", "x folded", "y folded", "y"):
        tops = [strip["top"] for strip in strips if strip["place"] == place]
        assert tops == sorted(tops)
    assert all(strip["top"] < strip["bottom"] <= 340 for strip in strips)


@pytest.mark.parametrize("sizes", [(1, 1, 1), (16, 16, 8), (5, 10, 3), (16, 1, 1)])
def test_the_miniature_is_in_proportion_and_keeps_its_size(sizes):
    in_features, out_features, batch_size = sizes
    chart = miniature_chart(*sizes)
    x, weight, bias, y = table(chart, "name", "hue")
    unit = (x["right"] - x["left"]) / in_features
    for part, columns, rows in (
        (x, in_features, batch_size),
        (weight, out_features, in_features),
        (y, out_features, batch_size),
    ):
        assert part["right"] - part["left"] == pytest.approx(columns * unit)
        assert part["bottom"] - part["top"] == pytest.approx(rows * unit)
        assert 0 <= part["left"] < part["right"] <= 336
        assert 0 <= part["top"] < part["bottom"] <= 300
        assert part["shape"] == f"({rows}, {columns})"
    assert bias["shape"] == f"({out_features},)"
    assert bias["bottom"] - bias["top"] == pytest.approx(unit)
    assert weight["bottom"] < bias["top"] < bias["bottom"] < y["top"]
    assert (chart.width, chart.height) == (336, 300)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.005, "0.01"), (-0.001, "−1e−3"), (999.994, "999.99"), (1000.0, "1e3"), (float("nan"), "nan")],
)
def test_a_label_never_hides_a_number_as_zero(value, text):
    assert fixed(value) == text


def test_samples_have_letters_while_the_alphabet_lasts():
    assert sample_names(26)[-1] == "Z"
    assert sample_names(28)[26:] == ["26", "27"]


def test_a_single_sample_without_a_name_has_no_index_of_its_own():
    call = trace_forward(*layer_numbers(LayerSpec(2, 3), ()))
    assert "; y[1] is " in forward_chart(call, [""], (0, 1)).to_dict()["description"]
