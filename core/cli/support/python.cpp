// SPDX-License-Identifier: Apache-2.0
#include "core/cli/support/python.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "core/base/profile_path.hpp"
#include "isa/types.hpp"

namespace vtoll::cli {

void become(const std::string& program, const std::vector<std::string>& words) {
    std::vector<char*> argv{const_cast<char*>(program.c_str())};
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    execv(program.c_str(), argv.data());
    throw InputError(program + ": can't be started: " + std::strerror(errno));
}

void become_python(const std::string& verb, const std::vector<std::string>& words) {
    setenv("VTOLL_PROGRAM", core::program_file().c_str(), 1);
    const char* before = std::getenv("PYTHONPATH");
    const std::string package = core::python_directory().string();
    setenv("PYTHONPATH", (before && *before ? package + ":" + before : package).c_str(), 1);
    std::vector<std::string> all{"-m", "vtoll", verb};
    all.insert(all.end(), words.begin(), words.end());
    become("/usr/bin/python3", all);  // Debian's: it has the packages of packages.txt
}

void add_python_verb(CLI::App& app, const std::string& name, const std::string& about) {
    CLI::App* verb = app.add_subcommand(name, about);
    verb->set_help_flag();
    verb->prefix_command();
    verb->callback([verb, name] { become_python(name, verb->remaining()); });
}

}  // namespace vtoll::cli
