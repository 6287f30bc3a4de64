// SPDX-License-Identifier: Apache-2.0
// Head of an instant-start zImage: an uncompressed kernel image behind it is moved to where it is linked to run and
// entered, in place of a decompressor. Registers and mode are handed on as the boot protocol has them
// (Documentation/arm/booting.rst): r0 = 0, r1 = machine type, r2 = device tree; Supervisor or Hyp mode, MMU off.
//
// TEXT_OFFSET and IMAGE_SIZE come from the command line. Position-independent; the image's place is TEXT_OFFSET above
// the 128 MB boundary below the program counter, as a decompressor with CONFIG_AUTO_ZRELADDR has it.
        .arch   armv7-a
        .arm
        .globl  _start
_start:
        .rept   8
        nop
        .endr
        b       move
        .word   0x016f2818              // magic
        .word   0                       // position-independent
        .word   image - _start + IMAGE_SIZE
        .word   0x04030201              // byte order

move:   and     r3, pc, #0xf8000000     // r3: destination
        movw    r4, #:lower16:TEXT_OFFSET
        movt    r4, #:upper16:TEXT_OFFSET
        add     r3, r3, r4
        adr     r4, image               // r4: source
        movw    r5, #:lower16:IMAGE_SIZE
        movt    r5, #:upper16:IMAGE_SIZE
        add     r6, r3, r5              // r6: destination's end
        cmp     r3, r4
        bhs     from_the_end
        // Upwards from below, source above destination. This code must not lie in the destination.
        adr     r7, _start
        cmp     r7, r6
hang:   blo     hang
        mov     r8, r3
1:      ldmia   r4!, {r5, r7, r9, r10}
        stmia   r8!, {r5, r7, r9, r10}
        cmp     r8, r6
        blo     1b
        b       enter
from_the_end:
        add     r4, r4, r5
2:      ldmdb   r4!, {r5, r7, r9, r10}
        stmdb   r6!, {r5, r7, r9, r10}
        cmp     r6, r3
        bhi     2b
enter:  mov     r5, #0
        dsb
        mcr     p15, 0, r5, c7, c5, 0   // ICIALLU
        dsb
        isb
        bx      r3

        .balign 64
image:
