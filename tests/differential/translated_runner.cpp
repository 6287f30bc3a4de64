// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/translated_runner.hpp"

#include <algorithm>
#include <stdexcept>

#include "core/cpu/blocks/draft.hpp"

namespace vtoll::differential {

using namespace core;
using isa::Op;

unsigned TranslatedRunner::run(isa::CpuState& s, std::span<const u8> code, unsigned most) {
    if (!translator_) {
        clock_.emplace(s, false, 1);
        Translator::Calls calls;
        calls.halt = [](isa::CpuState&, const Op* op) { return op; };
        translator_.emplace(s, *clock_, nullptr, pages_, calls);
    }
    if (translator_->full()) translator_->forget();
    const u32 pc = s.r[15];
    BlockDraft draft{.key = {pc, pc, BlockKey::context_of(s)}, .ops = {}};
    decode(draft, code, s.features, {.most = std::min(most, max_block_insns)});
    schedule(draft, functional_pricing());
    std::array<BlockSlot, max_block_insns + 2> slots, copy;
    Block block{draft.key, draft.bytes, slots.data()};
    seal(block, draft, 0, nullptr, false);
    if (!translator_->has_room()) throw std::runtime_error("no memory for code");
    block.head().fn = translator_->translate(block, copy.data(), false);

    s.itstate = 0;  // as in the engine: inside a block the ops carry it
    s.exit_op = nullptr;
    s.countdown = 1'000'000;
    for (const Op* op = block.entry(); op;) op = op->fn(s, op);
    return draft.insns;
}

}  // namespace vtoll::differential
