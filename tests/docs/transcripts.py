# SPDX-License-Identifier: Apache-2.0
"""What the README, docs/your-first-hour.md, docs/command-line.md and docs/explanation show is what the program prints: their
`console` blocks are carried out, page by page in a fresh folder, and compared (docs/how-to/README.md describes the blocks).

    python3 tests/docs/transcripts.py build/release/vtoll            # exit code 1 where one differs
    python3 tests/docs/transcripts.py build/release/vtoll --write    # puts in what is printed
    python3 tests/docs/transcripts.py build/release/vtoll README.md  # these pages alone
"""
import os
import pathlib
import subprocess
import sys
import tempfile

import how_to

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "docs/your-first-hour.md", ROOT / "docs/command-line.md",
         *sorted((ROOT / "docs/explanation").glob("*.md"))]


def consoles(page):
    return [block for block in how_to.blocks_of(page) if block.language == "console"]


def printed(command, program, folder):
    words = command.words.replace("./vtoll ", f"{program} ")
    done = subprocess.run(["bash", "-c", words], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          stdin=subprocess.DEVNULL, timeout=600,
                          env={**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": "100", "PYTHONPATH": str(ROOT / "python"),
                               "VTOLL_PROGRAM": str(program)})
    return done.returncode, "".join(line.rstrip() + "\n" for line in done.stdout.splitlines())


def shortened(expected, actual):
    """`actual`; where the page had one `...`, with as many lines on either side of it."""
    lines, shown = actual.splitlines(), expected.splitlines()
    if shown == ["..."] or shown.count("...") != 1:
        return actual
    at = shown.index("...")
    behind = len(shown) - at - 1
    return "".join(line + "\n" for line in [*lines[:at], "...", *(lines[-behind:] if behind else [])])


def check(page, program, write):
    """Complaints about the page."""
    complaints, text = [], page.read_text()
    with tempfile.TemporaryDirectory() as folder:
        for block in consoles(page):
            fresh = ""
            for command in how_to.commands_of(block):
                code, said = printed(command, program, folder)
                place = f"{command.where}: $ {command.words}"
                if code != command.exit:
                    complaints.append(f"{place}\nexits with {code}, expected {command.exit}:\n{said}")
                elif unlike := how_to.difference(command.expected, said):
                    complaints.append(f"{place}\n{unlike}")
                fresh += f"$ {command.words}\n" + shortened(command.expected, said)
            if write:
                text = text.replace(block.text, fresh)
    if write and text != page.read_text():
        page.write_text(text)
    return complaints


def main():
    program, *words = sys.argv[1:]
    write = "--write" in words
    named = [pathlib.Path(word).resolve() for word in words if word != "--write"]
    complaints = [f"{page}: no page with transcripts" for page in named if page not in PAGES]
    commands = 0
    for page in PAGES:
        if named and page not in named:
            continue
        commands += sum(len(how_to.commands_of(block)) for block in consoles(page))
        complaints += check(page, pathlib.Path(program).resolve(), write)
    if not commands:
        complaints.append("no page shows a command")
    print("\n\n".join(complaints) or f"{commands} commands print what the pages show")
    return 0 if not complaints or write else 1


if __name__ == "__main__":
    sys.exit(main())
