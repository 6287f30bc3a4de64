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
#include "core/report/table_definition.hpp"

namespace vtoll::core {

/// What became of the scenarios. A scenario in neither was not run: there is none of that name.
struct Runs {
    std::map<std::string, RunRecord> books;
    std::map<std::string, std::string> failures;
};

/// Each kind is filled by its fill(table, runs) out of the runs of its scenarios(), each once; where placements matter,
/// once in each, and the tables are then made one.
struct DeviceTable : TableHeading {
    static constexpr const char* kind_name = "devices";
    static constexpr bool placements_matter = true;
    struct Row {
        std::string label, scenario, about;
        u64 registers = 0;  ///< accesses to registers that the operation consists of
        void declare(Keys& keys);
        bool operator==(const Row&) const = default;
    };
    std::vector<Row> rows;

    void declare(Keys& keys);
    std::vector<std::string> scenarios() const;
};
PlainTable fill(const DeviceTable& table, const Runs& runs);

/// lmbench's operations on minios: the scenarios are systems that all do them.
struct MiniosTable : TableHeading {
    static constexpr const char* kind_name = "minios";
    static constexpr bool placements_matter = true;
    struct Row {
        std::string label;  ///< of the published table
        u64 n = 0;          ///< operations in the smaller batch
        void declare(Keys& keys);
        bool operator==(const Row&) const = default;
    };
    u64 repetitions = 0;  ///< pairs of batches
    std::string native, pure, para, hosted;
    std::vector<Row> rows;

    void declare(Keys& keys);
    std::vector<std::string> scenarios() const;
};
PlainTable fill(const MiniosTable& table, const Runs& runs);
PlainTable minios_table(const MiniosTable& table, const PublishedTable& published, const Runs& runs);

struct SwitchTable : TableHeading {
    static constexpr const char* kind_name = "switches";
    static constexpr bool placements_matter = false;
    struct Row {
        std::string label;      ///< row of the published table when that has it
        std::string scenario;   ///< "": nothing here is such a system
        std::string operation;  ///< the scenario's samples are lmbench's batches; this one of its operations
        std::string about;
        void declare(Keys& keys);
        bool operator==(const Row&) const = default;
    };
    std::vector<Row> rows;

    void declare(Keys& keys);
    std::vector<std::string> scenarios() const;
};
PlainTable fill(const SwitchTable& table, const Runs& runs);
PlainTable switch_table(const SwitchTable& table, const PublishedTable& published, const MiniosTable& lmbench,
                        const Runs& runs);

/// World switches of runs, by the exit that led to them.
struct WorldSwitchTable : TableHeading {
    static constexpr const char* kind_name = "world-switches";
    static constexpr bool placements_matter = false;
    struct Row {
        std::string label, scenario, about;
        void declare(Keys& keys);
        bool operator==(const Row&) const = default;
    };
    std::vector<Row> rows;

    void declare(Keys& keys);
    std::vector<std::string> scenarios() const;
};
PlainTable fill(const WorldSwitchTable& table, const Runs& runs);

struct SizeTable : TableHeading {
    static constexpr const char* kind_name = "size";
    static constexpr bool placements_matter = false;
    struct Row {
        std::string label, about;
        std::string folders;  ///< of the source tree, separated by spaces
        void declare(Keys& keys);
        bool operator==(const Row&) const = default;
    };
    std::vector<Row> rows;

    void declare(Keys& keys);
    std::vector<std::string> scenarios() const { return {}; }
};
PlainTable fill(const SizeTable& table, const Runs& runs);
PlainTable size_table(const SizeTable& table, const PublishedTable& published, const std::filesystem::path& sources);

using SampleValue = std::function<u64(const Sample&)>;
/// Median of the measured samples. Throws InputError when there are none.
double median_of(const RunRecord& run, const SampleValue& value);
/// (batch of 2n - batch of n) / n, the median over the repetitions. Throws InputError when the run's samples are not
/// those batches.
double per_operation(const RunRecord& run, const MiniosTable& lmbench, std::size_t operation, const SampleValue& value);

/// Lines with something else than comment and white space. In assembly @ begins a comment too.
u64 code_lines(const std::string& text, bool assembly);

}  // namespace vtoll::core
