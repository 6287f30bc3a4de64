// SPDX-License-Identifier: Apache-2.0
#include "core/timing/cluster.hpp"

#include <algorithm>

#include "core/timing/core_model.hpp"

namespace vtoll::core {

Cluster::Found Cluster::ask(const CoreModel& core, u64 pa, bool to_write) {
    Found found = Found::nothing;
    for (CoreModel* other : cores_)
        if (other != &core) found = std::max(found, other->snooped(pa, to_write));
    return found;
}

Cluster::Found CoreModel::snooped(u64 pa, bool take) {
    if (!l1d_.contains(pa)) return Cluster::Found::nothing;
    // Its next store has to come here again, and so has, with `take`, its next load.
    const u16 slot = l1d_.slot_of(pa);
    const bool dirty = take ? l1d_.drop(pa) : l1d_.clean(pa);
    if (take || dirty) filter_loses(l1d_.line_of(pa), slot);
    if (dirty) write_to_l2(pa);
    return dirty ? Cluster::Found::dirty : Cluster::Found::clean;
}

}  // namespace vtoll::core
