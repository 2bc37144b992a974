"""The loss of one batch and G = ∂loss/∂prediction, with the constant that the reduction puts into it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from linear_core._checks import check_choice
from linear_core.errors import ShapeError
from linear_core.passes.match import Match
from linear_core.passes.shapes import check_tensor
from linear_core.training.losses import LOSSES, Loss

REDUCTIONS = ("mean", "sum")


@dataclass(frozen=True, eq=False)
class LossTrace:
    """A loss, element by element, and where its gradient begins.

    Attributes
    ----------
    prediction, target : Tensor, any one shape
        What is compared.
    loss : str
        One of ``LOSSES``.
    reduction : str
        ``"mean"`` or ``"sum"``, over all elements.
    value : Tensor, ``()``
        PyTorch's loss.
    grad_output : Tensor, shape of ``prediction``
        ∂loss/∂prediction, autograd's own: ``slopes * factor / count`` within rounding.
    """

    prediction: Tensor
    target: Tensor
    loss: str
    reduction: str
    value: Tensor
    grad_output: Tensor

    @property
    def formula(self) -> Loss:
        """The registry's entry: its ``elementwise`` loss and its ``slope``."""
        return LOSSES[self.loss]

    @cached_property
    def difference(self) -> Tensor:
        """``prediction − target``, the negative residual."""
        return self.prediction - self.target

    @cached_property
    def elements(self) -> Tensor:
        """The loss of each element; the value is their mean or sum."""
        return self.formula.elementwise(self.difference)

    @cached_property
    def slopes(self) -> Tensor:
        """The derivative of each element's loss, without its constant factor."""
        return self.formula.slope(self.difference)

    def check(self) -> Mapping[str, Match]:
        """Compare the parts with PyTorch's own results, element by element.

        Returns
        -------
        mapping of str to Match
            ``"elements"`` with the loss of ``reduction="none"``, ``"grad_output"`` with
            ``slopes * factor / count``. Each operation rounds, so the last digits may differ.
        """
        theirs = loss_module(self.loss, "none")(self.prediction, self.target)
        ours = self.slopes * self.factor / self.count
        return {"elements": _match(self.elements, theirs), "grad_output": _match(ours, self.grad_output)}

    @property
    def factor(self) -> float:
        """The constant of the derivative, such as 2 for a square."""
        return self.formula.factor

    @property
    def count(self) -> int:
        """What the reduction divides by: the number of elements for a mean, 1 for a sum."""
        return self.prediction.numel() if self.reduction == "mean" else 1


def trace_loss(prediction: Tensor, target: Tensor, loss: str = "mse", reduction: str = "mean") -> LossTrace:
    """Compute a loss and its gradient at the prediction.

    Parameters
    ----------
    prediction, target : Tensor, any one shape
        Of one floating dtype.
    loss : str
        One of ``LOSSES``.
    reduction : str
        ``"mean"`` or ``"sum"``, over all elements.

    Returns
    -------
    LossTrace
        PyTorch's value and gradient, to the bit, and the parts of both.

    Raises
    ------
    ShapeError
        The shapes differ (PyTorch would broadcast them into another loss), or something is not
        a floating tensor.
    ConfigError
        There is no such loss or reduction.

    References
    ----------
    PyTorch, ``torch.nn.MSELoss``, ``torch.nn.L1Loss``, ``torch.nn.HuberLoss``.

    Examples
    --------
    >>> trace = trace_loss(torch.tensor([[1.0, 5.0]]), torch.tensor([[2.0, 2.0]]))
    >>> trace.value, trace.grad_output
    (tensor(5.), tensor([[-1.,  3.]]))
    >>> trace.factor, trace.count
    (2.0, 2)
    """
    check_choice("loss", loss, LOSSES)
    check_choice("reduction", reduction, REDUCTIONS)
    check_tensor("prediction", prediction)
    check_tensor("target", target)
    if prediction.shape != target.shape or prediction.dtype != target.dtype:
        raise ShapeError(
            "expected target of shape {shape} and dtype {dtype}, as the prediction, but got"
            " {target_shape} and {target_dtype}; pass one number for each element of the prediction, with"
            " .reshape(prediction.shape) and .to(prediction.dtype) where needed",
            shape=tuple(prediction.shape),
            dtype=prediction.dtype,
            target_shape=tuple(target.shape),
            target_dtype=target.dtype,
        )
    prediction, target = prediction.detach(), target.detach()
    # Copies, since autograd refuses tensors that inference mode made.
    with torch.inference_mode(False), torch.enable_grad():
        leaf = prediction.clone().requires_grad_()
        value = loss_module(loss, reduction)(leaf, target.clone())
        (grad_output,) = torch.autograd.grad(value, leaf)
    return LossTrace(prediction, target, loss, reduction, value.detach(), grad_output)


def _match(ours: Tensor, theirs: Tensor) -> Match:
    difference = (theirs.double() - ours.double()).abs()
    allowed = 4 * torch.finfo(ours.dtype).eps * theirs.double().abs()
    finite = difference.isfinite()
    return Match(
        max_difference=difference[finite].max().item() if bool(finite.any()) else 0.0,
        tolerance=allowed[finite].max().item() if bool(finite.any()) else 0.0,
        num_cells=theirs.numel(),
        num_nonfinite=int((~finite).sum()),
        ok=bool((difference <= allowed).all()),
    )


def loss_module(loss: str, reduction: str) -> torch.nn.Module:
    """Return PyTorch's own module for a loss of the registry."""
    module: torch.nn.Module = getattr(torch.nn, LOSSES[loss].torch_name)(reduction=reduction)
    return module
