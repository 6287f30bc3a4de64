// SPDX-License-Identifier: Apache-2.0
#include "core/cli/support/python.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "core/base/profile_path.hpp"
#include "core/cli/support/spawn_files.hpp"
#include "isa/types.hpp"

extern char** environ;

namespace vtoll::cli {

namespace {

constexpr const char* interpreter = "/usr/bin/python3";  // Debian's: it has the packages of packages.txt

std::vector<char*> argv_of(const std::string& program, const std::vector<std::string>& words) {
    std::vector<char*> argv{const_cast<char*>(program.c_str())};
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    return argv;
}

/// Starts the program and waits for it. Throws InputError when it can't be started.
bool succeeds(const std::string& program, const std::vector<std::string>& words,
              const posix_spawn_file_actions_t* files) {
    pid_t pid = 0;
    const int error = posix_spawn(&pid, program.c_str(), files, nullptr, argv_of(program, words).data(), environ);
    if (error) throw InputError(fmt::format("{}: can't be started: {}", program, std::strerror(error)));
    int state = 0;
    while (waitpid(pid, &state, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(state) && WEXITSTATUS(state) == 0;
}

/// Whoever started ./vtoll gets the set python now, the first time that something is made in Python.
void install_packages() {
    const char* script = std::getenv("VTOLL_SCRIPT");
    if (!script) return;
    if (!succeeds(script, {"--packages", "python"}, nullptr))
        throw InputError("this is made in Python; expected the packages of the set python in packages.txt");
    unsetenv("VTOLL_SCRIPT");  // those that Python starts have them
}

/// Its words. The package finds this program, and Python finds the package.
std::vector<std::string> call_of(const std::string& function, const nlohmann::json& options) {
    install_packages();
    setenv("VTOLL_PROGRAM", core::program_file().c_str(), 1);
    setenv("PYTHONUTF8", "1", 1);  // words and names are, in whatever locale
    const char* before = std::getenv("PYTHONPATH");
    const std::string package = core::python_directory().string();
    setenv("PYTHONPATH", (before && *before ? package + ":" + before : package).c_str(), 1);
    return {"-m", "vtoll.verbs", function, options.dump()};
}

nlohmann::json value_of(const CLI::Option& option) {
    if (option.get_items_expected_max() == 0) return option.count() > 0;
    if (option.get_expected_max() > 1) return option.count() ? option.results() : std::vector<std::string>{};
    if (option.count()) return option.results().front();
    return option.get_default_str().empty() ? nlohmann::json(nullptr) : nlohmann::json(option.get_default_str());
}

struct CloseFile {
    void operator()(std::FILE* f) const { std::fclose(f); }
};

}  // namespace

void become(const std::string& program, const std::vector<std::string>& words) {
    execv(program.c_str(), argv_of(program, words).data());
    throw InputError(program + ": can't be started: " + std::strerror(errno));
}

void go_on_in_python(const CLI::App& verb) {
    nlohmann::json given = nlohmann::json::object();
    for (const CLI::Option* option : verb.get_options())
        if (option != verb.get_help_ptr()) given[option->get_single_name()] = value_of(*option);
    become(interpreter, call_of(verb.get_name(), given));
}

void run_in_python(CLI::App& verb, std::shared_ptr<void> options, std::function<void()> before) {
    verb.callback([&verb, options, before] {
        if (before) before();
        go_on_in_python(verb);
    });
}

std::string python_output(const std::string& function, const nlohmann::json& options, const std::string& input) {
    const std::unique_ptr<std::FILE, CloseFile> in(std::tmpfile()), out(std::tmpfile());
    if (!in || !out || std::fwrite(input.data(), 1, input.size(), in.get()) != input.size())
        throw InputError(std::string("no temporary file: ") + std::strerror(errno));
    std::rewind(in.get());
    SpawnFiles files;
    files.same(STDIN_FILENO, fileno(in.get()));
    files.same(STDOUT_FILENO, fileno(out.get()));
    if (!succeeds(interpreter, call_of(function, options), files.get()))
        throw InputError(fmt::format("{} -m vtoll.verbs {} failed", interpreter, function));
    std::string text;
    std::rewind(out.get());
    char buffer[4096];
    for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, out.get())) > 0;) text.append(buffer, n);
    return text;
}

}  // namespace vtoll::cli
