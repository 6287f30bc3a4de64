// SPDX-License-Identifier: Apache-2.0
// The end of the books: worlds as the whole run shows them, and what every account has.
#include <algorithm>
#include <utility>

#include "core/ledger/book/ledger.hpp"

namespace vtoll::core {

void Ledger::settle(const HostExits& hosts) {
    const auto move = [&](auto& by_world, const auto& add) {
        for (std::size_t w = 0; w < by_world.size(); ++w) {
            const World to = hosts.settled(static_cast<World>(w), false);
            if (to == static_cast<World>(w)) continue;
            add(by_world[static_cast<std::size_t>(to)], by_world[w]);
            by_world[w] = {};
        }
    };
    for (EpisodeRow& row : rows_) row.kind.world = hosts.settled(row.kind.world, true);
    facts_.settle_worlds(hosts);
    for (RowCounts& row : row_counts_)
        move(row.worlds, [](RowCounts::Part& to, const RowCounts::Part& from) {
            to.insns += from.insns;
            to.ticks += from.ticks;
        });
    for (const auto& book : machine_books_) {
        if (!book) continue;
        move(book->base, [](Base& to, const Base& from) {
            for (std::size_t i = 0; i < max_phases; ++i) {
                to.insns[i] += from.insns[i];
                to.ticks[i] += from.ticks[i];
                to.device[i] += from.device[i];
                to.exception[i] += from.exception[i];
            }
        });
        for (std::size_t w = 0; w < book->waits.size(); ++w)
            for (std::size_t c = 0; c < book->waits[w].size(); ++c) {
                const World to = hosts.settled(static_cast<World>(w), static_cast<Cause>(c) != Cause::none);
                if (to == static_cast<World>(w)) continue;
                for (std::size_t phase = 0; phase < max_phases; ++phase)
                    for (std::size_t i = 0; i < core_stalls; ++i)
                        book->waits[static_cast<std::size_t>(to)][c][phase][i] +=
                            std::exchange(book->waits[w][c][phase][i], 0);
            }
    }
}

std::vector<Account> Ledger::accounts() const {
    constexpr auto n_worlds = static_cast<std::size_t>(World::count), n_causes = static_cast<std::size_t>(Cause::count),
                   n_stalls = static_cast<std::size_t>(Stall::count);
    struct Cell {
        u64 insns = 0, ticks = 0;
    };
    std::array<std::vector<Cell>, 256> machines;  // by machine, made when it has an account
    const auto cell = [&](u8 vm, World w, Cause c, std::size_t phase, Stall s) -> Cell& {
        std::vector<Cell>& cells = machines[vm];
        if (cells.empty()) cells.resize(n_worlds * n_causes * max_phases * n_stalls);
        return cells[((static_cast<std::size_t>(w) * n_causes + static_cast<std::size_t>(c)) * max_phases + phase) *
                         n_stalls +
                     static_cast<std::size_t>(s)];
    };
    const auto add = [&](u8 vm, World w, Cause c, std::size_t phase, u64 insns, u64 ticks, u64 device, u64 exception) {
        cell(vm, w, c, phase, Stall::issue).insns += insns;
        cell(vm, w, c, phase, Stall::issue).ticks += ticks - device - exception;
        cell(vm, w, c, phase, Stall::device).ticks += device;
        cell(vm, w, c, phase, Stall::exception).ticks += exception;
    };
    for (const EpisodeRow& row : rows_)
        for (std::size_t i = 0; i < max_phases; ++i) {
            const PhaseCost& p = row.kind.phases[i];
            add(row.kind.payer(), row.kind.world, row.kind.cause, i, row.count * p.insns, row.count * p.ticks,
                row.count * p.device, row.count * p.exception);
        }
    for (std::size_t n = 0; n < machine_books_.size(); ++n) {
        if (!machine_books_[n]) continue;
        const MachineBook& book = *machine_books_[n];
        const auto vm = static_cast<u8>(n);
        for (std::size_t w = 0; w < n_worlds; ++w) {
            const auto world = static_cast<World>(w);
            const Base& base = book.base[w];
            for (std::size_t i = 0; i < max_phases; ++i)
                add(vm, world, Cause::none, i, base.insns[i], base.ticks[i], base.device[i], base.exception[i]);
            for (std::size_t c = 0; c < n_causes; ++c)
                for (std::size_t phase = 0; phase < max_phases; ++phase)
                    for (std::size_t i = 0; i < core_stalls; ++i) {
                        const u64 ticks = book.waits[w][c][phase][i];
                        const auto cause = static_cast<Cause>(c);
                        cell(vm, world, cause, phase, static_cast<Stall>(first_core_stall + i)).ticks += ticks;
                        cell(vm, world, cause, phase, Stall::issue).ticks -= ticks;
                    }
        }
        cell(vm, World::idle, Cause::none, 0, Stall::sleep).ticks += book.idle_ticks;
    }

    std::vector<Account> out;
    for (std::size_t vm = 0; vm < machines.size(); ++vm)
        for (std::size_t i = 0; i < machines[vm].size(); ++i) {
            const Cell& each = machines[vm][i];
            if (!each.insns && !each.ticks) continue;
            std::size_t rest = i;
            const auto take = [&](std::size_t base) {
                const std::size_t digit = rest % base;
                rest /= base;
                return digit;
            };
            const auto stall = static_cast<Stall>(take(n_stalls));
            const auto phase = static_cast<u16>(take(max_phases));
            const auto cause = static_cast<Cause>(take(n_causes));
            out.push_back({static_cast<World>(rest), cause, phase, stall, each.insns, each.ticks, static_cast<u8>(vm)});
        }
    std::stable_sort(out.begin(), out.end(), [](const Account& a, const Account& b) {
        return std::pair(a.world, a.cause) < std::pair(b.world, b.cause);
    });
    return out;
}

}  // namespace vtoll::core
