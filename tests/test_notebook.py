"""The notebook in docs/ runs from top to bottom, in the environment of the tests, and says what is true."""

from pathlib import Path

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from traitlets import default

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "docs" / "notebook.ipynb"


class ThisPython(AsyncKernelManager):
    """Starts the Python that runs the tests, whatever kernels a machine has."""

    @default("kernel_spec_manager")
    def _without_folders(self):
        # With no folder to look into, the one kernel that is left is this Python's.
        return KernelSpecManager(kernel_dirs=[])


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    """Run the notebook once; give its code cells with their outputs."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = NotebookClient(
        notebook, kernel_manager_class=ThisPython, timeout=120, resources={"metadata": {"path": str(ROOT)}}
    )
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        client.execute()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs_of(cells, code):
    """The outputs of the one cell that holds ``code``."""
    [cell] = [cell for cell in cells if code in cell.source]
    return cell.outputs


def said_by(cells, code):
    """The same, as text."""
    return "".join(each.get("text") or each.data["text/plain"] for each in outputs_of(cells, code))


def test_notebook_is_committed_without_outputs():
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        assert cell.cell_type == "markdown" or (not cell.outputs and cell.execution_count is None)


def test_no_cell_warns(cells):
    outputs = [output for cell in cells for output in cell.outputs]
    assert [output.text for output in outputs if output.get("name") == "stderr"] == []


def test_traces_are_pytorchs_to_the_bit(cells):
    assert said_by(cells, "lc.trace_forward(") == "True"
    back = said_by(cells, "lc.trace_backward(")
    assert "as autograd has it: True" in back
    assert ", 0.0000])" in back


def test_a_failing_call_names_its_layer(cells):
    said = said_by(cells, "lc.explained_errors(")
    assert said.startswith("mat1 and mat2 shapes cannot be multiplied (5x4 and 3x4)")
    assert "Layer: fc1" in said
    assert "model.fc1 = nn.Linear(4, 4)" in said
    assert "(10000000x4 and 3x4)" in said_by(cells, "lc.predict_call(")


def test_training_reaches_the_published_fit_of_the_cars(cells):
    published = "distance = 3.9324 · speed -17.5791"
    assert published in said_by(cells, "trainer.advance(")
    fit = said_by(cells, "lc.least_squares(")
    assert f"{published}, R² 0.6511" in fit
    assert "standard errors 0.4155 and 6.7584" in fit


@pytest.mark.parametrize("code", ["charts.forward_chart(", "training_chart(trainer"])
def test_the_pictures_are_drawn(cells, code):
    [output] = outputs_of(cells, code)
    assert "vega" in output.data["text/html"]


def test_the_script_is_plain_pytorch(cells):
    script = said_by(cells, "lc.layer_script(")
    assert "layer = nn.Linear(3, 4)" in script
    assert "linear_core" not in script
