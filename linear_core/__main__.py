"""``python -m linear_core explain``: what a message or traceback means, in a terminal."""

import argparse
import codecs
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from linear_core.answers.explain import explain_error
from linear_core.answers.report import report_lines
from linear_core.calls.records import Explanation
from linear_core.language import LANGUAGES

_LONGEST_NAME = 1024
_LOGS = (".txt", ".log", ".out", ".err")


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0 for a message that is known, 1 for any other."""
    parser = argparse.ArgumentParser(prog="python -m linear_core", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="explain")
    command = commands.add_parser("explain", help="say what an error means and how to fix it")
    command.add_argument(
        "source", nargs="?", default="-", help="a file, - for standard input, or the message"
    )
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.add_argument("--lang", choices=LANGUAGES, default="en", help="the language of the answer")
    options = parser.parse_args(arguments)
    if options.source.endswith(_LOGS) and " " not in options.source and not Path(options.source).is_file():
        command.error(f"no such file: {options.source}")
    explanation = explain_error(_read(options.source))
    if options.json:
        text = json.dumps(_plain(explanation, options.lang), ensure_ascii=False, indent=2)
    else:
        text = "\n".join(report_lines(explanation, options.lang))
    sys.stdout.write(text + "\n")
    return 0 if explanation.is_known else 1


def _read(source: str) -> str:
    """Return standard input, what a file holds, or the text itself."""
    if source == "-":
        raw = getattr(sys.stdin, "buffer", None)
        return sys.stdin.read() if raw is None else _decoded(raw.read())
    is_name = len(source) < _LONGEST_NAME and "\n" not in source
    path = Path(source)
    return _decoded(path.read_bytes()) if is_name and path.is_file() else source


def _decoded(content: bytes) -> str:
    """Return the text of a log; what PowerShell redirects into a file is UTF-16."""
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if is_wide else "utf-8-sig", errors="replace")


def _plain(explanation: Explanation, lang: str) -> dict[str, Any]:
    """Return the explanation as plain data, with its sentences in one language."""
    values = {name: str(value) for name, value in explanation.values.items()}
    return {
        "slug": explanation.slug,
        "is_known": explanation.is_known,
        "text": explanation.describe(lang),
        "values": values,
        "fixes": [
            {
                "text": fix.describe(lang),
                **{name: asdict(fix)[name] for name in ("code", "x_shape", "output_shape")},
            }
            for fix in explanation.fixes
        ],
        "guesses": [{"slug": g.slug, "text": g.describe(lang), "code": g.code} for g in explanation.guesses],
        "pitfalls": [
            {"code": p.code, "text": p.describe(lang), "runs": p.runs} for p in explanation.pitfalls
        ],
    }


if __name__ == "__main__":
    raise SystemExit(main())
