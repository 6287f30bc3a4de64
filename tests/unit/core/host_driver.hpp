// SPDX-License-Identifier: Apache-2.0
// Drives the books as hosts and their machines do.
#pragma once

#include "tests/unit/core/book_driver.hpp"

namespace vtoll::core {

inline constexpr u32 device_load = iss_valid | 6, ec_svc = 0x11;

/// A host's kernel at PL1 with a lowvisor in Hyp mode, as KVM of Linux 3.9 to 5.6.
class HostDriver : public BookDriver {
public:
    explicit HostDriver(HostExits* shared = nullptr) : BookDriver(isa::Mode::svc, shared) {}

    void host() {
        state.sys.hcr = 0;
        state.sys.vttbr = 0;
    }
    /// The host's kernel calls the lowvisor, which enters the machine at `pc`.
    void enter(u8 vm, u32 pc = 0x8000, u64 insns = 5, u32 vmpidr = 0) {
        hvc(0x4020'0100);
        run(insns, insns);
        set_vm(vm);
        state.sys.vmpidr = vmpidr;
        leave(isa::Mode::svc, pc);
    }
    /// The machine traps at 0x8000, the lowvisor returns to the host's kernel.
    void trap(u32 syndrome, u64 insns = 7) {
        take(isa::ExceptionKind::hyp_trap, isa::Mode::hyp, syndrome);
        run(insns, insns);
        host();
        state.sys.vmpidr = 0x8000'0000;  // the host's own
        leave(isa::Mode::svc, 0xc000);
    }
};

/// A kernel in Hyp mode whose processes run by HCR.TGE, each with a VMID.
class ResidentDriver : public BookDriver {
public:
    ResidentDriver() : BookDriver(isa::Mode::hyp) {}
    void to_process(u8 vmid, u32 pc = 0x8000) {
        set_vm(vmid);
        state.sys.hcr |= isa::hcr::TGE;
        leave(isa::Mode::usr, pc);
    }
    void to_guest(u8 vmid, u32 pc = 0x8000) {
        set_vm(vmid);
        state.sys.hcr &= ~isa::hcr::TGE;
        leave(isa::Mode::svc, pc);
    }
};

inline const PartCost& part(const HostExitRow& row, ExitPart which) {
    return row.parts[static_cast<std::size_t>(which)];
}

}  // namespace vtoll::core
