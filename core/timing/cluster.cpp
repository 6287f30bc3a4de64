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
    const bool dirty = clean_l1d(pa, take);
    if (dirty) write_to_l2(pa);
    return dirty ? Cluster::Found::dirty : Cluster::Found::clean;
}

}  // namespace vtoll::core
