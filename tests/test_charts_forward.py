"""The pictures of the forward pass: what they say is what PyTorch computes."""

import json

import pytest
import torch

from linear_core import CellTrace, LayerSpec, build_layer, trace_forward
from linear_core.charts import (
    block_chart,
    contributions_chart,
    export_chart,
    flatten_chart,
    forward_chart,
    neurons_chart,
    window_chart,
)
from linear_core.charts.labels import fixed, full
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


def matrices(chart) -> dict[str, dict[str, float]]:
    """The numbers of each matrix of a forward picture, by the names of its cells, in the order drawn."""
    found: dict[str, dict[str, float]] = {}
    for rows in tables(chart):
        for cell in rows if rows and "full" in rows[0] else []:
            found.setdefault(cell["name"][0], {})[cell["name"]] = number(cell["full"])
    return found


def test_every_cell_says_its_own_number_in_full():
    call = trace()
    shown = matrices(forward_chart(call))
    for name, values in {"x": call.x, "W": call.weight.T, "b": call.bias, "y": call.output}.items():
        assert torch.equal(torch.tensor(list(shown[name].values())), values.flatten())
    assert shown["x"]["x[1, 4]"] == number(full(call.x[1, 4].item()))
    assert shown["W"]["Wᵀ[4, 2]"] == number(full(call.weight[2, 4].item()))
    assert shown["b"]["b[3]"] == number(full(call.bias[3].item()))


def test_one_color_scale_serves_all_four_matrices():
    call = trace()
    spec = forward_chart(call).to_dict()
    maps = [part["layer"][0] for part in spec["concat"] if "layer" in part]
    largest = max(values.abs().max().item() for values in (call.x, call.weight, call.bias, call.output))
    assert [part["encoding"]["color"]["scale"]["domain"] for part in maps] == [[-largest, 0, largest]] * 4
    assert spec["resolve"] == {"scale": {"color": "shared"}}


def test_layer_without_bias_has_no_bias_in_its_picture():
    chart = forward_chart(trace(bias=False))
    assert set(matrices(chart)) == {"x", "W", "y"}
    assert "b (" not in chart.to_dict()["description"]


@pytest.mark.parametrize("leading", [(), (1,), (2, 3)])
def test_any_number_of_dims_is_drawn_as_rows(leading):
    call = trace(leading=leading)
    assert list(matrices(forward_chart(call))["y"].values()) == pytest.approx(call.output.flatten().tolist())


def test_all_zeros_are_drawn():
    call = trace_forward(torch.zeros(2, 3), torch.zeros(2, 3))
    for chart in (forward_chart(call), neurons_chart(call.weight), window_chart(call.weight, 0, 0)):
        assert export_chart(chart, "svg").count(b"<path") > 5


def test_samples_are_columns_where_a_convention_says_so():
    call = trace(in_features=5, out_features=4, leading=(3,))
    shown = matrices(forward_chart(call, convention="columns"))
    for name, values in {"x": call.x.T, "W": call.weight, "b": call.bias, "y": call.output.T}.items():
        assert torch.equal(torch.tensor(list(shown[name].values())), values.flatten())
    assert shown["W"]["W[3, 1]"] == number(full(call.weight[3, 1].item()))
    assert shown["x"]["x[4, 2]"] == number(full(call.x[2, 4].item()))
    assert shown["y"]["y[3, 1]"] == number(full(call.output[1, 3].item()))


def test_kernel_is_called_by_its_name_and_lies_as_it_is_stored():
    call = trace()
    kernel = matrices(forward_chart(call, convention="kernel"))["K"]
    assert torch.equal(torch.tensor(list(kernel.values())), call.weight.T.flatten())


@pytest.mark.parametrize(
    ("convention", "words"),
    [
        ("linear", "y (3, 4) = x (3, 5) @ Wᵀ (5, 4) + b (1, 4)"),
        ("columns", "y (4, 3) = W (4, 5) @ x (5, 3) + b (4, 1)"),
        ("kernel", "y (3, 4) = x (3, 5) @ K (5, 4) + b (1, 4)"),
    ],
)
def test_description_is_the_formula_with_its_shapes(convention, words):
    assert forward_chart(trace(), convention=convention).to_dict()["description"] == words


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(
    ("convention", "top", "bottom"), [("linear", "Wᵀ", ["x", "y"]), ("columns", "x", ["W", "b", "y"])]
)
def test_output_stands_below_and_beside_its_factors(convention, bias, top, bottom):
    spec = forward_chart(trace(bias=bias), convention=convention).to_dict()
    titles = [part.get("title", {}).get("text", "").partition(" ")[0] for part in spec["concat"]]
    grid = [titles[i : i + spec["columns"]] for i in range(0, len(titles), spec["columns"])]
    assert grid[0][-1] == top
    assert grid[-1] == [name for name in bottom if bias or name != "b"]
    assert sum(map(len, grid)) == len(grid) * spec["columns"]


def test_every_weight_is_an_edge_and_every_feature_a_node():
    call = trace()
    chart = neurons_chart(call.weight, call.bias, picked=3)
    edges = table(chart, "from", "to")
    assert torch.equal(torch.tensor([number(edge["full"]) for edge in edges]), call.weight.flatten())
    nodes = table(chart, "side", "hue")
    assert [node["name"] for node in nodes] == [f"x[{i}]" for i in range(5)] + [f"y[{o}]" for o in range(4)]
    assert [number(node["full"].split()[1]) for node in nodes[5:]] == pytest.approx(call.bias.tolist())
    places = {node["name"]: node["to"] for node in nodes}
    for edge in edges:
        assert (edge["from"], edge["to"]) == (places[f"x[{edge['in']}]"], places[f"y[{edge['out']}]"])
    starts = {param["name"]: param.get("value") for param in chart.to_dict()["params"]}
    assert starts == {"neuron": [{"out": 3}], "feature": None}


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
    assert [(row["row"], row["row_to"]) for row in rows] == [(0, 3), (0, 3), (3, 5), (3, 5)]
    assert {row["column_to"] for row in rows} == {2, 4}


def test_a_window_numbers_its_cells_as_in_the_whole_matrix():
    weight = build_layer(LayerSpec(50, 60)).weight.detach()
    cells = table(window_chart(window(weight, 30, 20, 2, 3), 30, 20), "name", "full")
    assert [cell["name"] for cell in cells[:3]] == ["weight[30, 20]", "weight[30, 21]", "weight[30, 22]"]
    assert [(cell["row"], cell["column"]) for cell in cells[2:4]] == [("30", "22"), ("31", "20")]
    shown = torch.tensor([number(cell["full"]) for cell in cells]).reshape(2, 3)
    assert torch.equal(shown, weight[30:32, 20:23])


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


def test_a_cell_of_zeros_or_without_products_is_drawn_too():
    zeros = CellTrace(torch.zeros(2), torch.ones(2), None, torch.tensor(0.0))
    assert {term["full"] for term in table(contributions_chart(zeros), "term", "full")} == {"0"}
    biased = CellTrace(torch.ones(2), torch.ones(2), torch.tensor(1.0), torch.tensor(3.0))
    description = contributions_chart(biased, count=0).to_dict()["description"]
    assert description == "y = 3. Products shown, largest in magnitude: 0; the sum of all others (2): 2."


@pytest.mark.parametrize("leading", [(), (4,), (2, 3), (3, 3, 8)])
def test_every_sample_stands_in_four_places_and_flattening_keeps_the_order(leading):
    strips = table(flatten_chart(leading, 5, 10), "row", "place")
    rows = torch.Size(leading).numel()
    assert len(strips) == 4 * rows
    index = [strip["name"] for strip in strips if strip["place"] == "x"]
    assert index == [str(tuple(place)) for place in torch.ones(leading).nonzero().tolist()]
    for place in ("x", "x flattened", "y before unflattening", "y"):
        tops = [strip["top"] for strip in strips if strip["place"] == place]
        assert tops == sorted(tops)
    assert all(strip["top"] < strip["bottom"] <= 340 for strip in strips)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.005, "0.01"), (-0.001, "−1e−3"), (999.994, "999.99"), (1000.0, "1e3"), (float("nan"), "nan")],
)
def test_a_label_never_hides_a_number_as_zero(value, text):
    assert fixed(value) == text


def test_a_single_sample_without_a_name_has_no_index_of_its_own():
    call = trace_forward(*layer_numbers(LayerSpec(2, 3), ()))
    assert list(matrices(forward_chart(call, [""]))["y"]) == ["y[0]", "y[1]", "y[2]"]
