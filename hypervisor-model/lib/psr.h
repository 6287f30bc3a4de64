/* SPDX-License-Identifier: Apache-2.0 */
/* Program status register fields, ARM DDI 0406C B1.3.3. Shared by C and assembly. */
#pragma once

#define PSR_MODE 0x1f
#define MODE_USR 0x10
#define MODE_FIQ 0x11
#define MODE_IRQ 0x12
#define MODE_SVC 0x13
#define MODE_MON 0x16
#define MODE_ABT 0x17
#define MODE_HYP 0x1a
#define MODE_UND 0x1b
#define MODE_SYS 0x1f

#define PSR_T (1 << 5)
#define PSR_F (1 << 6)
#define PSR_I (1 << 7)
#define PSR_A (1 << 8)
#define PSR_E (1 << 9)
#define PSR_J (1 << 24)
#define PSR_IT_LO (3 << 25)
#define PSR_IT_HI (0x3f << 10)
