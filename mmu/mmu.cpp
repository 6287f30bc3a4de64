// SPDX-License-Identifier: Apache-2.0
#include "mmu/mmu.hpp"

namespace vtoll::mmu {

namespace {

constexpr AccessType type_of(const Access& a) {
    return a.fetch ? AccessType::fetch : a.write ? AccessType::write : AccessType::read;
}

u32 control_of(const isa::SysRegs& sys, bool hyp) { return hyp ? sys.hsctlr : sys.sctlr; }

/// Disabled caches act on translated accesses only; flat attributes already say what SCTLR.I and HCR.DC want.
MemAttr effective_attr(MemAttr attr, u32 control, AccessType type) {
    const u32 enable = type == AccessType::fetch ? isa::sctlr::I : isa::sctlr::C;
    return control & enable ? attr : uncached_attr(attr);
}

void set_rights(Result& r, Rights rights) {
    r.may_read = allows(rights, AccessType::read);
    r.may_write = allows(rights, AccessType::write);
    r.may_exec = allows(rights, AccessType::fetch);
}

/// Judge an access by an entry: stage 1 before stage 2, as in the manual's TranslateAddressV.
void judge(const TlbEntry& e, const isa::SysRegs& sys, const Selection& select, const Access& a, AccessType type,
           Result& r) {
    const u32 control = control_of(sys, select.hyp);
    const bool translated = select.stage1 != Stage1Format::off;
    const PermissionControl permission{
        .privileged = a.privilege != isa::Privilege::pl0,
        .wxn = translated && (control & isa::sctlr::WXN),
        .uwxn = translated && !select.hyp && (control & isa::sctlr::UWXN),
        .dacr = sys.dacr,
    };
    const Stage1Check check = stage1_rights(e.stage1, permission);
    const Rights rights = check.rights & stage2_rights(e.stage2);
    const u32 offset = a.va & ((u32{1} << e.page_bits) - 1);
    r.page_bits = e.page_bits;
    r.pa = (u64{e.pa_page} << 12) + offset;
    r.attr = translated ? effective_attr(e.attr, control, type) : e.attr;
    set_rights(r, rights);
    r.ok = allows(rights, type);
    if (r.ok) [[likely]]
        return;

    r.fault.va = a.va;
    r.fault.write = type == AccessType::write;
    r.fault.domain = e.stage1.domain;
    if (check.domain_fault || !allows(check.rights, type)) {
        r.fault.kind = check.domain_fault ? isa::FaultKind::domain : isa::FaultKind::permission;
        r.fault.level = e.stage1_level;
    } else {
        r.fault.kind = isa::FaultKind::permission;
        r.fault.level = e.stage2_level;
        r.fault.stage2 = true;
        r.fault.ipa = (u64{e.ipa_page} << 12) + offset;
    }
}

/// No stage translates: nothing to look up.
void flat(const isa::SysRegs& sys, const Selection& select, const Access& a, AccessType type, Result& r) {
    r.ok = r.tlb_hit = true;
    r.pa = a.va;
    r.page_bits = flat_bits;
    set_rights(r, all_rights);
    if (type == AccessType::fetch) {
        const bool cached = control_of(sys, select.hyp) & isa::sctlr::I;
        const u8 n = cached ? nibble::write_through | nibble::read_allocate : nibble::non_cacheable;
        r.attr = normal_attr(n, n, Shareability::outer);
    }
}

}  // namespace

Mmu::Held::Held(const MmuConfig& config)
    : tlb(config.tlb_entries, config.tlb_ways), caches(config.table_entries, config.stage2_entries) {}

Mmu::Mmu(DescriptorReader& reader, const MmuConfig& config) : reader_(reader), held_(config) {
    if (config.exits_apart) aside_.emplace(config);
}

void Mmu::stand(bool in_exit) {
    if (!aside_ || in_exit == in_exit_) return;
    in_exit_ = in_exit;
    std::swap(held_, *aside_);
}

const TlbEntry* Mmu::find(u64 context, u32 va) {
    const TlbEntry* e = held_.tlb.lookup(context, va);
    if (e || !aside_) return e;
    e = aside_->tlb.lookup(context, va);
    if (!e || in_exit_) return e;
    held_.tlb.insert(*e);
    return held_.tlb.lookup(context, va);
}

void Mmu::translate(const isa::SysRegs& sys, const Access& a, Result& r) {
    r = Result();
    const Selection select = select_regime(sys, a.privilege);
    const AccessType type = type_of(a);
    if (select.stage1 == Stage1Format::off && !select.stage2) {
        flat(sys, select, a, type, r);
        return;
    }
    const u64 context = tlb_tag::context(select, type, control_of(sys, select.hyp) & isa::sctlr::I);
    if (const TlbEntry* e = find(context, a.va)) [[likely]] {
        ++statistics_.hits;
        r.tlb_hit = true;
        judge(*e, sys, select, a, type, r);
    } else {
        miss(sys, a, type, context, r);
    }
    if (!r.ok) [[unlikely]]
        ++statistics_.faults;
}

void Mmu::miss(const isa::SysRegs& sys, const Access& a, AccessType type, u64 context, Result& r) {
    ++statistics_.misses;
    const Regime regime = regime_of(sys, a.privilege);
    walk(regime, a.va, type, reader_, &held_.caches, walk_);
    count(walk_);
    r.walk = &walk_;
    if (!walk_.mapped) {
        // Translation and Access flag faults are not to be remembered (§B3.9).
        r.fault = walk_.fault;
        return;
    }
    const TlbEntry e = Tlb::entry(context, a.va, walk_);
    held_.tlb.insert(e);
    judge(e, sys, regime.select, a, type, r);
}

void Mmu::count(const Walk& w) {
    ++statistics_.walks;
    for (unsigned i = 0; i < w.count; ++i) {
        ++(w.descriptors[i].stage == 1 ? statistics_.descriptors_stage1 : statistics_.descriptors_stage2);
    }
}

void Mmu::maintain(isa::TlbOp op, isa::TlbSide, u32 operand, u8 vmid) {
    ++statistics_.maintenance;
    held_.maintain(op, operand, vmid);
    if (aside_) aside_->maintain(op, operand, vmid);
}

void Mmu::Held::maintain(isa::TlbOp op, u32 operand, u8 vmid) {
    const u8 asid = static_cast<u8>(operand);
    const u32 va = operand & ~u32{0xfff};
    switch (op) {
    case isa::TlbOp::all:
        // At PL2 this removes stage-2 results too; at PL1 removing them is allowed and harmless.
        tlb.drop_vmid(vmid);
        caches.drop_vmid(vmid);
        break;
    case isa::TlbOp::mva:
        tlb.drop_va(vmid, asid, va);
        caches.drop_va(vmid, va);
        break;
    case isa::TlbOp::asid:
        tlb.drop_asid(vmid, asid);
        caches.drop_asid(vmid, asid);
        break;
    case isa::TlbOp::mva_all_asid:
        tlb.drop_va_all_asid(vmid, va);
        caches.drop_va(vmid, va);
        break;
    case isa::TlbOp::all_hyp:
        tlb.drop_hyp();
        caches.drop_hyp();
        break;
    case isa::TlbOp::mva_hyp:
        tlb.drop_hyp_va(va);
        caches.drop_va_hyp(va);
        break;
    case isa::TlbOp::all_nonsecure_nonhyp:
        tlb.drop_nonhyp();
        caches.drop_nonhyp();
        break;
    }
}

void Mmu::flush_all() {
    held_.drop_all();
    if (aside_) aside_->drop_all();
}

void Mmu::Held::drop_all() {
    tlb.drop_all();
    caches.drop_all();
}

}  // namespace vtoll::mmu
