"""A user's own model: the gradient of every linear layer at a glance."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import torch
from torch import Tensor, nn

from linear_core.errors import ShapeError
from linear_core.gradients.samples import SampleGradients

# What autograd records for a linear layer, by name, and where it has saved x: with a bias, or without.
_SAVED_X = {"AddmmBackward0": "_saved_mat1", "MmBackward0": "_saved_self"}


@dataclass(frozen=True, eq=False)
class LayerGradient:
    """The gradient of one linear layer.

    Attributes
    ----------
    name : str
        The layer's path in the model.
    shape : tuple of int
        (out_features, in_features).
    grad_norm, weight_norm : float
        Norms of the weight's gradient and of the weight.
    zero_rows : int
        Outputs whose weights all have a gradient of exactly zero: nothing reaches them.
    shares : Tensor, ``(num_samples,)``, or None
        How much of the squared norm of the gradient each sample accounts for; they add up to 1, and a
        negative one opposes the batch. None where the graph of the loss does not hold exactly one call of
        the layer, or does not tell which of its rows belong to which sample.
    """

    name: str
    shape: tuple[int, int]
    grad_norm: float
    weight_norm: float
    zero_rows: int
    shares: Tensor | None

    @property
    def ratio(self) -> float:
        """``grad_norm / weight_norm``: how large one step of learning rate 1 is beside the weight."""
        return self.grad_norm / self.weight_norm if self.weight_norm else float("inf")


class GradientReport:
    """A table with one row for each linear layer, for ``print`` and as the value of a notebook cell.

    Attributes
    ----------
    layers : tuple of LayerGradient
        In the order of the model.
    """

    HEADINGS = ("layer", "(out, in)", "grad norm", "weight norm", "ratio", "zero rows", "largest share")

    def __init__(self, layers: tuple[LayerGradient, ...]) -> None:
        self.layers = layers

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for layer in self.layers:
            share = "—"
            if layer.shares is not None and layer.shares.isfinite().all() and len(layer.shares):
                sample = int(layer.shares.argmax())
                share = f"{layer.shares[sample].item():.0%} (sample {sample})"
            figures = (f"{number:.3g}" for number in (layer.grad_norm, layer.weight_norm, layer.ratio))
            zero = f"{layer.zero_rows} of {layer.shape[0]}"
            yield layer.name or "(model)", f"{layer.shape}", *figures, zero, share

    def __str__(self) -> str:
        rows = [self.HEADINGS, *self._rows()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = (
            "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows
        )
        return "\n".join(line.rstrip() for line in lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        def line(tag: str, row: tuple[str, ...]) -> str:
            return f"<tr>{''.join(f'<{tag}>{escape(text)}</{tag}>' for text in row)}</tr>"

        body = "".join(line("td", row) for row in self._rows())
        return f"<table><thead>{line('th', self.HEADINGS)}</thead><tbody>{body}</tbody></table>"


def gradient_report(model: nn.Module, loss: Tensor, num_samples: int | None = None) -> GradientReport:
    """Report the gradient of a loss for each linear layer of a model.

    The model's ``.grad`` stay as they are, and ``loss.backward()`` can still be called afterward.

    Parameters
    ----------
    model : torch.nn.Module
        Any model with ``nn.Linear`` layers.
    loss : Tensor, ``()``
        What training would call ``backward`` on.
    num_samples : int, optional
        Size of the batch, where a sample takes several rows of a layer, as in sequences: the samples lie
        along the one dim of the layer's output that has this size, ``(batch, length, features)`` or
        ``(length, batch, features)``. Where none or several have it, shares are None. Without it each row
        counts as a sample.

    Returns
    -------
    GradientReport
        Norms of gradient and weight, their ratio, rows of zeros, and the share of each sample. A layer has
        no row where its weight is frozen, or is computed from others (weight norm).

    Raises
    ------
    ShapeError
        The loss is not a single number, or has no graph.

    Examples
    --------
    >>> model = nn.Sequential(nn.Linear(2, 1, bias=False))
    >>> _ = nn.init.ones_(model[0].weight)
    >>> x, target = torch.tensor([[1.0, 0.0], [0.0, 2.0]]), torch.tensor([[0.0], [1.0]])
    >>> print(gradient_report(model, nn.functional.mse_loss(model(x), target)))
    layer  (out, in)  grad norm  weight norm  ratio  zero rows  largest share
    0      (1, 2)     2.24       1.41         1.58   0 of 1     80% (sample 1)
    """
    if not isinstance(loss, Tensor) or loss.numel() != 1 or loss.grad_fn is None:
        raise ShapeError(
            "expected loss to be a single number with a graph, but got {kind} of shape {shape}; pass what you"
            " would call backward() on, before calling it",
            kind=type(loss).__name__,
            shape=tuple(getattr(loss, "shape", ())),
        )
    linears = {
        name: module
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear) and module.weight.requires_grad and module.weight.is_leaf
    }
    if not linears:
        return GradientReport(())
    weights = [module.weight for module in linears.values()]
    uses = _uses(loss.grad_fn, weights)
    arrived: dict[Any, Tensor] = {}
    hooks = [
        node.register_prehook(lambda grads, node=node: arrived.__setitem__(node, grads[0]))
        for found in uses.values()
        for use in found
        for node in use
    ]
    try:
        grads = torch.autograd.grad(loss, weights, retain_graph=True, allow_unused=True)
    finally:
        for hook in hooks:
            hook.remove()
    return GradientReport(
        tuple(
            _layer_gradient(name, module, grad, _shares(module, uses[module.weight], arrived, num_samples))
            for (name, module), grad in zip(linears.items(), grads, strict=True)
        )
    )


def _layer_gradient(
    name: str, module: nn.Linear, grad: Tensor | None, shares: Tensor | None
) -> LayerGradient:
    grad = torch.zeros_like(module.weight) if grad is None else grad
    return LayerGradient(
        name=name,
        shape=(module.out_features, module.in_features),
        grad_norm=_norm(grad),
        weight_norm=_norm(module.weight.detach()),
        zero_rows=int((grad == 0).all(1).sum()),
        shares=shares,
    )


def _norm(values: Tensor) -> float:
    """Return the norm with the digits of float32, also of numbers in half precision."""
    dtype = torch.promote_types(values.dtype, torch.float32)
    return float(torch.linalg.vector_norm(values, dtype=dtype).item())


# A product that the graph of the loss has recorded, and what takes its result on: a view of it in the layer's
# own shape, where x has more dims than two.
Use = tuple[Any, Any]


def _uses(root: Any, weights: list[Tensor]) -> dict[Tensor, list[Use]]:
    """Find the products of the graph that each weight goes into, transposed, as F.linear records it."""
    uses: dict[Tensor, list[Use]] = {weight: [] for weight in weights}
    seen, waiting = {root}, [(root, root)]
    while waiting:
        node, follower = waiting.pop()
        for parent, _ in node.next_functions:
            weight = _transposed(parent)
            if weight is not None and weight in uses:
                uses[weight].append((node, follower))
            if parent is not None and parent not in seen:
                seen.add(parent)
                waiting.append((parent, node))
    return uses


def _transposed(node: Any) -> Tensor | None:
    """Return the leaf whose transpose this node records; autocast records a copy in between."""
    if node is None or node.name() != "TBackward0":
        return None
    source = node.next_functions[0][0]
    if source is not None and source.name() == "ToCopyBackward0":
        source = source.next_functions[0][0]
    weight: Tensor | None = getattr(source, "variable", None)
    return weight


def _shares(
    module: nn.Linear, uses: list[Use], arrived: dict[Any, Tensor], num_samples: int | None
) -> Tensor | None:
    """Return the samples' shares, where the layer was called once."""
    if len(uses) != 1:
        return None
    [(node, follower)] = uses
    if node.name() not in _SAVED_X or node not in arrived:
        return None
    grad_output, x = arrived[node], getattr(node, _SAVED_X[node.name()])
    shares = SampleGradients(grad_output, x, module.bias is not None).shares
    if num_samples is None:
        return shares
    followed = arrived[follower] if "View" in follower.name() else grad_output
    for leading in (followed.shape[:-1], grad_output.shape[:-1]):
        if leading.numel() == len(shares) and leading.count(num_samples) == 1:
            samples_first = shares.reshape(leading).movedim(leading.index(num_samples), 0)
            return samples_first.reshape(num_samples, -1).sum(1)
    return None
