// SPDX-License-Identifier: Apache-2.0
// Which Advanced SIMD words are UNDEFINED or UNPREDICTABLE, and who may execute the others.
#include "tests/unit/isa/load_store_fixture.hpp"
#include "tests/unit/isa/neon_case.hpp"

namespace vtoll::isa::test {
namespace {

using enum Decoded;

struct Word {
    const char* what;
    u32 a32;
    Decoded expected;
};

void check_words(std::span<const Word> words, const Features& features = {}) {
    for (const Word& w : words) {
        EXPECT_EQ(decode_one(InstrSet::a32, w.a32, Privilege::pl1, 0, features).decoded, w.expected)
            << w.what << ", A32";
        EXPECT_EQ(decode_one(InstrSet::t32, neon_t32(w.a32), Privilege::pl1, 0, features).decoded, w.expected)
            << w.what << ", T32";
    }
}

TEST(NeonDecode, DataProcessing) {
    const Word words[] = {
        {"vadd.i64 q0, q1, q2", 0xf2320844, ok},
        {"vadd.i64 q0, q1, odd register", 0xf2320845, undefined},
        {"vadd.i64 odd register, q1, q2", 0xf2321844, undefined},
        {"vadd.i64 q0, odd register, q2", 0xf2330844, undefined},
        {"vhadd with size 3", 0xf2310002, undefined},
        {"vqadd.s64", 0xf2310012, ok},
        {"vcgt with size 3", 0xf2310302, undefined},
        {"vtst with size 3", 0xf2310812, undefined},
        {"vpadd.i16 d0, d1, d2", 0xf2110b12, ok},
        {"vpadd with Q", 0xf2120b54, undefined},
        {"vpmax with Q", 0xf2120a44, undefined},
        {"vqdmulh.s8", 0xf2010b02, undefined},
        {"vqdmulh with size 3", 0xf2310b02, undefined},
        {"vmul.p16", 0xf3110912, undefined},
        {"vmla with size 3", 0xf2310902, undefined},
        {"vadd.f32 with sz 1", 0xf2110d02, undefined},
        {"vaddl to an odd register", 0xf2821004, undefined},
        {"vaddhn of an odd register", 0xf2830404, undefined},
        {"vqdmull.s8", 0xf2820d04, undefined},
        {"vmull.p16", 0xf2920e04, undefined},
        {"vmull.p8 with U", 0xf3820e04, undefined},
        {"vmla.i8 by scalar", 0xf2810042, undefined},
        {"vmla.f16 by scalar", 0xf2910142, undefined},
        {"vqdmlal by scalar with U", 0xf3920344, undefined},
    };
    check_words(words);
}

TEST(NeonDecode, ShiftsAndImmediates) {
    const Word words[] = {
        {"vshr.s8 d0, d1, #8", 0xf2880011, ok},
        {"vqshlu without U", 0xf2880611, undefined},
        {"vsri without U", 0xf2880411, undefined},
        {"vshrn with L", 0xf28c0892, undefined},
        {"vshrn of an odd register", 0xf28c0813, undefined},
        {"vshll to an odd register", 0xf28b1a12, undefined},
        {"vcvt fixed, distance of 16 bits", 0xf29c0e11, undefined},
        {"vcvt fixed, distance of 32 bits", 0xf2bc0f11, ok},
        {"vmov.i64 d0", 0xf3820e36, ok},
        {"modified immediate with op 1, cmode 1111", 0xf2810f31, undefined},
        {"vmov.i8 to an odd quadword", 0xf2851e5a, undefined},
    };
    check_words(words);
}

TEST(NeonDecode, TwoRegisters) {
    const Word words[] = {
        {"vrev64.32", 0xf3b80001, ok},
        {"vrev32.32", 0xf3b80081, undefined},
        {"vrev16.16", 0xf3b40101, undefined},
        {"vcnt.16", 0xf3b40501, undefined},
        {"vmvn with size 1", 0xf3b40581, undefined},
        {"vcgt.s16 #0", 0xf3b50001, ok},
        {"vcgt.f16 #0", 0xf3b50401, undefined},
        {"vabs with size 3", 0xf3bd0301, undefined},
        {"vswp with size 1", 0xf3b60001, undefined},
        {"vtrn.32 d0, d1", 0xf3ba0081, ok},
        {"vuzp.32 d0, d1", 0xf3ba0101, undefined},
        {"vuzp.32 q0, q1", 0xf3ba0142, ok},
        {"vzip.32 d0, d1", 0xf3ba0181, undefined},
        {"vmovn of an odd register", 0xf3b60203, undefined},
        {"vmovn with size 3", 0xf3be0202, undefined},
        {"vshll max to an odd register", 0xf3b61302, undefined},
        {"vcvt.f16.f32 with size 2", 0xf3ba0602, undefined},
        {"vcvt.f32.f16 to an odd register", 0xf3b61702, undefined},
        {"vrecpe with size 1", 0xf3b70401, undefined},
        {"vext.8 d0, d1, d2, #7", 0xf2b10702, ok},
        {"vext.8 d0, d1, d2, #8", 0xf2b10802, undefined},
        {"vtbl d0, {d31}, d3", 0xf3bf0883, ok},
        {"vtbl d0, {d31, d32}, d3", 0xf3bf0983, unpredictable},
        {"vdup with imm4 0000", 0xf3b00c01, undefined},
        {"vdup with imm4 1000", 0xf3b80c01, undefined},
        {"vdup.8 to an odd quadword", 0xf3b11c41, undefined},
        {"vdup.8 q0, r1", 0xeee01b10, ok},
        {"vdup.8 odd quadword, r1", 0xeee11b10, undefined},
        {"vdup with B and E", 0xeee01b30, undefined},
        {"vdup.8 q0, pc", 0xeee0fb10, unpredictable},
    };
    check_words(words);
    EXPECT_EQ(decode_one(InstrSet::a32, 0xeee0db10).decoded, ok) << "vdup.8 q0, sp in A32";
    EXPECT_EQ(decode_one(InstrSet::t32, 0xeee0db10).decoded, unpredictable) << "and in T32";
}

TEST(NeonDecode, LoadsAndStores) {
    const Word words[] = {
        {"vld1.8 {d0}, [r1:64]", 0xf421071f, ok},
        {"vld1.8 {d0}, [r1:128]", 0xf421072f, undefined},
        {"vld1.8 {d0, d1}, [r1:128]", 0xf4210a2f, ok},
        {"vld1.8 {d0, d1}, [r1:256]", 0xf4210a3f, undefined},
        {"vld1.8 {d0-d2}, [r1:128]", 0xf421062f, undefined},
        {"vld1.8 {d0-d3}, [r1:256]", 0xf421023f, ok},
        {"vld2.64", 0xf42108cf, undefined},
        {"vld2.8 {d0, d1}, [r1:256]", 0xf421083f, undefined},
        {"vld2.8 {d0-d3}, [r1:256]", 0xf421033f, ok},
        {"vld3.8 {d0-d2}, [r1:128]", 0xf421042f, undefined},
        {"vld4.64", 0xf42100cf, undefined},
        {"type 1011", 0xf4210b0f, undefined},
        {"vld1.8 {d31}", 0xf461f70f, ok},
        {"vld1.8 {d31, d32}", 0xf461fa0f, unpredictable},
        {"vld4.8 {d26, d28, d30, d32}", 0xf461a10f, unpredictable},
        {"vld4.8 {d25, d27, d29, d31}", 0xf461910f, ok},
        {"vld1.8 {d0}, [pc]", 0xf42f070f, unpredictable},
        {"vld1.8 {d0[0]}, aligned", 0xf4a1001f, undefined},
        {"vld1.16 {d0[0]}, index_align 0010", 0xf4a1042f, undefined},
        {"vld1.32 {d0[0]}, index_align 0001", 0xf4a1081f, undefined},
        {"vld1.32 {d0[0]}, index_align 0100", 0xf4a1084f, undefined},
        {"vld2.32 {d0[0], d1[0]}, index_align 0010", 0xf4a1092f, undefined},
        {"vld3.8 {d0[0]..}, aligned", 0xf4a1021f, undefined},
        {"vld3.32 {d0[0]..}, index_align 0001", 0xf4a10a1f, undefined},
        {"vld4.32 {d0[0]..}, index_align 0011", 0xf4a10b3f, undefined},
        {"vst1 with size 3 of a lane", 0xf4810c0f, undefined},
        {"vst4 with size 3 of a lane", 0xf4810f0f, undefined},
        {"vld1.8 {d0[]}, aligned", 0xf4a10c1f, undefined},
        {"vld1.64 {d0[]}", 0xf4a10ccf, undefined},
        {"vld2.64 {d0[], d1[]}", 0xf4a10dcf, undefined},
        {"vld3.8 {d0[]..}, aligned", 0xf4a10e1f, undefined},
        {"vld4 to all lanes, size 3, not aligned", 0xf4a10fcf, undefined},
        {"vld4 to all lanes, size 3, aligned", 0xf4a10fdf, ok},
        {"vld4.8 {d29[], d30[], d31[], d32[]}", 0xf4e1df0f, unpredictable},
    };
    check_words(words);
}

TEST(NeonDecode, Features) {
    const Word gone[] = {
        {"vadd.i64 q0, q1, q2", 0xf2320844, undefined}, {"vshr.s8 d0, d1, #8", 0xf2880011, undefined},
        {"vmov.i64 d0", 0xf3820e36, undefined},         {"vext.8 d0, d1, d2, #7", 0xf2b10702, undefined},
        {"vdup.8 q0, r1", 0xeee01b10, undefined},       {"vadd.f32 d0, d1, d2", 0xf2010d02, undefined},
        {"vld1.8 {d0}, [r1]", 0xf421070f, undefined},   {"vst4.16 {d0[0]..}, [r1], r2", 0xf4810722, undefined},
    };
    ::vtoll::isa::Features none;
    none.neon = false;
    check_words(gone, none);
    ::vtoll::isa::Features first;
    first.vfpv4 = false;
    const Word v4[] = {
        {"vfma.f32 d0, d1, d2", 0xf2010c12, undefined}, {"vfms.f32 d0, d1, d2", 0xf2210c12, undefined},
        {"vcvt.f16.f32 d0, q1", 0xf3b60602, undefined}, {"vcvt.f32.f16 q0, d2", 0xf3b60702, undefined},
        {"vmla.f32 d0, d1, d2", 0xf2010d12, ok},        {"vadd.f32 d0, d1, d2", 0xf2010d02, ok},
    };
    check_words(v4, first);
}

// --- who may use them: the rules of VfpAccess, through the other way of asking -------------------------------------

enum class Outcome { runs, undefined_exception, hyp_trap };

TEST(NeonAccess, CpacrFpexcAndHcptr) {
    struct Case {
        const char* why;
        Mode mode;
        bool en;
        u32 cpacr, hcptr;
        Outcome want;
    };
    constexpr u32 full = 0xfu << 20, privileged = 5u << 20, asedis = 1u << 31;
    const Case cases[] = {
        {"all enabled, PL0", Mode::usr, true, full, 0, Outcome::runs},
        {"FPEXC.EN 0", Mode::svc, false, full, 0, Outcome::undefined_exception},
        {"CPACR allows PL1 only, PL1", Mode::svc, true, privileged, 0, Outcome::runs},
        {"CPACR allows PL1 only, PL0", Mode::usr, true, privileged, 0, Outcome::undefined_exception},
        {"CPACR.ASEDIS", Mode::svc, true, full | asedis, 0, Outcome::undefined_exception},
        {"CPACR.ASEDIS does not reach Hyp mode", Mode::hyp, true, full | asedis, 0, Outcome::runs},
        {"HCPTR.TASE", Mode::svc, true, full, hcptr::TASE, Outcome::hyp_trap},
        {"HCPTR.TASE, PL0", Mode::usr, true, full, hcptr::TASE, Outcome::hyp_trap},
        {"HCPTR.TASE in Hyp mode", Mode::hyp, true, full, hcptr::TASE, Outcome::undefined_exception},
        {"CPACR.ASEDIS goes before HCPTR.TASE", Mode::svc, true, full | asedis, hcptr::TASE,
         Outcome::undefined_exception},
    };
    for (const Case& c : cases)
        for (u32 raw : {0xf2010802u, 0xf421070fu, 0xf4010acdu}) {  // vadd.i8, vld1.8, vst1.64 with writeback
            Machine k(true, c.mode);
            k.s.sys.cpacr = c.cpacr;
            k.s.sys.hcptr = c.hcptr;
            k.s.fpexc = c.en ? 1u << 30 : 0;
            k.s.update_fp_enabled();
            k.s.r[1] = ram_base;
            k.a32(raw, c.why);
            switch (c.want) {
            case Outcome::runs: EXPECT_TRUE(k.ram.taken.empty()) << c.why << ", " << std::hex << raw; break;
            case Outcome::undefined_exception:
                EXPECT_TRUE(k.took(ExceptionKind::undefined)) << c.why << ", " << std::hex << raw;
                break;
            case Outcome::hyp_trap:
                EXPECT_TRUE(k.took(ExceptionKind::hyp_trap)) << c.why << ", " << std::hex << raw;
                EXPECT_EQ(k.s.sys.hsr >> 26, 7u) << c.why << ": exception class";
                EXPECT_TRUE(bit(k.s.sys.hsr, 5)) << c.why << ": ISS.TA";
                break;
            }
            EXPECT_EQ(k.s.r[1] == ram_base, c.want != Outcome::runs || raw != 0xf4010acd) << c.why << ": writeback";
        }
}

TEST(NeonAccess, FollowsTheMode) {
    Machine k(true);
    k.s.sys.cpacr = 5u << 20;
    k.s.fpexc = 1u << 30;
    k.s.update_fp_enabled();
    EXPECT_TRUE(k.s.simd_enabled) << "PL1";
    k.s.switch_mode(Mode::usr);
    EXPECT_FALSE(k.s.simd_enabled) << "PL0 is denied by CPACR";
    k.s.switch_mode(Mode::svc);
    EXPECT_TRUE(k.s.simd_enabled) << "PL1 again";
}

}  // namespace
}  // namespace vtoll::isa::test
