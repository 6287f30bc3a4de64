// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/book/classify.hpp"

#include "core/ledger/names/known_calls.hpp"

namespace vtoll::core {

using isa::ExceptionKind;

namespace {

// HSR exception classes, ARM DDI 0406C §B3.13.6 table B3-25.
constexpr u32 ec_wfx = 0x01, ec_cp15_32 = 0x03, ec_cp15_64 = 0x04, ec_cp14_32 = 0x05, ec_cp14_ldc = 0x06,
              ec_hcptr = 0x07, ec_vmrs = 0x08, ec_cp14_64 = 0x0c, ec_hvc = 0x12, ec_smc = 0x13,
              ec_prefetch_abort = 0x20, ec_data_abort = 0x24;

/// Bits of the syndrome that say what kind of trap it is, without those that say which guest register took part.
u32 meaningful(u32 hsr) {
    switch (hsr >> 26) {
    case ec_data_abort: return hsr & ~(0xfu << 16);  // SRT
    case ec_cp15_32:
    case ec_cp14_32:
    case ec_vmrs: return hsr & ~(0x1fu << 20 | 0xfu << 5);  // CV, COND, Rt
    case ec_cp15_64:
    case ec_cp14_64: return hsr & ~(0x1fu << 20 | 0xfu << 10 | 0xfu << 5);  // CV, COND, Rt2, Rt
    case ec_wfx:
    case ec_hcptr: return hsr & ~(0x1fu << 20);  // CV, COND
    default: return hsr;
    }
}

void classify_hyp_entry(const isa::CpuState& s, const isa::ExceptionTaken& e, EpisodeKind& kind) {
    if (e.kind == ExceptionKind::irq || e.kind == ExceptionKind::fiq) {
        kind.cause = Cause::hyp_irq;
        return;
    }
    kind.syndrome = meaningful(e.hsr);
    kind.cause = cause_at_entry(kind.syndrome);
    switch (e.hsr >> 26) {
    case ec_hvc: kind.detail = (e.hsr & 0xffff) == xen_hypercall_tag ? s.r[12] : s.r[0]; break;
    case ec_smc: kind.detail = s.r[0]; break;
    case ec_data_abort: kind.detail = s.sys.hpfar >> 4; break;  // page of the IPA
    default: break;
    }
}

}  // namespace

Cause cause_at_entry(u32 syndrome) {
    switch (syndrome >> 26) {
    case ec_hvc: return Cause::hypercall;
    case ec_data_abort:
    case ec_prefetch_abort: return Cause::stage2_fault;
    case ec_wfx: return Cause::wfi;
    case ec_cp15_32:
    case ec_cp15_64:
    case ec_cp14_32:
    case ec_cp14_ldc:
    case ec_cp14_64:
    case ec_vmrs: return Cause::sysreg_trap;
    case ec_hcptr: return Cause::fp_trap;
    case ec_smc: return Cause::smc;
    default: return Cause::hyp_other;
    }
}

u8 current_vmid(const isa::CpuState& s) {
    return s.sys.hcr & isa::hcr::VM ? static_cast<u8>(s.sys.vttbr >> 48) : u8{0};
}

void classify_entry(const isa::CpuState& s, const isa::ExceptionTaken& e, bool from_below, EpisodeKind& kind) {
    if (e.to == isa::Mode::hyp) {
        if (from_below) classify_hyp_entry(s, e, kind);
        else
            kind.cause =
                e.kind == ExceptionKind::irq || e.kind == ExceptionKind::fiq ? Cause::nested_irq : Cause::hyp_other;
        return;
    }
    switch (e.kind) {
    case ExceptionKind::svc: kind.cause = Cause::syscall; break;
    case ExceptionKind::undefined: kind.cause = Cause::undefined; break;
    case ExceptionKind::prefetch_abort:
    case ExceptionKind::data_abort:
    case ExceptionKind::virtual_abort: kind.cause = Cause::stage1_fault; break;
    default: kind.cause = Cause::irq;
    }
}

void classify_pl1_entry(const isa::CpuState& s, const isa::ExceptionTaken& e, bool from_below, World from, u8 number,
                        EpisodeKind& kind) {
    const bool interrupt = e.kind == ExceptionKind::irq || e.kind == ExceptionKind::fiq;
    if (!from_below) {
        kind.cause = interrupt ? Cause::nested_irq : Cause::hyp_other;
        return;
    }
    switch (e.kind) {
    case ExceptionKind::svc:
        kind.cause = from == World::hypervisor ? Cause::host_call
                     : from == World::kernel   ? Cause::hypercall
                                               : Cause::syscall;
        if (from == World::kernel) kind.detail = number < 8 ? s.r[number] : s.read_banked(number, isa::Mode::usr);
        break;
    case ExceptionKind::undefined: kind.cause = Cause::undefined; break;
    case ExceptionKind::prefetch_abort:
    case ExceptionKind::data_abort: kind.cause = Cause::stage1_fault; break;
    default: kind.cause = interrupt ? Cause::hyp_irq : Cause::hyp_other;
    }
}

void classify_exit(const isa::CpuState& s, u8 vm, u32 preferred_return, bool translated, EpisodeKind& kind) {
    if (kind.world != World::hypervisor) return;
    kind.vm_after = vm;
    if (kind.vm_after != kind.vm) {
        kind.cause = Cause::world_switch;
        return;
    }
    if (kind.cause == Cause::stage2_fault) {
        // The guest goes on behind the access: someone made it in its place. Back at it: a page was mapped.
        constexpr u32 isv = 1u << 24;
        const bool data = kind.syndrome >> 26 == ec_data_abort;
        if (data && s.r[15] != preferred_return && close_to(s.r[15], preferred_return))
            kind.cause = (kind.syndrome & isv) && !translated ? Cause::device_syndrome : Cause::device_decode;
        else kind.detail = 0;  // which page a fault was on is no kind of its own
    }
}

}  // namespace vtoll::core
