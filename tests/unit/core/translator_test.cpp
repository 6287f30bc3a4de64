// SPDX-License-Identifier: Apache-2.0
// Host code and handlers side by side on a whole processor: the same programs leave the same registers, memory, time
// and stalls, whatever happens in the middle of a block. tests/differential/translated_test.cpp sees to what
// instructions compute.
#include <gtest/gtest.h>

#include <array>
#include <stdexcept>
#include <vector>

#include "core/timing/pricing.hpp"
#include "isa/encodings/generator.hpp"
#include "tests/unit/core/small_machine.hpp"

namespace vtoll::core::test {

namespace {

constexpr u64 seed = 0x7011'2026;

/// A program by chance: registers r0 to r5 are data, r6 the middle of a page of data, r7 a device, r8 a counter, r9 a
/// page that nothing is mapped at. Straight pieces between loops that end.
std::vector<u32> some_program(isa::Rng& rng) {
    const auto below = [&](u32 n) { return static_cast<u32>(rng() % n); };
    const auto r = [&] { return below(6); };
    std::vector<u32> out(SmallMachine::mmu_on);
    out.push_back(0xe3046800);  // MOVW r6, #0x4800
    out.push_back(0xe3446004);  // MOVT r6, #0x4004: data
    const unsigned pieces = 2 + below(3);
    for (unsigned piece = 0; piece < pieces; ++piece) {
        out.push_back(0xe3a08000 | (1 + below(4)));  // MOV r8, rounds
        const std::size_t begin = out.size();
        const unsigned length = 1 + below(20);
        for (unsigned i = 0; i < length; ++i) {
            const u32 cond = below(3) ? 14 : below(14);
            const u32 head = cond << 28;
            switch (below(10)) {
            case 0: out.push_back(head | 0x05860000 | r() << 12 | below(64) * 4); break;            // STR rt, [r6, #]
            case 1: out.push_back(head | 0x05960000 | r() << 12 | below(64) * 4); break;            // LDR
            case 2: out.push_back(head | 0x05d60000 | r() << 12 | below(256)); break;               // LDRB
            case 3: out.push_back(head | 0x08860000 | (1 + below(0x3f))); break;                    // STMIA r6, {}
            case 4: out.push_back(head | 0x08960000 | (1 + below(0x3f))); break;                    // LDMIA r6, {}
            case 5: out.push_back(head | (below(2) ? 0x05870000 : 0x05970000) | r() << 12); break;  // the device
            case 6: out.push_back(head | 0x03500000 | r() << 16 | below(256)); break;               // CMP rn, #
            case 7: out.push_back(head | 0x00000090 | r() << 16 | r() << 8 | r()); break;           // MUL
            case 8: out.push_back(head | 0x01c600d0 | 2 * below(3) << 12 | below(4) << 8); break;   // LDRD
            default: {
                const u32 opcode = below(16), sets = opcode >= 8 && opcode < 12 ? 1 : below(2);
                const u32 shift = below(2) ? below(32) << 7 | below(4) << 5 : below(4) << 5 | 0x10 | r() << 8;
                out.push_back(head | opcode << 21 | sets << 20 | r() << 16 | r() << 12 | shift | r());
            }
            }
        }
        if (below(4) == 0) out.push_back(0xe5990000 | r() << 12);  // LDR rt, [r9]: a fault, behind which all ends
        out.push_back(0xe2588001);                                 // SUBS r8, r8, #1
        out.push_back(0x1a000000 | ((static_cast<u32>(begin) - static_cast<u32>(out.size()) - 2) & 0xffffff));  // BNE
    }
    out.push_back(0xeafffffe);  // B .
    return out;
}

struct Result {
    std::array<u32, 16> r;
    u32 cpsr;
    u64 instructions, ticks;
    StallTotals stalls;
    std::vector<u32> data;
    std::vector<std::pair<u64, bool>> devices;
    bool operator==(const Result&) const = default;
};

Result run(const std::vector<u32>& program, const Pricing& pricing, bool shortcuts, u64 limit) {
    SmallMachine m(pricing, shortcuts);
    u32 at = SmallMachine::code;
    for (const u32 word : program) m.write(at, {word}), at += 4;
    // Vectors that go round: what is taken is seen in r15 and the counts.
    for (u32 v = 0; v < 8; ++v) m.write(SmallMachine::ram_base + 0x1'0000 + 4 * v, {0xeafffffe});
    Result out{};
    m.on_device = [&](u64 pa, bool write) { out.devices.emplace_back(pa, write); };
    m.cpu.start({.pc = SmallMachine::code});
    m.cpu.state().sys.vbar = SmallMachine::ram_base + 0x1'0000;
    m.cpu.state().r[9] = SmallMachine::unmapped;
    for (u64 until = limit / 7; until < limit; until += limit / 7) m.cpu.run(until);
    out.r = m.cpu.state().r;
    out.cpsr = m.cpu.state().cpsr();
    out.instructions = m.cpu.instructions();
    out.ticks = m.cpu.now();
    out.stalls = m.cpu.stalls();
    for (u32 i = 0; i < 1024; ++i) out.data.push_back(m.word(SmallMachine::ram_base + 0x4'4000 + 4 * i));
    return out;
}

void compare(const Pricing& pricing, unsigned programs) {
    isa::Rng rng(seed);
    for (unsigned n = 0; n < programs; ++n) {
        const std::vector<u32> program = some_program(rng);
        const u64 limit = 2000 + rng() % 3000;
        EXPECT_EQ(run(program, pricing, true, limit), run(program, pricing, false, limit))
            << "program " << n << " of seed " << seed << " ends in another way as host code";
        if (testing::Test::HasFailure()) return;
    }
}

TEST(Translator, an_exception_of_the_host_passes_through_code) {
    SmallMachine m;
    std::vector<u32> program(SmallMachine::mmu_on);
    program.insert(program.end(), {0xe5870000, 0xeafffffd});  // STR r0, [r7]; B to it
    u32 at = SmallMachine::code;
    for (const u32 word : program) m.write(at, {word}), at += 4;
    m.cpu.start({.pc = SmallMachine::code});
    unsigned accesses = 0;
    m.on_device = [&](u64, bool) {
        if (++accesses == 50) throw std::runtime_error("full");
    };
    EXPECT_THROW(m.cpu.run(100'000), std::runtime_error) << "from a device, by a handler that code has called";
    EXPECT_EQ(accesses, 50u) << "the loop's stores";
}

TEST(Translator, programs_end_as_they_do_by_handlers) { compare(functional_pricing(), 400); }
TEST(Translator, and_cost_the_same_on_a_cortex_a15) { compare(pricing_for("cortex-a15"), 100); }
TEST(Translator, and_on_a_cortex_a7) { compare(pricing_for("cortex-a7"), 100); }

}  // namespace

}  // namespace vtoll::core::test
