// SPDX-License-Identifier: Apache-2.0
#include "core/cli/support/boot_checkpoint.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "core/base/profile_path.hpp"
#include "core/base/sha256.hpp"
#include "core/cli/support/cache.hpp"
#include "core/cli/support/exit_codes.hpp"
#include "core/cli/support/following.hpp"
#include "core/cli/support/outcome.hpp"
#include "core/cli/support/signals.hpp"
#include "core/cli/support/terminal.hpp"
#include "core/scenario/books.hpp"
#include "core/scenario/processor.hpp"
#include "core/scenario/simulation.hpp"
#include "core/scenario/stock_image.hpp"

namespace vtoll::cli {

namespace fs = std::filesystem;

namespace {

/// Everything that the checkpoint depends on.
std::string key_of(const core::Scenario& boot, const std::string& until, const core::SearchPath& search) {
    std::string text =
        fmt::format("format {}\nprogram {}\nuntil {}\n", core::checkpoint_version, program_identity(), until);
    text += core::to_toml(boot);
    for (const std::string& name : core::files_in_memory(boot))
        text += core::read_named(search, name, boot.name).sha256 + "\n";
    if (const std::string& name = boot.console.input_file; !name.empty())
        text += core::read_named(search, name, boot.name).sha256 + "\n";
    return core::sha256(text);
}

/// In the child process. Returns its exit code.
int make(const core::Scenario& boot, const std::string& until, const core::SearchPath& search, const fs::path& path) {
    try {
        core::Simulation simulation(boot, search);
        core::Books books;  // they know what is between the guest's markers
        simulation.add(books);
        bool reached = false;
        {
            const Following following(simulation, true);
            reached = simulation.run_until(core::parse_stop_point(until, boot.name + ": boot.until"));
        }
        if (reached) {
            core::save_checkpoint(simulation, boot.name, until, path);
            return exit_ok;
        }
        complain(fmt::format("{}: the boot ended before it reached {}: {}", boot.name, until, simulation.summary()));
        const int status = exit_code(simulation.outcome());
        return status == exit_ok ? exit_guest_failed : status;
    } catch (const std::exception& error) {
        complain(error.what());
        return exit_invalid_input;
    }
}

/// The simulation kernel allows one machine per process: the boot has one of its own.
int make_in_child(const core::Scenario& boot, const std::string& until, const core::SearchPath& search,
                  const fs::path& path) {
    std::fflush(nullptr);
    ChildWait signals;
    const pid_t child = fork();
    if (child < 0) throw InputError(std::string("the boot can't be started: ") + std::strerror(errno));
    if (child == 0) {
        signals.restore();
        const int status = make(boot, until, search, path);
        std::fflush(nullptr);
        _exit(status);
    }
    int state = 0;
    signals.wait({child}, state);
    if (WIFEXITED(state)) return WEXITSTATUS(state);
    complain(fmt::format("the boot was ended by signal {}", WTERMSIG(state)));
    return exit_guest_failed;
}

}  // namespace

std::optional<core::CheckpointFile> boot_checkpoint(const core::Scenario& scenario, const core::SearchPath& search,
                                                    int& status) {
    core::Scenario measured = scenario;
    core::settle_core(measured);  // it boots as the core that it is measured on
    core::Scenario boot = core::boot_of(measured);
    core::settle(boot);
    const std::string& until = scenario.boot.until;
    const fs::path folder = cache_folder("checkpoints");
    const std::string key = key_of(boot, until, search);
    const fs::path path = folder / fmt::format("{}-{:.16}.checkpoint", scenario.boot.name, key);
    std::error_code error;
    const FileLock lock(fs::path(path) += ".lock");
    const std::string name = "boot checkpoint of " + scenario.boot.name;
    if (fs::exists(path, error)) {
        try {
            return core::CheckpointFile(path, name);
        } catch (const InputError& damaged) {
            complain(fmt::format("{}; it is made again", damaged.what()));
        }
    } else {
        fmt::print(stderr, "vtoll: {} boots once, until {}; the checkpoint is kept in {}\n", scenario.boot.name, until,
                   folder.string());
    }
    status = make_in_child(boot, until, search, path);
    if (status != exit_ok) return std::nullopt;
    return core::CheckpointFile(path, name);
}

}  // namespace vtoll::cli
