"""Checkpoints that do not fit a model: other shapes, other names."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from torch import nn

from linear_core.calls import labels
from linear_core.calls.fixes import distinct
from linear_core.calls.paths import join_path, path_code
from linear_core.calls.records import Fix
from linear_core.calls.trial import Trial

_QUOTED = re.compile(r'"([\w.\-]{1,200})"')
# How the tables of embeddings are named, whose weights are matrices, too.
_TABLE = re.compile(r"emb|wte|wpe|lookup", re.IGNORECASE)
_SHAPES = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """What is known of a checkpoint that could not be loaded.

    Attributes
    ----------
    mismatches : mapping of str to (given, expected)
        The shapes in the checkpoint and in the model, by name.
    missing, unexpected : tuple of str
        Names of the model that the checkpoint lacks, and vice versa.
    loaded : nn.Module or None
        What it was loaded into, if known.
    prefixes : tuple of str
        The paths of ``loaded`` in the model; empty where it is not part of it.
    state_dict : mapping or None
        The checkpoint itself, if known.
    """

    mismatches: Mapping[str, _SHAPES]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    loaded: nn.Module | None = None
    prefixes: tuple[str, ...] = ()
    state_dict: Mapping[str, Any] | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """The layers of the model whose parameters are concerned."""
        owners = dict.fromkeys(key.rpartition(".")[0] for key in (*self.mismatches, *self.missing))
        known = () if self.loaded is None else dict(self.loaded.named_modules())
        concerned = [owner for owner in owners if owner in known] or [""]
        return tuple(join_path(prefix, owner) for prefix in self.prefixes for owner in concerned)

    @property
    def prefix(self) -> str:
        """The prefix that the checkpoint's names have and the model's do not; empty for none."""
        return _prefix(self.unexpected, self.missing)

    def fixes(self, trial: Trial | None) -> tuple[Fix, ...]:
        """Return the fixes, each tried on a copy where the checkpoint itself is known."""
        if self.loaded is not None and not self.prefixes:
            return ()
        found = self._candidates()
        if trial is not None and self.state_dict is not None:
            state_dict = self.state_dict
            found = (fix for fix in found if trial.loads(fix.code, state_dict))
        return distinct(found)

    def _candidates(self) -> Iterator[Fix]:
        yield from self._of_names()
        if not self.mismatches:
            return
        if all(len(given) == 2 and given[::-1] == expected for given, expected in self.mismatches.values()):
            lines = (f'state_dict["{key}"] = state_dict["{key}"].T' for key in self.mismatches)
            yield Fix(labels.TRANSPOSE_CHECKPOINT, "\n".join(lines))
        if layers := self._layers():
            yield Fix(labels.LIKE_CHECKPOINT, "\n".join(layers))
        if left_out := self._left_out():
            names = ", ".join(f'"{key}"' for key in left_out)
            yield Fix(
                labels.LEAVE_OUT,
                f"left_out = [{names}]\n"
                "state_dict = {key: value for key, value in state_dict.items() if key not in left_out}\n"
                f"{self._target}.load_state_dict(state_dict, strict=False)",
            )

    def _left_out(self) -> tuple[str, ...]:
        """Return the names of the layers that do not fit; none where no other layer would be left to load."""
        if self.state_dict is None and self.loaded is None:
            return tuple(self.mismatches)
        known = tuple(
            self.loaded.state_dict() if self.state_dict is None and self.loaded else self.state_dict or ()
        )
        owners = {key.rpartition(".")[0] for key in self.mismatches}
        found = tuple(key for key in known if key.rpartition(".")[0] in owners)
        return found if len(found) < len(known) else ()

    def _of_names(self) -> Iterator[Fix]:
        if self.unexpected and self.missing:
            yield from self._of_prefix()
            for key in self.unexpected:
                if key in ("state_dict", "model", "model_state_dict", "model_state", "net", "module"):
                    yield Fix(labels.INNER_STATE, f'state_dict = state_dict["{key}"]')
            if not self.prefix and self._is_renamed:
                code = f"dict(zip({self._target}.state_dict(), state_dict.values()))"
                yield Fix(labels.RENAME, f"state_dict = {code}")
        elif (self.unexpected or self.missing) and not self.mismatches:
            if self.unexpected:
                known = f"{self._target}.state_dict()"
                code = f"{{key: value for key, value in state_dict.items() if key in {known}}}"
                yield Fix(labels.ONLY_KNOWN, f"state_dict = {code}")
            if self.missing or self.state_dict is None:
                yield Fix(labels.NOT_STRICT, f"{self._target}.load_state_dict(state_dict, strict=False)")

    def _of_prefix(self) -> Iterator[Fix]:
        items = "value for key, value in state_dict.items()"
        if prefix := self.prefix:
            yield Fix(labels.REMOVE_PREFIX, f'state_dict = {{key.removeprefix("{prefix}"): {items}}}')
            only = f'{items} if key.startswith("{prefix}")'  # a file may hold more than the model
            if not all(key.startswith(prefix) for key in self.unexpected):
                yield Fix(labels.REMOVE_PREFIX, f'state_dict = {{key.removeprefix("{prefix}"): {only}}}')
        if prefix := _prefix(self.missing, self.unexpected):
            yield Fix(labels.ADD_PREFIX, f'state_dict = {{"{prefix}" + key: {items}}}')

    @property
    def _is_renamed(self) -> bool:
        """Whether the checkpoint has the shapes of the model, one for one, under other names."""
        if self.loaded is None or self.state_dict is None:
            return False
        states = (self.state_dict, self.loaded.state_dict())
        given, expected = ([getattr(value, "shape", None) for value in state.values()] for state in states)
        return given == expected

    @property
    def _target(self) -> str:
        return path_code(self.prefixes[0]) if self.prefixes else "model"

    def _layers(self) -> list[str]:
        """Return the code of the layers of all weights in the checkpoint; none if one is not a Linear's."""
        weights = {key: given for key, (given, _) in self.mismatches.items() if len(given) == 2}
        codes = [self._layer(key.rpartition(".")[0], given) for key, given in weights.items()]
        return [code for code in codes if code] if all(codes) else []

    def _layer(self, owner: str, given: tuple[int, ...]) -> str:
        layer = None if self.loaded is None else dict(self.loaded.named_modules()).get(owner)
        if self.loaded is not None and (not self.prefixes or not isinstance(layer, nn.Linear)):
            return ""
        if self.loaded is None and _TABLE.search(owner):
            return ""
        out_features, in_features = given
        options = ""
        if isinstance(layer, nn.Linear):
            options += "" if layer.bias is not None else ", bias=False"
            options += "" if layer.weight.device.type == "cpu" else f', device="{layer.weight.device}"'
        names = (path_code(join_path(prefix, owner)) for prefix in self.prefixes or ("",))
        return " = ".join((*names, f"nn.Linear({in_features}, {out_features}{options})"))


def read_checkpoint(text: str, matches: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Read shapes and names from a message on one line."""
    shapes = {
        item["key"]: (parse_size(item["given"]), parse_size(item["expected"]))
        for item in matches
        if item.get("given") is not None and item.get("expected") is not None
    }
    return {
        "mismatches": shapes,
        "missing": _names_after("issing key", text),
        "unexpected": _names_after("nexpected key", text),
    }


def _names_after(words: str, text: str) -> tuple[str, ...]:
    """Return the quoted names that follow, up to what follows them."""
    _, _, rest = text.partition(words)
    for end in ("nexpected key", "issing key", "size mismatch for"):
        rest = rest.partition(end)[0]
    return tuple(dict.fromkeys(_QUOTED.findall(rest)))


def _prefix(longer: Sequence[str], shorter: Sequence[str]) -> str:
    """Return the prefix with which every name of the one is a name of the other."""
    for name in shorter[:1]:
        for key in longer:
            prefix = key.removesuffix(name)
            if (
                key.endswith(name)
                and prefix.endswith(".")
                and {f"{prefix}{each}" for each in shorter} <= set(longer)
            ):
                return prefix
    return ""


def parse_size(text: str) -> tuple[int, ...]:
    """Read the numbers of a printed ``torch.Size``.

    >>> parse_size("8, 1")
    (8, 1)
    """
    return tuple(map(int, re.findall(r"\d+", text)))
