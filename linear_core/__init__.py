"""The mathematics of PyTorch's ``nn.Linear``, step by step.

Forward, backward, the messages that PyTorch gives, training and its theory: every number is PyTorch's.
``linear_core.charts`` draws them with Altair and is imported only when asked for.
"""

from linear_core.calls.explain import explain_error
from linear_core.calls.explanations import Explanation
from linear_core.calls.fixes import Fix
from linear_core.calls.predict import CallOutcome, predict_call
from linear_core.calls.watch import explained_errors
from linear_core.data import (
    BUILTIN_DATA,
    BuiltinData,
    RegressionData,
    TableColumn,
    builtin_data,
    line_data,
    linear_data,
    read_table,
    table_columns,
)
from linear_core.errors import ConfigError, DataError, Refusal, ShapeError
from linear_core.exchange.matrix_link import decode_matrix, encode_matrix
from linear_core.exchange.matrix_text import format_matrix, parse_matrix
from linear_core.exchange.parameter_file import StoredLayer, read_layers
from linear_core.exchange.run_files import PARAMETER_FORMATS, history_csv, parameter_file
from linear_core.exchange.table_link import decode_table, encode_table
from linear_core.layer.conventions import CONVENTIONS
from linear_core.layer.fills import FILLS, fill
from linear_core.layer.known_layers import KNOWN_LAYERS
from linear_core.layer.ledger import Ledger, ledger
from linear_core.layer.numbers import SEEDED, layer_numbers
from linear_core.layer.spec import DTYPES, INITS, LayerSpec, build_layer, layer_code
from linear_core.passes.backward import BackwardTrace, trace_backward
from linear_core.passes.blocks import MAX_WEIGHTS, BlockSummary, block_summary, check_size, window
from linear_core.passes.cell import CellTrace
from linear_core.passes.forward import ForwardTrace, trace_forward
from linear_core.passes.match import Match
from linear_core.passes.views import VIEWS, frames
from linear_core.scripts.data_code import line_data_code, linear_data_code
from linear_core.scripts.layer_script import layer_script
from linear_core.scripts.notebook import as_notebook
from linear_core.scripts.training_script import training_script
from linear_core.theory.descent import DescentPath, Stability, descent_path, stability
from linear_core.theory.least_squares import LeastSquares, StandardErrors, least_squares
from linear_core.theory.outlook import Outlook, foresee, outlook, steps_to_loss
from linear_core.theory.surface import LossSurface, loss_surface
from linear_core.training.changes import data_from_plain, plain_data
from linear_core.training.config import TrainingConfig
from linear_core.training.fit import Fit, fit, losses_on
from linear_core.training.history import TrainingHistory, TrainingState
from linear_core.training.log import log_lines
from linear_core.training.losses import LOSSES
from linear_core.training.optimizers import OPTIMIZER_CHOICES, OPTIMIZERS
from linear_core.training.race import RaceRun, race
from linear_core.training.step_trace import StepTrace
from linear_core.training.trainer import Trainer
from linear_core.training.traps import TRAPS, TrapResult

__version__ = "0.1.0"

__all__ = [
    "BUILTIN_DATA",
    "CONVENTIONS",
    "DTYPES",
    "FILLS",
    "INITS",
    "KNOWN_LAYERS",
    "LOSSES",
    "MAX_WEIGHTS",
    "OPTIMIZERS",
    "OPTIMIZER_CHOICES",
    "PARAMETER_FORMATS",
    "SEEDED",
    "TRAPS",
    "VIEWS",
    "BackwardTrace",
    "BlockSummary",
    "BuiltinData",
    "CallOutcome",
    "CellTrace",
    "ConfigError",
    "DataError",
    "DescentPath",
    "Explanation",
    "Fit",
    "Fix",
    "ForwardTrace",
    "LayerSpec",
    "LeastSquares",
    "Ledger",
    "LossSurface",
    "Match",
    "Outlook",
    "RaceRun",
    "Refusal",
    "RegressionData",
    "ShapeError",
    "Stability",
    "StandardErrors",
    "StepTrace",
    "StoredLayer",
    "TableColumn",
    "Trainer",
    "TrainingConfig",
    "TrainingHistory",
    "TrainingState",
    "TrapResult",
    "as_notebook",
    "block_summary",
    "build_layer",
    "builtin_data",
    "check_size",
    "data_from_plain",
    "decode_matrix",
    "decode_table",
    "descent_path",
    "encode_matrix",
    "encode_table",
    "explain_error",
    "explained_errors",
    "fill",
    "fit",
    "foresee",
    "format_matrix",
    "frames",
    "history_csv",
    "layer_code",
    "layer_numbers",
    "layer_script",
    "least_squares",
    "ledger",
    "line_data",
    "line_data_code",
    "linear_data",
    "linear_data_code",
    "log_lines",
    "loss_surface",
    "losses_on",
    "outlook",
    "parameter_file",
    "parse_matrix",
    "plain_data",
    "predict_call",
    "race",
    "read_layers",
    "read_table",
    "stability",
    "steps_to_loss",
    "table_columns",
    "trace_backward",
    "trace_forward",
    "training_script",
    "window",
]
