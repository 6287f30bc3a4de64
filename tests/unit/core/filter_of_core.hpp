// SPDX-License-Identifier: Apache-2.0
// An L0 filter in front of a core model, which tells what it has lost.
#pragma once

#include <vector>

#include "core/timing/core_model.hpp"

namespace vtoll::core::test {

class FilterOfCore {
public:
    explicit FilterOfCore(CoreModel& core) : core_(core), entries_(512) { core.serve(entries_.data()); }

    /// Keeps the line of the access made last, to `pa`, if a filter may.
    void keep(u64 pa) {
        if (!core_.settled()) return;
        const u64 line = pa / core_.profile().l1d.line;
        const std::size_t slot = line % entries_.size();
        entries_[slot] = {.read_tag = line, .write_tag = line, .host = nullptr, .line = line};
        core_.filtered(slot);
    }
    /// Lines that the core model has taken away since it was asked last, by slot.
    std::vector<u64> lost() {
        std::vector<u64> lines;
        for (isa::L0Entry& e : entries_) {
            const bool kept = e.line != 0;
            if (!kept || e.read_tag != isa::L0Entry::no_tag || e.write_tag != isa::L0Entry::no_tag) continue;
            lines.push_back(e.line);
            e = {};
        }
        return lines;
    }

private:
    CoreModel& core_;
    std::vector<isa::L0Entry> entries_;
};

}  // namespace vtoll::core::test
