# SPDX-License-Identifier: Apache-2.0
"""The verbs of the program that are written in Python: `python3 -m vtoll sweep ...` is `vtoll sweep ...`."""
import argparse
import pathlib
import sys

from vtoll import errors, forms
from vtoll.features import verb as whatif_verb
from vtoll.files import put
from vtoll.result import Result
from vtoll.scenario import Scenario
from vtoll.sweeping import sweep

EXIT_CODES = {kind: code for code, kind in errors.BY_CODE.items()}


def value_of(text: str):
    """2 -> 2, 1.5 -> 1.5, true -> True, anything else is text."""
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        try:
            return kind(text, 0) if kind is int else kind(text)
        except ValueError:
            pass
    return text


def key_and_text(word: str, option: str) -> tuple[str, str]:
    key, equals, text = word.partition("=")
    if not key or not equals or not text:
        raise errors.UsageError(f"{option} {word}: expected key=value")
    return key, text


def sweep_verb(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="vtoll sweep", description="Run a scenario at every combination of parameters",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="A parameter is a key of scenarios (machine.cpus), timing, or a number of the timing model (cache.l2.size).\n"
               "The same command goes on after a kill.\n\nExamples:\n"
               "  vtoll sweep minios-pure -P timing=cortex-a7,cortex-a15 -P cache.l2.size=128K,256K,1M\n"
               "  vtoll sweep hypercall -P memory.ns=60,90,120 -c timing.rung=cortex-a15 --format csv\n"
               "  vtoll sweep minios-pure -P memory.ns=60,90 -c timing.rung=cortex-a15 --dask tcp://127.0.0.1:8786")
    parser.add_argument("scenario", help="as for run")
    parser.add_argument("-P", "--parameter", action="append", required=True, metavar="KEY=V1,V2,...", default=[])
    parser.add_argument("-c", "--set", action="append", metavar="KEY=VALUE", default=[], help="a key for all points")
    parser.add_argument("-o", "--output", default="sweep.sqlite", help="results (default: sweep.sqlite)")
    parser.add_argument("-j", "--jobs", type=int, help="runs at a time (default: one per host processor)")
    parser.add_argument("--dask", metavar="ADDRESS", help="scheduler of a dask.distributed cluster")
    parser.add_argument("--format", choices=forms.NAMES, default="text")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress on standard error")
    options = parser.parse_args(words)
    overrides = {k: value_of(v) for k, v in (key_and_text(w, "-c") for w in options.set)}
    parameters = {k: [value_of(v) for v in texts.split(",")]
                  for k, texts in (key_and_text(w, "-P") for w in options.parameter)}
    extra = {"progress": None} if options.quiet else {}
    result = sweep(Scenario(options.scenario, overrides), parameters, output=options.output, jobs=options.jobs,
                   dask=options.dask, **extra)
    frame = result.frame.reset_index()
    print(forms.of(frame, options.format), end="")
    failed = int((frame["exit_code"] != 0).sum())
    if failed:
        print(f"vtoll: {failed} of {len(frame)} points failed; their outcomes are in the table", file=sys.stderr)
    return 1 if failed else 0


def export_verb(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="vtoll export", description="A finished run for other tools",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Examples:\n"
               "  vtoll export page-fault --stacks                  for flamegraph.pl runs/page-fault/stacks.folded\n"
               "  vtoll export page-fault --perfetto -o x.pftrace   for https://ui.perfetto.dev\n"
               "of the run that this one made: vtoll run page-fault --functions --timeline 100000")
    parser.add_argument("run", help="run directory, or name of a scenario with results in runs/")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--stacks", action="store_true",
                      help="folded stacks, for flamegraph.pl and speedscope; with functions when the run has --functions")
    what.add_argument("--perfetto", action="store_true", help="a Perfetto trace of a run with --timeline")
    parser.add_argument("--unit", choices=["ticks", "instructions"], default="ticks", help="what stacks count (default: ticks)")
    parser.add_argument("-o", "--output", type=pathlib.Path, help="default: stacks.folded or trace.pftrace in the run directory")
    options = parser.parse_args(words)
    result = Result.find(options.run)
    if options.stacks:
        from vtoll.stacks import folded
        name, content = "stacks.folded", folded(result, options.unit)
    else:
        from vtoll.perfetto import trace
        name, content = "trace.pftrace", trace(result.folder)
    output = options.output or result.folder / name
    put(content, output)
    print(f"vtoll: {output}", file=sys.stderr)
    return 0


def report_verb(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="vtoll report", description="One self-contained page about finished runs",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Examples:\n"
               "  vtoll report page-fault -o page-fault.html\n"
               "  vtoll report runs/before runs/after --tables none -o difference.html\n"
               "A run made with --functions --timeline 100000 has more to show.")
    parser.add_argument("runs", nargs="+", metavar="RUN", help="run directory, or name of a scenario with results in runs/")
    parser.add_argument("-o", "--output", type=pathlib.Path, default=pathlib.Path("report.html"), help="default: report.html")
    parser.add_argument("--tables", default="overheads", metavar="NAME,...",
                        help="published tables to measure and put in (see vtoll tables --list), or none (default: overheads)")
    parser.add_argument("--title", help="default: the scenarios")
    options = parser.parse_args(words)
    from vtoll.report import page
    tables = [] if options.tables == "none" else options.tables.split(",")
    put(page([Result.find(run) for run in options.runs], tables, options.title), options.output)
    print(f"vtoll: {options.output}", file=sys.stderr)
    return 0


def main() -> int:
    verbs = {"export": export_verb, "report": report_verb, "sweep": sweep_verb, "whatif": whatif_verb}
    if len(sys.argv) < 2 or sys.argv[1] not in verbs:
        print(f"usage: python3 -m vtoll {{{','.join(verbs)}}} ...", file=sys.stderr)
        return 2
    try:
        return verbs[sys.argv[1]](sys.argv[2:])
    except errors.VtollError as error:
        print(f"vtoll: {error}", file=sys.stderr)
        return EXIT_CODES.get(type(error), 1)
    except KeyboardInterrupt:
        print("vtoll: interrupted" + ("; the same command goes on from here" if sys.argv[1] == "sweep" else ""), file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
