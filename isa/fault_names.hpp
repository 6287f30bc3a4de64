// SPDX-License-Identifier: Apache-2.0
// Fault status codes in words, for people.
#pragma once

#include <string>

#include "isa/types.hpp"

namespace vtoll::isa {

/// "translation fault, level 1": what DFSR, IFSR or HSR says in its status field. `long_format`: as tables B3-24 has
/// it.
std::string fault_status_name(u32 status, bool long_format);

}  // namespace vtoll::isa
