// SPDX-License-Identifier: Apache-2.0
// What a system operation costs goes by what it does to the pipeline, which a cost class does not tell: reading a
// thread register is another thing than switching translation. Core profiles price these kinds; tables go by classes.
#pragma once

#include <string_view>

#include "isa/cost_class.hpp"
#include "isa/types.hpp"

namespace vtoll::isa {

// clang-format off
/// X(name in profiles, what it is)
#define VTOLL_SYSTEM_COSTS(X) \
    X(id_read,           "reads of identification registers") \
    X(thread_read,       "reads of thread ID registers: TPIDRURW, TPIDRURO, TPIDRPRW, HTPIDR") \
    X(thread_write,      "writes of thread ID registers") \
    X(fault_read,        "reads of fault status and address, HSR, PAR, ISR") \
    X(fault_write,       "writes of fault status and address, PAR") \
    X(control_read,      "reads of control registers that translation does not depend on: ACTLR, CPACR, VBAR, HCPTR") \
    X(control_write,     "writes of control registers that translation does not depend on") \
    X(translation_read,  "reads of SCTLR, TTBR, TTBCR, DACR, MAIR, CONTEXTIDR, HCR, VTTBR and their kin") \
    X(translation_write, "writes of SCTLR, TTBR, TTBCR, DACR, MAIR, CONTEXTIDR, HCR, VTTBR and their kin") \
    X(timer_read,        "reads of the generic timer") \
    X(timer_write,       "writes of the generic timer") \
    X(monitor_read,      "reads of the performance monitors") \
    X(monitor_write,     "writes of the performance monitors") \
    X(debug_read,        "reads of CP14") \
    X(debug_write,       "writes of CP14") \
    X(cache_line,        "maintenance of one line, by address or by set and way") \
    X(cache_all,         "ICIALLU, ICIALLUIS") \
    X(predictor,         "BPIALL, BPIALLIS, BPIMVA") \
    X(translate,         "address translation operations") \
    X(tlb_local,         "TLB maintenance of this processor") \
    X(tlb_broadcast,     "TLB maintenance of the Inner Shareable domain") \
    X(dsb,               "DSB, beside what it waits for") \
    X(dsb_store,         "DSB of stores only, beside what it waits for") \
    X(dmb,               "DMB, beside what it waits for") \
    X(dmb_store,         "DMB of stores only") \
    X(psr_read,          "MRS of the current PSR") \
    X(psr_write,         "MSR, CPS, SETEND of the current PSR")
// clang-format on

enum class SystemCost : u8 {
#define X(name, what) name,
    VTOLL_SYSTEM_COSTS(X)
#undef X
        none,  ///< no system operation, or one that its class says enough of
};
inline constexpr std::size_t system_costs = static_cast<std::size_t>(SystemCost::none);

struct SystemCostRow {
    std::string_view name, what;
};
inline constexpr SystemCostRow system_cost_rows[] = {
#define X(name, what) {#name, what},
    VTOLL_SYSTEM_COSTS(X)
#undef X
};

/// Classes whose instructions all have a SystemCost.
constexpr bool told_by_system_cost(CostClass c) {
    using enum CostClass;
    return c == barrier || c == psr || c == sysreg_read || c == sysreg_write || c == tlb_op || c == cache_op;
}

}  // namespace vtoll::isa
