// SPDX-License-Identifier: Apache-2.0
// SIGINT (Ctrl-C) and SIGTERM (batch systems, timeout, kill) ask for an end: what runs is stopped, its books are kept,
// and the exit code says which of the two it was.
#pragma once

#include <csignal>
#include <exception>
#include <vector>

#include <sys/types.h>

namespace vtoll::cli {

/// From now on the two signals are noted and not deadly.
void note_signals();
/// The first that came since then, 0: none.
int signal_received();
/// 128 + that one, as shells have it. Without one, that of SIGINT.
int exit_of_signal();

/// Thrown when what was to be done was given up because of one.
struct Interrupted : std::exception {
    const char* what() const noexcept override { return "interrupted"; }
};

/// While it lives, the two signals wait for wait(), so that this process outlives its children.
class ChildWait {
public:
    ChildWait();
    ~ChildWait() { restore(); }
    ChildWait(const ChildWait&) = delete;
    ChildWait& operator=(const ChildWait&) = delete;

    /// In a forked child: signals are as they were before.
    void restore();
    const sigset_t& mask_before() const { return before_; }  ///< for a spawned child
    /// Until one of `children` has ended: that one, with its wait status. A signal meanwhile is noted and handed to all
    /// of them.
    pid_t wait(const std::vector<pid_t>& children, int& state);

private:
    sigset_t ours_{}, before_{};
};

}  // namespace vtoll::cli
