# SPDX-License-Identifier: Apache-2.0
"""What a guest gets from semihosting, told by a guest that checks every answer: its exit code is the line that failed."""
import json
import subprocess

HEADER = r"""
typedef unsigned u32;
static u32 call(u32 operation, const void* block) {
    register u32 r0 __asm__("r0") = operation;
    register const void* r1 __asm__("r1") = block;
    __asm__ volatile("svc 0x123456" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}
#define CALL(op, ...) call(op, (u32[]){__VA_ARGS__})
static void leave(u32 code) { CALL(0x20, 0x20026, code); for (;;) {} }
#define CHECK(x) do { if (!(x)) leave(__LINE__); } while (0)
static u32 length(const char* s) { u32 n = 0; while (s[n]) ++n; return n; }
static u32 file(const char* name, u32 mode) { return CALL(1, (u32)name, mode, length(name)); }
static u32 error(void) { return call(0x13, 0); }
enum { ENOENT = 2, EBADF = 9, EACCES = 13, EINVAL = 22, ESPIPE = 29 };
void check(void);
__attribute__((naked)) void _start(void) { 
    __asm__("mov sp, #0x41000000\n bl check\n mov r0, #0\n b finish");
}
void finish(u32 code) { leave(code); }
#line 1
"""


def run(vtoll, body, *words):
    source, image = vtoll.folder / "guest.c", vtoll.folder / "guest.elf"
    source.write_text(HEADER + "void check(void) {\n" + body + "\n}\n")
    subprocess.run(["arm-none-eabi-gcc", "-marm", "-mcpu=cortex-a15", "-O1", "-ffreestanding", "-nostdlib",
                    "-fno-builtin", "-mno-unaligned-access", "-Wl,-Ttext=0x40008000", "-Wl,--build-id=none", "-o", image, source],
                   check=True)
    return vtoll("run", "guest.elf", "-o", "out", *words)


def test_console_clock_and_command_line(vtoll):
    done = run(vtoll, r"""
        char text[16] = "hello";
        CHECK(file(":tt", 0) == 1 && file(":tt", 4) == 2 && file(":tt", 8) == 3);
        call(4, "a\n");
        call(3, "b");
        CHECK(CALL(5, 2, (u32)text, 5) == 0);
        CHECK(CALL(5, 1, (u32)text, 5) == 5 && error() == EBADF);  // the input
        CHECK(CALL(9, 1) == 1 && CALL(0xc, 1) == 0);
        CHECK(CALL(0xa, 2, 0) == -1u && error() == ESPIPE);
        CHECK(CALL(8, -1u) != 0 && CALL(8, 5) == 0);
        u32 block[2] = {(u32)text, sizeof text};
        CHECK(call(0x15, block) == 0 && block[1] == 5 && text[0] == 'w' && text[5] == 0);
        block[1] = 5;
        CHECK(call(0x15, block) == -1u);
        u32 heap[4], *where = heap;
        CHECK(call(0x16, &where) == 0 && heap[0] > 0x40008000 && heap[1] > heap[0]);
        CHECK(call(0x11, 0) == 0 && call(0x10, 0) == 0);  // less than 10 ms of the machine's time
        u32 ticks[2] = {0, 1};
        CHECK(call(0x31, 0) == 1000000000 && call(0x30, ticks) == 0 && ticks[0] > 0 && ticks[1] == 0);
        CHECK(CALL(0x12, (u32)"id", 2) == -1u && CALL(0x77, 0) == -1u);
        """, "-c", "machine.bootargs=words")
    assert done.returncode == 0, f"a check failed: {done.stderr}"
    assert (vtoll.folder / "out/console.log").read_text() == "a\nbhello"


def test_files_are_out_of_reach_without_a_folder(vtoll):
    (vtoll.folder / "secret").write_text("x")
    done = run(vtoll, r"""
        CHECK(file("secret", 0) == -1u && error() == EACCES);
        CHECK(file("new", 4) == -1u && error() == EACCES);
        CHECK(CALL(0xe, (u32)"secret", 6) == EACCES);
        """)
    assert done.returncode == 0, f"a check failed: {done.stderr}"
    assert (vtoll.folder / "secret").exists() and not (vtoll.folder / "new").exists()


def test_files_of_the_folder(vtoll):
    folder = vtoll.folder / "shared"
    (folder / "below").mkdir(parents=True)
    (folder / "in.txt").write_text("0123456789")
    (folder / "old").write_text("o")
    (vtoll.folder / "outside").write_text("x")
    (folder / "link").symlink_to("../outside")
    done = run(vtoll, r"""
        char text[16];
        u32 in = file("in.txt", 0);
        CHECK(in >= 4 && in != -1u && CALL(9, in) == 0 && CALL(0xc, in) == 10);
        CHECK(CALL(6, in, (u32)text, 4) == 0 && text[3] == '3');
        CHECK(CALL(0xa, in, 8) == 0 && CALL(6, in, (u32)text, 4) == 2 && text[1] == '9');
        CHECK(CALL(6, in, (u32)text, 4) == 4);                    // the end
        CHECK(CALL(0xa, in, 11) == -1u && error() == EINVAL);
        CHECK(CALL(5, in, (u32)text, 1) == 1 && error() == EBADF);  // read only
        CHECK(CALL(2, in) == 0 && CALL(2, in) == -1u && error() == EBADF);
        u32 out = file("below/out.txt", 6);                         // w+
        CHECK(out != -1u && CALL(5, out, (u32)"hello", 5) == 0 && CALL(0xa, out, 0) == 0);
        CHECK(CALL(6, out, (u32)text, 5) == 0 && text[4] == 'o' && CALL(2, out) == 0);
        out = file("below/out.txt", 8);                             // a
        CHECK(CALL(5, out, (u32)"!", 1) == 0 && CALL(2, out) == 0);
        CHECK(file("left-open", 4) != -1u);
        CHECK(CALL(0xf, (u32)"old", 3, (u32)"renamed", 7) == 0);
        CHECK(file("none", 0) == -1u && error() == ENOENT);
        CHECK(file("../outside", 0) == -1u && error() == EACCES);
        CHECK(file("link", 0) == -1u && error() == EACCES);
        CHECK(file("/etc/passwd", 0) == -1u && error() == EACCES);
        CHECK(file("in.txt", 12) == -1u && error() == EINVAL);
        u32 name[3] = {(u32)text, 1, 16};
        CHECK(call(0xd, name) == -1u);                              // no room
        """, "--semihosting-folder", "shared")
    assert done.returncode == 0, f"a check failed: {done.stderr}"
    assert (folder / "below/out.txt").read_text() == "hello!"
    assert (folder / "left-open").read_text() == "", "closed with the run"
    assert (folder / "renamed").exists() and not (folder / "old").exists()
    assert (vtoll.folder / "outside").read_text() == "x"
    names = [entry["name"] for entry in json.loads((vtoll.folder / "out/manifest.json").read_text())["inputs"]]
    assert names.count("in.txt") == 1, "what is read is an input of the run"


def test_exit_codes_and_a_folder_that_is_none(vtoll):
    assert run(vtoll, "leave(7);").returncode == 1, "a guest that failed"
    assert run(vtoll, "call(0x18, (void*)0x20026);").returncode == 0, "SYS_EXIT"
    assert run(vtoll, "call(0x18, (void*)0x20023);").returncode == 1, "SYS_EXIT for another reason"
    done = run(vtoll, "", "--semihosting-folder", "nowhere")
    assert done.returncode == 3 and "nowhere" in done.stderr, done.stderr
