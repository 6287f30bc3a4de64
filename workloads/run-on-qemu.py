#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Run a scenario's images on qemu-system-arm: the second machine.

  run-on-qemu.py NAME --build DIR             print the console; exit 0 when the guest stopped the machine by itself
  run-on-qemu.py NAME --build DIR --entries   print how often Hyp mode was entered, by cause
  run-on-qemu.py NAME --build DIR --check     compare both with the scenario's [expect] table

`--dtb FILE` gives the machine a device tree in place of QEMU's own: the machine.dtb of a run on vtoll describes the same
devices to the guest. A scenario with domains needs one, for it says where their files lie.
"""
import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
SCENARIOS = HERE / "scenarios"
STOCK = HERE / "linux/stock.py"
CONSOLE_LIMIT = 1 << 20


def path_of(file, build):
    if file.startswith("stock:"):
        answer = json.loads(subprocess.run([str(STOCK), "locate", file], stdout=subprocess.PIPE, check=False).stdout)
        if "error" in answer:
            sys.exit(f"run-on-qemu: {answer['error']}")
        return pathlib.Path(answer["path"])
    path = build / file
    if not path.is_file():
        sys.exit(f"run-on-qemu: {path}: no such image; build the target `guests`")
    return path


def loaded_at(address, path):
    return ["-device", f"loader,file={path},addr={address:#x},force-raw=on"]


def modules(domain, build, dtb):
    """A domain's files, at the addresses that the device tree has for them: in the order of the files."""
    node = "/chosen" if domain["name"] == "dom0" else f"/chosen/{domain['name']}"
    children = subprocess.run(["fdtget", "-l", str(dtb), node], stdout=subprocess.PIPE, text=True, check=True).stdout
    addresses = sorted(int(at, 16) for at in re.findall(r"^module@([0-9a-f]+)$", children, re.MULTILINE))
    files = [domain[key] for key in ("kernel", "initrd") if key in domain]
    return [word for address, file in zip(addresses, files) for word in loaded_at(address, path_of(file, build))]


def command(scenario, build, dtb=None):
    machine = scenario["machine"]
    options = "virt,highmem=off,gic-version=2"
    if machine.get("virtualization", True):
        options += ",virtualization=on"
    words = ["qemu-system-arm", "-M", options, "-cpu", "cortex-a15", "-m", machine["ram"],
             "-smp", str(machine.get("cpus", 1)), "-nographic", "-nic", "none", "-no-reboot", "-monitor", "none"]
    for image in scenario["image"]:
        path = path_of(image["file"], build)
        if "address" in image:
            words += loaded_at(image["address"], path)
        else:
            words += ["-initrd" if image.get("kind") == "initrd" else "-kernel", str(path)]
    if machine.get("bootargs"):
        words += ["-append", machine["bootargs"]]
    if dtb:
        words += ["-dtb", str(dtb)]
    for domain in scenario.get("domain", []):
        words += modules(domain, build, dtb)
    return words


def run(scenario, build, log=None, dtb=None):
    words = command(scenario, build, dtb)
    if log:
        words += ["-d", "int", "-D", str(log)]
    seconds = scenario.get("limits", {}).get("seconds", 60)
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as late:
        sys.stdout.write((late.output or b"")[-CONSOLE_LIMIT:].decode(errors="replace").replace("\r\n", "\n"))
        sys.stdout.flush()
        sys.exit(f"run-on-qemu: {scenario['name']}: still running after {seconds} s")
    return done.stdout.decode(errors="replace").replace("\r\n", "\n"), done.returncode


def hyp_entries(log):
    """Count what the log of `-d int` says was taken to EL2, by exception class; interrupts have none."""
    counts = collections.Counter()
    kind = None
    to_hyp = False
    with open(log, encoding="ascii", errors="replace") as lines:
        for line in lines:
            if line.startswith("Taking exception"):
                kind = re.search(r"\[(.*)\]", line).group(1)
            elif line.startswith("...from EL"):
                to_hyp = bool(re.match(r"\.\.\.from EL[01] to EL2", line))
                if to_hyp and kind in ("IRQ", "FIQ"):
                    counts[kind.lower()] += 1
            elif to_hyp and kind not in ("IRQ", "FIQ") and (esr := re.match(r"\.\.\.with ESR (0x[0-9a-f]+)/", line)):
                counts[f"{int(esr.group(1), 16):#04x}"] += 1
    return dict(sorted(counts.items()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", help="scenario name, or path of a scenario file")
    parser.add_argument("--build", type=pathlib.Path, required=True, help="build directory that has guest/")
    parser.add_argument("--dtb", type=pathlib.Path, help="device tree file")
    parser.add_argument("--entries", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()

    path = pathlib.Path(options.name)
    if path.suffix != ".toml":
        path = SCENARIOS / f"{options.name}.toml"
    with open(path, "rb") as file:
        scenario = tomllib.load(file)

    expect = scenario.get("expect", {})
    count = options.entries or (options.check and "entries" in expect)
    with tempfile.TemporaryDirectory() as scratch:
        log = pathlib.Path(scratch) / "int.log" if count else None
        console, code = run(scenario, options.build, log, options.dtb)
        entries = hyp_entries(log) if count else {}

    if options.entries:
        for cause, times in entries.items():
            print(f"{cause:6} {times}")
    elif not options.check:
        sys.stdout.write(console)
    if options.check:
        wrong = []
        if "console" in expect and console != expect["console"]:
            wrong.append(f"console differs:\n{console}")
        if "entries" in expect and entries != expect["entries"]:
            wrong.append(f"entries {entries}, expected {expect['entries']}")
        print(f"{scenario['name']}: " + ("as expected" if not wrong else "\n".join(wrong)))
        code = code or bool(wrong)
    sys.exit(code)


if __name__ == "__main__":
    main()
