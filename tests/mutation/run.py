#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lets one mutant of the books live at a time, and says which of them no test notices.

    cmake --build build/release --target core_mutants
    python3 tests/mutation/run.py [--only TEXT...] [--again JSON] [--sample N [--seed S]] [--jobs N]

A suite of tests meets a mutant when it comes to its place, or reads a price table; only those run, first the two that
noticed most until then, the others from the quickest on, until a test fails. equivalents.txt names mutants that nothing
can notice, each with its reason; one that is noticed, or that is gone, is an error."""
import argparse
import collections
import concurrent.futures
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import prices

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
#: A mutant may run for ever, or ask for ever more memory: it has two GiB, and ten times the processor time that its
#: tests take, which other work on the host does not use up.
LIMITS = ["prlimit", "--as=2147483648", "--core=0"]


class Tests:
    """The suites of core_mutants: how long each takes, and which mutants it comes to."""

    def __init__(self, program, jobs):
        self.program = program.resolve()
        listed = subprocess.run([self.program, "--gtest_list_tests"], capture_output=True, text=True, check=True).stdout
        self.names = [line.split()[0] + "*" for line in listed.splitlines() if line.strip() and line[0] != " "]
        self.seconds, self.reached, self.readers = {}, collections.defaultdict(list), []
        self.hits = collections.Counter()
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            for name, seconds, numbers, reads in pool.map(self._measure, self.names):
                self.seconds[name] = seconds
                self.readers += [name] * reads
                for number in numbers:
                    self.reached[number].append(name)

    def _measure(self, name):
        with tempfile.NamedTemporaryFile() as file:
            begin = time.monotonic()
            done = self._run([name], VTOLL_MUTANTS_REACHED=file.name)
            if done.returncode:
                raise SystemExit(f"{name} fails without a mutant; expected tests that pass\n{done.stdout[-2000:]}")
            seconds = time.monotonic() - begin
            with prices.Tree(ROOT, tables=False) as data:
                reads = self._run([name], VTOLL_DATA=str(data)).returncode != 0
            return name, seconds, {int(n) for n in Path(file.name).read_text().split()}, reads

    def _run(self, names, patience=None, **environment):
        with tempfile.TemporaryDirectory() as folder:
            chosen = ":".join(names)
            limits = [*LIMITS, f"--cpu={patience:.0f}"] if patience else LIMITS
            return subprocess.run([*limits, self.program, "--gtest_fail_fast", "--gtest_brief=1"], cwd=folder,
                                  env=dict(os.environ, GTEST_FILTER=chosen, TMPDIR=folder, **environment),
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                                  timeout=patience and 20 * patience)

    def meeting(self, mutant):
        return self.reached[mutant["number"]] if "number" in mutant else self.readers

    def notices(self, mutant):
        """The test that notices a mutant; None when none does."""
        if "number" in mutant:
            return self._notices(mutant, VTOLL_MUTANT=str(mutant["number"]))
        with prices.Tree(ROOT, mutant) as data:
            return self._notices(mutant, VTOLL_DATA=str(data))

    def _notices(self, mutant, **environment):
        names = sorted(self.meeting(mutant), key=self.seconds.get)
        best = sorted((name for name in names if self.hits[name]), key=lambda name: -self.hits[name])[:2]
        names = [name for name in names if name not in best]
        quick = [name for name in names if self.seconds[name] < 0.3]
        for some in (best, quick, names[len(quick):]):
            if not some:
                continue
            try:
                done = self._run(some, 3 + 10 * sum(self.seconds[name] for name in some), **environment)
            except subprocess.TimeoutExpired:
                return "time"
            if done.returncode:
                failed = re.search(r"\[  FAILED  \] (\S+)", done.stdout)
                if failed:
                    self.hits.update(name for name in some if failed.group(1).startswith(name[:-1]))
                    return failed.group(1).rstrip(",")
                return "time" if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL) else "end"
        return None


def key_of(mutant):
    """How equivalents.txt names it."""
    nth = f" #{mutant['nth']}" if mutant["nth"] > 1 else ""
    return f"{mutant['file']} | {mutant['kind']} | {mutant['in']} | {mutant['old']} -> {mutant['new']}{nth}"


def shown(text):
    return text if len(text) < 70 else text[:67] + "..."


def read_equivalents(path):
    """{key: reason}: a reason stands in a line of its own in front of those that it is for."""
    found, reason = {}, None
    for line in path.read_text().splitlines():
        if line.startswith("= "):
            reason = line[2:]
        elif line and not line.startswith("#"):
            found[line] = reason
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build/release")
    parser.add_argument("--only", nargs="+", default=[""], help="mutants whose file or line has one of these texts")
    parser.add_argument("--again", type=Path, metavar="JSON", help="those that nothing noticed in what --json wrote")
    parser.add_argument("--sample", type=int, metavar="N", help="of those, N that are drawn by chance")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32),
                        help="of the draw, as the run before printed it")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json", type=Path, help="every mutant with what noticed it")
    options = parser.parse_args()

    mutants = json.loads((options.build / "tests/mutation/mutated/mutants.json").read_text()) + prices.mutants(ROOT)
    chosen = [m for m in mutants if any(text in key_of(m) for text in options.only)]
    if options.again:
        lived = {key_of(m) for m in json.loads(options.again.read_text()) if not m["noticed"]}
        chosen = [m for m in chosen if key_of(m) in lived]
    if options.sample is not None and options.sample < len(chosen):
        print(f"{options.sample} of {len(chosen)}: --sample {options.sample} --seed {options.seed}")
        drawn = random.Random(options.seed).sample(range(len(chosen)), options.sample)
        chosen = [chosen[i] for i in sorted(drawn)]
    tests = Tests(options.build / "tests/mutation/core_mutants", options.jobs)
    equivalents = read_equivalents(HERE / "equivalents.txt")
    begin = time.monotonic()

    by_kind = collections.defaultdict(collections.Counter)
    errors = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for mutant, noticed in zip(chosen, pool.map(tests.notices, chosen)):
            mutant["noticed"] = noticed
            mutant["reached"] = len(tests.meeting(mutant))
            key = key_of(mutant)
            equivalent = key in equivalents
            outcome = "noticed" if noticed else "equivalent" if equivalent else "survivor"
            by_kind[mutant["kind"]].update(["all", outcome])
            if noticed and equivalent:
                errors.append(f"equivalents.txt: noticed by {noticed}: {key}")
            if not noticed and not equivalent:
                print(f"{mutant['file']}:{mutant['line']}: {mutant['kind']}: "
                      f"{shown(mutant['old'])} -> {shown(mutant['new'])}"
                      + ("" if mutant["reached"] else " (no test comes here)"), flush=True)
    gone = set(equivalents) - {key_of(m) for m in mutants}
    errors += [f"equivalents.txt: no such mutant: {key}" for key in sorted(gone)]
    if options.json:
        options.json.write_text(json.dumps(chosen, indent=1) + "\n")

    print(f"{'':<24}{'mutants':>9}{'noticed':>9}{'equivalent':>12}{'survivors':>11}")
    total = sum(by_kind.values(), collections.Counter())
    for kind, n in [*sorted(by_kind.items()), ("all", total)]:
        print(f"{kind:<24}{n['all']:>9}{n['noticed']:>9}{n['equivalent']:>12}{n['survivor']:>11}")
    print(f"{time.monotonic() - begin:.0f} seconds", file=sys.stderr)
    print("\n".join(errors), file=sys.stderr)
    return 1 if errors or total["survivor"] else 0


if __name__ == "__main__":
    sys.exit(main())
