# SPDX-License-Identifier: Apache-2.0
"""The verbs of the program that are written in Python: `python3 -m vtoll sweep ...` is `vtoll sweep ...`."""
import argparse
import sys

from vtoll import errors
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
    parser.add_argument("--format", choices=["text", "md", "csv", "json"], default="text")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress on standard error")
    options = parser.parse_args(words)
    overrides = {k: value_of(v) for k, v in (key_and_text(w, "-c") for w in options.set)}
    parameters = {k: [value_of(v) for v in texts.split(",")]
                  for k, texts in (key_and_text(w, "-P") for w in options.parameter)}
    extra = {"progress": None} if options.quiet else {}
    result = sweep(Scenario(options.scenario, overrides), parameters, output=options.output, jobs=options.jobs,
                   dask=options.dask, **extra)
    frame = result.frame.reset_index()
    print({"text": lambda: frame.to_string(index=False), "md": lambda: markdown(frame),
           "csv": lambda: frame.to_csv(index=False), "json": lambda: frame.to_json(orient="records", indent=2)}[options.format]()
          .rstrip("\n"))
    failed = int((frame["exit_code"] != 0).sum())
    if failed:
        print(f"vtoll: {failed} of {len(frame)} points failed; their outcomes are in the table", file=sys.stderr)
    return 1 if failed else 0


def markdown(frame) -> str:
    lines = ["| " + " | ".join(map(str, frame.columns)) + " |", "|" + "---|" * len(frame.columns)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in frame.itertuples(index=False)])


def main() -> int:
    verbs = {"sweep": sweep_verb}
    if len(sys.argv) < 2 or sys.argv[1] not in verbs:
        print(f"usage: python3 -m vtoll {{{','.join(verbs)}}} ...", file=sys.stderr)
        return 2
    try:
        return verbs[sys.argv[1]](sys.argv[2:])
    except errors.VtollError as error:
        print(f"vtoll: {error}", file=sys.stderr)
        return EXIT_CODES.get(type(error), 1)
    except KeyboardInterrupt:
        print("vtoll: interrupted; the same command goes on from here", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
