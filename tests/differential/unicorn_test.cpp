// SPDX-License-Identifier: Apache-2.0
// vtoll's instruction set and Unicorn, at User and Supervisor level; comparison.hpp has the variables it listens to.
#include <gtest/gtest.h>

#include "tests/differential/comparison.hpp"
#include "tests/differential/unicorn_side.hpp"

namespace vtoll::differential {

namespace {

using isa::InstrSet;

Comparison& unicorn() {
    static const OracleKind kind{.name = "Unicorn",
                                 .program = "unicorn_test",
                                 .level = Level::any,
                                 .partial = false,
                                 .cases = 240'000,
                                 .exclusions = &unicorn_exclusions,
                                 .open = &open_unicorn};
    static Comparison c(kind);
    return c;
}

TEST(Unicorn, a32_single) { unicorn().singles("a32_single", InstrSet::a32, 30); }
TEST(Unicorn, t16_single) { unicorn().singles("t16_single", InstrSet::t16, 15); }
TEST(Unicorn, t32_single) { unicorn().singles("t32_single", InstrSet::t32, 25); }
TEST(Unicorn, a32_blocks) { unicorn().blocks("a32_blocks", {InstrSet::a32}, 15); }
TEST(Unicorn, thumb_blocks) { unicorn().blocks("thumb_blocks", {InstrSet::t16, InstrSet::t32}, 15); }
TEST(Unicorn, every_tolerance_is_needed) { unicorn().every_tolerance_is_needed(); }
TEST(Unicorn, every_exclusion_is_needed) { unicorn().every_exclusion_is_needed(); }
TEST(Unicorn, is_asked_what_dynarmic_is_not) { unicorn().settles(dynarmic_exclusions()); }

}  // namespace

}  // namespace vtoll::differential
