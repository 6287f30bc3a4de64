// SPDX-License-Identifier: Apache-2.0
// Reports as text: as wide as the screen, nothing lost, no two columns that touch.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <sstream>

#include "core/report/screen/text.hpp"
#include "core/report/screen/words.hpp"

namespace vtoll::core {
namespace {

std::string letters(char letter, std::size_t n) { return std::string(n, letter); }

/// Every cell of a column is made of the column's letter: what a line has of a column can be told.
Grid random_grid(std::mt19937& random) {
    const auto one_of = [&](std::size_t low, std::size_t high) {
        return std::uniform_int_distribution<std::size_t>(low, high)(random);
    };
    const auto words = [&](char letter) {
        std::string text;
        for (std::size_t i = 0, n = one_of(1, 6); i < n; ++i) text += (i ? " " : "") + letters(letter, one_of(1, 14));
        return text;
    };
    Grid grid;
    const std::size_t columns = one_of(1, 16);
    bool grouped = false;
    for (std::size_t i = 0; i < columns; ++i) {
        const char letter = static_cast<char>('a' + i);
        grouped = i > 0 && (grouped ? one_of(0, 2) != 0 : one_of(0, 4) == 0);
        if (i > 0 && one_of(0, 3) == 0) grid.texts.insert(i);
        grid.heads.push_back((grouped ? "THE GROUP\n" : "") + letters(letter, one_of(1, 9)));
    }
    grid.names = one_of(1, std::min<std::size_t>(columns, 2));
    for (std::size_t row = 0, n = one_of(0, 12); row < n; ++row) {
        grid.rows.emplace_back();
        for (std::size_t i = 0; i < columns; ++i) {
            const char letter = static_cast<char>('a' + i);
            grid.rows.back().push_back(grid.is_text(i) ? words(letter) : letters(letter, one_of(0, 10)));
        }
    }
    return grid;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

TEST(Screen, AnyTableFitsAndIsWhole) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 500; ++round) {
        const Grid grid = random_grid(random);
        const std::size_t columns = std::uniform_int_distribution<std::size_t>(60, 140)(random);
        const std::string text = to_text({"", {{"", {}, grid, {}}}}, {.columns = columns, .most = columns});
        for (const std::string& line : lines_of(text)) {
            ASSERT_LE(width_of(line), columns) << "too wide\n" << text;
            ASSERT_EQ(line.find_last_not_of(' '), line.size() - 1) << "blanks at its end\n" << text;
            for (std::size_t i = 1; i < line.size(); ++i) {
                const char a = line[i - 1], b = line[i];
                if (!std::islower(a) || !std::islower(b)) continue;
                ASSERT_EQ(a, b) << "columns touch in '" << line << "'\n" << text;
            }
            std::string seen = line;
            std::erase_if(seen, [](char c) { return !std::islower(c); });
            ASSERT_TRUE(std::is_sorted(seen.begin(), seen.end())) << "columns out of order\n" << text;
        }
        for (std::size_t i = 0; i < grid.heads.size(); ++i) {
            const char letter = static_cast<char>('a' + i);
            auto whole = static_cast<std::size_t>(std::count(grid.heads[i].begin(), grid.heads[i].end(), letter));
            for (const auto& row : grid.rows)
                whole += static_cast<std::size_t>(std::count(row[i].begin(), row[i].end(), letter));
            const auto shown = static_cast<std::size_t>(std::count(text.begin(), text.end(), letter));
            if (i >= grid.names) ASSERT_EQ(shown, whole) << "column " << letter << " once\n" << text;
            else ASSERT_TRUE(whole == 0 || (shown >= whole && shown % whole == 0)) << "whole tables\n" << text;
        }
    }
}

TEST(Screen, ATableIsAsNarrowAsItsContents) {
    const Grid grid{{"name", "number"}, {{"x", "1"}}};
    EXPECT_EQ(to_text({"", {{"", {}, grid, {}}}}, {.columns = 200, .most = 200}), "name  number\nx          1\n");
}

TEST(Screen, HeadsFoldBeforeTextDoes) {
    const Grid grid{{"name", "ticks of one", "share of all"}, {{"a name of five words", "1", "2"}}};
    EXPECT_EQ(to_text({"", {{"", {}, grid, {}}}}, {.columns = 40, .most = 40}),
              "                      ticks  share\n"
              "                         of     of\n"
              "name                    one    all\n"
              "a name of five words      1      2\n");
    EXPECT_EQ(to_text({"", {{"", {}, grid, {}}}}, {.columns = 33, .most = 33}),
              "                ticks  share\n"
              "                   of     of\n"
              "name              one    all\n"
              "a name of five      1      2\n"
              "  words\n");
}

TEST(Screen, WithoutATerminalATableMayBeWiderThanSentences) {
    const std::string word(70, 'w');
    std::string sentence;
    for (int i = 0; i < 60; ++i) sentence += "word ";
    const Report report{"", {{"", {sentence}, Grid{{"name", letters('n', 100)}, {{"x", "1"}}}, {}}}};
    const std::vector<std::string> lines = lines_of(to_text(report));
    EXPECT_LE(width_of(lines[0]), 80u) << "sentences";
    EXPECT_GT(width_of(lines.back()), 80u) << "the table";
    EXPECT_LE(width_of(lines.back()), 120u) << "and no wider than that";
}

TEST(Screen, WordsAreFolded) {
    using Lines = std::vector<std::string>;
    EXPECT_EQ(folded("a bc def", 80), (Lines{"a bc def"})) << "fits";
    EXPECT_EQ(folded("a bc def", 4), (Lines{"a bc", "def"})) << "between words";
    EXPECT_EQ(folded("  a bc def", 6, 2), (Lines{"  a bc", "    de", "    f"})) << "indented, and hanging";
    EXPECT_EQ(folded("abcdef", 4), (Lines{"abcd", "ef"})) << "within a word that is too wide";
    EXPECT_EQ(folded("issue 12 % more", 9), (Lines{"issue", "12 % more"})) << "a number stays with its percent sign";
    EXPECT_EQ(folded("\u00b1\u00b1\u00b1 \u00b1", 3), (Lines{"\u00b1\u00b1\u00b1", "\u00b1"})) << "by characters";
    EXPECT_EQ(folded("> 1f  mov r0, r1", 12), (Lines{"> 1f  mov", "r0, r1"})) << "blanks within a line stay";
    EXPECT_EQ(longest_word("a bcd ef"), 3u);
}

TEST(Screen, AGroupStandsOverItsColumns) {
    const Grid grid{{"name", "ticks\nmin", "ticks\nmean", "ticks\nmax", "n"}, {{"x", "1", "22", "333", "4"}}};
    EXPECT_EQ(to_text({"", {{"", {}, grid, {}}}}),
              "          ticks\n"
              "name  min  mean  max  n\n"
              "x       1    22  333  4\n");
}

TEST(Screen, ALayoutIsTheReportItIsOf) {
    const Report report{"t", {{"h", {"before"}, Grid{{"a", "g\nb", "g\nc"}, {{"1", "2", "3"}}, {2}, 2}, {"after"}}}};
    EXPECT_EQ(to_json(report_from_json(to_json(report))), to_json(report)) << "read back";
}

}  // namespace
}  // namespace vtoll::core
