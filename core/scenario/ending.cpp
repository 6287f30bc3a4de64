// SPDX-License-Identifier: Apache-2.0
// Where processors stand when a run ends, and which fault led there.
#include <fmt/format.h>

#include "core/scenario/simulation.hpp"
#include "isa/exec/system/interrupts.hpp"
#include "isa/fault_names.hpp"

namespace vtoll::core {

namespace {

/// The vectors that exceptions of the level in which `s` runs are taken to from there: §B1.8.1.
bool at_vector(const isa::CpuState& s) {
    const u32 base = s.is_hyp() ? s.sys.hvbar : s.sys.sctlr & isa::sctlr::V ? 0xffff'0000 : s.sys.vbar;
    return s.r[15] - base < 0x20;
}

}  // namespace

std::optional<FirstFault> Simulation::first_fault(unsigned cpu) const {
    const auto fault = cpus_.at(cpu)->first_fault();
    if (!fault) return std::nullopt;
    const bool hyp = fault->to == isa::Mode::hyp, undefined = fault->kind == isa::ExceptionKind::undefined,
               data = fault->kind == isa::ExceptionKind::data_abort;
    FirstFault told;
    told.kind = undefined ? "Undefined Instruction" : data ? "Data Abort" : "Prefetch Abort";
    told.pc = fault->pc;
    told.place = describe(fault->pc, fault->from == isa::Mode::hyp);
    told.mode = isa::mode_name(fault->from);
    told.insns = fault->insns;
    if (!undefined) {
        told.status = fmt::format("{} {:#010x} ({})",
                                  hyp    ? "HSR"
                                  : data ? "DFSR"
                                         : "IFSR",
                                  fault->status, isa::fault_status_name(fault->status, fault->long_format));
        told.address = fmt::format("{}{} {:#010x}", hyp ? "H" : "", data ? "DFAR" : "IFAR", fault->address);
    } else if (hyp) {
        told.status = fmt::format("HSR {:#010x}", fault->status);
    }
    return told;
}

std::optional<Ending> Simulation::ending(unsigned cpu) {
    Processor& processor = *cpus_.at(cpu);
    if (processor.instructions() == 0) return std::nullopt;
    const isa::CpuState& s = processor.state();
    Ending ending;
    ending.pc = s.r[15];
    ending.place = describe(s.r[15], s.is_hyp());
    ending.mode = isa::mode_name(s.mode());
    ending.branch_to_self = processor.at_branch_to_self();
    ending.interruptible = isa::may_be_interrupted(s);
    ending.at_vector = at_vector(s);
    ending.fault = first_fault(cpu);
    return ending;
}

}  // namespace vtoll::core
