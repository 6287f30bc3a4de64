// SPDX-License-Identifier: Apache-2.0
#include "core/base/number_text.hpp"

#include <gtest/gtest.h>

namespace vtoll::core {
namespace {

TEST(NumberText, Counts) {
    const struct {
        const char* text;
        u64 number;  ///< 0: refused
    } cases[] = {
        {"1", 1},
        {"500000", 500'000},
        {"0x10", 16},
        {"500k", 500'000},
        {"500K", 500'000},
        {"10M", 10'000'000},
        {"2G", 2'000'000'000},
        {"1e6", 1'000'000},
        {"2.5e3", 2500},
        {"1.5M", 1'500'000},
        {"0.5k", 500},
        {"9223372036854775807", ~u64{0} >> 1},
        {"9007199254740993", 9007199254740993},  // no double has it
        {"0", 0},
        {"-1", 0},
        {"0M", 0},
        {"1.5", 0},
        {"0.0001k", 0},
        {"", 0},
        {"M", 0},
        {"k10", 0},
        {"10 M", 0},
        {"10MM", 0},
        {"1e30", 0},
        {"inf", 0},
        {"nan", 0},
        {"9223372036854775808", 0},
        {"18446744073709551616", 0},
        {"9300000000G", 0},
        {"0x", 0},
        {"ten", 0},
    };
    for (const auto& c : cases) {
        const auto found = count_in(c.text);
        EXPECT_EQ(found.value_or(0), c.number) << "'" << c.text << "'";
        EXPECT_EQ(found.has_value(), c.number != 0) << "'" << c.text << "' is refused rather than taken for 0";
    }
}

}  // namespace
}  // namespace vtoll::core
