// SPDX-License-Identifier: Apache-2.0
#include "core/report/comparison.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/report/screen/text.hpp"
#include "core/report/table_kinds.hpp"
#include "tests/unit/core/golden.hpp"

namespace vtoll::core {
namespace {

constexpr const char* published =
    "operation,pure_i,pure_c,low,high\nsyscall,0,0,300,400\nhypercall,100,600,150,150\nslow,100,600,,\n";

CpiStack stack(std::initializer_list<std::pair<Stall, double>> parts) {
    CpiStack stack{};
    for (const auto& [stall, cycles] : parts) stack[static_cast<std::size_t>(stall)] = cycles;
    return stack;
}

/// A row equal to the published one, one far from it, one whose run failed.
Comparison example() {
    Comparison c;
    c.detailed = true;
    c.definition = parse_table<TableDefinition>(
        "name = \"t\"\nkind = \"comparison\"\ntitle = \"A table\"\npublished = \"t.csv\"\ninstructions = "
        "\"pure_i\"\ncycles = \"pure_c\"\n"
        "other_low = \"low\"\nother_high = \"high\"\nother_title = \"another system, cycles\"\n"
        "citation = \"Published: someone.\"\nnote = \"Estimates.\"\n"
        "[[row]]\noperation = \"syscall\"\nscenario = \"a\"\nmeasure = \"sample\"\nabout = \"user to kernel\"\n"
        "[row.other]\nscenario = \"pa\"\nmeasure = \"sample\"\nabout = \"by message\"\n"
        "[[row]]\noperation = \"hypercall\"\nscenario = \"b\"\nmeasure = \"episode\"\ncause = \"hypercall\"\nabout = "
        "\"HVC | ERET\"\n"
        "[row.other]\nscenario = \"pb\"\nmeasure = \"sample\"\nabout = \"SVC\"\n"
        "[[row]]\noperation = \"slow\"\nscenario = \"c\"\nmeasure = \"episode\"\ncause = \"wfi\"\nabout = \"x\"\n",
        "t.toml");
    c.timing = "weights";
    c.timing_title = "Trace weights";
    c.timing_model = "Prices by class.";
    c.hypervisor = "pure.elf";
    const PublishedTable values(published, "t.csv");
    for (const RowDefinition& row : c.definition.rows) c.rows.push_back(published_row(c.definition, values, row));
    c.rows[0].measured = Measured{distribution({{0, 4}}), distribution({{0, 4}}), {}, false, {}};
    c.rows[1].measured =
        Measured{distribution({{40, 3}, {44, 1}}),
                 distribution({{210, 3}, {260, 1}}),
                 {{"hardware entry", 0, 13, 0, 13}, {"save", 10, 37, 0, 0}, {"handle", 30, 160, 150, 0}},
                 false,
                 stack({{Stall::issue, 47}, {Stall::device, 150}, {Stall::exception, 13}})};
    c.other = "para.elf";
    c.rows[0].other = Measured{distribution({{41, 4}}),
                               distribution({{380, 4}}),
                               {{"hardware entry", 0, 13, 0, 13}, {"save", 41, 367, 0, 0}},
                               true,
                               stack({{Stall::issue, 100.5},
                                      {Stall::dependency, 20},
                                      {Stall::fetch, 0.5},
                                      {Stall::data, 30},
                                      {Stall::memory, 140},
                                      {Stall::walk_stage1, 40},
                                      {Stall::walk_stage2, 36},
                                      {Stall::exception, 13}})};
    c.rows[1].other = Measured{distribution({{5, 4}}),
                               distribution({{43, 4}}),
                               {{"save", 5, 43, 0, 43}},
                               false,
                               stack({{Stall::exception, 43}})};
    c.rows[2].failure = "run failed with exit code 4: stopped";
    return c;
}

TEST(Comparison, Ratio) {
    EXPECT_EQ(ratio(100, 40), "0.40") << "measured by published";
    EXPECT_EQ(ratio(0, 0), "equal") << "zero and zero";
    EXPECT_EQ(ratio(0, 3), "-") << "no ratio to zero";
    EXPECT_EQ(ratio({}, 3), "-") << "not published";
    EXPECT_EQ(ratio(3, {}), "-") << "not measured";
}

TEST(Comparison, RatioToARange) {
    EXPECT_EQ(ratio(300, 400, 350), "1.00") << "within";
    EXPECT_EQ(ratio(300, 400, 400), "1.00") << "its bounds belong to it";
    EXPECT_EQ(ratio(300, 400, 150), "0.50") << "below: to the lower bound";
    EXPECT_EQ(ratio(300, 400, 800), "2.00") << "above: to the upper bound";
    EXPECT_EQ(ratio(150, 150, 300), "2.00") << "a single value";
    EXPECT_EQ(ratio({}, {}, 300), "-") << "not published";
    EXPECT_EQ(ratio(300, 400, {}), "-") << "not measured";
}

TEST(Comparison, AQuarterIsStillAlike) {
    ComparedRow row;
    row.published_insns = 100;
    row.published_cycles = 1000;
    row.measured = Measured{distribution({{125, 1}}), distribution({{750, 1}}), {}, false, {}};
    EXPECT_FALSE(row.explained()) << "25 % off, both";
    row.measured->insns = distribution({{126, 1}});
    EXPECT_TRUE(row.explained()) << "instructions 26 % more";
    row.measured->insns = distribution({{100, 1}});
    row.measured->ticks = distribution({{749, 1}});
    EXPECT_TRUE(row.explained()) << "cycles more than 25 % less";
    row.published_cycles.reset();
    EXPECT_FALSE(row.explained()) << "nothing to differ from";
    row.published_insns = 0;
    row.measured->insns = distribution({{1, 1}});
    EXPECT_TRUE(row.explained()) << "anything is far from zero";
}

TEST(Comparison, TextIsAsBefore) {
    const std::string text = to_text(to_report(example()));
    EXPECT_EQ(text, test::golden("comparison.txt", text)) << test::accept;
}

TEST(Comparison, LayoutIsAsBefore) {
    const std::string text = to_json(to_report(example()));
    EXPECT_EQ(text, test::golden("comparison.json", text)) << test::accept;
}

TEST(Comparison, CsvIsAsBefore) {
    const std::string text = to_csv(example());
    EXPECT_EQ(text, test::golden("comparison.csv", text)) << test::accept;
}

TEST(Comparison, PlacementsGiveMeansAndMarks) {
    Comparison c = example();
    c.has_caches = true;
    const std::string one = to_text(to_report(c));
    EXPECT_NE(one.find("One placement: noise unknown."), std::string::npos) << one;
    c.placements = {0, 1, 2};
    c.rows[1].measured->ticks_elsewhere = {230, 250};  // mean 230
    c.rows[1].measured->insns_elsewhere = {40, 40};    // nothing
    c.rows[1].other->ticks_elsewhere = {243, 443};     // mean 243, deviation 200
    c.rows[0].other->ticks_elsewhere = {380, 380};
    c.rows[0].measured->ticks_elsewhere = {0, 0};
    EXPECT_TRUE(within_noise_of_other(c.rows[1])) << "230 against 243 that deviate by 200";
    EXPECT_FALSE(within_noise_of_published(c.rows[1])) << "230 and a little is not 600";
    EXPECT_FALSE(within_noise_of_other(c.rows[0])) << "exact on both sides";
    const std::string text = to_text(to_report(c));
    EXPECT_NE(text.find("0.95~"), std::string::npos) << "230 of 243, marked\n" << text;
    EXPECT_EQ(text.find("0.38~"), std::string::npos) << "230 of 600, not marked\n" << text;
    EXPECT_NE(text.find("Means of 3 placements (timing.placement 0, 1, 2)"), std::string::npos) << text;
    const auto document = nlohmann::json::parse(to_json(c));
    EXPECT_EQ(document["placements"], c.placements) << "listed";
    EXPECT_EQ(document["rows"][1]["placements"]["cycles"]["mean"], 230) << "mean";
    EXPECT_EQ(document["rows"][1]["placements"]["cycles"]["deviation"], 20) << "deviation";
    EXPECT_EQ(document["rows"][1]["placements"]["instructions"]["deviation"], 0) << "the same was executed";
    EXPECT_EQ(document["rows"][1]["within_noise"], (nlohmann::json{{"published", false}, {"other", true}})) << "marks";
    EXPECT_NE(to_csv(c).find(",3,230,20,false,3,243,200,true"), std::string::npos) << to_csv(c);
}

TEST(Comparison, ColourOnlyAddsColour) {
    const Report report = to_report(example());
    std::string coloured = to_text(report, {.colour = true});
    EXPECT_NE(coloured.find("\033["), std::string::npos) << "headings stand out";
    for (const std::string escape : {"\033[1m", "\033[0m"})
        for (std::size_t at; (at = coloured.find(escape)) != std::string::npos;) coloured.erase(at, escape.size());
    EXPECT_EQ(coloured, to_text(report)) << "without it, the same text";
}

TEST(Comparison, JsonHasEverything) {
    const auto document = nlohmann::json::parse(to_json(example()));
    EXPECT_EQ(document["rows"].size(), 3u) << "rows";
    EXPECT_EQ(document["timing"]["model"], "weights") << "the model is named";
    const auto& row = document["rows"][1];
    EXPECT_EQ(row["published"]["cycles"], 600) << "published";
    EXPECT_EQ(row["measured"]["cycles"]["median"], 210) << "measured";
    EXPECT_EQ(row["phases"][2]["device"], 150.0) << "phases";
    EXPECT_EQ(row["stalls"]["device"], 150.0) << "stalls";
    EXPECT_EQ(row["cycles_if_free"]["device"], 60.0) << "210 less 150";
    EXPECT_EQ(row["other"]["measured"]["cycles"]["median"], 43) << "the other system";
    EXPECT_TRUE(document["rows"][2]["other"].is_null()) << "which does not do this";
    EXPECT_TRUE(document["rows"][2]["measured"].is_null()) << "a failed run has no numbers";
    EXPECT_EQ(document["rows"][2]["failure"], "run failed with exit code 4: stopped") << "but a reason";
    EXPECT_TRUE(document["rows"][2]["published_other"]["cycles_low"].is_null()) << "what was not published is null";
}

TEST(Comparison, CsvQuotes) {
    EXPECT_EQ(csv_line({"a", "b,c", "d\"e"}), "a,\"b,c\",\"d\"\"e\"\n") << "commas and quotes";
}

}  // namespace
}  // namespace vtoll::core
