// SPDX-License-Identifier: Apache-2.0
// Files that the program makes: whole, or not there. Errors name the file, and what the host said.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace vtoll::core {

/// "x.json: can't be written: No space left on device; expected ...". `error`: an errno.
std::string unwritable(const std::string& name, int error);

class OutputFile {
public:
    /// `whole`: what is at `target` stays as it is until finish(), which puts the new file in its place; a device or a
    /// pipe is written to. `straight`: for a file in a folder that is itself not there yet.
    enum class Place { whole, straight };

    /// `name` is what messages call the file by. Throws InputError when it can't be made.
    OutputFile(std::filesystem::path target, std::string name, Place place = Place::whole);
    /// Without finish(), nothing is left behind.
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    /// Not buffered. The first failure is kept for finish().
    void write(std::string_view bytes);
    /// Throws InputError when not all of it could be written.
    void finish();

private:
    bool has_place() const { return work_ != target_; }

    std::filesystem::path target_, work_;
    std::string name_;
    int file_, error_ = 0;
    bool finished_ = false;
};

/// All of a file at once.
void put_file(const std::filesystem::path& target, const std::string& name, std::string_view bytes,
              OutputFile::Place place = OutputFile::Place::whole);

}  // namespace vtoll::core
