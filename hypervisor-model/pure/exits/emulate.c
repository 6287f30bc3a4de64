// SPDX-License-Identifier: Apache-2.0
#include "exits/emulate.h"
#include "cp15.h"
#include "exits/decode.h"
#include "exits/exits.h"
#include "exits/fetch.h"
#include "features.h"

#define ISS_SRT(iss) ((iss) >> 16 & 15)
#define ISS_SAS(iss) ((iss) >> 22 & 3)
#define ISS_WNR (1u << 6)
#define ISS_SSE (1u << 21)
#define ISS_ISV (1u << 24)

static u32 sign_extend(u32 value, u32 size) {
    u32 shift = 32 - 8 * size;
    return (u32)((s32)(value << shift) >> shift);
}

__attribute__((noinline)) static bool emulate_by_syndrome(struct vcpu* vcpu, struct device* device, u32 ipa, u32 hsr) {
    struct access access = {
        .offset = ipa - device->ipa,
        .size = (u8)(1u << ISS_SAS(hsr)),
        .write = hsr & ISS_WNR,
    };
    u32 rt = ISS_SRT(hsr);
    if (access.write) access.value = vcpu_reg_read(vcpu, rt);
    if (!device->access(vcpu, device, &access)) return false;
    if (!access.write) vcpu_reg_write(vcpu, rt, hsr & ISS_SSE ? sign_extend(access.value, access.size) : access.value);
    vcpu_skip(vcpu, hsr_length(hsr));
    return true;
}

__attribute__((noinline)) static bool emulate_by_decode(struct vcpu* vcpu, struct device* device, u32 ipa) {
    struct fetched fetched;
    struct transfer t;
    if (!fetch_instruction(vcpu, &fetched))
        return true;  // the guest's code went away under it: running it again takes the proper fault
    if (!(fetched.thumb ? decode_t32(vcpu, &fetched, &t) : decode_a32(vcpu, &fetched, &t))) return false;

    // The fault names one page of the guest's physical space; all of the transfer has to lie in it.
    u32 bytes = (u32)t.size * t.count;
    if (((t.address ^ hdfar_read()) & ~PAGE_MASK) || (t.address & PAGE_MASK) + bytes > PAGE_SIZE) return false;
    struct access access = {.size = t.size, .write = t.write};
    access.offset = ALIGN_DOWN(ipa, PAGE_SIZE) - device->ipa + (t.address & PAGE_MASK);

    u32 values[16];
    for (u32 i = 0; i < t.count; i++, access.offset += t.size) {
        if (t.write) access.value = vcpu_reg_read(vcpu, t.reg[i]);
        if (!device->access(vcpu, device, &access)) return false;
        values[i] = t.sign_extend ? sign_extend(access.value, t.size) : access.value;
    }
    if (t.writeback) vcpu_reg_write(vcpu, t.base, t.base_value);
    if (!t.write)
        for (u32 i = 0; i < t.count; i++) vcpu_reg_write(vcpu, t.reg[i], values[i]);
    vcpu_skip(vcpu, fetched.length);
    return true;
}

bool emulate_access(struct vcpu* vcpu, struct device* device, u32 ipa, u32 hsr) {
    if (!WITHOUT(SYNDROME) && (hsr & ISS_ISV) && !(device->flags & VM_DEVICE_DECODE))
        return emulate_by_syndrome(vcpu, device, ipa, hsr);
    return emulate_by_decode(vcpu, device, ipa);
}
