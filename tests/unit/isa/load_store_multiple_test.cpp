// SPDX-License-Identifier: Apache-2.0
// LDM, STM, PUSH, POP: modes, writeback, the base in the list, user-bank forms, exception return, aborts on the way.
#include <bit>

#include "tests/unit/isa/load_store_fixture.hpp"

namespace vtoll::isa::test {
namespace {

using LoadStoreMultiple = LoadStore;
INSTANTIATE_TEST_SUITE_P(L0, LoadStoreMultiple, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "on" : "off"; });

constexpr u32 base = ram_base + 0x400;

void number_words(RamEnv& ram, u32 from, unsigned count) {
    for (u32 i = 0; i < count; ++i) ram.set_word(from + 4 * i, from + 4 * i);
}

TEST_P(LoadStoreMultiple, FourModesLoad) {
    struct Case {
        u32 raw;
        const char* text;
        s32 lowest, delta;
    };
    const Case cases[] = {
        {0xe8910224, "ldm r1, {r2, r5, r9}", 0, 0},     {0xe8b10224, "ldm r1!, {r2, r5, r9}", 0, 12},
        {0xe9910224, "ldmib r1, {r2, r5, r9}", 4, 0},   {0xe9b10224, "ldmib r1!, {r2, r5, r9}", 4, 12},
        {0xe8110224, "ldmda r1, {r2, r5, r9}", -8, 0},  {0xe8310224, "ldmda r1!, {r2, r5, r9}", -8, -12},
        {0xe9110224, "ldmdb r1, {r2, r5, r9}", -12, 0}, {0xe9310224, "ldmdb r1!, {r2, r5, r9}", -12, -12},
    };
    number_words(ram, base - 0x20, 16);
    for (const Case& c : cases) {
        s.r[1] = base;
        s.r[15] = 0x8000;
        m.a32(c.raw, c.text);
        const u32 lowest = base + static_cast<u32>(c.lowest);
        EXPECT_EQ(s.r[2], lowest) << c.text << ": the lowest register has the lowest address";
        EXPECT_EQ(s.r[5], lowest + 4) << c.text;
        EXPECT_EQ(s.r[9], lowest + 8) << c.text;
        EXPECT_EQ(s.r[1], base + static_cast<u32>(c.delta)) << c.text << ": base";
        EXPECT_EQ(m.block[0].units, 3) << c.text << ": priced per register";
        EXPECT_EQ(s.r[15], 0x8004u) << c.text;
    }
    EXPECT_EQ(ram.loads == 0, GetParam()) << "L0 serves whole blocks";
}

TEST_P(LoadStoreMultiple, FourModesStore) {
    struct Case {
        u32 raw;
        const char* text;
        s32 lowest, delta;
    };
    const Case cases[] = {
        {0xe8a14024, "stm r1!, {r2, r5, lr}", 0, 12},
        {0xe9814024, "stmib r1, {r2, r5, lr}", 4, 0},
        {0xe8214024, "stmda r1!, {r2, r5, lr}", -8, -12},
        {0xe9014024, "stmdb r1, {r2, r5, lr}", -12, 0},
    };
    for (const Case& c : cases) {
        ram.ram.fill(0);
        s.r[1] = base;
        m.a32(c.raw, c.text);
        const u32 lowest = base + static_cast<u32>(c.lowest);
        EXPECT_EQ(ram.word(lowest - 4), 0u) << c.text << ": nothing below";
        EXPECT_EQ(ram.word(lowest), s.r[2]) << c.text;
        EXPECT_EQ(ram.word(lowest + 4), s.r[5]) << c.text;
        EXPECT_EQ(ram.word(lowest + 8), s.r[14]) << c.text;
        EXPECT_EQ(ram.word(lowest + 12), 0u) << c.text << ": nothing above";
        EXPECT_EQ(s.r[1], base + static_cast<u32>(c.delta)) << c.text << ": base";
    }
}

TEST_P(LoadStoreMultiple, BaseInTheList) {
    number_words(ram, base, 4);
    s.r[1] = base;
    m.a32(0xe8910007, "ldm r1, {r0, r1, r2}");
    EXPECT_EQ(s.r[1], base + 4) << "loaded without writeback";
    s.r[1] = base;
    m.a32(0xe8a10006, "stm r1!, {r1, r2}");
    EXPECT_EQ(ram.word(base), base) << "the lowest register in the list is stored as it was";
    EXPECT_EQ(s.r[1], base + 8) << "then written back";
    number_words(ram, base, 4);
    s.r[1] = base;
    m.t16(0xc907, "ldm r1, {r0, r1, r2}");
    EXPECT_EQ(s.r[1], base + 4) << "T16 LDM with the base in the list doesn't write back";
    s.r[1] = base;
    m.t16(0xc905, "ldm r1!, {r0, r2}");
    EXPECT_EQ(s.r[1], base + 8) << "T16 LDM without it does";
}

TEST_P(LoadStoreMultiple, PushAndPop) {
    const u32 top = base + 0x40;
    s.r[13] = top;
    m.a32(0xe92d4030, "push {r4, r5, lr}");
    EXPECT_EQ(s.r[13], top - 12) << "A32 PUSH";
    m.t16(0xb530, "push {r4, r5, lr}");
    m.t32(0xe92d4210, "push {r4, r9, lr}");
    m.a32(0xe52d4004, "push {r4}");
    m.t32(0xf84d9d04, "push {r9}");
    EXPECT_EQ(s.r[13], top - 44) << "after 11 registers";
    s.r[4] = s.r[5] = s.r[9] = s.r[14] = 0;
    m.t32(0xf85d9b04, "pop {r9}");
    EXPECT_EQ(s.r[9], 0xa0a0'0009u) << "T32 POP of one register";
    m.a32(0xe49d4004, "pop {r4}");
    EXPECT_EQ(s.r[4], 0xa0a0'0004u) << "A32 POP of one register";
    s.r[4] = s.r[9] = 0;
    ram.set_word(s.r[13] + 8, 0xc001);
    m.t32(0xe8bd8210, "pop {r4, r9, pc}");
    EXPECT_EQ(s.r[9], 0xa0a0'0009u) << "T32 POP";
    EXPECT_EQ(s.r[15], 0xc000u) << "T32 POP {pc}";
    EXPECT_TRUE(s.thumb) << "stays in T32";
    EXPECT_EQ(m.block[0].cls, CostClass::branch_load) << "priced as a branch";
    EXPECT_EQ(m.block[0].units, 3) << "of three registers";
    ram.set_word(s.r[13] + 8, 0xd000);
    m.t16(0xbd30, "pop {r4, r5, pc}");
    EXPECT_EQ(s.r[15], 0xd000u) << "T16 POP {pc}";
    EXPECT_FALSE(s.thumb) << "interworks";
    EXPECT_EQ(s.r[5], 0xa0a0'0005u) << "T16 POP";
    ram.set_word(s.r[13] + 8, 0xe001);
    m.a32(0xe8bd8030, "pop {r4, r5, pc}");
    EXPECT_EQ(s.r[15], 0xe000u) << "A32 POP {pc}";
    EXPECT_TRUE(s.thumb) << "interworks";
    EXPECT_EQ(s.r[13], top) << "everything is popped";
}

TEST_P(LoadStoreMultiple, StoredPc) {
    s.r[1] = base;
    s.r[15] = 0x9000;
    m.a32(0xe8818001, "stm r1, {r0, pc}");
    EXPECT_EQ(ram.word(base + 4), 0x9008u) << "PCStoreValue is the address plus 8";
}

TEST_P(LoadStoreMultiple, ThumbBlocks) {
    number_words(ram, base, 8);
    s.r[1] = base + 12;
    m.t32(0xe9314300, "ldmdb r1!, {r8, r9, lr}");
    EXPECT_EQ(s.r[8], base) << "T32 LDMDB";
    EXPECT_EQ(s.r[14], base + 8) << "LR in the list";
    EXPECT_EQ(s.r[1], base) << "writeback";
    m.t16(0xc105, "stm r1!, {r0, r2}");
    EXPECT_EQ(ram.word(base + 4), s.r[2]) << "T16 STM";
    EXPECT_EQ(s.r[1], base + 8) << "always writes back";
}

TEST_P(LoadStoreMultiple, AbortOnTheWayKeepsTheBase) {
    struct Case {
        InstrSet set;
        u32 raw;
        const char* text;
    };
    const Case cases[] = {{InstrSet::a32, 0xe8b103fc, "ldm r1!, {r2-r9}"},
                          {InstrSet::a32, 0xe891003f, "ldm r1, {r0, r1, r2, r3, r4, r5}"},
                          {InstrSet::a32, 0xe8a103fc, "stm r1!, {r2-r9}"},
                          {InstrSet::t32, 0xe8b103fc, "ldm r1!, {r2-r9}"},
                          {InstrSet::a32, 0xe8b1803c, "ldm r1!, {r2-r5, pc}"}};
    for (const Case& c : cases) {
        Machine k(GetParam());
        k.s.r[1] = ram_base + 0x1000 - 12;
        number_words(k.ram, k.s.r[1], 16);
        k.fail_at(ram_base + 0x1000);
        const auto before = k.s.r;
        k.run(c.set, c.raw, c.text);
        EXPECT_TRUE(k.took(ExceptionKind::data_abort)) << c.text;
        EXPECT_EQ(k.s.sys.dfar, ram_base + 0x1000) << c.text << ": the first word of the second page";
        for (unsigned i = 0; i < 13; ++i) EXPECT_EQ(k.s.r[i], before[i]) << c.text << ": r" << i;

        // What a hypervisor does: make the page accessible and run the instruction again.
        k.ram.faults.clear();
        k.s.set_cpsr(k.s.spsr());
        k.s.r[15] = 0x8000;
        k.run(c.set, c.raw, c.text);
        EXPECT_EQ(k.ram.taken.size(), 1u) << c.text << ": no second abort";
        const u32 distance = k.block[0].flags & op_writes_mem ? 2u : 8u;
        EXPECT_EQ(k.s.r[4] - k.s.r[2], distance) << c.text << ": numbered words when loaded, as set up when stored";
    }
}

TEST_P(LoadStoreMultiple, UnalignedBlocksFault) {
    for (const auto& [raw, text] :
         {std::pair{0xe8b1000c, "ldm r1!, {r2, r3}"}, std::pair{0xe8a1000c, "stm r1!, {r2, r3}"}}) {
        Machine k(GetParam());
        k.s.r[1] = base + 2;
        k.a32(raw, text);
        EXPECT_TRUE(k.took(ExceptionKind::data_abort)) << text;
        EXPECT_EQ(k.s.sys.dfsr & 0x40f, 1u) << text << ": alignment fault";
        EXPECT_EQ(k.s.r[1], base + 2) << text << ": base";
    }
}

TEST_P(LoadStoreMultiple, UserBank) {
    s.write_banked(13, Mode::usr, 0x1313);
    s.write_banked(14, Mode::usr, 0x1414);
    s.r[1] = base;
    m.a32(0xe8c16001, "stm r1, {r0, sp, lr}^");
    EXPECT_EQ(ram.word(base), s.r[0]) << "r0 is not banked";
    EXPECT_EQ(ram.word(base + 4), 0x1313u) << "SP_usr";
    EXPECT_EQ(ram.word(base + 8), 0x1414u) << "LR_usr";
    const u32 sp = s.r[13];
    ram.set_word(base + 4, 0x2313);
    ram.set_word(base + 8, 0x2414);
    m.a32(0xe8d16001, "ldm r1, {r0, sp, lr}^");
    EXPECT_EQ(s.read_banked(13, Mode::usr), 0x2313u) << "SP_usr loaded";
    EXPECT_EQ(s.read_banked(14, Mode::usr), 0x2414u) << "LR_usr loaded";
    EXPECT_EQ(s.r[13], sp) << "SP_svc untouched";

    s.switch_mode(Mode::fiq);
    s.r[8] = 0xf1f1;
    s.r[1] = base;
    m.a32(0xe9c11100, "stmib r1, {r8, r12}^");
    EXPECT_EQ(ram.word(base + 4), 0xa0a0'0008u) << "r8_usr from FIQ mode";
}

TEST_P(LoadStoreMultiple, UserBankWhereItMayNotBeUsed) {
    s.r[1] = base;
    s.switch_mode(Mode::sys);
    m.a32(0xe8c12001, "stm r1, {r0, sp}^");
    EXPECT_TRUE(m.took(ExceptionKind::undefined)) << "UNPREDICTABLE in System mode: treated as UNDEFINED";
    EXPECT_EQ(decode_one(InstrSet::a32, 0xe8c12001, Privilege::pl0).decoded, Decoded::unpredictable) << "User mode";
    EXPECT_EQ(decode_one(InstrSet::a32, 0xe8c12001, Privilege::pl2).decoded, Decoded::undefined) << "Hyp mode";
    EXPECT_EQ(decode_one(InstrSet::a32, 0xe8d18001, Privilege::pl2).decoded, Decoded::undefined) << "LDM ^ with PC";
}

TEST_P(LoadStoreMultiple, ExceptionReturn) {
    ram.set_word(base, 0x1111);
    ram.set_word(base + 4, 0x4000'2001);
    s.spsr() = 0x10 | psr::T | psr::C;
    s.r[13] = base;
    m.a32(0xe8fd8001, "ldm sp!, {r0, pc}^");
    EXPECT_EQ(s.mode(), Mode::usr) << "the SPSR's mode";
    EXPECT_TRUE(s.thumb) << "the SPSR's T bit";
    EXPECT_TRUE(s.flag_c()) << "the SPSR's flags";
    EXPECT_EQ(s.r[15], 0x4000'2000u) << "return address";
    EXPECT_EQ(s.read_banked(13, Mode::svc), base + 8) << "the handler's SP is written back";
    EXPECT_EQ(s.r[0], 0x1111u) << "register loaded";
    EXPECT_EQ(m.block[0].cls, CostClass::eret) << "priced as an exception return";
}

TEST(LoadStoreMultipleDecode, UnpredictableForms) {
    struct Case {
        InstrSet set;
        u32 raw;
        const char* why;
    };
    const Case cases[] = {
        {InstrSet::a32, 0xe8910000, "LDM with no register"},
        {InstrSet::a32, 0xe89f0003, "LDM from the PC"},
        {InstrSet::a32, 0xe8b10003, "LDM with writeback of a loaded base"},
        {InstrSet::a32, 0xe8f10003, "LDM of user registers with writeback"},
        {InstrSet::t16, 0xc900, "T16 LDM with no register"},
        {InstrSet::t16, 0xbc00, "POP of nothing"},
        {InstrSet::t32, 0xe8910004, "T32 LDM of one register"},
        {InstrSet::t32, 0xe891c001, "T32 LDM of LR and PC"},
        {InstrSet::t32, 0xe8912001, "T32 LDM of SP"},
        {InstrSet::t32, 0xe8818001, "T32 STM of PC"},
        {InstrSet::t32, 0xe8a10003, "T32 STM with writeback of a stored base"},
    };
    for (const Case& c : cases)
        EXPECT_NE(decode_one(c.set, c.raw).decoded, Decoded::ok) << c.why << ", raw " << std::hex << c.raw;
    // IT EQ with three instructions, at the first of them: ITSTATE 0b0000'0010.
    EXPECT_EQ(decode_one(InstrSet::t16, 0xbd01, Privilege::pl1, 0x02).decoded, Decoded::unpredictable)
        << "POP {pc} that is not the last of its IT block";
    EXPECT_EQ(decode_one(InstrSet::t16, 0xbd01, Privilege::pl1, 0x08).decoded, Decoded::ok) << "and that is";
}

}  // namespace
}  // namespace vtoll::isa::test
