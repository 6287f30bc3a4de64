// SPDX-License-Identifier: Apache-2.0
// The paths of a run's exits, instruction by instruction: what each instruction of the hypervisor cost, added up over
// the exits of one name. It listens to the hypervisor's level alone, so the guest runs as fast as ever; results of the
// run stay what they are. Its sums are those of the books, to the tick.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core/ledger/book/booking.hpp"
#include "core/report/path/exit_path.hpp"
#include "core/scenario/books.hpp"
#include "core/scenario/simulation.hpp"
#include "core/trace/path/path_sums.hpp"

namespace vtoll::core::trace {

/// One exit that is to be known step by step: by processor and the tick at which it began, or as the n-th of its group
/// to end, from 1.
struct WantedEpisode {
    unsigned group = 0;
    unsigned cpu = 0;
    std::optional<u64> began;
    u64 number = 0;
};

class ExitPaths final : public Watcher {
public:
    /// Exits of one group are added up; those in none are left out. `kind`: as it is stored.
    using GroupOf = std::function<std::optional<unsigned>(const EpisodeKind& kind)>;

    /// Before the run, `books` being added to it before this is.
    ExitPaths(Simulation& run, Books& books, unsigned groups, GroupOf group_of,
              std::optional<WantedEpisode> wanted = {});
    ~ExitPaths() override;
    void attach(Simulation& run) override;
    void finish(Simulation& run) override;

    /// After the run. Without a name.
    ExitPath path(unsigned group) const;

private:
    class Recorder;
    struct Group {
        PathSums sums;
        u64 insns = 0, ticks = 0;  ///< by the books
        StallTicks stalls{};
        std::map<u64, u64> lengths;  ///< ticks of an exit -> how many
        ExitPath::Guest guest;
    };

    Simulation& run_;
    GroupOf group_of_;
    std::optional<WantedEpisode> wanted_;
    Places places_;
    std::vector<Group> groups_;
    std::optional<PathEpisode> episode_;  ///< steps by number of place
    std::vector<std::unique_ptr<Recorder>> recorders_;
};

}  // namespace vtoll::core::trace
