// SPDX-License-Identifier: Apache-2.0
// Which L0 entries mean what: every combination of translation registers gets a number, part of the entries' tags, so
// that a world switch or a process switch and back finds its entries again.
#include "core/cpu/memory/address_space.hpp"

namespace vtoll::core {

u64 AddressSpace::context_id(const ContextSignature& signature) {
    const auto [it, fresh] = contexts_.try_emplace(signature, next_context_);
    if (fresh) ++next_context_;
    return it->second << 32;
}

void AddressSpace::context_changed() {
    const isa::SysRegs& r = s_.sys;
    constexpr u32 control = isa::sctlr::M | isa::sctlr::A | isa::sctlr::C | isa::sctlr::I | isa::sctlr::WXN |
                            isa::sctlr::UWXN | isa::sctlr::EE | isa::sctlr::TRE | isa::sctlr::AFE;
    const bool stage2 = r.hcr & (isa::hcr::VM | isa::hcr::DC);
    const u64 hcr_bits = r.hcr & (isa::hcr::VM | isa::hcr::DC | isa::hcr::PTW | isa::hcr::TGE);
    const auto guest = [&](u64 pl) {
        return context_id({pl << 62 | hcr_bits << 32 | (r.sctlr & control), r.ttbr0, r.ttbr1,
                           u64(r.ttbcr) << 32 | r.dacr, u64(r.mair0) << 32 | r.mair1,
                           u64(r.contextidr & 0xff) << 32 | (stage2 ? r.vtcr : 0), stage2 ? r.vttbr : 0});
    };
    s_.l0_ctx_by_pl[0] = guest(0);
    s_.l0_ctx_by_pl[1] = guest(1);
    s_.l0_ctx_by_pl[2] =
        context_id({u64{2} << 62 | (r.hsctlr & control), r.httbr, r.htcr, u64(r.hmair0) << 32 | r.hmair1, 0, 0, 0});
    s_.refresh_l0_ctx();
    if (core_) core_->set_code_cached(r.sctlr & isa::sctlr::I, r.hsctlr & isa::sctlr::I);
    if (core_ && core_->profile().context_flush) flush();
}

}  // namespace vtoll::core
