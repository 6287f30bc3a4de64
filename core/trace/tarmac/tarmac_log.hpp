// SPDX-License-Identifier: Apache-2.0
// What the processors do, as text in the manner of the Tarmac traces of Arm's models: a line per instruction, per
// register it changed, per memory access, per exception. The grammar is docs/log.md. Results of the run stay what they
// are: blocks, turns and prices are those of a run without a log.
#pragma once

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/debug/point_watch.hpp"
#include "core/scenario/simulation.hpp"
#include "core/trace/record/table_watch.hpp"
#include "core/trace/tarmac/register_changes.hpp"
#include "core/trace/tarmac/text_output.hpp"

namespace vtoll::core {

struct TarmacLogOptions {
    std::string file;                                     ///< compressed when its name ends in .zst
    std::optional<StopPoint> from, to;                    ///< absent: the start, the end of the run
    bool registers = true, memory = true, tables = true;  ///< lines of these kinds
};

extern const FileKind log_kind;

class TarmacLog final : public Watcher {
public:
    explicit TarmacLog(TarmacLogOptions options);  ///< throws InputError when the file can't be made
    ~TarmacLog() override;
    void attach(Simulation& run) override;
    void finish(Simulation& run) override;

    bool opened() const { return opened_; }  ///< false: the run did not reach `from`
    bool empty() const { return empty_; }    ///< nothing was executed between `from` and `to`

private:
    class Processor;
    void open();
    void close();

    TarmacLogOptions options_;
    TextOutput out_;
    Simulation* run_ = nullptr;
    std::unique_ptr<PointWatch> watch_;
    std::vector<std::unique_ptr<Processor>> processors_;
    trace::TableWatch tables_;
    bool open_ = false, opened_ = false, empty_ = true;
};

}  // namespace vtoll::core
