# SPDX-License-Identifier: Apache-2.0
"""The same bare program on vtoll and on Unicorn (workloads/run-on-unicorn.py): the same instructions at the same
addresses, and traces that replay."""
import pathlib
import re
import subprocess

import pytest

from programs import POWER_OFF, elf

pytest.importorskip("unicorn", reason="no python3-unicorn")
SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "workloads/run-on-unicorn.py"

# A32 and Thumb code that sorts, divides, searches text, and has IT blocks, tables of branches, LDM, LDRD, CLZ.
SOURCE = r"""
typedef unsigned u32;
typedef unsigned long long u64;
void check(void);
__attribute__((naked)) void _start(void) {
    __asm__("ldr sp, =0x40200000\n bl check\n ldr r0, =0x84000008\n .word 0xe1400070\n b .\n .ltorg");  // hvc #0
}
static void put(char c) { *(volatile u32 *)0x09000000 = c; }
#define OUT __attribute__((noinline))
#define THUMB __attribute__((noinline, target("thumb")))

THUMB static void print(const char *text) { while (*text) put(*text++); }
THUMB static void print_number(u32 n) {
    char text[11];
    int at = 10;
    text[10] = 0;
    do text[--at] = (char)('0' + n % 10); while (n /= 10);
    print(text + at);
    put('\n');
}
OUT static void sort(int *a, int n) {
    for (int i = 1; i < n; ++i) {
        int v = a[i], j = i;
        for (; j > 0 && a[j - 1] > v; --j) a[j] = a[j - 1];
        a[j] = v;
    }
}
THUMB static u32 crc(const unsigned char *p, u32 n) {
    u32 c = ~0u;
    while (n--) {
        c ^= *p++;
        for (int i = 0; i < 8; ++i) c = c & 1 ? c >> 1 ^ 0xedb88320u : c >> 1;
    }
    return ~c;
}
OUT static u32 kind(u32 n) {
    switch (n % 7) {
    case 0: return 11; case 1: return __builtin_clz(n); case 2: return n * n; case 3: return n >> 3;
    case 4: return n / 5; case 5: return ~n; default: return 1;
    }
}
OUT static u64 product(u64 a, u64 b) { return a * b + (a >> 7); }
struct block { u32 words[16]; };
OUT static struct block copy(const struct block *b) { return *b; }

void check(void) {
    static int numbers[60];
    u32 seed = 12345;
    for (int i = 0; i < 60; ++i) numbers[i] = (int)(seed = seed * 1103515245u + 12345u) >> 8;
    sort(numbers, 60);
    print_number(crc((const unsigned char *)numbers, sizeof numbers));
    u32 sum = 0;
    for (u32 i = 0; i < 50; ++i) sum = sum * 31 + kind(i);
    print_number(sum);
    u64 p = product(0x123456789abcdefull, sum);
    print_number((u32)(p >> 32));
    struct block b;
    for (int i = 0; i < 16; ++i) b.words[i] = (u32)numbers[i];
    b = copy(&b);
    print_number(crc((const unsigned char *)&b, sizeof b));
}
"""


def compile_guest(folder):
    (folder / "guest.c").write_text(SOURCE)
    subprocess.run(["arm-none-eabi-gcc", "-marm", "-mcpu=cortex-a15", "-O2", "-ffreestanding", "-nostdlib",
                    "-fno-builtin", "-Wl,-Ttext=0x40008000", "-Wl,--build-id=none", "-o", folder / "guest.elf",
                    folder / "guest.c", "-lgcc"], check=True)


def on_unicorn(folder, *words, status=0):
    done = subprocess.run(["/usr/bin/python3", "-B", SCRIPT, "guest.elf", "-o", "unicorn.tarmac", *words], cwd=folder,
                          capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == status, done.stderr
    return done


def executed(path):
    """(IT or IS, address, opcode, instruction set, mode) of each instruction."""
    return re.findall(r"^(?:\d+ clk )?(IT|IS) \(\d+\) (\w+) (\w+) ([AT]) (\w+) : ", path.read_text(), re.M)


def accesses(path):
    return re.findall(r"^(?:\d+ clk )?(M[RW]\d \w+ \w+)$", path.read_text(), re.M)


def test_vtoll_and_unicorn_execute_the_same_instructions(vtoll):
    compile_guest(vtoll.folder)
    theirs = on_unicorn(vtoll.folder)
    ours = vtoll("run", "guest.elf", "-o", "run", "-c", "machine.virtualization=false", "--log", "vtoll.tarmac")
    assert ours.returncode == 0, ours.stderr
    printed = (vtoll.folder / "run/console.log").read_text()
    assert len(theirs.stdout.split()) == 4 and theirs.stdout == printed, "they print the same"
    one, other = executed(vtoll.folder / "vtoll.tarmac"), executed(vtoll.folder / "unicorn.tarmac")
    different = next((n for n, (a, b) in enumerate(zip(one, other)) if a != b), None)
    assert different is None, f"instruction {different + 1}: vtoll {one[different]}, Unicorn {other[different]}"
    assert len(one) == len(other) > 20000, "from the first to the last"
    assert {(i[0], i[3]) for i in one} == {("IT", "A"), ("IS", "A"), ("IT", "T"), ("IS", "T")}, "failed conditions too"
    ours, theirs = (sorted(accesses(vtoll.folder / f"{name}.tarmac")) for name in ("vtoll", "unicorn"))
    assert ours == theirs, "the same accesses with the same data"


def test_a_trace_of_a_log_of_unicorn(vtoll):
    compile_guest(vtoll.folder)
    on_unicorn(vtoll.folder)
    count = len(executed(vtoll.folder / "unicorn.tarmac"))
    made = vtoll("trace", "import", "unicorn.tarmac", "-o", "guest.trace", "--timing", "cortex-a15")
    assert made.returncode == 0, made.stderr
    assert f"{count} instructions, ticks unknown" in made.stdout, made.stdout
    assert "addresses are physical" in made.stdout, made.stdout
    replay = vtoll("trace", "replay", "guest.trace", "--native", "-o", "run")
    assert replay.returncode == 0, replay.stderr
    assert re.search(rf"^instructions\s+{count}\s+{count}\s", replay.stdout, re.M), replay.stdout
    assert re.search(r"^ticks\s+unknown\s+\d+\s+-$", replay.stdout, re.M), "the profile has priced it"


def test_how_it_ends(vtoll):
    guest = vtoll.folder / "guest.elf"
    guest.write_bytes(elf(POWER_OFF))
    assert "2 instructions" in on_unicorn(vtoll.folder).stderr, "SMC"
    guest.write_bytes(elf([0xEAFFFFFE]))
    assert "limit of 100 instructions" in on_unicorn(vtoll.folder, "--limit", "100", status=1).stderr
    guest.write_bytes(elf([0xEF000000]))
    assert "which has no vector here" in on_unicorn(vtoll.folder, status=1).stderr
    guest.write_bytes(elf([0xE1A00000], address=0x20000000))
    (vtoll.folder / "unicorn.tarmac").unlink()
    assert "outside of the memory" in on_unicorn(vtoll.folder, status=1).stderr
    guest.write_bytes(b"no ELF")
    assert "expected a little-endian ELF file for ARM" in on_unicorn(vtoll.folder, status=1).stderr
    assert not list(vtoll.folder.glob("unicorn.tarmac*")), "nothing half-written"
