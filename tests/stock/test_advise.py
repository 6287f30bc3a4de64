# SPDX-License-Identifier: Apache-2.0
"""`vtoll advise` on other people's software: what it finds is true, and written down here with its reason."""
import json

import pytest

import runs

COMMON = "panic=-1 cryptomgr.notests=1 quiet run=null,fork"
XEN = ["xen-dom0-bench", "-c", f"domain.0.bootargs=console=hvc0 earlycon=xen {COMMON}"]
PURE = ["linux-pure-bench", "-c", f"domain.0.bootargs=console=ttyAMA0 earlycon=pl011,0x9000000 {COMMON}"]
UBOOT = ["uboot", "--timing", "cortex-a15"]

TRUE = {"xen": {}, "pure": {}, "uboot": {}}


@pytest.mark.parametrize("name, words", [("xen", XEN), ("pure", PURE), ("uboot", UBOOT)], ids=lambda v: v if isinstance(v, str) else "")
def test_what_is_found_is_true(boot, name, words):
    rows = json.loads(runs.vtoll("advise", boot(*words), "--format", "json").stdout)["rows"]
    assert {row["finding"] for row in rows} == set(TRUE[name]), f"{name}: {rows}"
