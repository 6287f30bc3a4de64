# SPDX-License-Identifier: Apache-2.0
"""One point of a sweep. Imports nothing of vtoll: it is sent to workers that don't have the package."""
import json
import pathlib
import sqlite3
import subprocess
import tempfile


#: what `measure` returns of a run that was one
KEPT = {"outcome", "code", "timing", "clock_hz", "inputs", "stats", "accounts", "samples"}


def measure(program: str, words: list[str], folder: str | None = None, begun=lambda process: None) -> dict:
    """Run `vtoll run words...` and return what a sweep keeps of its books, or {"refused": why} for invalid input,
    {"interrupted": True} when a signal ended it. Its run directory is in `folder`, or where temporary files are. `begun` is called with the process."""
    with tempfile.TemporaryDirectory(prefix="vtoll-", dir=folder, ignore_cleanup_errors=True) as temporary:
        run = pathlib.Path(temporary, "run")
        process = subprocess.Popen([program, "run", *words, "-q", "-o", str(run)], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        begun(process)
        _, said = process.communicate()
        if process.returncode in (130, 143, -2, -15):  # SIGINT, SIGTERM, also before it had its machine
            return {"interrupted": True}
        if process.returncode not in (0, 1, 4) or not (run / "stats.json").exists():
            lines = said.strip().splitlines() or [f"ended with {process.returncode}"]
            return {"refused": lines[-1].removeprefix("vtoll: ")}
        document = json.loads((run / "stats.json").read_text())
        manifest = json.loads((run / "manifest.json").read_text())
        database = sqlite3.connect(run / "episodes.sqlite")
        samples = database.execute("SELECT cpu, measured, insns, ticks, hyp_insns, hyp_ticks, hyp_entries FROM samples "
                                   "ORDER BY rowid").fetchall()
        database.close()
        return {
            "outcome": document["outcome"]["kind"],
            "code": process.returncode,
            "timing": document["timing"]["model"],
            "clock_hz": document["timing"]["clock_hz"],
            "inputs": manifest["inputs"],
            "stats": [[name, entry["value"]] for name, entry in document["stats"].items()],
            "accounts": [[a[c] for c in ("cpu", "world", "cause", "vm", "phase", "stall", "instructions", "ticks")]
                         for a in document["accounts"]],
            "samples": samples,
        }
