# SPDX-License-Identifier: Apache-2.0
"""The parts of the program that are written in Python: `python3 -m vtoll.verbs FUNCTION OPTIONS`, as the program calls them.

The program declares the options (core/cli/FUNCTION.cpp) and has read them: OPTIONS is JSON, by their long names.
"""
from __future__ import annotations

import json
import os
import pathlib
import signal
import sqlite3
import sys
import types

from vtoll import errors

EXIT_CODES = {kind: code for code, kind in errors.BY_CODE.items()}


def _put(text: str, output: str | None) -> None:
    """To the file `output`, or to standard output."""
    if not output:
        sys.stdout.write(text)
        return
    from vtoll.files import put
    put(text, pathlib.Path(output))


def _jobs(options) -> int | None:
    return int(options.jobs) if options.jobs else None


def _value_of(text: str):
    """2 -> 2, 1.5 -> 1.5, true -> True, anything else is text."""
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        try:
            return kind(text, 0) if kind is int else kind(text)
        except ValueError:
            pass
    return text


def _key_and_text(word: str, option: str) -> tuple[str, str]:
    key, equals, text = word.partition("=")
    if not key or not equals or not text:
        raise errors.UsageError(f"{option} {word}: expected key=value")
    return key, text


def render(options) -> int:
    """The layout on standard input in another form."""
    from vtoll.rendering import render
    sys.stdout.write(render(json.load(sys.stdin), options.format))
    return 0


def sweep(options) -> int:
    from vtoll import rendering
    from vtoll.scenario import Scenario
    from vtoll.sweeping import sweep
    overrides = {k: _value_of(v) for k, v in (_key_and_text(w, "-c") for w in options.set)}
    if options.timing:
        overrides["timing.rung"] = options.timing
    parameters = {k: [_value_of(v) for v in texts.split(",")]
                  for k, texts in (_key_and_text(w, "-P") for w in options.parameter)}
    extra = {"progress": None} if options.quiet else {}
    result = sweep(Scenario(options.scenario, overrides), parameters, output=options.output, jobs=_jobs(options),
                   dask=options.dask, **extra)
    frame = result.frame.reset_index()
    _put(rendering.of_frame(frame, "text" if options.format == "terminal" else options.format), None)
    failed = int((frame["exit_code"] != 0).sum())
    if failed:
        print(f"vtoll: {failed} of {len(frame)} points failed; their outcomes are in the table", file=sys.stderr)
    return 1 if failed else 0


def export(options) -> int:
    from vtoll.files import put
    from vtoll.result import Result
    if not options.stacks and not options.perfetto:
        raise errors.UsageError("export: expected --stacks or --perfetto")
    result = Result.find(options.run)
    if options.stacks:
        from vtoll.stacks import folded
        name, content = "stacks.folded", folded(result, options.unit, measured=options.measured, exits=options.exits)
    else:
        from vtoll.perfetto import trace
        name, content = "trace.pftrace", trace(result)
    output = pathlib.Path(options.output) if options.output else result.folder / name
    put(content, output)
    print(f"vtoll: {output}", file=sys.stderr)
    return 0


def report(options) -> int:
    from vtoll.page import content, gallery, page
    from vtoll.result import Result
    tables = [] if options.tables == "none" else options.tables.split(",")
    found = content([Result.find(run) for run in options.run], tables, options.title)
    _put(page(found), options.output)
    said = options.output
    if options.pictures:
        from vtoll import picture_files
        files = picture_files.write(gallery(found), pathlib.Path(options.pictures))
        said += f"; {len(files)} files of pictures in {options.pictures}"
    print(f"vtoll: {said}", file=sys.stderr)
    return 0


def whatif(options) -> int:
    from vtoll import features, rendering
    if options.list:
        _put("".join(f"{feature.name:17}{feature.without}\n" for feature in features.FEATURES), options.output)
        return 0
    tell = None if options.quiet else lambda text: print(f"vtoll: {text}", file=sys.stderr, flush=True)
    result = features.whatif(options.feature, timing=options.timing, jobs=_jobs(options), progress=tell)
    screen = options.format in ("terminal", "text")
    _put(result.to_text() if screen else rendering.of_frame(result.frame, options.format), options.output)
    if options.plot:
        import io
        picture = io.StringIO()
        result.plot(picture)
        _put(picture.getvalue(), options.plot)
    return 0


VERBS = {"export": export, "render": render, "report": report, "sweep": sweep, "whatif": whatif}


def _flush() -> None:
    try:
        sys.stdout.flush()
    except OSError as error:
        with open(os.devnull, "w", encoding="ascii") as nowhere:  # Python tries once more when it ends
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        raise errors.refused(error, "standard output") from error


def _failed(error: errors.VtollError) -> int:
    print(f"vtoll: {error}", file=sys.stderr)
    return EXIT_CODES.get(type(error), 1)


class Terminated(KeyboardInterrupt):
    """SIGTERM: what runs is ended as by Ctrl-C."""


def _terminated(*_):
    raise Terminated


def main() -> int:
    verb, given = sys.argv[1:]
    signal.signal(signal.SIGTERM, _terminated)
    try:
        status = VERBS[verb](types.SimpleNamespace(**json.loads(given)))
        _flush()
        return status
    except errors.VtollError as error:
        return _failed(error)
    except (OSError, sqlite3.Error, MemoryError) as error:
        return _failed(errors.refused(error))
    except KeyboardInterrupt as ended:
        print("vtoll: interrupted" + ("; the same command goes on from here" if verb == "sweep" else ""), file=sys.stderr)
        return 143 if isinstance(ended, Terminated) else 130


if __name__ == "__main__":
    sys.exit(main())
