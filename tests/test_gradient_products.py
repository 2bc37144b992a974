"""The gradients as products: autograd's numbers, and terms that add up to them."""

import pytest
import torch
from torch.nn import functional as F

from linear_core import trace_backward
from linear_core.passes.gradient_products import gradient_products
from linear_core.passes.walkthrough import walkthrough


@pytest.mark.parametrize("leading", [(), (3,), (2, 3)])
@pytest.mark.parametrize("has_bias", [True, False])
def test_each_product_ends_at_the_gradient_of_autograd(leading, has_bias):
    draw = torch.Generator().manual_seed(2)
    x = torch.randn(*leading, 5, generator=draw, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(4, 5, generator=draw, dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(4, dtype=torch.float64, requires_grad=True) if has_bias else None
    grad_output = torch.randn(*leading, 4, generator=draw, dtype=torch.float64)
    F.linear(x, weight, bias).backward(grad_output)
    products = gradient_products(trace_backward(grad_output, x, weight, bias))

    assert torch.allclose(products.weight.output, weight.grad)
    assert torch.allclose(products.x.output, x.grad.reshape(-1, 5))
    if bias is None:
        assert products.bias is None
    else:
        assert torch.allclose(products.bias.output[:, 0], bias.grad)
    for product in filter(None, [products.weight, products.bias, products.x]):
        assert torch.allclose(walkthrough(product).stops[..., -1], product.output)
        assert product.check().ok


def test_a_weight_has_one_product_for_each_sample_and_an_x_one_for_each_output():
    x, weight, grad_output = torch.ones(3, 5), torch.ones(4, 5), torch.ones(3, 4)
    products = gradient_products(trace_backward(grad_output, x, weight, torch.zeros(4)))
    assert products.weight.cell(0, 0).products.shape == (3,)
    assert products.bias.cell(0, 0).products.shape == (3,)
    assert products.x.cell(0, 0).products.shape == (4,)
