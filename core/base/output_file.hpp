// SPDX-License-Identifier: Apache-2.0
// Files that the program makes: whole, or not there. Errors name the file, and what the host said. Every file that a
// user names for an output is made here: what stands there is replaced only when it is a file of the kind that is
// written.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace vtoll::core {

/// "x.json: can't be written: No space left on device; expected ...". `error`: an errno.
std::string unwritable(const std::string& name, int error);

/// A kind of file that commands make.
struct FileKind {
    const char* name;  ///< "a checkpoint"
    /// Told by what is in it, not by its name. The file is there, and not empty.
    bool (*is)(const std::filesystem::path& file);
};

/// The beginning of a file, all of it when it is not longer; "" when it can't be read.
std::string beginning_of(const std::filesystem::path& file, std::size_t most);

/// In place of a file's name: standard output.
inline constexpr const char* standard_output = "-";

/// Throws InputError when OutputFile would not make the file. Nothing is changed: for outputs of what takes a while,
/// before it begins.
void expect_output(const std::filesystem::path& target, const std::string& name, const FileKind& kind);

class OutputFile {
public:
    /// What is at `target` stays as it is until finish(), which puts the new file in its place. A device or a pipe is
    /// written to, and so is standard output for "-". `name` is what messages call the file by. Throws InputError when
    /// it can't be made, or when what stands there is a file of another kind.
    OutputFile(std::filesystem::path target, std::string name, const FileKind& kind);
    /// For a file in a folder that is itself not there yet.
    OutputFile(std::filesystem::path target, std::string name);
    /// Without finish(), nothing is left behind.
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    /// Not buffered. The first failure is kept for finish().
    void write(std::string_view bytes);
    /// Throws InputError when not all of it could be written.
    void finish();

private:
    OutputFile(std::filesystem::path target, std::filesystem::path work, std::string name);
    bool has_place() const { return work_ != target_; }

    std::filesystem::path target_, work_;
    std::string name_;
    int file_, error_ = 0;
    bool finished_ = false;
};

/// All of a file at once, as by OutputFile.
void put_file(const std::filesystem::path& target, const std::string& name, const FileKind& kind,
              std::string_view bytes);
void put_file(const std::filesystem::path& target, const std::string& name, std::string_view bytes);

}  // namespace vtoll::core
