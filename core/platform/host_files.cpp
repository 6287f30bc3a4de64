// SPDX-License-Identifier: Apache-2.0
#include "core/platform/host_files.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace vtoll::core {

namespace fs = std::filesystem;

namespace {
constexpr u64 largest = u64{1} << 30;  ///< bytes of the open files together: all of them are in memory
constexpr u32 most_open = 64;
}  // namespace

void HostFiles::allow(const fs::path& folder) { folder_ = fs::canonical(folder); }

/// Links are followed before it is decided, those of the last component too.
fs::path HostFiles::inside(const std::string& name) const {
    if (folder_.empty() || name.empty() || name.find('\0') != std::string::npos || fs::path(name).is_absolute())
        return {};
    std::error_code error;
    const fs::path path = fs::weakly_canonical(folder_ / name, error);
    if (error || path == folder_) return {};
    const auto [end, _] = std::mismatch(folder_.begin(), folder_.end(), path.begin(), path.end());
    return end == folder_.end() ? path : fs::path();
}

s64 HostFiles::open(const std::string& name, u32 mode) {
    if (mode >= 12) return -EINVAL;
    const fs::path path = inside(name);
    if (path.empty()) return -EACCES;
    const bool reads = mode < 4, appends = mode >= 8, plus = mode & 2;
    std::error_code error;
    const bool exists = fs::exists(path, error);
    if (reads && !exists) return -ENOENT;
    if (exists && !fs::is_regular_file(path, error)) return -EACCES;
    File file{true, reads || plus, !reads || plus, appends, !exists || (!reads && !appends), name, {}, 0};
    if (exists && (reads || appends)) {
        const u64 size = fs::file_size(path, error);
        if (error || size > largest - std::min(in_memory(), largest)) return -EFBIG;
        std::ifstream in(path, std::ios::binary);
        file.bytes.assign(std::istreambuf_iterator<char>(in), {});
        if (!in) return -EIO;
        if (read_) read_(name, file.bytes);
    }
    auto slot = std::find_if(files_.begin(), files_.end(), [](const File& f) { return !f.open; });
    if (slot == files_.end() && files_.size() == most_open) return -EMFILE;
    if (slot == files_.end()) slot = files_.emplace(slot);
    *slot = std::move(file);
    return slot - files_.begin();
}

int HostFiles::close(u32 slot) {
    if (!is_open(slot)) return -EBADF;
    const File file = std::exchange(files_[slot], {});
    if (!file.changed) return 0;
    const fs::path path = inside(file.name);
    if (path.empty()) return -EACCES;
    const fs::path unfinished = path.string() + ".unfinished";
    std::ofstream out(unfinished, std::ios::binary | std::ios::trunc);
    out.write(file.bytes.data(), static_cast<std::streamsize>(file.bytes.size()));
    out.close();
    std::error_code error;
    if (out) fs::rename(unfinished, path, error);
    if (out && !error) return 0;
    fs::remove(unfinished, error);
    return -EIO;
}

s64 HostFiles::read(u32 slot, std::string& bytes) {
    if (!is_open(slot) || !files_[slot].readable) return -EBADF;
    File& file = files_[slot];
    const u64 left = file.bytes.size() - std::min<u64>(file.position, file.bytes.size());
    bytes.resize(std::min<u64>(bytes.size(), left));
    bytes.assign(file.bytes, std::min<u64>(file.position, file.bytes.size()), bytes.size());
    file.position += bytes.size();
    return static_cast<s64>(bytes.size());
}

s64 HostFiles::write(u32 slot, std::string_view bytes) {
    if (!is_open(slot) || !files_[slot].writable) return -EBADF;
    File& file = files_[slot];
    if (file.append) file.position = file.bytes.size();
    if (bytes.size() > most_ - std::min(written_, most_)) return -ENOSPC;
    const u64 end = file.position + bytes.size();
    if (end > file.bytes.size() && in_memory() + (end - file.bytes.size()) > largest) return -EFBIG;
    written_ += bytes.size();
    if (file.bytes.size() < end) file.bytes.resize(end);
    std::copy(bytes.begin(), bytes.end(), file.bytes.begin() + static_cast<std::ptrdiff_t>(file.position));
    file.position += bytes.size();
    file.changed = true;
    return static_cast<s64>(bytes.size());
}

u64 HostFiles::in_memory() const {
    u64 sum = 0;
    for (const File& file : files_) sum += file.bytes.size();
    return sum;
}

int HostFiles::seek(u32 slot, u32 position) {
    if (!is_open(slot)) return -EBADF;
    if (position > files_[slot].bytes.size()) return -EINVAL;  // "within the extent of the file"
    files_[slot].position = position;
    return 0;
}

s64 HostFiles::length(u32 slot) const { return is_open(slot) ? static_cast<s64>(files_[slot].bytes.size()) : -EBADF; }

int HostFiles::remove(const std::string& name) {
    const fs::path path = inside(name);
    if (path.empty()) return -EACCES;
    std::error_code error;
    if (!fs::is_regular_file(path, error)) return -ENOENT;
    return fs::remove(path, error) ? 0 : -EACCES;
}

int HostFiles::rename(const std::string& from, const std::string& to) {
    const fs::path source = inside(from), target = inside(to);
    if (source.empty() || target.empty()) return -EACCES;
    std::error_code error;
    if (!fs::is_regular_file(source, error)) return -ENOENT;
    fs::rename(source, target, error);
    return error ? -EACCES : 0;
}

void HostFiles::close_all() {
    for (u32 slot = 0; slot < files_.size(); ++slot) close(slot);
}

}  // namespace vtoll::core
