// SPDX-License-Identifier: Apache-2.0
// A trace's code, decoded and priced: once, however many chunks say it.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>

#include "core/cpu/hooks/driver.hpp"
#include "core/trace/format/record.hpp"

namespace vtoll::core::trace {

class CodeStore {
public:
    explicit CodeStore(Driver& driver) : driver_(driver) {}

    /// `adapt` must be the same for all code of a privilege level.
    const Block* find(const Code& code, const std::function<void(isa::Decoding&)>& adapt = {}) {
        name_.assign(reinterpret_cast<const char*>(&code.key.pa), sizeof code.key.pa);
        name_.append(reinterpret_cast<const char*>(&code.key.va), sizeof code.key.va);
        name_.append(reinterpret_cast<const char*>(&code.key.context), sizeof code.key.context);
        name_.push_back(adapt ? 1 : 0);
        name_ += code.bytes;
        const auto [it, fresh] = known_.try_emplace(name_, nullptr);
        if (fresh)
            it->second =
                driver_.decode(code.key, {reinterpret_cast<const u8*>(code.bytes.data()), code.bytes.size()}, adapt);
        return it->second;
    }

private:
    Driver& driver_;
    std::unordered_map<std::string, const Block*> known_;
    std::string name_;
};

}  // namespace vtoll::core::trace
