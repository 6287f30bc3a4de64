// SPDX-License-Identifier: Apache-2.0
// Interrupts and asynchronous aborts, physical and virtual: which is takeable, and its entry.
// ARM DDI 0406C §B1.8.4 (priority), §B1.8.7, §B1.8.11 (masking and routing), §B1.9.10-13.
#include "isa/exec/system/interrupts.hpp"

#include "isa/exec/system/exception_entry.hpp"

namespace vtoll::isa {

namespace {

/// One kind of asynchronous exception as HCR and the PSR see it.
struct Source {
    u32 mask;     ///< PSR bit
    u32 route;    ///< HCR.{F,I,A}MO: physical to Hyp mode, virtual enabled
    u32 pending;  ///< HCR.{VF,VI,VA}
};
constexpr Source fiq{psr::F, hcr::FMO, hcr::VF};
constexpr Source irq{psr::I, hcr::IMO, hcr::VI};
constexpr Source abort{psr::A, hcr::AMO, hcr::VA};

/// HCR.TGE makes the routing bits behave as 1 outside Hyp mode.
bool routed(const CpuState& s, const Source& k) { return s.sys.hcr & (k.route | hcr::TGE); }

// Routed to Hyp mode, a physical exception is not masked outside Hyp mode.
bool physical_takeable(const CpuState& s, const Source& k, bool line) {
    return line && (!(s.psr & k.mask) || (!s.is_hyp() && routed(s, k)));
}
// Virtual exceptions exist outside Hyp mode, while the routing bit is 1 and TGE is 0.
bool virtual_pending(const CpuState& s, const Source& k, bool line) {
    return !s.is_hyp() && (s.sys.hcr & (k.route | hcr::TGE)) == k.route && (line || (s.sys.hcr & k.pending));
}
bool virtual_takeable(const CpuState& s, const Source& k, bool line) {
    return virtual_pending(s, k, line) && !(s.psr & k.mask);
}

void enter_interrupt(CpuState& s, ExceptionKind kind, Mode to, u32 offset, u32 masks) {
    // LR of an interrupt is the next instruction's address plus 4 in both instruction sets.
    enter_pl1(s, kind, to, psr_to_save(s, s.itstate), s.r[15], s.r[15] + 4, offset, masks);
}

void enter_interrupt_hyp(CpuState& s, ExceptionKind kind, u32 offset) {
    EnterHypMode(s, kind, psr_to_save(s, s.itstate), s.r[15], offset, std::nullopt);
}

}  // namespace

// The order between kinds is IMPLEMENTATION DEFINED; a virtual one never goes before its physical counterpart.
ExceptionKind takeable_interrupt(const CpuState& s) {
    if (physical_takeable(s, abort, s.line_abort)) return ExceptionKind::data_abort;
    if (physical_takeable(s, fiq, s.line_fiq)) return ExceptionKind::fiq;
    if (physical_takeable(s, irq, s.line_irq)) return ExceptionKind::irq;
    if (virtual_takeable(s, abort, false)) return ExceptionKind::virtual_abort;
    if (virtual_takeable(s, fiq, s.line_vfiq)) return ExceptionKind::virtual_fiq;
    if (virtual_takeable(s, irq, s.line_virq)) return ExceptionKind::virtual_irq;
    return ExceptionKind::reset;
}

bool may_be_interrupted(const CpuState& s) {
    for (const Source& kind : {fiq, irq})
        if (physical_takeable(s, kind, true) || virtual_takeable(s, kind, true)) return true;
    return false;
}

// PSR masks do not matter to WFI (§B1.8.14).
bool wakes_wfi(const CpuState& s) {
    return s.line_abort || s.line_fiq || s.line_irq || virtual_pending(s, abort, false) ||
           virtual_pending(s, fiq, s.line_vfiq) || virtual_pending(s, irq, s.line_virq);
}

void take_interrupt(CpuState& s, ExceptionKind kind) {
    constexpr Fault asynchronous{.kind = FaultKind::async_external};
    switch (kind) {
    case ExceptionKind::data_abort: take_data_abort(s, nullptr, s.itstate, s.r[15], asynchronous); break;
    case ExceptionKind::fiq:
        if (s.is_hyp() || routed(s, fiq)) enter_interrupt_hyp(s, kind, vector::fiq);
        else enter_interrupt(s, kind, Mode::fiq, vector::fiq, psr::A | psr::I | psr::F);
        break;
    case ExceptionKind::irq:
        if (s.is_hyp() || routed(s, irq)) enter_interrupt_hyp(s, kind, vector::irq);
        else enter_interrupt(s, kind, Mode::irq, vector::irq, psr::A | psr::I);
        break;
    case ExceptionKind::virtual_fiq: enter_interrupt(s, kind, Mode::fiq, vector::fiq, psr::A | psr::I | psr::F); break;
    case ExceptionKind::virtual_irq: enter_interrupt(s, kind, Mode::irq, vector::irq, psr::A | psr::I); break;
    case ExceptionKind::virtual_abort:
        // Taking it clears HCR.VA; it looks like a physical asynchronous external abort (§B1.9.9).
        s.sys.hcr &= ~hcr::VA;
        s.sys.dfsr =
            (s.sys.ttbcr & ttbcr::EAE) ? (1u << 9) | fault_status_long(asynchronous) : fault_status_short(asynchronous);
        enter_pl1(s, kind, Mode::abt, psr_to_save(s, s.itstate), s.r[15], s.r[15] + 8, vector::data_abort,
                  psr::A | psr::I);
        break;
    default: break;
    }
}

}  // namespace vtoll::isa
