// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/book/classify.hpp"

namespace vtoll::core {

using isa::Ec;
using isa::ExceptionKind;
using isa::Syndrome;
namespace iss = isa::iss;

namespace {

/// Kinds of fault status that are the MMU's; the others are alignment, debug, external aborts and parity (table B3-24).
constexpr u32 mmu_status_kinds = 4;

/// The syndrome less what does not say what kind of trap it is: which guest register took part, and the condition.
Syndrome meaningful(Syndrome syndrome) {
    switch (syndrome.ec()) {
    case Ec::data_abort: return syndrome.without(iss::srt);
    case Ec::cp15_32:
    case Ec::cp14_32:
    case Ec::vmrs: return syndrome.without(iss::cv, iss::cond, iss::rt);
    case Ec::cp15_64:
    case Ec::cp14_64: return syndrome.without(iss::cv, iss::cond, iss::rt2, iss::rt);
    case Ec::wfx:
    case Ec::hcptr: return syndrome.without(iss::cv, iss::cond);
    default: return syndrome;
    }
}

u32 register_of_user(const isa::CpuState& s, u8 n) { return n < 8 ? s.r[n] : s.read_banked(n, isa::Mode::usr); }

void classify_hyp_entry(const isa::CpuState& s, const isa::ExceptionTaken& e, const WorldPolicy& policy,
                        EpisodeKind& kind) {
    if (e.kind == ExceptionKind::irq || e.kind == ExceptionKind::fiq) {
        kind.cause = Cause::hyp_irq;
        return;
    }
    const Syndrome syndrome(e.hsr);
    kind.syndrome = meaningful(syndrome).hsr();
    kind.cause = cause_at_entry(syndrome);
    switch (syndrome.ec()) {
    case Ec::hvc: kind.detail = s.r[policy.number_register_of(syndrome[iss::imm16])]; break;
    case Ec::svc:  // an immediate is a number itself
        if (!syndrome[iss::imm16]) kind.detail = register_of_user(s, policy.syscall_register);
        break;
    case Ec::smc: kind.detail = s.r[0]; break;
    case Ec::data_abort:
        if (kind.cause == Cause::stage2_fault) kind.detail = s.sys.hpfar >> 4;  // page of the IPA
        break;
    default: break;
    }
}

}  // namespace

Cause cause_at_entry(Syndrome syndrome) {
    switch (syndrome.ec()) {
    case Ec::hvc: return Cause::hypercall;
    case Ec::data_abort:
    case Ec::prefetch_abort: return syndrome[iss::status_kind] < mmu_status_kinds ? Cause::stage2_fault : Cause::abort;
    case Ec::wfx: return Cause::wfi;
    case Ec::cp15_32:
    case Ec::cp15_64:
    case Ec::cp14_32:
    case Ec::cp14_ldc:
    case Ec::cp14_64:
    case Ec::vmrs: return Cause::sysreg_trap;
    case Ec::hcptr: return Cause::fp_trap;
    case Ec::smc: return Cause::smc;
    case Ec::svc: return Cause::syscall;
    case Ec::unknown: return Cause::undefined;
    default: return Cause::hyp_other;
    }
}

void classify_entry(const isa::CpuState& s, const isa::ExceptionTaken& e, bool from_below, const WorldPolicy& policy,
                    EpisodeKind& kind) {
    if (e.to == isa::Mode::hyp) {
        if (from_below) classify_hyp_entry(s, e, policy, kind);
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

void classify_pl1_entry(const isa::CpuState& s, const isa::ExceptionTaken& e, bool from_below, World from,
                        const WorldPolicy& policy, EpisodeKind& kind) {
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
        if (from == World::kernel) kind.detail = register_of_user(s, policy.hypercall_register);
        break;
    case ExceptionKind::undefined: kind.cause = Cause::undefined; break;
    case ExceptionKind::prefetch_abort:
    case ExceptionKind::data_abort: kind.cause = Cause::stage1_fault; break;
    default: kind.cause = interrupt ? Cause::hyp_irq : Cause::hyp_other;
    }
}

void classify_exit(const isa::CpuState& s, u8 vm, u32 preferred_return, bool translated, EpisodeKind& kind) {
    kind.vm_after = vm;
    if (kind.vm_after != kind.vm) {
        kind.cause = Cause::world_switch;
        return;
    }
    if (kind.cause == Cause::stage2_fault) {
        // The guest goes on behind the access: someone made it in its place. Back at it: a page was mapped.
        const Syndrome syndrome(kind.syndrome);
        const bool data = syndrome.ec() == Ec::data_abort;
        if (data && s.r[15] != preferred_return && close_to(s.r[15], preferred_return))
            kind.cause = syndrome[iss::isv] && !translated ? Cause::device_syndrome : Cause::device_decode;
        else kind.detail = 0;  // which page a fault was on is no kind of its own
    }
}

}  // namespace vtoll::core
