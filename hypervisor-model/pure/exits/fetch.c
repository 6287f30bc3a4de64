// SPDX-License-Identifier: Apache-2.0
#include "exits/fetch.h"
#include "cp15.h"
#include "machine/platform.h"

#define PAR_FAULT (1u << 0)

// Both stages of the guest's translation, by the processor's own walker. The result lies in memory that stage 2 maps,
// so in this machine's memory or a device's registers; the latter hold no instructions. PAR belongs to the guest.
static bool translate(struct vcpu* vcpu, u32 va, u32* pa) {
    u64 guest_par = par_read();
    if (vcpu_in_user(vcpu)) ats12nsour(va);
    else ats12nsopr(va);
    isb();
    u32 result = (u32)par_read();
    par_write(guest_par);
    *pa = (result & ~PAGE_MASK) | (va & PAGE_MASK);
    return !(result & PAR_FAULT) && *pa - platform.ram_base < platform.ram_size;
}

static bool fetch_half(struct vcpu* vcpu, u32 va, u32* half) {
    u32 pa;
    if (!translate(vcpu, va, &pa)) return false;
    *half = *(const volatile u16*)pa;
    return true;
}

static bool fetch_t32(struct vcpu* vcpu, struct fetched* fetched) {
    u32 first, second;
    if (!fetch_half(vcpu, vcpu->pc, &first)) return false;
    fetched->length = 2;
    fetched->word = first << 16;
    if (first < 0xe800) return true;
    if (!fetch_half(vcpu, vcpu->pc + 2, &second))  // may lie in another page
        return false;
    fetched->length = 4;
    fetched->word |= second;
    return true;
}

bool fetch_instruction(struct vcpu* vcpu, struct fetched* fetched) {
    fetched->thumb = vcpu_in_thumb(vcpu);
    if (fetched->thumb) return fetch_t32(vcpu, fetched);
    u32 pa;
    if (!translate(vcpu, vcpu->pc, &pa)) return false;
    fetched->length = 4;
    fetched->word = *(const volatile u32*)pa;
    return true;
}
