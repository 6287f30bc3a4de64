// SPDX-License-Identifier: Apache-2.0
// HSR.ISV and what comes with it are not looked at.
#include "exits/emulate.h"
#include "exits/emulate_decode.h"

bool emulate_access(struct vcpu* vcpu, struct device* device, u32 ipa, u32 hsr) {
    (void)hsr;
    return emulate_by_decode(vcpu, device, ipa);
}
