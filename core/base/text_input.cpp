// SPDX-License-Identifier: Apache-2.0
#include "core/base/text_input.hpp"

#include <fmt/format.h>
#include <zstd.h>

#include "isa/types.hpp"

namespace vtoll::core::trace {

namespace {
constexpr std::string_view zstd_magic("\x28\xb5\x2f\xfd", 4);
constexpr std::size_t piece = 1u << 18;
}  // namespace

void TextInput::Free::operator()(ZSTD_DCtx_s* context) const { ZSTD_freeDCtx(context); }
TextInput::~TextInput() = default;

TextInput::TextInput(const std::filesystem::path& path) : name_(path.string()), in_(path, std::ios::binary) {
    if (!in_ || std::filesystem::is_directory(path)) throw InputError(name_ + ": can't be read; expected a text log");
    std::string begin(zstd_magic.size(), '\0');
    in_.read(begin.data(), static_cast<std::streamsize>(begin.size()));
    in_.clear();
    in_.seekg(0);
    if (begin == zstd_magic) zstd_.reset(ZSTD_createDCtx());
}

/// More plain text behind what there is.
bool TextInput::fill() {
    plain_.erase(0, at_);
    at_ = 0;
    const auto read = [this](std::string& to) {
        to.resize(piece);
        in_.read(to.data(), piece);
        to.resize(static_cast<std::size_t>(in_.gcount()));
        return !to.empty();
    };
    if (!zstd_) {
        std::string more;
        const bool any = read(more);
        plain_ += more;
        return any;
    }
    for (const std::size_t before = plain_.size(); plain_.size() == before;) {
        if (packed_at_ == packed_.size()) {
            packed_at_ = 0;
            if (!read(packed_)) {
                if (!whole_frame_) throw InputError(name_ + ": the compressed file ends early");
                return false;
            }
        }
        std::string more(piece, '\0');
        ZSTD_inBuffer in{packed_.data(), packed_.size(), packed_at_};
        ZSTD_outBuffer out{more.data(), more.size(), 0};
        const std::size_t left = ZSTD_decompressStream(zstd_.get(), &out, &in);
        if (ZSTD_isError(left)) throw InputError(name_ + ": broken compressed data: " + ZSTD_getErrorName(left));
        whole_frame_ = left == 0;
        packed_at_ = in.pos;
        plain_.append(more, 0, out.pos);
    }
    return true;
}

bool TextInput::line(std::string& text) {
    std::size_t end;
    while ((end = plain_.find('\n', at_)) == std::string::npos) {
        if (plain_.size() - at_ > longest)
            throw InputError(fmt::format("{}:{}: expected a line of text", name_, lines_ + 1));
        if (fill()) continue;
        if (at_ == plain_.size()) return false;
        end = plain_.size();  // the last line has no end
        plain_ += '\n';
        break;
    }
    text.assign(plain_, at_, end - at_);
    at_ = end + 1;
    ++lines_;
    return true;
}

}  // namespace vtoll::core::trace
