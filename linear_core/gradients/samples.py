"""The gradient of a batch as the sum of what each of its samples contributes."""

from dataclasses import dataclass

import torch
from torch import Tensor

from linear_core.passes.backward import BackwardTrace


@dataclass(frozen=True, eq=False)
class SampleGradients:
    """The contribution of each sample to the gradients of weight and bias.

    Contributions are compared as vectors of all parameters. None of the figures needs the stack of gradients:
    a sample's contribution to the weight is an outer product, so an inner product of two is that of their
    columns times that of their rows.

    Attributes
    ----------
    grad_output : Tensor, ``(num_rows, out_features)``
        ∂loss/∂output; also each sample's contribution to the bias.
    x : Tensor, ``(num_rows, in_features)``
        The samples.
    has_bias : bool
        Whether the bias counts.
    """

    grad_output: Tensor
    x: Tensor
    has_bias: bool

    @property
    def weight(self) -> Tensor:
        """The contributions to ``grad_weight``, ``(num_rows, out_features, in_features)``."""
        return self.grad_output[:, :, None] * self.x[:, None, :]

    @property
    def bias(self) -> Tensor | None:
        """The contributions to ``grad_bias``, ``(num_rows, out_features)``; None without a bias."""
        return self.grad_output if self.has_bias else None

    @property
    def norms(self) -> Tensor:
        """The norm of each contribution, ``(num_rows,)``, in float64."""
        grad_output, x = self._float64()
        return (grad_output.square().sum(1) * (x.square().sum(1) + self.has_bias)).sqrt()

    @property
    def cosines(self) -> Tensor:
        """The cosine between every two contributions, ``(num_rows, num_rows)``, in float64.

        1 where two samples move the parameters the same way, −1 where they cancel; 0 for a zero contribution.
        """
        grad_output, x = self._float64()
        products = (grad_output @ grad_output.T) * (x @ x.T + self.has_bias)
        return _ratio(products, torch.outer(self.norms, self.norms)).clamp(-1, 1)

    @property
    def opposed(self) -> tuple[int, int] | None:
        """The two samples whose gradients oppose each other most; None where no two do."""
        cosines = self.cosines
        if not bool((cosines < 0).any()):
            return None
        first, second = divmod(int(cosines.argmin()), len(cosines))
        return first, second

    @property
    def shares(self) -> Tensor:
        """How much of the squared norm of the gradient each sample accounts for, ``(num_rows,)``, in float64.

        The shares add up to 1. A negative one belongs to a sample that opposes the batch. All are 0 for a
        zero gradient.
        """
        grad_output, x = self._float64()
        # The inner product of each contribution with the whole gradient.
        bias = grad_output.sum(0) if self.has_bias else 0.0
        along = (grad_output * (x @ (grad_output.T @ x).T + bias)).sum(1)
        return _ratio(along, along.sum())

    def _float64(self) -> tuple[Tensor, Tensor]:
        return self.grad_output.double(), self.x.double()


def _ratio(values: Tensor, totals: Tensor) -> Tensor:
    """Divide; 0 for what a zero gradient leaves undefined."""
    return torch.where(totals == 0, 0.0, values / totals)


def sample_gradients(trace: BackwardTrace) -> SampleGradients:
    """Split the gradients of a batch into the contributions of its samples.

    Parameters
    ----------
    trace : BackwardTrace
        A backward pass; its leading dims count as one.

    Returns
    -------
    SampleGradients
        Contributions that add up to ``trace.grad_weight`` and ``trace.grad_bias`` within rounding.

    References
    ----------
    PyTorch, ``torch.func.vmap`` of ``torch.func.grad``, "Per-sample-gradients".

    Examples
    --------
    >>> from linear_core import trace_backward
    >>> x = torch.tensor([[1.0], [2.0]])
    >>> samples = sample_gradients(trace_backward(torch.tensor([[3.0], [-1.0]]), x, torch.ones(1, 1)))
    >>> samples.weight.flatten().tolist(), samples.shares.tolist(), samples.cosines[0].tolist()
    ([3.0, -2.0], [3.0, -2.0], [1.0, -1.0])
    """
    return SampleGradients(trace.grad_output_rows, trace.x_rows, trace.grad_bias is not None)
