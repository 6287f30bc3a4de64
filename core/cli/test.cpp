// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <thread>

#include "core/cli/support/find.hpp"
#include "core/cli/support/terminal.hpp"
#include "core/cli/verbs.hpp"
#include "isa/types.hpp"

namespace vtoll::cli {

namespace {

/// Becomes ctest, in the build directory the program lies in.
int test(const std::string& tier, const std::vector<std::string>& words) {
    const std::string folder = program_folder().string();
    if (!std::filesystem::exists(folder + "/CTestTestfile.cmake"))
        throw InputError(folder + ": no tests here; expected the build directory of a build with tests (./vtoll test)");
    std::vector<std::string> arguments{"ctest",
                                       "--test-dir",
                                       folder,
                                       "--output-on-failure",
                                       "--no-tests=error",
                                       "--parallel",
                                       std::to_string(std::max(1u, std::thread::hardware_concurrency()))};
    // Labels are TIER/FOLDER (tests/tests.cmake). A tier has the tests of those before it as well.
    if (tier == "quick") arguments.insert(arguments.end(), {"-L", "^quick/"});
    if (tier == "full") arguments.insert(arguments.end(), {"-LE", "^nightly/"});
    arguments.insert(arguments.end(), words.begin(), words.end());
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    execvp("ctest", argv.data());
    throw InputError(std::string("ctest can't be started: ") + std::strerror(errno));
}

}  // namespace

void add_test(CLI::App& app, int& status) {
    auto tier = std::make_shared<std::string>("full");
    auto words = std::make_shared<std::vector<std::string>>();
    CLI::App* verb = app.add_subcommand("test", "Run vtoll's own tests");
    verb->footer("Examples:\n  vtoll test --tier quick\n  vtoll test -- -R Elf -j 2\nWhat follows -- goes to ctest.");
    verb->add_option("--tier", *tier, "quick: some minutes; full: a change has to pass it; nightly: hours")
        ->check(CLI::IsMember({"quick", "full", "nightly"}))
        ->capture_default_str();
    verb->add_option("words", *words, "Arguments for ctest");
    verb->callback([tier, words, &status] { status = test(*tier, *words); });
}

}  // namespace vtoll::cli
