// SPDX-License-Identifier: Apache-2.0
// Floating-point data-processing instructions: operands, operations, flags, access, short vectors and optional parts.
// The arithmetic itself is tested in fp_*_test.cpp.
#include <bit>

#include "isa/fp/fp.hpp"
#include "tests/unit/isa/load_store_fixture.hpp"

namespace vtoll::isa::test {
namespace {

namespace fpscr = fp::fpscr;

u32 single(double value) { return std::bit_cast<u32>(static_cast<float>(value)); }
u64 twice(double value) { return std::bit_cast<u64>(value); }

constexpr u32 low_half = 0x5151'5151;  // of D0, whose upper half S1 is the destination

/// S1 and D16: 10, S2 and D17: 3, S3 and D18: 1/4.
struct Vfp : Machine {
    explicit Vfp(Mode mode = Mode::svc) : Machine(false, mode) {
        s.sys.cpacr |= 0xfu << 20;
        s.fpexc = 1u << 30;
        s.update_fp_enabled();
        s.d[0] = u64{single(10)} << 32 | low_half;
        s.d[1] = u64{single(0.25)} << 32 | single(3);
        s.d[16] = twice(10);
        s.d[17] = twice(3);
        s.d[18] = twice(0.25);
    }
    u32 s1() const { return static_cast<u32>(s.d[0] >> 32); }
    void set_s1(u32 value) { s.d[0] = u64{value} << 32 | low_half; }
    void set_s3(u32 value) { s.d[1] = u64{value} << 32 | static_cast<u32>(s.d[1]); }
};

// An A32 word with condition AL is also the T32 one.
void both_sets(u32 raw, const char* text, auto prepare, auto check) {
    for (InstrSet set : {InstrSet::a32, InstrSet::t32}) {
        SCOPED_TRACE(std::string(text) + (set == InstrSet::a32 ? ", A32" : ", T32"));
        Vfp k;
        prepare(k);
        k.run(set, raw, text);
        EXPECT_TRUE(k.ram.taken.empty()) << "no exception";
        EXPECT_EQ(static_cast<u32>(k.s.d[0]), low_half) << "the other half of the doubleword stays";
        check(k);
    }
}

struct Arithmetic {
    u32 single, twice;
    const char* mnemonic;
    double result;
    bool vfpv4 = false, vector = true;
    CostClass cls = CostClass::vfp_mul;
};
constexpr Arithmetic arithmetic[] = {
    {0xee710a21, 0xee710ba2, "vadd", 3.25, false, true, CostClass::vfp_add},
    {0xee710a61, 0xee710be2, "vsub", 2.75, false, true, CostClass::vfp_add},
    {0xee610a21, 0xee610ba2, "vmul", 0.75},
    {0xeec10a21, 0xeec10ba2, "vdiv", 12, false, true, CostClass::vfp_div},
    {0xee610a61, 0xee610be2, "vnmul", -0.75},
    {0xee410a21, 0xee410ba2, "vmla", 10.75},
    {0xee410a61, 0xee410be2, "vmls", 9.25},
    {0xee510a61, 0xee510be2, "vnmla", -10.75},
    {0xee510a21, 0xee510ba2, "vnmls", -9.25},
    {0xeee10a21, 0xeee10ba2, "vfma", 10.75, true},
    {0xeee10a61, 0xeee10be2, "vfms", 9.25, true},
    {0xeed10a61, 0xeed10be2, "vfnma", -10.75, true},
    {0xeed10a21, 0xeed10ba2, "vfnms", -9.25, true},
    {0xeef00ae1, 0xeef00be2, "vabs", 0.25, false, true, CostClass::vfp_add},
    {0xeef10a61, 0xeef10b62, "vneg", -0.25, false, true, CostClass::vfp_add},
    {0xeef00a61, 0xeef00b62, "vmov (register)", 0.25, false, true, CostClass::vfp_move},
    {0xeef10ae1, 0xeef10be2, "vsqrt", 0.5, false, true, CostClass::vfp_div},
    {0xeeff0a08, 0xeeff0b08, "vmov #-1.5", -1.5, false, true, CostClass::vfp_move},
};

TEST(VfpDataProcessing, Arithmetic) {
    for (const Arithmetic& a : arithmetic)
        for (u32 before : {u32{0}, fpscr::IXC}) {
            const auto modes = [=](Vfp& k) { k.s.fpscr = before; };
            both_sets(a.single, a.mnemonic, modes, [&](Vfp& k) {
                EXPECT_EQ(k.s1(), single(a.result)) << "single";
                EXPECT_EQ(k.s.fpscr, before) << "exact: no flag";
                EXPECT_EQ(k.block[0].cls, a.cls) << "cost class";
            });
            both_sets(a.twice, a.mnemonic, modes, [&](Vfp& k) {
                EXPECT_EQ(k.s.d[16], twice(a.result)) << "double";
                EXPECT_EQ(k.s.fpscr, before) << "exact: no flag";
            });
        }
}

TEST(VfpDataProcessing, RoundingModesReachTheArithmetic) {
    // 3 and 1/8 + 2^-26: sum, product and quotient are inexact in single precision.
    for (u32 raw : {0xee710a21u, 0xee610a21u, 0xeec10a21u})
        for (u32 mode = 0; mode < 4; ++mode) {
            Vfp k;
            k.set_s3(single(0x1.000002p-3));
            k.s.fpscr = mode << 22;
            u32 flags = mode << 22;
            const u32 n = single(3), m = single(0x1.000002p-3);
            const u32 expected = raw == 0xee710a21u   ? fp::FPAdd<fp::Control::fpscr>(n, m, flags)
                                 : raw == 0xee610a21u ? fp::FPMul<fp::Control::fpscr>(n, m, flags)
                                                      : fp::FPDiv<fp::Control::fpscr>(n, m, flags);
            k.a32(raw, "inexact");
            EXPECT_EQ(k.s1(), expected) << "mode " << mode << ", " << std::hex << raw;
            EXPECT_EQ(k.s.fpscr, mode << 22 | fpscr::IXC) << "IXC, mode " << mode;
        }
}

TEST(VfpDataProcessing, ChainedRoundsTwiceFusedOnce) {
    // (1 + 2^-23)^2 - 1
    const auto prepare = [](Vfp& k) {
        k.set_s1(single(-1));
        k.s.d[1] = u64{0x3f80'0001} << 32 | 0x3f80'0001;
    };
    both_sets(0xee410a21, "vmla", prepare, [](Vfp& k) { EXPECT_EQ(k.s1(), single(0x1p-22)) << "2^-46 is lost"; });
    both_sets(
        0xeee10a21, "vfma",
        [&](Vfp& k) {
            prepare(k);
            k.s.fpscr = 1u << 22;
        },
        [](Vfp& k) { EXPECT_EQ(k.s1(), single(0x1.000002p-22)) << "and is seen when rounding upwards"; });
}

TEST(VfpDataProcessing, SignsAreBits) {
    constexpr u32 signalling = 0x7f80'0001;
    const auto prepare = [](Vfp& k) {
        k.set_s3(signalling);
        k.s.fpscr = fpscr::DN | fpscr::FZ;
    };
    both_sets(0xeef10a61, "vneg", prepare, [](Vfp& k) {
        EXPECT_EQ(k.s1(), signalling | 1u << 31) << "a NaN's sign changes";
        EXPECT_EQ(k.s.fpscr, fpscr::DN | fpscr::FZ) << "no exception";
    });
    both_sets(
        0xee610a61, "vnmul",
        [](Vfp& k) {
            k.set_s3(0x7f80'0000);
            k.s.d[1] &= ~u64{0xffff'ffff};
        },
        [](Vfp& k) {
            EXPECT_EQ(k.s1(), 0xffc0'0000u) << "VNMUL of 0 and infinity: the default NaN is negated too";
            EXPECT_EQ(k.s.fpscr, fpscr::IOC) << "invalid";
        });
}

TEST(VfpDataProcessing, Comparisons) {
    struct Case {
        const char* what;
        double d, m;
        u32 nzcv;
    };
    const Case cases[] = {{"less", -1, 2, fpscr::N},
                          {"equal", 2, 2, fpscr::Z | fpscr::C},
                          {"greater", 3, 2, fpscr::C},
                          {"unordered", NAN, 2, fpscr::C | fpscr::V}};
    for (const Case& c : cases)
        for (bool e : {false, true}) {
            const bool invalid = e && std::isnan(c.d);
            const u32 expected = c.nzcv | fpscr::DN | (invalid ? fpscr::IOC : 0);
            const auto prepare = [&](Vfp& k) {
                k.set_s1(single(c.d));
                k.set_s3(single(c.m));
                k.s.d[16] = twice(c.d);
                k.s.d[18] = twice(c.m);
                k.s.fpscr = fpscr::NZCV | fpscr::DN;
            };
            const auto check = [&](Vfp& k) { EXPECT_EQ(k.s.fpscr, expected) << c.what << (e ? ", VCMPE" : ", VCMP"); };
            both_sets(e ? 0xeef40ae1 : 0xeef40a61, "vcmp s1, s3", prepare, check);
            both_sets(e ? 0xeef40be2 : 0xeef40b62, "vcmp d16, d18", prepare, check);
            const u32 zero = std::isnan(c.d) ? c.nzcv : c.d < 0 ? fpscr::N : fpscr::C;
            const auto check_zero = [&](Vfp& k) {
                EXPECT_EQ(k.s.fpscr, zero | fpscr::DN | (invalid ? fpscr::IOC : 0)) << c.what << " with zero";
            };
            both_sets(e ? 0xeef50ac0 : 0xeef50a40, "vcmp s1, #0", prepare, check_zero);
            both_sets(e ? 0xeef50bc0 : 0xeef50b40, "vcmp d16, #0", prepare, check_zero);
        }
}

TEST(VfpDataProcessing, BetweenFormats) {
    both_sets(
        0xeef70ae1, "vcvt.f64.f32 d16, s3", [](Vfp&) {}, [](Vfp& k) { EXPECT_EQ(k.s.d[16], twice(0.25)) << "f64"; });
    both_sets(
        0xeef70be2, "vcvt.f32.f64 s1, d18", [](Vfp&) {}, [](Vfp& k) { EXPECT_EQ(k.s1(), single(0.25)) << "f32"; });
    const auto halves = [](Vfp& k) { k.set_s3(0xc000'3c00); };  // -2, 1
    both_sets(0xeef20a61, "vcvtb.f32.f16 s1, s3", halves, [](Vfp& k) { EXPECT_EQ(k.s1(), single(1)) << "bottom"; });
    both_sets(0xeef20ae1, "vcvtt.f32.f16 s1, s3", halves, [](Vfp& k) { EXPECT_EQ(k.s1(), single(-2)) << "top"; });
    const auto target = [](Vfp& k) { k.set_s1(0x1111'2222); };
    both_sets(0xeef30a61, "vcvtb.f16.f32 s1, s3", target,
              [](Vfp& k) { EXPECT_EQ(k.s1(), 0x1111'3400u) << "the top stays"; });
    both_sets(0xeef30ae1, "vcvtt.f16.f32 s1, s3", target,
              [](Vfp& k) { EXPECT_EQ(k.s1(), 0x3400'2222u) << "the bottom stays"; });
}

TEST(VfpDataProcessing, Integers) {
    const auto minus_two = [](Vfp& k) { k.set_s3(0xffff'fffe); };
    both_sets(0xeef80a61, "vcvt.f32.u32", minus_two, [](Vfp& k) { EXPECT_EQ(k.s1(), single(0x1p32)) << "rounded"; });
    both_sets(0xeef80ae1, "vcvt.f32.s32", minus_two, [](Vfp& k) { EXPECT_EQ(k.s1(), single(-2)) << "signed"; });
    both_sets(0xeef80b61, "vcvt.f64.u32", minus_two,
              [](Vfp& k) { EXPECT_EQ(k.s.d[16], twice(4294967294.0)) << "exact"; });
    both_sets(0xeef80be1, "vcvt.f64.s32", minus_two, [](Vfp& k) { EXPECT_EQ(k.s.d[16], twice(-2)) << "signed"; });
    // VCVT goes towards zero, VCVTR where RMode says: up.
    const auto fraction = [](Vfp& k) {
        k.set_s3(single(2.25));
        k.s.d[18] = twice(2.25);
        k.s.fpscr = 1u << 22;
    };
    for (u32 raw : {0xeefc0ae1u, 0xeefd0ae1u, 0xeefc0be2u, 0xeefd0be2u})
        both_sets(raw, "vcvt to an integer", fraction, [](Vfp& k) {
            EXPECT_EQ(k.s1(), 2u) << "towards zero";
            EXPECT_EQ(k.s.fpscr, 1u << 22 | fpscr::IXC) << "inexact";
        });
    for (u32 raw : {0xeefc0a61u, 0xeefd0a61u, 0xeefc0b62u, 0xeefd0b62u})
        both_sets(raw, "vcvtr to an integer", fraction, [](Vfp& k) { EXPECT_EQ(k.s1(), 3u) << "by RMode"; });
    both_sets(
        0xeefc0ae1, "vcvt.u32.f32", [](Vfp& k) { k.set_s3(single(-7)); },
        [](Vfp& k) {
            EXPECT_EQ(k.s1(), 0u) << "unsigned saturates at 0";
            EXPECT_EQ(k.s.fpscr, fpscr::IOC) << "invalid";
        });
    both_sets(
        0xeefd0be2, "vcvt.s32.f64", [](Vfp& k) { k.s.d[18] = twice(-1e10); },
        [](Vfp& k) { EXPECT_EQ(k.s1(), 0x8000'0000u) << "signed saturates"; });
}

TEST(VfpDataProcessing, FixedPoint) {
    // All with three fraction bits.
    struct Case {
        u32 single, twice;
        const char* type;
        u32 from;                  // register before the conversion to floating point
        double number;             // and after
        u64 to_single, to_double;  // what -2.3 becomes
    };
    const Case cases[] = {
        {0xeefa0a66, 0xeefa0b66, "s16", 0x1234'fff0, -2, 0xffff'ffee, 0xffff'ffff'ffff'ffee},
        {0xeefb0a66, 0xeefb0b66, "u16", 0x1234'fff0, 8190, 0, 0},
        {0xeefa0aee, 0xeefa0bee, "s32", 0xffff'fff0, -2, 0xffff'ffee, 0xffff'ffff'ffff'ffee},
        {0xeefb0aee, 0xeefb0bee, "u32", 0x0000'0018, 3, 0, 0},
    };
    constexpr u32 to_fixed = 1u << 18;
    for (const Case& c : cases) {
        const auto integer = [&](Vfp& k) {
            k.set_s1(c.from);
            k.s.d[16] = 0xabcd'0000'0000'0000 | c.from;
        };
        both_sets(c.single, c.type, integer, [&](Vfp& k) { EXPECT_EQ(k.s1(), single(c.number)) << "to single"; });
        both_sets(c.twice, c.type, integer, [&](Vfp& k) { EXPECT_EQ(k.s.d[16], twice(c.number)) << "to double"; });
        const auto number = [&](Vfp& k) {
            k.set_s1(single(-2.3));
            k.s.d[16] = twice(-2.3);
            k.s.fpscr = 2u << 22;
        };
        const u32 flag = c.to_single ? fpscr::IXC : fpscr::IOC;
        both_sets(c.single | to_fixed, c.type, number, [&](Vfp& k) {
            EXPECT_EQ(k.s1(), c.to_single) << "from single, towards zero, extended";
            EXPECT_EQ(k.s.fpscr, 2u << 22 | flag) << "flags";
        });
        both_sets(c.twice | to_fixed, c.type, number, [&](Vfp& k) {
            EXPECT_EQ(k.s.d[16], c.to_double) << "from double, towards zero, extended to 64 bits";
        });
    }
    // To floating point it is always to nearest: 2^24 + 1, one fraction bit, rounding upwards asked for.
    both_sets(
        0xeefa0aef, "vcvt.f32.s32 s1, s1, #1",
        [](Vfp& k) {
            k.set_s1(0x0100'0001);
            k.s.fpscr = 1u << 22;
        },
        [](Vfp& k) { EXPECT_EQ(k.s1(), single(0x1p23)) << "a tie to even"; });
    EXPECT_EQ(decode_one(InstrSet::a32, 0xeefa0a48).decoded, Decoded::ok) << "s16, no fraction bits";
    EXPECT_EQ(decode_one(InstrSet::a32, 0xeefa0a68).decoded, Decoded::unpredictable) << "s16, -1 fraction bits";
    EXPECT_EQ(decode_one(InstrSet::a32, 0xeefa0ac0).op.imm, 32u) << "s32, 32 fraction bits";
    EXPECT_EQ(decode_one(InstrSet::a32, 0xeefa0aef).op.imm, 1u) << "s32, 1 fraction bit";
}

TEST(VfpDataProcessing, ConditionsAndAccess) {
    Vfp k;
    k.s.set_nzcv(0);
    k.a32(0x0e710a21, "vaddeq.f32 s1, s2, s3");
    EXPECT_EQ(k.s1(), single(10)) << "condition failed";
    k.s.set_nzcv(psr::Z);
    k.a32(0x0e710a21, "vaddeq.f32 s1, s2, s3");
    EXPECT_EQ(k.s1(), single(3.25)) << "condition passed";
    for (const Arithmetic& a : arithmetic) {
        Vfp off;
        off.s.fpexc = 0;
        off.s.update_fp_enabled();
        off.a32(a.single, a.mnemonic);
        EXPECT_TRUE(off.took(ExceptionKind::undefined)) << a.mnemonic << " with FPEXC.EN 0";
        Vfp trapped;
        trapped.s.sys.hcptr = hcptr::TCP10 | hcptr::TCP11;
        trapped.s.update_fp_enabled();
        trapped.a32(a.twice, a.mnemonic);
        EXPECT_TRUE(trapped.took(ExceptionKind::hyp_trap)) << a.mnemonic << " under HCPTR.TCP10";
        EXPECT_EQ(trapped.s.d[16], twice(10)) << a.mnemonic << ": nothing has been written";
    }
}

TEST(VfpDataProcessing, ShortVectorsAreUndefined) {
    for (const Arithmetic& a : arithmetic)
        for (u32 raw : {a.single, a.twice})
            for (u32 before : {u32{0}, fpscr::IXC}) {
                Vfp k;
                k.s.fpscr = before | 1u << 16;
                k.a32(raw, a.mnemonic);
                EXPECT_TRUE(k.took(ExceptionKind::undefined)) << a.mnemonic << " with Len 1";
                EXPECT_EQ(k.s1(), single(10)) << a.mnemonic << ": nothing has been written";
                EXPECT_EQ(k.s.d[16], twice(10)) << a.mnemonic << ": nothing has been written";
                Vfp stride;
                stride.s.fpscr = before | fpscr::Stride;
                stride.a32(raw, a.mnemonic);
                EXPECT_TRUE(stride.ram.taken.empty()) << a.mnemonic << ": Stride alone does nothing";
            }
    for (u32 raw :
         {0xeef40a61u, 0xeef50ac0u, 0xeef70ae1u, 0xeefd0ae1u, 0xeefd0a61u, 0xeef80a61u, 0xeefa0a66u, 0xeef20a61u}) {
        Vfp k;
        k.s.fpscr = fpscr::Len;
        k.a32(raw, "comparisons and conversions");
        EXPECT_TRUE(k.ram.taken.empty()) << "always scalar: " << std::hex << raw;
    }
}

TEST(VfpDataProcessing, OptionalParts) {
    Features none, no_v4, d16;
    none.vfp = false;
    no_v4.vfpv4 = false;
    d16.vfp_d32 = false;
    const auto decoded = [](u32 raw, const Features& f) {
        return decode_one(InstrSet::a32, raw, Privilege::pl1, 0, f).decoded;
    };
    for (const Arithmetic& a : arithmetic) {
        EXPECT_EQ(decoded(a.single, none), Decoded::undefined) << a.mnemonic << " without VFP";
        EXPECT_EQ(decoded(a.twice, d16), Decoded::undefined) << a.mnemonic << " of D16 with 16 registers";
        EXPECT_EQ(decoded(a.single, d16), Decoded::ok) << a.mnemonic << " of S registers with 16 doublewords";
        EXPECT_EQ(decoded(a.single, no_v4), a.vfpv4 ? Decoded::undefined : Decoded::ok) << a.mnemonic << " with VFPv3";
    }
    for (u32 raw : {0xeef20a61u, 0xeef20ae1u, 0xeef30a61u, 0xeef30ae1u})
        EXPECT_EQ(decoded(raw, no_v4), Decoded::undefined) << "half precision with VFPv3: " << std::hex << raw;
    // One D register above 15 among the operands is enough.
    EXPECT_EQ(decoded(0xee310b02, d16), Decoded::ok) << "vadd.f64 d0, d1, d2";
    for (u32 bit : {1u << 22, 1u << 7, 1u << 5})
        EXPECT_EQ(decoded(0xee310b02 | bit, d16), Decoded::undefined) << "bit " << std::hex << bit;
}

}  // namespace
}  // namespace vtoll::isa::test
