// SPDX-License-Identifier: Apache-2.0
// Runs of this program by itself: the simulation kernel allows one machine per process, so several are several
// processes.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace vtoll::cli {

struct Child {
    std::vector<std::string> arguments;  ///< of `vtoll`, the verb first
    int status = -1;                     ///< exit code, or 128 + signal
    std::string output;                  ///< what it wrote to standard output and standard error
};

/// Runs them all, at most `jobs` at a time, started in order; `done` is called after each. Throws InputError when a
/// process can't be started, Interrupted when a signal ended it: `done` was called for what had begun.
void run_children(std::vector<Child>& children, unsigned jobs, const std::function<void(const Child&)>& done);

}  // namespace vtoll::cli
