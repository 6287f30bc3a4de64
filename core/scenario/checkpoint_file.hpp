// SPDX-License-Identifier: Apache-2.0
// The file of a checkpoint: a head that says what was saved, then named sections of bytes. All of it is compressed by
// zstd, whose frames carry a checksum of their contents; bits that zstd does not use are covered by a digest of the
// whole.
//
//   "vtollck\n"  u32 version  u32 size of the head's frame  frame of the head (JSON)  a frame per section, in order
//   SHA-256 of all that, in hexadecimal
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/input_file.hpp"
#include "core/base/output_file.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

/// Raised whenever anything that is saved changes: what a file of another version holds can't be told.
inline constexpr u32 checkpoint_version = 6;

/// What is known of a checkpoint without restoring it.
struct CheckpointHead {
    std::string tool_version, tool_commit;  ///< of the program that saved it
    std::string asked;     ///< what was run, in the words of the command line: files are looked for beside it
    std::string scenario;  ///< as TOML, every key with its value
    std::string point;     ///< where it was saved: "console:login:"
    std::string timing;    ///< rung it was saved under
    u64 instructions = 0, ticks = 0, nanoseconds = 0;  ///< of the machine's life
    struct Input {
        std::string name, sha256;
        bool operator==(const Input&) const = default;
    };
    std::vector<Input> inputs;  ///< files that memory was loaded with
};

extern const FileKind checkpoint_kind;

class CheckpointWriter {
public:
    void add(const std::string& name, std::string_view bytes);
    /// The whole file, or none: it appears by rename. Throws InputError when it can't be written.
    void write(const CheckpointHead& head, const std::filesystem::path& path) const;

private:
    struct Section {
        std::string name;
        u64 bytes;
        std::string frame;
    };
    std::vector<Section> sections_;
};

class CheckpointFile {
public:
    struct Section {
        std::string name;
        u64 bytes = 0;           ///< when unpacked
        std::string_view frame;  ///< in the file
    };

    /// Throws InputError: not a checkpoint, one of another version, cut short, damaged. `name`: how messages call it.
    CheckpointFile(const std::filesystem::path& path, const std::string& name);
    CheckpointFile(CheckpointFile&&) = default;
    CheckpointFile& operator=(CheckpointFile&&) = default;

    const std::string& name() const { return file_.name; }
    const InputFile& input() const { return file_; }
    const CheckpointHead& head() const { return head_; }
    const std::vector<Section>& sections() const { return sections_; }
    /// Throws InputError when there is no such section, or when it is damaged.
    std::string unpack(const std::string& section) const;
    std::string unpack(const Section& section) const;
    [[noreturn]] void refuse(const std::string& what) const;

private:
    void read_head();

    InputFile file_;
    CheckpointHead head_;
    std::vector<Section> sections_;
};

}  // namespace vtoll::core
