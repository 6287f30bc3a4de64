#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""User-mode programs on vtoll and on qemu-arm: the same object code has to print the same text.

  user_programs.py --build DIR --programs N [--jobs J] [--seed S] [--keep DIR]

The programs of workloads/user/programs are built for A32 and T32 at -O0, -O2 and -O3; programs of csmith with the seeds
S, S+1, ... each in one of these six variants, until N programs have been compared. Exit 1 when one differs; what is
needed to repeat it is left in --keep.
"""
import argparse
import collections
import concurrent.futures
import itertools
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
USER = ROOT / "workloads/user"
PREFIX = "arm-linux-gnueabihf-"
QEMU = ["qemu-arm", "-cpu", "cortex-a15"]
VARIANTS = [(state, level) for state in ("arm", "thumb") for level in ("O0", "O2", "O3")]
MACHINE = ["-march=armv7ve", "-mfpu=neon-vfpv4", "-mfloat-abi=hard", "-mfp16-format=ieee"]
CFLAGS = [*MACHINE, "-std=gnu11", "-ffreestanding", "-fno-pic", "-fno-stack-protector", "-fno-strict-aliasing",
          "-fno-math-errno", "-fno-unwind-tables", "-fno-asynchronous-unwind-tables"]
WARNINGS = ["-Wall", "-Wextra", "-Wno-psabi"]
END = "-- end, status "
QEMU_SECONDS = 5   # of processor time, so that a busy machine discards no more; csmith's programs may not end at all
VTOLL_SECONDS = 120
WALL = 3600
TOO_LONG = (-signal.SIGXCPU, -signal.SIGKILL)
# csmith's options by seed: plain, small with floating point, small with deep pointers, wide data.
SMALL = ["--max-funcs", "5", "--max-block-depth", "3", "--max-expr-complexity", "7"]
CSMITH = [[], [*SMALL, "--float"], [*SMALL, "--max-pointer-depth", "4"],
          ["--float", "--max-block-depth", "3", "--max-array-len-per-dim", "20", "--max-array-dim", "2"]]


class Discard(Exception):
    """The program can't be compared; the text is the kind of reason."""


def command(words, seconds, what, directory=None):
    words = [str(word) for word in words]
    try:
        return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False,
                              cwd=directory)
    except subprocess.TimeoutExpired:
        raise Discard(f"{what} takes more than {seconds} s") from None


def limited(seconds, words):
    return ["prlimit", f"--cpu={seconds}:{seconds + 1}", *words]


def tool(name, *words):
    words = [PREFIX + name, *map(str, words)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"user_programs: {' '.join(words)}: {done.stderr}")
    return done.stdout.strip()


def shown(data):
    """A console up to the program's last line; all of it when there is none."""
    text = data.decode(errors="replace").replace("\r\n", "\n")
    start = text.find(END)
    return text if start < 0 else text[:text.find("\n", start) + 1]


def verdict(ours, qemu):
    """What is wrong, or None. Both are texts that shown() returned."""
    if END not in qemu:
        return "qemu-arm did not reach the program's end"
    if ours == qemu:
        return None
    for number, (a, b) in enumerate(itertools.zip_longest(ours.splitlines(), qemu.splitlines()), 1):
        if a != b:
            return f"line {number}: vtoll {a!r}, qemu-arm {b!r}"
    return "the ends of line differ"


class Builder:
    """Runtime objects, made once, and programs linked to them: for qemu-arm and for the bare machine."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.libgcc = tool("gcc", *MACHINE, "-print-libgcc-file-name")
        lib = USER / "lib"
        for state in ("arm", "thumb"):
            tool("gcc", *CFLAGS, *WARNINGS, f"-m{state}", "-O2", "-fno-tree-loop-distribute-patterns", "-I", lib, "-c",
                 lib / "runtime.c", "-o", self.directory / f"runtime-{state}.o")
        tool("gcc", "-c", lib / "enter.S", "-o", self.directory / "enter.o")
        tool("gcc", "-c", lib / "bare_start.S", "-o", self.directory / "bare_start.o")
        tool("gcc", *CFLAGS, "-marm", "-O1", "-mgeneral-regs-only", *WARNINGS, "-c", lib / "bare_mmu.c", "-o", self.directory / "bare_mmu.o")

    def compile_command(self, source, variant, generated):
        state, level = variant
        own = ["-w", "-I", USER / "csmith"] if generated else WARNINGS
        return [PREFIX + "gcc", *CFLAGS, *own, f"-m{state}", f"-{level}", "-I", USER / "lib", "-c", source]

    def link_command(self, program, variant, entry, stub):
        return [PREFIX + "ld", "-static", "--build-id=none", "-z", "max-page-size=4096", "--no-warn-rwx-segments", "-T",
                USER / "lib/user.ld", "-e", entry, program, self.directory / f"runtime-{variant[0]}.o",
                self.directory / "enter.o", *stub, self.libgcc]

    def build(self, source, variant, generated, directory):
        """The two programs, in `directory`."""
        program = directory / "program.o"
        done = command([*self.compile_command(source, variant, generated), "-o", program], WALL, "the compiler")
        if done.returncode:
            message = done.stderr.decode(errors="replace")
            if generated:
                raise Discard("the compiler rejects it: " + message.split("error:")[-1].splitlines()[0].strip())
            sys.exit(f"user_programs: {source.name}: {message}")
        stub = [self.directory / "bare_start.o", self.directory / "bare_mmu.o"]
        for name, entry, extra in (("linux.elf", "user_enter", []), ("bare.elf", "bare_start", stub)):
            words = [*self.link_command(program, variant, entry, extra), "-o", directory / name]
            done = command(words, WALL, "the linker")
            if done.returncode:
                sys.exit(f"user_programs: {source.name}: {done.stderr.decode(errors='replace')}")
        return directory / "linux.elf", directory / "bare.elf"


def vtoll_command(vtoll, image):
    return [vtoll, "run", image, "-c", "machine.virtualization=false", "--no-output"]


def run_both(vtoll, linux, bare):
    qemu = command(limited(QEMU_SECONDS, [*QEMU, linux]), WALL, "qemu-arm")
    if qemu.returncode in TOO_LONG:
        raise Discard(f"qemu-arm takes more than {QEMU_SECONDS} s")
    if qemu.returncode < 0:
        raise Discard(f"qemu-arm ends by signal {-qemu.returncode}")
    done = command(limited(VTOLL_SECONDS, vtoll_command(vtoll, bare)), WALL, "vtoll")
    ours = shown(done.stdout)
    if END not in ours:
        ours += done.stderr.decode(errors="replace")
    if done.returncode in TOO_LONG:
        ours += f"vtoll takes more than {VTOLL_SECONDS} s\n"  # what qemu-arm ends, vtoll must end
    return ours, shown(qemu.stdout)


class Comparison:
    def __init__(self, build, keep, seed=1):
        self.vtoll = pathlib.Path(build) / "vtoll"
        self.keep = pathlib.Path(keep)
        self.seed = seed
        self.scratch = tempfile.TemporaryDirectory(prefix="vtoll-user-")
        self.builder = Builder(self.scratch.name)
        self.builds = 0
        self.agree = []
        self.differ = {}
        self.discarded = collections.Counter()

    def build_differs(self, source, variant, generated):
        name = f"{source.stem}-{variant[0]}-{variant[1]}"
        with tempfile.TemporaryDirectory(dir=self.scratch.name) as folder:
            directory = pathlib.Path(folder)
            linux, bare = self.builder.build(source, variant, generated, directory)
            ours, qemu = run_both(self.vtoll, linux, bare)
            self.builds += 1
            wrong = verdict(ours, qemu)
            if wrong:
                self.leave(name, source, variant, generated, directory, ours, qemu)
        return wrong and f"{name}: {wrong}"

    def leave(self, name, source, variant, generated, directory, ours, qemu):
        target = self.keep / name
        target.mkdir(parents=True, exist_ok=True)
        for file in (source, directory / "program.o", directory / "linux.elf", directory / "bare.elf"):
            shutil.copy(file, target)
        (target / "vtoll.txt").write_text(ours)
        (target / "qemu-arm.txt").write_text(qemu)
        lines = [[*self.builder.compile_command(source.name, variant, generated), "-o", "program.o"],
                 [*QEMU, "linux.elf"], vtoll_command(self.vtoll, "bare.elf")]
        (target / "commands.sh").write_text("".join(" ".join(map(str, words)) + "\n" for words in lines))

    def own_program(self, source):
        wrong = [self.build_differs(source, variant, False) for variant in VARIANTS]
        self.note(source.stem, [text for text in wrong if text])

    def csmith_program(self, seed):
        source = pathlib.Path(self.scratch.name) / f"csmith-{seed}.c"
        variant = VARIANTS[seed % len(VARIANTS)]
        options = CSMITH[seed // len(VARIANTS) % len(CSMITH)]
        try:
            words = ["csmith", "--seed", seed, "--no-argc", "--concise", *options, "--output", source]
            if command(limited(20, words), WALL, "csmith", self.scratch.name).returncode:
                raise Discard("csmith fails")
            wrong = self.build_differs(source, variant, True)
        except Discard as reason:
            self.discarded[str(reason)] += 1
            return
        finally:
            source.unlink(missing_ok=True)
        self.note(source.stem, [wrong] if wrong else [])

    def note(self, name, wrong):
        if wrong:
            self.differ[name] = wrong
            print(*wrong, sep="\n", flush=True)
        else:
            self.agree.append(name)

    def compared(self):
        return len(self.agree) + len(self.differ)

    def run(self, programs, jobs):
        own = sorted((USER / "programs").glob("*.c"))[:programs]
        seeds = itertools.count(self.seed)
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            list(pool.map(self.own_program, own))
            while (missing := programs - self.compared()) > 0:
                if sum(self.discarded.values()) > programs:
                    sys.exit(f"user_programs: most programs are discarded: {dict(self.discarded)}")
                list(pool.map(self.csmith_program, itertools.islice(seeds, missing)))

    def summary(self):
        text = f"{self.compared()} programs: {len(self.agree)} agree, {len(self.differ)} differ"
        text += f" ({self.builds} builds; {sum(self.discarded.values())} programs discarded)"
        return "\n".join([text, *(f"  discarded {count}: {why}" for why, count in self.discarded.most_common())])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, help="directory of the built vtoll")
    parser.add_argument("--programs", type=int, default=24, help="programs to compare (24)")
    parser.add_argument("--jobs", type=int, default=1, help="programs at a time (1)")
    parser.add_argument("--seed", type=int, default=1, help="first seed of csmith (1)")
    parser.add_argument("--keep", default="user-programs-failed", help="where a failing program is left")
    options = parser.parse_args()
    comparison = Comparison(options.build, options.keep, options.seed)
    comparison.run(options.programs, options.jobs)
    print(comparison.summary())
    return 1 if comparison.differ else 0


if __name__ == "__main__":
    sys.exit(main())
