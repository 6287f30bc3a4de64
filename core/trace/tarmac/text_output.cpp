// SPDX-License-Identifier: Apache-2.0
#include "core/trace/tarmac/text_output.hpp"

#include <fmt/format.h>
#include <zstd.h>

#include <new>

#include "isa/types.hpp"

namespace vtoll::core {

void TextOutput::Free::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }

TextOutput::TextOutput(const std::filesystem::path& target, const std::string& option, const FileKind& kind)
    : name_(option + " " + target.string()), file_(target, name_, kind) {
    if (target.extension() != ".zst") return;
    zstd_.reset(ZSTD_createCCtx());
    if (!zstd_) throw std::bad_alloc();
}

void TextOutput::flush(bool last) {
    if (!zstd_) {
        file_.write(buffer_);
        buffer_.clear();
        return;
    }
    std::string packed(ZSTD_CStreamOutSize(), '\0');
    ZSTD_inBuffer in{buffer_.data(), buffer_.size(), 0};
    for (std::size_t left = 1; left != 0 && (last || in.pos < in.size);) {
        ZSTD_outBuffer out{packed.data(), packed.size(), 0};
        left = ZSTD_compressStream2(zstd_.get(), &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
        if (ZSTD_isError(left)) throw InputError(fmt::format("{}: zstd: {}", name_, ZSTD_getErrorName(left)));
        file_.write({packed.data(), out.pos});
        if (!last) left = 1;
    }
    buffer_.clear();
}

void TextOutput::finish() {
    flush(true);
    file_.finish();
}

}  // namespace vtoll::core
