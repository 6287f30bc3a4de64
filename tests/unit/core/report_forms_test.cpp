// SPDX-License-Identifier: Apache-2.0
// A report as LaTeX and HTML: whatever the cells say, the document stays well formed.
#include <gtest/gtest.h>

#include <string>

#include "core/report/report.hpp"

namespace vtoll::core {
namespace {

const char* const nasty = "50 % & $x_1^2$ #{~\\} <a|b> `c` \"d\" --e [f] *";

Report example() {
    return {nasty,
            {{"",
              {"before: " + std::string(nasty)},
              Grid{{"name", "cost\npublished", "cost\nmeasured", "ratio"},
                   {{nasty, "1", "2", "2.00"}, {"[b]", "-", "3", "-"}}},
              {}},
             {"Sources", {}, {}, {nasty}}}};
}

/// Braces and environments are closed in order, and what is special stands only where it is meant.
void expect_balanced(const std::string& text) {
    int depth = 0;
    std::vector<std::string> open;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) {
            for (const std::string word : {"\\begin{", "\\end{"}) {
                if (text.compare(i, word.size(), word) != 0) continue;
                const std::string name = text.substr(i + word.size(), text.find('}', i) - i - word.size());
                if (word == "\\begin{") {
                    open.push_back(name);
                } else {
                    ASSERT_FALSE(open.empty()) << "\\end{" << name << "} of nothing";
                    EXPECT_EQ(open.back(), name) << "ends what it began";
                    open.pop_back();
                }
            }
            if (!std::isalpha(static_cast<unsigned char>(text[i + 1]))) ++i;
            continue;
        }
        if (text[i] == '%' && (i == 0 || text[i - 1] == '\n')) i = text.find('\n', i);
        else
            EXPECT_EQ(std::string("%$#_^~").find(text[i]), std::string::npos)
                << "bare " << text[i] << " at " << text.substr(i, 30);
        depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
        ASSERT_GE(depth, 0) << "at " << text.substr(i, 30);
    }
    EXPECT_EQ(depth, 0) << "open braces";
    EXPECT_TRUE(open.empty()) << "open environments";
}

TEST(ReportForms, LatexIsWellFormed) {
    const std::string text = to_latex(example());
    expect_balanced(text);
    EXPECT_NE(text.find("\\begin{tabular}{lrrr}"), std::string::npos) << text;
    EXPECT_NE(text.find(" & \\multicolumn{2}{c}{cost} & "), std::string::npos)
        << "the group spans its columns: " << text;
    EXPECT_NE(text.find("\\cmidrule(lr){2-3}\n"), std::string::npos) << "and has a rule: " << text;
    EXPECT_NE(text.find("50 \\% \\& \\$x\\_1\\textasciicircum{}2\\$ \\#\\{\\textasciitilde{}\\textbackslash{}\\}"),
              std::string::npos)
        << "nothing is lost: " << text;
    EXPECT_NE(text.find("{[}b{]} & -"), std::string::npos) << "not an optional argument of the line before: " << text;
    const auto at = text.find("\\midrule");
    std::size_t separators = 0;
    for (std::size_t i = text.find("50", at); text[i] != '\n'; ++i) separators += text[i] == '&' && text[i - 1] != '\\';
    EXPECT_EQ(separators, 3u) << "four cells";
}

TEST(ReportForms, HtmlIsWellFormed) {
    const std::string text = to_html(example());
    std::vector<std::string> open;
    for (std::size_t i = text.find("<html"); (i = text.find('<', i)) != std::string::npos; ++i) {
        const std::size_t end = text.find_first_of(" >", i);
        const std::string name = text.substr(i + 1, end - i - 1);
        if (name == "meta") continue;
        if (name[0] != '/') {
            open.push_back(name);
            continue;
        }
        ASSERT_FALSE(open.empty()) << name;
        EXPECT_EQ("/" + open.back(), name) << "closes what is open";
        open.pop_back();
    }
    EXPECT_TRUE(open.empty()) << "everything is closed";
    EXPECT_NE(text.find("&lt;a|b&gt; `c` &quot;d&quot;"), std::string::npos) << text;
    EXPECT_NE(text.find("<th class=\"group\" colspan=\"2\">cost</th>"), std::string::npos) << text;
}

}  // namespace
}  // namespace vtoll::core
