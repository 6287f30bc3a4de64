// SPDX-License-Identifier: Apache-2.0
#include "core/cpu/translate/block_code.hpp"
#include "core/cpu/translate/code_memory.hpp"
#include "core/cpu/translate/dispatch.hpp"

namespace vtoll::core {

struct Translator::Host {
    /// No block's code is as long.
    static constexpr std::size_t longest = std::size_t{64} << 10;

    template <class Make>
    const void* add(Make make) {
        Assembler assembler(memory.room(longest), longest);
        make(assembler);
        return memory.keep(assembler.getSize());
    }

    CodeMemory memory;
    KnownTargets targets;
    const void* dispatch = nullptr;  ///< code that goes on at r[15]; nullptr: not there yet
};

Translator::Translator(isa::CpuState& state, CpuClock& clock, const CoreModel* core, const FetchPages& pages,
                       const Calls& calls)
    : s_(state), clock_(clock), core_(core), pages_(pages), calls_(calls), host_(std::make_unique<Host>()) {}

Translator::~Translator() = default;

bool Translator::available() { return true; }

void Translator::remember(const Block& block) { host_->targets.remember(s_, block); }

void Translator::forget() {
    host_->memory.clear();
    host_->targets.forget();
    host_->dispatch = nullptr;
}

/// For the code that all have in common, too.
bool Translator::has_room() { return host_->memory.room(2 * Host::longest) != nullptr; }

bool Translator::full() const { return host_->memory.full(); }

/// The block's instructions with what was known of them when it was made.
static std::array<isa::Decoding, max_block_insns> decoded(const Block& block, const isa::Features& features) {
    std::array<isa::Decoding, max_block_insns> out;
    const BlockKey& key = block.key;
    for (unsigned i = 0; i < block.insns(); ++i) {
        const isa::Op& op = block.op(i);
        const auto set = !key.thumb() ? isa::InstrSet::a32 : op.len == 2 ? isa::InstrSet::t16 : isa::InstrSet::t32;
        const isa::DecodeContext context{
            .pc = op.pc, .privilege = key.privilege(), .itstate = op.itstate, .features = &features};
        isa::decode(set, op.raw, context, out[i]);
        out[i].idx = op.idx;
    }
    return out;
}

isa::Handler Translator::translate(const Block& block, BlockSlot* copy, bool booked) {
    std::copy_n(block.slots, block.insns() + 2, copy);
    for (unsigned i = 0; i <= block.insns(); ++i) copy[1 + i].op.fn = calls_.halt;

    Host& host = *host_;
    if (!host.dispatch) host.dispatch = host.add([&](Assembler& a) { make_dispatch(a, s_, host.targets, pages_); });
    const auto ops = decoded(block, s_.features);
    const BlockCode::Context context{s_,     calls_,       clock_, core_, block, copy, {ops.data(), block.insns()},
                                     booked, host.dispatch};
    const void* code = host.add([&](Assembler& a) { BlockCode(context, a).make(); });
    return reinterpret_cast<isa::Handler>(reinterpret_cast<std::uintptr_t>(code));
}

}  // namespace vtoll::core
