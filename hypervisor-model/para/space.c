// SPDX-License-Identifier: Apache-2.0
#include "space.h"
#include "cp15.h"
#include "mem.h"
#include "string.h"

#define FLUSH_ALL_FROM 32u  // pages of one call from where dropping the whole space is cheaper

static u32 next_asid = 1;

static void give_table(struct vm* vm, u32* table) {
    table[0] = (u32)vm->free_tables;
    vm->free_tables = table;
}

static u32* take_table(struct vm* vm) {
    u32* table = vm->free_tables;
    if (unlikely(!table)) return NULL;
    vm->free_tables = (u32*)table[0];
    memset(table, 0, L2_SIZE);
    cache_clean(table, L2_SIZE);
    return table;
}

static u32* user_table(const struct vm* vm, u32 space) { return vm->user_tables + space * USER_L1_ENTRIES; }

bool space_setup(struct vm* vm, u32 spaces, u32 tables) {
    struct vcpu* vcpu = vm->vcpu;
    if (spaces > SPACES_MAX - next_asid) return false;
    u32 count = spaces + 1;  // and the empty one
    vcpu->spaces = mem_take(count * sizeof(struct space), sizeof(struct space));
    vm->user_tables = mem_take(count * USER_L1_SIZE, USER_L1_SIZE);
    u32* pool = mem_take(tables * L2_SIZE, L2_SIZE);
    if (!vcpu->spaces || !vm->user_tables || !pool) return false;
    for (u32 i = tables; i-- > 0;) give_table(vm, pool + i * L2_ENTRIES);
    for (u32 i = 0; i < count; i++) vcpu->spaces[i].asid = next_asid++;
    cache_clean(vm->user_tables, count * USER_L1_SIZE);
    vcpu->spaces[0].ttbr0 = physical(user_table(vm, 0)) | TTBR_WALK;
    vcpu->space_count = count;
    return true;
}

u32 space_create(struct vm* vm) {
    struct vcpu* vcpu = vm->vcpu;
    for (u32 i = 1; i < vcpu->space_count; i++)
        if (vcpu->spaces[i].ttbr0 == 0) {
            vcpu->spaces[i].ttbr0 = physical(user_table(vm, i)) | TTBR_WALK;
            return i;
        }
    return (u32)PARA_NO_MEMORY;
}

static bool exists(const struct vm* vm, u32 space) {
    return space >= 1 && space < vm->vcpu->space_count && vm->vcpu->spaces[space].ttbr0 != 0;
}

u32 space_destroy(struct vm* vm, u32 space) {
    if (!exists(vm, space) || space == vm->vcpu->space) return (u32)PARA_INVALID;
    u32* table = user_table(vm, space);
    vm->vcpu->spaces[space].ttbr0 = 0;
    for (u32 i = 0; i < USER_L1_ENTRIES; i++)
        if (table[i]) {
            give_table(vm, linear(table[i] & L1_ADDRESS));
            table[i] = 0;
            cache_clean(&table[i], sizeof(table[i]));
        }
    dsb();
    tlbiasid(vm->vcpu->spaces[space].asid);
    dsb();
    isb();
    return PARA_OK;
}

static u32* page_entry(struct vm* vm, u32* table, u32 domain, u32 va, bool make) {
    u32* l1 = &table[va >> 20];
    u32* l2;
    if (likely(*l1)) {
        l2 = linear(*l1 & L1_ADDRESS);
    } else {
        if (!make || !(l2 = take_table(vm))) return NULL;
        *l1 = physical(l2) | L1_DOMAIN(domain) | L1_TABLE;
        cache_clean(l1, sizeof(*l1));
    }
    return &l2[va >> PAGE_SHIFT & (L2_ENTRIES - 1)];
}

bool space_map_fixed(struct vm* vm, u32 va, u32 pa, bool device) {
    u32* entry = page_entry(vm, vm->kernel_table, DOMAIN_KERNEL, va, true);
    if (!entry || *entry) return false;
    *entry = pa | L2_PAGE | L2_XN | L2_NG | L2_ALL | (device ? L2_DEVICE : L2_NORMAL);
    cache_clean(entry, sizeof(*entry));
    return true;
}

struct target {
    struct vm* vm;
    u32* table;
    u32 domain;
    u32 asid;  // 0: the kernel's, which all spaces have
    u32 base, end;
    u32 stale;  // descriptors that were valid before
};

static void forget(struct target* t, u32 va) {
    t->stale++;
    if (t->stale > FLUSH_ALL_FROM) return;
    dsb();  // the new descriptor before the invalidation
    if (t->asid) tlbimva(va | t->asid);
    else tlbimvaa(va);
}

static bool write_entry(struct target* t, u32 va, u32 descriptor) {
    u32* entry = page_entry(t->vm, t->table, t->domain, va, descriptor != 0);
    if (unlikely(!entry)) return descriptor == 0;
    u32 old = *entry;
    *entry = descriptor;
    cache_clean(entry, sizeof(*entry));
    if (old) forget(t, va);
    return true;
}

static u32 descriptor_of(const struct vm* vm, u32 gpa) {
    u32 descriptor = (ALIGN_DOWN(gpa, PAGE_SIZE) - PARA_RAM + vm->ram) | L2_PAGE | L2_NORMAL | L2_ALL | L2_NG;
    if (!(gpa & PARA_WRITE)) descriptor |= L2_READ_ONLY;
    if (!(gpa & PARA_EXEC)) descriptor |= L2_XN;
    return descriptor;
}

static u32 carry_out(struct target* t, const struct para_map* e, bool unmap, u32* room) {
    if (e->pages == 0 || e->pages > *room || e->va & PAGE_MASK || e->va < t->base || e->va >= t->end ||
        e->pages > (t->end - e->va) / PAGE_SIZE)
        return (u32)PARA_INVALID;
    u32 descriptor = 0;
    if (!unmap) {
        if ((e->gpa & PAGE_MASK & ~PARA_RIGHTS) || !(e->gpa & PARA_READ)) return (u32)PARA_INVALID;
        if (!vm_owns(t->vm, ALIGN_DOWN(e->gpa, PAGE_SIZE), e->pages * PAGE_SIZE)) return (u32)PARA_DENIED;
        descriptor = descriptor_of(t->vm, e->gpa);
    }
    *room -= e->pages;
    for (u32 i = 0; i < e->pages; i++) {
        if (unlikely(!write_entry(t, e->va + i * PAGE_SIZE, descriptor))) return (u32)PARA_NO_MEMORY;
        if (!unmap) descriptor += PAGE_SIZE;
    }
    return PARA_OK;
}

u32 space_map(struct vm* vm, u32 space, u32 list, u32 count, bool unmap) {
    struct para_vcpu* page = shared_of(vm->vcpu);
    page->batch_done = 0;
    if (count > PARA_BATCH_MAX || list & 3 || !vm_owns(vm, list, count * sizeof(struct para_map)))
        return (u32)PARA_INVALID;
    struct target t = {.vm = vm, .stale = 0};
    if (space) {
        if (!exists(vm, space)) return (u32)PARA_INVALID;
        t.table = user_table(vm, space), t.domain = DOMAIN_USER, t.asid = vm->vcpu->spaces[space].asid;
        t.base = 0, t.end = PARA_USER_END;
    } else {
        t.table = vm->kernel_table, t.domain = DOMAIN_KERNEL, t.asid = 0;
        t.base = PARA_WINDOW, t.end = PARA_WINDOW_END;
    }
    const struct para_map* entries = (const struct para_map*)list;
    u32 result = PARA_OK, room = PARA_PAGES_MAX, done = 0;
    for (; done < count; done++) {
        const struct para_map e = entries[done];  // one copy: the list may be mapped elsewhere, and change
        result = carry_out(&t, &e, unmap, &room);
        if (result != PARA_OK) break;
    }
    if (t.stale > FLUSH_ALL_FROM) {
        dsb();
        if (t.asid) tlbiasid(t.asid);
        else tlbiall(0);
    }
    dsb();
    page->batch_done = done;
    return result;
}
