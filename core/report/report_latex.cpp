// SPDX-License-Identifier: Apache-2.0
// A report as LaTeX to be \input: booktabs tables, sentences between them.
#include <fmt/format.h>

#include "core/report/report.hpp"

namespace vtoll::core {

namespace {

/// Text that LaTeX sets as it stands, under any font encoding.
std::string latex(const std::string& text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&':
        case '%':
        case '$':
        case '#':
        case '_':
        case '{':
        case '}': (out += '\\') += c; break;
        case '\\': out += "\\textbackslash{}"; break;
        case '~': out += "\\textasciitilde{}"; break;
        case '^': out += "\\textasciicircum{}"; break;
        case '<': out += "\\textless{}"; break;
        case '>': out += "\\textgreater{}"; break;
        case '|': out += "\\textbar{}"; break;
        case '`': out += "\\textasciigrave{}"; break;
        case '"': out += "''"; break;
        case '-': out += out.ends_with('-') ? "{}-" : "-"; break;  // no dash out of two hyphens
        case '[':
        case ']': ((out += '{') += c) += '}'; break;  // no optional argument after a line's end
        case '*': out += "{*}"; break;                // nor a starred one
        case '\n': out += ' '; break;
        default: out += c;
        }
    }
    return out;
}

std::string row(const std::vector<std::string>& cells) {
    std::string out = "    ";
    for (std::size_t i = 0; i < cells.size(); ++i) out += (i ? " & " : "") + latex(cells[i]);
    return out + " \\\\\n";
}

/// The line of groups above the heads, with a rule under each; "" when there are no groups.
std::string groups(const Grid& grid) {
    std::string line, rules;
    for (const ColumnGroup& group : column_groups(grid)) {
        if (group.begin) line += " & ";
        line += fmt::format("\\multicolumn{{{}}}{{c}}{{{}}}", group.end - group.begin, latex(group.name));
        if (!group.name.empty()) rules += fmt::format("\\cmidrule(lr){{{}-{}}}", group.begin + 1, group.end);
    }
    return rules.empty() ? "" : "    " + line + " \\\\\n    " + rules + "\n";
}

std::string table(const Grid& grid, const std::string& caption) {
    std::string out = fmt::format(
        "\\begin{{table}}[htbp]\n  \\centering\n  \\caption{{{}}}\n  \\begin{{tabular}}{{l{}}}\n    \\toprule\n",
        latex(caption), std::string(grid.heads.empty() ? 0 : grid.heads.size() - 1, 'r'));
    out += groups(grid) + row(column_names(grid)) + "    \\midrule\n";
    for (const auto& cells : grid.rows) out += row(cells);
    return out + "    \\bottomrule\n  \\end{tabular}\n\\end{table}\n";
}

}  // namespace

std::string to_latex(const Report& report) {
    std::string out = "% needs \\usepackage{booktabs}, and pdflatex of 2018 or later for UTF-8\n";
    for (const Section& section : report.sections) {
        if (!section.heading.empty()) out += fmt::format("\n\\paragraph{{{}}}\n", latex(section.heading));
        for (const std::string& paragraph : section.before) out += "\n" + latex(paragraph) + "\n";
        if (section.grid)
            out += "\n" +
                   table(*section.grid, section.heading.empty() ? report.title : report.title + ": " + section.heading);
        for (const std::string& paragraph : section.after) out += "\n" + latex(paragraph) + "\n";
    }
    return out;
}

}  // namespace vtoll::core
