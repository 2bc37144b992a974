"""What an explanation consists of: its text, fixes, guesses, and what does not help."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from linear_core.language import N_, say

NOTHING: Mapping[str, object] = {}
WITH_MORE = N_("{label}. {more}")
TWO_SENTENCES = N_("{first} {second}")


@dataclass(frozen=True)
class Fix:
    """One way to make a failing call succeed.

    Attributes
    ----------
    label : str
        What it does, and when it is right.
    code : str
        Python that does it, with ``torch`` and ``nn`` imported, ``x`` the input and ``layer`` or ``model``
        the module that was called, or the names that they have where the call was made.
    meaning : str
        What the numbers mean afterward; a template for ``values``.
    reason : str
        Why this fix is likely; a template for ``values``, empty where there is none.
    values : mapping
        What the fields of ``meaning`` and ``reason`` stand for.
    x_shape, output_shape : tuple of int or None
        The shapes in the repaired call, where they are known.

    Examples
    --------
    >>> Fix("Convert x to the dtype of the layer", "x = x.to(torch.float32)").code
    'x = x.to(torch.float32)'
    """

    label: str
    code: str
    meaning: str = ""
    reason: str = ""
    values: Mapping[str, object] = field(default_factory=dict, hash=False)
    x_shape: tuple[int, ...] | None = None
    output_shape: tuple[int, ...] | None = None

    def describe(self, lang: str = "en") -> str:
        """Return label, meaning and reason as sentences in one language."""
        label = say(self.label, NOTHING, lang)
        more = [say(text, self.values, lang) for text in (self.meaning, self.reason) if text]
        text = more[0] if more else ""
        if len(more) > 1:
            text = say(TWO_SENTENCES, {"first": more[0], "second": more[1]}, lang)
        return say(WITH_MORE, {"label": label, "more": text}, lang) if text else label


@dataclass(frozen=True)
class Pitfall:
    """What looks like a fix but is not.

    Attributes
    ----------
    code : str
        The line that is often tried.
    template : str
        Why it does not help.
    values : mapping
        What the fields of the template stand for.
    runs : bool
        Whether PyTorch accepts the line and the call; its numbers are wrong all the same.

    Examples
    --------
    >>> Pitfall("x = x.T", "It reverses all {ndim} dimensions.", {"ndim": 3}).describe()
    'It reverses all 3 dimensions.'
    """

    code: str
    template: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)
    runs: bool = False

    def describe(self, lang: str = "en") -> str:
        """Return the sentence in one language."""
        return say(self.template, self.values, lang)


@dataclass(frozen=True)
class Guess:
    """What the sizes in a message suggest: a guess.

    Attributes
    ----------
    slug : str
        What kind of guess it is: ``"flatten"``, ``"transpose"``, ``"known-widths"``, …
    template : str
        The guess with its reason, as one sentence.
    values : mapping
        What the fields of the template stand for.
    code : str
        The line that follows from it, if there is one.

    Examples
    --------
    >>> Guess("transpose", "x may be transposed: it has {rows} rows.", {"rows": 128}).describe()
    'x may be transposed: it has 128 rows.'
    """

    slug: str
    template: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)
    code: str = ""

    def describe(self, lang: str = "en") -> str:
        """Return the sentence in one language."""
        return say(self.template, self.values, lang)


@dataclass(frozen=True)
class Explanation:
    """A message in plain words.

    Attributes
    ----------
    template : str
        An English sentence with fields; that of ``MEANINGS[slug]``.
    values : mapping
        What the fields stand for.
    fixes : tuple of Fix
        Up to three ways out, the likeliest first.
    layers : tuple of str
        Paths of the layers in the model that the message is about, where the model was given.
    slug : str
        A short name of the meaning that never changes, such as ``"mat1-mat2"``; ``"unknown"`` for none.
    guesses : tuple of Guess
        What the sizes alone suggest, the likeliest first.
    pitfalls : tuple of Pitfall
        What is often tried and does not help.

    Examples
    --------
    >>> Explanation("x has {features} features.", {"features": "5"}).text
    'x has 5 features.'
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    fixes: tuple[Fix, ...] = ()
    layers: tuple[str, ...] = ()
    slug: str = "unknown"
    guesses: tuple[Guess, ...] = ()
    pitfalls: tuple[Pitfall, ...] = ()

    @property
    def text(self) -> str:
        """The sentence in English."""
        return self.describe()

    @property
    def is_known(self) -> bool:
        """Whether the message is known here."""
        return self.slug != "unknown"

    def describe(self, lang: str = "en") -> str:
        """Return the sentence in one language, ``"en"`` or ``"zh"``."""
        return say(self.template, self.values, lang)
