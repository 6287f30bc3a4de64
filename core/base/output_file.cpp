// SPDX-License-Identifier: Apache-2.0
#include "core/base/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
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

bool is_standard(const fs::path& target) { return target == standard_output; }

/// Neither a file nor free for one: a device or a pipe.
bool is_special(const fs::path& target) {
    std::error_code ignored;
    return fs::exists(target, ignored) && !fs::is_regular_file(target, ignored) && !fs::is_directory(target, ignored);
}

void expect_kind(const fs::path& target, const std::string& name, const FileKind& kind) {
    std::error_code ignored;
    if (fs::is_directory(target, ignored))
        throw InputError(fmt::format("{}: is a folder; expected the name of a file for {}", name, kind.name));
    if (!fs::is_regular_file(target, ignored)) return;
    if (access(target.c_str(), W_OK) != 0) throw InputError(unwritable(name, errno));
    if (fs::file_size(target, ignored) == 0 || kind.is(target)) return;
    throw InputError(
        fmt::format("{}: is there and not {}, so it stays as it is; expected another name", name, kind.name));
}

fs::path work_of(const fs::path& target) {
    if (is_standard(target) || is_special(target)) return target;
    return fs::path(target) += fmt::format(".{}.partial", getpid());
}

int opened(const fs::path& work) {
    if (!is_standard(work)) return open(work.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    std::fflush(stdout);  // what was said before comes before
    return fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
}

}  // namespace

std::string beginning_of(const fs::path& file, std::size_t most) {
    std::ifstream in(file, std::ios::binary);
    std::string bytes(most, '\0');
    in.read(bytes.data(), static_cast<std::streamsize>(most));
    bytes.resize(static_cast<std::size_t>(in.gcount()));
    return bytes;
}

void expect_output(const fs::path& target, const std::string& name, const FileKind& kind) {
    const fs::path behind = behind_links(target);
    if (is_standard(target)) return;
    if (!is_special(behind)) {
        const OutputFile proof(target, name, kind);
        return;
    }
    if (access(behind.c_str(), W_OK) != 0) throw InputError(unwritable(name, errno));
}

OutputFile::OutputFile(fs::path target, std::string name, const FileKind& kind)
    : OutputFile((expect_kind(target, name, kind), behind_links(target)), work_of(behind_links(target)), name) {}

OutputFile::OutputFile(fs::path target, std::string name) : OutputFile(target, target, std::move(name)) {}

OutputFile::OutputFile(fs::path target, fs::path work, std::string name)
    : target_(std::move(target)), work_(std::move(work)), name_(std::move(name)), file_(opened(work_)) {
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

namespace {

void put(OutputFile& file, std::string_view bytes) {
    file.write(bytes);
    file.finish();
}

}  // namespace

void put_file(const fs::path& target, const std::string& name, const FileKind& kind, std::string_view bytes) {
    OutputFile file(target, name, kind);
    put(file, bytes);
}

void put_file(const fs::path& target, const std::string& name, std::string_view bytes) {
    OutputFile file(target, name);
    put(file, bytes);
}

}  // namespace vtoll::core
