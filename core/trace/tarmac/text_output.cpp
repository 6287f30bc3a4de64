// SPDX-License-Identifier: Apache-2.0
#include "core/trace/tarmac/text_output.hpp"

#include <unistd.h>
#include <zstd.h>

#include <cerrno>
#include <cstring>

#include "isa/types.hpp"

namespace vtoll::core {

void TextOutput::Free::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }

TextOutput::TextOutput(std::filesystem::path target, const std::string& option)
    : target_(std::move(target)),
      work_(target_.string() + ".part" + std::to_string(getpid())),
      option_(option + " " + target_.string()),
      file_(std::fopen(work_.c_str(), "wb")) {
    if (!file_) throw InputError(option_ + ": can't be written: " + std::strerror(errno));
    if (target_.extension() == ".zst") zstd_.reset(ZSTD_createCCtx());
}

TextOutput::~TextOutput() {
    if (!file_) return;
    file_.reset();
    std::error_code ignored;
    std::filesystem::remove(work_, ignored);
}

void TextOutput::put(const void* bytes, std::size_t size) {
    failed_ |= std::fwrite(bytes, 1, size, file_.get()) != size;
}

void TextOutput::flush(bool last) {
    if (!zstd_) {
        put(buffer_.data(), buffer_.size());
        buffer_.clear();
        return;
    }
    std::string packed(ZSTD_CStreamOutSize(), '\0');
    ZSTD_inBuffer in{buffer_.data(), buffer_.size(), 0};
    for (std::size_t left = 1; left != 0 && (last || in.pos < in.size);) {
        ZSTD_outBuffer out{packed.data(), packed.size(), 0};
        left = ZSTD_compressStream2(zstd_.get(), &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
        put(packed.data(), out.pos);
        if (ZSTD_isError(left)) {
            failed_ = true;
            break;
        }
        if (!last) left = 1;
    }
    buffer_.clear();
}

void TextOutput::finish() {
    flush(true);
    failed_ |= std::fclose(file_.release()) != 0;
    std::error_code error;
    if (!failed_) std::filesystem::rename(work_, target_, error);
    if (!failed_ && !error) return;
    std::error_code ignored;
    std::filesystem::remove(work_, ignored);
    throw InputError(option_ + ": can't be written to the end: is the disk full?");
}

}  // namespace vtoll::core
