// SPDX-License-Identifier: Apache-2.0
// What tables measure, as data: reports/tables/*.toml. Here what all of them have, and those that set the operations of
// a hypervisor beside published ones (kind "comparison"); the other kinds are declared beside what fills them, and all
// are listed in table_kinds.hpp. Every key is declared once, in the struct's declare().
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/ledger/book/causes.hpp"
#include "core/report/published.hpp"

namespace vtoll::core {

class Keys;

struct TableHeading {
    std::string name, kind, title;
    std::string published;  ///< file in reports/published
    std::string citation, note;

    /// Without `published`: of a table that sets nothing published beside what it measures.
    void declare(Keys& keys, bool has_published = true);
};

/// How one operation of a hypervisor is measured.
struct Operation {
    enum class Measure : u8 {
        episode,  ///< a number per episode of the hypervisor that cause and detail select
        sample,   ///< a number per sample: the hypervisor's part of it
    };
    std::string scenario, about;
    Measure measure = Measure::episode;
    Cause cause = Cause::none;
    std::optional<u32> detail{};
    std::optional<u32> outside{};  ///< of a sample: the hypercall that the guest makes between samples

    void declare(Keys& keys);
    bool operator==(const Operation&) const = default;
};

struct RowDefinition : Operation {
    std::string operation;
    std::optional<Operation> other{};  ///< the same operation on the other system; nothing: not applicable

    void declare(Keys& keys);
    bool operator==(const RowDefinition&) const = default;
};

struct TableDefinition : TableHeading {
    static constexpr const char* kind_name = "comparison";
    std::string instructions, cycles;
    std::string other_low, other_high, other_title;  ///< "" when there is no other system
    std::vector<RowDefinition> rows;

    void declare(Keys& keys);
};

/// Every row and column that the definition names is in the published table, or InputError.
void check_against(const TableDefinition& table, const PublishedTable& published);

}  // namespace vtoll::core
