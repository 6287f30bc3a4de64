// SPDX-License-Identifier: Apache-2.0
// Whose code runs in which mode: what a scenario's [worlds] says of it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/base/keys.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

/// The default: User mode is a user, PL1 a kernel, Hyp mode the hypervisor.
struct WorldPolicy {
    /// A hypervisor without the Virtualization Extensions: it runs at PL1, everything at PL0 is its guests'. No key:
    /// the images and the machine say it.
    bool pl1_is_hypervisor = false;
    int kernel_domain = -1;
    int hypervisor_asid = -1;
    u8 hypercall_register = 12;
    u8 syscall_register = 7;
    int host_vmid = -1;
    std::string calls;
    /// What calls files say; no keys of their own: which register has the number of an HVC, by its immediate, and of
    /// any other immediate.
    std::vector<std::pair<u32, u8>> number_registers;
    u8 number_register = 0;

    u8 number_register_of(u32 immediate) const {
        for (const auto& [of, number] : number_registers)
            if (of == immediate) return number;
        return number_register;
    }

    bool operator==(const WorldPolicy&) const = default;
    void declare(Keys& keys) {
        keys.number("kernel_domain", kernel_domain, 0, 15,
                    "a hypervisor at PL1 (an image with `symbols = \"hypervisor\"` on a machine without "
                    "`virtualization`): the domain that DACR opens for guest kernels only, which tells them from their "
                    "users");
        keys.number("hypervisor_asid", hypervisor_asid, 0, 255,
                    "and a hypervisor that is a task of such a host kernel: the ASID (CONTEXTIDR) its task runs with");
        keys.number("hypercall_register", hypercall_register, 0, 14,
                    "there: which register has the number of a guest kernel's SVC");
        keys.number("syscall_register", syscall_register, 0, 14,
                    "a kernel resident in Hyp mode, whose processes run with HCR.TGE: which register has the number of "
                    "an SVC without an immediate");
        keys.number("host_vmid", host_vmid, 0, 255,
                    "a host that has stage 2 on for itself: its VMID. Without it a host is known by HCR.VM = 0 or by "
                    "HCR.TGE");
        keys.text("calls", calls,
                  "how the hypervisor's calls are numbered and called: a calls file, or the name of a shipped one, see "
                  "[calls.md](calls.md). `vtoll run --calls` is the same")
            .quiet();
    }
};

}  // namespace vtoll::core
