// SPDX-License-Identifier: Apache-2.0
#include "core/cli/support/children.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <map>
#include <memory>

#include "core/cli/support/signals.hpp"
#include "core/cli/support/spawn_files.hpp"
#include "isa/types.hpp"

extern char** environ;

namespace vtoll::cli {

namespace {

struct CloseFile {
    void operator()(std::FILE* f) const { std::fclose(f); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

pid_t start(const Child& child, std::FILE* output, const sigset_t& mask) {
    std::vector<std::string> words{"vtoll"};
    words.insert(words.end(), child.arguments.begin(), child.arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);

    SpawnFiles files;
    files.nothing(STDIN_FILENO);
    files.same(STDOUT_FILENO, fileno(output));
    files.same(STDERR_FILENO, fileno(output));
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &mask);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    pid_t pid = 0;
    const int error = posix_spawn(&pid, "/proc/self/exe", files.get(), &attributes, argv.data(), environ);
    posix_spawnattr_destroy(&attributes);
    if (error) throw InputError(std::string("a run can't be started: ") + std::strerror(error));
    return pid;
}

std::string contents(std::FILE* file) {
    std::string text;
    std::rewind(file);
    char buffer[4096];
    for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, file)) > 0;) text.append(buffer, n);
    return text;
}

}  // namespace

void run_children(std::vector<Child>& children, unsigned jobs, const std::function<void(const Child&)>& done) {
    struct Running {
        Child* child;
        File output;
    };
    ChildWait signals;
    std::map<pid_t, Running> running;
    std::size_t next = 0;
    const auto more = [&] { return next < children.size() && signal_received() == 0; };
    while (more() || !running.empty()) {
        while (more() && running.size() < std::max(1u, jobs)) {
            Child& child = children[next++];
            File output(std::tmpfile());
            if (!output) throw InputError(std::string("no temporary file: ") + std::strerror(errno));
            const pid_t pid = start(child, output.get(), signals.mask_before());
            running.emplace(pid, Running{&child, std::move(output)});
        }
        int state = 0;
        std::vector<pid_t> pids;
        for (const auto& [pid, ignored] : running) pids.push_back(pid);
        const auto found = running.find(signals.wait(pids, state));
        Child& child = *found->second.child;
        child.status = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
        child.output = contents(found->second.output.get());
        running.erase(found);
        done(child);
    }
    if (signal_received()) throw Interrupted();
}

}  // namespace vtoll::cli
