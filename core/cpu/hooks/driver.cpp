// SPDX-License-Identifier: Apache-2.0
#include "core/cpu/hooks/driver.hpp"

#include <bit>

#include "isa/exec/memory/memory.hpp"
#include "isa/exec/system/exception_entry.hpp"

namespace vtoll::core {

using isa::Op;
using isa::psr::A;
using isa::psr::F;
using isa::psr::I;

const Block* Driver::decode(const BlockKey& key, std::span<const u8> code,
                            const std::function<void(isa::Decoding&)>& adapt) {
    BlockDraft draft{.key = key};
    BlockBounds bounds;
    bounds.at_exits = false;
    core::decode(draft, code, parts_.state.features, bounds);
    if (draft.insns == 0 || draft.bytes != code.size()) return nullptr;
    for (unsigned i = 0; adapt && i < draft.insns; ++i) {
        isa::Decoding& op = draft.ops[i];
        const isa::CostClass before = op.cls;
        adapt(op);
        if (op.cls != before) op.roles = {}, op.properties = {};
    }
    Code& made = *code_.emplace_back(std::make_unique<Code>());
    made.slots = std::make_unique<BlockSlot[]>(draft.insns + 2);
    made.block.slots = made.slots.get();
    made.block.lasts = false;
    parts_.executor.finish(made.block, draft);
    return &made.block;
}

Driver::Translated Driver::fetch(u32 pc, bool thumb) {
    isa::CpuState& s = parts_.state;
    s.r[15] = pc;
    s.thumb = thumb;
    s.itstate = 0;
    isa::Fault fault;
    const FetchPage* page = parts_.memory.space().fetch_page(pc, fault);
    if (!page) return {false, 0, fault};
    return {true, page->pa | (pc & page_mask), {}};
}

Driver::Translated Driver::access(const Op* op, const MemoryAccess& a) {
    using Kind = MemoryAccess::Kind;
    isa::CpuState& s = parts_.state;
    MemoryPort& memory = parts_.memory;
    const isa::Privilege pl = memory.privilege_of(op);
    const u64 context = s.l0_ctx_by_pl[static_cast<unsigned>(pl)];
    if (a.is_hint()) {
        memory.preload(op, a.va,
                       a.kind == Kind::preload_code ? isa::Preload::instruction
                       : a.write                    ? isa::Preload::write
                                                    : isa::Preload::read);
        return {true, a.pa, {}};
    }
    if (a.kind == Kind::memory) {
        const isa::L0Entry& e = s.l0_entry(a.va);
        if ((a.write ? e.write_tag : e.read_tag) == isa::l0_tag(s, context, a.va, a.size))
            return {true, e.line << s.l0_shift | (a.va & ~s.l0_mask), {}};
    }
    const mmu::Result r = memory.space().translate(a.va, a.write, pl);
    if (!r.ok) return {false, 0, r.fault};
    if (a.kind == Kind::device) {
        const u32 price = memory.charge_device(op, r.pa, r.attr.type, a.write);
        parts_.hooks.device_accessed(op, {r.pa, a.write, a.value, price});
    } else if (a.kind == Kind::memory) {
        if (parts_.core) memory.charge_memory(op, a.va, r, a.write);
        // A filter only: memory without a host page is found by the next access as it was by this one.
        if (const DmiPage page = memory.direct(r.pa)) {
            memory.fill_l0(a.va, pl, r, page, a.write);
            if (!parts_.core) s.l0_entry(a.va).line = r.pa >> s.l0_shift;
        }
    }
    return {true, r.pa, {}};
}

void Driver::run_barriers(const Block& block, unsigned index) {
    while (barriers_ && static_cast<unsigned>(std::countr_zero(barriers_)) < index) {
        const Op& op = block.op(static_cast<unsigned>(std::countr_zero(barriers_)));
        barriers_ &= barriers_ - 1;
        parts_.state.env->barrier(&op, static_cast<isa::SystemCost>(op.shift));
    }
}

void Driver::branch(const Block& block, u32 target) {
    parts_.state.r[15] = target;
    parts_.executor.branched(block.head(), target);
}

Counts Driver::marker(const Op* op, unsigned option) {
    if (op) {
        parts_.hooks.marker(op, option);
        return parts_.clock.counts_at(op);
    }
    const Counts now = parts_.clock.counts();
    if (Observer* observer = parts_.hooks.observer) observer->marker(state(), option, now);
    return now;
}

void Driver::set_register(const isa::SysReg& reg, u64 value) {
    isa::SysRegs& sys = parts_.state.sys;
    if (reg.field) sys.*reg.field = static_cast<u32>(value);
    else if (reg.field64 && reg.key.wide) sys.*reg.field64 = value;
    else if (reg.field64) sys.*reg.field64 = (sys.*reg.field64 & ~u64{0xffff'ffff}) | static_cast<u32>(value);
}

void Driver::settle(u32 cpsr, u32 fpexc) {
    parts_.state.fpexc = fpexc;
    parts_.state.set_cpsr(cpsr);
    parts_.memory.space().forget_all();
    parts_.memory.space().context_changed();
    parts_.state.update_fp_enabled();
}

void Driver::exception(const isa::ExceptionTaken& e, const isa::Fault* fault) {
    isa::CpuState& s = parts_.state;
    const u32 saved = isa::psr_to_save(s, 0), offset = e.vector & 0x1f;
    if (e.to == isa::Mode::hyp) {
        const auto syndrome = e.hsr ? std::optional(isa::Syndrome(e.hsr)) : std::nullopt;
        isa::EnterHypMode(s, e.kind, saved, e.preferred_return, offset, syndrome);
        return;
    }
    using enum isa::ExceptionKind;
    if (fault && e.kind == data_abort) {
        isa::take_data_abort(s, nullptr, 0, e.preferred_return, *fault);
        return;
    }
    if (fault && e.kind == prefetch_abort) {
        s.r[15] = e.preferred_return;
        isa::TakePrefetchAbortException(s, *fault);
        return;
    }
    // ARM DDI 0406C table B1-7: what the link register is ahead of the preferred return address.
    const u32 ahead = e.kind == data_abort                                         ? 8
                      : e.kind == undefined                                        ? (s.thumb ? 2 : 4)
                      : e.kind == irq || e.kind == fiq || e.kind == prefetch_abort ? 4
                                                                                   : 0;
    const u32 masks = e.to == isa::Mode::fiq ? A | I | F : e.to == isa::Mode::svc || e.to == isa::Mode::und ? I : A | I;
    isa::enter_pl1(s, e.kind, e.to, saved, e.preferred_return, e.preferred_return + ahead, offset, masks);
}

}  // namespace vtoll::core
