// SPDX-License-Identifier: Apache-2.0
#include "core/scenario/stop_point.hpp"

#include <gtest/gtest.h>

namespace vtoll::core {
namespace {

TEST(StopPoint, IsReadInEveryForm) {
    using Kind = StopPoint::Kind;
    const struct {
        const char* text;
        StopPoint expected;
    } cases[] = {
        {"marker:7", {Kind::marker, 7, ""}},          {"insns:1000", {Kind::instructions, 1000, ""}},
        {"symbol:main", {Kind::symbol, 0, "main"}},   {"symbol:0x40008000", {Kind::symbol, 0x4000'8000, ""}},
        {"console:a: b", {Kind::console, 0, "a: b"}},
    };
    for (const auto& c : cases) {
        const StopPoint point = parse_stop_point(c.text, "--save-at");
        EXPECT_EQ(point.kind, c.expected.kind) << c.text;
        EXPECT_EQ(point.number, c.expected.number) << c.text;
        EXPECT_EQ(point.text, c.expected.text) << c.text;
    }
}

TEST(StopPoint, AnythingElseIsRefusedByName) {
    for (const char* text : {"", "marker", "marker:", "marker:16", "marker:-1", "marker:1x", "insns:0", "insns:1e99",
                             "symbol:", "console:", "console", "cycles:5", "insns:99999999999999999999"}) {
        try {
            parse_stop_point(text, "--save-at");
            ADD_FAILURE() << "'" << text << "' was taken";
        } catch (const InputError& error) {
            EXPECT_TRUE(std::string(error.what()).starts_with("--save-at: '" + std::string(text) + "': expected "))
                << error.what();
        }
    }
}

}  // namespace
}  // namespace vtoll::core
