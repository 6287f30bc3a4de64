// SPDX-License-Identifier: Apache-2.0
// Virtual machines that a hypervisor is to start: told in the device tree, by the multiboot binding that Xen reads
// (docs/misc/arm/device-tree/booting.txt and dom0less of its source tree).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isa/types.hpp"

namespace vtoll::core {

/// A file that lies in memory already.
struct BootModule {
    u64 address = 0, size = 0;
};

struct BootDomain {
    std::string name;      ///< of its node under /chosen; "" for the first domain, whose modules lie in /chosen itself
    u64 memory = 0;        ///< bytes; of the first domain the hypervisor's command line says it
    unsigned cpus = 1;     ///< the same
    std::string bootargs;  ///< of its kernel
    BootModule kernel;
    std::optional<BootModule> initrd;
};

/// `tree` with the domains, and the machine's command line under the name that a hypervisor looks for before
/// `bootargs`. Throws InputError when /chosen has other cells already.
std::string add_boot_domains(const std::string& tree, const std::string& bootargs,
                             const std::vector<BootDomain>& domains);

}  // namespace vtoll::core
