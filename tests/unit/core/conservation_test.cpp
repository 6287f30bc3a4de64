// SPDX-License-Identifier: Apache-2.0
// Whatever happens, in whatever order, every instruction and tick is in exactly one account.
#include <random>

#include "tests/unit/core/book_driver.hpp"

namespace vtoll::core {
namespace {

using isa::ExceptionKind;
using isa::Mode;

constexpr Mode pl1_modes[] = {Mode::svc, Mode::irq, Mode::abt, Mode::und, Mode::fiq};

class RandomEvents {
public:
    explicit RandomEvents(u32 seed) : random_(seed) {}

    ProcessorRecord play(int events) {
        for (int i = 0; i < events; ++i) step();
        return driver_.close();
    }

private:
    u32 pick(u32 n) { return random_() % n; }

    void take() {
        if (pick(2)) driver_.set_vm(static_cast<u8>(pick(3)));
        if (driver_.state.is_hyp() || pick(2)) {
            const auto kind = pick(3) ? ExceptionKind::hyp_trap : ExceptionKind::irq;
            driver_.take(kind, Mode::hyp, random_(), pick(4) * 0x1000, pick(30));
        } else {
            constexpr ExceptionKind kinds[] = {ExceptionKind::svc, ExceptionKind::data_abort, ExceptionKind::irq,
                                               ExceptionKind::undefined};
            driver_.take(kinds[pick(4)], pl1_modes[pick(5)], 0, pick(4) * 0x1000, pick(30));
        }
    }

    void leave() {
        const isa::Privilege now = driver_.state.privilege();
        if (now == isa::Privilege::pl0) return;
        const u32 pc = pick(4) * 0x1000 + (pick(2) ? 4 : 0);
        if (pick(3) == 0) driver_.set_vm(static_cast<u8>(pick(3)));
        const u32 where = pick(3);
        if (where == 0) driver_.leave(Mode::usr, pc, pick(30));
        else if (where == 1 || now == isa::Privilege::pl1) driver_.leave(pl1_modes[pick(5)], pc, pick(30));
        else driver_.leave(Mode::hyp, pc, pick(30));
    }

    void step() {
        driver_.run(pick(100), pick(300));
        switch (pick(8)) {
        case 0:
        case 1: take(); break;
        case 2:
        case 3: leave(); break;
        case 4: driver_.phase(static_cast<u16>(pick(14))); break;
        case 5: driver_.device(pick(200)); break;
        case 6: driver_.idle(pick(1000)); break;
        default: driver_.mark(pick(6));
        }
    }

    std::mt19937 random_;
    BookDriver driver_{Mode::hyp};
};

TEST(Conservation, RandomEventStreams) {
    const u32 seed = 20110607;
    for (u32 i = 0; i < 400; ++i) {
        const ProcessorRecord cpu = RandomEvents(seed + i).play(500);
        expect_conserved(cpu, "with seed " + std::to_string(seed + i));
        Counts episodes, in_accounts;
        for (const EpisodeRow& row : cpu.episodes) {
            episodes.insns += row.count * row.kind.insns();
            episodes.ticks += row.count * row.kind.ticks();
            for (const PhaseCost& p : row.kind.phases)
                EXPECT_LE(p.device + p.exception, p.ticks) << "parts of the ticks, with seed " << seed + i;
        }
        for (const Account& a : cpu.accounts)
            if (a.cause != Cause::none) {
                in_accounts.insns += a.insns;
                in_accounts.ticks += a.ticks;
            }
        EXPECT_EQ(episodes.insns, in_accounts.insns) << "episodes and their accounts, with seed " << seed + i;
        EXPECT_EQ(episodes.ticks, in_accounts.ticks) << "episodes and their accounts, with seed " << seed + i;
        if (HasFailure()) return;
    }
}

TEST(Conservation, SameEventsSameBooks) {
    const ProcessorRecord a = RandomEvents(7).play(2000), b = RandomEvents(7).play(2000);
    ASSERT_EQ(a.episodes.size(), b.episodes.size()) << "rows";
    for (std::size_t i = 0; i < a.episodes.size(); ++i) {
        EXPECT_EQ(a.episodes[i].kind, b.episodes[i].kind) << "row " << i;
        EXPECT_EQ(a.episodes[i].count, b.episodes[i].count) << "row " << i;
    }
}

TEST(Conservation, ResidueSeesAMissingInstruction) {
    ProcessorRecord cpu = RandomEvents(3).play(100);
    ++cpu.machine.insns;
    EXPECT_EQ(residue(cpu).insns, 1) << "counted by the machine, in no account";
    cpu.machine.insns -= 2;
    EXPECT_EQ(residue(cpu).insns, -1) << "booked, but never counted";
    RunRecord run;
    run.cpus.push_back(cpu);
    EXPECT_FALSE(conserved(run)) << "one processor is enough";
}

}  // namespace
}  // namespace vtoll::core
