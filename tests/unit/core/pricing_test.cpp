// SPDX-License-Identifier: Apache-2.0
#include "core/timing/pricing.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace vtoll::core {
namespace {

namespace fs = std::filesystem;

/// A complete price table; `change` may break it.
std::string table(const std::string& skip = {}, const std::string& instead = {}) {
    std::string text = "name = \"mine\"\ntitle = \"Mine\"\nmodel = \"All alike.\"\nomits = \"Everything.\"\n[class]\n";
    const auto line = [&](std::string_view name) {
        if (name == skip) text += instead;
        else text += fmt::format("{} = {{ ticks = 2, per_unit = 1, source = \"a test\" }}\n", name);
    };
    for (std::size_t i = 0; i < static_cast<std::size_t>(isa::CostClass::count); ++i)
        line(isa::cost_class_name(static_cast<isa::CostClass>(i)));
    text += "[event]\n";
    for (std::size_t i = 0; i < static_cast<std::size_t>(CostEvent::count); ++i)
        line(cost_event_name(static_cast<CostEvent>(i)));
    return text;
}

class PriceTable : public testing::Test {
protected:
    void SetUp() override {
        path_ = (fs::temp_directory_path() / fmt::format("vtoll-prices-{}.toml", getpid())).string();
    }
    void TearDown() override { fs::remove(path_); }
    Pricing load(const std::string& text) {
        std::ofstream(path_) << text;
        return load_pricing(path_);
    }
    /// The message without the file's name.
    std::string error_of(const std::string& text) {
        try {
            load(text);
        } catch (const InputError& e) {
            const std::string what = e.what();
            EXPECT_TRUE(what.starts_with(path_ + ":")) << "names the file: " << what;
            EXPECT_EQ(what.find('\n'), std::string::npos) << "one line: " << what;
            return what.substr(path_.size() + 1);
        }
        return "no error";
    }

    std::string path_;
};

TEST_F(PriceTable, CompleteTableLoads) {
    const Pricing p = load(table());
    EXPECT_FALSE(p.functional) << "a table";
    EXPECT_EQ(p.name, "mine") << "name";
    isa::Op op{};
    op.cls = isa::CostClass::load_multiple;
    op.units = 5;
    EXPECT_EQ(p.of(op), 7u) << "2 and 1 for each of 5 registers";
    EXPECT_EQ(p.of(CostEvent::hyp_entry), 2u) << "events";
}

TEST_F(PriceTable, BrokenToml) { EXPECT_TRUE(error_of("name = \"x\n").starts_with("1: ")) << error_of("name = \"x\n"); }

TEST_F(PriceTable, MissingFile) {
    EXPECT_THROW(load_pricing(path_ + ".none"), InputError) << "no such file";
    EXPECT_THROW(pricing_for("no-such-model"), InputError) << "no such model";
}

TEST_F(PriceTable, EveryClassAndEventNeedsAPrice) {
    EXPECT_NE(error_of(table("mul_long")).find("[class] has no price for 'mul_long'"), std::string::npos)
        << error_of(table("mul_long"));
    EXPECT_NE(error_of(table("hyp_entry")).find("[event] has no price for 'hyp_entry'"), std::string::npos)
        << error_of(table("hyp_entry"));
    EXPECT_NE(
        error_of("name = \"x\"\ntitle = \"x\"\nmodel = \"x\"\nomits = \"x\"\n").find("expected a [class] section"),
        std::string::npos);
}

TEST_F(PriceTable, EveryNumberNeedsASource) {
    EXPECT_NE(error_of(table("alu", "alu = { ticks = 1 }\n")).find("alu: no source"), std::string::npos);
    EXPECT_NE(error_of(table("alu", "alu = { source = \"x\" }\n")).find("alu: no price"), std::string::npos);
    EXPECT_NE(error_of(table("alu", "alu = 1\n")).find("alu: expected { ticks = N"), std::string::npos);
}

TEST_F(PriceTable, NumbersAreWholeAndSane) {
    for (const char* ticks : {"-1", "10001", "1.5", "\"one\""}) {
        const std::string error =
            error_of(table("alu", fmt::format("alu = {{ ticks = {}, source = \"x\" }}\n", ticks)));
        EXPECT_NE(error.find("alu: expected a whole number of ticks"), std::string::npos) << ticks << ": " << error;
    }
}

TEST_F(PriceTable, UnknownKeysAreRefused) {
    EXPECT_NE(error_of(table() + "warp = { ticks = 1, source = \"x\" }\n").find("[event] knows no 'warp'"),
              std::string::npos);
    EXPECT_NE(error_of("colour = 1\n" + table()).find("1: unknown key 'colour'"), std::string::npos);
    EXPECT_NE(error_of(table("alu", "alu = { ticks = 1, src = \"x\" }\n")).find("alu: unknown key 'src'"),
              std::string::npos);
}

TEST_F(PriceTable, MessagesNameTheLine) {
    const std::string error = error_of(table("alu", "alu = { ticks = 1 }\n"));
    EXPECT_TRUE(error.starts_with("6: ")) << "alu is the first class, on line 6: " << error;
}

TEST(Pricing, FunctionalIsOneTickPerInstruction) {
    const Pricing p = functional_pricing();
    for (std::size_t i = 0; i < static_cast<std::size_t>(isa::CostClass::count); ++i) {
        isa::Op op{};
        op.cls = static_cast<isa::CostClass>(i);
        op.units = 9;
        EXPECT_EQ(p.of(op), 1u) << isa::cost_class_name(op.cls);
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(CostEvent::count); ++i)
        EXPECT_EQ(p.of(static_cast<CostEvent>(i)), 0u) << cost_event_name(static_cast<CostEvent>(i));
}

TEST(Pricing, ShippedModelsLoadAndSayWhatTheyAre) {
    const auto names = shipped_profiles();
    ASSERT_GE(names.size(), 2u) << "functional and weights at least";
    for (const std::string& name : names) {
        const Pricing p = pricing_for(name);
        EXPECT_EQ(p.name, name) << "a profile is named as its file";
        EXPECT_FALSE(p.model.empty()) << name;
        EXPECT_NE(describe(p).find(p.omits), std::string::npos) << name << " says what it leaves out";
    }
}

}  // namespace
}  // namespace vtoll::core
