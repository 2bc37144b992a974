"""Which states of a run are drawn: enough to see every turn, few enough to send, whatever comes later."""

from collections.abc import Sequence

import torch
from torch import Tensor

from linear_core.training.history import TrainingHistory

ALL_SHOWN = 1 << 16  # steps of a film, of which every state is shown
FIRST_STEPS = 512
BINS_PER_OCTAVE = 32  # each at most two states; a power of two


def drawn_rows(history: TrainingHistory, changes: Sequence[int] = ()) -> Tensor:
    """Return the rows of a history that a picture needs.

    Counted from the start and again from each change, these are the first 512 steps, and from there on, in
    each octave (from a step to its double), the lowest and the highest loss of 32 equal bins: about 900 rows
    for 30,000 steps, 1,200 for 1,000,000. The first and the last row are always among them.

    Whether a row is drawn depends on what came before it and on its own bin, never on what comes later. So a
    run that goes on keeps its picture: the rows of its first part are the same, up to the last bin.

    Parameters
    ----------
    history : TrainingHistory
        States in the order of their steps.
    changes : sequence of int
        The steps at which something was changed, in any order.

    Returns
    -------
    Tensor, ``(rows,)``, int64
        Row numbers, increasing.

    Examples
    --------
    >>> from linear_core import Trainer, TrainingConfig, line_data
    >>> trainer = Trainer(line_data(), TrainingConfig())
    >>> _ = trainer.advance(30_000)
    >>> len(drawn_rows(trainer.history))
    886
    """
    step, loss = history.step, history.loss
    starts = torch.tensor(sorted({int(step[0]), *changes}))
    stretch = torch.searchsorted(starts, step, right=True) - 1
    local = step - starts[stretch.clamp(min=0)]  # steps since the start or the latest change
    first = local < FIRST_STEPS
    octave = torch.frexp(local.clamp(min=1).double())[1].long() - 1  # exact, unlike a logarithm
    place = octave * 2 * BINS_PER_OCTAVE + ((local * BINS_PER_OCTAVE) >> octave)  # beyond all first steps
    number = (stretch << 32) + torch.where(first, local, place)
    bin_of_row = torch.cat([torch.zeros(1), number.diff() != 0]).long().cumsum(0)
    ends = torch.tensor([0, len(step) - 1])
    lowest, highest = (_extremes(bin_of_row, loss, reduce) for reduce in ("amin", "amax"))
    drawn: Tensor = torch.unique(torch.cat([lowest, highest, ends]))
    return drawn


def film_states(history: TrainingHistory, first: int = 0) -> TrainingHistory:
    """Return the states that a film shows: about 200,000 of 1,000,000, which a browser can hold.

    These are the first 65,536, and as many of each octave from there on at equal distances as half of that.
    Which these are does not depend on how long the run becomes.

    Parameters
    ----------
    history : TrainingHistory
        States in the order of their steps; others than these are not computed.
    first : int
        The first step that is wanted; its state and the last one are always among them.

    Returns
    -------
    TrainingHistory

    Examples
    --------
    >>> from linear_core import Trainer, TrainingConfig, line_data
    >>> trainer = Trainer(line_data(), TrainingConfig())
    >>> _ = trainer.advance(150_001)
    >>> film_states(trainer.history).step.diff().unique()
    tensor([1, 2, 4])
    """
    step, last = history.step, history.step[-1]
    first = min(first, int(last))
    octave = torch.frexp((step // ALL_SHOWN).double())[1].long()  # 0 where all are shown
    shown = (step % (1 << octave) == 0) | (step == last) | (step == first)
    return history.rows(shown & (step >= first))


def _extremes(bin_of_row: Tensor, loss: Tensor, reduce: str) -> Tensor:
    """Return the first row of each bin that has the bin's lowest or highest loss."""
    num_bins, last = int(bin_of_row[-1]) + 1, len(loss) - 1
    extreme = loss.new_zeros(num_bins).scatter_reduce(0, bin_of_row, loss, reduce, include_self=False)
    rows = (loss == extreme[bin_of_row]).nonzero().flatten()
    found = rows.new_full((num_bins,), last)
    return found.scatter_reduce(0, bin_of_row[rows], rows, "amin", include_self=False)
