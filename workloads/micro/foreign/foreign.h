// SPDX-License-Identifier: Apache-2.0
// What the programs of this folder share: translation at stage 2, an interrupt sent to oneself, the guest.
#pragma once
#include "context.h"
#include "cp15.h"
#include "types.h"

#define HCR_VM (1u << 0)
#define HCR_IMO (1u << 4)
#define HCR_TWI (1u << 13)
#define HCR_TGE (1u << 27)

#define EC_UNDEFINED 0x00
#define EC_WFX 0x01
#define EC_SVC 0x11
#define EC_HVC 0x12
#define EC_DATA_ABORT 0x24

#define UART 0x09000000u
#define RAM 0x40000000u
#define HOLE 0x46000000u  // from here on nothing is mapped at stage 2 at first
#define BLOCK 0x200000u
#define BLOCKS_BELOW_HOLE ((HOLE - RAM) / BLOCK)
#define PL2_VTCR 0x80000040u  // 32 bits, from level 1 on

/// Memory as one guest or process sees it at stage 2: all of RAM below HOLE, where it lies, in blocks of 2 MiB.
struct stage2 {
    u64 level1[512];  // four of them are used; aligned like a page
    u64 level2[512];
} __attribute__((aligned(4096)));

void stage2_build(struct stage2* tables);
void stage2_map(struct stage2* tables, u32 address);  // the block at it
void stage2_map_devices(struct stage2* tables);
void stage2_install(struct context* context, const struct stage2* tables, u32 vmid);

void interrupts_start(void);
void interrupt_self(void);
void interrupt_finish(void);

NORETURN void machine_off(void);

// The guest: a program asks its kernel to call the hypervisor, touch memory, write to a device and sleep, GUEST_ROUNDS
// times. guest.c, guest_entry.S
#define GUEST_ROUNDS 4
#define GUEST_STACK_WORDS 256
#define GUEST_CALL_NULL 5
#define GUEST_CALL_OFF 9
void guest_start(void);
void guest_prepare(struct context* context, u32 which);
