// SPDX-License-Identifier: Apache-2.0
#include "core/base/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "isa/types.hpp"

namespace vtoll::core {

namespace fs = std::filesystem;

std::string unwritable(const std::string& name, int error) {
    return fmt::format("{}: can't be written: {}; expected a folder that exists, may be written to and has room", name,
                       std::strerror(error));
}

namespace {

/// Behind symbolic links: they stay.
fs::path behind_links(const fs::path& target) {
    std::error_code error;
    const fs::path behind = fs::is_symlink(target, error) ? fs::canonical(target, error) : target;
    return error ? target : behind;
}

fs::path work_of(const fs::path& target, OutputFile::Place place) {
    std::error_code ignored;
    const bool special = fs::exists(target, ignored) && !fs::is_regular_file(target, ignored);
    if (special || place == OutputFile::Place::straight) return target;
    return fs::path(target) += fmt::format(".{}.partial", getpid());
}

}  // namespace

OutputFile::OutputFile(fs::path target, std::string name, Place place)
    : target_(behind_links(target)),
      work_(work_of(target_, place)),
      name_(std::move(name)),
      file_(open(work_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
    if (file_ < 0) throw InputError(unwritable(name_, errno));
}

OutputFile::~OutputFile() {
    if (file_ >= 0) close(file_);
    if (!finished_ && has_place()) unlink(work_.c_str());
}

void OutputFile::write(std::string_view bytes) {
    while (!bytes.empty() && !error_) {
        const ssize_t done = ::write(file_, bytes.data(), bytes.size());
        if (done >= 0) bytes.remove_prefix(static_cast<std::size_t>(done));
        else if (errno != EINTR) error_ = errno;
    }
}

void OutputFile::finish() {
    if (close(std::exchange(file_, -1)) != 0 && !error_) error_ = errno;
    if (!error_ && has_place() && rename(work_.c_str(), target_.c_str()) != 0) error_ = errno;
    if (error_) throw InputError(unwritable(name_, error_));
    finished_ = true;
}

void put_file(const fs::path& target, const std::string& name, std::string_view bytes, OutputFile::Place place) {
    OutputFile file(target, name, place);
    file.write(bytes);
    file.finish();
}

}  // namespace vtoll::core
