"""Long work beside those who train: done in slices, each of which waits for its turn."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from time import perf_counter, sleep

from pages._ui.training.turns import Turns


@contextmanager
def in_slices(turns: Turns, who: int) -> Iterator[Callable[[], None]]:
    """Hold the turn during a slice; between two of them the work calls what it is given.

    It then stands back for as long as the others take: as many slices as there are others.
    """
    with ExitStack() as held:
        share = held.enter_context(turns.turn(who))
        began = perf_counter()

        def let_others() -> None:
            nonlocal share, began
            held.close()
            sleep((perf_counter() - began) * (1 / share - 1))
            share = held.enter_context(turns.turn(who))
            began = perf_counter()

        yield let_others
