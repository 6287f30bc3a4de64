// SPDX-License-Identifier: Apache-2.0
#include "core/scenario/run_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "core/base/output_file.hpp"
#include "core/scenario/manifest.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

namespace fs = std::filesystem;

namespace {

fs::path without_slash(fs::path path) { return path.has_filename() ? path : path.parent_path(); }

}  // namespace

RunDirectory::RunDirectory(fs::path target) : target_(without_slash(std::move(target))) {
    if (target_.empty() || target_ == "." || target_ == "..")
        throw InputError("-o " + target_.string() + ": expected the name of a new folder");
    if (fs::exists(target_) && !fs::exists(target_ / Manifest::file_name) &&
        !(fs::is_directory(target_) && fs::is_empty(target_)))
        throw InputError("-o " + target_.string() + ": exists and isn't a run directory; expected another name");
    work_ = target_;
    work_ += fmt::format(".{}.partial", getpid());
}

fs::path RunDirectory::path_of(const std::string& name) {
    std::error_code error;
    fs::create_directories(work_, error);
    if (error) throw InputError(unwritable("-o " + target_.string(), error.value()));
    return work_ / name;
}

RunDirectory::~RunDirectory() {
    std::error_code ignored;
    if (!committed_) fs::remove_all(work_, ignored);
}

void RunDirectory::add(const std::string& name, const std::string& text) {
    put_file(path_of(name), "-o " + target_.string() + ": " + name, text, OutputFile::Place::straight);
}

void RunDirectory::commit() {
    std::error_code error;
    if (!fs::exists(target_, error)) {
        if (rename(work_.c_str(), target_.c_str()) != 0) throw InputError(unwritable("-o " + target_.string(), errno));
        committed_ = true;
        return;
    }
    work_ = replace();
    fs::remove_all(work_, error);  // again by the destructor, should it throw
    committed_ = true;
    if (error)
        throw InputError(fmt::format("-o {}: the new results are there; the earlier ones, now {}, can't be removed: {}",
                                     target_.string(), work_.string(), error.message()));
}

/// The earlier results are at the target until the new ones are. Returns where the earlier ones are then.
fs::path RunDirectory::replace() {
    if (renameat2(AT_FDCWD, work_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) == 0) return work_;
    int error = errno;
    if (error == EINVAL || error == ENOSYS) {  // a file system where two names can't change places
        const fs::path earlier = fs::path(work_) += ".earlier";
        if (rename(target_.c_str(), earlier.c_str()) == 0) {
            if (rename(work_.c_str(), target_.c_str()) == 0) return earlier;
            error = errno;
            if (rename(earlier.c_str(), target_.c_str()) != 0)
                throw InputError(fmt::format("{}; the earlier results are in {}",
                                             unwritable("-o " + target_.string(), error), earlier.string()));
        } else {
            error = errno;
        }
    }
    throw InputError(unwritable("-o " + target_.string(), error));
}

}  // namespace vtoll::core
