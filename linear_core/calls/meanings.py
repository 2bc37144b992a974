"""What PyTorch's errors about linear layers mean: one entry for each, by a name that never changes."""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from linear_core.calls.labels import (
    ALL_NUMBERS,
    CLASS_TARGET,
    CLASS_WEIGHT,
    CONTIGUOUS,
    CONVERT_BOTH,
    CONVERT_X,
    CPU_ARRAY,
    DETACH,
    DETACH_STATE,
    DRY_RUN,
    ENABLE_GRAD,
    FRESH_LOSS,
    FUNCTION,
    INSTANCE,
    MEAN_LOSS,
    MODULE_CLASS,
    NO_GRAD_UPDATE,
    ONE_HOT,
    ONE_NUMBER,
    OUT_OF_PLACE,
    PARAMETER,
    PARAMETERS,
    RETAIN_GRAPH,
    STACK,
    SUM_LOSS,
    SUPER_INIT,
    TAKE_MODULES,
    TO_CPU,
    TO_EMPTY,
    UNFREEZE,
    WHOLE_SIZE,
)
from linear_core.calls.records import Fix
from linear_core.language import N_


@dataclass(frozen=True)
class Meaning:
    """One meaning of an error.

    Attributes
    ----------
    slug : str
        Its name, for links.
    templates : tuple of str
        What it means; the first whose fields the message fills is said.
    example : str
        A message that has this meaning; empty where only the model decides.
    fixes : tuple of Fix
        The fixes that need no further knowledge.

    Examples
    --------
    >>> MEANINGS["scalar"].example
    'both arguments to linear need to be at least 1D, but they are 0D and 2D'
    """

    slug: str
    templates: tuple[str, ...]
    example: str = ""
    fixes: tuple[Fix, ...] = ()

    def template(self, values: Mapping[str, object]) -> str:
        """Return the first template whose fields all have a value; the last needs none."""
        return next(text for text in self.templates if field_names(text) <= set(values))


def field_names(template: str) -> set[str]:
    """Return the names of the fields of a template."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def _meaning(
    slug: str, *templates: str, example: str = "", fixes: tuple[tuple[str, str], ...] = ()
) -> Meaning:
    return Meaning(slug, templates, example, tuple(Fix(label, code) for label, code in fixes))


FITS = N_(
    "The last dimension of x is {features}, which equals in_features; it becomes {out_features}. "
    "All other dimensions are batch dimensions and stay as they are (number of samples: {rows})."
)
UNKNOWN = N_(
    "This message is not known here. Look at the last line of the traceback that is in your own "
    "code, and print shape, dtype and device of every tensor in it."
)
_LOSS_AGAIN = "loss = loss_function(model(x), target)"

_ALL = (
    _meaning("fits", FITS),
    _meaning("unknown", UNKNOWN),
    _meaning(
        "mat1-mat2",
        N_(
            "mat1 is x with its leading dimensions flattened into rows, {rows}x{features}. mat2 is the "
            "weight, transposed: it reads {in_features}x{out_features}, though the weight is stored as "
            "({out_features}, {in_features}). The two inner numbers must be equal, but the last dimension of "
            "x is {features} and in_features is {in_features}."
        ),
        N_(
            "The last dimension of x must equal in_features, but the last dimension of x is {features} and "
            "in_features is {in_features}."
        ),
        N_(
            "The last dimension of x, which is {features}, is not in_features, the number of columns of the "
            "weight."
        ),
        N_("The last dimension of x is not in_features, the number of columns of the weight."),
        example="mat1 and mat2 shapes cannot be multiplied (4x5 and 3x2)",
    ),
    _meaning(
        "weight-transposed",
        N_(
            "The weight has the shape ({in_features}, {out_features}), but this layer stores it as "
            "(out_features, in_features): ({out_features}, {in_features}) was expected. x fits the layer; "
            "the weight is transposed."
        ),
    ),
    _meaning(
        "weight-not-transposed",
        N_(
            "mat2 is the weight as it is stored, ({out_features}, {in_features}): the forward of {owner} "
            "multiplies by the weight itself, but nn.Linear multiplies by its transpose. In that forward "
            "write x @ self.{parameter}.T, or F.linear, which transposes and adds the bias."
        ),
    ),
    _meaning(
        "own-product",
        N_(
            "{rows}x{features} is multiplied by {in_features}x{out_features}, which is self.{parameter} of "
            "{owner}, transposed. It is stored as ({out_features}, {in_features}) and would fit as it is: in "
            "that forward write x @ self.{parameter}, without .T."
        ),
        N_(
            "Two matrices are multiplied, {rows}x{features} and {in_features}x{out_features}, and neither is "
            "the weight of a layer: a forward or a hook of your own does it. The two inner numbers must be "
            "equal; where both matrices have one row for each sample, as queries and keys do, transpose the "
            "second: a @ b.T."
        ),
    ),
    _meaning(
        "packed-weight",
        N_(
            "mat2 is {in_features}x{out_features}: no layer has such a weight. It is a packed "
            "4-bit weight, two numbers in each byte, in one column. The layer was called by code "
            "that does not unpack it: load the model with the library that quantized it (for "
            "example bitsandbytes), and let its own layer class compute the product."
        ),
        N_(
            "The weight is {dtype}, 8-bit integers: it is a quantized or packed weight, and the "
            "layer was called by code that does not unpack it. Load the model with the library "
            "that quantized it (for example bitsandbytes), and let its own layer class compute "
            "the product."
        ),
        example="mat1 and mat2 shapes cannot be multiplied (42x5120 and 1x39321600)",
    ),
    _meaning(
        "mat-vec",
        N_(
            "A matrix {rows}x{features} is multiplied by a vector of length {in_features}, but "
            "its length must be {features}. A layer's weight has two dimensions, (out_features, "
            "in_features), even where out_features is 1."
        ),
        example="size mismatch, got input (8), mat (8x4), vec (3)",
    ),
    _meaning(
        "batched-product",
        N_(
            "Two batches of matrices are multiplied: both must hold the same number of matrices, and each "
            "first matrix must have as many columns as the second has rows (the second batch must begin with "
            "the sizes [{given}], but begins with [{expected}]). F.linear multiplies by the transpose of the "
            "weight, @ and bmm do not."
        ),
        N_(
            "Two batches of matrices are multiplied: both must hold the same number of matrices, and each "
            "first matrix must have as many columns as the second has rows. F.linear multiplies by the "
            "transpose of the weight, @ and bmm do not."
        ),
        example="Expected size for first two dimensions of batch2 tensor to be: [2, 5] but got: [2, 3].",
    ),
    _meaning(
        "scalar",
        N_(
            "x is a 0-D tensor, a single number without dimensions. A layer sums over the last dimension of "
            "x, so x needs at least one."
        ),
        example="both arguments to linear need to be at least 1D, but they are 0D and 2D",
    ),
    _meaning(
        "weight-dim",
        N_(
            "The weight has the shape {given}, but a layer's weight has two dimensions, (out_features, "
            "in_features): {expected} was expected."
        ),
        N_(
            "The weight must have two dimensions, (out_features, in_features), even where "
            "out_features is 1; here it does not."
        ),
        example="mat2 must be a matrix, got 1-D tensor",
    ),
    _meaning(
        "not-a-matrix",
        N_(
            "A product of two matrices is computed, but one of the tensors does not have two dimensions. "
            "nn.Linear and F.linear take any number of batch dimensions, torch.mm and torch.addmm do not."
        ),
        example="matrices expected, got 3D, 2D tensors",
    ),
    _meaning(
        "dtype",
        N_(
            "x is {x_dtype} and the weight is {dtype}: PyTorch does not convert between them "
            "automatically. float64 (Double, double) usually comes from NumPy, integers (Long, "
            "long int) from Python lists."
        ),
        example="mat1 and mat2 must have the same dtype, but got Double and Float",
    ),
    _meaning(
        "dtype-autocast",
        N_(
            "x is {x_dtype} and the weight is {dtype}, though neither the input of the model nor its "
            "parameters are {x_dtype}: an autocast block inside the model ended before this layer. Let the "
            "block (with torch.autocast(...)) include the layer, or convert its result with .float()."
        ),
    ),
    _meaning(
        "bias-dtype",
        N_("The bias is {bias_dtype} and the weight is {dtype}: one layer has one dtype."),
        example="self and mat2 must have the same dtype, but got Double and Float",
    ),
    _meaning(
        "two-dtypes",
        N_(
            "One of x and the weight is {dtype}, the other {x_dtype}: PyTorch does not convert "
            "between them automatically. float64 (Double) usually comes from NumPy, integers "
            "(Long) from Python lists; a layer is float32 (Float) unless it was converted."
        ),
        N_(
            "x and the weight have different dtypes: PyTorch does not convert between them "
            "automatically. float64 usually comes from NumPy, integers from Python lists; a "
            "layer is float32 unless it was converted."
        ),
        example="mat1 and mat2 must have the same dtype",
        fixes=(
            (CONVERT_X, "x = x.to(layer.weight.dtype)"),
            (CONVERT_BOTH, "layer.to(torch.float32)\nx = x.to(torch.float32)"),
        ),
    ),
    _meaning(
        "index-dtype",
        N_("A loss for classes expects class indices of dtype int64 (Long) as target, but got {x_dtype}."),
        fixes=((CLASS_TARGET, "target = target.long()"),),
    ),
    _meaning(
        "class-weight-dtype",
        N_(
            "The prediction is {dtype} and the class weights of the loss are {x_dtype}: PyTorch does not "
            "convert between them automatically. Numbers from NumPy are float64 (Double)."
        ),
        fixes=((CLASS_WEIGHT, "weight = weight.to(prediction.dtype)"),),
    ),
    _meaning(
        "index-or-x",
        N_(
            "Two mistakes have this message. In a layer: x is {dtype} and the weight {x_dtype}; integers "
            "(Long) usually come from Python lists. In a loss for classes: the target is {x_dtype}, but "
            "class indices are int64 (Long)."
        ),
        fixes=((CONVERT_X, "x = x.to(layer.weight.dtype)"), (CLASS_TARGET, "target = target.long()")),
    ),
    _meaning(
        "loss-dtype",
        N_(
            "Numbers are {x_dtype} where {dtype} is expected: prediction and target have different dtypes. "
            "A target made from NumPy is float64 (Double), one made from integers int64 (Long)."
        ),
        example="Found dtype Double but expected Float",
        fixes=((CLASS_TARGET, "target = target.to(prediction.dtype)"),),
    ),
    _meaning(
        "no-float64-on-mps",
        N_("The GPU of a Mac (device mps) does not compute in float64; float32 is PyTorch's default."),
        example="Cannot convert a MPS Tensor to float64 dtype as the MPS framework doesn't support float64.",
    ),
    _meaning(
        "no-kernel",
        N_(
            "PyTorch has no such operation on this device for {dtype} numbers. Half precision (Half, "
            "BFloat16) is made for GPUs: older releases cannot compute with it on the CPU. Integers and "
            "booleans (Long, Int, Bool) have no matrix product on CUDA, and booleans have none on the CPU "
            "either; layers compute in float32."
        ),
        N_(
            "PyTorch has no such operation on this device for numbers of this dtype; layers compute in "
            "float32."
        ),
        example="\"addmm_impl_cpu_\" not implemented for 'Half'",
    ),
    _meaning(
        "not-a-tensor",
        N_(
            "A tensor is expected here, not a value of type {kind}: a function, such as forward, "
            "that ends without a return statement returns {nothing}."
        ),
        N_("A tensor is expected here, not a value of type {kind}."),
        N_("A tensor is expected here, not a value of another type."),
        example="linear(): argument 'input' (position 1) must be Tensor, not numpy.ndarray",
    ),
    _meaning(
        "object-array",
        N_(
            "The array holds Python objects or strings, not numbers of one type. That happens "
            "when rows have different lengths, or when a column of a table holds text, dates or "
            "missing values."
        ),
        example="can't convert np.ndarray of type numpy.object_.",
    ),
    _meaning(
        "not-convertible",
        N_(
            "torch.tensor takes numbers, lists of numbers and NumPy arrays, and torch.from_numpy takes NumPy "
            "arrays only; a value of type {kind} was given. A pandas table is first converted to an array "
            "by to_numpy."
        ),
        example="could not determine the shape of object type 'DataFrame'",
    ),
    _meaning(
        "list-of-tensors",
        N_(
            "A tensor with several elements was given where a single number is expected. torch.tensor "
            "does not join a list of tensors, torch.stack does; item() and float() take tensors with one "
            "element only."
        ),
        example="only one element tensors can be converted to Python scalars",
        fixes=((STACK, "x = torch.stack(x)"),),
    ),
    _meaning(
        "array-dtype",
        N_("PyTorch has no dtype for the NumPy type {kind}: convert the array to a type that it has."),
        example="can't convert np.ndarray of type numpy.datetime64. The only supported types are: float64",
    ),
    _meaning(
        "checkpoint-shape",
        N_(
            "The checkpoint holds {key} with shape ({given}), but the model has ({expected}). A weight is "
            "stored as (out_features, in_features), one row for each output."
        ),
        example="size mismatch for fc.weight: copying a param with shape torch.Size([3, 2]) from "
        "checkpoint, the shape in current model is torch.Size([2, 3]).",
    ),
    _meaning(
        "checkpoint-prefix",
        N_(
            "The names in the checkpoint begin with {prefix}, those of the model do not. nn.DataParallel and "
            "DistributedDataParallel add module., torch.compile adds _orig_mod., Lightning adds model."
        ),
    ),
    _meaning(
        "checkpoint-keys",
        N_(
            "The names in the checkpoint are not those of the model: either the model is built "
            "differently than when it was saved, or a prefix (such as 'module.') was added."
        ),
        example='Unexpected key(s) in state_dict: "module.weight".',
    ),
    _meaning(
        "state-dict-kind",
        N_(
            "load_state_dict takes a dictionary of tensors by name, what model.state_dict() returns; it was "
            "called on something else, such as a file name or a whole model."
        ),
        example="Expected state_dict to be dict-like, got <class 'str'>.",
    ),
    _meaning(
        "target-size",
        N_(
            "The prediction has shape ({prediction}) and the target ({target}). Where it can, PyTorch "
            "broadcasts one over the other, so predictions are compared with targets of other samples; a "
            "model trained on that learns little more than the mean of the target."
        ),
        N_("Prediction and target must have the same shape, but their shapes differ."),
        example="Using a target size (torch.Size([8])) that is different to the input size "
        "(torch.Size([8, 1])).",
    ),
    _meaning(
        "batch-size",
        N_(
            "The numbers of predictions ({a}) and targets ({b}) differ; each sample needs one of "
            "each. An earlier view or flatten may have mixed batch and features."
        ),
        N_(
            "Predictions and targets do not match: scores for classes have the classes in "
            "dimension 1, (N, C, …), and the target has all their other sizes, (N, …). An "
            "earlier view or flatten may have mixed batch and features."
        ),
        example="Expected input batch_size (32) to match target batch_size (64).",
    ),
    _meaning(
        "class-target",
        N_(
            "A loss for classes takes scores of shape (N, C) and, as target, one class index for each "
            "sample: shape (N,), dtype int64 (Long). A column (N, 1) or float indices do not fit; one-hot "
            "rows fit nn.CrossEntropyLoss only, and only as floats."
        ),
        example="0D or 1D target tensor expected, multi-target not supported",
        fixes=((CLASS_TARGET, "target = target.reshape(-1).long()"),),
    ),
    _meaning(
        "class-probabilities",
        N_(
            "A target of the shape of the scores, (N, C), holds a probability for each class, as floats. "
            "One-hot rows of integers are turned into class indices, shape (N,), by argmax(dim=1)."
        ),
        example="Expected floating point type for target with class probabilities, got Long",
        fixes=((ONE_HOT, "target = target.argmax(dim=1)"), (CLASS_TARGET, "target = target.float()")),
    ),
    _meaning(
        "class-index",
        N_(
            "A target names class {number}, but the last layer has fewer outputs: with C outputs the classes "
            "are numbered from 0 to C − 1."
        ),
        N_(
            "A target names a class that the last layer has no output for: with C outputs the classes are "
            "numbered from 0 to C − 1."
        ),
        example="Target 10 is out of bounds.",
    ),
    _meaning(
        "device-assert",
        N_(
            "The GPU found an index out of range, most often a class number beyond the last layer's outputs "
            "or a token beyond an Embedding. The line that is named may be a later one: run the same call on "
            "the CPU, where the message is exact."
        ),
        example="CUDA error: device-side assert triggered",
        fixes=((TO_CPU, "model = model.cpu()\nx = x.cpu()"),),
    ),
    _meaning(
        "cublas",
        N_(
            "The GPU's matrix product failed. Most often sizes do not fit, an index before it was out of "
            "range, or memory ran out. Run the same call on the CPU, where the message is exact."
        ),
        example="CUDA error: CUBLAS_STATUS_INVALID_VALUE when calling `cublasSgemm`",
        fixes=((TO_CPU, "model = model.cpu()\nx = x.cpu()"),),
    ),
    _meaning(
        "broadcast",
        N_(
            "Two tensors are combined element by element, but have {a} and {b} elements in dimension {dim}. "
            "In a loss, prediction and target must have the same shape; where branches are added, both must."
        ),
        N_(
            "Two tensors are combined element by element, but their shapes do not match. In a loss, "
            "prediction and target must have the same shape; where branches are added, both must."
        ),
        example="The size of tensor a (4) must match the size of tensor b (3) at non-singleton dimension 1",
    ),
    _meaning(
        "broadcast-loss",
        N_(
            "Prediction and target are combined element by element, but have {a} and {b} elements in "
            "dimension {dim}: they must have the same shape."
        ),
    ),
    _meaning(
        "broadcast-forward",
        N_(
            "The forward of {owner} combines two tensors element by element, but they have {a} and {b} "
            "elements in dimension {dim}. Where the input of a layer is added to its output (a residual "
            "connection), out_features must equal in_features."
        ),
    ),
    _meaning(
        "broadcast-inside",
        N_(
            "The forward of {owner} combines two tensors element by element, but they have {a} and {b} "
            "elements in dimension {dim}; only equal sizes, or a size of 1, can be combined."
        ),
    ),
    _meaning(
        "bias-dim",
        N_(
            "The bias has the shape {given}, but it holds one number for each output: {expected} was "
            "expected."
        ),
    ),
    _meaning(
        "expand",
        N_(
            "A tensor with {b} elements in one dimension is put where {a} are expected; only a size of 1 can "
            "be expanded."
        ),
        example="The expanded size of the tensor (3) must match the existing size (2) at non-singleton "
        "dimension 0.",
    ),
    _meaning(
        "not-scalar",
        N_(
            "Gradients are computed for a single number, but backward was called on a tensor with "
            "several elements."
        ),
        example="grad can be implicitly created only for scalar outputs",
        fixes=((MEAN_LOSS, "loss.mean().backward()"), (SUM_LOSS, "loss.sum().backward()")),
    ),
    _meaning(
        "not-one-number",
        N_("item() gives a single number, but the tensor has {number} elements."),
        example="a Tensor with 6 elements cannot be converted to Scalar",
        fixes=((ONE_NUMBER, "value = x.mean().item()"), (ALL_NUMBERS, "values = x.tolist()")),
    ),
    _meaning(
        "backward-twice",
        N_(
            "The first backward freed what the graph had saved. A second pass needs a loss that is computed "
            "again, which is what a training loop does in each step. A tensor kept from an earlier step (a "
            "hidden state, a running sum of losses) still leads into the freed graph."
        ),
        example="Trying to backward through the graph a second time",
        fixes=(
            (FRESH_LOSS, f"{_LOSS_AGAIN}\nloss.backward()"),
            (DETACH_STATE, "state = state.detach()"),
            (RETAIN_GRAPH, f"{_LOSS_AGAIN}\nloss.backward(retain_graph=True)\nloss.backward()"),
        ),
    ),
    _meaning(
        "no-grad",
        N_(
            "Nothing was recorded on the way to this tensor: it was computed under no_grad, was detached, or "
            "no parameter requires gradients."
        ),
        example="element 0 of tensors does not require grad and does not have a grad_fn",
        fixes=(
            (ENABLE_GRAD, f"with torch.enable_grad():\n    {_LOSS_AGAIN}\nloss.backward()"),
            (UNFREEZE, f"model.requires_grad_(True)\n{_LOSS_AGAIN}\nloss.backward()"),
        ),
    ),
    _meaning(
        "in-place-version",
        N_(
            "A tensor that the backward pass needs was changed in place after it had been used: by +=, a "
            "function that ends in _, an assignment to a slice, or optimizer.step() before backward. The "
            "shape that is named may be that of a transposed weight."
        ),
        example="one of the variables needed for gradient computation has been modified by an inplace "
        "operation",
        fixes=((OUT_OF_PLACE, "x = x + 1"),),
    ),
    _meaning(
        "nn-linear",
        N_("The module is called nn.Linear, with a capital L; the function is F.linear, in lowercase."),
        example="module 'torch.nn' has no attribute 'linear'",
        fixes=(
            (MODULE_CLASS, "layer = nn.Linear(in_features, out_features)\ny = layer(x)"),
            (FUNCTION, "y = nn.functional.linear(x, weight, bias)"),
        ),
    ),
    _meaning(
        "lazy",
        N_(
            "A LazyLinear does not know in_features, so its parameters have no shape, until the first batch "
            "has passed through it."
        ),
        example="Can't access the shape of an uninitialized parameter or buffer.",
        fixes=((DRY_RUN, "with torch.no_grad():\n    model(x)"),),
    ),
    _meaning(
        "numpy-grad",
        N_(
            "NumPy cannot keep the history that gradients need, so the tensor must be detached from it first."
        ),
        example="Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.",
        fixes=((DETACH, "array = y.detach().numpy()"),),
    ),
    _meaning(
        "numpy-device",
        N_("NumPy reads the memory of the CPU only; the tensor is on another device."),
        example="can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy",
        fixes=((CPU_ARRAY, "array = y.detach().cpu().numpy()"),),
    ),
    _meaning(
        "leaf",
        N_(
            "A parameter was changed in place while gradients were recorded, which would break "
            "its own gradient."
        ),
        example="a leaf Variable that requires grad is being used in an in-place operation.",
        fixes=((NO_GRAD_UPDATE, "with torch.no_grad():\n    weight -= learning_rate * weight.grad"),),
    ),
    _meaning(
        "device",
        N_(
            "Two tensors of one operation are on different devices, {x_device} and {device}: usually the "
            "model is on one, and x or the target on the other."
        ),
        N_(
            "Two tensors of one operation are on different devices: usually the model is on one, and x or "
            "the target on the other."
        ),
        example="Expected all tensors to be on the same device, but found at least two devices, cuda:0 and "
        "cpu!",
    ),
    _meaning(
        "device-inside",
        N_(
            "x arrives at this layer on {x_device}, but its parameters are on {device}: a part "
            "of the model was left on another device."
        ),
    ),
    _meaning(
        "unregistered",
        N_(
            "This layer is kept in a plain list, tuple or dict of {owner}, so the model does not "
            "know it: .to(), .parameters() and state_dict() skip it. Keep it in an nn.ModuleList "
            "or nn.ModuleDict."
        ),
    ),
    _meaning(
        "data-parallel-device",
        N_(
            "nn.DataParallel expects the model on {device}, but a parameter or buffer is on {x_device}: move "
            "the model there before it is wrapped, and register all layers."
        ),
        example="module must have its parameters and buffers on device cuda:0 (device_ids[0]) but found one "
        "of them on device: cpu",
    ),
    _meaning(
        "meta",
        N_(
            "A tensor on the meta device has a shape and a dtype, but no numbers; it can only be "
            "filled with new ones."
        ),
        example="Cannot copy out of meta tensor; no data!",
        fixes=((TO_EMPTY, "model = model.to_empty(device='cpu')\nmodel.load_state_dict(state_dict)"),),
    ),
    _meaning(
        "memory",
        N_("A tensor needs {number} bytes, more memory than is available. The sizes themselves match."),
        N_(
            "There is not enough memory on the device. The sizes themselves match; a smaller "
            "batch needs less."
        ),
        example="can't allocate memory: you tried to allocate 4503599627370496 bytes.",
    ),
    _meaning(
        "address",
        N_("A tensor of size [{sizes}] has more bytes than can be addressed."),
        N_("A size is so large that the tensor has more bytes than can be addressed."),
        example="Storage size calculation overflowed with sizes=[4611686018427387904]",
    ),
    _meaning(
        "int-layer",
        N_("Parameters are learned by gradients, which only real and complex numbers have; integers do not."),
        example="Only Tensors of floating point and complex dtype can require gradients",
    ),
    _meaning(
        "view-size",
        N_(
            "The tensor cannot be arranged in that shape: the product of the sizes must be "
            "{number}, its number of elements. To flatten each sample, x.flatten(1) needs no "
            "sizes at all."
        ),
        example="shape '[-1, 400]' is invalid for input of size 384",
    ),
    _meaning(
        "view-stride",
        N_(
            "After a transpose, a permute or a slice, the numbers no longer lie in memory one after "
            "another in this order, so view cannot be used; reshape copies where necessary."
        ),
        example="view size is not compatible with input tensor's size and stride",
        fixes=((CONTIGUOUS, "x = x.flatten(1)"),),
    ),
    _meaning(
        "arguments",
        N_(
            "The arguments are not those of the function that is called: their number or one of their names "
            "is different. Counts include self. A linear layer is built with nn.Linear(in_features, "
            "out_features, bias=True) and called with one argument, layer(x)."
        ),
        example="Linear.forward() takes 2 positional arguments but 3 were given",
    ),
    _meaning(
        "size-not-whole",
        N_(
            "in_features and out_features must be integers, not floats or values of another "
            "type. In Python, / always gives a float; // divides integers."
        ),
        example="empty(): argument 'size' (position 1) must be tuple of ints, but found element of "
        "type float at pos 0",
        fixes=((WHOLE_SIZE, "layer = nn.Linear(int(in_features), int(out_features))"),),
    ),
    _meaning(
        "negative-size",
        N_("A size is −{number}, but in_features and out_features cannot be negative."),
        example="Trying to create tensor with negative dimension -3: [2, -3]",
    ),
    _meaning(
        "assign-parameter",
        N_(
            "{name} of a module is an nn.Parameter; a plain tensor cannot be assigned to it, "
            "since optimizers would not find it."
        ),
        example="cannot assign 'torch.FloatTensor' as parameter 'weight' (torch.nn.Parameter or None "
        "expected)",
        fixes=(
            (PARAMETER, "layer.weight = nn.Parameter(weight)"),
            (NO_GRAD_UPDATE, "with torch.no_grad():\n    layer.weight.copy_(weight)"),
        ),
    ),
    _meaning(
        "assign-module",
        N_("super().__init__() must come first in the __init__ of a module, before layers are assigned."),
        example="cannot assign module before Module.__init__() call",
        fixes=((SUPER_INIT, "super().__init__()"),),
    ),
    _meaning(
        "empty-optimizer",
        N_(
            "The model has no parameters. Layers kept in a plain list or dict, or made inside forward, are "
            "not registered: keep them in an nn.ModuleList, and assign them in __init__."
        ),
        example="optimizer got an empty parameter list",
        fixes=((PARAMETERS, "optimizer = torch.optim.SGD(model.parameters(), lr=0.1)"),),
    ),
    _meaning(
        "optimizer-parameters",
        N_(
            "An optimizer takes only the parameters of a model, model.parameters(): a tensor "
            "that was computed (moved, reshaped, multiplied) is not a leaf."
        ),
        example="can't optimize a non-leaf Tensor",
        fixes=((PARAMETERS, "optimizer = torch.optim.SGD(model.parameters(), lr=0.1)"),),
    ),
    _meaning(
        "no-forward",
        N_(
            "The module has no method called forward: check its spelling, and that it is "
            "indented inside the class."
        ),
        example='Module [Net] is missing the required "forward" function',
    ),
    _meaning(
        "quantized",
        N_(
            "A quantized layer was called with a tensor that is not quantized, or on a device without "
            "quantized operations. Statically quantized models need a QuantStub before the first layer and a "
            "DeQuantStub after the last."
        ),
        example="Could not run 'quantized::linear' with arguments from the 'CPU' backend.",
    ),
    _meaning(
        "backend",
        N_(
            "PyTorch has no {function} for tensors of kind {kind} (a device, or sparse or "
            "quantized storage): convert x to an ordinary tensor first."
        ),
        example="Could not run 'aten::addmm' with arguments from the 'SparseCPU' backend.",
    ),
    _meaning(
        "class-not-module",
        N_(
            "{name} is a class or a list; here a module is expected, which is made by calling the class, as "
            "in nn.ReLU()."
        ),
        N_("A class was given where a module or tensor is expected: call the class first, as in nn.ReLU()."),
        example="torch.nn.modules.activation.ReLU is not a Module subclass",
        fixes=((INSTANCE, "model = nn.Sequential(nn.Linear(3, 2), nn.ReLU())"),),
    ),
    _meaning(
        "list-not-module",
        N_(
            "A list of modules was given where a module is expected: nn.Sequential takes modules one by one, "
            "nn.Sequential(*layers); nn.ModuleList takes a list."
        ),
        example="list is not a Module subclass",
        fixes=((TAKE_MODULES, "model = nn.Sequential(*layers)"),),
    ),
    _meaning(
        "not-a-module",
        N_(
            "{kind} is not a module, but only modules can be parts of a model. For a function such as F.relu "
            "there is a module that does the same, nn.ReLU(); a class must be called first."
        ),
        example="torch.nn.functional.relu is not a Module subclass",
    ),
    _meaning(
        "class-called",
        N_(
            "A tensor was used as True or False. Most often a class was called with tensors, as "
            "in nn.MSELoss(prediction, target): create the module first, then call it."
        ),
        example="Boolean value of Tensor with more than one value is ambiguous",
        fixes=((INSTANCE, "loss = nn.MSELoss()(prediction, target)"),),
    ),
    _meaning(
        "other-layer",
        N_(
            "A layer expects {a} in its feature or channel dimension, but got {b}. The sizes of a layer "
            "follow from what the layer before it returns."
        ),
        N_(
            "The input does not have the sizes, dimensions or dtype that this layer expects. They follow "
            "from what the layer before it returns."
        ),
        example="running_mean should contain 5 elements not 3",
    ),
)
MEANINGS: Mapping[str, Meaning] = MappingProxyType({meaning.slug: meaning for meaning in _ALL})
TEMPLATES = tuple(template for meaning in MEANINGS.values() for template in meaning.templates)
