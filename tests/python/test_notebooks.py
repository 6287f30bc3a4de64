# SPDX-License-Identifier: Apache-2.0
"""The notebooks of python/notebooks, executed from top to bottom."""
import pathlib
import sys

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

NOTEBOOKS = sorted(pathlib.Path(__file__).resolve().parents[2].glob("python/notebooks/*.ipynb"))


class ThisPython(KernelSpecManager):
    """Whatever kernels are installed for others, these run in the Python that tests."""

    def get_kernel_spec(self, kernel_name):
        return KernelSpec(argv=[sys.executable, "-B", "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
                          display_name="Python", language="python")


def test_there_are_notebooks():
    assert {"tables", "pure_and_para", "vgic"} <= {path.stem for path in NOTEBOOKS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_pictures(path, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code), "kept without outputs"
    manager = AsyncKernelManager(kernel_spec_manager=ThisPython())
    NotebookClient(notebook, km=manager, timeout=500, startup_timeout=300,
                   resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = [output for cell in code for output in cell.outputs]
    pictures = [output for output in shown if "image/png" in output.get("data", {})]
    assert len(pictures) >= 2, "pictures"
    complaints = [output.text for output in shown if output.output_type == "stream" and output.name == "stderr"]
    assert complaints == [], "nothing to warn of"
    nbformat.write(notebook, tmp_path / path.name)
