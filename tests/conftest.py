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

# A page that tests add to the app; it is no module of its own.
collect_ignore = ["hello"]


@pytest.fixture(scope="session", autouse=True)
def components_of_other_packages() -> Iterator[None]:
    """Look for them once: each `AppTest` reads every installed package anew, longer than it runs a page."""
    with pytest.MonkeyPatch.context() as patch:
        once = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield
