"""A checkpoint that does not fit the model."""

from dataclasses import replace

from linear_core.answers.common import explained
from linear_core.calls.checkpoints import Checkpoint, read_checkpoint
from linear_core.calls.records import Explanation
from linear_core.calls.situation import Situation
from linear_core.calls.sizes import guess_widths
from linear_core.calls.trial import Trial


def of_checkpoint(situation: Situation) -> Explanation:
    """Names or shapes differ: rename, transpose, or create the layers as they were saved."""
    failed, slug = situation.failed, situation.slug
    matches = situation.matches if slug == "checkpoint-shape" else ()
    read = read_checkpoint(situation.text, matches)
    loaded = failed.module if failed else situation.model
    prefixes = failed.paths if failed else ("",) if situation.model is not None else ()
    state_dict = failed.state_dict if failed else None
    checkpoint = Checkpoint(**read, loaded=loaded, prefixes=prefixes, state_dict=state_dict)
    trial = (
        Trial(situation.model, failed.root)
        if situation.model is not None and failed and failed.root
        else None
    )
    fixes = checkpoint.fixes(trial)
    if failed and failed.root:
        fixes = tuple(replace(fix, code=failed.root.say_loading(fix.code)) for fix in fixes)
    values: dict[str, str] = {}
    if slug == "checkpoint-keys" and checkpoint.prefix:
        slug, values = "checkpoint-prefix", {"prefix": checkpoint.prefix}
    if checkpoint.unexpected or checkpoint.missing:
        values |= {
            "unexpected": ", ".join(checkpoint.unexpected[:3]),
            "missing": ", ".join(checkpoint.missing[:3]),
        }
    layers = checkpoint.paths if situation.model is not None else ()
    guesses = guess_widths(*next(iter(checkpoint.mismatches.values()), ((), ())))
    return replace(explained(situation, slug, fixes, **values), layers=layers, guesses=guesses)
