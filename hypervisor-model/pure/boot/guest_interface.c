// SPDX-License-Identifier: Apache-2.0
// The hardware's virtual one.
#include "boot/guest_interface.h"
#include "machine/platform.h"
#include "memory/stage2.h"

bool guest_interface_give(struct vm* vm, bool (*add_device)(struct vm* vm, struct device device)) {
    (void)add_device;
    for (u32 done = 0; done < VM_GICC_PAGES * PAGE_SIZE; done += PAGE_SIZE)
        if (!stage2_map_page(&vm->stage2, VM_GICC + done, platform.gicv + done, STAGE2_DEVICE)) return false;
    return true;
}
