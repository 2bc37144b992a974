"""What a visitor's session holds; only this module and `link` touch ``st.session_state``."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import streamlit as st

T = TypeVar("T")


class Slot(Generic[T]):
    """A place in the session for one object; ``make`` makes the initial one."""

    def __init__(self, name: str, make: Callable[[], T]) -> None:
        self._name, self._make = name, make

    def get(self) -> T:
        """Return the object."""
        if self._name not in st.session_state:
            st.session_state[self._name] = self._make()
        value: T = st.session_state[self._name]
        return value

    def set(self, value: T) -> None:
        """Put ``value`` there."""
        st.session_state[self._name] = value


def control(key: str) -> Any:
    """Return the value of a control that is no choice of a link, such as a table; None before it is drawn."""
    return st.session_state.get(key)


def show(key: str, value: Any) -> None:
    """Have a control show what follows from the choices; called before it is drawn."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value
