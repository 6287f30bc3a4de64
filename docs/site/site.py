#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The site: all pages, searchable, with report pages and tables of shipped scenarios. Static files; it asks the network for nothing.

    cmake --build build/release --target site       build/release/site/index.html
    python3 docs/site/site.py build/release OUT [--bare]

`--bare` leaves the reports and tables out, whose runs take a minute.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "docs/site"
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
KINDS = ("Tutorial", "How-to", "Reference", "Explanation")
PROJECT = ("CONTRIBUTING", "ROADMAP", "CHANGELOG", "SECURITY", "CODE_OF_CONDUCT")
REPORTS = ("hypercall", "page-fault", "irq", "world-switch")
TABLES = ("overheads", "switches", "devices")


def pages():
    found = [*ROOT.glob("*.md")]
    for folder in ("docs", "hypervisor-model", "workloads", "reports"):
        found += (ROOT / folder).rglob("*.md")
    return sorted(found)


def toctree(caption, names):
    return f"```{{toctree}}\n:hidden:\n:caption: {caption}\n\n" + "\n".join(names) + "\n```\n"


def contents(index):
    """Menus by the kinds of docs/README.md, in its order; a folder's pages come behind its own index."""
    menus = []
    for kind in KINDS:
        section = re.search(rf"^## {kind}\n(.*?)(?=^## |\Z)", index, re.M | re.S)[1]
        names = [name for name in LINK.findall(section) if name.endswith(".md") and not name.startswith("..")]
        for folder in ("how-to/README.md", "cores/README.md"):
            if folder in names:
                at = names.index(folder) + 1
                names[at:at] = sorted(str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs" / folder).parent.glob("*.md")
                                      if path.name != "README.md")
        menus.append(toctree(kind, [f"docs/{name.removesuffix('.md')}" for name in dict.fromkeys(names)]))
    return menus


def stage(folder, bare):
    """The pages and the files that they link to, as they lie in the tree."""
    for page in pages():
        place = folder / page.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        text = page.read_text()
        for link in LINK.findall(text):
            target = (page.parent / link).resolve()
            if ":" not in link and target.is_file() and target.suffix != ".md":
                copy = folder / target.relative_to(ROOT)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(target, copy)
        # A folder is no page.
        place.write_text(re.sub(r"\[([^\]\n]+)\]\(([^)#:\s]+)\)",
                                lambda m, page=page: m[1] if (page.parent / m[2]).is_dir() else m[0], text))
    for name in ("_static", "_extra"):
        (folder / name).mkdir()
    shutil.copy(HERE / "site.css", folder / "_static")
    shutil.copy(HERE / "conf.py", folder)
    (folder / "_extra/index.html").write_text(
        "<!doctype html><meta charset=utf-8><title>vtoll</title><meta http-equiv=refresh content='0; url=README.html'>"
        "<p><a href=README.html>vtoll</a>\n")
    programs = [str(page.relative_to(ROOT).with_suffix("")) for page in pages()
                if page.relative_to(ROOT).parts[0] in ("hypervisor-model", "workloads", "reports")]
    menus = [*contents((ROOT / "docs/README.md").read_text()), toctree("Programs and data", programs),
             toctree("Project", ["docs/README", *([] if bare else ["runs"]), *PROJECT])]
    if not bare:
        (folder / "runs.md").write_text(
            "# Reports and tables\n\nMade by the program of this site, on the model of a Cortex-A15.\n\n## Reports\n\n"
            + "".join(f"- <a href='reports/{name}.html'>{name}</a>\n" for name in REPORTS)
            + "\n## Tables\n\n" + "".join(f"- <a href='tables/{name}.html'>{name}</a>\n" for name in TABLES))
    readme = folder / "README.md"
    readme.write_text(readme.read_text() + "\n" + "\n".join(menus))


def runs(program, extra):
    """Report pages and tables, as files beside the pages."""
    def vtoll(*words):
        subprocess.run([program, *words], cwd=work, check=True, capture_output=True, text=True,
                       env={**os.environ, "PYTHONPATH": str(ROOT / "python"), "VTOLL_PROGRAM": str(program)})

    for name in ("reports", "tables"):
        (extra / name).mkdir()
    with tempfile.TemporaryDirectory() as work:
        for name in REPORTS:
            vtoll("run", name, "--timing", "cortex-a15", "-q", "--functions", "--timeline", "100000")
            vtoll("report", name, "-o", str(extra / f"reports/{name}.html"))
        for name in TABLES:
            vtoll("tables", name, "-q", "--format", "html", "-o", str(extra / f"tables/{name}.html"))


def own_normalize(site):
    """Debian's furo takes a style from the web server of the machine; the site brings it along."""
    style = site / "_static/styles/furo.css"
    text = style.read_text()
    if "url(/javascript/normalize.css/normalize.css)" in text:
        shutil.copy("/usr/share/javascript/normalize.css/normalize.css", site / "_static/styles")
        style.write_text(text.replace("url(/javascript/normalize.css/normalize.css)", "url(normalize.css)"))
    # Its script is a module there, which a browser does not take from a file. It only marks places in the menu, and switches colours.
    for page in site.rglob("*.html"):
        page.write_text(re.sub(r"<script[^>]*scripts/furo\.js[^>]*></script>", "", page.read_text()))


def main():
    words = [word for word in sys.argv[1:] if word != "--bare"]
    if len(words) != 2:
        sys.exit(f"usage: {sys.argv[0]} BUILD OUT [--bare]")
    bare, out = "--bare" in sys.argv, pathlib.Path(words[1]).resolve()
    try:
        import furo, myst_parser, sphinx  # noqa: F401, E401
    except ImportError as error:
        sys.exit(f"site: {error}; expected Debian's packages furo, python3-myst-parser and python3-sphinx")
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder)
        stage(source, bare)
        if not bare:
            runs(pathlib.Path(words[0], "vtoll").resolve(), source / "_extra")
        fresh = out.with_name(out.name + ".partial")
        shutil.rmtree(fresh, ignore_errors=True)
        done = subprocess.run([sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "-d", source / "_doctrees", source, fresh],
                              env={**os.environ, "SOURCE_DATE_EPOCH": "0"})
        if done.returncode:
            sys.exit("site: sphinx has complaints, above")
        own_normalize(fresh)
        shutil.rmtree(out, ignore_errors=True)
        fresh.rename(out)
    print(f"{out}/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
