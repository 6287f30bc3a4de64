// SPDX-License-Identifier: Apache-2.0
#include "exits/emulate_decode.h"
#include "cp15.h"
#include "exits/decode.h"
#include "exits/fetch.h"
#include "vcpu/vcpu.h"

bool emulate_by_decode(struct vcpu* vcpu, struct device* device, u32 ipa) {
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
