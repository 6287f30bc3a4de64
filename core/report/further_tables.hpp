// SPDX-License-Identifier: Apache-2.0
// The tables beside the one of overheads: device access, switches per system call, hypervisor size, lmbench's
// operations on minios. What each measures is data: reports/tables/*.toml.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/ledger/store/run_record.hpp"
#include "core/report/plain_table.hpp"
#include "core/report/published.hpp"

namespace vtoll::core {

struct FurtherRow {
    std::string label;     ///< row of the published table when that has it
    std::string scenario;  ///< "": nothing here is such a system
    std::string about;
    std::string operation;  ///< switches: the scenario's samples are lmbench's batches; this one of its operations
    std::string folders;    ///< size: of the source tree, separated by spaces
    u64 n = 0;              ///< minios: operations in the smaller batch
    u64 registers = 0;      ///< devices: accesses to registers that the operation consists of
};

struct FurtherTable {
    std::string name, kind, title, published, citation, note;
    u64 repetitions = 0;                     ///< minios: pairs of batches
    std::string native, pure, para, hosted;  ///< minios: scenarios
    std::vector<FurtherRow> rows;

    /// Every scenario it measures, once.
    std::vector<std::string> scenarios() const;
};

/// What a table is, "overheads" among them: kind "comparison".
struct TableHeading {
    std::string name, kind, title;
};
TableHeading table_heading(const std::string& name);

/// Throws InputError: file, line, what was expected.
FurtherTable parse_further_table(const std::string& text, const std::string& file);
FurtherTable load_further_table(const std::string& name);

/// The text of a shipped definition. Throws InputError when there is no such table.
std::string definition_of_table(const std::string& name);

/// What became of the scenarios. A scenario in neither was not run: there is none of that name.
struct Runs {
    std::map<std::string, RunRecord> books;
    std::map<std::string, std::string> failures;
};

PlainTable device_table(const FurtherTable& table, const Runs& runs);
PlainTable switch_table(const FurtherTable& table, const PublishedTable& published, const FurtherTable& lmbench,
                        const Runs& runs);
PlainTable minios_table(const FurtherTable& table, const PublishedTable& published, const Runs& runs);
PlainTable size_table(const FurtherTable& table, const PublishedTable& published, const std::filesystem::path& sources);

using SampleValue = std::function<u64(const Sample&)>;
/// Median of the measured samples. Throws InputError when there are none.
double median_of(const RunRecord& run, const SampleValue& value);
/// (batch of 2n - batch of n) / n, the median over the repetitions. Throws InputError when the run's samples are not
/// those batches.
double per_operation(const RunRecord& run, const FurtherTable& lmbench, std::size_t operation,
                     const SampleValue& value);

/// Lines with something else than comment and white space. In assembly @ begins a comment too.
u64 code_lines(const std::string& text, bool assembly);

}  // namespace vtoll::core
