"""The app's server, which also notes in a file each time that a run makes steps: no visitor can see that."""

import sys
from pathlib import Path
from typing import Any

from streamlit.web.cli import main

from linear_core import Trainer


def run(file: Path, arguments: list[str]) -> None:
    advance = Trainer.advance
    with file.open("ab", buffering=0) as notes:

        def noted(trainer: Trainer, *given: Any, **named: Any) -> int:
            notes.write(b".")
            return advance(trainer, *given, **named)

        Trainer.advance = noted  # type: ignore[method-assign]
        main(arguments, prog_name="streamlit")


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2:])
