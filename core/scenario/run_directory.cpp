// SPDX-License-Identifier: Apache-2.0
#include "core/scenario/run_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "core/base/output_file.hpp"
#include "core/scenario/run_facts.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

namespace fs = std::filesystem;

namespace {

fs::path without_slash(fs::path path) { return path.has_filename() ? path : path.parent_path(); }

/// "" when nothing would be lost.
std::string why_to_keep(const fs::path& earlier, const fs::path& now) {
    std::error_code ignored;
    if (fs::is_empty(earlier, ignored)) return "";
    const RunFacts facts = read_run_facts(now);
    try {
        return lost_by(read_run_facts(earlier), facts);
    } catch (const InputError&) {
        return "it is damaged";
    }
}

}  // namespace

RunDirectory::RunDirectory(fs::path target) : target_(without_slash(std::move(target))) {
    const std::string name = "-o " + target_.string();
    if (target_.empty() || target_ == "." || target_ == "..")
        throw InputError(name + ": expected the name of a new folder");
    if (target_ == standard_output) throw InputError(name + ": a run leaves a folder; expected the name of a new one");
    std::error_code error;
    if (fs::exists(target_, error) && !is_run_directory(target_) &&
        !(fs::is_directory(target_, error) && fs::is_empty(target_, error)))
        throw InputError(name + ": exists and isn't a run directory; expected another name");
    work_ = target_;
    work_ += fmt::format(".{}.partial", getpid());
    for (fs::path above = work_.parent_path(); !above.empty() && !fs::exists(above, error); above = above.parent_path())
        made_.insert(made_.begin(), above);
    fs::create_directories(work_, error);
    if (!error) return;
    const int said = error.value();
    clear();
    throw InputError(unwritable(name, said));
}

fs::path RunDirectory::path_of(const std::string& name) { return work_ / name; }

void RunDirectory::clear() {
    std::error_code ignored;
    fs::remove_all(work_, ignored);
    for (auto folder = made_.rbegin(); folder != made_.rend(); ++folder) fs::remove(*folder, ignored);  // when empty
}

RunDirectory::~RunDirectory() {
    if (!committed_) clear();
}

void RunDirectory::add(const std::string& name, const std::string& text) {
    put_file(path_of(name), "-o " + target_.string() + ": " + name, text);
}

std::string RunDirectory::commit() {
    std::error_code error;
    if (!fs::exists(target_, error)) {
        if (rename(work_.c_str(), target_.c_str()) != 0) throw InputError(unwritable("-o " + target_.string(), errno));
        committed_ = true;
        return "";
    }
    const std::string why = why_to_keep(target_, work_);
    const fs::path earlier = replace(!why.empty());
    committed_ = true;
    if (!why.empty())
        return fmt::format("{}: the earlier run is kept, as {}: {}", target_.string(), earlier.string(), why);
    fs::remove_all(earlier, error);
    if (error)
        throw InputError(fmt::format("-o {}: the new results are there; the earlier ones, now {}, can't be removed: {}",
                                     target_.string(), earlier.string(), error.message()));
    return "";
}

/// Under the first free name. Throws InputError when there is none; then it is where it was.
fs::path RunDirectory::put_aside(const fs::path& earlier) const {
    for (unsigned number = 1;; ++number) {
        const fs::path kept = fs::path(target_) += fmt::format(".{}", number);
        std::error_code ignored;
        if (fs::exists(fs::symlink_status(kept, ignored))) continue;
        if (rename(earlier.c_str(), kept.c_str()) == 0) return kept;
        if (errno != EEXIST && errno != ENOTEMPTY && errno != ENOTDIR)
            throw InputError(unwritable("-o " + target_.string(), errno));
    }
}

/// The earlier results are at the target until the new ones are. Returns where the earlier ones are then: beside it
/// under a name of their own where they are to be kept.
fs::path RunDirectory::replace(bool keep) {
    const auto swap = [&] {
        return renameat2(AT_FDCWD, work_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) == 0;
    };
    if (swap()) {
        if (!keep) return work_;
        try {
            return put_aside(work_);
        } catch (const InputError&) {
            if (swap()) throw;
            committed_ = true;  // what is beside it now is not ours to remove
            throw InputError(
                fmt::format("-o {}: the new results are there; the earlier ones are {}, and can't be renamed: {}",
                            target_.string(), work_.string(), std::strerror(errno)));
        }
    }
    if (errno != EINVAL && errno != ENOSYS) throw InputError(unwritable("-o " + target_.string(), errno));
    // A file system where two names can't change places.
    const fs::path earlier = put_aside(target_);
    if (rename(work_.c_str(), target_.c_str()) == 0) return earlier;
    const int error = errno;
    if (rename(earlier.c_str(), target_.c_str()) != 0)
        throw InputError(fmt::format("{}; the earlier results are in {}", unwritable("-o " + target_.string(), error),
                                     earlier.string()));
    throw InputError(unwritable("-o " + target_.string(), error));
}

}  // namespace vtoll::core
