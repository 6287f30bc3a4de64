// SPDX-License-Identifier: Apache-2.0
#include "core/cpu/driver.hpp"

#include <cstring>

#include "core/cpu/block_charge.hpp"
#include "core/cpu/block_ends.hpp"
#include "isa/encodings/encoding.hpp"
#include "isa/exec/memory/memory.hpp"
#include "isa/exec/system/exception_entry.hpp"

namespace vtoll::core {

using isa::Op;
using isa::psr::A;
using isa::psr::F;
using isa::psr::I;

const Op* Driver::decode(const BlockKey& key, std::span<const u8> code,
                         const std::function<void(isa::Decoding&)>& adapt) {
    std::vector<isa::Decoding> ops;
    const bool thumb = Cpu::is_thumb(key);
    isa::DecodeContext ctx{.pc = key.va,
                           .privilege = Cpu::privilege_in(key),
                           .itstate = static_cast<u8>(key.context),
                           .features = &cpu_.s_.features};
    for (std::size_t at = 0; at < code.size();) {
        unsigned len = thumb ? 2 : 4;
        if (at + len > code.size() || ops.size() == Cpu::max_block_insns) return nullptr;
        u32 raw = 0;
        std::memcpy(&raw, &code[at], len);
        isa::InstrSet set = thumb ? isa::InstrSet::t16 : isa::InstrSet::a32;
        if (thumb && isa::is_thumb32(static_cast<u16>(raw))) {
            if (at + 4 > code.size()) return nullptr;
            u16 second;
            std::memcpy(&second, &code[at + 2], 2);
            raw = raw << 16 | second;
            set = isa::InstrSet::t32;
            len = 4;
        }
        isa::Decoding& op = ops.emplace_back();
        isa::decode(set, raw, ctx, op);
        op.idx = static_cast<u8>(ops.size() - 1);
        if (adapt) {
            const isa::CostClass before = op.cls;
            adapt(op);
            if (op.cls != before) op.roles = {}, op.properties = {};
        }
        ctx.pc += len;
        at += len;
        ctx.itstate = isa::itstate_after(ctx.itstate, op.properties);
    }
    if (ops.empty()) return nullptr;
    auto& block = code_.emplace_back(std::make_unique<Op[]>(ops.size() + 2));
    std::copy(ops.begin(), ops.end(), block.get() + 1);
    Op& tail = block[ops.size() + 1];
    tail.imm = ctx.pc;
    tail.fn = &fallthrough_unlinked;
    Block& info =
        *blocks_.emplace_back(std::make_unique<Block>(Block{key, static_cast<u32>(code.size()), block.get()}));
    cpu_.finish_block(block.get(), ops, info);
    return block.get();
}

Driver::Translated Driver::fetch(u32 pc, bool thumb) {
    cpu_.s_.r[15] = pc;
    cpu_.s_.thumb = thumb;
    cpu_.s_.itstate = 0;
    isa::Fault fault;
    const Cpu::FetchPage* page = cpu_.fetch_page(pc, fault);
    if (!page) return {false, 0, fault};
    return {true, page->pa | (pc & 0xfff), {}};
}

void Driver::begin(const Op* head) {
    if (cpu_.core_) cpu_.charge_core_block(head);
    else if (cpu_.observer_) cpu_.charge_block<true>(head);
    else cpu_.charge_block<false>(head);
}

Driver::Translated Driver::access(const Op* op, const MemoryAccess& a) {
    using Kind = MemoryAccess::Kind;
    isa::CpuState& s = cpu_.s_;
    const isa::Privilege pl = cpu_.data_privilege(op);
    const u64 context = s.l0_ctx_by_pl[static_cast<unsigned>(pl)];
    if (a.kind == Kind::memory) {
        const isa::L0Entry& e = s.l0_entry(a.va);
        if ((a.write ? e.write_tag : e.read_tag) == isa::l0_tag(s, context, a.va, a.size))
            return {true, e.line << s.l0_shift | (a.va & ~s.l0_mask), {}};
    }
    const mmu::Result r = cpu_.translate(a.va, a.write, pl);
    if (!r.ok) return {false, 0, r.fault};
    if (a.kind == Kind::device) {
        const u32 price = cpu_.event(a.write ? CostEvent::device_write : CostEvent::device_read);
        cpu_.charge(price);
        if (cpu_.observer_) cpu_.observer_->device_accessed(r.pa, a.write, price, {s.insns, cpu_.now_at(op)});
    } else if (a.kind == Kind::memory) {
        if (cpu_.core_) cpu_.charge_memory(op, r, a.write);
        // A filter only: memory without a host page is found by the next access as it was by this one.
        if (const DmiPage page = cpu_.bus_.dmi(r.pa)) {
            cpu_.fill_l0(a.va, pl, r, page, a.write);
            if (!cpu_.core_) s.l0_entry(a.va).line = r.pa >> s.l0_shift;
        }
    }
    return {true, r.pa, {}};
}

void Driver::branch(const Op* head, u32 target) {
    cpu_.s_.r[15] = target;
    const Op* last = head + head->imm;
    if (last->fn != &Cpu::branch_point) return;
    const u32 behind = last->pc + last->len;
    cpu_.charge(cpu_.core_->branch(last->pc, static_cast<BranchKind>(last[1].rd), target != behind, target, behind));
}

Counts Driver::marker(const Op* op, unsigned option) {
    if (op) {
        cpu_.marker(op, option);
        return {cpu_.s_.insns - ((op - op->idx - 1)->imm - op->idx - 1), cpu_.now_at(op)};
    }
    if (cpu_.observer_) cpu_.observer_->marker(cpu_.s_, option, cpu_.counts());
    return cpu_.counts();
}

void Driver::set_register(const isa::SysReg& reg, u64 value) {
    isa::SysRegs& sys = cpu_.s_.sys;
    if (reg.field) sys.*reg.field = static_cast<u32>(value);
    else if (reg.field64 && reg.key.wide) sys.*reg.field64 = value;
    else if (reg.field64) sys.*reg.field64 = (sys.*reg.field64 & ~u64{0xffff'ffff}) | static_cast<u32>(value);
}

void Driver::settle(u32 cpsr, u32 fpexc) {
    cpu_.s_.fpexc = fpexc;
    cpu_.s_.set_cpsr(cpsr);
    cpu_.mmu_.flush_all();
    cpu_.flush_l0();
    cpu_.context_changed();
    cpu_.s_.update_fp_enabled();
}

void Driver::exception(const isa::ExceptionTaken& e, const isa::Fault* fault) {
    isa::CpuState& s = cpu_.s_;
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
