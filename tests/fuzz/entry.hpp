// SPDX-License-Identifier: Apache-2.0
// What the entry points share: an input is read, or refused by an InputError. Anything else ends the fuzzer.
#pragma once

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "isa/types.hpp"

namespace vtoll::fuzz {

template <class Read>
void attempt(Read read) {
    try {
        read();
    } catch (const InputError& refused) {
        if (*refused.what() != '\0') return;
        std::fprintf(stderr, "refused without a word\n");
        std::abort();
    }
}

inline void expect(bool good, const char* what) {
    if (good) return;
    std::fprintf(stderr, "%s\n", what);
    std::abort();
}

inline std::string text_of(const std::uint8_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

/// The input as a file of the host, for readers that take a path.
class File {
public:
    explicit File(const std::string& bytes) : number_(memfd_create("fuzz", MFD_CLOEXEC)) {
        expect(number_ >= 0 && ::write(number_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()),
               "no memory for a file");
    }
    ~File() { ::close(number_); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    std::filesystem::path path() const { return fmt::format("/proc/self/fd/{}", number_); }

private:
    int number_;
};

/// A folder for what appears by a rename.
class Folder {
public:
    Folder() : name_((std::filesystem::temp_directory_path() / "vtoll-fuzz-XXXXXX").string()) {
        expect(mkdtemp(name_.data()) != nullptr, "no temporary folder");
    }
    ~Folder() { std::filesystem::remove_all(name_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::filesystem::path path() const { return name_; }

private:
    std::string name_;
};

}  // namespace vtoll::fuzz
