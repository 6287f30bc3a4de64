// SPDX-License-Identifier: Apache-2.0
// Emulated, a device a page.
#include "boot/guest_interface.h"
#include "devices/cpu_interface_device.h"

bool guest_interface_give(struct vm* vm, bool (*add_device)(struct vm* vm, struct device device)) {
    for (u32 done = 0; done < VM_GICC_PAGES * PAGE_SIZE; done += PAGE_SIZE)
        add_device(vm, (struct device){.ipa = VM_GICC + done, .access = cpu_interface_access});
    return true;
}
