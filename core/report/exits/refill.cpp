// SPDX-License-Identifier: Apache-2.0
// What exits and guest refill of what they displace of each other's: what the same run takes less with that free.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/report/exits/exit_explanation.hpp"
#include "core/report/measure.hpp"
#include "core/report/screen/decimals.hpp"

namespace vtoll::core {

namespace {

constexpr const char* otherwise = "anything else";

const ExitCost* cost_of(const std::vector<ExitCost>& costs, const std::string& of, const std::string& what) {
    const auto at = std::ranges::find_if(costs, [&](const ExitCost& c) { return c.of == of && c.what == what; });
    return at == costs.end() ? nullptr : &*at;
}

double ticks_of(const std::vector<ExitCost>& costs, const std::string& of, const std::string& what) {
    const ExitCost* cost = cost_of(costs, of, what);
    return cost ? cost->ticks : 0;
}

double insns_of(const std::vector<ExitCost>& costs, const std::string& of) {
    double insns = 0;
    for (const ExitCost& cost : costs)
        if (cost.of == of) insns += cost.insns;
    return insns;
}

}  // namespace

void add_guest(ExitExplanation& e, const ExitPath& path) {
    const auto exits = static_cast<double>(path.each.n);
    for (std::size_t i = 0; i < stall_count; ++i) {
        const bool issue = static_cast<Stall>(i) == Stall::issue;
        if (!path.guest.stalls[i] && !issue) continue;
        e.costs.push_back({guest_part,
                           std::string(name_of(static_cast<Stall>(i))),
                           issue ? static_cast<double>(path.guest.insns) / exits : 0,
                           static_cast<double>(path.guest.stalls[i]) / exits,
                           {},
                           {}});
    }
}

void add_refill(ExitExplanation& e, const std::vector<ExitCost>& free) {
    const std::vector<ExitCost> priced = e.costs;
    for (const auto& [of, refill] : {std::pair{guest_part, guest_refill}, std::pair{"stall", exit_refill}}) {
        double rest = 0;
        for (std::size_t i = 0; i < stall_count; ++i) {
            const std::string what(name_of(static_cast<Stall>(i)));
            const double less = ticks_of(priced, of, what) - ticks_of(free, of, what);
            if (is_refill(static_cast<Stall>(i))) e.costs.push_back({refill, what, 0, less, {}, {}});
            else rest += less;
        }
        e.costs.push_back({refill, otherwise, 0, rest, {}, {}});
    }
    const double more = insns_of(free, guest_part) - insns_of(priced, guest_part);
    if (std::abs(more) >= 0.05)
        e.notes.push_back(
            fmt::format("With free refill the guest executes {} instructions from an exit to the next: time goes "
                        "otherwise for it, and what that changes is in what it refills.",
                        signed_decimal(more)));
}

Section refill_section(const ExitExplanation& e) {
    Grid grid{{"refilled", "by the guest afterwards", "by the exit"}, {}};
    double guest = 0, exit = 0;
    for (const ExitCost& cost : e.costs) {
        if (cost.of != guest_refill) continue;
        const double of_exit = ticks_of(e.costs, exit_refill, cost.what);
        guest += cost.ticks;
        exit += of_exit;
        if (std::abs(cost.ticks) >= 0.05 || std::abs(of_exit) >= 0.05)
            grid.rows.push_back({cost.what, decimal(cost.ticks), decimal(of_exit)});
    }
    if (grid.rows.empty() && guest == 0 && exit == 0) grid.rows.push_back({"nothing", "0.0", "0.0"});
    else grid.rows.push_back({"together", decimal(guest), decimal(exit)});
    return {"",
            {"Run again so that exits and guest displace nothing of each other's in caches, TLBs and predictor "
             "(timing.free = refill), one exit and the guest from there to the next exit take so many ticks less:"},
            std::move(grid),
            {}};
}

}  // namespace vtoll::core
