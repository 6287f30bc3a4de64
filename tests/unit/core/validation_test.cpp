// SPDX-License-Identifier: Apache-2.0
// From markers and console lines to errors against published figures.
#include "core/report/validation.hpp"

#include <gtest/gtest.h>

#include <map>

#include "core/report/screen/text.hpp"

namespace vtoll::core {
namespace {

constexpr const char* head = "figure,profile,program,region,unit,published,use,source,note\n";

ProcessorRecord record(std::initializer_list<u64> ticks) {
    ProcessorRecord r;
    for (u64 t : ticks) {
        Sample s;
        s.total.ticks = t;
        r.samples.push_back(s);
    }
    return r;
}

std::string complaint(const std::string& csv) {
    try {
        (void)read_figures(head + csv, "figures.csv");
    } catch (const InputError& e) {
        return e.what();
    }
    return "";
}

TEST(Validation, RegionsAreSamplesInTheOrderOfTheConsole) {
    const auto found = regions("hello\nregion empty 1\nregion add 100\nregion mul 10\n", record({5, 105, 65}));
    ASSERT_EQ(found.size(), 3u);
    EXPECT_EQ(found[1].name, "add");
    EXPECT_DOUBLE_EQ(found[1].ticks, 1) << "per operation, without the markers";
    EXPECT_DOUBLE_EQ(found[2].ticks, 6);
}

TEST(Validation, RegionsOfOneNameAreTheirMean) {
    const auto found = regions("region empty 1\nregion add 10\nregion mul 10\nregion add 10\nregion add 10\n",
                               record({5, 15, 65, 25, 65}));
    ASSERT_EQ(found.size(), 3u) << "three names";
    EXPECT_DOUBLE_EQ(found[1].ticks, 3) << "of one, two and six";
    EXPECT_DOUBLE_EQ(found[2].ticks, 6) << "said once";
}

TEST(Validation, ConsoleAndMarkersMustAgree) {
    EXPECT_THROW(regions("region empty 1\nregion add 100\n", record({5})), InputError) << "a line too many";
    EXPECT_THROW(regions("region empty 1\n", record({5, 6})), InputError) << "a marker too many";
    EXPECT_THROW(regions("", record({})), InputError) << "nothing at all";
    EXPECT_THROW(regions("region empty 0\n", record({5})), InputError) << "no operations";
}

TEST(Validation, ARegionMayBeLessAnother) {
    const auto found = regions("region empty 1\nregion loop 10\nregion reads 10 less loop\n", record({5, 105, 165}));
    ASSERT_EQ(found.size(), 3u);
    EXPECT_DOUBLE_EQ(found[2].ticks, 6) << "16 an operation, less the loop's 10";
    EXPECT_THROW(regions("region empty 1\nregion reads 10 less loop\n", record({5, 105})), InputError)
        << "there is none of that name";
    EXPECT_THROW(regions("region empty 1\nregion a 10 less a\n", record({5, 105})), InputError) << "less itself";
}

TEST(Validation, AProgramThatComputesWronglyHasNoFigures) {
    try {
        (void)regions("region empty 1\nwrong sha256\n", record({5}));
        FAIL() << "expected an error";
    } catch (const InputError& e) {
        EXPECT_NE(std::string(e.what()).find("sha256"), std::string::npos) << e.what();
    }
}

TEST(Validation, Units) {
    EXPECT_DOUBLE_EQ(in_unit(12, "cycles", 2000), 12);
    EXPECT_DOUBLE_EQ(in_unit(12, "cycles/byte", 2000), 12) << "an operation is a byte";
    EXPECT_DOUBLE_EQ(in_unit(12, "ns", 2000), 6);
    EXPECT_DOUBLE_EQ(in_unit(0.5, "MB/s", 1000), 2000) << "two bytes a cycle at 1 GHz";
    EXPECT_NEAR(in_unit(284.6, "DMIPS/MHz", 1), 2.0, 0.001) << "1757 iterations a second are one MIPS";
    EXPECT_THROW(in_unit(1, "furlongs", 1), InputError);
}

TEST(Validation, OnlyFiguresThatSetNothingCount) {
    std::vector<Validated> figures(4);
    const FigureUse uses[] = {FigureUse::validation, FigureUse::validation, FigureUse::fitted, FigureUse::unusable};
    for (unsigned i = 0; i < 4; ++i) {
        figures[i].figure.published = 100;
        figures[i].figure.use = uses[i];
        figures[i].simulated = 90;
    }
    figures[1].simulated = 130;
    const Score s = score(figures);
    EXPECT_EQ(s.counted, 2u);
    EXPECT_NEAR(s.mean, 0.2, 1e-9) << "-10 % and +30 %";
    EXPECT_NEAR(s.worst, 0.3, 1e-9);
    figures[1].simulated.reset();
    EXPECT_EQ(score(figures).counted, 1u) << "one that failed has no error";
}

TEST(Validation, WrongFiguresAreErrors) {
    EXPECT_EQ(complaint("a,p,m,r,ns,1.5,validation,someone,\n"), "");
    EXPECT_NE(complaint("a,p,m,r,ns,fast,validation,someone,\n").find("expected a number"), std::string::npos);
    EXPECT_NE(complaint("a,p,m,r,ns,1.5,perhaps,someone,\n").find("use: expected one of"), std::string::npos);
    EXPECT_NE(complaint("a,p,m,r,ns,1.5,validation,,\n").find("no source"), std::string::npos);
    EXPECT_NE(complaint("a,p,m,r,ns,1.5,unusable,someone,\n").find("says why"), std::string::npos);
    EXPECT_NE(complaint("a,p,m,r,ells,1.5,validation,someone,\n").find("unit"), std::string::npos);
}

TEST(Validation, ShippedFiguresCoverTheCores) {
    std::map<std::string, unsigned> counted;
    for (const Figure& f : load_figures())
        if (f.use == FigureUse::validation) ++counted[f.profile.substr(0, f.profile.find('-', 8))];
    for (const char* core : {"cortex-a15", "cortex-a7", "cortex-a8", "cortex-a9"})
        EXPECT_GE(counted[core], 8u) << core << ": figures that no parameter was set from";
    EXPECT_EQ(counted.size(), 4u) << "no other core";
}

TEST(Validation, OutliersAreExplained) {
    std::vector<Validated> figures(1);
    figures[0].figure = {"f", "cortex-a7",           "p",       "chase",          "cycles",
                         100, FigureUse::validation, "someone", "because of that"};
    figures[0].simulated = 50;
    EXPECT_NE(to_text(validation_report(figures)).find("because of that"), std::string::npos) << "50 % off";
    figures[0].simulated = 99;
    EXPECT_EQ(to_text(validation_report(figures)).find("because of that"), std::string::npos) << "1 % off";
}

}  // namespace
}  // namespace vtoll::core
