"""The mathematics of PyTorch's ``nn.Linear``, step by step.

Forward, backward, the messages of PyTorch, training and its theory: every number is PyTorch's. Each name
below is loaded when it is first used, so that ``import linear_core`` alone loads neither torch nor pandas.
``linear_core.charts`` draws all of it with Altair.
"""

from typing import TYPE_CHECKING

from linear_core._lazy import lazy_names

if TYPE_CHECKING:  # the same names as below, for type checkers and the documentation
    from linear_core.answers.explain import explain_error
    from linear_core.answers.predict import CallOutcome, predict_call
    from linear_core.answers.watch import explained_errors
    from linear_core.calls.records import Explanation, Fix
    from linear_core.data.builtin import BUILTIN_DATA, builtin_data
    from linear_core.data.regression import RegressionData
    from linear_core.data.synthetic import line_data, linear_data
    from linear_core.data.tables import read_table, table_columns
    from linear_core.errors import ConfigError, DataError, Refusal, ShapeError
    from linear_core.exchange.matrix_text import parse_matrix
    from linear_core.gradients.report import gradient_report
    from linear_core.gradients.trace import trace_gradients
    from linear_core.layer.spec import INITS, LayerSpec, build_layer
    from linear_core.passes.backward import BackwardTrace, trace_backward
    from linear_core.passes.cell import CellTrace
    from linear_core.passes.forward import ForwardTrace, trace_forward
    from linear_core.scripts.backward_script import backward_script
    from linear_core.scripts.layer_script import layer_script
    from linear_core.scripts.training_script import training_script
    from linear_core.theory.descent import Stability, descent_path, stability
    from linear_core.theory.least_squares import LeastSquares, least_squares
    from linear_core.training.config import TrainingConfig
    from linear_core.training.history import TrainingHistory
    from linear_core.training.losses import LOSSES
    from linear_core.training.optimizers import OPTIMIZERS
    from linear_core.training.race import race
    from linear_core.training.surface import loss_surface
    from linear_core.training.trainer import Trainer
    from linear_core.training.traps import TRAPS
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "answers.explain": "explain_error",
            "answers.predict": "CallOutcome predict_call",
            "calls.records": "Explanation Fix",
            "answers.watch": "explained_errors",
            "data.builtin": "BUILTIN_DATA builtin_data",
            "data.regression": "RegressionData",
            "data.synthetic": "line_data linear_data",
            "data.tables": "read_table table_columns",
            "errors": "ConfigError DataError Refusal ShapeError",
            "exchange.matrix_text": "parse_matrix",
            "gradients.report": "gradient_report",
            "gradients.trace": "trace_gradients",
            "layer.spec": "INITS LayerSpec build_layer",
            "passes.backward": "BackwardTrace trace_backward",
            "passes.cell": "CellTrace",
            "passes.forward": "ForwardTrace trace_forward",
            "scripts.backward_script": "backward_script",
            "scripts.layer_script": "layer_script",
            "scripts.training_script": "training_script",
            "theory.descent": "Stability descent_path stability",
            "theory.least_squares": "LeastSquares least_squares",
            "training.config": "TrainingConfig",
            "training.history": "TrainingHistory",
            "training.losses": "LOSSES",
            "training.optimizers": "OPTIMIZERS",
            "training.race": "race",
            "training.surface": "loss_surface",
            "training.trainer": "Trainer",
            "training.traps": "TRAPS",
        },
    )

__version__ = "0.1.0"

__all__ = [
    "BUILTIN_DATA",
    "INITS",
    "LOSSES",
    "OPTIMIZERS",
    "TRAPS",
    "BackwardTrace",
    "CallOutcome",
    "CellTrace",
    "ConfigError",
    "DataError",
    "Explanation",
    "Fix",
    "ForwardTrace",
    "LayerSpec",
    "LeastSquares",
    "Refusal",
    "RegressionData",
    "ShapeError",
    "Stability",
    "Trainer",
    "TrainingConfig",
    "TrainingHistory",
    "backward_script",
    "build_layer",
    "builtin_data",
    "descent_path",
    "explain_error",
    "explained_errors",
    "gradient_report",
    "layer_script",
    "least_squares",
    "line_data",
    "linear_data",
    "loss_surface",
    "parse_matrix",
    "predict_call",
    "race",
    "read_table",
    "stability",
    "table_columns",
    "trace_backward",
    "trace_forward",
    "trace_gradients",
    "training_script",
]
