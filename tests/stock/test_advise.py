# SPDX-License-Identifier: Apache-2.0
"""`vtoll advise` on other people's software: what it finds is true, and written down here with its reason."""
import json

import pytest

import runs

COMMON = "panic=-1 cryptomgr.notests=1 quiet run=null,fork"
XEN = ["xen-dom0-bench", "-c", f"domain.0.bootargs=console=hvc0 earlycon=xen {COMMON}"]
PURE = ["linux-pure-bench", "-c", f"domain.0.bootargs=console=ttyAMA0 earlycon=pl011,0x9000000 {COMMON}"]
UBOOT = ["uboot", "--timing", "cortex-a15"]

# finding -> why it is true.
TRUE = {
    "xen": {
        "trapped-identity": "Xen sets HCR.TID3: each program that starts has Linux read ID_MMFR3 and MVFR0",
        "code-spread": "an exit of Xen goes through some four KiB of code, of which L1 has kept little meanwhile",
        "list-registers": "Xen writes GICH_HCR on the way out of each exit, whether it changes or not",
    },
    "pure": {"trapped-identity": "pure sets HCR.TID3, as Xen does"},
    "uboot": {"never-left-hyp": "U-Boot is started in Hyp mode, stays there, and starts nothing: it powers off"},
}


@pytest.mark.parametrize("name, words", [("xen", XEN), ("pure", PURE), ("uboot", UBOOT)], ids=lambda v: v if isinstance(v, str) else "")
def test_what_is_found_is_true(boot, name, words):
    rows = json.loads(runs.vtoll("advise", boot(*words), "--format", "json").stdout)["rows"]
    assert {row["finding"] for row in rows} == set(TRUE[name]), f"{name}: {rows}"
