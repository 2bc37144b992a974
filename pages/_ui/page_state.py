"""The typed snapshot of all choices of a page.

A page state is a class whose attributes are params::

    class Forward(PageState):
        in_features = Integer(5, 1, 16)

`Forward.in_features` is the param, with its name, for a control; `shown.in_features` is its value.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pages._ui.params import Param


class PageState:
    """The choices of a page at one moment: typed, immutable, comparable; made once a run of its script."""

    _params: ClassVar[dict[str, Param[Any]]] = {}
    values: Mapping[str, Any]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        own = {name: value for name, value in vars(cls).items() if isinstance(value, Param)}
        cls._params = {**cls._params, **own}

    def __init__(self, **values: Any) -> None:
        unknown = values.keys() - self._params.keys()
        if unknown:
            raise TypeError(f"{type(self).__name__} has no choice called {', '.join(sorted(unknown))}")
        defaults = {name: param.default for name, param in self._params.items()}
        object.__setattr__(self, "values", {**defaults, **values})

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a page state cannot be changed; callbacks set choices through pages._ui.link")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.values == self.values

    def __hash__(self) -> int:
        return hash((type(self), tuple(self.values.items())))

    @classmethod
    def params(cls) -> Mapping[str, Param[Any]]:
        """All choices by their names, those of base classes first."""
        return cls._params

    def changed(self, **values: Any) -> Self:
        """Return the same state but for some choices."""
        return type(self)(**{**self.values, **values})

    def query(self) -> dict[str, str]:
        """Return what a link says of this state."""
        texts = {name: param.in_link(self.values[name]) for name, param in self._params.items()}
        return {name: text for name, text in texts.items() if text is not None}

    def unfit(self) -> Mapping[str, Any]:
        """Return the choices that do not go together with the others, each with a value that does."""
        return {}

    def left_out(self) -> str | None:
        """Return a sentence on what a link to this state does not hold, if there is anything."""
        return None
