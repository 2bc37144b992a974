"""Let errors inside a model explain themselves: which layer, what it got, what it expects, how to fix it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from torch import nn

from linear_core.answers.note import note_of


@contextmanager
def explained_errors(
    model: nn.Module, dims: Mapping[str, str] | None = None, lang: str = "en"
) -> Iterator[None]:
    r"""Add a note to every exception that leaves the block: layer, input, what it expects, fixes.

    The same exception is raised on, with its type, message and traceback. Nothing is hooked into the
    model, which runs as it would without: the layer is read from the traceback. Each fix was tried on a copy
    of the model, with the input that failed. Warnings stay warnings.

    Parameters
    ----------
    model : nn.Module
        The whole model: layers are named by their path in it.
    dims : mapping of str to str, optional
        The names of the dimensions of an input, by the name of the argument: sizes are then shown as
        ``time=7``.
    lang : str
        The language of the note, ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> import torch
    >>> model = nn.Sequential(nn.Linear(3, 8), nn.Linear(4, 2))
    >>> try:
    ...     with explained_errors(model, dims={"x": "batch feature"}):
    ...         model(torch.ones(5, 3))
    ... except RuntimeError as error:
    ...     print(*error.__notes__[0].splitlines()[:2], sep="\n")
    Layer: 1, which is Linear(in_features=4, out_features=2, bias=True)
    Got: Tensor (batch=5, 8) torch.float32
    """
    try:
        yield
    except Exception as error:
        # Inputs can be anything, even objects that fail when inspected: the user's own error comes first.
        with suppress(Exception):
            note = note_of(error, model, dims, lang)
            if note and note not in getattr(error, "__notes__", ()):
                error.add_note(note)
        raise
