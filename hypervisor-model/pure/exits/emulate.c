// SPDX-License-Identifier: Apache-2.0
#include "exits/emulate.h"
#include "exits/emulate_decode.h"
#include "exits/exits.h"
#include "vcpu/vcpu.h"

#define ISS_SRT(iss) ((iss) >> 16 & 15)
#define ISS_SAS(iss) ((iss) >> 22 & 3)
#define ISS_WNR (1u << 6)
#define ISS_SSE (1u << 21)
#define ISS_ISV (1u << 24)

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

bool emulate_access(struct vcpu* vcpu, struct device* device, u32 ipa, u32 hsr) {
    if ((hsr & ISS_ISV) && !(device->flags & VM_DEVICE_DECODE)) return emulate_by_syndrome(vcpu, device, ipa, hsr);
    return emulate_by_decode(vcpu, device, ipa);
}
