// SPDX-License-Identifier: Apache-2.0
#include "core/report/screen/text.hpp"

#include <algorithm>

#include "core/report/screen/grid_text.hpp"
#include "core/report/screen/words.hpp"

namespace vtoll::core {

namespace {

constexpr std::size_t readable = 100;  ///< no line of sentences is wider

}  // namespace

std::string to_text(const Report& report, const Screen& screen) {
    const auto lines_of = [&](const std::string& text, const std::string& indent, bool strong) {
        std::string out;
        for (const std::string& line : folded(indent + text, std::min(screen.columns, readable)))
            out += strong && screen.colour ? "\033[1m" + line + "\033[0m\n" : line + "\n";
        return out;
    };
    std::string out;
    if (!report.title.empty()) out += lines_of(report.title, "", true);
    for (const Section& section : report.sections) {
        const std::string indent = section.heading.empty() ? "" : "  ";
        if (!out.empty()) out += "\n";
        if (!section.heading.empty()) out += lines_of(section.heading, "", true);
        for (const std::string& paragraph : section.before) out += lines_of(paragraph, indent, false);
        if (section.grid) out += grid_text(*section.grid, indent, screen);
        for (const std::string& paragraph : section.after) out += lines_of(paragraph, indent, false);
    }
    return out;
}

}  // namespace vtoll::core
