// SPDX-License-Identifier: Apache-2.0
// The two halves of the shadow tables: what they are made of, and the guest's registers and walks that fill them.
#pragma once
#include "machine/vm.h"

#define HOLE 0xc0000000u  // the gibibyte that stage 2 does not have

#define SHADOW_ROOTS 8u  // address spaces a machine has tables of at a time
#define SHADOW_PAGES 256u
#define SLOTS 4096u  // of 1 MiB

// Short descriptors, ARM DDI 0406C B3.5.
#define L1_TABLE 1u
#define L1_TABLE_PXN (1u << 2)
#define L1_DOMAIN(n) ((u32)(n) << 5)
#define L2_PAGE 2u
#define L2_NG (1u << 11)

#define TTBR_WALK 0x4au  // of the shadow's own: write-back, shareable
#define SCTLR_M (1u << 0)
#define NOBODYS_DOMAIN 15u  // manager: what is in it goes on to stage 2 whatever its rights
#define DACR_NOBODYS (3u << 2 * NOBODYS_DOMAIN)

struct slot_set {
    u32 word[SLOTS / 32];
};

struct shadow_root {
    u32* level1;
    u32 space;  // ASID, or SPACE_OFF
    bool taken;
    struct slot_set used, sections, local,
        global;  // slots with a table; filled from a section; with entries of each kind
};

#define SPACE_OFF 0x100u  // the guest's translation is off

struct shadow {
    u32 sctlr, ttbr0, ttbr1, ttbcr, dacr;  // as the guest wrote them
    struct shadow_root root[SHADOW_ROOTS];
    struct shadow_root* walked;  // by the processor
    u32 turn;
    u32* free_tables;
    u32 page[SHADOW_PAGES];
    u32 page_count;
};

void shadow_make_identity(void);
u32 shadow_identity(void);  // the stage 2 of all machines

void shadow_create(const struct vm* vm);
void shadow_destroy(const struct vm* vm);
struct shadow* shadow_of(const struct vcpu* vcpu);
struct shadow_root* shadow_root_of(struct shadow* s, u32 space);

// Enter a page. False: there is no memory for a table.
bool shadow_enter(struct shadow* s, u32 va, u32 page_descriptor, u32 slot_attributes, bool section);

void shadow_drop_all(struct shadow* s);
void shadow_drop_space(struct shadow* s, u32 space);
void shadow_drop_page(struct shadow* s, u32 va, u32 space, bool every_space);
