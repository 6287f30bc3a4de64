// SPDX-License-Identifier: Apache-2.0
// Conversions between floating-point formats, integers and fixed point: ARM DDI 0406C §A2.7.8.
#include "tests/unit/isa/fp_case.hpp"

namespace vtoll::isa::fp::test {
namespace {

constexpr Control C = Control::fpscr;
constexpr u32 f32_one = 0x3f80'0000;

auto narrow(u64 v) {
    return [=](u32& f) { return FPDoubleToSingle<C>(v, f); };
}
auto widen(u32 v) {
    return [=](u32& f) { return FPSingleToDouble<C>(v, f); };
}
auto to_half(u32 v) {
    return [=](u32& f) { return FPSingleToHalf<C>(v, f); };
}
auto from_half(u16 v) {
    return [=](u32& f) { return FPHalfToSingle<C>(v, f); };
}

TEST(FpConvert, DoubleToSingle) {
    using E = Expected<u32>;
    expect_rounded<u32>("1", narrow(pattern(1.0)), E{f32_one}, true);
    expect_rounded<u32>("1 + 2^-24: a tie", narrow(pattern(1.0 + 0x1p-24)),
                        E{{f32_one, f32_one + 1, f32_one, f32_one}, IXC}, true);
    expect_rounded<u32>("-(1 + 2^-24 + 2^-52)", narrow(pattern(-(1.0 + 0x1p-24 + 0x1p-52))),
                        E{{0xbf80'0001, 0xbf80'0000, 0xbf80'0001, 0xbf80'0000}, IXC}, true);
    expect_rounded<u32>("the largest double", narrow(Format<u64>::max_normal),
                        E{{0x7f80'0000, 0x7f80'0000, 0x7f7f'ffff, 0x7f7f'ffff}, OFC | IXC}, true);
    expect_rounded<u32>("just below the overflow", narrow(pattern(0x1.fffffefffffffp127)),
                        E{{0x7f7f'ffff, 0x7f80'0000, 0x7f7f'ffff, 0x7f7f'ffff}, {IXC, OFC | IXC, IXC, IXC}}, true);
    expect_rounded<u32>("tiny before rounding, normal after it", narrow(pattern(0x1.ffffffp-127)),
                        E{{0x0080'0000, 0x0080'0000, 0x007f'ffff, 0x007f'ffff}, UFC | IXC});
    expect_flushed<u32>("a tiny number", narrow(pattern(-0x1.ffffffp-127)), 0x8000'0000, UFC);
    expect_rounded<u32>("an exact denormal", narrow(pattern(0x1p-149)), E{1});
    expect_flushed<u32>("a denormal operand", narrow(1), 0, IDC);
    expect_rounded<u32>("a denormal operand", narrow(1), E{{0, 1, 0, 0}, UFC | IXC});
    expect_rounded<u32>("-0", narrow(pattern(-0.0)), E{0x8000'0000}, true);
    expect_rounded<u32>("-inf", narrow(0xfff0'0000'0000'0000), E{0xff80'0000}, true);
    expect_rounded<u32>("a quiet NaN keeps its upper bits", narrow(0xfff8'1234'5678'9abc), E{0xffc0'91a2}, true);
    expect_rounded<u32>("a signalling NaN is quieted", narrow(0x7ff0'0000'0000'0001), E{0x7fc0'0000, IOC}, true);
    expect_under<u32>(DN, "default NaN", narrow(0xfff8'1234'5678'9abc), 0x7fc0'0000, 0);
}

TEST(FpConvert, SingleToDouble) {
    using E = Expected<u64>;
    expect_rounded<u64>("-1.5", widen(0xbfc0'0000), E{pattern(-1.5)}, true);
    expect_rounded<u64>("the smallest denormal", widen(1), E{pattern(0x1p-149)});
    expect_flushed<u64>("a denormal", widen(0x8000'0001), pattern(-0.0), IDC);
    expect_rounded<u64>("inf", widen(0x7f80'0000), E{Format<u64>::infinity}, true);
    expect_rounded<u64>("a quiet NaN", widen(0xffc0'0001), E{0xfff8'0000'2000'0000}, true);
    expect_rounded<u64>("a signalling NaN", widen(0x7f80'0001), E{0x7ff8'0000'2000'0000, IOC}, true);
    expect_under<u64>(DN, "default NaN", widen(0xffc0'0001), Format<u64>::default_nan, 0);
}

TEST(FpConvert, SingleToHalf) {
    using E = Expected<u16>;
    expect_rounded<u16>("1", to_half(f32_one), E{0x3c00}, true);
    expect_rounded<u16>("1 + 2^-11: a tie", to_half(0x3f80'1000), E{{0x3c00, 0x3c01, 0x3c00, 0x3c00}, IXC}, true);
    expect_rounded<u16>("65504, the largest", to_half(pattern(65504.0f)), E{0x7bff}, true);
    expect_rounded<u16>("65520 overflows", to_half(pattern(65520.0f)),
                        E{{0x7c00, 0x7c00, 0x7bff, 0x7bff}, {OFC | IXC, OFC | IXC, IXC, IXC}}, true);
    expect_rounded<u16>("65536 overflows", to_half(pattern(-65536.0f)), E{{0xfc00, 0xfbff, 0xfc00, 0xfbff}, OFC | IXC},
                        true);
    // Half-precision denormals are never flushed.
    expect_rounded<u16>("the smallest denormal", to_half(pattern(0x1p-24f)), E{0x0001}, true);
    expect_rounded<u16>("a rounded denormal", to_half(pattern(0x1.8p-24f)), E{{2, 2, 1, 1}, UFC | IXC}, true);
    expect_rounded<u16>("half the smallest denormal", to_half(pattern(0x1p-25f)), E{{0, 1, 0, 0}, UFC | IXC}, true);
    expect_flushed<u16>("a denormal operand", to_half(1), 0, IDC);
    expect_rounded<u16>("inf", to_half(0xff80'0000), E{0xfc00}, true);
    expect_rounded<u16>("a quiet NaN", to_half(0xffc0'6000), E{0xfe03}, true);
    expect_rounded<u16>("a signalling NaN", to_half(0x7f80'6001), E{0x7e03, IOC}, true);
    expect_under<u16>(DN, "default NaN", to_half(0xffc0'6000), 0x7e00, 0);

    expect_under<u16>(AHP, "65536", to_half(pattern(65536.0f)), 0x7c00, 0);
    expect_under<u16>(AHP, "131008, the largest", to_half(pattern(131008.0f)), 0x7fff, 0);
    expect_under<u16>(AHP, "an overflow is invalid and not inexact", to_half(pattern(-131072.0f)), 0xffff, IOC);
    expect_under<u16>(AHP, "infinity is invalid", to_half(0x7f80'0000), 0x7fff, IOC);
    expect_under<u16>(AHP, "a quiet NaN is invalid, a zero of its sign", to_half(0xffc0'0000), 0x8000, IOC);
    expect_under<u16>(AHP | DN, "whatever DN says", to_half(0x7f80'0001), 0x0000, IOC);
}

TEST(FpConvert, HalfToSingle) {
    using E = Expected<u32>;
    expect_rounded<u32>("-2", from_half(0xc000), E{0xc000'0000}, true);
    expect_rounded<u32>("the smallest denormal, also under flush-to-zero", from_half(0x0001), E{pattern(0x1p-24f)},
                        true);
    expect_rounded<u32>("-0", from_half(0x8000), E{0x8000'0000}, true);
    expect_rounded<u32>("inf", from_half(0x7c00), E{0x7f80'0000}, true);
    expect_rounded<u32>("a quiet NaN", from_half(0xfe01), E{0xffc0'2000}, true);
    expect_rounded<u32>("a signalling NaN", from_half(0x7c01), E{0x7fc0'2000, IOC}, true);
    expect_under<u32>(DN, "default NaN", from_half(0xfe01), 0x7fc0'0000, 0);
    expect_under<u32>(AHP, "no infinity", from_half(0x7c00), pattern(65536.0f), 0);
    expect_under<u32>(AHP, "no NaN", from_half(0xffff), pattern(-131008.0f), 0);
}

template <class T>
auto to_s32(T v, bool towards_zero) {
    return [=](u32& f) { return FPToFixed<C>(v, 32, 0, false, towards_zero, f); };
}
template <class T>
auto to_u32(T v, bool towards_zero) {
    return [=](u32& f) { return FPToFixed<C>(v, 32, 0, true, towards_zero, f); };
}

template <class T>
void to_integers() {
    using H = Host<T>;
    using E = Expected<s64>;
    const auto bits = [](double v) { return static_cast<T>(pattern(static_cast<H>(v))); };
    struct Rounded {
        double value;
        ByMode<s64> result;
    };
    const Rounded rounded[] = {{0.5, {0, 1, 0, 0}},   {1.5, {2, 2, 1, 1}},      {2.5, {2, 3, 2, 2}},
                               {-0.5, {0, 0, -1, 0}}, {-1.5, {-2, -1, -2, -1}}, {-2.25, {-2, -2, -3, -2}},
                               {1e-30, {0, 1, 0, 0}}};
    for (const Rounded& r : rounded) {
        expect_rounded<s64>(std::to_string(r.value) + " to s32", to_s32(bits(r.value), false), E{r.result, IXC}, true);
        expect_rounded<s64>(std::to_string(r.value) + " to s32 towards zero", to_s32(bits(r.value), true),
                            E{static_cast<s64>(r.value), IXC}, true);
    }
    expect_rounded<s64>("-0.5 to u32", to_u32(bits(-0.5), false), E{0, {IXC, IXC, IOC, IXC}}, true);
    expect_rounded<s64>("-0.5 to u32 towards zero", to_u32(bits(-0.5), true), E{0, IXC}, true);
    expect_rounded<s64>("-1 to u32", to_u32(bits(-1.0), true), E{0, IOC}, true);
    expect_rounded<s64>("-0 to u32", to_u32(bits(-0.0), true), E{0}, true);
    expect_rounded<s64>("2^31 to s32", to_s32(bits(0x1p31), true), E{0x7fff'ffff, IOC}, true);
    expect_rounded<s64>("-2^31 to s32", to_s32(bits(-0x1p31), true), E{-0x8000'0000ll}, true);
    expect_rounded<s64>("-1e20 to s32", to_s32(bits(-1e20), true), E{-0x8000'0000ll, IOC}, true);
    expect_rounded<s64>("2^32 to u32", to_u32(bits(0x1p32), true), E{0xffff'ffffll, IOC}, true);
    expect_rounded<s64>("2^32 - 2^8 to u32", to_u32(bits(0x1.fffffep31), true), E{0xffff'ff00ll}, true);
    expect_rounded<s64>("inf to s32", to_s32(Format<T>::infinity, true), E{0x7fff'ffff, IOC}, true);
    expect_rounded<s64>("-inf to u32", to_u32(FPNeg(Format<T>::infinity), true), E{0, IOC}, true);
    for (T nan : {Numbers<T>::quiet, Numbers<T>::signalling, FPNeg(Numbers<T>::quiet)})
        expect_rounded<s64>("NaN to s32", to_s32(nan, true), E{0, IOC}, true);
    expect_rounded<s64>("denormal to s32", to_s32(T(1), false), E{{0, 1, 0, 0}, IXC});
    expect_flushed<s64>("denormal to s32", to_s32(T(1), false), s64{0}, IDC);

    // Fixed point: saturation by width, scaling by fraction bits.
    const auto fixed = [&](double v, unsigned width, unsigned fraction_bits, bool is_unsigned) {
        return [=](u32& f) { return FPToFixed<C>(bits(v), width, fraction_bits, is_unsigned, true, f); };
    };
    expect_rounded<s64>("1.75 to s16 with 2 bits", fixed(1.75, 16, 2, false), E{7}, true);
    expect_rounded<s64>("-1.8125 to s16 with 2 bits", fixed(-1.8125, 16, 2, false), E{-7, IXC}, true);
    expect_rounded<s64>("1 to s16 with 15 bits saturates", fixed(1.0, 16, 15, false), E{0x7fff, IOC}, true);
    expect_rounded<s64>("-1 to s16 with 15 bits", fixed(-1.0, 16, 15, false), E{-0x8000}, true);
    expect_rounded<s64>("1 to u16 with 16 bits saturates", fixed(1.0, 16, 16, true), E{0xffff, IOC}, true);
    expect_rounded<s64>("1/2 to s32 with 32 bits saturates", fixed(0.5, 32, 32, false), E{0x7fff'ffff, IOC}, true);
    expect_rounded<s64>("1/2 to u32 with 32 bits", fixed(0.5, 32, 32, true), E{0x8000'0000ll}, true);

    // The quick way agrees with the general one.
    for (double v :
         {0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1e9, -1e9, 2147483520.0, 0x1p31, -0x1p31, 0x1p32, 4294967040.0, 1e30, -1e30})
        for (u32 modes : {u32{0}, FZ, 1u << RMode_shift | IXC}) {
            u32 f1 = modes, f2 = modes, f3 = modes, f4 = modes;
            EXPECT_EQ((FPToInteger<C, false>(bits(v), f1)), static_cast<u32>(to_s32(bits(v), true)(f2)))
                << v << " to s32";
            EXPECT_EQ(f1, f2) << "flags of " << v << " to s32";
            EXPECT_EQ((FPToInteger<C, true>(bits(v), f3)), static_cast<u32>(to_u32(bits(v), true)(f4)))
                << v << " to u32";
            EXPECT_EQ(f3, f4) << "flags of " << v << " to u32";
        }
    u32 f = 0;
    EXPECT_EQ((FPToInteger<C, false>(Numbers<T>::quiet, f)), 0u) << "NaN";
    EXPECT_EQ(f, IOC) << "NaN is invalid";
    f = FZ;
    EXPECT_EQ((FPToInteger<C, false>(T(1), f)), 0u) << "denormal";
    EXPECT_EQ(f, FZ | IDC) << "a flushed denormal is not inexact";
}

TEST(FpConvert, SingleToIntegers) { to_integers<u32>(); }
TEST(FpConvert, DoubleToIntegers) { to_integers<u64>(); }

TEST(FpConvert, FromIntegers) {
    using E = Expected<u32>;
    const auto integer = [](s64 v) { return [=](u32& f) { return IntegerToFP<C, u32>(v, f); }; };
    expect_rounded<u32>("0", integer(0), E{0}, true);
    expect_rounded<u32>("-1", integer(-1), E{0xbf80'0000}, true);
    expect_rounded<u32>("2^24 + 1: a tie", integer(0x100'0001),
                        E{{0x4b80'0000, 0x4b80'0001, 0x4b80'0000, 0x4b80'0000}, IXC}, true);
    expect_rounded<u32>("-(2^24 + 3): a tie", integer(-0x100'0003),
                        E{{0xcb80'0002, 0xcb80'0001, 0xcb80'0002, 0xcb80'0001}, IXC}, true);
    expect_rounded<u32>("2^31 - 1", integer(0x7fff'ffff), E{{0x4f00'0000, 0x4f00'0000, 0x4eff'ffff, 0x4eff'ffff}, IXC},
                        true);
    expect_rounded<u32>("-2^31", integer(-0x8000'0000ll), E{0xcf00'0000}, true);
    expect_rounded<u32>("2^32 - 1", integer(0xffff'ffff), E{{0x4f80'0000, 0x4f80'0000, 0x4f7f'ffff, 0x4f7f'ffff}, IXC},
                        true);
    expect_rounded<u64>(
        "2^32 - 1 as a double", [](u32& f) { return IntegerToFP<C, u64>(0xffff'ffff, f); },
        Expected<u64>{pattern(4294967295.0)}, true);

    const auto fixed = [](s64 v, unsigned bits, bool nearest) {
        return [=](u32& f) { return FixedToFP<C, u32>(v, bits, nearest, f); };
    };
    expect_rounded<u32>("-3 with 1 bit", fixed(-3, 1, true), E{pattern(-1.5f)}, true);
    expect_rounded<u32>("1 with 32 bits", fixed(1, 32, true), E{pattern(0x1p-32f)}, true);
    expect_rounded<u32>("2^24 + 1 with 8 bits, to nearest whatever RMode says", fixed(0x100'0001, 8, true),
                        E{pattern(65536.0f), IXC}, true);
    expect_rounded<u32>("2^24 + 1 with 8 bits, by RMode", fixed(0x100'0001, 8, false),
                        E{{0x4780'0000, 0x4780'0001, 0x4780'0000, 0x4780'0000}, IXC}, true);
}

}  // namespace
}  // namespace vtoll::isa::fp::test
