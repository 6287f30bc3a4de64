// SPDX-License-Identifier: Apache-2.0
// The translator to host code and Unicorn; comparison.hpp has the variables it listens to.
#include <gtest/gtest.h>

#include "tests/differential/comparison.hpp"
#include "tests/differential/translated_runner.hpp"
#include "tests/differential/unicorn_side.hpp"

namespace vtoll::differential {

namespace {

using isa::InstrSet;

Comparison& translated() {
    static const OracleKind kind{
        .name = "Translated",
        .program = "translated_test",
        .level = Level::any,
        .partial = false,
        .cases = 60'000,
        .exclusions = &unicorn_exclusions,
        .open = &open_unicorn,
        .runner = []() -> std::unique_ptr<Runner> { return std::make_unique<TranslatedRunner>(); }};
    static Comparison c(kind);
    return c;
}

TEST(Translated, a32_single) { translated().singles("a32_single", InstrSet::a32, 15); }
TEST(Translated, t16_single) { translated().singles("t16_single", InstrSet::t16, 10); }
TEST(Translated, t32_single) { translated().singles("t32_single", InstrSet::t32, 15); }
TEST(Translated, a32_blocks) { translated().blocks("a32_blocks", {InstrSet::a32}, 30); }
TEST(Translated, thumb_blocks) { translated().blocks("thumb_blocks", {InstrSet::t16, InstrSet::t32}, 30); }

}  // namespace

}  // namespace vtoll::differential
