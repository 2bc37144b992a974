"""What each fix does: its label, and what the numbers mean afterward."""

from linear_core.language import N_

# Changes of x or of the layer.
CHANGE_LAYER = N_("Create a layer for the features that x has: its weight is new and must be trained again")
FLATTEN = N_("Flatten: everything after the batch dimension becomes the features of one sample")
FLATTEN_ALL = N_("Flatten: all numbers of x become the features of a single sample")
FLATTEN_TAIL = N_("Flatten the last dimensions into the features of one sample")
TRANSPOSE = N_("Transpose x, if its features are in its rows")
MOVE_FEATURES = N_("Move the features to the last dimension, if they are in another one")
ADD_DIMENSION = N_("Add a dimension: every number of x becomes a sample with one feature")
ROWS_BACK = N_("Give each sample its own row again: a flatten or squeeze removed the batch dimension too")
ADD_BATCH = N_("Add a batch dimension in front: x is a single sample")
ADD_CHANNEL = N_("Add a dimension for the channels of the images, of which there is one")
CHANNELS_SECOND = N_("Move the channels from the last dimension to the one after the batch")
FEATURES_SECOND = N_(
    "Move the features to dimension 1, where this layer expects them, and back; nn.LayerNorm takes them "
    "as they are"
)
TRANSPOSE_WEIGHT = N_("Transpose the weight, which was assigned as (in_features, out_features)")
TRANSPOSE_FACTOR = N_("Transpose the right factor, which is stored as (out_features, in_features)")
RESHAPE_WEIGHT = N_("Reshape the weight to two dimensions")
RESHAPE_BIAS = N_("Reshape the bias to one dimension")
REMAKE_LAYER = N_("Create this layer for the size that reaches it; what it had learned is lost")
NEW_BIAS = N_("Create a bias with one number for each output; it must be trained again")
LINEAR_FORWARD = N_("Use nn.Linear with the same parameters, if the layer is to do what nn.Linear does")
CONVERT_X = N_("Convert x to the dtype of the layer")
CONVERT_INSIDE = N_(
    "Convert the input of the layer to its dtype; in your code, write .to(...) before the layer"
)
CONVERT_LAYER = N_("Convert the layer to the dtype of x")
CONVERT_MODEL = N_("Convert the whole model to one dtype")
CONVERT_BOTH = N_("Compute in float32, PyTorch's default")
REAL_PART = N_("Keep the real part of x, if the imaginary part does not matter")
SAME_DEVICE = N_("Move x to the device of the layer")
MOVE_MODEL = N_("Move the whole model to the device of x")
MOVE_LAYER = N_("Move the layer to the device of its input")
ONE_DEVICE = N_("Move the model and x to one device")
MATCH_OUTPUT = N_(
    "Create a layer whose output has the size of what it is combined with; it must be trained again"
)
REGISTER = N_("Keep the layers in an nn.ModuleList or nn.ModuleDict, so that the model knows them")

# Values that are not tensors.
TO_TENSOR = N_("Convert it to a tensor, in the dtype of the layer")
NUMBERS_ONLY = N_("Convert it to one numeric type: it holds nothing but numbers")
STACK = N_("Stack the tensors into one, with a batch dimension in front")
TAKE_PART = N_(
    "Take the tensor out of it: an nn.LSTM returns (output, (h_n, c_n)), a DataLoader [inputs, targets]"
)
STACK_SAMPLES = N_("Stack the inputs of all samples into one tensor, with a batch dimension in front")
PAD_PACKED = N_("Pad the sequences to equal length, into an ordinary tensor")
PACKED_DATA = N_("Take the packed data: all time steps of all sequences as rows")

# Checkpoints.
TRANSPOSE_CHECKPOINT = N_("Transpose the checkpoint's weight, if it was stored in-features first")
LIKE_CHECKPOINT = N_("Create the layer as it was when the checkpoint was saved")
LEAVE_OUT = N_("Leave these parameters out, if they are to be trained again (another number of classes)")
REMOVE_PREFIX = N_("Remove the prefix from the names in the checkpoint")
ADD_PREFIX = N_("Add the prefix to the names in the checkpoint")
ONLY_KNOWN = N_("Leave out what the model does not have")
RENAME = N_("Take the names of the model, in its order: number and shapes of the parameters agree")
NOT_STRICT = N_("Load what has the same name, and leave the rest as it is")
INNER_STATE = N_("Take the parameters out of the file's dictionary")

# Losses and gradients.
RESHAPE_TARGET = N_("Reshape the target to the shape of the prediction")
TRANSPOSE_TARGET = N_("Transpose the target, if its samples are in its columns")
FLATTEN_PREDICTION = N_("Drop the prediction's last dimension, if the model has one output")
CLASS_TARGET = N_("Convert the target to the dtype and shape that the loss expects")
MOVE_TARGET = N_("Move the target to the device of the prediction")
CLASS_WEIGHT = N_("Convert the class weights to the dtype of the prediction")
ONE_HOT = N_("Take the class of each one-hot row")
CLASSES_SECOND = N_("Move the classes to dimension 1, where the loss expects them")
MEAN_LOSS = N_("Reduce it to one number first")
SUM_LOSS = N_("Sum instead, if gradients are to grow with the number of samples")
ONE_NUMBER = N_("Take the mean of its numbers")
ALL_NUMBERS = N_("Take all its numbers, as a list")
FRESH_LOSS = N_("Compute the loss again before each backward")
DETACH_STATE = N_(
    "Detach what is kept from one step to the next, such as a hidden state: detach() forgets its history"
)
RETAIN_GRAPH = N_("Keep the graph, if two backward passes through it are intended")
ENABLE_GRAD = N_("Compute the loss where gradients are recorded, outside no_grad")
WITHOUT_DETACH = N_("Compute the loss without detach(), which forgets how it was computed")
BY_POSITION = N_("Pass the input by position: forward gives it another name")
UNFREEZE = N_("Let the parameters require gradients again")
OUT_OF_PLACE = N_("Create a new tensor instead of changing the old one")
NO_GRAD_UPDATE = N_("Update parameters where nothing is recorded")

# The rest.
MODULE_CLASS = N_("The module, which holds weight and bias: capital L")
FUNCTION = N_("The function, which is given weight and bias")
DRY_RUN = N_("Run one batch through the model first: the lazy layer takes its in_features from it")
DETACH = N_("Take the numbers without their computation history")
CPU_ARRAY = N_("Take the numbers without their computation history, and copy them to the CPU")
TO_CPU = N_("Run the same call on the CPU to see the exact message")
TO_EMPTY = N_("Allocate memory on a real device, and load the parameters")
CONTIGUOUS = N_("Use flatten or reshape, which copy where necessary")
WHOLE_SIZE = N_("Convert the sizes to integers")
PARAMETER = N_("Make the tensor a parameter")
PARAMETERS = N_("Pass the parameters of the model")
SUPER_INIT = N_("Write this first in __init__")
TAKE_MODULES = N_("Pass the modules one by one, with a star before the list")
MODULE_OF_FUNCTION = N_("Use the module that does what the function does")
INSTANCE = N_("Create the module first: parentheses after the class")

FIX_LABELS = tuple(
    value for name, value in list(globals().items()) if name.isupper() and isinstance(value, str)
)

# What a fix means, and why it is likely.
MEANS_NEW_LAYER = N_("The layer then has {features} in_features; what it had learned is lost.")
MEANS_FLATTEN = N_("Each sample is one row: x becomes {samples} × {features}, samples × features.")
MEANS_FLATTEN_ALL = N_("x is a single sample of {features} numbers, without a batch dimension.")
MEANS_TRANSPOSE = N_("Rows and columns are swapped: x becomes {samples} × {features}, samples × features.")
MEANS_MOVE = N_("The dimension of size {features} becomes the last one; the others keep their order.")
MEANS_COLUMN = N_("x becomes {samples} × 1: samples with one feature each.")
REASON_EXACT = N_("{product} is {features}, exactly in_features.")
REASON_DIMENSION = N_("x has a dimension of size {features}, which is in_features.")
REASON_VECTOR = N_("x has one dimension and in_features is 1: each of its numbers is a sample.")
REASON_STEPS = N_("After the first change, {places} would fail in turn; the other lines fix that too.")
REASON_ATTRIBUTES = N_(
    "in_features of the layer is {features}, as x has it; only the weight is stored transposed."
)

MEANINGS_OF_FIXES = tuple(
    value for name, value in list(globals().items()) if name.startswith(("MEANS_", "REASON_"))
)

# Why what looks like a fix does not help.
MIXES_SAMPLES = N_(
    "It runs, but it mixes numbers of different samples in one row: the number of samples "
    "changes from {rows} to {new_rows}, and no output belongs to any one sample."
)
SAME_COUNT_OTHER_ORDER = N_(
    "It runs, but it only reads the numbers in order and does not transpose: each row then holds "
    "numbers of different samples."
)
NO_SUCH_SHAPE = N_("PyTorch refuses: the number of elements would change from {count} to {new_count}.")
REVERSES_ALL = N_(
    "For {ndim}-D tensors .T is deprecated and reverses all dimensions, the batch too; use movedim."
)
WEIGHT_IS_FINE = N_(
    "The message shows the weight transposed; it is stored as (out_features, in_features), which "
    "is correct. Transposing it would not make it fit."
)
DEFAULT_DTYPE = N_("It changes the dtype of tensors made later; the layer and x keep theirs.")

PITFALL_TEXTS = (
    MIXES_SAMPLES,
    SAME_COUNT_OTHER_ORDER,
    NO_SUCH_SHAPE,
    REVERSES_ALL,
    WEIGHT_IS_FINE,
    DEFAULT_DTYPE,
)
