// SPDX-License-Identifier: Apache-2.0
// What takes the place of a guest's instructions: it costs what they cost, and has its turn where it asked for it.
#include "core/seam/stand_in.hpp"

#include <gtest/gtest.h>

#include <map>

#include "core/cpu/hooks/driver.hpp"
#include "tests/unit/core/quiet_sink.hpp"
#include "tests/unit/core/small_machine.hpp"

namespace vtoll::core::test {
namespace {

constexpr u32 begin = SmallMachine::behind_mmu_on;

/// What ran: blocks with the accesses of their instructions.
struct Log final : QuietSink {
    struct Access {
        unsigned index;  ///< of the instruction
        MemoryAccess what;
    };
    struct Entry {
        BlockKey key;
        std::vector<u8> code;
        std::vector<Access> accesses;
    };
    explicit Log(const SmallMachine& machine) : machine_(machine) {}
    void block(const isa::CpuState&, const BlockKey& key, std::span<const isa::Op> ops, Counts) override {
        Entry entry{key, {}, {}};
        for (const isa::Op& op : ops) {
            const u32 word = machine_.word(op.pc);
            entry.code.insert(entry.code.end(), reinterpret_cast<const u8*>(&word),
                              reinterpret_cast<const u8*>(&word + 1));
        }
        entries.push_back(std::move(entry));
    }
    void access(const isa::CpuState&, const isa::Op* op, const MemoryAccess& a) override {
        entries.back().accesses.push_back({op->idx, a});
    }

    std::vector<Entry> entries;

private:
    const SmallMachine& machine_;
};

/// Plays a log, and then says that it is over.
class Player final : public StandIn {
public:
    Player(Processor& cpu, const Log& log, u32 end) : log_(log), end_(end), driver_(cpu) {
        for (const Log::Entry& entry : log.entries) {
            const Block*& block = blocks_[entry.key.va];
            if (!block) block = driver_.decode(entry.key, entry.code);
        }
    }
    bool playing() const override { return at_ < log_.entries.size(); }
    void play() override {
        while (driver_.time_left() && playing()) {
            const Log::Entry& entry = log_.entries[at_];
            const Block& block = *blocks_[entry.key.va];
            EXPECT_TRUE(driver_.fetch(entry.key).ok) << "the code is mapped";
            driver_.begin(block);
            for (const Log::Access& access : entry.accesses) {
                driver_.run_to(block, access.index);
                EXPECT_TRUE(driver_.access(&block.op(access.index), access.what).ok) << "so are the data";
            }
            driver_.run_to(block, block.insns());
            ++at_;
            driver_.branch(block, playing() ? log_.entries[at_].key.va : end_);
        }
        if (!playing()) driver_.cpu().stop();
    }
    bool returned(const isa::CpuState&) override { return false; }
    void reached(const isa::CpuState&) override {}

private:
    const Log& log_;
    const u32 end_;
    Driver driver_;
    std::map<u32, const Block*> blocks_;
    std::size_t at_ = 0;
};

/// The loop's body, run 40 times. r0 = the last page of memory, r1 = the address behind the jump, r7 = the device.
const std::pair<const char*, std::vector<u32>> programs[] = {
    // LDR r3, [r0]; STR r3, [r0, r2, LSL #2]; SUB r6, r0, r2, LSL #12; LDR r3, [r6]
    {"memory", {0xe5903000, 0xe7803102, 0xe0406602, 0xe5963000}},
    // TST r2, #1; BNE 1f; ADD r4, r4, #1; 1: BL 2f; B 3f; 2: BX lr; 3:
    {"branches", {0xe3120001, 0x1a000000, 0xe2844001, 0xeb000000, 0xea000000, 0xe12fff1e}},
    // AND r6, r2, #1; ADD pc, pc, r6, LSL #2; NOP; NOP; NOP
    {"jumps", {0xe2026001, 0xe08ff106, 0xe320f000, 0xe320f000, 0xe320f000}},
    // LDR r4, [r7]; STR r4, [r7]; DSB; LDR r4, [r7, #4]
    {"device", {0xe5974000, 0xe5874000, 0xf57ff04f, 0xe5974004}},
};

struct Running : SmallMachine {
    Running(const std::vector<u32>& body, const char* rung) : SmallMachine(pricing_for(rung)) {
        load(mmu_on);
        u32 at = begin;
        const auto put = [&](u32 word) {
            write(at, {word});
            at += 4;
        };
        put(0xe3a02028);  // MOV r2, #40
        for (const u32 word : body) put(word);
        put(0xe2522001);                                                        // SUBS r2, r2, #1
        put(0x1a00'0000 | (0xff'ffff & -(static_cast<u32>(body.size()) + 3)));  // BNE back
        put(0xeafffffe);                                                        // B .
        end = at - 4;
    }
    void run_until(u32 address) {
        cpu.stop_at(isa::Privilege::pl1, address);
        go();
        cpu.clear_stops();
    }
    void go() {
        while (cpu.run(cpu.now() + 97) != StopReason::stop_point) {
        }
    }
    u32 end;
};

TEST(StandIn, CostsWhatTheInstructionsCost) {
    for (const char* rung : {"functional", "weights", "cortex-a7", "cortex-a8", "cortex-a9", "cortex-a15"})
        for (const auto& [name, body] : programs) {
            Running executing(body, rung), playing(body, rung);
            executing.run_until(begin);
            playing.run_until(begin);
            Log log(executing);
            executing.cpu.set_trace_sink(&log);
            executing.cpu.record(true);
            executing.run_until(executing.end);
            ASSERT_GE(log.entries.size(), 40u) << rung << ", " << name << ": blocks that were told of";

            Player player(playing.cpu, log, playing.end);
            playing.cpu.set_stand_in(&player);
            playing.go();
            EXPECT_EQ(playing.cpu.instructions(), executing.cpu.instructions()) << rung << ", " << name;
            EXPECT_EQ(playing.cpu.now(), executing.cpu.now()) << rung << ", " << name << ": ticks";
            for (std::size_t i = 0; i < stall_count; ++i)
                EXPECT_EQ(playing.cpu.stalls()[i], executing.cpu.stalls()[i])
                    << rung << ", " << name << ": " << name_of(static_cast<Stall>(i));
            EXPECT_EQ(playing.r(15), playing.end) << rung << ", " << name << ": it stands where the program ends";
        }
}

/// Is told of returns to User mode, and takes over if it wants to.
struct Waiting final : StandIn {
    Waiting(Processor& processor, bool wanted) : cpu(processor), wants(wanted) {}
    bool playing() const override { return takes_over; }
    void play() override {
        ++played;
        cpu.stop();
        cpu.parts().clock.kick();
    }
    bool returned(const isa::CpuState& s) override {
        returned_to.push_back(s.r[15]);
        return takes_over = wants;
    }
    void reached(const isa::CpuState&) override {}

    Processor& cpu;
    const bool wants;
    bool takes_over = false;
    unsigned played = 0;
    std::vector<u32> returned_to;
};

constexpr u32 user = SmallMachine::code + 0x100, usr_mode = 0x10, svc_mode = 0x13;

/// MOV r0, mode; MSR SPSR_fsxc, r0; MOV lr, code; ORR lr, lr, #0x100; MOVS pc, lr. There: ADD r1, r1, #1; B .
void load_return(SmallMachine& m, u32 mode) {
    m.write(user, {0xe2811001, 0xeafffffe});
    m.load({0xe3a00000 | mode, 0xe16ff000, 0xe3a0e101, 0xe38eec01, 0xe1b0f00e});
}

TEST(StandIn, HasItsTurnAtAReturnToUserMode) {
    SmallMachine m;
    load_return(m, usr_mode);
    Waiting stand_in(m.cpu, true);
    m.cpu.set_stand_in(&stand_in);
    EXPECT_EQ(m.cpu.run(1000), StopReason::stop_point) << "it was asked to play";
    EXPECT_EQ(stand_in.returned_to, (std::vector<u32>{user})) << "told of the return";
    EXPECT_EQ(m.r(1), 0u) << "and nothing ran behind it";
    EXPECT_EQ(m.cpu.instructions(), 5u) << "the instructions up to the return";
}

TEST(StandIn, LetsTheProcessorGoOnIfItWantsTo) {
    SmallMachine m;
    load_return(m, usr_mode);
    Waiting stand_in(m.cpu, false);
    m.cpu.set_stand_in(&stand_in);
    m.cpu.run(1000);
    EXPECT_EQ(stand_in.returned_to, (std::vector<u32>{user})) << "told of the return";
    EXPECT_EQ(stand_in.played, 0u) << "it did not want to play";
    EXPECT_EQ(m.r(1), 1u) << "the user's code ran";
    EXPECT_EQ(m.cpu.now(), 1000u) << "the whole turn";
}

TEST(StandIn, HearsNothingOfReturnsToOtherModes) {
    SmallMachine m;
    load_return(m, svc_mode | 0xc0);
    Waiting stand_in(m.cpu, true);
    m.cpu.set_stand_in(&stand_in);
    m.cpu.run(1000);
    EXPECT_TRUE(stand_in.returned_to.empty()) << "Supervisor mode is no user";
    EXPECT_EQ(m.r(1), 1u) << "the code there ran";
}

}  // namespace
}  // namespace vtoll::core::test
