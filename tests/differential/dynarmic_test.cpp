// SPDX-License-Identifier: Apache-2.0
// vtoll's instruction set and dynarmic, at User level; comparison.hpp has the variables it listens to.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/differential/comparison.hpp"
#include "tests/differential/dynarmic_side.hpp"

namespace vtoll::differential {

namespace {

using isa::InstrSet;

Comparison& dynarmic() {
    static const OracleKind kind{.name = "dynarmic",
                                 .program = "dynarmic_test",
                                 .level = Level::user,
                                 .partial = true,
                                 .cases = 120'000,
                                 .exclusions = &dynarmic_exclusions,
                                 .open = [](const std::vector<u8>& code, DataImage& data) -> std::unique_ptr<Oracle> {
                                     return std::make_unique<DynarmicSide>(code, data);
                                 }};
    static Comparison c(kind);
    return c;
}

TEST(dynarmic, a32_single) { dynarmic().singles("a32_single", InstrSet::a32, 30); }
TEST(dynarmic, t16_single) { dynarmic().singles("t16_single", InstrSet::t16, 15); }
TEST(dynarmic, t32_single) { dynarmic().singles("t32_single", InstrSet::t32, 25); }
TEST(dynarmic, a32_blocks) { dynarmic().blocks("a32_blocks", {InstrSet::a32}, 15); }
TEST(dynarmic, thumb_blocks) { dynarmic().blocks("thumb_blocks", {InstrSet::t16, InstrSet::t32}, 15); }

/// Those of dynarmic 6.4.5. An oracle that knows less says less.
TEST(dynarmic, knows_no_fewer_rows) {
    if (std::getenv("VTOLL_ROW")) GTEST_SKIP() << "of some rows only";
    EXPECT_GE(dynarmic().rows_known(InstrSet::a32), 526u) << "A32 rows that dynarmic knows; they are printed above";
    EXPECT_GE(dynarmic().rows_known(InstrSet::t16), 80u) << "T16 rows that dynarmic knows; they are printed above";
    EXPECT_GE(dynarmic().rows_known(InstrSet::t32), 526u) << "T32 rows that dynarmic knows; they are printed above";
}
TEST(dynarmic, every_tolerance_is_needed) { dynarmic().every_tolerance_is_needed(); }
TEST(dynarmic, every_exclusion_is_needed) { dynarmic().every_exclusion_is_needed(); }

}  // namespace

}  // namespace vtoll::differential
