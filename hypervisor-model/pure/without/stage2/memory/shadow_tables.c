// SPDX-License-Identifier: Apache-2.0
// Shadow tables: for each of the guest's address spaces a first level of short descriptors; second levels where
// something was entered. What was not is a mapping too, to an address that stage 2 does not have: in ARMv7 an access
// that stage 1 refuses would be taken to the guest, this one is taken to Hyp mode.
#include "memory/shadow_tables.h"
#include "cp15.h"
#include "machine/platform.h"
#include "memory/pool.h"
#include "memory/stage2.h"
#include "string.h"

#define GIB (1u << 30)

// Everything is allowed, memory is normal: only stage 2 refuses. Not global, as real entries of other spaces may be
// there.
#define L1_HOLE (HOLE | 2u | 1u << 17 | 1u << 16 | 1u << 12 | 3u << 10 | 3u << 2 | L1_DOMAIN(NOBODYS_DOMAIN))
#define L2_HOLE (HOLE | L2_PAGE | L2_NG | 1u << 10 | 1u << 6 | 3u << 4 | 3u << 2)

#define TABLE_ENTRIES 256u
#define TABLE_BYTES (TABLE_ENTRIES * 4)

static lpae_t identity[4] __attribute__((aligned(32)));
static u32 level1[VM_MAX][SHADOW_ROOTS][SLOTS] __attribute__((aligned(4 * SLOTS), section(".bss.shadow")));
static struct shadow shadows[VM_MAX];

struct shadow* shadow_of(const struct vcpu* vcpu) {
    return &shadows[vcpu->vm->id];
}

static bool has(const struct slot_set* set, u32 slot) { return set->word[slot / 32] >> (slot & 31) & 1; }
static void put(struct slot_set* set, u32 slot) { set->word[slot / 32] |= 1u << (slot & 31); }
static void drop(struct slot_set* set, u32 slot) { set->word[slot / 32] &= ~(1u << (slot & 31)); }

// Stage 2 translates nothing: every address is its own, but for the hole. What a machine reaches is what its tables
// have.
void shadow_make_identity(void) {
    for (u32 i = 0; i < HOLE / GIB; i++) {
        bool ram = i * GIB < platform.ram_base + platform.ram_size && i * GIB + GIB > platform.ram_base;
        identity[i] = (lpae_t)i * GIB | (ram ? STAGE2_RAM : STAGE2_DEVICE);
        identity[i] = (identity[i] & ~LPAE_PAGE) | LPAE_BLOCK;
    }
}

u32 shadow_identity(void) { return (u32)identity; }

void shadow_create(const struct vm* vm) {
    struct shadow* s = &shadows[vm->id];
    memset(s, 0, sizeof(*s));
    for (u32 i = 0; i < SHADOW_ROOTS; i++) {
        s->root[i].level1 = level1[vm->id][i];
        for (u32 slot = 0; slot < SLOTS; slot++) s->root[i].level1[slot] = L1_HOLE;
    }
}

void shadow_destroy(const struct vm* vm) {
    struct shadow* s = &shadows[vm->id];
    for (u32 i = 0; i < s->page_count; i++) pool_give((void*)s->page[i]);
    s->page_count = 0;
}

static u32* take_table(struct shadow* s) {
    if (!s->free_tables && s->page_count < SHADOW_PAGES) {
        u32 page = (u32)pool_take();
        if (!page) return NULL;
        s->page[s->page_count++] = page;
        for (u32 at = page; at < page + PAGE_SIZE; at += TABLE_BYTES) {
            *(u32**)at = s->free_tables;
            s->free_tables = (u32*)at;
        }
    }
    u32* table = s->free_tables;
    if (!table) return NULL;
    s->free_tables = *(u32**)table;
    for (u32 i = 0; i < TABLE_ENTRIES; i++) table[i] = L2_HOLE;
    return table;
}

static u32* table_at(const struct shadow_root* root, u32 slot) {
    return (u32*)(root->level1[slot] & ~(TABLE_BYTES - 1));
}

static void drop_slot(struct shadow* s, struct shadow_root* root, u32 slot) {
    u32* table = table_at(root, slot);
    root->level1[slot] = L1_HOLE;
    *(u32**)table = s->free_tables;
    s->free_tables = table;
    drop(&root->used, slot);
    drop(&root->sections, slot);
    drop(&root->local, slot);
    drop(&root->global, slot);
}

static void drop_local(struct shadow* s, struct shadow_root* root, u32 slot) {
    if (!has(&root->global, slot)) {
        drop_slot(s, root, slot);
        return;
    }
    u32* table = table_at(root, slot);
    for (u32 i = 0; i < TABLE_ENTRIES; i++)
        if (table[i] & L2_NG) table[i] = L2_HOLE;
    drop(&root->local, slot);
}

static void drop_root(struct shadow* s, struct shadow_root* root) {
    for (u32 w = 0; w < SLOTS / 32; w++)
        for (u32 bits = root->used.word[w]; bits; bits &= bits - 1)
            drop_slot(s, root, 32 * w + (u32)__builtin_ctz(bits));
}

void shadow_drop_all(struct shadow* s) {
    for (u32 i = 0; i < SHADOW_ROOTS; i++) drop_root(s, &s->root[i]);
}

static struct shadow_root* find(struct shadow* s, u32 space) {
    for (u32 i = 0; i < SHADOW_ROOTS; i++)
        if (s->root[i].taken && s->root[i].space == space) return &s->root[i];
    return NULL;
}

// Entries that are not global are the space's own.
void shadow_drop_space(struct shadow* s, u32 space) {
    struct shadow_root* root = find(s, space);
    if (!root) return;
    for (u32 w = 0; w < SLOTS / 32; w++)
        for (u32 bits = root->local.word[w]; bits; bits &= bits - 1)
            drop_local(s, root, 32 * w + (u32)__builtin_ctz(bits));
}

// A section or large page was entered page by page, and goes as a whole.
static void drop_page(struct shadow* s, struct shadow_root* root, u32 va, bool of_space) {
    u32 slot = va >> 20;
    if (!has(&root->used, slot)) return;
    if (has(&root->sections, slot)) {
        if (of_space || has(&root->global, slot)) drop_slot(s, root, slot);
        return;
    }
    u32* entry = &table_at(root, slot)[va >> 12 & (TABLE_ENTRIES - 1)];
    if (of_space || !(*entry & L2_NG)) *entry = L2_HOLE;
}

void shadow_drop_page(struct shadow* s, u32 va, u32 space, bool every_space) {
    for (u32 i = 0; i < SHADOW_ROOTS; i++) {
        struct shadow_root* root = &s->root[i];
        if (root->taken) drop_page(s, root, va, every_space || root->space == space);
    }
}

struct shadow_root* shadow_root_of(struct shadow* s, u32 space) {
    struct shadow_root* root = find(s, space);
    if (root) return root;
    for (u32 i = 0; i < SHADOW_ROOTS && !root; i++)
        if (!s->root[i].taken) root = &s->root[i];
    if (!root) {
        if (&s->root[s->turn % SHADOW_ROOTS] == s->walked) s->turn++;
        root = &s->root[s->turn++ % SHADOW_ROOTS];
        drop_root(s, root);
    }
    root->taken = true;
    root->space = space;
    return root;
}

static u32* table_for(struct shadow* s, u32 slot, u32 slot_attributes) {
    struct shadow_root* root = s->walked;
    if (has(&root->used, slot)) return table_at(root, slot);
    u32* table = take_table(s);
    if (!table && s->page_count == SHADOW_PAGES) {
        shadow_drop_all(s);
        tlbiall(0);
        table = take_table(s);
    }
    if (!table) return NULL;
    root->level1[slot] = (u32)table | L1_TABLE | slot_attributes;
    put(&root->used, slot);
    return table;
}

bool shadow_enter(struct shadow* s, u32 va, u32 page_descriptor, u32 slot_attributes, bool section) {
    u32 slot = va >> 20;
    u32* table = table_for(s, slot, slot_attributes);
    if (!table) return false;
    table[va >> 12 & (TABLE_ENTRIES - 1)] = page_descriptor;
    put(page_descriptor & L2_NG ? &s->walked->local : &s->walked->global, slot);
    if (section) put(&s->walked->sections, slot);
    dsb_ish();
    // The hole was a mapping, and stage 1 of it may be cached.
    tlbimva((va & ~PAGE_MASK) | (contextidr_read() & 0xff));
    dsb_ish();
    isb();
    return true;
}
