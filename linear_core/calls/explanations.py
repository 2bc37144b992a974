"""What PyTorch's messages about linear layers mean: one entry for each message.

The sentences are templates whose fields are filled from the message, so that an app can translate the
template and fill the translation with the same values.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from linear_core.calls.fixes import CALL_FIX_LABELS, Fix

TRANSPOSE_CHECKPOINT = "Transpose the checkpoint's weight, if it was stored in-features first"
LIKE_CHECKPOINT = "Make the layer as it was when the checkpoint was saved"
TO_TENSOR = "Make a tensor of it, in the dtype of the layer"
RESHAPE_TARGET = "Give the target the shape of the prediction"
TRANSPOSE_TARGET = "Transpose the target, if its samples stand in its columns"
FLATTEN_PREDICTION = "Drop the prediction's last dimension, if the model has one output"
MEAN_LOSS = "Make one number of it first"
SUM_LOSS = "Sum instead, if gradients are to grow with the number of samples"
FRESH_LOSS = "Compute the loss anew before each backward"
RETAIN_GRAPH = "Keep the graph, if two backward passes through it are meant"
ENABLE_GRAD = "Compute the loss where gradients are recorded, outside no_grad"
UNFREEZE = "Let the parameters require gradients again"
MODULE_CLASS = "The module, which holds weight and bias: capital L"
FUNCTION = "The function, which is given weight and bias"
DRY_RUN = "Run one batch through the model first: the lazy layer takes its in_features from it"
DETACH = "Take the numbers without their history"
NO_GRAD_UPDATE = "Update parameters where nothing is recorded"
SAME_DEVICE = "Move x to the device of the layer"

FIX_LABELS = (
    *CALL_FIX_LABELS,
    TRANSPOSE_CHECKPOINT,
    LIKE_CHECKPOINT,
    TO_TENSOR,
    RESHAPE_TARGET,
    TRANSPOSE_TARGET,
    FLATTEN_PREDICTION,
    MEAN_LOSS,
    SUM_LOSS,
    FRESH_LOSS,
    RETAIN_GRAPH,
    ENABLE_GRAD,
    UNFREEZE,
    MODULE_CLASS,
    FUNCTION,
    DRY_RUN,
    DETACH,
    NO_GRAD_UPDATE,
    SAME_DEVICE,
)


@dataclass(frozen=True)
class Explanation:
    """A message in plain words.

    Attributes
    ----------
    template : str
        An English sentence with fields; one of ``linear_core.calls.explanations.TEMPLATES``.
    values : mapping
        What the fields stand for.
    fixes : tuple of Fix
        Up to three ways out, the likeliest first.
    layers : tuple of str
        Paths of the layers in the model that the message is about, where the model was given.

    Examples
    --------
    >>> Explanation("x has {features} features.", {"features": "5"}).text
    'x has 5 features.'
    """

    template: str
    values: Mapping[str, str] = field(default_factory=dict)
    fixes: tuple[Fix, ...] = ()
    layers: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The sentence in English."""
        return self.template.format(**self.values)


@dataclass(frozen=True)
class Entry:
    """One message: how to recognise it, what it means, and the ways out that need no more knowledge."""

    pattern: re.Pattern[str]
    template: str
    fixes: tuple[Fix, ...] = ()


FITS = (
    "The last dimension of x is {features}, which is the layer's in_features; it becomes {out_features}. "
    "Everything before it is batch, {rows} in all, and stays as it is."
)
UNKNOWN = (
    "This message is not one that is known here. Look at the last line of the traceback that is code of "
    "yours, and print shape and dtype of every tensor in it."
)
SHAPES = (
    "mat1 is x with its leading dimensions folded into rows, {rows}x{features}. mat2 is the weight, "
    "transposed: it reads {in_features}x{out_features}, though the weight is stored as ({out_features}, "
    "{in_features}). The two inner numbers must be equal, but the last dimension of x is {features} and "
    "the layer's in_features is {in_features}."
)
SCALAR = "x is a single number without dimensions. A layer sums over the last dimension of x, so x needs one."
DTYPES = (
    "x is {x_dtype} and the weight is {dtype}: PyTorch does not convert between them by itself. float64 "
    "(Double, double) usually comes from NumPy, whole numbers (Long, long int) from Python lists."
)
BIAS_DTYPE = "The bias is {bias_dtype} and the weight is {dtype}: one layer has one dtype."
NO_KERNEL = "PyTorch has no matrix product on this device for numbers of type {dtype}."
NO_TENSOR = "A tensor is wanted, but a value of type {kind} was given."
CHECKPOINT = (
    "The checkpoint holds {key} with shape ({given}), but the model has ({wanted}). A weight is stored as "
    "(out_features, in_features), one row for each output."
)
KEYS = (
    "The names in the checkpoint are not those of the model: either the model is built otherwise than when "
    "it was saved, or a prefix (such as 'module.') was added."
)
TARGET_SIZE = (
    "The prediction has shape ({prediction}) and the target ({target}). Where it can, PyTorch broadcasts "
    "one over the other, so predictions are compared with targets of other samples; a model trained on that "
    "learns little more than the mean of the target."
)
BROADCAST = (
    "Two tensors are combined element by element, but have {a} and {b} elements in dimension {dim}. Where a "
    "loss is computed, prediction and target must have the same shape."
)
NOT_SCALAR = "Gradients are taken of one number, but backward was called on a tensor of several."
TWICE = (
    "The first backward freed what the graph had saved. A second pass needs a loss computed anew, which is "
    "what a training loop does in each step."
)
NO_GRAD = (
    "Nothing was recorded on the way to this tensor: it was computed under no_grad, was detached, or no "
    "parameter requires gradients."
)
NN_LINEAR = (
    "The module is called nn.Linear, with a capital L; linear in small letters is the function F.linear."
)
LAZY = (
    "A LazyLinear does not know its in_features, so its parameters have no shape, until the first batch has "
    "gone through it."
)
NUMPY = "NumPy cannot hold the history that gradients need, so the tensor must be detached from it first."
LEAF = "A parameter was changed in place while gradients are recorded, which would break its own gradient."
DEVICE = "Two tensors of one operation live on different devices: the model on one, x on the other."
MEMORY = "The result needs {num_bytes} bytes, more memory than there is. The call itself fits."
ADDRESS = "A tensor of size [{sizes}] has more bytes than can be numbered."
NO_INT_LAYER = (
    "Parameters are learned by gradients, which only real and complex numbers have; whole numbers do not."
)


def _entry(pattern: str, template: str, *fixes: tuple[str, str]) -> Entry:
    return Entry(re.compile(pattern), template, tuple(Fix(label, code) for label, code in fixes))


_LOSS_AGAIN = "loss = loss_function(model(x), target)"

ENTRIES = (
    _entry(
        r"mat1 and mat2 shapes cannot be multiplied "
        r"\((?P<rows>\d+)x(?P<features>\d+) and (?P<in_features>\d+)x(?P<out_features>\d+)\)",
        SHAPES,
    ),
    _entry(r"both arguments to linear need to be at least 1D, but they are 0D and \dD", SCALAR),
    _entry(r"mat1 and mat2 must have the same dtype, but got (?P<x_dtype>\w+) and (?P<dtype>\w+)", DTYPES),
    _entry(
        r"expected m1 and m2 to have the same dtype, but got: (?P<x_dtype>.+?) != (?P<dtype>[^\n]+)", DTYPES
    ),
    _entry(
        r"self and mat2 must have the same dtype, but got (?P<bias_dtype>\w+) and (?P<dtype>\w+)",
        BIAS_DTYPE,
    ),
    _entry(r"\"(?:addmm|copy)_\w+\" not implemented for '(?P<dtype>\w+)'", NO_KERNEL),
    _entry(r"linear\(\): argument 'input' \(position 1\) must be Tensor, not (?P<kind>[\w.]+)", NO_TENSOR),
    # A lazy layer asks for the shape before it is called; a model's forward may ask for other things.
    _entry(
        r"'(?P<kind>\w+)' object has no attribute "
        r"'(?:shape|ndim|dim|size|view|reshape|flatten|to|float|device)'",
        NO_TENSOR,
    ),
    _entry(
        r"size mismatch for (?P<key>[\w.]+): "
        r"copying a param with shape torch\.Size\(\[(?P<given>[\d, ]*)\]\) "
        r"from checkpoint, the shape in current model is torch\.Size\(\[(?P<wanted>[\d, ]*)\]\)",
        CHECKPOINT,
    ),
    _entry(r"(?:Missing|Unexpected) key\(s\) in state_dict", KEYS),
    _entry(
        r"Using a target size \(torch\.Size\(\[(?P<target>[\d, ]*)\]\)\) that is different to "
        r"the input size \(torch\.Size\(\[(?P<prediction>[\d, ]*)\]\)\)",
        TARGET_SIZE,
    ),
    _entry(
        r"The size of tensor a \((?P<a>\d+)\) must match the size of tensor b \((?P<b>\d+)\) "
        r"at non-singleton dimension (?P<dim>\d+)",
        BROADCAST,
    ),
    _entry(
        "grad can be implicitly created only for scalar outputs",
        NOT_SCALAR,
        (MEAN_LOSS, "loss.mean().backward()"),
        (SUM_LOSS, "loss.sum().backward()"),
    ),
    _entry(
        "Trying to backward through the graph a second time",
        TWICE,
        (FRESH_LOSS, f"{_LOSS_AGAIN}\nloss.backward()"),
        (RETAIN_GRAPH, f"{_LOSS_AGAIN}\nloss.backward(retain_graph=True)\nloss.backward()"),
    ),
    _entry(
        r"element \d+ of tensors does not require grad and does not have a grad_fn",
        NO_GRAD,
        (ENABLE_GRAD, f"with torch.enable_grad():\n    {_LOSS_AGAIN}\nloss.backward()"),
        (UNFREEZE, f"model.requires_grad_(True)\n{_LOSS_AGAIN}\nloss.backward()"),
    ),
    _entry(
        r"module 'torch\.nn' has no attribute 'linear'",
        NN_LINEAR,
        (MODULE_CLASS, "layer = nn.Linear(in_features, out_features)\ny = layer(x)"),
        (FUNCTION, "y = nn.functional.linear(x, weight, bias)"),
    ),
    _entry(
        r"Can't access the shape of an uninitialized parameter|Attempted to use an uninitialized parameter",
        LAZY,
        (DRY_RUN, "with torch.no_grad():\n    model(x)"),
    ),
    _entry(
        r"Can't call numpy\(\) on Tensor that requires grad", NUMPY, (DETACH, "array = y.detach().numpy()")
    ),
    _entry(
        r"a (?:view of a )?leaf Variable that requires grad is being used in an in-place operation",
        LEAF,
        (NO_GRAD_UPDATE, "with torch.no_grad():\n    weight -= learning_rate * weight.grad"),
    ),
    _entry(
        r"Expected all tensors to be on the same device|is not on the expected device",
        DEVICE,
        (SAME_DEVICE, "x = x.to(next(model.parameters()).device)"),
    ),
    _entry(r"can't allocate memory: you tried to allocate (?P<num_bytes>\d+) bytes", MEMORY),
    _entry(r"Storage size calculation overflowed with sizes=\[(?P<sizes>[\d, ]+)\]", ADDRESS),
    _entry("Only Tensors of floating point and complex dtype can require gradients", NO_INT_LAYER),
)

TEMPLATES = (FITS, UNKNOWN, *dict.fromkeys(entry.template for entry in ENTRIES))


def read_message(text: str) -> tuple[Entry, tuple[re.Match[str], ...]] | None:
    """Find the message in a text, all places where it stands; in a long traceback the last one counts."""
    found = [(entry, matches) for entry in ENTRIES if (matches := tuple(entry.pattern.finditer(text)))]
    return max(found, key=lambda item: item[1][-1].start(), default=None)
