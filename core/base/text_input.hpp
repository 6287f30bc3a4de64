// SPDX-License-Identifier: Apache-2.0
// Lines of a text file, compressed by zstd or not.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

struct ZSTD_DCtx_s;

namespace vtoll::core::trace {

class TextInput {
public:
    /// Throws InputError when it can't be read.
    explicit TextInput(const std::filesystem::path& path);
    ~TextInput();
    TextInput(const TextInput&) = delete;
    TextInput& operator=(const TextInput&) = delete;

    /// The next line, without its end. False: there is none. Throws InputError for broken compressed data and for a
    /// line that is too long to be one.
    bool line(std::string& text);

private:
    static constexpr std::size_t longest = 1u << 16;
    bool fill();

    struct Free {
        void operator()(ZSTD_DCtx_s* context) const;
    };
    std::string name_, packed_, plain_;
    std::size_t packed_at_ = 0, at_ = 0, lines_ = 0;
    bool whole_frame_ = true;
    std::ifstream in_;
    std::unique_ptr<ZSTD_DCtx_s, Free> zstd_;  ///< nullptr: plain text
};

}  // namespace vtoll::core::trace
