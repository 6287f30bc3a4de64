// SPDX-License-Identifier: Apache-2.0
// Addresses at which something has to happen in front of the instruction there. A block starts at each of them.
#pragma once

#include <tsl/robin_map.h>

#include <optional>

#include "core/seam/block_key.hpp"

namespace vtoll::core {

struct Trigger {
    std::optional<unsigned> marker;  ///< counts as the guest's DBG #marker
    bool stops = false;              ///< the run ends in front of it
    bool stands_in = false;          ///< the stand-in wants to hear of it
};

class Triggers {
public:
    Trigger& at(isa::Privilege pl, u32 va) { return triggers_[{pl, va}]; }
    /// nullptr: nothing is to happen there.
    const Trigger* find(isa::Privilege pl, u32 va) const {
        if (triggers_.empty()) return nullptr;
        const auto it = triggers_.find({pl, va});
        return it == triggers_.end() ? nullptr : &it->second;
    }
    void clear_stops() {
        for (auto it = triggers_.begin(); it != triggers_.end(); ++it) it.value().stops = false;
    }

private:
    struct Key {
        isa::Privilege pl;
        u32 va;
        bool operator==(const Key&) const = default;
    };
    struct Hash {
        std::size_t operator()(const Key& k) const { return (u64(k.va) << 2) ^ static_cast<u64>(k.pl); }
    };
    tsl::robin_map<Key, Trigger, Hash> triggers_;
};

}  // namespace vtoll::core
