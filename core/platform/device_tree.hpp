// SPDX-License-Identifier: Apache-2.0
// The flattened device tree that tells the guest what the machine is: made from its configuration, or a user's own.
#pragma once

#include <string>

#include "core/platform/machine.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

struct BootInfo {
    std::string bootargs;
    u64 initrd_start = 0, initrd_end = 0;  ///< equal: none
    std::string core = "arm,cortex-a15";   ///< `compatible` of the processors
};

/// The tree of `virt` as QEMU describes it, for the devices that exist here. Same input, same bytes.
std::string make_device_tree(const MachineKeys& config, const BootInfo& boot);

/// A user's tree with the machine's memory, and with /chosen completed by what `boot` has. `name` is for messages.
std::string adapt_device_tree(const std::string& blob, const std::string& name, const MachineKeys& config,
                              const BootInfo& boot);

}  // namespace vtoll::core
