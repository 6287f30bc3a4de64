// SPDX-License-Identifier: Apache-2.0
#include "vcpu/hold.h"
#include "vcpu/gate.h"
#include "vcpu/world.h"

void hold_answer(void) {
    struct vcpu* vcpu = current;
    if (!vcpu || !hold_is_held(vcpu->vm)) return;
    world_unload();
    hold_wait_for_release(vcpu);
    world_load(vcpu);
}
