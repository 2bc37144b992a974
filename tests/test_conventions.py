"""However the layer is written, the numbers are F.linear's, and the code shown is code that runs."""

import re

import pytest
import torch
from torch.nn import functional as F

from linear_core.layer.conventions import CONVENTIONS


def tensors(batch_size, bias, dtype=torch.float64):
    generator = torch.Generator().manual_seed(0)
    x, weight, constant = (
        torch.randn(*shape, generator=generator, dtype=dtype) for shape in ((batch_size, 4), (3, 4), (3,))
    )
    return x, weight, constant if bias else None


def run_code(code, x, weight, bias):
    names = {"torch": torch, "F": F, "x": x, "weight": weight} | ({} if bias is None else {"bias": bias})
    exec(code, names)  # noqa: S102  (our own code is what is tested)
    return names["output"]


@pytest.mark.parametrize("batch_size", [0, 1, 5])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("name", CONVENTIONS)
def test_function_and_code_agree_with_f_linear(name, bias, batch_size):
    call = tensors(batch_size, bias)
    output = CONVENTIONS[name].call(*call)
    assert torch.allclose(output, F.linear(*call), rtol=1e-14, atol=1e-14)
    assert torch.equal(run_code(CONVENTIONS[name].code(bias), *call), output)


@pytest.mark.parametrize("name", CONVENTIONS)
def test_function_agrees_in_float32_within_rounding(name):
    call = tensors(6, True, torch.float32)
    torch.testing.assert_close(CONVENTIONS[name].call(*call), F.linear(*call))


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("name", CONVENTIONS)
def test_the_bias_is_in_formula_and_code_only_where_there_is_one(name, bias):
    convention = CONVENTIONS[name]
    formula = convention.formula if bias else convention.formula_without_bias
    assert bool(re.search(r"\bb\b", formula)) == bias
    assert ("bias" in convention.code(bias)) == bias


@pytest.mark.parametrize("name", CONVENTIONS)
def test_the_shapes_read_as_a_product_that_exists(name):
    convention = CONVENTIONS[name]
    left, right = re.search(r"\((\w+), (\w+)\) @ \((\w+, \w+)\)ᵀ?", convention.shapes).group(2, 3)
    inner = right.split(", ")[1 if "ᵀ" in convention.shapes else 0]
    assert left == inner == "in"
    assert convention.samples_are_columns == convention.shapes.endswith("(out, batch)")


def test_only_keras_and_jax_store_the_weight_the_other_way():
    assert [name for name, way in CONVENTIONS.items() if way.weight_is_stored_in_out] == ["kernel"]
