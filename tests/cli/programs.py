# SPDX-License-Identifier: Apache-2.0
"""Guest programs of a few instructions, put into ELF files by hand."""
import re
import struct

# What is all that a run which ends well has on standard error.
CLOSING = re.compile(r"vtoll: \w+; \d+ instructions, \d+ ticks(; results in .*)?\n")

RAM = 0x40000000
ENTRY = 0x40008000

LOOP_FOREVER = [0xEAFFFFFE]  # b .
JUMP_NOWHERE = [0xE3A00000, 0xE12FFF10]  # mov r0, #0; bx r0
WAIT_FOREVER = [0xE320F003, 0xEAFFFFFD]  # wfi; b .-4
WAIT_FOR_EVENTS = [0xE320F002, 0xEAFFFFFD]  # wfe; b .-4
UNDEFINED = [0xE7F000F0]  # udf #0
RESET = [0xE3080400, 0xE3480400, 0xE3000009, 0xE3480400, 0xE1600070]  # movw/movt r0, 0x84000009; smc #0


def semihosting_exit(code):
    """SYS_EXIT_EXTENDED through a parameter block behind the code."""
    return [
        0xE3A00020,  # mov r0, #0x20
        0xE28F1000,  # add r1, pc, #0
        0xEF123456,  # svc 0x123456
        0x00020026,
        code,
    ]


POWER_OFF = [0xE59F0000, 0xE1600070, 0x84000008]  # ldr r0, [pc]; smc #0; .word SYSTEM_OFF

# ldr r0, [pc, #20]; mov r1, #'o'; strb r1, [r0]; mov r1, #'k'; strb r1, [r0]; ldr r0, [pc, #4]; smc #0; data
SAY_OK = [0xE59F0014, 0xE3A0106F, 0xE5C01000, 0xE3A0106B, 0xE5C01000, 0xE59F0004, 0xE1600070, 0x09000000, 0x84000008]

# Shows '?', then every character it reads by semihosting SYS_READC until there is none.
ECHO = [0xE59F4028, 0xE3A0103F, 0xE5C41000,  # ldr r4, [pc, #40]; mov r1, #'?'; strb r1, [r4]
        0xE3A00007, 0xE3A01000, 0xEF123456, 0xE35000FF,  # loop: mov r0, #7; mov r1, #0; svc 0x123456; cmp r0, #255
        0x0A000001, 0xE5C40000, 0xEAFFFFF8,  # beq off; strb r0, [r4]; b loop
        0xE59F0004, 0xE1600070, 0x09000000, 0x84000008]  # off: ldr r0, [pc, #4]; smc #0; data

# A hypervisor without symbols, the MMU off. From ENTRY on: HVBAR, SPSR_hyp, ELR_hyp and sp, then ERET to the guest behind it, which
# says HVC #0 five times (r4 counts down) and POWER_OFF. At HYPERVISOR_VECTORS: NOP five times, B; the handler behind them is
#   push {r1, r2}; mrc HSR, r1; lsr r1, #26; cmp r1, #0x12; bne out; tst r4, #1; beq out
#   mul r2, r4, r4; mul r2, r2, r2; str r2, [sp, #-64]; out: pop {r1, r2}; eret
HYPERVISOR_VECTORS, HYPERVISOR_HANDLER = ENTRY + 0x40, ENTRY + 0x58
HYPERVISOR = [
    0xE59F0080, 0xEE8C0F10, 0xE59F007C, 0xE16FF000, 0xE59F0078, 0xE12EF300, 0xE59FD074, 0xE160006E,
    0xE3A04005, 0xE3A00000, 0xE1400070, 0xE2544001, 0x1AFFFFFB, 0xE59F005C, 0xE1600070, 0xE320F000,
    0xE320F000, 0xE320F000, 0xE320F000, 0xE320F000, 0xE320F000, 0xEAFFFFFF,
    0xE92D0006, 0xEE951F12, 0xE1A01D21, 0xE3510012, 0x1A000004, 0xE3140001, 0x0A000002,
    0xE0020494, 0xE0020292, 0xE50D2040, 0xE8BD0006, 0xE160006E,
    0x40008040, 0x000001D3, 0x40008020, 0x40100000, 0x84000008]


def elf(words, address=ENTRY, machine=40, entry=None):
    code = struct.pack(f"<{len(words)}I", *words)
    header = b"\x7fELF\x01\x01\x01" + bytes(9) + struct.pack(
        "<HHIIIIIHHHHHH", 2, machine, 1, address if entry is None else entry, 52, 0, 0x05000000, 52, 32, 1, 40, 0, 0)
    segment = struct.pack("<8I", 1, 84, address, address, len(code), len(code), 5, 4)
    return header + segment + code
