"""Write the API page from the docstrings: ``make docs``, or ``python docs/make_api.py FILE``.

griffe2md turns one object into Markdown. What is added here is an order to read in, and links that work:
griffe2md links every type, those of Python and PyTorch too, to headings that one page does not have.
"""

import re
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import is_dataclass
from importlib import import_module
from pathlib import Path

import griffe
import griffe2md

import linear_core.charts

# The public names in the order of a lesson.
SECTIONS: Mapping[str, str] = {
    "The layer": "LayerSpec build_layer INITS",
    "The forward pass": "trace_forward ForwardTrace CellTrace",
    "The backward pass": "trace_gradients trace_backward BackwardTrace gradient_report",
    "Calls that fail": "predict_call CallOutcome explain_error explained_errors Explanation Fix",
    "Data": "RegressionData line_data linear_data builtin_data BUILTIN_DATA read_table"
    " table_columns parse_matrix",
    "Training": "TrainingConfig Trainer TrainingHistory OPTIMIZERS LOSSES race TRAPS",
    "Theory": "least_squares LeastSquares stability Stability descent_path loss_surface",
    "Scripts": "layer_script backward_script training_script",
    "Errors": "Refusal ShapeError DataError ConfigError",
}
CODE_BLOCK = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
LINK = re.compile(r"\[([^\[\]]+)\]\(#([^)]+)\)")
CLASS = re.compile(r"\(#linear_core\.((?:\w+\.)*[A-Z]\w*[a-z]\w*)\)")


def api_page() -> str:
    """Put the page together."""
    package = griffe.load("linear_core", docstring_parser="numpy", resolve_aliases=True)
    sections = {title: names.split() for title, names in SECTIONS.items()}
    sections["Charts, in `linear_core.charts`"] = [f"charts.{name}" for name in linear_core.charts.__all__]
    text = "\n\n".join(entry(package, path) for paths in sections.values() for path in paths)
    sections["Records that these hand out"] = unshown(text)

    contents = []
    for title, paths in sections.items():
        names = [path.rpartition(".")[2] for path in paths]
        contents.append(f"- {title}: " + ", ".join(f"[`{name}`](#linear_core.{name})" for name in names))
    parts = [f"# `linear_core`\n\n{package.docstring.value}", "\n".join(contents)]
    for title, paths in sections.items():
        parts += [f"## {title}", *(entry(package, path) for path in paths)]
    return linked("\n\n".join(parts)) + "\n"


def entry(package: griffe.Module, path: str) -> str:
    """Write what there is to say of one name."""
    folder, _, name = path.rpartition(".")
    # By way of the import: a module can have the name of a function, and would be shown in its place.
    imported = (package[folder] if folder else package).imports.get(name, f"linear_core.{path}")
    each = package[imported.removeprefix("linear_core.")]
    if each.is_attribute:
        value = getattr(import_module(each.parent.path), name)
        said = f"\n\n{each.docstring.value}" if each.docstring else ""
        return f"### `{name}`{said}\n\n{described(value)}"
    text = griffe2md.render_object_docs(each, griffe2md.load_config())
    # Types with a shape are code already, and a class has methods; a fold would hide the references.
    text = re.sub(r"<code>([^<]*``[^<]*)</code>", r"\1", text).replace("**Functions:**", "**Methods:**")
    text = re.sub(r"<details[^>]*>\n<summary>(.*)</summary>", r"**\1:**", text).replace("</details>\n", "")
    text = re.sub(r"^#### `", f"#### `{name}.", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def described(value: object) -> str:
    """Say what a constant holds."""
    if not isinstance(value, Mapping):
        return f"`{value!r}`"
    kind = type(next(iter(value.values())))
    of = f" of [`{kind.__name__}`](#{kind.__module__}.{kind.__name__})" if is_dataclass(kind) else ""
    return f"A mapping{of}: {', '.join(f'`{key!r}`' for key in value)}."


def unshown(text: str) -> list[str]:
    """Find the classes that the page speaks of and does not show."""
    shown = HEADING.findall(text)
    paths = {path.rpartition(".")[2]: path for path in CLASS.findall(text)}
    return [paths[name] for name in sorted(paths) if f"`{name}`" not in shown]


def linked(page: str) -> str:
    """Turn links to paths into links to headings, as GitHub names them; those that lead nowhere into text."""
    anchors: dict[str, str] = {}
    taken: Counter[str] = Counter()
    blocks = CODE_BLOCK.split(page)  # text and code in turn
    for heading in HEADING.findall("".join(blocks[::2])):
        anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        anchors[heading.strip("`")] = f"{anchor}-{taken[anchor]}" if taken[anchor] else anchor
        taken[anchor] += 1

    def target(link: re.Match[str]) -> str:
        text, path = link.groups()
        package, *parts = path.split(".")
        ends = (".".join(parts[start:]) for start in range(len(parts)))
        found = next((anchors[end] for end in ends if end in anchors), None)
        return f"[{text}](#{found})" if found and package == "linear_core" else text

    return "".join(code if n % 2 else LINK.sub(target, code) for n, code in enumerate(blocks))


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(api_page(), encoding="utf-8")
