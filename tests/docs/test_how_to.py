# SPDX-License-Identifier: Apache-2.0
"""Every page of docs/how-to does what it says: its example is applied to a copy of the tree, all pages' to the same copy,
which is built once; then each page's commands print what the page shows. The compiler cache serves what no page touches."""
import os
import pathlib
import re
import subprocess

import how_to
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = sorted(path for path in (ROOT / "docs/how-to").glob("*.md") if path.name != "README.md")


def pytest_generate_tests(metafunc):
    if "path" in metafunc.fixturenames:
        wanted = metafunc.config.getoption("page")
        paths = [path for path in PAGES if not wanted or path.stem in wanted]
        metafunc.parametrize("path", paths, ids=lambda path: path.stem)


class House:
    """The copy with the examples in it, built; or why it is not."""

    def __init__(self, folder, wanted):
        self.folder, self.pages, self.errors = folder, {}, {}
        self.build_log = None
        tree = how_to.read_tree(ROOT)
        for path in PAGES:
            if wanted and path.stem not in wanted:
                continue
            try:
                page = how_to.read_page(path)
                tree = how_to.apply(page, tree)
                self.pages[path.stem] = page
            except how_to.PageError as error:
                self.errors[path.stem] = str(error)
        how_to.write_tree(tree, ROOT, folder)
        self._build()

    def _build(self):
        targets = sorted({"vtoll_cli", *(target for page in self.pages.values() for target in page.targets)})
        for command in (["cmake", "--preset", "release"], ["cmake", "--build", "build/release", "--target", *targets]):
            done = subprocess.run(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if done.returncode:
                self.build_log = "\n".join(done.stdout.splitlines()[-60:])
                return

    def run(self, command):
        words = command.words
        if words.startswith("./vtoll "):  # which would look for packages, build what is built, and become this program
            words = "build/release/vtoll " + words.removeprefix("./vtoll ")
        return subprocess.run(["bash", "-c", words], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, text=True, timeout=120, env={**os.environ, "LC_ALL": "C.UTF-8"})


@pytest.fixture(scope="session")
def house(request, tmp_path_factory):
    keep = request.config.getoption("keep")
    folder = pathlib.Path(keep) if keep else tmp_path_factory.mktemp("how-to") / "tree"
    folder.mkdir(parents=True, exist_ok=True)
    return House(folder, request.config.getoption("page"))


def test_page(house, path):
    assert path.stem not in house.errors, house.errors[path.stem]
    page = house.pages[path.stem]
    assert len(page.touched) == page.stated, (
        f"{path.name} says that you touch {page.stated} files; its example touches {', '.join(page.touched)}")
    assert house.build_log is None, f"the tree with every page's example does not build:\n{house.build_log}"
    assert page.commands, f"{path.name} shows no command: nothing proves that its example works"
    for command in page.commands:
        done = house.run(command)
        place = f"{command.where}: $ {command.words}"
        assert done.returncode == command.exit, f"{place}\nexits with {done.returncode}, not {command.exit}:\n{done.stdout}"
        unlike = how_to.difference(command.expected, done.stdout)
        assert unlike is None, f"{place}\n{unlike}"


def test_index_and_pages_agree():
    index = (ROOT / "docs/how-to/README.md").read_text()
    for path in PAGES:
        assert f"({path.name})" in index, f"docs/how-to/README.md has no link to {path.name}"
    for name in re.findall(r"\((\S+\.md)\)", index):
        assert (ROOT / "docs/how-to" / name).exists(), f"docs/how-to/README.md has a link to {name}, which is not there"
