// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <exception>

#include "core/cli/support/signals.hpp"
#include "core/cli/support/terminal.hpp"
#include "core/cli/verbs.hpp"
#include "isa/types.hpp"

int main(int argc, char** argv) {
    using namespace vtoll;
    int status = cli::exit_ok;
    CLI::App app{"vtoll: give it a hypervisor and a guest, it tells you what each crossing costs and why.", "vtoll"};
    app.footer(
        "Exit codes: 0 ok, 1 guest failed, 2 usage, 3 invalid input, 4 limit reached, 5 disagreement with an "
        "oracle, 130 interrupted (SIGINT), 143 terminated (SIGTERM).\nExample: vtoll run hypercall");
    app.require_subcommand(1);
#define VERB(name) cli::add_##name(app, status);
#include "core/cli/verbs.inc"
#undef VERB

    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& asked_for_help) {
        return app.exit(asked_for_help);
    } catch (const CLI::ParseError& error) {
        cli::complain(std::string(error.what()) + "; see vtoll --help");
        return cli::exit_usage;
    } catch (const InputError& error) {
        cli::complain(error.what());
        return cli::exit_invalid_input;
    } catch (const cli::Interrupted& interrupted) {
        cli::complain(interrupted.what());
        return cli::exit_of_signal();
    } catch (const std::exception& error) {
        cli::complain(error.what());
        return cli::exit_invalid_input;
    }
    return status;
}
