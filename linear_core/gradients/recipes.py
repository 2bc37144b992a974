"""A few lines of PyTorch that are run as they are shown."""

import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from linear_core.gradients.loss import loss_module
from linear_core.gradients.trace import GradientTrace

Lines = Callable[[nn.Linear, nn.Module, Tensor, Tensor], None]


@dataclass(frozen=True)
class Recipe:
    """Lines that call ``backward`` on a layer.

    Attributes
    ----------
    title : str
        A few English words.
    text : str
        What follows from the lines, in one English sentence.
    lines : callable
        A function of ``layer, loss_fn, x, target``; its body is what is shown.
    """

    title: str
    text: str
    lines: Lines

    @property
    def code(self) -> str:
        """The body of the function, as it is in its file."""
        body = inspect.getsource(self.lines).splitlines()[1:]
        return textwrap.dedent("\n".join(body))

    def run(self, trace: GradientTrace) -> nn.Linear:
        """Run the lines on a new layer with the parameters of a trace, and return the layer.

        Parameters
        ----------
        trace : GradientTrace
            Parameters, x and target, with leading dims flattened; loss and reduction.

        Returns
        -------
        torch.nn.Linear
            As the lines leave it, its gradients included.
        """
        forward = trace.forward
        out_features, in_features = forward.weight.shape
        dtype, bias = forward.weight.dtype, forward.bias
        with torch.inference_mode(False), torch.enable_grad():
            layer = nn.Linear(in_features, out_features, bias is not None, device="meta", dtype=dtype)
            parameters = {"weight": forward.weight} | ({} if bias is None else {"bias": bias})
            # Tensors of their own: some lines change them in place.
            values = {name: tensor.clone() for name, tensor in parameters.items()}
            layer.load_state_dict(values, assign=True)
            target = trace.loss.target.reshape(forward.output_rows.shape).clone()
            loss_fn = loss_module(trace.loss.loss, trace.loss.reduction)
            self.lines(layer.requires_grad_(), loss_fn, forward.x_rows.clone(), target)
        return layer
