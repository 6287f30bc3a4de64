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
import traceback
import types

from vtoll import errors

EXIT_CODES = {kind: code for code, kind in errors.BY_CODE.items()}


def _put(text: str, output: str | None, kind: str = "LOOKED_AT") -> None:
    """To the file `output`, or to standard output. `kind`: a name of vtoll.files."""
    from vtoll import files
    files.put(text, output or files.STANDARD_OUTPUT, getattr(files, kind))


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
    sys.stdout.write(render(json.loads(sys.stdin.buffer.read()), options.format))
    return 0


def _parameters(words: list[str]) -> dict[str, list]:
    parameters: dict[str, list] = {}
    for word in words:
        key, texts = _key_and_text(word, "-P")
        values = texts.split(",")
        if not all(values):
            raise errors.UsageError(f"-P {word}: expected a value on both sides of each comma")
        if key in parameters:
            raise errors.UsageError(f"-P {word}: {key} has values already; expected all of them in one -P, behind commas")
        parameters[key] = [_value_of(value) for value in values]
    return parameters


def sweep(options) -> int:
    from vtoll import files, rendering
    from vtoll.scenario import Scenario
    from vtoll.sweeping import sweep
    overrides = {k: _value_of(v) for k, v in (_key_and_text(w, "-c") for w in options.set)}
    if options.timing:
        overrides["timing.rung"] = options.timing
    parameters = _parameters(options.parameter)
    extra = {"progress": None} if options.quiet else {}
    on_screen = options.output == files.STANDARD_OUTPUT
    result = sweep(Scenario(options.scenario, overrides), parameters, output=options.output, jobs=_jobs(options),
                   dask=options.dask, **extra)
    frame = result.frame.reset_index()
    if not on_screen:
        _put(rendering.of_frame(frame, options.format, 1 + len(parameters)), None)
    failed = int((frame["exit_code"] != 0).sum())
    if failed:
        print(f"vtoll: {failed} of {len(frame)} points failed; their outcomes are in the table", file=sys.stderr)
    return 1 if failed else 0


def _say_where(output) -> None:
    from vtoll import files
    if os.fspath(output) != files.STANDARD_OUTPUT:
        print(f"vtoll: {output}", file=sys.stderr)


def export(options) -> int:
    from vtoll import files
    from vtoll.result import Result
    if not options.stacks and not options.perfetto:
        raise errors.UsageError("export: expected --stacks or --perfetto")
    result = Result.find(options.run)
    kind, name = (files.STACKS, "stacks.folded") if options.stacks else (files.PERFETTO, "trace.pftrace")
    output = options.output or result.folder / name
    files.expect(output, kind)
    if options.stacks:
        from vtoll.stacks import folded
        content = folded(result, options.unit, measured=options.measured, exits=options.exits)
    else:
        from vtoll.perfetto import trace
        content = trace(result)
    files.put(content, output, kind)
    _say_where(output)
    return 0


def report(options) -> int:
    from vtoll.analysis import report
    tables = [] if options.tables == "none" else options.tables.split(",")
    report(*options.run, output=options.output, tables=tables, title=options.title, annotate=options.annotate,
           pictures=options.pictures or None)
    _say_where(options.output)
    if options.pictures:
        print(f"vtoll: pictures in {options.pictures}", file=sys.stderr)
    return 0


def draw_parts(options) -> int:
    """The table `parts` on standard input as SVG."""
    from vtoll.parts import drawn
    sys.stdout.write(drawn(json.load(sys.stdin)))
    return 0


def whatif(options) -> int:
    from vtoll import features, rendering
    if options.list:
        names = [[feature.name, feature.without] for feature in features.FEATURES]
        listed = rendering.layout("", [{"heading": "", "before": [], "grid": rendering.grid(["", ""], [], names), "after": []}])
        _put(rendering.text(listed, terminal=not options.output), options.output)
        return 0
    if options.plot:
        from vtoll import files
        files.expect(options.plot, files.PICTURE)
    tell = None if options.quiet else lambda text: print(f"vtoll: {text}", file=sys.stderr, flush=True)
    result = features.whatif(features=options.feature, timing=options.timing, jobs=_jobs(options), progress=tell)
    screen = options.format in ("terminal", "text")
    on_terminal = options.format == "terminal" and not options.output
    _put(rendering.text(result.layout(), terminal=on_terminal) if screen else rendering.of_frame(result.frame, options.format),
         options.output)
    if options.plot:
        result.plot(options.plot)
    return 0


VERBS = {"draw_parts": draw_parts, "export": export, "render": render, "report": report, "sweep": sweep, "whatif": whatif}


def _flush() -> None:
    """Nobody looked at each write. Who reads no further ends the verb as it ends those that are not in Python."""
    try:
        sys.stdout.flush()
    except OSError as error:
        with open(os.devnull, "w", encoding="ascii") as nowhere:  # Python tries once more when it ends
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGPIPE)
        raise errors.refused(error, "standard output") from error


def _failed(error: errors.VtollError) -> int:
    from vtoll.program import in_one_line
    print(f"vtoll: {in_one_line(str(error))}", file=sys.stderr)
    return EXIT_CODES.get(type(error), 1)


def _unforeseen(verb: str, error: Exception) -> errors.InvalidInput:
    """A fault that nobody has words for: the place is in the line."""
    if os.environ.get("VTOLL_TRACEBACK"):
        raise error
    place = traceback.extract_tb(error.__traceback__)[-1]
    return errors.InvalidInput(f"{verb}: {type(error).__name__}: {error} ({pathlib.Path(place.filename).name}:{place.lineno}); "
                               "VTOLL_TRACEBACK=1 shows how it came to that")


class Terminated(KeyboardInterrupt):
    """SIGTERM: what runs is ended as by Ctrl-C."""


def _terminated(*_):
    raise Terminated


def main() -> int:
    verb, given = sys.argv[1:]
    signal.signal(signal.SIGTERM, _terminated)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="surrogateescape")  # whatever the locale: words and documents are
    try:
        status = VERBS[verb](types.SimpleNamespace(**json.loads(given)))
        _flush()
        return status
    except errors.VtollError as error:
        return _failed(error)
    except ModuleNotFoundError as error:
        return _failed(errors.InvalidInput(f"Python has no module {error.name}; expected the packages of the set python in packages.txt"))
    except (OSError, sqlite3.Error, MemoryError) as error:
        return _failed(errors.refused(error))
    except Exception as error:  # pylint: disable=broad-except
        return _failed(_unforeseen(verb, error))
    except KeyboardInterrupt as ended:
        print("vtoll: interrupted" + ("; the same command goes on from here" if verb == "sweep" else ""), file=sys.stderr)
        return 143 if isinstance(ended, Terminated) else 130


if __name__ == "__main__":
    sys.exit(main())
