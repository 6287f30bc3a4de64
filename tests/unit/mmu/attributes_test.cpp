// SPDX-License-Identifier: Apache-2.0
// Memory attributes: decoding of each format and the combination table, ARM DDI 0406C §B3.8.
#include "mmu/attributes.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vtoll::mmu::test {
namespace {

constexpr u8 nc = 0x4, wt = 0xa, wb = 0xe, wbwa = 0xf;
constexpr Shareability none = Shareability::none, inner = Shareability::inner, outer = Shareability::outer;
constexpr MemAttr so{MemType::strongly_ordered, outer, 0, 0}, dev{MemType::device, outer, 0, 0};
constexpr MemAttr normal(u8 in, u8 out, Shareability sh) { return {MemType::normal, sh, in, out}; }

std::string show(const MemAttr& a) {
    return "type " + std::to_string(int(a.type)) + " share " + std::to_string(int(a.share)) + " inner " +
           std::to_string(a.inner) + " outer " + std::to_string(a.outer);
}

struct TexRow {
    unsigned tex, c, b;
    MemAttr plain, shared;  ///< for S = 0 and S = 1
};

TEST(Attributes, TexWithoutRemap) {
    const TexRow rows[] = {
        {0, 0, 0, so, so},
        {0, 0, 1, dev, dev},
        {0, 1, 0, normal(wt, wt, none), normal(wt, wt, outer)},
        {0, 1, 1, normal(wb, wb, none), normal(wb, wb, outer)},
        {1, 0, 0, normal(nc, nc, outer), normal(nc, nc, outer)},
        {1, 1, 1, normal(wbwa, wbwa, none), normal(wbwa, wbwa, outer)},
        {2, 0, 0, dev, dev},
        {4, 0, 0, normal(nc, nc, outer), normal(nc, nc, outer)},
        {4, 0, 1, normal(wbwa, nc, none), normal(wbwa, nc, outer)},
        {5, 0, 0, normal(nc, wbwa, none), normal(nc, wbwa, outer)},
        {5, 0, 1, normal(wbwa, wbwa, none), normal(wbwa, wbwa, outer)},
        {6, 1, 0, normal(wt, wt, none), normal(wt, wt, outer)},
        {6, 1, 1, normal(wb, wt, none), normal(wb, wt, outer)},
        {7, 1, 1, normal(wb, wb, none), normal(wb, wb, outer)},
        {7, 0, 1, normal(wbwa, wb, none), normal(wbwa, wb, outer)},
    };
    for (const TexRow& r : rows) {
        const std::string what =
            "TEX " + std::to_string(r.tex) + " C " + std::to_string(r.c) + " B " + std::to_string(r.b);
        EXPECT_EQ(decode_tex(r.tex, r.c, r.b, false), r.plain)
            << what << " S 0: " << show(decode_tex(r.tex, r.c, r.b, false));
        EXPECT_EQ(decode_tex(r.tex, r.c, r.b, true), r.shared)
            << what << " S 1: " << show(decode_tex(r.tex, r.c, r.b, true));
    }
}

// The registers as Linux sets them (arch/arm/mm/proc-v7-2level.S: PRRR 0xff0a81a8, NMRR 0x40e040e0).
TEST(Attributes, TexRemapAsLinuxSetsIt) {
    constexpr u32 prrr = 0xff0a'81a8, nmrr = 0x40e0'40e0;
    EXPECT_EQ(decode_tex_remapped(0, 0, 0, true, prrr, nmrr), so) << "n=0 is uncached, Strongly-ordered";
    EXPECT_EQ(decode_tex_remapped(0, 0, 1, true, prrr, nmrr), normal(nc, nc, outer)) << "n=1 is bufferable, Normal NC";
    EXPECT_EQ(decode_tex_remapped(0, 1, 0, true, prrr, nmrr), normal(wt, wt, inner)) << "n=2 is write-through";
    EXPECT_EQ(decode_tex_remapped(0, 1, 1, true, prrr, nmrr), normal(wb, wb, inner)) << "n=3 is write-back";
    EXPECT_EQ(decode_tex_remapped(0, 1, 1, false, prrr, nmrr), normal(wb, wb, none))
        << "S=0 is not shareable: NS0 is 0";
    EXPECT_EQ(decode_tex_remapped(1, 0, 0, false, prrr, nmrr), dev) << "n=4 is device";
    EXPECT_EQ(decode_tex_remapped(1, 1, 1, true, prrr, nmrr), normal(wbwa, wbwa, inner)) << "n=7 is write-allocate";
    EXPECT_EQ(decode_tex_remapped(6 | 1, 1, 1, true, prrr, nmrr), normal(wbwa, wbwa, inner))
        << "TEX[2:1] are software's";
}

TEST(Attributes, TexRemapEveryIndexAndField) {
    for (unsigned n = 0; n < 8; ++n) {
        for (unsigned code = 0; code < 16; ++code) {
            const unsigned ir = code & 3, orr = code >> 2;
            const u32 nmrr = ir << (2 * n) | orr << (16 + 2 * n);
            const u8 nib[] = {nc, wbwa, wt, wb};
            for (int s = 0; s < 2; ++s) {
                for (int nos = 0; nos < 2; ++nos) {
                    const u32 prrr = 2u << (2 * n) | (s ? 1u << 19 : 1u << 18) | u32(nos) << (24 + n);
                    const MemAttr want = normal(nib[ir], nib[orr], ir == 0 && orr == 0 ? outer : nos ? inner : outer);
                    EXPECT_EQ(decode_tex_remapped(n >> 2, n >> 1 & 1, n & 1, s, prrr, nmrr), want)
                        << "n " << n << " IR " << ir << " OR " << orr << " S " << s << " NOS " << nos;
                }
            }
        }
    }
}

TEST(Attributes, Mair) {
    struct Row {
        u8 attr;
        unsigned sh;
        MemAttr want;
    };
    const Row rows[] = {
        {0x00, 0, so},
        {0x00, 3, so},
        {0x04, 0, dev},
        {0x04, 3, dev},
        {0x44, 0, normal(0x4, 0x4, outer)},
        {0x44, 3, normal(0x4, 0x4, outer)},
        {0xff, 0, normal(0xf, 0xf, none)},
        {0xff, 2, normal(0xf, 0xf, outer)},
        {0xff, 3, normal(0xf, 0xf, inner)},
        {0xaa, 3, normal(0xa, 0xa, inner)},
        {0xee, 3, normal(0xe, 0xe, inner)},
        {0xbb, 0, normal(0xb, 0xb, none)},
        {0x4f, 0, normal(0xf, 0x4, none)},
        {0xf4, 3, normal(0x4, 0xf, inner)},
        {0x8c, 2, normal(0xc, 0x8, outer)},
    };
    for (const Row& r : rows) {
        for (unsigned index = 0; index < 8; ++index) {
            const u32 word = u32{r.attr} << (8 * (index & 3));
            const MemAttr got = decode_mair(index, r.sh, index < 4 ? word : 0x55555555, index < 4 ? 0x55555555 : word);
            EXPECT_EQ(got, r.want) << "MAIR byte " << int(r.attr) << " at " << index << " SH " << r.sh << ": "
                                   << show(got);
            EXPECT_EQ(mair_byte(got), r.attr) << "the byte comes back for PAR";
        }
    }
}

TEST(Attributes, Stage2Encodings) {
    EXPECT_EQ(decode_stage2(0b0000, 3), so) << "0b0000";
    EXPECT_EQ(decode_stage2(0b0001, 3), dev) << "0b0001";
    EXPECT_EQ(decode_stage2(0b0101, 0), normal(nc, nc, outer)) << "outer and inner Non-cacheable";
    EXPECT_EQ(decode_stage2(0b1010, 0).inner_policy(), CachePolicy::write_through) << "inner Write-Through";
    EXPECT_EQ(decode_stage2(0b1010, 0).outer_policy(), CachePolicy::write_through) << "outer Write-Through";
    EXPECT_EQ(decode_stage2(0b1111, 3).inner_policy(), CachePolicy::write_back) << "inner Write-Back";
    EXPECT_EQ(decode_stage2(0b1101, 2).inner_policy(), CachePolicy::non_cacheable) << "inner Non-cacheable";
    EXPECT_EQ(decode_stage2(0b1101, 2).outer_policy(), CachePolicy::write_back) << "outer Write-Back";
    EXPECT_EQ(decode_stage2(0b1111, 3).share, inner) << "SH";
}

// §B3.8.6, the three combination tables, row by row.
TEST(Attributes, Combination) {
    const MemAttr s2_wb = decode_stage2(0b1111, 0), s2_wt = decode_stage2(0b1010, 0), s2_nc = decode_stage2(0b0101, 0),
                  s2_dev = decode_stage2(1, 0), s2_so = decode_stage2(0, 0);
    const MemAttr s1_wb = normal(wbwa, wbwa, none);
    EXPECT_EQ(combine(so, s2_wb), so) << "Strongly-ordered wins";
    EXPECT_EQ(combine(so, s2_dev), so) << "Strongly-ordered over Device";
    EXPECT_EQ(combine(dev, s2_so), so) << "Device under Strongly-ordered";
    EXPECT_EQ(combine(dev, s2_wb), dev) << "Device over Normal";
    EXPECT_EQ(combine(s1_wb, s2_dev), dev) << "Normal under Device";
    EXPECT_EQ(combine(s1_wb, s2_so), so) << "Normal under Strongly-ordered";
    EXPECT_EQ(combine(s1_wb, s2_wb), s1_wb) << "Write-Back of both, hints of stage 1";
    EXPECT_EQ(combine(s1_wb, s2_wt), normal(0xb, 0xb, none)) << "Write-Through of one, hints of stage 1";
    EXPECT_EQ(combine(normal(wt, wt, none), s2_wb), normal(wt, wt, none)) << "stage 1 Write-Through";
    EXPECT_EQ(combine(s1_wb, s2_nc), normal(nc, nc, outer)) << "Non-cacheable of one, always Outer Shareable";
    EXPECT_EQ(combine(normal(nc, wbwa, none), s2_wb), normal(nc, wbwa, none)) << "inner and outer combine apart";
    EXPECT_EQ(combine(normal(nc, wbwa, none), decode_stage2(0b0111, 0)), normal(nc, nc, outer))
        << "inner from stage 1, outer from stage 2: both Non-cacheable now";
    const Shareability shares[] = {none, inner, outer};
    for (const Shareability a : shares) {
        for (const Shareability b : shares) {
            const Shareability want = a == outer || b == outer ? outer : a == inner || b == inner ? inner : none;
            const MemAttr got = combine(normal(wbwa, wbwa, a), decode_stage2(0b1111, unsigned(b)));
            EXPECT_EQ(got.share, want) << "share " << int(a) << " with " << int(b);
        }
    }
}

}  // namespace
}  // namespace vtoll::mmu::test
