// SPDX-License-Identifier: Apache-2.0
// [timing.set]: numbers of a model replaced for one run.
#include "core/base/toml_values.hpp"

#include <gtest/gtest.h>

#include "core/timing/core_profile.hpp"
#include "core/timing/pricing.hpp"

namespace vtoll::core {
namespace {

std::string complaint(const std::string& rung, const Settings& settings) {
    try {
        (void)pricing_for(rung, settings);
    } catch (const InputError& e) {
        return e.what();
    }
    return "";
}

TEST(ProfileSettings, ReplacesANumberAndKeepsTheRest) {
    const Pricing base = pricing_for("cortex-a15"), set = pricing_for("cortex-a15", {{"cache.l2.size", s64{262144}}});
    EXPECT_EQ(set.core->l2.size, 262144u) << "what was set";
    EXPECT_EQ(set.core->l2.ways, base.core->l2.ways) << "its neighbour";
    EXPECT_EQ(base.core->l2.size, 1u << 20) << "the profile itself";
    EXPECT_EQ(set.name, "cortex-a15 [cache.l2.size=262144]") << "results tell the two apart";
    for (const auto& [key, source] : set.core->sources)
        if (key == "cache.l2.size") {
            EXPECT_EQ(source, "set by the scenario, in place of 1048576") << "no borrowed source";
        }
}

TEST(ProfileSettings, ReplacesWhatAnExtendedProfileInherits) {
    const Pricing set = pricing_for("cortex-a15-am572x", {{"cache.l1d.size", s64{16384}}});
    EXPECT_EQ(set.core->l1d.size, 16384u) << "inherited from cortex-a15";
    EXPECT_EQ(set.core->l2.size, 2u << 20) << "the extension's own";
}

TEST(ProfileSettings, OneFieldOfAClass) {
    const Pricing base = pricing_for("weights"), set = pricing_for("weights", {{"class.load.ticks", s64{77}}});
    const auto load = static_cast<std::size_t>(isa::CostClass::load);
    EXPECT_EQ(set.by_class[load].ticks, 77u) << "what was set";
    EXPECT_EQ(set.by_class[load].ticks_per_unit, base.by_class[load].ticks_per_unit) << "the other field";
}

TEST(ProfileSettings, WhatTheModelDoesNotHaveIsRefused) {
    EXPECT_NE(complaint("cortex-a15", {{"cache.l2.siz", s64{1}}}).find("expected cache.l2."), std::string::npos)
        << complaint("cortex-a15", {{"cache.l2.siz", s64{1}}});
    EXPECT_NE(complaint("cortex-a15", {{"clock.mhz", s64{1}}}).find("machine.clock_mhz"), std::string::npos)
        << "one clock";
    EXPECT_NE(complaint("cortex-a15", {{"memory.ns", std::string("fast")}}).find("expected a number"),
              std::string::npos)
        << "kind";
    EXPECT_NE(complaint("cortex-a15", {{"cache.l2.size", s64{3}}}).find("cache.l2.size"), std::string::npos) << "range";
    EXPECT_NE(complaint("functional", {{"memory.ns", s64{1}}}).find("has no numbers"), std::string::npos)
        << "nothing to set";
}

}  // namespace
}  // namespace vtoll::core
