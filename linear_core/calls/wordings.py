"""Every wording of PyTorch's errors about linear layers, from 0.1 to 2.13, and which meaning it has.

A wording is PyTorch's own text with fields in braces. What a field may hold follows from its name and has
bounded length, so that reading takes time linear in the text, whatever the text is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from linear_core.calls.paste import readings

_SIZES = r"[\d, ]{0,120}"
_DTYPE = (
    r"(?:long int|short int|unsigned char|signed char|c10::complex<\w{4,6}>|c10::\w{4,13}"
    r"|torch\.(?:cuda\.)?\w{3,24}|\w{1,30})"
)
_FIELDS: Mapping[str, str] = {
    **dict.fromkeys(
        ("rows", "features", "in_features", "out_features", "a", "b", "dim", "number"), r"\d{1,19}"
    ),
    **dict.fromkeys(("given", "expected", "prediction", "target", "sizes"), _SIZES),
    **dict.fromkeys(("x_dtype", "dtype", "bias_dtype"), _DTYPE),
    "kind": r"[\w.<>]{1,80}",
    "key": r"[\w.\-]{1,200}",
    "device": r"\w{1,12}(?::\d{1,3})?",
    "x_device": r"\w{1,12}(?::\d{1,3})?",
    "function": r"[\w.]{1,60}",
    "name": r"[\w.]{1,80}",
    "any": r".{0,200}?",
}
_PART = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Wording:
    """One text of PyTorch's.

    Attributes
    ----------
    text : str
        The text, with fields in braces.
    slug : str
        Its meaning.
    near : str
        What else has to occur in a traceback, for wordings that are not PyTorch's alone.
    unless : str
        What must not occur in the text, for wordings that other functions share.
    """

    text: str
    slug: str
    near: str = ""
    unless: str = ""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The regular expression that finds it in a text on one line."""
        parts = _PART.split(self.text)
        fields: set[str] = set()
        pieces = []
        for literal, field in zip(parts[::2], [*parts[1::2], ""], strict=True):
            pieces.append(re.escape(literal))
            if field == "any" or field in fields:
                pieces.append(_FIELDS[field])
            elif field:
                fields.add(field)
                pieces.append(f"(?P<{field}>{_FIELDS[field]})")
        if parts[0][:1].isalpha():
            # Releases differ in whether a message begins with a capital.
            first = parts[0][0]
            pieces[0] = f"[{first.lower()}{first.upper()}]{re.escape(parts[0][1:])}"
        return re.compile("".join(pieces) + (r"(?!\w)" if parts[-1] == "" else ""))

    @cached_property
    def literal(self) -> str:
        """Its longest part without fields: a text without it need not be searched."""
        parts = _PART.split(self.text)[::2]
        return max((parts[0][1:], *parts[1:]), key=len)

    def find(self, text: str) -> tuple[re.Match[str], ...]:
        """Return all places in a text on one line."""
        if self.literal not in text or (self.unless and self.unless in text):
            return ()
        if self.near not in text and 'File "' in text:
            return ()
        return tuple(self.pattern.finditer(text))


@dataclass(frozen=True)
class Reading:
    """A wording found in a text.

    Attributes
    ----------
    wording : Wording
    matches : tuple of mapping
        What its fields hold at each place.
    text : str
        The text on one line.
    """

    wording: Wording
    matches: tuple[Mapping[str, str], ...]
    text: str

    @property
    def slug(self) -> str:
        """The meaning of the wording."""
        return self.wording.slug

    @property
    def values(self) -> Mapping[str, str]:
        """What the fields hold at the first place."""
        return self.matches[0]


def read_message(text: str) -> Reading | None:
    """Return the known message that comes last in a text, or None."""
    found: list[Reading] = []
    for joined in readings(text):
        if reading := _last(joined):
            found.append(reading)
            if reading.values:  # a number may be broken over two lines, and only be read when joined
                break
    return next((reading for reading in found if reading.values), next(iter(found), None))


def _last(text: str) -> Reading | None:
    """Search the wordings in the order in which their literals occur last, until none can come later."""
    places = ((text.rfind(wording.literal), -rank) for rank, wording in enumerate(WORDINGS))
    best, found = (-1, 0), None
    for place, rank in sorted((each for each in places if each[0] >= 0), reverse=True):
        if place < best[0]:
            break
        matches = WORDINGS[-rank].find(text)
        # Of wordings that begin at the same place, the first in the table is the most specific.
        if matches and (matches[-1].start(), rank) > best:
            best = (matches[-1].start(), rank)
            found = Reading(WORDINGS[-rank], tuple(match.groupdict() for match in matches), text)
    return found


def _all(slug: str, *texts: str, near: str = "", unless: str = "") -> Iterator[Wording]:
    return (Wording(text, slug, near, unless) for text in texts)


WORDINGS: tuple[Wording, ...] = (
    *_all(
        "mat1-mat2",
        "mat1 and mat2 shapes cannot be multiplied ({rows}x{features} and {in_features}x{out_features})",
        "shapes cannot be multiplied ({rows}x{features} and {in_features}x{out_features})",
        "shapes can not be multiplied ({rows}x{features} and {in_features}x{out_features})",
        "shapes cannot be multiplied ({rows} x {features} and {in_features} x {out_features})",
        "size mismatch, m1: [{rows} x {features}], m2: [{in_features} x {out_features}]",
        "size mismatch, [{rows} x {features}], [{in_features} x {out_features}]",
        "a and b must have same reduction dim, but got [{rows}, {features}] X [{in_features}, "
        "{out_features}]",
        "a and b must have same reduction dim, but got [{any}, {features}] X [{in_features}, {out_features}]",
        "a and b must have same reduction dim, but got [{any}] X [{in_features}, {out_features}]",
        "shapes cannot be multiplied ({rows}x{features} 和 {in_features}x{out_features})",
        *(
            f"形状{verb}相乘{gap}({{rows}}x{{features}}{word}{{in_features}}x{{out_features}})"
            for verb in ("无法", "不能")
            for gap in ("", " ")
            for word in ("和", " 和 ", "与", " 与 ", " and ")
        ),
        "The k-axis of the two inputs are different",
        "expected equal input and linear_weight last dimensions (in_features), got {features} and "
        "{in_features}",
        "(a nested tensor) 'last_dim' to equal 'weight.size(1), but got: last_dim = {features}, "
        "and weight.size(1) = {in_features}",
        "op contracting dimensions differ {features} & {in_features}",
        "mat1 dim 1 must match mat2 dim 0",
        "mat1 and mat2 shapes cannot be multiplied",
        "mat1 and Mat2 shapes cannot be multiplied",
        "size mismatch at {any}TensorMath",
        "addmm: Argument #3 (dense): Expected dim 0 size {features}, got {in_features}",
        "The number of rows in the packB should be equal to K: {features}",
        "could not create a primitive descriptor for the inner product",
        "could not create a primitive descriptor for a matmul primitive",
    ),
    *_all(
        "mat-vec",
        "size mismatch, got input ({number}), mat ({rows}x{features}), vec ({in_features})",
        "size mismatch, got {number}, {rows}x{features},{in_features}",
        "size mismatch, get {number}, {rows}x{features},{in_features}",
    ),
    *_all(
        "batched-product",
        "Expected size for first two dimensions of batch2 tensor to be: [{given}] but got: [{expected}]",
        "Expected tensor to have size {features} at dimension 1, but got size {in_features} for argument #2 "
        "'batch2'",
        "Expected batch2_sizes[0] == bs && batch2_sizes[1] == contraction_size to be true",
    ),
    *_all(
        "scalar",
        "to linear need to be at least 1D, but they are 0D and {any}D",
        "to matmul need to be at least 1D, but they are 0D and {any}D",
        "zero-dimensional tensor (at position {number}) cannot be multiplied",
    ),
    *_all(
        "weight-dim",
        "mat2 must be a matrix, got {number}-D tensor",
        "to linear need to be at least 1D, but they are {any}D and 0D",
        "t() expects a tensor with <= 2 dimensions, but self is {number}D",
        "t() expects a 2D tensor, but self is {number}D",
        "inconsistent tensor size, expected tensor [{features}] and src [{in_features}] to have the same "
        "number of elements",
        "1D tensors expected, but got {any}D and {any}D tensors",
    ),
    *_all(
        "not-a-matrix",
        "matrices expected, got {any}D, {any}D tensors",
        "mat1 must be a matrix, got {number}-D tensor",
        "mat2 must be a matrix",
        "to matmul need to be at least 1D, but they are {any}D and 0D",
        "self must be a matrix",
        "Expected 2-dimensional tensor, but got {number}-dimensional tensor for argument",
        "Expected {number}-dimensional tensor, but got {any}-dimensional tensor for argument #{any} 'mat",
        "matrix and matrix expected at",
        "tensors must be 2-D",
    ),
    *_all(
        "dtype",
        "mat1 and mat2 must have the same dtype, but got {x_dtype} and {dtype}",
        "expected m1 and m2 to have the same dtype, but got: {x_dtype} != {dtype}",
        "expected mat1 and mat2 to have the same dtype, but got: {x_dtype} != {dtype}",
        "expected mat1 and mat2 to have the same dtype, but got: {x_dtype}!= {dtype}",
    ),
    *_all(
        "dtype",
        *(
            f"mat1{gap}和{gap}mat2{gap}必须具有相同的{gap}{word},但得到{gap}{{x_dtype}}{gap}和{gap}{{dtype}}"
            for word in ("数据类型", "dtype")
            for gap in ("", " ")
        ),
    ),
    *_all("bias-dtype", "self and mat2 must have the same dtype, but got {bias_dtype} and {dtype}"),
    # Before the words that it shares with those of a layer.
    *_all(
        "index-dtype",
        "Expected object of scalar type Long but got scalar type {x_dtype} for argument #2 'target'",
    ),
    *_all(
        "two-dtypes",
        "mat1 and mat2 must have the same dtype",
        "mat1 和 mat2 必须具有相同的",
        "mat1和mat2必须具有相同的",
        "expected scalar type {dtype} but found {x_dtype}",
        "expected object of scalar type {dtype} but got scalar type {x_dtype} for argument",
        "expected object of scalar type {dtype} but got scalar type {x_dtype} for sequence element",
        "expected object of data type {number} but got data type {any} for argument",
        "expected type {dtype} but got {x_dtype}",
        "expected {dtype} tensor (got {x_dtype} tensor)",
        "expected dtype {dtype} but got dtype {x_dtype}",
        "expected a and b to have same dtype, but got {x_dtype} and {dtype}",
        "dot : expected both vectors to have same dtype, but found {x_dtype} and {dtype}",
        "self and mat2 must have the same dtype",
        "addmv input tensors must have the same dtype, but got {x_dtype}, {dtype}, and",
        "addmm_ received an invalid combination of arguments - got (int, int, {x_dtype}, {dtype}",
        "addmm_ received an invalid combination of arguments - got (int, int, {any}Tensor, {any}Tensor",
        "addmm(): argument {any} must have the same dtype",
        "Promotion for Float8 Types is not supported, attempted to promote {x_dtype} and {dtype}",
        "mixed dtype (CPU): expect {any} to have scalar type of",
        "mixed dtype (CPU): all the parameters must have same dtype",
        "mps.matmul' op operands element types do not match",
        "requires the same element type for all operands and results",
        "Input type ({x_dtype}) and bias type ({dtype}) should be the same",
    ),
    *_all(
        "two-dtypes",
        "Input type ({x_dtype}) and weight type ({dtype}) should be the same",
        "expected object of type {dtype} but found type {x_dtype} for argument",
        "expected object of type Variable[{dtype}] but found type Variable[{x_dtype}] for argument",
    ),
    *_all(
        "loss-dtype",
        "Found dtype {x_dtype} but expected {dtype}",
        "result type {x_dtype} can't be cast to the desired output type {dtype}",
    ),
    *_all(
        "no-float64-on-mps",
        "Cannot convert a MPS Tensor to float64 dtype",
        "MPS framework doesn't support float64",
        "Trying to convert Double to the MPS backend",
        "MPS: Unsupported type Double",
    ),
    *_all("no-kernel", "\"{function}\" not implemented for '{dtype}'", near="not implemented for '"),
    *_all(
        "no-kernel",
        "MPS device does not support {function} for non-float inputs",
        "MPS device does not support {function} for non-float weights",
    ),
    *_all(
        "not-a-tensor",
        "{function}(): argument '{name}' (position {number}) must be Tensor, not {kind}",
        "{function}(): argument '{name}' must be Tensor, not {kind}",
        "{function}() received an invalid combination of arguments - got ({kind}, Parameter",
        "expected Tensor as element {number} in argument {any}, but got {kind}",
        "expected a Variable argument, but got {kind}",
    ),
    *(
        # A lazy layer asks for the shape before it is called; a model's forward may ask for other things.
        Wording(f"'{{kind}}' object has no attribute '{name}'", "not-a-tensor", near="torch")
        for name in ("shape", "ndim", "dim", "size", "view", "reshape", "flatten", "to", "float", "device")
    ),
    *_all(
        "object-array",
        "can't convert np.ndarray of type numpy.object_",
        "can't convert np.ndarray of type numpy.str_",
    ),
    *_all(
        "object-array",
        "can't convert a given np.ndarray to a tensor - it has an invalid type",
        "expected sequence of length {number} at dim {dim} (got {a})",
        "too many dimensions 'str'",
    ),
    *_all(
        "not-convertible",
        "could not determine the shape of object type '{kind}'",
        "expected np.ndarray (got {kind})",
    ),
    *_all("list-of-tensors", "only one element tensors can be converted to Python scalars"),
    *_all("array-dtype", "can't convert np.ndarray of type {kind}. The only supported types are"),
    *_all(
        "checkpoint-shape",
        "size mismatch for {key}: copying a param with shape torch.Size([{given}]) from checkpoint, "
        "the shape in current model is torch.Size([{expected}])",
        "size mismatch for {key}: copying a param with shape ({given}) from checkpoint, "
        "the shape in current model is ({expected})",
        "size mismatch for {key}: copying a param of torch.Size([{given}]) from checkpoint, "
        "where the shape is torch.Size([{expected}]) in current model",
        'Trying to set a tensor of shape torch.Size([{given}]) in "{key}" (which has shape '
        "torch.Size([{expected}]))",
        "because {key} expected shape torch.Size([{expected}]), but got torch.Size([{given}])",
        "because {key} expected shape tensor(..., device='meta', size=({expected})), but got "
        "torch.Size([{given}])",
        *(
            f"While copying the parameter named {mark}{{key}}{mark}, whose dimensions in the model are "
            "torch.Size([{expected}]) and whose dimensions in the checkpoint are torch.Size([{given}])"
            for mark in ("", "'", '"')
        ),
    ),
    *_all(
        "checkpoint-keys",
        "Missing key(s) in state_dict",
        "Unexpected key(s) in state_dict",
        'unexpected key "{key}" in state_dict',
        "missing keys in state_dict:",
    ),
    *_all("state-dict-kind", "Expected state_dict to be dict-like, got {any}"),
    *_all(
        "target-size",
        "Using a target size (torch.Size([{target}])) that is different to "
        "the input size (torch.Size([{prediction}]))",
        "Target size (torch.Size([{target}])) must be the same as input size (torch.Size([{prediction}]))",
        "Target and input must have the same number of elements. target nelement ({a}) != input nelement "
        "({b})",
        "input and target shapes do not match: input [{any}], target [{any}]",
        "input and target have different number of elements: input[{any}] has {a} elements, while target",
    ),
    *_all(
        "batch-size",
        "Expected input batch_size ({a}) to match target batch_size ({b})",
        "For 1D input, 1D target must have size 1, but got target size",
        "Expected target size [{given}], got [{expected}]",
        "Expected target size ({given}), got torch.Size([{expected}])",
        "Assertion THTensor_(size)(target, 0) == batch_size' failed",
    ),
    # Other losses use these very words for other targets.
    *_all(
        "class-target",
        "0D or 1D target tensor expected, multi-target not supported",
        "1D target tensor expected, multi-target not supported",
        unless="cosine_embedding_loss",
    ),
    *_all("class-target", "multi-target not supported at"),
    *_all(
        "index-dtype",
        "expected target dtype to be Long or Byte, but got {x_dtype}",
        "nll_loss_forward_reduce_cuda_kernel_2d_index\" not implemented for '{x_dtype}'",
    ),
    *_all(
        "class-probabilities",
        "Expected floating point type for target with class probabilities, got {dtype}",
    ),
    *_all(
        "class-index",
        "Target {number} is out of bounds",
        "Target -{any} is out of bounds",
        "Assertion t >= 0 && t < n_classes failed",
        "Assertion cur_target >= 0 && cur_target < n_classes' failed",
    ),
    *_all("device-assert", "device-side assert triggered", "cuda runtime error (59)"),
    *_all(
        "cublas",
        "CUBLAS_STATUS_{function} when calling",
        "cublas runtime error :",
        "cublasLt ran into an error",
        "CUBLAS_STATUS_INVALID_VALUE",
        "CUBLAS_STATUS_EXECUTION_FAILED",
        "CUBLAS_STATUS_NOT_INITIALIZED",
        "CUBLAS_STATUS_ALLOC_FAILED",
        "CUBLAS_STATUS_NOT_SUPPORTED",
    ),
    *_all(
        "broadcast",
        "The size of tensor a ({a}) must match the size of tensor b ({b}) at non-singleton dimension {dim}",
        "The size of tensor a ({any}) must match the size of tensor b ({any}) at non-singleton dimension",
        "output with shape [{given}] doesn't match the broadcast shape [{expected}]",
        "Attempting to broadcast a dimension of length {a} at {any}! Mismatching argument at index",
        "inconsistent tensor size, expected r_ [{any}], t [{any}] and src [{any}] to have the same number of",
        "Shape mismatch: objects cannot be broadcast to a single shape",
    ),
    *_all(
        "expand",
        "The expanded size of the tensor ({a}) must match the existing size ({b}) at non-singleton "
        "dimension {dim}",
    ),
    *_all(
        "not-scalar",
        "grad can be implicitly created only for scalar outputs",
        "backward should be called only on a scalar",
    ),
    *_all("backward-twice", "Trying to backward through the graph a second time"),
    *_all(
        "no-grad",
        "element {number} of tensors does not require grad and does not have a grad_fn",
        "element {number} of variables does not require grad",
        "element {number} of variables tuple is volatile",
        "Inference tensors cannot be saved for backward",
        "there are no graph nodes that require computing gradients",
    ),
    *_all(
        "in-place-version",
        "one of the variables needed for gradient computation has been modified by an inplace operation",
        "梯度计算所需的变量之一已被就地操作修改",
    ),
    *_all(
        "nn-linear",
        "module 'torch.nn' has no attribute 'linear'",
        "module 'torch.nn.modules' has no attribute 'linear'",
    ),
    *_all(
        "lazy",
        "Can't access the shape of an uninitialized parameter",
        "Attempted to use an uninitialized parameter",
        "Modules with uninitialized parameters can't be used with",
    ),
    *_all(
        "numpy-grad",
        "Can't call numpy() on Tensor that requires grad",
        "Can't call numpy() on Variable that requires grad",
    ),
    *_all(
        "numpy-device",
        "device type tensor to numpy. Use Tensor.cpu()",
        "can't convert CUDA tensor to numpy",
    ),
    *_all(
        "leaf",
        "leaf Variable that requires grad is being used in an in-place operation",
        "leaf Variable that requires grad has been used in an in-place operation",
        "leaf variable has been moved into the graph interior",
    ),
    *_all(
        "data-parallel-device",
        "module must have its parameters and buffers on device {device} (device_ids[{any}]) but found one "
        "of them on device: {x_device}",
    ),
    *_all(
        "device",
        "Expected all tensors to be on the same device, but found at least two devices, {x_device} and "
        "{device}!",
        "Expected all tensors to be on the same device, but got {any} is on {x_device}, different from other "
        "tensors on {device}",
        "Expected all tensors to be on the same device",
        "所有张量都在同一设备上,但找到至少两个设备,{x_device} 和 {device}",
        "所有张量都在同一设备上",
        "所有张量都在同一个设备上",
        "Tensor on device {device} is not on the expected device {x_device}!",
        "found two different devices {x_device}, {device}",
        "is on {x_device}, but expected it to be on {device}",
        "is on {x_device}, but expected them to be on {device}",
        "is on {x_device}, but expected to be on {device}",
        "is on {x_device} but expected on {device}",
        "Expected object of backend {device} but got backend {x_device} for argument",
        "Expected object of device type {device} but got device type {x_device} for argument",
        "arguments are located on different GPUs",
        "to have the same device as tensor for argument",
        "tensors are on different GPUs",
        "some of weight/gradient/input tensors are located on different GPUs",
        "Placeholder storage has not been allocated on MPS device",
        "Passed CPU tensor to MPS op",
        "Input and parameter tensors are not at the same device, found input tensor at {x_device} and "
        "parameter tensor at {device}",
        "Input, output and indices must be on the current device",
        "input and weight must be on the same device",
    ),
    *_all(
        "meta", "Cannot copy out of meta tensor; no data!", "Tensor.item() cannot be called on meta tensors"
    ),
    *_all(
        "memory",
        "can't allocate memory: you tried to allocate {number} bytes",
        "not enough memory: you tried to allocate {number} bytes",
        "not enough memory: you tried to allocate {any}GB",
        "CUDA out of memory",
        "MPS backend out of memory",
        "cuda runtime error (2) : out of memory",
        "HIP out of memory",
    ),
    *_all(
        "address",
        "Storage size calculation overflowed with sizes=[{sizes}]",
        "empty(): argument 'size' failed to unpack the object at pos {number} with error \"Overflow when",
    ),
    *_all(
        "int-layer",
        "Only Tensors of floating point and complex dtype can require gradients",
        "Only Tensors of floating point dtype can require gradients",
    ),
    *_all(
        "view-size",
        "shape '[{any}, {a}]' is invalid for input of size {number}",
        "shape '[{any}]' is invalid for input of size {number}",
        "size '[{any}]' is invalid for input with {number} elements",
        "size '[{any}]' is invalid for input of with {number} elements",
    ),
    *_all(
        "view-stride",
        "view size is not compatible with input tensor's size and stride",
        "input is not contiguous at",
        "view(): argument 'size' must be contiguous",
    ),
    *_all(
        "arguments",
        "forward() takes {number} positional argument{any} but {any} given",
        "forward() takes from {number} to {any} positional arguments but {any} given",
        "forward() missing {number} required positional argument",
        "forward() got an unexpected keyword argument",
        "Linear.__init__() missing {number} required positional argument",
        "Linear.__init__() takes from {number} to {any} positional arguments but {any} given",
        "Linear.__init__() got an unexpected keyword argument",
        "__init__() missing {number} required positional argument: 'out_features'",
        "__init__() missing {number} required positional arguments: 'in_features' and 'out_features'",
        "linear() missing {number} required positional argument",
        "linear() got an unexpected keyword argument",
    ),
    *_all(
        "size-not-whole",
        "empty(): argument 'size' (position 1) must be tuple of ints, but found element of type {kind} at "
        "pos",
        "empty(): argument 'size' failed to unpack the object at pos",
        "empty(): argument 'size' (position 1) must be tuple of ints, not",
        "empty(): argument 'size' must be tuple of ints, but found element of type {kind} at pos",
        "empty() received an invalid combination of arguments - got (tuple",
        "new() received an invalid combination of arguments - got ({any})",
        "Tensor constructor received an invalid combination of arguments - got (float",
        "Tensor constructor received an invalid combination of arguments - got (int, float",
        "new(): argument 'size' must be tuple of ints",
    ),
    *_all("negative-size", "Trying to create tensor with negative dimension -{number}"),
    *_all(
        "assign-parameter",
        "cannot assign '{kind}' as parameter '{name}' (torch.nn.Parameter or None expected)",
        "cannot assign '{kind}' object to parameter '{name}' (torch.nn.Parameter or None required)",
    ),
    *_all(
        "assign-module",
        "cannot assign module before Module.__init__() call",
        "cannot assign parameters before Module.__init__() call",
    ),
    *_all(
        "empty-optimizer", "optimizer got an empty parameter list", "optimizer got an empty parameters list"
    ),
    *_all(
        "optimizer-parameters",
        "can't optimize a non-leaf Tensor",
        "params argument given to the optimizer should be an iterable of Tensors",
        "optimizer can only optimize Tensors, but one of the params is",
        "can't optimize a non-leaf Variable",
    ),
    *_all("no-forward", 'is missing the required "forward" function'),
    *_all(
        "quantized",
        "Could not run 'quantized::{function}' with arguments from the '{kind}' backend",
        "Could not run 'quantized::{function}' with arguments from",
        "Could not run 'aten::{function}' with arguments from the 'Quantized{kind}' backend",
        "Didn't find engine for operation quantized::",
    ),
    *_all("backend", "Could not run 'aten::{function}' with arguments from the '{kind}' backend"),
    *_all("class-not-module", "torch.nn.modules.{name} is not a Module subclass", "must be Tensor, not type"),
    *_all("list-not-module", "list is not a Module subclass", "tuple is not a Module subclass"),
    *_all(
        "not-a-module",
        "torch.{kind} is not a Module subclass",
        "__main__.{kind} is not a Module subclass",
        "cannot assign '{kind}' as child module '{name}' (torch.nn.Module or None expected)",
    ),
    *_all("not-one-number", "a Tensor with {number} elements cannot be converted to Scalar"),
    *_all(
        "class-called",
        "Boolean value of Tensor with more than one value is ambiguous",
        "bool value of Tensor with more than one value is ambiguous",
    ),
    *_all(
        "other-layer",
        "Given groups={number}, weight of size [{any}], expected input[{any}] to have {a} channels, but got "
        "{b} channels",
        "Given transposed={number}, weight of size [{any}], expected input[{any}] to have {a} channels, but "
        "got {b} channels",
        "Given normalized_shape=[{a}], expected input with shape [{any}], but got input of size[{any}, {b}]",
        "Given normalized_shape=[{any}], expected input with shape [{any}], but got input of size",
        "running_mean should contain {b} elements not {a}",
        "weight should contain {b} elements not {a}",
        "expected input's size at dim={dim} to match num_features ({a}), but got: {b}",
        "Expected weight to be a vector of size equal to the number of channels in input, but got weight of "
        "shape [{a}] and input of shape [{any}]",
        "input has inconsistent input_size: got {b} expected {a}",
        "Mismatch of parameter numbers and input channel size. Found parameter numbers = {a} and channel "
        "size = {b}",
        "was expecting embedding dimension of {a}, but got {b}",
        "expected {any}D input (got {any}D input)",
        "input.size(-1) must be equal to input_size. Expected {a}, got {b}",
        "bilinear(): input{number} size does not match weight size: got {b} but expected {a}",
        "Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of size",
        "Expected 2D (unbatched) or 3D (batched) input to conv1d, but got input of size",
        "Expected 4-dimensional input for 4-dimensional weight",
    ),
)
