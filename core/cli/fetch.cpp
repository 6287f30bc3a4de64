// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include <memory>

#include "core/cli/support/python.hpp"
#include "core/cli/verbs.hpp"
#include "core/scenario/stock_image.hpp"

namespace vtoll::cli {

void add_fetch(CLI::App& app, int&) {
    struct Options {
        std::vector<std::string> names;
        bool update = false, list = false;
    };
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("fetch", "Get stock Debian software for scenarios into the cache");
    verb->footer(
        "Examples:\n  vtoll fetch\n  vtoll fetch zimage initrd.cpio\n  vtoll fetch --list\n"
        "The cache is the folder $VTOLL_CACHE, else ~/.cache/vtoll. Scenarios fetch the packages that they need.");
    verb->add_option("image", options->names, "Names of images (default: all)");
    verb->add_flag("--update", options->update, "Ask the archive for newer packages");
    verb->add_flag("--list", options->list, "List the packages, and those that are in the cache")->excludes("--update");
    verb->callback([options] {
        std::vector<std::string> words{options->list ? "list" : "fetch"};
        words.insert(words.end(), options->names.begin(), options->names.end());
        if (options->update) words.push_back("--update");
        become(core::stock_program().string(), words);
    });
}

}  // namespace vtoll::cli
