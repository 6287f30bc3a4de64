// SPDX-License-Identifier: Apache-2.0
#include "core/cli/support/signals.hpp"

#include <sys/wait.h>

namespace vtoll::cli {

namespace {

volatile std::sig_atomic_t received = 0;

void note(int number) {
    if (received == 0) received = number;
}

}  // namespace

void note_signals() {
    std::signal(SIGINT, note);
    std::signal(SIGTERM, note);
}

int signal_received() { return received; }

int exit_of_signal() { return 128 + (received ? received : SIGINT); }

ChildWait::ChildWait() {
    sigemptyset(&ours_);
    for (const int number : {SIGINT, SIGTERM, SIGCHLD}) sigaddset(&ours_, number);
    sigprocmask(SIG_BLOCK, &ours_, &before_);
}

void ChildWait::restore() { sigprocmask(SIG_SETMASK, &before_, nullptr); }

pid_t ChildWait::wait(const std::vector<pid_t>& children, int& state) {
    for (;;) {
        // One SIGCHLD may stand for several children: each is asked for.
        for (const pid_t child : children)
            if (waitpid(child, &state, WNOHANG) == child) return child;
        int number = 0;
        sigwait(&ours_, &number);
        if (number == SIGCHLD) continue;
        note(number);
        for (const pid_t child : children) kill(child, number);
    }
}

}  // namespace vtoll::cli
