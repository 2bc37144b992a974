"""An explanation as lines of text."""

from collections.abc import Iterator

from linear_core.calls.records import Explanation
from linear_core.language import N_, say

MEANING = N_("Meaning: {text}")
GUESS = N_("A guess from the sizes: {text}")
FIX = N_("Fix {number}: {text}")
PITFALL = N_("Does not help: {code}")


def report_lines(explanation: Explanation, lang: str = "en", *, everything: bool = True) -> Iterator[str]:
    """Yield meaning, guesses, fixes and what does not help.

    Without ``everything``, meaning and fixes; guesses only where there is no fix.
    """
    yield say(MEANING, {"text": explanation.describe(lang)}, lang)
    for guess in explanation.guesses if everything or not explanation.fixes else ():
        yield say(GUESS, {"text": guess.describe(lang)}, lang)
    for number, fix in enumerate(explanation.fixes, start=1):
        yield say(FIX, {"number": number, "text": fix.describe(lang)}, lang)
        yield from (f"    {line}" for line in fix.code.splitlines())
    for pitfall in explanation.pitfalls if everything else ():
        yield say(PITFALL, {"code": pitfall.code}, lang)
        yield f"    {pitfall.describe(lang)}"
