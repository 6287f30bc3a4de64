// SPDX-License-Identifier: Apache-2.0
// vtoll's instruction set by the translator to host code (core/cpu/translate): blocks, each translated at once.
#pragma once

#include <optional>

#include "core/cpu/translate/translator.hpp"
#include "tests/differential/vtoll_side.hpp"

namespace vtoll::differential {

class TranslatedRunner final : public Runner {
public:
    unsigned run(isa::CpuState& s, std::span<const u8> code, unsigned most) override;

private:
    const core::FetchPages pages_{};
    std::optional<core::CpuClock> clock_;
    std::optional<core::Translator> translator_;
};

}  // namespace vtoll::differential
