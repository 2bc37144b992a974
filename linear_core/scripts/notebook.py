"""A script as a Jupyter notebook, one cell for each of its parts."""

import json
import re


def as_notebook(script: str, title: str) -> str:
    r"""Turn a script of this package into a notebook that runs the same lines.

    Parameters
    ----------
    script : str
        As `layer_script` or `training_script` writes it: its parts begin with ``# 1. ...``.
    title : str
        The heading of the notebook.

    Returns
    -------
    str
        The content of an ``.ipynb`` file (nbformat 4.5).

    Examples
    --------
    >>> notebook = json.loads(as_notebook("import torch\n\n# 1. The layer\nprint(1)\n", "A layer"))
    >>> ["".join(cell["source"]) for cell in notebook["cells"]]
    ['# A layer', 'import torch', '## 1. The layer', 'print(1)']
    """
    head, *parts = re.split(r"^# (?=\d+\. )", script, flags=re.MULTILINE)
    cells = [("markdown", f"# {title}"), ("code", head)]
    for part in parts:
        heading, _, code = part.partition("\n")
        cells += [("markdown", f"## {heading}"), ("code", code)]
    notebook = {
        "cells": [_cell(number, kind, text.strip()) for number, (kind, text) in enumerate(cells)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _cell(number: int, kind: str, text: str) -> dict[str, object]:
    cell: dict[str, object] = {
        "cell_type": kind,
        "id": f"cell-{number}",
        "metadata": {},
        "source": text.splitlines(keepends=True),
    }
    return {**cell, "execution_count": None, "outputs": []} if kind == "code" else cell
