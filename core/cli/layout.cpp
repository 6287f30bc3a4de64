// SPDX-License-Identifier: Apache-2.0
// Text of what Python has made: one place knows how a table fits a screen. Not for people, so --help does not list it.
#include <fmt/format.h>

#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/cli/verbs.hpp"
#include "core/report/screen/text.hpp"
#include "isa/types.hpp"

namespace vtoll::cli {

void add_layout(CLI::App& app, int& status) {
    auto screen = std::make_shared<core::Screen>();
    auto columns = std::make_shared<std::size_t>(0);
    CLI::App* verb = app.add_subcommand("layout", "The text of a layout (--format layout) on standard input");
    verb->group("");
    verb->footer("Example:\n  vtoll runs --format layout | vtoll layout --columns 60");
    verb->add_option("--columns", *columns, "Of the terminal (default: there is none)");
    verb->add_flag("--colour", screen->colour, "Headings stand out");
    verb->callback([screen, columns, &status] {
        if (*columns) screen->columns = screen->most = *columns;
        const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
        try {
            fmt::print("{}", core::to_text(core::report_from_json(text), *screen));
        } catch (const nlohmann::json::exception& error) {
            throw InputError(
                fmt::format("standard input: no layout; expected what --format layout writes: {}", error.what()));
        }
        status = exit_ok;
    });
}

}  // namespace vtoll::cli
