// SPDX-License-Identifier: Apache-2.0
// Events that have a price of their own.
#include "core/timing/core_model.hpp"

namespace vtoll::core {

u32 CoreModel::event(CostEvent e) {
    const bool device = e == CostEvent::device_read || e == CostEvent::device_write;
    return add(device ? Stall::device : Stall::exception, p_.event(e));
}

}  // namespace vtoll::core
