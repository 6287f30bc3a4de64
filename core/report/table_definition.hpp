// SPDX-License-Identifier: Apache-2.0
// What a table measures, as data: reports/tables/*.toml. The keys are described in overheads.toml.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/ledger/book/causes.hpp"
#include "core/report/published.hpp"

namespace vtoll::core {

struct RowDefinition {
    enum class Measure : u8 {
        episode,  ///< a number per episode of the hypervisor that cause and detail select
        sample,   ///< a number per sample: the hypervisor's part of it
    };
    std::string operation, scenario, about;
    Measure measure = Measure::episode;
    Cause cause = Cause::none;
    std::optional<u32> detail;
    std::optional<u32> outside{};                  ///< of a sample: the hypercall that the guest makes between samples
    std::shared_ptr<const RowDefinition> other{};  ///< the same operation on the other system; nothing: not applicable
};

struct TableDefinition {
    std::string name, title, published, instructions, cycles;
    std::string other_low, other_high, other_title;  ///< "" when there is no other system
    std::string citation, note;
    std::vector<RowDefinition> rows;
};

/// Throws InputError: file, line, what was expected.
TableDefinition parse_table(const std::string& text, const std::string& file);
/// Every row and column that the definition names is in the published table, or InputError.
void check_against(const TableDefinition& table, const PublishedTable& published);
/// Names of the tables in reports/tables of the data that ships with vtoll, sorted.
std::vector<std::string> shipped_tables();
/// One of them. Throws InputError.
TableDefinition load_table(const std::string& name);

}  // namespace vtoll::core
