// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/names/known_calls.hpp"

#include <cstddef>

namespace vtoll::core {

namespace {

struct Known {
    u32 number;
    std::string_view name;
};

constexpr Known xen_hypercalls[] = {
    // clang-format off
    {0, "set_trap_table"}, {1, "mmu_update"}, {2, "set_gdt"}, {3, "stack_switch"}, {4, "set_callbacks"},
    {5, "fpu_taskswitch"}, {6, "sched_op_compat"}, {7, "platform_op"}, {8, "set_debugreg"}, {9, "get_debugreg"},
    {10, "update_descriptor"}, {12, "memory_op"}, {13, "multicall"}, {14, "update_va_mapping"}, {15, "set_timer_op"},
    {16, "event_channel_op_compat"}, {17, "xen_version"}, {18, "console_io"}, {19, "physdev_op_compat"},
    {20, "grant_table_op"}, {21, "vm_assist"}, {22, "update_va_mapping_otherdomain"}, {23, "iret"}, {24, "vcpu_op"},
    {25, "set_segment_base"}, {26, "mmuext_op"}, {27, "xsm_op"}, {28, "nmi_op"}, {29, "sched_op"}, {30, "callback_op"},
    {31, "xenoprof_op"}, {32, "event_channel_op"}, {33, "physdev_op"}, {34, "hvm_op"}, {35, "sysctl"}, {36, "domctl"},
    {37, "kexec_op"}, {38, "tmem_op"}, {39, "argo_op"}, {40, "xenpmu_op"}, {41, "dm_op"}, {42, "hypfs_op"},
    // clang-format on
};

constexpr Known xen_guest_devices[] = {
    // clang-format off
    {0x0300'1, "gicd"}, {0x0300'2, "gicc"}, {0x0300'3, "gicc"}, {0x2200'0, "pl011"},
    // clang-format on
};

constexpr Known firmware[] = {
    // clang-format off
    {0x8000'0000, "SMCCC_VERSION"}, {0x8000'0001, "SMCCC_ARCH_FEATURES"}, {0x8000'0002, "SMCCC_ARCH_SOC_ID"},
    {0x8000'3fff, "SMCCC_ARCH_WORKAROUND_3"}, {0x8000'7fff, "SMCCC_ARCH_WORKAROUND_2"},
    {0x8000'8000, "SMCCC_ARCH_WORKAROUND_1"},
    {0x8400'0000, "PSCI_VERSION"}, {0x8400'0001, "CPU_SUSPEND"}, {0x8400'0002, "CPU_OFF"}, {0x8400'0003, "CPU_ON"},
    {0x8400'0004, "AFFINITY_INFO"}, {0x8400'0005, "MIGRATE"}, {0x8400'0006, "MIGRATE_INFO_TYPE"},
    {0x8400'0007, "MIGRATE_INFO_UP_CPU"}, {0x8400'0008, "SYSTEM_OFF"}, {0x8400'0009, "SYSTEM_RESET"},
    {0x8400'000a, "PSCI_FEATURES"}, {0x8400'000b, "CPU_FREEZE"}, {0x8400'000c, "CPU_DEFAULT_SUSPEND"},
    {0x8400'000d, "NODE_HW_STATE"}, {0x8400'000e, "SYSTEM_SUSPEND"}, {0x8400'000f, "PSCI_SET_SUSPEND_MODE"},
    {0x8400'0010, "PSCI_STAT_RESIDENCY"}, {0x8400'0011, "PSCI_STAT_COUNT"}, {0x8400'0012, "SYSTEM_RESET2"},
    {0x8600'ff01, "VENDOR_HYP_UID"},
    // clang-format on
};

template <std::size_t n>
std::string_view find(const Known (&table)[n], u32 number) {
    for (const Known& known : table)
        if (known.number == number) return known.name;
    return {};
}

}  // namespace

std::string_view xen_hypercall(u32 number) { return find(xen_hypercalls, number); }
std::string_view xen_guest_device(u32 page) { return find(xen_guest_devices, page); }
std::string_view firmware_function(u32 id) { return find(firmware, id); }

}  // namespace vtoll::core
