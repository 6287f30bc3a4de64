// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <sstream>

#include "core/base/nearest.hpp"
#include "core/cli/support/signals.hpp"
#include "core/cli/support/terminal.hpp"
#include "core/cli/verbs.hpp"
#include "isa/types.hpp"

namespace {

/// What is wrong with the words: CLI11's own account of it, but for a verb or an option that there isn't.
std::string wrong_words(const CLI::App& app, int argc, char** argv, const std::string& said) {
    const CLI::App* verb = &app;
    const auto no_such = [](const std::string& word, const char* kind, const std::vector<std::string>& known) {
        return word + ": no such " + kind + vtoll::core::did_you_mean(word, known);
    };
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i], option = word.substr(0, word.find('='));
        if (word == "--") break;
        if (word.starts_with("--") && !verb->get_option_no_throw(option)) {
            std::vector<std::string> known;
            for (const CLI::Option* each : verb->get_options())
                for (const std::string& name : each->get_lnames()) known.push_back("--" + name);
            return no_such(option, "option", known);
        }
        const std::vector<const CLI::App*> below = verb->get_subcommands({});
        if (word.starts_with("-") || below.empty()) continue;
        std::vector<std::string> known;
        const CLI::App* next = nullptr;
        for (const CLI::App* each : below) {
            if (!each->get_group().empty()) known.push_back(each->get_name());
            if (each->get_name() == word) next = each;
        }
        if (!next) return no_such(word, "verb", known);
        verb = next;
    }
    return said;
}

int parse_and_run(int argc, char** argv) {
    using namespace vtoll;
    int status = cli::exit_ok;
    CLI::App app{
        "vtoll runs a hypervisor and its guests, and tells you the cost of each crossing and the reason for it.",
        "vtoll"};
    app.footer(
        "Exit codes: 0 ok, 1 guest failed, 2 usage, 3 invalid input or a refusal of the host, 4 limit reached, "
        "5 disagreement with an oracle or with a run's books, 130 interrupted (SIGINT), 143 terminated (SIGTERM).\n"
        "Example: vtoll run hypercall");
    app.require_subcommand(1);
#define VERB(name) cli::add_##name(app, status);
#include "core/cli/verbs.inc"
#undef VERB

    for (int i = 1; i < argc; ++i)
        if (!cli::is_utf8(argv[i])) {  // results, which are JSON, say what was given
            cli::complain(std::string(argv[i]) + ": is not UTF-8; expected other words, or another name of the file");
            return cli::exit_usage;
        }
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& asked_for_help) {
        std::ostringstream help;
        const int code = app.exit(asked_for_help, help, help);
        std::fputs(cli::fitted(help.str(), stdout).c_str(), stdout);
        return code;
    } catch (const CLI::ParseError& error) {
        cli::complain(wrong_words(app, argc, argv, error.what()) + "; see vtoll --help");
        return cli::exit_usage;
    }
    return status;
}

constexpr const char* no_memory = "the host has no memory left; expected a smaller machine.ram, or a host with more";

/// nlohmann's values ask for memory when they are destroyed: where there is none, no handler is reached.
[[noreturn]] void at_terminate() {
    try {
        if (const std::exception_ptr thrown = std::current_exception()) std::rethrow_exception(thrown);
    } catch (const std::bad_alloc&) {
        std::fprintf(stderr, "vtoll: %s\n", no_memory);
        _exit(vtoll::cli::exit_invalid_input);
    } catch (const std::exception& error) {  // thrown where nothing may be, while something else was put away
        std::fprintf(stderr, "vtoll: %s\n", error.what());
        _exit(vtoll::cli::exit_invalid_input);
    } catch (...) {
    }
    // Nothing is known of it: libstdc++'s directory_iterator goes on noexcept, and asks for memory.
    std::fputs("vtoll: it ended in the middle of something, most likely for want of memory\n", stderr);
    _exit(vtoll::cli::exit_invalid_input);
}

}  // namespace

int main(int argc, char** argv) {
    using namespace vtoll;
    std::set_terminate(at_terminate);
    int status = cli::exit_ok;
    try {
        status = parse_and_run(argc, argv);
    } catch (const InputError& error) {
        cli::complain(error.what());
        return cli::exit_invalid_input;
    } catch (const cli::Interrupted& interrupted) {
        cli::complain(interrupted.what());
        return cli::exit_of_signal();
    } catch (const std::bad_alloc&) {
        cli::complain(no_memory);
        return cli::exit_invalid_input;
    } catch (const std::exception& error) {
        cli::complain(error.what());
        return cli::exit_invalid_input;
    }
    if (std::fflush(stdout) != 0 || std::ferror(stdout)) {  // nobody looked at each write
        cli::complain("standard output: not all of it could be written; expected a place with room");
        if (status == cli::exit_ok) status = cli::exit_invalid_input;
    }
    return status;
}
