"""A layer before its numbers: sizes, initialization, seed, dtype; and how to build it.

Weights come from a generator of their own, so building a layer leaves the global random state alone,
yet gives what a plain script gets from ``torch.manual_seed(seed); nn.Linear(...)``, bit for bit.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor, nn

from linear_core._checks import check_count
from linear_core.errors import ConfigError
from linear_core.language import N_

DTYPES: Mapping[str, torch.dtype] = MappingProxyType(
    {
        "float16": torch.float16,
        "bfloat16": torch.bfloat16,
        "float32": torch.float32,
        "float64": torch.float64,
    }
)

# PyTorch's CPU generator keeps the low 32 bits of a seed: larger ones would silently repeat smaller ones.
MAX_SEED = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Init:
    """One way to start a layer, as code to read and as code to run.

    Attributes
    ----------
    title : str
        What people call it.
    code : str
        The line after ``layer = nn.Linear(...)`` that a plain script needs for the weight; empty for the
        default. Every other way also sets the bias to zero.
    fill : callable or None
        ``fill(weight, generator)`` does what ``code`` does, with a generator of its own.
    bound : callable or None
        ``bound(in_features, out_features)``: the largest magnitude that a uniform draw can give.
    dtypes : tuple of str
        Where PyTorch can do it; ``orthogonal`` needs a QR, which it has for float32 and float64 only.
    """

    title: str
    code: str = ""
    fill: Callable[[Tensor, torch.Generator], Tensor] | None = None
    bound: Callable[[int, int], float] | None = None
    dtypes: tuple[str, ...] = tuple(DTYPES)


INITS: Mapping[str, Init] = MappingProxyType(
    {
        "default": Init(
            title=N_("default, ±1/√in_features"),
            bound=lambda in_features, _: 1 / math.sqrt(in_features),
        ),
        "zeros": Init(N_("zeros"), "nn.init.zeros_(layer.weight)", lambda weight, _: nn.init.zeros_(weight)),
        "ones": Init(N_("ones"), "nn.init.ones_(layer.weight)", lambda weight, _: nn.init.ones_(weight)),
        "normal": Init(
            N_("standard normal"),
            "nn.init.normal_(layer.weight)",
            lambda weight, generator: nn.init.normal_(weight, generator=generator),
        ),
        "xavier_uniform": Init(
            N_("Xavier (Glorot), uniform"),
            "nn.init.xavier_uniform_(layer.weight)",
            lambda weight, generator: nn.init.xavier_uniform_(weight, generator=generator),
            lambda in_features, out_features: math.sqrt(6 / (in_features + out_features)),
        ),
        "xavier_normal": Init(
            N_("Xavier (Glorot), normal"),
            "nn.init.xavier_normal_(layer.weight)",
            lambda weight, generator: nn.init.xavier_normal_(weight, generator=generator),
        ),
        "kaiming_uniform": Init(
            N_("Kaiming (He), uniform"),
            'nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")',
            lambda weight, generator: nn.init.kaiming_uniform_(
                weight, nonlinearity="relu", generator=generator
            ),
            lambda in_features, _: math.sqrt(6 / in_features),
        ),
        "kaiming_normal": Init(
            N_("Kaiming (He), normal"),
            'nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")',
            lambda weight, generator: nn.init.kaiming_normal_(
                weight, nonlinearity="relu", generator=generator
            ),
        ),
        "orthogonal": Init(
            N_("orthogonal"),
            "nn.init.orthogonal_(layer.weight)",
            lambda weight, generator: nn.init.orthogonal_(weight, generator=generator),
            dtypes=("float32", "float64"),
        ),
        "identity": Init(
            N_("identity"), "nn.init.eye_(layer.weight)", lambda weight, _: nn.init.eye_(weight)
        ),
    }
)


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """Everything that decides a layer's numbers; equal specs build equal layers.

    Parameters
    ----------
    in_features, out_features : int
        Numbers a sample has before and after the layer; at least 1.
    bias : bool
        Whether the layer adds a learned constant to each output.
    init : str
        One of `INITS`.
    seed : int
        From 0 to 4294967295 (PyTorch's CPU generator keeps 32 bits).
    dtype : str
        One of `DTYPES`: "float16", "bfloat16", "float32", "float64".

    Raises
    ------
    ConfigError
        A size is not an integer of at least 1, the init, seed or dtype is unknown, or PyTorch lacks
        that init for that dtype.

    References
    ----------
    PyTorch, ``torch.nn.Linear``.

    Examples
    --------
    >>> spec = LayerSpec(4, 3)
    >>> spec.num_parameters, spec.weight_shape, spec.init_bound, spec.macs(batch_size=8), spec.num_bytes
    (15, (3, 4), 0.5, 96, 60)
    """

    in_features: int
    out_features: int
    bias: bool = True
    init: str = "default"
    seed: int = 0
    dtype: str = "float32"

    def __post_init__(self) -> None:
        check_count("in_features", self.in_features)
        check_count("out_features", self.out_features)
        check_count("seed", self.seed, smallest=0, largest=MAX_SEED)
        if not isinstance(self.bias, bool):
            raise ConfigError(
                "expected bias to be True or False, but got {value!r}; choose one of the two", value=self.bias
            )
        _check_choice("init", self.init, INITS)
        _check_choice("dtype", self.dtype, DTYPES)
        if self.dtype not in INITS[self.init].dtypes:
            raise ConfigError(
                "expected dtype {others} or {last} for init={init!r}, but got {dtype!r}, which PyTorch cannot"
                " do; choose another dtype or init",
                init=self.init,
                dtype=self.dtype,
                **_listed(INITS[self.init].dtypes),
            )

    @property
    def weight_shape(self) -> tuple[int, int]:
        """The weight's shape as PyTorch stores it, ``(out_features, in_features)``."""
        return (self.out_features, self.in_features)

    @property
    def bias_shape(self) -> tuple[int] | None:
        """The bias's shape, ``(out_features,)``, or None without a bias."""
        return (self.out_features,) if self.bias else None

    @property
    def num_parameters(self) -> int:
        """Learned numbers: in × out, and out more with a bias."""
        return self.in_features * self.out_features + (self.out_features if self.bias else 0)

    @property
    def num_bytes(self) -> int:
        """Memory of the parameters in bytes, without gradients or optimizer state."""
        return self.num_parameters * DTYPES[self.dtype].itemsize

    @property
    def init_bound(self) -> float | None:
        """The largest magnitude that a weight can start with, for uniform draws; else None.

        For the default it is 1/√in_features, for weight and bias alike.
        """
        bound = INITS[self.init].bound
        return None if bound is None else bound(self.in_features, self.out_features)

    def macs(self, batch_size: int = 1) -> int:
        """Multiply-adds of one call on ``batch_size`` samples; adding the bias is not counted.

        For an N-D x, ``batch_size`` is the product of all dims before the last.
        """
        check_count("batch_size", batch_size, smallest=0)
        return batch_size * self.in_features * self.out_features


def build_layer(spec: LayerSpec) -> nn.Linear:
    """Build the layer that ``layer_code(spec)`` builds, without touching the global random state.

    The generator starts at ``spec.seed`` and first makes PyTorch's own draws (weight, then bias). An init
    other than the default goes on from there and overwrites the weight, and the bias becomes zero.

    Parameters
    ----------
    spec : LayerSpec
        Sizes, init, seed and dtype.

    Returns
    -------
    torch.nn.Linear
        On the CPU, with parameters that require gradients; bit for bit the one of a plain script.

    References
    ----------
    PyTorch, ``torch.nn.Linear.reset_parameters`` and ``torch.nn.init``.

    Examples
    --------
    >>> layer = build_layer(LayerSpec(2, 1, seed=0))
    >>> _ = torch.manual_seed(0)
    >>> torch.equal(layer.weight, nn.Linear(2, 1).weight)
    True
    """
    # Made on "meta" there is nothing to fill, so nn.Linear's own draws take nothing from the global state.
    # Its `to_empty` would import SymPy on the first call, which takes half as long as torch itself.
    sizes, dtype = (spec.in_features, spec.out_features), DTYPES[spec.dtype]
    layer = nn.Linear(*sizes, bias=spec.bias, dtype=dtype, device="meta")
    for name, parameter in dict(layer.named_parameters()).items():
        setattr(layer, name, nn.Parameter(torch.empty(parameter.shape, dtype=dtype)))
    generator = torch.Generator().manual_seed(spec.seed)
    # The same calls in the same order as nn.Linear.reset_parameters, which takes no generator.
    nn.init.kaiming_uniform_(layer.weight, a=math.sqrt(5), generator=generator)
    if spec.bias:
        bound = 1 / math.sqrt(spec.in_features)
        nn.init.uniform_(layer.bias, -bound, bound, generator=generator)
    fill = INITS[spec.init].fill
    if fill is not None:
        fill(layer.weight, generator)
        if spec.bias:
            nn.init.zeros_(layer.bias)
    return layer


def layer_code(spec: LayerSpec, name: str = "layer") -> str:
    """Write the plain PyTorch lines that build the same layer, bit for bit.

    Parameters
    ----------
    spec : LayerSpec
        Sizes, init, seed and dtype.
    name : str
        What the layer is called.

    Returns
    -------
    str
        Lines that need ``import torch`` and ``from torch import nn`` above them and leave the layer under
        its name.

    Examples
    --------
    >>> print(layer_code(LayerSpec(4, 3, bias=False, init="xavier_uniform", dtype="float64")))
    torch.manual_seed(0)
    layer = nn.Linear(4, 3, bias=False, dtype=torch.float64)
    nn.init.xavier_uniform_(layer.weight)
    """
    arguments = [str(spec.in_features), str(spec.out_features)]
    if not spec.bias:
        arguments.append("bias=False")
    if spec.dtype != "float32":
        arguments.append(f"dtype=torch.{spec.dtype}")
    lines = [f"torch.manual_seed({spec.seed})", f"{name} = nn.Linear({', '.join(arguments)})"]
    code = INITS[spec.init].code
    if code:
        lines.append(code.replace("layer.", f"{name}."))
        if spec.bias:
            lines.append(f"nn.init.zeros_({name}.bias)")
    return "\n".join(lines)


def _check_choice(name: str, value: str, choices: Mapping[str, object]) -> None:
    """Refuse what is not in the registry, and list what is."""
    if value not in choices:
        raise ConfigError(
            "expected {name} to be {others} or {last}, but got {value!r}; choose one of them",
            name=name,
            value=value,
            **_listed(tuple(choices)),
        )


def _listed(names: tuple[str, ...]) -> dict[str, str]:
    """Join names with commas for a sentence that puts its own "or" before the last."""
    return {"others": ", ".join(map(repr, names[:-1])), "last": repr(names[-1])}
