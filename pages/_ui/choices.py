"""The typed table of every choice that a link can carry: name, default, range.

A control is drawn from its entry, and a link is checked against it, so that a value which does not fit is
named instead of being dropped unseen. Defaults are part of every link ever shared: never change one.
"""

from dataclasses import dataclass

from pages._ui.language import LANGUAGES


@dataclass(frozen=True)
class Whole:
    """A whole number from ``low`` to ``high``."""

    default: int
    low: int
    high: int

    def accepts(self, text: str) -> bool:
        """Whether a link may carry ``text`` for this choice."""
        return text.removeprefix("-").isdecimal() and self.low <= int(text) <= self.high

    def read(self, text: str) -> int:
        """The value that a link means by ``text``."""
        return int(text)


@dataclass(frozen=True)
class Real:
    """A number from ``low`` to ``high``."""

    default: float
    low: float
    high: float
    step: float = 0.1

    def accepts(self, text: str) -> bool:
        """Whether a link may carry ``text`` for this choice."""
        try:
            return self.low <= float(text) <= self.high
        except ValueError:
            return False

    def read(self, text: str) -> float:
        """The value that a link means by ``text``."""
        return float(text)


@dataclass(frozen=True)
class Flag:
    """On or off."""

    default: bool

    def accepts(self, text: str) -> bool:
        """Whether a link may carry ``text`` for this choice."""
        return text.lower() in ("true", "false", "1", "0")

    def read(self, text: str) -> bool:
        """The value that a link means by ``text``."""
        return text.lower() in ("true", "1")


@dataclass(frozen=True)
class OneOf:
    """One name of a registry; a link carries the name, the screen a label that may be translated."""

    default: str
    options: tuple[str, ...]

    def accepts(self, text: str) -> bool:
        """Whether a link may carry ``text`` for this choice."""
        return text in self.options


@dataclass(frozen=True)
class Numbers:
    """Where the numbers of a matrix come from: "seeded", a fill's name, or a matrix as a link carries it."""

    default: str
    rows: int
    columns: int

    def accepts(self, text: str) -> bool:
        """Whether a link may carry ``text`` for this choice."""
        from linear_core import FILLS, DataError, decode_matrix
        from linear_core.layer.numbers import SEEDED

        if text == SEEDED or text in FILLS:
            return True
        try:
            rows, columns = decode_matrix(text).shape
        except DataError:
            return False
        return rows <= self.rows and columns <= self.columns


@dataclass(frozen=True)
class Cell:
    """A cell of the output, ``row,out``; empty for none."""

    default: str = ""

    def accepts(self, text: str) -> bool:
        """Whether a link may carry ``text`` for this choice."""
        row, comma, out = text.partition(",")
        return text == "" or (comma == "," and row.isdecimal() and out.isdecimal() and len(text) < 12)


@dataclass(frozen=True)
class Recording:
    """A run: where it began, what was changed at which steps, and the step reached; empty for none."""

    default: str = ""

    def accepts(self, text: str) -> bool:
        """Whether a link may carry ``text`` for this choice."""
        from pages._ui.training import recording

        return recording.is_readable(text)


@dataclass(frozen=True)
class OwnTable:
    """Data of one's own, small enough for a link; empty for none."""

    default: str = ""

    def accepts(self, text: str) -> bool:
        """Whether a link may carry ``text`` for this choice."""
        from linear_core import DataError, decode_table

        try:
            return text == "" or decode_table(text).n_samples > 1
        except DataError:
            return False


@dataclass(frozen=True)
class Several:
    """From ``least`` to ``most`` names of a registry, joined by ``_``."""

    default: str
    options: tuple[str, ...]
    least: int
    most: int

    def accepts(self, text: str) -> bool:
        """Whether a link may carry ``text`` for this choice."""
        names = text.split("_")
        return self.least <= len(names) == len(set(names)) <= self.most and set(names) <= set(self.options)


Choice = Whole | Real | Flag | OneOf | Recording | Numbers | Cell | OwnTable | Several

LANGUAGE = OneOf("en", tuple(LANGUAGES))

START: dict[str, Choice] = {
    "in_features": Whole(5, 1, 16),
    "out_features": Whole(10, 1, 16),
    "batch_size": Whole(3, 1, 8),
}

FORWARD: dict[str, Choice] = {
    "in_features": Whole(5, 1, 16),
    "out_features": Whole(10, 1, 16),
    "batch_size": Whole(3, 1, 8),
    "bias": Flag(True),
    "seed": Whole(0, 0, 9999),
    # The worked example of the page: samples A, B and C of five features.
    "x": Numbers("0.1_0.2_0.3_0.3_0.3~0.4_0.5_0.6_0.6_0.6~0.7_0.8_0.9_0.9_0.9", 72, 16),
    "weight": Numbers("seeded", 16, 16),
    "b": Numbers("seeded", 1, 16),
    "rank": OneOf("2", ("1", "2", "3", "4")),
    "lead": OneOf("2", ("1", "2", "3")),
    "outer": OneOf("2", ("1", "2", "3")),
    "view": OneOf("dot_products", ("dot_products", "rows", "columns", "outer_products")),
    "convention": OneOf("linear", ("linear", "matmul", "addmm", "columns", "kernel")),
    "step": OneOf("0", ("0", "1", "2", "3", "4", "5", "6")),  # 0: the walk has not begun
    "cell": Cell(),
    "nodes": OneOf("off", ("off", "on")),
    "part": OneOf(
        "script",
        ("script", "yours", "neurons", "dimensions", "large", "ledger", "conventions", "download"),
    ),
    "large_in": Whole(4096, 1, 16_384),
    "large_out": Whole(4096, 1, 16_384),
    "large_batch": Whole(64, 1, 1024),
    "large_matrix": OneOf("weight", ("weight", "x", "output")),
    "large_row": Whole(0, 0, 16_383),
    "large_column": Whole(0, 0, 16_383),
    "large_sample": Whole(0, 0, 1023),
    "large_output": Whole(0, 0, 16_383),
}

# As `linear_core` names them; a test holds the lists together, so that this table needs no torch.
BUILTIN = (
    *("norris", "galton", "cars", "forbes", "trees", "longley"),
    *("anscombe_1", "anscombe_2", "anscombe_3", "anscombe_4"),
)
DATA = ("line", "features", *BUILTIN, "own")
TRAPS = ("no_zero_grad", "target_shape", "rate_over_limit", "unscaled", "no_bias", "summed_loss")
RACERS = ("SGD", "Momentum", "Nesterov", "RMSprop", "Adam", "AdamW")

TRAINING: dict[str, Choice] = {
    "learning_rate": Real(1e-3, 1e-6, 1e3),
    "momentum": Real(0.0, 0.0, 1.0, 0.05),
    "steps": Whole(30_000, 1, 1_000_000),
    "slope": Real(3.0, -10.0, 10.0, 0.1),
    "intercept": Real(0.8, -10.0, 10.0, 0.1),
    "noise_std": Real(0.0, 0.0, 2.0, 0.01),
    "data": OneOf("line", DATA),
    "outliers": Whole(0, 0, 20),
    "bend": Real(0.0, -10.0, 10.0, 0.1),
    "num_features": Whole(3, 2, 12),
    "own": OwnTable(),
    "test_percent": Whole(0, 0, 50),
    "n_samples": Whole(50, 2, 10_000),
    "data_seed": Whole(0, 0, 9999),
    "start_seed": Whole(0, 0, 9999),
    "standardise": Flag(False),
    "optimizer": OneOf("sgd", ("sgd", "rmsprop", "adam", "adamw")),
    "loss": OneOf("mse", ("mse", "l1", "huber")),
    "batch": Whole(0, 0, 10_000),  # samples in every step; 0: all. Other pages have a batch_size of their own
    "stop": OneOf("steps", ("steps", "loss", "gradient_norm", "patience")),
    "stop_value": Real(1e-3, 1e-12, 1e6),
    "speed": OneOf("fast", ("1", "10", "100", "1000", "fast")),
    "residuals": OneOf("segments", ("segments", "squares", "none")),
    "loss_scale": OneOf("log", ("log", "linear")),
    "future": Whole(0, 0, 1_000_000_000),  # 0: no look ahead
    "more": OneOf("states", ("states", "microscope", "traps", "data", "race", "log", "script", "take_away")),
    "stage_of_step": OneOf("1", ("1", "2", "3", "4")),
    "trap": OneOf("no_zero_grad", TRAPS),
    "trap_steps": Whole(100, 1, 2000),
    "trap_rate": OneOf("best", ("best", "same")),
    "racers": Several("SGD_Momentum_Adam", RACERS, 2, 4),
    "race_steps": Whole(300, 1, 2000),
    "race_rates": OneOf("same", ("same", "tuned")),
    "run": Recording(),
}
