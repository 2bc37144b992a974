"""One thread for torch, in the tests and in the programs that they start.

The layers of the tests are small: shared out between threads they would wait for each other, on a busy
machine for a very long time.
"""

import functools
import os
from collections.abc import Iterator

import pytest
from streamlit.components.v2 import manifest_scanner

os.environ.setdefault("OMP_NUM_THREADS", "1")

# A page that tests add to the app; it is not a test module.
collect_ignore = ["hello"]


@pytest.fixture(scope="session", autouse=True)
def components_of_other_packages() -> Iterator[None]:
    """Look for them once: each `AppTest` reads every installed package anew, longer than it runs a page."""
    with pytest.MonkeyPatch.context() as patch:
        once = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


@pytest.fixture
def every_fix_was_run(monkeypatch):
    """Hold that no fix of a call is shown that has not made this very call succeed."""
    from linear_core.answers import explain, note
    from linear_core.answers.elementwise import of_loss
    from linear_core.calls import trial
    from linear_core.calls.rewrites import REWRITES

    passed, tried, loads, answer = set(), trial.Trial.failure_after, trial.Trial.loads, explain.explain

    def failure_after(self, code):
        failure = tried(self, code)
        passed.update(() if failure else (self.root.say(code),))
        return failure

    def loads_after(self, code, state_dict):
        is_loaded = loads(self, code, state_dict)
        passed.update((self.root.say_loading(code),) if is_loaded else ())
        return is_loaded

    def checked(situation, *args):
        found = answer(situation, *args)
        # Statements and losses are rewritten: what is shown of them runs in tests of their own.
        others = {*REWRITES, "broadcast-loss", "object-array"}
        others |= {slug for slug, function in explain.ANSWERS.items() if function is of_loss}
        if situation.site is not None and found.slug not in others:
            usual = {fix.code for fix in explain.MEANINGS[found.slug].fixes}
            assert {fix.code for fix in found.fixes} <= passed | usual
        return found

    monkeypatch.setattr(trial.Trial, "failure_after", failure_after)
    monkeypatch.setattr(trial.Trial, "loads", loads_after)
    monkeypatch.setattr(explain, "explain", checked)
    monkeypatch.setattr(note, "explain", checked)
