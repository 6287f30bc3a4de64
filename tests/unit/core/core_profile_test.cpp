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

// What software reads about its core: TRMs, and registers read on boards (docs/cores/identification.md).
TEST(CoreProfile, Identities) {
    struct Case {
        const char* core;
        u32 midr, mpidr, ctr, clidr, l1d, l1i, l2;
        unsigned counters;
    };
    constexpr Case cases[] = {
        {"cortex-a7", 0x410fc075, 0x80000000, 0x84448003, 0x0a200023, 0x700fe01a, 0x203fe009, 0x707fe03a, 4},
        {"cortex-a8", 0x413fc082, 0, 0x82048004, 0x0a000023, 0xe007e01a, 0x2007e01a, 0xf03fe03a, 4},
        {"cortex-a8-am335x", 0x413fc082, 0, 0x82048004, 0x0a000023, 0xe00fe01a, 0x200fe01a, 0xf03fe03a, 4},
        {"cortex-a9", 0x414fc091, 0x80000000, 0x83338003, 0x09200003, 0x701fe019, 0x201fe019, 0, 6},
        {"cortex-a9-am437x", 0x412fc09a, 0x80000000, 0x83338003, 0x09200003, 0x701fe019, 0x201fe019, 0, 6},
        {"cortex-a15", 0x414fc0f0, 0x80000000, 0x8444c004, 0x0a200023, 0x701fe00a, 0x201fe00a, 0x707fe07a, 6},
        {"cortex-a15-am572x", 0x412fc0f2, 0x80000000, 0x8444c004, 0x0a200023, 0x701fe00a, 0x201fe00a, 0x70ffe07a, 6},
    };
    for (const Case& c : cases) {
        const isa::Identity id = identity_of(*pricing_for(c.core).core);
        EXPECT_EQ(id.midr, c.midr) << c.core << " MIDR";
        EXPECT_EQ(id.mpidr, c.mpidr) << c.core << " MPIDR";
        EXPECT_EQ(id.ctr, c.ctr) << c.core << " CTR";
        EXPECT_EQ(id.clidr, c.clidr) << c.core << " CLIDR";
        EXPECT_EQ(id.ccsidr[0], c.l1d) << c.core << " CCSIDR of L1 data";
        EXPECT_EQ(id.ccsidr[1], c.l1i) << c.core << " CCSIDR of L1 instruction";
        EXPECT_EQ(id.ccsidr[2], c.l2) << c.core << " CCSIDR of L2";
        EXPECT_EQ(id.event_counters(), c.counters) << c.core << " PMCR.N";
    }
}

TEST(CoreProfile, IdentityFollowsTheCaches) {
    const Settings settings{{"cache.l1d.line", s64{32}}, {"cache.l2.size", s64{256 << 10}}};
    const isa::Identity id = identity_of(*pricing_for("cortex-a15", settings).core);
    EXPECT_EQ(id.ctr, 0x8443'c004u) << "CTR.DminLine: 32 bytes";
    EXPECT_EQ(id.ccsidr[0], 0x703f'e009u) << "L1 data: 512 sets of 2 ways of 32 bytes";
    EXPECT_EQ(id.ccsidr[2], 0x701f'e07au) << "L2 of 256 KiB: 256 sets of 16 ways";
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
        EXPECT_GE(p.sources.size(), p.by_class.size() + 3 * device_paths + 40) << name << ": every number has a source";
        for (const auto& [key, source] : p.sources)
            EXPECT_TRUE(source[0] == '[' || source.starts_with("fitted: "))
                << name << ": " << key << ": '" << source << "' has no mark";
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
    EXPECT_NE(complaint(changed(base, "{ value = 32768", "{ value = 30000")).find("whole sets"), std::string::npos);
    EXPECT_NE(complaint(changed(base, "unit = \"multiply\"", "unit = \"multiplier\"")).find("expected one of alu"),
              std::string::npos);
    EXPECT_NE(complaint(changed(base, "second = \"immediate\"", "second = \"perhaps\"")).find("expected one of any"),
              std::string::npos);
    EXPECT_NE(complaint("kind = \"core\"\nextends = \"nowhere.toml\"\n"), "") << "a base that isn't there";
    EXPECT_NE(complaint("kind = \"core\"\n[class\n"), "") << "not TOML";
}

}  // namespace
}  // namespace vtoll::core
