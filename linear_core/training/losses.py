"""How far the predictions are from the targets, as one number, and which way it grows.

Each loss is a mean over all elements, without a factor ½: PyTorch's own convention.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
import torch.nn.functional as F
from torch import Tensor

from linear_core.errors import ShapeError

# From this many elements on, PyTorch splits one sum between threads, and the order of a sum decides its last
# digit: longer rows are summed one by one, as a lone tensor would be.
ONE_THREAD = 32_768


@dataclass(frozen=True)
class Loss:
    """A loss of the difference prediction − target, averaged over all elements.

    Attributes
    ----------
    torch_name : str
        The class in ``torch.nn``.
    elementwise : callable
        The loss of each difference before averaging.
    slope : callable
        The derivative of `elementwise`, divided by `factor`.
    factor : float
        The constant that is left out of `slope`, so that it can be merged into 1 / number of elements.
    is_quadratic : bool
        Whether it is the squared error, of which least squares and the closed forms of `linear_core.theory`
        speak. A loss that does not say so has no theory, and nothing else is missing.
    is_reweightable : bool
        Whether its minimum can be found by iteratively reweighted least squares: it is convex, and
        ``slope(r) / r`` does not grow with the size of r. Without it no optimum is marked.
    written, slope_written : str
        How `elementwise` and `slope` are written in a formula, with a field ``{difference}``.

    Examples
    --------
    >>> prediction, target = torch.tensor([[1.0], [5.0]]), torch.tensor([[2.0], [2.0]])
    >>> LOSSES["mse"].value(prediction, target)
    tensor(5.)
    >>> LOSSES["mse"].gradient(prediction, target)
    tensor([[-1.],
            [ 3.]])
    """

    torch_name: str
    elementwise: Callable[[Tensor], Tensor]
    slope: Callable[[Tensor], Tensor]
    factor: float = 1.0
    is_quadratic: bool = False
    is_reweightable: bool = False
    written: str = "l({difference})"
    slope_written: str = "l'({difference})"

    @property
    def title(self) -> str:
        """Its class without the word loss, where only losses are named: ``MSE``."""
        return self.torch_name.removesuffix("Loss")

    def value(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Return the mean loss over all elements, a 0-D tensor.

        Parameters
        ----------
        prediction, target : Tensor, any one shape

        Raises
        ------
        ShapeError
            The shapes differ: PyTorch would broadcast them and go on with another loss.
        """
        return self.elementwise(_difference(prediction, target)).mean()

    def gradient(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Return d loss / d prediction, in the shape of `prediction`.

        Parameters
        ----------
        prediction, target : Tensor, any one shape

        Raises
        ------
        ShapeError
            The shapes differ.
        """
        difference = _difference(prediction, target)
        return self.slope(difference) * (self.factor / difference.numel())

    def row_values(self, differences: Tensor) -> Tensor:
        """Return the loss of each row of ``(rows, elements)``, to the bit what the row alone would give."""
        losses = self.elementwise(differences)
        if losses.shape[1] < ONE_THREAD:
            return losses.mean(1)
        return torch.stack([row.mean() for row in losses])


def _difference(prediction: Tensor, target: Tensor) -> Tensor:
    if prediction.shape != target.shape:
        raise ShapeError(
            "expected a target of the prediction's shape {shape}, but got {target_shape}; pass one "
            "number for each element of the prediction, with .reshape(prediction.shape) where needed",
            shape=tuple(prediction.shape),
            target_shape=tuple(target.shape),
        )
    return prediction - target


def _huber(difference: Tensor) -> Tensor:
    return F.huber_loss(difference, torch.zeros_like(difference), reduction="none")


LOSSES: Mapping[str, Loss] = MappingProxyType(
    {
        "mse": Loss(
            "MSELoss",
            torch.square,
            lambda difference: difference,
            factor=2.0,
            is_quadratic=True,
            is_reweightable=True,
            written="({difference})²",
            slope_written="({difference})",
        ),
        "l1": Loss(
            "L1Loss",
            torch.abs,
            torch.sign,
            is_reweightable=True,
            written="|{difference}|",
            slope_written="sign({difference})",
        ),
        "huber": Loss(
            "HuberLoss",
            _huber,
            lambda difference: difference.clamp(-1, 1),
            is_reweightable=True,
            written="huber({difference})",
            slope_written="clamp({difference}, −1, 1)",
        ),
    }
)
