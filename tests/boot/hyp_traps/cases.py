# SPDX-License-Identifier: Apache-2.0
"""The cases: instruction sequences, the mode they start in, and the Hyp controls they run under; written as assembly."""

HCR = {name: 1 << bit for name, bit in dict(
    VM=0, TWI=13, TWE=14, TID0=15, TID1=16, TID2=17, TID3=18, TSC=19, TIDCP=20, TAC=21, TSW=22, TPC=23, TPU=24,
    TTLB=25, TVM=26, TGE=27).items()}
HDCR = {name: 1 << bit for name, bit in dict(TPMCR=5, TPM=6, TDA=9, TDOSA=10, TDRA=11).items()}
HDCR["TDE"] = 0xf00  # TDE asks for the other three
HSTR = {f"T{n}": 1 << n for n in range(16)} | {"TTEE": 1 << 16, "TJDBX": 1 << 17}
HCPTR = {"TCPAC": 1 << 31, "TASE": 1 << 15, "TCP10": 3 << 10}
MODES = dict(usr=0x1d0, fiq=0x1d1, irq=0x1d2, svc=0x1d3, abt=0x1d7, hyp=0x1da, und=0x1db, sys=0x1df)


class Case:
    def __init__(self, code, mode="svc", thumb=False, flags=0, name=None, hcr="", hstr="", hcptr="", hdcr="", cnthctl=3):
        self.code, self.mode, self.thumb = code, mode, thumb
        self.controls = [f"{register}.{bit}" for register, bits in
                         (("HCR", hcr), ("HSTR", hstr), ("HCPTR", hcptr), ("HDCR", hdcr)) for bit in bits.split()]
        if cnthctl != 3:
            self.controls.append(f"CNTHCTL={cnthctl}")
        self.name = " ".join([*(["T32"] if thumb else ["A32"]), mode, *self.controls,
                              name or code.replace("\n", "; ").replace('"', "")])
        value = lambda table, bits: sum(table[bit] for bit in bits.split())
        self.words = [MODES[mode] | flags | (0x20 if thumb else 0), value(HCR, hcr), value(HSTR, hstr),
                      value(HCPTR, hcptr), 6 | value(HDCR, hdcr), cnthctl]


def mrc(cp, crn, opc1, crm, opc2, rt=3, to="mrc"):
    return f"{to} p{cp}, {opc1}, r{rt}, c{crn}, c{crm}, {opc2}"


def mcr(*register, rt=3):
    return mrc(*register, rt=rt, to="mcr")


def mrrc(cp, crm, opc1, to="mrrc"):
    return f"{to} p{cp}, {opc1}, r2, r3, c{crm}"


# (control, coprocessor, CRn, opc1, CRm, opc2) or (control, coprocessor, CRm, opc1) for 64 bits; direction
TRAPS = [
    *(("hcr", "TVM", (15, *r), "w") for r in [
        (1, 0, 0, 0), (2, 0, 0, 0), (2, 0, 0, 1), (2, 0), (2, 1), (2, 0, 0, 2), (3, 0, 0, 0), (5, 0, 0, 0), (5, 0, 0, 1),
        (5, 0, 1, 0), (5, 0, 1, 1), (6, 0, 0, 0), (6, 0, 0, 2), (10, 0, 2, 0), (10, 0, 2, 1), (10, 0, 3, 0),
        (10, 0, 3, 1), (13, 0, 0, 1)]),
    *(("hcr", "TTLB", (15, 8, 0, crm, op), "w") for crm, ops in ((3, 4), (5, 3), (6, 3), (7, 4)) for op in range(ops)),
    *(("hcr", "TPU", (15, 7, 0, *r), "w") for r in [(5, 0), (1, 0), (5, 1), (11, 1)]),
    *(("hcr", "TPC", (15, 7, 0, *r), "w") for r in [(6, 1), (10, 1), (14, 1)]),
    *(("hcr", "TSW", (15, 7, 0, *r), "w") for r in [(6, 2), (10, 2), (14, 2)]),
    ("hcr", "TAC", (15, 1, 0, 0, 1), "rw"),
    *(("hcr", "TIDCP", (15, *r), "rw") for r in [(9, 1, 0, 2), (10, 0, 1, 0), (11, 3, 15, 7)]),
    ("hcr", "TID0", (14, 0, 7, 0, 0), "r"),
    *(("hcr", "TID1", (15, 0, *r), "r") for r in [(0, 0, 2), (0, 0, 3), (0, 0, 6), (1, 0, 7)]),
    *(("hcr", "TID2", (15, 0, *r), "r") for r in [(0, 0, 1), (1, 0, 0), (1, 0, 1), (2, 0, 0)]),
    ("hcr", "TID2", (15, 0, 2, 0, 0), "w"),
    *(("hcr", "TID3", (15, 0, 0, *r), "r") for r in [(1, 0), (1, 7), (2, 5), (7, 3)]),
    ("hcptr", "TCPAC", (15, 1, 0, 0, 2), "rw"),
    ("hstr", "T0", (15, 0, 0, 0, 0), "r"), ("hstr", "T1", (15, 1, 0, 0, 0), "rw"), ("hstr", "T2", (15, 2, 0), "rw"),
    ("hstr", "T3", (15, 3, 0, 0, 0), "rw"), ("hstr", "T5", (15, 5, 0, 0, 0), "rw"),
    ("hstr", "T6", (15, 6, 0, 0, 0), "rw"), ("hstr", "T7", (15, 7, 0), "rw"), ("hstr", "T8", (15, 8, 0, 7, 0), "w"),
    ("hstr", "T9", (15, 9, 0, 12, 0), "rw"), ("hstr", "T10", (15, 10, 0, 2, 0), "rw"),
    ("hstr", "T11", (15, 11, 0, 12, 0), "rw"), ("hstr", "T12", (15, 12, 0, 0, 0), "rw"),
    ("hstr", "T13", (15, 13, 0, 0, 3), "rw"), ("hstr", "T13", (15, 13, 0, 0, 4), "rw"),
    ("hstr", "T15", (15, 15, 4, 0, 0), "r"),
    ("hstr", "TTEE", (14, 0, 6, 0, 0), "rw"), ("hstr", "TTEE", (14, 1, 6, 0, 0), "rw"),
    ("hdcr", "TPM", (15, 9, 0, 13, 0), "rw"), ("hdcr", "TPM", (15, 9, 0, 14, 1), "rw"),
    ("hdcr", "TPM", (15, 9, 0, 12, 0), "rw"), ("hdcr", "TPMCR", (15, 9, 0, 12, 0), "rw"),
    *(("hdcr", "TDA", (14, 0, 0, *r), "rw") for r in [(2, 2), (5, 4), (3, 7), (7, 0)]),
    ("hdcr", "TDA", (14, 0, 0, 0, 0), "r"), ("hdcr", "TDE", (14, 0, 0, 1, 0), "r"),
    ("hdcr", "TDRA", (14, 1, 0, 0, 0), "r"), ("hdcr", "TDRA", (14, 2, 0), "r"),
    ("hdcr", "TDOSA", (14, 1, 0, 0, 4), "w"), ("hdcr", "TDOSA", (14, 1, 0, 1, 4), "r"),
    ("hdcr", "TDOSA", (14, 1, 0, 3, 4), "rw"), ("hdcr", "TDOSA", (14, 1, 0, 4, 4), "rw"),
]

STAGE2 = """ldr r3, [r4]|str r3, [r4]|ldrb r9, [r4]|strb r2, [r4]|ldrh r3, [r4]|strh r3, [r4]|ldrsb r8, [r4]|ldrsh r8, [r4]
ldr r3, [r4, #4]|ldr r3, [r4, #4]!|ldr r3, [r4], #4|str r3, [r4, #4]!|ldr r3, [r4, r1]|ldrd r2, r3, [r4]
strd r2, r3, [r4]|ldm r4, {r2, r3}|stm r4, {r2, r3}|ldm r4!, {r2, r3}|ldrex r3, [r4]|strex r3, r2, [r4]
ldrexd r2, r3, [r4]|ldrt r3, [r4]|strbt r3, [r4]|vldr d0, [r4]|vstr s0, [r4]|vldm r4, {d0-d1}|vld1.8 {d0}, [r4]|pld [r4]
mcr p15, 0, r4, c7, c14, 1|mcr p15, 0, r4, c7, c10, 1|mcr p15, 0, r4, c7, c5, 1|bx r4|ldr pc, [r4]|ldrd r2, r3, [r4], #8"""

BANKED = ("r8_usr r12_usr sp_usr lr_usr r8_fiq sp_fiq lr_fiq lr_irq sp_irq lr_svc sp_svc lr_abt sp_abt lr_und sp_und "
          "elr_hyp spsr_fiq spsr_irq spsr_svc spsr_abt spsr_und").split()


def both(code, **how):
    return [Case(code, **how), Case(code, thumb=True, **how)]


def all_cases():
    out = []
    for register, bit, access, directions in TRAPS:
        for direction in directions:
            wide = len(access) == 3
            code = (mrrc(*access, to="mrrc" if direction == "r" else "mcrr") if wide
                    else mrc(*access, to="mrc" if direction == "r" else "mcr"))
            out += both(code, **{register: bit})
    out += both(mrrc(15, 14, 0), cnthctl=2)
    for code in (mrc(15, 14, 0, 2, 1), mcr(15, 14, 0, 2, 1), mrrc(15, 14, 2)):
        out += both(code, cnthctl=1)
    for mode in ("svc", "usr"):
        for code in ("wfi", "wfe"):
            out += both(code, mode=mode, hcr="TWI TWE")
        out += both("svc #0x42", mode=mode) + both("bkpt #0", mode=mode, hdcr="TDE")
        out += both("mrc p15, 0, r2, c13, c0, 4", mode=mode, hstr="T13")
    out += both("smc #0", hcr="TSC")
    out += both("svc #0x42", mode="usr", hcr="TGE") + both("udf #0", mode="usr", hcr="TGE")
    out += both("svc #0x42", mode="hyp") + both("bxj r3", hstr="TJDBX")
    out += [Case("mrceq p15, 0, r2, c13, c0, 3", hstr="T13"),
            Case("mrceq p15, 0, r2, c13, c0, 3", hstr="T13", flags=1 << 30, name="mrceq, Z set"),
            Case("it eq\nmrceq p15, 0, r2, c13, c0, 3", hstr="T13", flags=1 << 30, thumb=True)]
    for mode in ("svc", "usr", "hyp"):
        for code in ("hvc #0xa01", "udf #0", "bkpt #0", "mrc p7, 0, r2, c0, c0, 0", "cdp p1, 0, c0, c0, c0, 0",
                     "mrc2 p15, 0, r2, c0, c0, 0", "mrc p15, 4, r2, c1, c1, 0", "mrc p15, 0, r2, c1, c1, 0",
                     "mrc p15, 0, r2, c1, c5, 0", "mcr p15, 0, r2, c7, c8, 4", "mrc p15, 0, r2, c13, c0, 3"):
            out += both(code, mode=mode)
        out += both("vmov r2, s0", mode=mode, hcptr="TCP10") + both("vadd.i32 d0, d0, d0", mode=mode, hcptr="TASE")
        out += both("vmov r2, s0", mode=mode, hcptr="TASE")
    for code in STAGE2.replace("\n", "|").split("|"):
        out += both(code, hcr="VM")
    out += [Case("tbb [r4, r5]", hcr="VM", thumb=True), Case("rfeia r4", hcr="VM"), Case("ldrh r3, [r4, r1]", hcr="VM"),
            Case("ldr r3, [r4, r1, lsl #2]", hcr="VM"), Case("ldr r3, [r4, #-4]", hcr="VM"),
            Case("add r7, r7, #1\nldm r7, {r2, r3}"), Case("add r7, r7, #1\nldrex r2, [r7]")]
    out += [Case(f"mrs r2, {register}", mode=mode) for register in BANKED for mode in ("svc", "hyp", "irq", "usr")
            if not (register.startswith("spsr") or register in ("r12_usr", "lr_usr", "r8_fiq", "sp_fiq", "lr_fiq"))
            or mode == "usr"]
    for mode in ("svc", "irq", "hyp"):
        for target in (0x10, 0x11, 0x12, 0x13, 0x17, 0x1b, 0x1f, 0x1a, 0x16, 0x14):
            out.append(Case(f"mov r2, #{0xc0 | target:#x}\nmsr cpsr_c, r2\nmrs r2, cpsr", mode=mode))
    for mode in ("svc", "usr", "hyp"):
        out.append(Case("mvn r2, #0\nmsr cpsr_fsx, r2\nmrs r2, cpsr\nsetend le", mode=mode))
        out += both("cpsie i\nmrs r2, cpsr", mode=mode) + both("cpsid aif\nmrs r2, cpsr", mode=mode)
        out += both("mrs r2, cpsr", mode=mode, flags=0xf80f0000)
    for code in ("movs pc, lr", "eret"):
        for target in (0x10, 0x12, 0x13, 0x1f, 0x1a, 0x16, 0x14):
            out.append(Case(f"mov r2, #{0xc0 | target:#x}\nmsr spsr_cxsf, r2\nadr lr, 1f\n{code}\nudf #1\n1: mrs r2, cpsr"))
    for register in [(15, 0, 0, 0, n) for n in (0, 1, 2, 3, 5)] + [(15, 0, 0, crm, n) for crm in (1, 2) for n in range(8)]:
        out.append(Case(mrc(*register, rt=2)))
    out += [Case(code) for code in (mrc(15, 0, 1, 0, 1, rt=2), mrc(15, 1, 0, 0, 0, rt=2), mrc(14, 0, 0, 0, 0, rt=2),
                                    "vmrs r2, fpsid", "vmrs r2, mvfr0", "vmrs r2, mvfr1")]
    return out


def assembly(cases):
    text = [".syntax unified", ".arch armv7ve", ".arch_extension sec", ".fpu neon-vfpv4", ".text"]
    table = [".section .rodata", ".balign 4", ".global cases", "cases:"]
    names = []
    for i, case in enumerate(cases):
        # SVC from PL0, HVC from the others says that the sequence came to its end; PL1's SVC vector hands the first on
        end = "svc #0" if case.mode == "usr" else "hvc #0xffe"
        text += [".balign 4", ".thumb" if case.thumb else ".arm", f"c{i}:", case.code, end]
        table.append(f".word n{i}, c{i}, " + ", ".join(hex(word) for word in case.words))
        names.append(f'n{i}: .asciz "{case.name}"')
    return "\n".join([*text, ".ltorg", *table, ".global case_count", f"case_count: .word {len(cases)}", *names, ""])
