#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Run a bare program on Unicorn and write what it executes as a Tarmac-style log (docs/log.md): a second producer for
`vtoll trace import`.

  run-on-unicorn.py program.elf -o program.tarmac [--memory 128M] [--limit INSTRUCTIONS]

The program is an ELF file for ARM that needs memory from 0x40000000 on and the PL011 at 0x09000000, whose output is
printed. It starts in SVC mode with the MMU off and ends with PSCI SYSTEM_OFF by HVC or SMC, or when it takes another
exception: Unicorn has no vectors. It has no clock either: lines have no time.

A program of its own, for Unicorn's licence is the GPL: nothing of vtoll is linked with it. Debian: python3-unicorn,
python3-capstone.
"""
import argparse
import os
import struct
import sys

import capstone
import unicorn
from unicorn import arm_const

RAM, UART = 0x40000000, 0x09000000
SYSTEM_OFF = 0x84000008
CALLS = ("e1400070", "e1600070", "f7e08000", "f7f08000")  # HVC #0, SMC #0 in A32, in T32
SVC_MODE_MASKED = 0x1d3
IT_BITS = 0x0600fc00
GENERAL = [getattr(arm_const, f"UC_ARM_REG_R{n}") for n in range(13)] + [arm_const.UC_ARM_REG_SP,
                                                                         arm_const.UC_ARM_REG_LR]
MODES = {0x10: "usr", 0x11: "fiq", 0x12: "irq", 0x13: "svc", 0x17: "abt", 0x1b: "und", 0x1f: "sys"}


def fail(message):
    sys.exit(f"run-on-unicorn: {message}")


def segments(path):
    """Entry and (address, bytes, size) of every loadable part."""
    try:
        data = open(path, "rb").read()
    except OSError as error:
        fail(f"{path}: {error.strerror}")
    if data[:6] != b"\x7fELF\x01\x01" or struct.unpack_from("<H", data, 18)[0] != 40:
        fail(f"{path}: expected a little-endian ELF file for ARM")
    entry, table = struct.unpack_from("<II", data, 24)
    size, count = struct.unpack_from("<HH", data, 42)
    found = []
    for n in range(count):
        kind, offset, _, at, in_file, in_memory = struct.unpack_from("<6I", data, table + n * size)
        if kind == 1 and in_memory:
            found.append((at, data[offset:offset + in_file], in_memory))
    return entry, found


def passes(condition, cpsr):
    n, z, c, v = cpsr >> 31 & 1, cpsr >> 30 & 1, cpsr >> 29 & 1, cpsr >> 28 & 1
    holds = (z, c, n, v, c and not z, n == v, n == v and not z, 1)[condition >> 1]
    return bool(holds) != bool(condition & 1 and condition < 14)


def thumb_condition(first, code):
    """Of a branch that has its own, ARM DDI 0406C A8.8.18 (encodings T1 and T3)."""
    condition = 14
    if first >> 12 == 0xd:
        condition = first >> 8 & 0xf
    elif first & 0xf800 == 0xf000 and len(code) == 4 and code[3] & 0xd0 == 0x80:
        condition = first >> 6 & 0xf
    return min(condition, 14)


class Log:
    def __init__(self, uc, file):
        self.uc, self.file, self.count, self.opcode = uc, file, 0, ""
        self.registers, self.cpsr, self.accesses = None, None, []
        self.itstate, self.next = 0, 0
        self.decoders = {False: capstone.Cs(capstone.CS_ARCH_ARM, capstone.CS_MODE_ARM),
                         True: capstone.Cs(capstone.CS_ARCH_ARM, capstone.CS_MODE_THUMB)}
        self.error = None
        uc.hook_add(unicorn.UC_HOOK_CODE, self.guarded(self.instruction))
        uc.hook_add(unicorn.UC_HOOK_MEM_READ_AFTER, self.guarded(self.read))
        uc.hook_add(unicorn.UC_HOOK_MEM_WRITE, self.guarded(self.write))

    def guarded(self, hook):
        """Unicorn forgets what is raised in a hook."""
        def call(*words):
            try:
                hook(*words)
            except Exception as error:  # pylint: disable=broad-except
                self.error = error
                self.uc.emu_stop()
        return call

    def name(self, n):
        mode = MODES[self.cpsr & 0x1f]
        return f"r{n}_{'usr' if mode == 'sys' else mode}" if n in (13, 14) else f"r{n}"

    def settle(self):
        """What the last instruction did: it is complete."""
        self.file.writelines(self.accesses)
        self.accesses = []
        cpsr = self.uc.reg_read(arm_const.UC_ARM_REG_CPSR)
        if cpsr & ~IT_BITS != (self.cpsr or 0) & ~IT_BITS:
            self.file.write(f"R cpsr {cpsr & ~IT_BITS & 0xffffffff:08x}\n")
        self.cpsr = cpsr
        now = [self.uc.reg_read(register) for register in GENERAL]
        for n, value in enumerate(now):
            if self.registers is None or value != self.registers[n]:
                self.file.write(f"R {self.name(n)} {value:08x}\n")
        self.registers = now

    def instruction(self, uc, address, _size, _):
        self.settle()
        while self.itstate & 0xf and self.next != address:  # Unicorn says nothing of what an IT block skips
            self.line(uc, self.next)
        self.line(uc, address)

    def line(self, uc, address):
        self.count += 1
        thumb = bool(self.cpsr & 0x20)
        first = struct.unpack("<H", uc.mem_read(address, 2))[0]
        code = bytes(uc.mem_read(address, 4 if not thumb or first >= 0xe800 else 2))
        if thumb:
            self.opcode = "".join(f"{half:04x}" for half in struct.unpack(f"<{len(code) // 2}H", code))
            condition = self.itstate >> 4 if self.itstate & 0xf else thumb_condition(first, code)
            # ARM DDI 0406C A2.5.2
            advanced = (self.itstate & 0xe0) | (self.itstate << 1 & 0x1f) if self.itstate & 7 else 0
            self.itstate = first & 0xff if first & 0xff00 == 0xbf00 and first & 0xf else advanced
        else:
            self.opcode = f"{struct.unpack('<I', code)[0]:08x}"
            condition = int(self.opcode[0], 16)
        self.next = address + len(code)
        text = next((f"{i.mnemonic} {i.op_str}".strip() for i in self.decoders[thumb].disasm(code, address)), "?")
        self.file.write(f"I{'T' if passes(condition, self.cpsr) else 'S'} ({self.count}) {address:08x} {self.opcode} "
                        f"{'T' if thumb else 'A'} {MODES[self.cpsr & 0x1f]}_ns : {text}\n")

    def access(self, kind, address, size, value):
        for at in range(0, size, 4):
            part = min(size, 4)
            data = value >> (8 * at) & ((1 << (8 * part)) - 1)
            self.accesses.append(f"M{kind}{part} {address + at:08x} {data:0{2 * part}x}\n")

    def read(self, _uc, _access, address, size, value, _):
        self.access("R", address, size, value)

    def write(self, _uc, _access, address, size, value, _):
        self.access("W", address, size, value)


def uart_write(_uc, offset, _size, value, _):
    if offset == 0:
        sys.stdout.write(chr(value & 0xff))


def run(path, memory, limit, file):
    """How it ended: "" for SYSTEM_OFF."""
    uc = unicorn.Uc(unicorn.UC_ARCH_ARM, unicorn.UC_MODE_ARM)
    uc.ctl_set_cpu_model(arm_const.UC_CPU_ARM_CORTEX_A15)
    uc.mem_map(RAM, memory)
    uc.mmio_map(UART, 0x1000, lambda _uc, offset, _size, _: 0x90 if offset == 0x18 else 0, None, uart_write, None)
    entry, parts = segments(path)
    for address, data, size in parts:
        if address < RAM or address + size > RAM + memory:
            fail(f"{path}: a part of it lies at {address:#x}, outside of the memory of {memory >> 20} MiB at {RAM:#x}")
        uc.mem_write(address, data + bytes(size - len(data)))
    uc.reg_write(arm_const.UC_ARM_REG_CPSR, SVC_MODE_MASKED)
    ends = []

    def interrupt(uc, number, _):
        ends.append(f"exception {number} of QEMU's, which has no vector here")
        uc.emu_stop()

    uc.hook_add(unicorn.UC_HOOK_INTR, interrupt)
    log = Log(uc, file)
    try:
        uc.emu_start(entry, 0, count=limit)
    except unicorn.UcError as error:  # also of HVC, which its processor does not have
        ends.append(f"{error}")
    if log.opcode in CALLS and uc.reg_read(arm_const.UC_ARM_REG_R0) == SYSTEM_OFF:
        ends = [""]
    if log.error:
        raise log.error
    log.settle()
    pc = uc.reg_read(arm_const.UC_ARM_REG_PC)
    end = ends[0] if ends else f"the limit of {limit} instructions"
    return log.count, f"{end}, at {pc:#010x}" if end else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("-o", "--output", required=True)
    parser.add_argument("--memory", default="128M", help="from 0x40000000 on: 64M (128M)")
    parser.add_argument("--limit", type=int, default=0, help="instructions (none)")
    options = parser.parse_args()
    if not options.memory.endswith("M") or not options.memory[:-1].isdigit():
        parser.error(f"--memory {options.memory}: expected whole megabytes, as in 128M")
    part = f"{options.output}.part{os.getpid()}"
    try:
        with open(part, "w", encoding="ascii") as file:
            count, end = run(options.program, int(options.memory[:-1]) << 20, options.limit, file)
        os.replace(part, options.output)
    finally:
        if os.path.exists(part):
            os.remove(part)
    print(f"{options.output}: {count} instructions", file=sys.stderr)
    if end:
        fail(f"{options.program} ended by {end}")


if __name__ == "__main__":
    main()
