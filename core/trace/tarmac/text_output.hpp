// SPDX-License-Identifier: Apache-2.0
// A text file being made, compressed by zstd when its name ends in .zst. It appears under its name when finish() is
// called; before that, nothing is there.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/output_file.hpp"

struct ZSTD_CCtx_s;

namespace vtoll::core {

class TextOutput {
public:
    /// `option` is what messages call the file by. Throws InputError when it can't be made.
    TextOutput(const std::filesystem::path& target, const std::string& option, const FileKind& kind);

    void write(std::string_view text) {
        buffer_ += text;
        if (buffer_.size() >= buffer_size) flush(false);
    }
    /// Throws InputError when not all of it could be written.
    void finish();

private:
    static constexpr std::size_t buffer_size = 1u << 18;
    void flush(bool last);

    struct Free {
        void operator()(ZSTD_CCtx_s* context) const;
    };
    std::string name_, buffer_;
    OutputFile file_;
    std::unique_ptr<ZSTD_CCtx_s, Free> zstd_;  ///< nullptr: plain text
};

}  // namespace vtoll::core
