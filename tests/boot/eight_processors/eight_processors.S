// SPDX-License-Identifier: Apache-2.0
// A token goes round eight processors, as SGI 1 from each to the next. Who has it shows, on the serial port: the
// interrupt as GICC_IAR tells it (its source), MPIDR's affinity, and GICD_ITARGETSR0, where each reads itself.
// Without the Virtualization Extensions: PSCI is called by HVC.
        .arch armv7ve
        .arm
        .equ gicd, 0x08000000
        .equ gicc, 0x08010000
        .equ uart, 0x09000000
        .equ cpus, 8

        .global _start
_start: ldr r9, =gicd
        mov r0, #1
        str r0, [r9]                    @ GICD_CTLR
        ldr r0, [r9, #4]                @ GICD_TYPER
        ubfx r0, r0, #5, #3             @ CPUNumber
        bl hex
        mov r4, #1
1:      ldr r0, =0x84000003             @ CPU_ON
        mov r1, r4
        ldr r2, =secondary
        mov r3, r4
        hvc #0
        cmp r0, #0
        blne hex                        @ nothing is shown when it succeeds
        add r4, r4, #1
        cmp r4, #cpus
        bne 1b
        ldr r0, =0x84000003
        mov r1, #cpus
        hvc #0                          @ there is no ninth
        bl hex
        mov r4, #0
        bl interface
        bl pass
        bl take
        ldr r0, =0x84000008             @ SYSTEM_OFF
        hvc #0

secondary:
        mov r4, r0
        ldr r9, =gicd
        bl interface
        bl take
        bl pass
2:      wfi
        b 2b

interface:                              @ the processor's own: all priorities, Group 0
        ldr r10, =gicc
        mov r0, #0xff
        str r0, [r10, #4]               @ GICC_PMR
        mov r0, #1
        str r0, [r10]                   @ GICC_CTLR
        str r0, [r9, #0x100]            @ GICD_ISENABLER0: SGI 0
        bx lr

pass:   add r0, r4, #1
        and r0, r0, #cpus - 1
        mov r1, #0x10000
        lsl r1, r1, r0
        orr r1, r1, #1
        dsb
        str r1, [r9, #0xf00]            @ GICD_SGIR: to the next one, SGI 1
        bx lr

take:   mov r11, lr
3:      ldr r5, [r10, #0xc]             @ GICC_IAR
        ubfx r0, r5, #0, #10
        cmp r0, #1
        bne 3b
        str r5, [r10, #0x10]            @ GICC_EOIR
        mov r0, r5
        bl hex
        mrc p15, 0, r0, c0, c0, 5       @ MPIDR
        ubfx r0, r0, #0, #24
        bl hex
        ldr r0, [r9, #0x800]            @ GICD_ITARGETSR0
        bl hex
        bx r11

hex:    ldr r6, =uart
        mov r7, #32
4:      sub r7, r7, #4
        lsr r8, r0, r7
        and r8, r8, #15
        cmp r8, #10
        addlt r8, r8, #'0'
        addge r8, r8, #'a' - 10
        str r8, [r6]
        cmp r7, #0
        bne 4b
        mov r8, #'\n'
        str r8, [r6]
        bx lr
        .ltorg
