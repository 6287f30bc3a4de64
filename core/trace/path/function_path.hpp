// SPDX-License-Identifier: Apache-2.0
// What each instruction of a function cost, over all calls of it, by whichever world. A call begins where the
// function's first instruction is executed and goes on to the next one of that processor; what the function itself
// executes counts, callees and exceptions do not.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/report/path/exit_path.hpp"
#include "core/scenario/books.hpp"
#include "core/scenario/simulation.hpp"
#include "core/trace/path/path_sums.hpp"

namespace vtoll::core::trace {

struct FunctionCode {
    std::string name;
    u32 begin = 0, end = 0;  ///< addresses [begin, end)
    std::vector<isa::Privilege> levels;
};

/// The first function of that name in the run's images and symbols. One whose size is not known ends at the next
/// symbol.
std::optional<FunctionCode> find_function(const Simulation& run, const std::string& name);
std::vector<std::string> function_names(const Simulation& run);

/// A call that is to be known step by step.
struct WantedCall {
    enum class Which : u8 { median, dearest, number };
    Which which = Which::median;
    u64 number = 0;  ///< in the order in which they ended, from 1
};

class FunctionPath final : public Watcher {
public:
    /// Before the run. Calls count from where `books` open.
    FunctionPath(Simulation& run, Books& books, FunctionCode code, std::optional<WantedCall> wanted = {});
    ~FunctionPath() override;
    void attach(Simulation& run) override;
    void finish(Simulation& run) override;
    /// After the run. Of a median among too many different calls there are no steps.
    ExitPath path() const;

private:
    class Recorder;
    void restart();

    Simulation& run_;
    FunctionCode code_;
    std::optional<WantedCall> wanted_;
    Places places_;
    PathSums sums_;
    std::map<u64, u64> lengths_;             ///< ticks of a call -> how many
    std::map<u64, PathEpisode> candidates_;  ///< by ticks: the first call of each length that may be the one
    std::size_t steps_kept_ = 0;
    std::vector<std::unique_ptr<Recorder>> recorders_;
};

}  // namespace vtoll::core::trace
