// SPDX-License-Identifier: Apache-2.0
// Files of one folder of the host that a guest may use by semihosting. A file is read whole when it is opened and lives
// in memory until it is closed, so a run depends on what it held then and on nothing else; what was written appears by
// rename.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "isa/types.hpp"

namespace vtoll::core {

class HostFiles {
public:
    /// Nothing can be opened before. The folder exists.
    void allow(const std::filesystem::path& folder);
    /// Called with every file that is read: what results depend on.
    void on_read(std::function<void(const std::string& name, const std::string& bytes)> read) {
        read_ = std::move(read);
    }

    /// Of all that a run writes.
    void limit(u64 most) { most_ = most; }

    // --- results below zero are -errno
    /// `mode` as SYS_OPEN has it: r, w, a; each plain, b, +, +b.
    s64 open(const std::string& name, u32 mode);  ///< slot
    int close(u32 slot);
    bool is_open(u32 slot) const { return slot < files_.size() && files_[slot].open; }
    s64 read(u32 slot, std::string& bytes);  ///< up to bytes.size(); how many it got
    s64 write(u32 slot, std::string_view bytes);
    int seek(u32 slot, u32 position);
    s64 length(u32 slot) const;
    int remove(const std::string& name);
    int rename(const std::string& from, const std::string& to);
    /// At the end of a run: what the guest left open is written as if it had closed it.
    void close_all();

    template <class Ar>
    void serialize(Ar& ar) {
        ar(files_, written_);
    }

private:
    struct File {
        bool open = false, readable = false, writable = false, append = false, changed = false;
        std::string name, bytes;
        u64 position = 0;

        template <class Ar>
        void serialize(Ar& ar) {
            ar(open, readable, writable, append, changed, name, bytes, position);
        }
    };

    /// Where `name` is; "" when that is outside the folder.
    std::filesystem::path inside(const std::string& name) const;

    std::filesystem::path folder_;
    std::function<void(const std::string&, const std::string&)> read_;
    u64 in_memory() const;  ///< bytes of open files

    std::vector<File> files_;  ///< closed ones are used again
    u64 written_ = 0, most_ = ~u64{0};
};

}  // namespace vtoll::core
