// SPDX-License-Identifier: Apache-2.0
#include "core/scenario/stock_image.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/base/profile_path.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

namespace {

constexpr const char* prefix = "stock:";

/// What `command` prints. Its progress goes to standard error.
std::string output_of(const std::string& command) {
    std::FILE* pipe = popen(command.c_str(), "re");
    if (!pipe) throw InputError(command + ": can't be started: " + std::strerror(errno));
    std::string text;
    char buffer[4096];
    while (const std::size_t n = std::fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, n);
    pclose(pipe);
    return text;
}

}  // namespace

std::filesystem::path stock_program() { return data_directory() / "workloads/linux/stock.py"; }

bool is_stock_image(const std::string& name) { return name.starts_with(prefix); }

InputFile read_stock_image(const std::string& name, const std::string& asked_by) {
    const std::string bare = name.substr(std::strlen(prefix));
    if (bare.empty() || bare.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") != std::string::npos)
        throw InputError(asked_by + ": '" + name + "' names no stock image; `vtoll fetch --list` shows them");
    // The answer is {"path", "sha256", "packages"} or {"error"}.
    const auto answer =
        nlohmann::json::parse(output_of(fmt::format("'{}' locate {}", stock_program().string(), bare)), nullptr, false);
    if (!answer.is_object())
        throw InputError(asked_by + ": " + name + ": " + stock_program().string() + " gives no answer; does it run?");
    if (answer.contains("error")) throw InputError(asked_by + ": " + answer["error"].get<std::string>());

    const auto path = answer.at("path").get<std::string>();
    InputFile file = read_input(path, name);
    if (file.sha256 != answer.at("sha256"))
        throw InputError(asked_by + ": " + path + " differs from what was made; remove it to make it again");
    for (const auto& package : answer.at("packages"))
        file.packages.push_back(
            {package.at("package"), package.at("version"), package.at("architecture"), package.at("sha256")});
    return file;
}

InputFile read_named(const SearchPath& search, const std::string& name, const std::string& asked_by) {
    return is_stock_image(name) ? read_stock_image(name, asked_by) : read_input(search.find(name, asked_by), name);
}

}  // namespace vtoll::core
