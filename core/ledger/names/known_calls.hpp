// SPDX-License-Identifier: Apache-2.0
// Names of firmware calls and of Xen's interface, as data.
#pragma once

#include <string_view>

#include "isa/types.hpp"

namespace vtoll::core {

/// xen/include/public/xen.h: __HYPERVISOR_*. "" for a number without a name.
std::string_view xen_hypercall(u32 number);
/// Page of a device that Xen itself makes for a guest (public/arch-arm.h: GUEST_*_BASE); "" for any other.
std::string_view xen_guest_device(u32 page);
/// Function of PSCI (ARM DEN 0022) or of the SMC Calling Convention (ARM DEN 0028); "" when it is none.
std::string_view firmware_function(u32 id);

}  // namespace vtoll::core
