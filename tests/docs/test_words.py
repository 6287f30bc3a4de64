# SPDX-License-Identifier: Apache-2.0
"""Pages are in plain English: spelled right (codespell), in short sentences, one word a thing by docs/glossary.md."""
import re
import subprocess
import sys

import prose
import pytest

sys.path.append(str(prose.ROOT / "tests/style"))
import tracked  # noqa: E402

LONGEST = 35  # words of a sentence

UNUSED = re.compile(r"^## Words that are not used\n(.*?)(?=^## |\Z)", re.M | re.S)

# As they came, byte for byte.
NOT_OURS = ("workloads/user/", "tests/fuzz/corpus/", "LICENSE", "reports/published/")


def text_of(page):
    """The glossary without its list of words that are not used."""
    return UNUSED.sub("", (prose.ROOT / page).read_text())


def unused_words():
    """From the glossary: a pattern for the words that are not used here, and for each of them the word that is."""
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", UNUSED.search((prose.ROOT / "docs/glossary.md").read_text())[1], re.M)
    uses = {word: use for words, use in rows[1:] for word in words.split(", ")}
    return re.compile(rf"(?<![\w-])({'|'.join(re.escape(word) for word in uses)})(?![\w-])"), uses


def test_spelling():
    names = [name for name in tracked.tracked() if not name.startswith(NOT_OURS)]
    done = subprocess.run(["codespell", *names], cwd=prose.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, "codespell (words of ours that it does not know are in .codespellrc):\n" + done.stdout + done.stderr


@pytest.mark.parametrize("page", prose.pages())
def test_sentences(page):
    found = []
    for passage in prose.passages(text_of(page)):
        for sentence in prose.sentences(passage.text):
            count = len(sentence.split())
            if count > LONGEST:
                found.append(f"{page}:{passage.line}: {count} words: {sentence}")
            elif re.match(r"What\b", sentence) and count > 2 and not sentence.endswith("?"):
                found.append(f"{page}:{passage.line}: a clause in place of a name: {sentence[:90]}")
    assert not found, f"sentences of over {LONGEST} words, or with a clause in place of their subject:\n" + "\n".join(found)


@pytest.mark.parametrize("page", prose.pages())
def test_words(page):
    pattern, uses = unused_words()
    assert len(uses) > 10, "the glossary's list was read"
    found = [f"{page}:{passage.line}: {word}; here it is: {uses[word]}" for passage in prose.passages(text_of(page))
             if not passage.made for word in pattern.findall(prose.plain(passage.text))]
    assert not found, "words that docs/glossary.md does without:\n" + "\n".join(found)
