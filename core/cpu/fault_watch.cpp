// SPDX-License-Identifier: Apache-2.0
#include "core/cpu/fault_watch.hpp"

#include <algorithm>

#include "isa/exec/system/interrupts.hpp"
#include "isa/state/syndrome.hpp"
#include "mmu/regime.hpp"

namespace vtoll::core {

namespace {

using isa::Ec;
using isa::ExceptionKind;

bool is_data_abort(Ec ec) { return ec == Ec::data_abort || ec == Ec::data_abort_hyp; }
bool is_prefetch_abort(Ec ec) { return ec == Ec::prefetch_abort || ec == Ec::prefetch_abort_hyp; }

/// What kind of fault it is, ExceptionKind::reset: none. Taken to Hyp mode from below, all have one vector.
ExceptionKind fault_of(const isa::ExceptionTaken& e) {
    switch (e.kind) {
    case ExceptionKind::undefined:
    case ExceptionKind::prefetch_abort:
    case ExceptionKind::data_abort: return e.kind;
    case ExceptionKind::hyp_trap: {
        const Ec ec = isa::Syndrome(e.hsr).ec();
        if (ec == Ec::unknown) return ExceptionKind::undefined;
        if (is_prefetch_abort(ec)) return ExceptionKind::prefetch_abort;
        return is_data_abort(ec) ? ExceptionKind::data_abort : ExceptionKind::reset;
    }
    default: return ExceptionKind::reset;
    }
}

TakenFault told(const isa::CpuState& s, const isa::ExceptionTaken& e, ExceptionKind kind) {
    TakenFault fault{kind, e.from, e.to, e.preferred_return, 0, 0, false, s.insns};
    const isa::SysRegs& sys = s.sys;
    const bool hyp = e.to == isa::Mode::hyp;
    fault.long_format = hyp || (sys.ttbcr & isa::ttbcr::EAE);
    if (hyp) fault.status = e.hsr;
    if (kind == ExceptionKind::data_abort) {
        fault.address = hyp ? sys.hdfar : sys.dfar;
        if (!hyp) fault.status = sys.dfsr;
    } else if (kind == ExceptionKind::prefetch_abort) {
        fault.address = hyp ? sys.hifar : sys.ifar;
        if (!hyp) fault.status = sys.ifsr;
    }
    return fault;
}

}  // namespace

void FaultWatch::taken(const isa::CpuState& s, const isa::ExceptionTaken& e) {
    const bool hyp = e.to == isa::Mode::hyp;
    Chain& chain = chains_[hyp];
    // Whatever the hypervisor does may change what its guest finds.
    if (hyp) chains_[0].repeats = 0;
    const ExceptionKind kind = fault_of(e);
    if (kind == ExceptionKind::reset) chain.open = false;
    else follow(chain, s, told(s, e, kind));
}

void FaultWatch::begin(Chain& chain, const TakenFault& fault, u8 vmid) {
    chain.open = true;
    chain.interruptible = false;
    chain.vmid = vmid;
    chain.first = fault;
    chain.mark.psr = 0;  // no processor's: it is like no fault
    chain.since_mark = chain.repeats = 0;
    chain.period = 1;
}

void FaultWatch::follow(Chain& chain, const isa::CpuState& s, const TakenFault& fault) {
    const u8 vmid = fault.to == isa::Mode::hyp ? 0 : mmu::vmid_of(s.sys);
    const bool goes_on = chain.open && chain.vmid == vmid;
    if (!goes_on) begin(chain, fault, vmid);
    chain.last_pc = fault.pc;
    chain.interruptible |= isa::may_be_interrupted(s);
    if (!goes_on) return;  // most are seen to at once

    Moment now;
    std::copy_n(s.r.begin(), now.r.size(), now.r.begin());
    now.pc = fault.pc;
    now.psr = s.psr;
    now.status = fault.status;
    now.address = fault.address;
    if (now == chain.mark) {
        chain.since_mark = 0;
        stuck_ |= ++chain.repeats >= (chain.interruptible ? most_interruptible : most);
    } else if (++chain.since_mark >= chain.period) {
        chain.mark = now;
        chain.since_mark = chain.repeats = 0;
        chain.period = std::min(2 * chain.period, longest_period);
        chain.interruptible = isa::may_be_interrupted(s);
    }
}

void FaultWatch::returned(const isa::CpuState& s, isa::Mode from) {
    Chain& chain = chains_[from == isa::Mode::hyp];
    if (!chain.open) return;
    if (s.r[15] != chain.last_pc) chain.open = false;  // it was seen to
    else chain.interruptible |= isa::may_be_interrupted(s);
}

std::optional<TakenFault> FaultWatch::first(bool hyp) const {
    const Chain& chain = chains_[hyp];
    if (!chain.open) return std::nullopt;
    return chain.first;
}

}  // namespace vtoll::core
