// SPDX-License-Identifier: Apache-2.0
#include "core/debug/instruction_log.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "isa/encodings/printer.hpp"

namespace vtoll::core {

InstructionLog::InstructionLog(const std::string& path) : file_(std::fopen(path.c_str(), "w")) {
    if (!file_) throw InputError("--log " + path + ": can't be written: " + std::strerror(errno));
}

void InstructionLog::attach(Simulation& run) {
    before_.resize(run.machine().config().cpus);
    for (unsigned i = 0; i < before_.size(); ++i) {
        const isa::CpuState& s = run.cpu(i).state();
        std::copy_n(s.r.begin(), before_[i].r.size(), before_[i].r.begin());
        before_[i].cpsr = s.cpsr();
        run.cpu(i).set_instruction_hook([this, i](const isa::CpuState& state, const isa::Op& op, bool thumb,
                                                  Counts after) { line(i, state, op, thumb, after); });
    }
}

void InstructionLog::finish(Simulation&) { std::fflush(file_.get()); }

void InstructionLog::line(unsigned cpu, const isa::CpuState& s, const isa::Op& op, bool thumb, Counts after) {
    const isa::InstrSet set = !thumb ? isa::InstrSet::a32 : op.len == 2 ? isa::InstrSet::t16 : isa::InstrSet::t32;
    const isa::DecodeContext context{op.pc, isa::Privilege::pl2, op.itstate, &s.features};
    fmt::memory_buffer text;
    auto out = std::back_inserter(text);
    fmt::format_to(out, "{} {} {} {:08x} {:0{}x} {} |", after.insns, cpu, isa::mode_name(s.mode()), op.pc, op.raw,
                   op.len * 2, isa::disassemble(set, op.raw, context));
    Before& before = before_[cpu];
    for (unsigned n = 0; n < before.r.size(); ++n) {
        if (s.r[n] == before.r[n]) continue;
        fmt::format_to(out, " {}={:08x}", isa::register_name(n), s.r[n]);
        before.r[n] = s.r[n];
    }
    // IT bits follow from the instruction stream.
    const u32 cpsr = s.cpsr() & ~isa::psr::IT;
    if (cpsr != before.cpsr) fmt::format_to(out, " cpsr={:08x}", cpsr);
    before.cpsr = cpsr;
    text.push_back('\n');
    std::fwrite(text.data(), 1, text.size(), file_.get());
}

}  // namespace vtoll::core
