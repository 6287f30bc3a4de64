// SPDX-License-Identifier: Apache-2.0
// From published figures and a model's to errors, ratios and scores.
#include "core/report/system_validation.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "core/report/screen/text.hpp"

namespace vtoll::core {
namespace {

const std::string definition_text = R"(
published = "figures.csv"
scenario = "linux-board"
enough = 5000

[[board]]
core = "slow"
profile = "slow-board"
title = "S1"

[[board]]
core = "fast"
profile = "fast-board"
title = "F1"
processors = 2

[[kernel]]
version = "1.0"
image = "stock:one"
disk = "stock:disk"

[[kernel]]
version = "2.0"
image = "stock:two"
disk = "stock:disk"

[[kernel]]
version = "0.9"
why = "nobody has it"

[[row]]
label = "null"
run = "null"
figure = '(\d+) us'
command = "lat_syscall null"

[[row]]
label = "pipe"
run = "pipe"
figure = '(\d+) us'
command = "lat_pipe"
)";

const std::string figures = R"(# SPDX-License-Identifier: Apache-2.0
# Measured
# by somebody.
core,board,mhz,sdk,kernel,row,us,min,max
slow,S1,1000,1,1.0,null,2.00,,
slow,S1,1000,1,1.0,pipe,40.00,,
slow,S1,1000,2,2.0,null,3.00,2.50,3.50
fast,F1,1500,1,1.0,null,1.00,,
fast,F1,1500,1,1.0,pipe,0.00,,
fast,F1,1500,1,0.9,null,1.00,,
)";

SystemValidation validation(const std::string& judgements = "") {
    return system_figures(parse_system_definition(definition_text + judgements, "d.toml"), figures);
}

/// As if the model had made of every figure what `factor` says.
SystemValidation measured(SystemValidation v, double factor) {
    for (SystemFigure& f : v.figures)
        if (f.kernel != "0.9") f.simulated = f.published * factor + (f.published == 0 ? 7 : 0);
        else f.failure = "nobody has it";
    return v;
}

std::string complaint(const std::string& judgements) {
    try {
        (void)validation(judgements);
    } catch (const InputError& e) {
        return e.what();
    }
    return "";
}

TEST(SystemValidation, FiguresAreRead) {
    const SystemValidation v = validation();
    ASSERT_EQ(v.figures.size(), 6u);
    EXPECT_EQ(v.citation, "Measured by somebody.");
    EXPECT_EQ(v.figures[0].core, "slow");
    EXPECT_EQ(v.figures[0].profile, "slow-board");
    EXPECT_EQ(v.figures[0].command, "lat_syscall null");
    EXPECT_FALSE(v.figures[0].least) << "not printed";
    EXPECT_EQ(v.figures[2].least, 2.5);
    EXPECT_EQ(v.figures[2].most, 3.5);
}

TEST(SystemValidation, WhatIsRunFollowsFromTheDefinition) {
    const SystemDefinition d = parse_system_definition(definition_text, "d.toml");
    const std::vector<std::string> expected = {"machine.bootargs+=run=ask", "console.input=\"run=pipe enough=5000\\n\"",
                                               "timing.rung=fast-board", "image.0.file=\"stock:two\"",
                                               "image.1.file=\"stock:disk\""};
    EXPECT_EQ(d.overrides_for(d.rows[1], d.kernels[1], "fast-board", 1), expected);
    EXPECT_EQ(d.overrides_for(d.rows[1], d.kernels[1], "fast-board", 2).back(), "machine.cpus=2");
}

TEST(SystemValidation, OnlyComparableUnfittedFiguresCount) {
    const std::string judgements = R"(
[[judgement]]
row = "pipe"
use = "unusable"
why = "another pipe"

[[judgement]]
row = "null"
core = "fast"
kernel = "1.0"
use = "fitted"
why = "its clock"
)";
    SystemValidation v = measured(validation(judgements), 1.5);
    v.figures[2].simulated = 2.4;
    const Score s = score(v);
    EXPECT_EQ(s.counted, 2u) << "slow null by 1.0 and by 2.0";
    EXPECT_NEAR(s.mean, (0.5 + 0.2) / 2, 1e-9);
    EXPECT_NEAR(s.worst, 0.5, 1e-9);
    EXPECT_EQ(score(v, "fast").counted, 0u);
    EXPECT_EQ(score(v, "", "2.0").counted, 1u);
    EXPECT_NEAR(score(v, "", "2.0").mean, 0.2, 1e-9);
}

TEST(SystemValidation, RatiosBetweenBoards) {
    SystemValidation v = measured(validation(), 2);
    v.figures[3].simulated = 1;  // fast, null, by 1.0
    const auto ratios = v.between_boards();
    ASSERT_EQ(ratios.size(), 1u) << "0.00 was published of the fast one's pipe, and nothing of it by 2.0";
    EXPECT_EQ(ratios[0].row, "null");
    EXPECT_EQ(ratios[0].of + " " + ratios[0].to + " " + ratios[0].at, "slow fast 1.0");
    EXPECT_DOUBLE_EQ(ratios[0].published, 2);
    EXPECT_DOUBLE_EQ(ratios[0].simulated, 4);
    EXPECT_DOUBLE_EQ(ratios[0].error(), 1);
}

TEST(SystemValidation, RatiosBetweenKernels) {
    const auto ratios = measured(validation(), 2).between_kernels();
    ASSERT_EQ(ratios.size(), 1u);
    EXPECT_EQ(ratios[0].of + " " + ratios[0].to + " " + ratios[0].at, "2.0 1.0 slow");
    EXPECT_DOUBLE_EQ(ratios[0].published, 1.5);
    EXPECT_NEAR(ratios[0].error(), 0, 1e-9) << "the factor cancels out";
}

TEST(SystemValidation, AStepBetweenKernelsIsJudgedApart) {
    const std::string judgements = R"(
[[judgement]]
row = "null"
core = "slow"
kernel = "1.0 to 2.0"
use = "fitted"
why = "what 2.0 added"
)";
    const SystemValidation v = measured(validation(judgements), 1);
    EXPECT_EQ(v.between_kernels().at(0).use, FigureUse::fitted);
    EXPECT_EQ(v.figures[2].use, FigureUse::validation) << "the figures themselves count";
}

TEST(SystemValidation, ARatioOfWhatCannotBeComparedDoesNotCount) {
    const std::string judgements = R"(
[[judgement]]
core = "fast"
use = "unusable"
why = "two processors"
)";
    const auto ratios = measured(validation(judgements), 1).between_boards();
    ASSERT_EQ(ratios.size(), 1u);
    EXPECT_EQ(ratios[0].use, FigureUse::unusable);
    EXPECT_EQ(ratios[0].why, "two processors");
}

TEST(SystemValidation, WhatIsWrongInTheDefinition) {
    const auto one = [](const std::string& keys) { return "[[judgement]]\nuse = \"fitted\"\nwhy = \"x\"\n" + keys; };
    EXPECT_EQ(complaint(one("row = \"fork\"\n")), "d.toml: judgement: row: 'fork' is none of this file");
    EXPECT_EQ(complaint(one("core = \"tiny\"\n")), "d.toml: judgement: core: 'tiny' is none of this file");
    EXPECT_EQ(complaint(one("kernel = \"3.0\"\n")), "d.toml: judgement: kernel: '3.0' is none of this file");
    EXPECT_NE(complaint("[[judgement]]\nuse = \"validation\"\n"), "") << "no reason";
    EXPECT_EQ(complaint(one("core = \"slow\"\n")),
              "system-validation.toml: slow: at most 2 figures of a board may set a parameter");
}

TEST(SystemValidation, WhatIsWrongInTheFigures) {
    const SystemDefinition d = parse_system_definition(definition_text, "d.toml");
    for (const char* line : {"slow,S1,1,1,1.0,fork,2,,", "tiny,S1,1,1,1.0,null,2,,", "slow,S1,1,1,3.0,null,2,,",
                             "slow,S1,1,1,1.0,null,two,,"})
        EXPECT_THROW(system_figures(d, std::string("core,board,mhz,sdk,kernel,row,us,min,max\n") + line + "\n"),
                     InputError)
            << line;
}

TEST(SystemValidation, WhatShipsIsWhole) {
    const SystemValidation v = load_system_figures();
    EXPECT_EQ(v.figures.size(), 220u);
    for (const SystemRow& row : v.definition.rows)
        EXPECT_EQ(std::regex(row.figure).mark_count(), 1u) << row.label << ": the figure's group";
    for (const SystemFigure& f : v.figures) {
        EXPECT_FALSE(f.command.empty()) << f.row << ": a program";
        EXPECT_TRUE(f.use == FigureUse::validation || !f.why.empty()) << f.row << ": a reason";
    }
    const auto unusable = [](const SystemValidation& of) {
        return std::count_if(of.figures.begin(), of.figures.end(),
                             [](const SystemFigure& f) { return f.use == FigureUse::unusable; });
    };
    EXPECT_LT(unusable(load_system_figures(true)), unusable(v)) << "with all processors more can be compared";
}

TEST(SystemValidation, FormsHaveEveryFigure) {
    const SystemValidation v = measured(validation(), 1.25);
    const auto document = nlohmann::json::parse(to_json(v));
    ASSERT_EQ(document["figures"].size(), v.figures.size());
    EXPECT_NEAR(document["figures"][0]["error"].get<double>(), 0.25, 1e-9);
    EXPECT_EQ(document["figures"][5]["failure"], "nobody has it");
    EXPECT_EQ(document["score"]["counted"], 4);
    const std::string csv = to_csv(v);
    EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 7) << "a head and six figures";
    const std::string text = to_text(to_report(v));
    for (const char* part : {"+25", "Between boards, Linux 1.0", "Between kernels, S1", "Not run: nobody has it",
                             "lat_pipe", "Measured by somebody."})
        EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
}

}  // namespace
}  // namespace vtoll::core
