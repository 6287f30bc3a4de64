# SPDX-License-Identifier: Apache-2.0
"""The pages of docs/how-to: what their blocks say, how an example is applied to a copy of the tree, how a command's
output is compared. docs/how-to/README.md describes the blocks for who writes a page."""
import dataclasses
import os
import pathlib
import re
import shlex
import subprocess
import textwrap

FENCE = re.compile(r"^( *)(`{3,})(.*)$")
COUNT = re.compile(r"You touch (\d+) files?\b")
PLACES = ("after", "before", "replace")


class PageError(Exception):
    """A page says something that can't be done; the text names the line."""


@dataclasses.dataclass
class Block:
    where: str  # page.md:12, for messages
    language: str
    words: dict  # what follows the language: file, after, build ...; a word alone is True
    text: str


@dataclasses.dataclass
class Command:
    where: str
    words: str
    expected: str
    exit: int


@dataclasses.dataclass
class Page:
    path: pathlib.Path
    edits: list
    consoles: list
    stated: int  # files that one must touch, as the page says

    @property
    def name(self):
        return self.path.stem

    @property
    def touched(self):
        """The files a reader's own addition touches: a demonstration's are not among them."""
        return sorted({block.words["file"] for block in self.edits if "demo" not in block.words})

    @property
    def targets(self):
        return sorted({target for block in self.consoles for target in block.words.get("build", "").split(",") if target})

    @property
    def commands(self):
        return [command for block in self.consoles for command in commands_of(block)]


def blocks_of(path):
    lines = path.read_text().splitlines()
    at = 0
    while at < len(lines):
        opened = FENCE.match(lines[at])
        at += 1
        if not opened:
            continue
        indent, fence, info = opened.groups()
        where, body = f"{path.name}:{at}", []
        while at < len(lines) and lines[at].strip() != fence:
            body.append(lines[at].removeprefix(indent))
            at += 1
        if at == len(lines):
            raise PageError(f"{where}: the block does not end")
        at += 1
        try:
            language, *rest = shlex.split(info) or [""]
        except ValueError as error:
            raise PageError(f"{where}: '{info}': {error}")
        words = {key: value if equals else True for key, equals, value in (word.partition("=") for word in rest)}
        yield Block(where, language, words, "".join(line + "\n" for line in body))


def read_page(path):
    edits, consoles = [], []
    for block in blocks_of(path):
        known = {"build", "exit"} if block.language == "console" else {"file", "new", "append", "under", "demo", *PLACES}
        if unknown := sorted(block.words.keys() - known):
            raise PageError(f"{block.where}: '{unknown[0]}' is not known; expected one of {', '.join(sorted(known))}")
        if block.language == "console":
            consoles.append(block)
        elif "file" in block.words:
            edits.append(block)
        elif block.words:
            raise PageError(f"{block.where}: no file= beside {', '.join(block.words)}")
    stated = COUNT.findall(path.read_text())
    if len(stated) != 1:
        raise PageError(f"{path.name}: expected one sentence with 'You touch N files', found {len(stated)}")
    return Page(path, edits, consoles, int(stated[0]))


def commands_of(block):
    commands = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            commands.append(Command(block.where, line[2:], "", 0))
        elif not commands:
            raise PageError(f"{block.where}: output before the first command ('$ ...')")
        else:
            commands[-1].expected += line + "\n"
    if not commands:
        raise PageError(f"{block.where}: no command ('$ ...')")
    commands[-1].exit = int(block.words.get("exit", 0))
    return commands


def _place(block, lines, wanted):
    """The index of the one line that reads `wanted`, or of the first below the one that reads `under`."""
    first = 0
    if "under" in block.words:
        first = _only(block, lines, block.words["under"]) + 1
        for at in range(first, len(lines)):
            if lines[at].strip() == wanted.strip():
                return at
        raise PageError(f"{block.where}: {block.words['file']} has no line '{wanted}' under '{block.words['under']}'")
    return _only(block, lines, wanted)


def _only(block, lines, wanted):
    found = [at for at, line in enumerate(lines) if line.strip() == wanted.strip()]
    if len(found) != 1:
        raise PageError(f"{block.where}: {block.words['file']} has the line '{wanted}' {len(found)} times; expected one")
    return found[0]


def _edited(block, tree):
    path, words = block.words["file"], block.words
    operations = [word for word in ("new", "append", *PLACES) if word in words]
    if len(operations) != 1:
        raise PageError(f"{block.where}: expected one of new, append, after=, before=, replace=; found {operations}")
    operation = operations[0]
    if operation == "new":
        if path in tree:
            raise PageError(f"{block.where}: {path} is there already")
        return block.text.encode()
    if path not in tree:
        raise PageError(f"{block.where}: there is no {path}")
    text = tree[path].decode()
    if operation == "append":
        return (text + block.text).encode()
    lines = text.splitlines(keepends=True)
    at = _place(block, lines, words[operation])
    begin, end = {"after": (at + 1, at + 1), "before": (at, at), "replace": (at, at + 1)}[operation]
    return "".join(lines[:begin] + [block.text] + lines[end:]).encode()


def apply(page, tree):
    """The tree (path -> bytes) with the page's examples in it; the given one stays as it is."""
    tree = dict(tree)
    for block in page.edits:
        tree[block.words["file"]] = _edited(block, tree)
    return tree


def read_tree(root):
    """path -> bytes of every file that git tracks or would track."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root, check=True,
                            capture_output=True, text=True).stdout.split("\0")
    return {path: (root / path).read_bytes() for path in listed if path and (root / path).is_file()}


def write_tree(tree, root, target):
    """Makes `target` that tree. What is as it should be is left alone, so that a second build does only what changed."""
    for path in sorted(target.rglob("*")):
        name = path.relative_to(target).as_posix()
        if path.is_file() and name not in tree and not name.startswith("build/"):
            path.unlink()
    for name, content in tree.items():
        path = target / name
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if (root / name).exists() and os.access(root / name, os.X_OK):
            path.chmod(0o755)


def difference(expected, actual):
    """None when `actual` is what the page shows, else the first line that is not. '...' stands for any lines or, inside
    a line, for any characters."""
    pattern = ""
    for line in expected.splitlines():
        pattern += r"(?:.*\n)*?" if line.strip() == "..." else ".*".join(map(re.escape, line.split("..."))) + "\n"
    actual = "".join(line.rstrip() + "\n" for line in actual.splitlines())
    if re.fullmatch(pattern, actual):
        return None
    return f"expected:\n{textwrap.indent(expected, '    ')}printed:\n{textwrap.indent(actual, '    ')}"
