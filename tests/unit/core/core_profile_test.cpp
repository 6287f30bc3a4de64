// SPDX-License-Identifier: Apache-2.0
// Profiles as files: what ships is complete, and what is wrong is said in one line.
#include "core/timing/core_profile.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/base/profile_path.hpp"

namespace vtoll::core {
namespace {

namespace fs = std::filesystem;

std::string shipped(const std::string& name) {
    std::ifstream in(profile_directory() / (name + ".toml"));
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

/// A profile in a file of its own.
class Written {
public:
    explicit Written(const std::string& text, const std::string& name = "profile.toml")
        : path_(fs::temp_directory_path() / ("vtoll-profile-" + std::to_string(::getpid()) + "-" + name)) {
        std::ofstream(path_) << text;
    }
    ~Written() { fs::remove(path_); }
    std::string path() const { return path_.string(); }

private:
    fs::path path_;
};

std::string changed(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << "the profile has no '" << from << "'";
    return text.replace(at, from.size(), to);
}

std::string complaint(const std::string& text) {
    const Written file(text);
    try {
        (void)load_core_profile(file.path());
    } catch (const InputError& e) {
        return e.what();
    }
    return "";
}

TEST(CoreProfile, EveryShippedOneIsComplete) {
    unsigned cores = 0;
    for (const std::string& name : shipped_profiles()) {
        if (name == "functional") continue;
        const Pricing pricing = pricing_for(name);
        EXPECT_EQ(pricing.name, name) << "the file is called by its name";
        if (!pricing.core) continue;
        ++cores;
        const CoreProfile& p = *pricing.core;
        EXPECT_GE(p.sources.size(), p.by_class.size() + p.by_event.size() + 40)
            << name << ": every number has a source";
        for (const auto& [key, source] : p.sources)
            EXPECT_TRUE(source[0] == '[' || source.starts_with("fitted: "))
                << name << ": " << key << ": '" << source << "' has no mark";
        for (std::size_t i = 0; i < pricing.by_event.size(); ++i)
            EXPECT_EQ(pricing.by_event[i].ticks, p.by_event[i]) << name << ": the table of events is the profile's";
        EXPECT_NE(describe(pricing).find("tlb.micro_miss"), std::string::npos) << name << ": shows its numbers";
    }
    EXPECT_GE(cores, 4u) << "Cortex-A7, A8, A9 and A15";
}

TEST(CoreProfile, ExtensionKeepsWhatItDoesNotSay) {
    const Pricing base = pricing_for("cortex-a15"), variant = pricing_for("cortex-a15-am572x");
    EXPECT_EQ(variant.core->l2.size, 2u << 20) << "its own";
    EXPECT_EQ(variant.core->l1d.size, base.core->l1d.size) << "the base's";
    EXPECT_EQ(variant.core->window, base.core->window) << "the base's";
    EXPECT_NE(variant.core->clock_mhz, base.core->clock_mhz) << "its own";
}

TEST(CoreProfile, UnpricedClassIsAnError) {
    const std::string text = changed(shipped("cortex-a7"), "\nmul_long ", "\nmul_lang ");
    EXPECT_NE(complaint(text).find("no price for 'mul_long'"), std::string::npos) << complaint(text);
}

TEST(CoreProfile, NumberWithoutSourceIsAnError) {
    const std::string text =
        changed(shipped("cortex-a7"), "mispredict   = { value = 8, source = \"[R] eight-stage pipeline: refilled\" }",
                "mispredict   = { value = 8 }");
    EXPECT_NE(complaint(text).find("pipeline.mispredict: no source"), std::string::npos) << complaint(text);
    const std::string empty = changed(
        shipped("cortex-a7"), "source = \"[R] TRM DDI 0464: walks look up the L1 data cache\"", "source = \"\"");
    EXPECT_NE(complaint(empty).find("no source"), std::string::npos) << complaint(empty);
}

TEST(CoreProfile, MisspeltKeyIsAnErrorWithItsLine) {
    const std::string text = shipped("cortex-a7") + "\n[tlb2]\nmicro = { value = 1, source = \"x\" }\n";
    const auto line = std::count(text.begin(), text.end(), '\n');
    const std::string said = complaint(text);
    EXPECT_NE(said.find("unknown key 'tlb2.micro'"), std::string::npos) << said;
    EXPECT_NE(said.find(fmt::format(":{}:", line)), std::string::npos) << said;
}

TEST(CoreProfile, ValuesOutOfRangeAreErrors) {
    const std::string base = shipped("cortex-a7");
    EXPECT_NE(
        complaint(changed(base, "width        = { value = 2", "width        = { value = 99")).find("pipeline.width"),
        std::string::npos);
    EXPECT_NE(
        complaint(changed(base, "width        = { value = 2", "width        = { value = 2.5")).find("whole number"),
        std::string::npos);
    EXPECT_NE(complaint(changed(base, "size   = { value = 32768", "size   = { value = 30000")).find("whole sets"),
              std::string::npos);
    EXPECT_NE(complaint(changed(base, "unit = \"multiply\"", "unit = \"multiplier\"")).find("expected one of alu"),
              std::string::npos);
    EXPECT_NE(complaint(changed(base, "second = \"immediate\"", "second = \"perhaps\"")).find("expected one of any"),
              std::string::npos);
    EXPECT_NE(complaint("kind = \"core\"\nextends = \"nowhere.toml\"\n"), "") << "a base that isn't there";
    EXPECT_NE(complaint("kind = \"core\"\n[class\n"), "") << "not TOML";
}

}  // namespace
}  // namespace vtoll::core
