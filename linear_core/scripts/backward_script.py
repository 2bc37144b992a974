"""One forward and backward pass as a plain PyTorch script: autograd alone, the same numbers."""

from collections.abc import Callable

import torch
from torch import Tensor

from linear_core.gradients.trace import GradientTrace
from linear_core.scripts.layer_script import loading_lines, with_imports
from linear_core.scripts.literals import tensor_code
from linear_core.training.losses import LOSSES


def backward_script(trace: GradientTrace, translate: Callable[[str], str] = str) -> str:
    """Write a script that prints the loss and all gradients, computed by autograd alone.

    Parameters
    ----------
    trace : GradientTrace
        The pass; parameters, x and target are written out.
    translate : callable, optional
        Turns the comments into another language.

    Returns
    -------
    str
        Needs PyTorch alone. Numbers are printed so that they read back to the same bits.

    Examples
    --------
    >>> from linear_core import trace_gradients
    >>> print(backward_script(trace_gradients(torch.ones(1, 1), torch.ones(1, 1), None, torch.zeros(1, 1))))
    import torch
    from torch import nn
    <BLANKLINE>
    # 1. The batch and the layer
    x = torch.tensor([[1.0]]).requires_grad_()
    target = torch.tensor([[0.0]])
    layer = nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[1.0]]))
    <BLANKLINE>
    # 2. Forward pass and loss
    y = layer(x)
    y.retain_grad()  # G = ∂loss/∂y: autograd keeps the gradients of leaves only
    loss = nn.MSELoss(reduction="mean")(y, target)
    print("loss", loss.item())
    <BLANKLINE>
    # 3. Backward pass
    loss.backward()
    print("G", y.grad.tolist())
    print("grad_weight", layer.weight.grad.tolist())
    print("grad_x", x.grad.tolist())
    """
    forward, loss = trace.forward, trace.loss
    leaves = translate("G = ∂loss/∂y: autograd keeps the gradients of leaves only")
    lines = [
        "# 1. " + translate("The batch and the layer"),
        f"x = {tensor_code(forward.x)}.requires_grad_()",
        f"target = {tensor_code(loss.target)}",
        _layer_line(forward.weight, forward.bias),
        *loading_lines("layer", forward.weight, forward.bias),
        "",
        "# 2. " + translate("Forward pass and loss"),
        "y = layer(x)",
        f"y.retain_grad()  # {leaves}",
        f'loss = nn.{LOSSES[loss.loss].torch_name}(reduction="{loss.reduction}")(y, target)',
        'print("loss", loss.item())',
        "",
        "# 3. " + translate("Backward pass"),
        "loss.backward()",
    ]
    names = {"G": "y", "grad_weight": "layer.weight", "grad_bias": "layer.bias", "grad_x": "x"}
    if forward.bias is None:
        del names["grad_bias"]
    lines += [f'print("{name}", {tensor}.grad.tolist())' for name, tensor in names.items()]
    return with_imports(lines)


def _layer_line(weight: Tensor, bias: Tensor | None) -> str:
    out_features, in_features = weight.shape
    arguments = [str(in_features), str(out_features), *(["bias=False"] if bias is None else [])]
    if weight.dtype != torch.float32:
        arguments.append(f"dtype={weight.dtype}")
    return f"layer = nn.Linear({', '.join(arguments)})"
