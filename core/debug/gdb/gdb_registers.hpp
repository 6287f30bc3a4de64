// SPDX-License-Identifier: Apache-2.0
// The registers GDB is told of, in the order of their numbers: the core's and VFP's under the names GDB knows, then
// what only this machine shows it: banked registers of every mode, and the system registers by their names in the
// manual.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "isa/state/cpu_state.hpp"

namespace vtoll::core {

struct GdbRegister {
    std::string name, type, group;
    const char* feature;
    unsigned bits;
    std::function<u64(const isa::CpuState&)> read;
    /// False: not a value this register can have. Absent: read-only, or a write does more than keep a value.
    std::function<bool(isa::CpuState&, u64)> write;
};

class GdbRegisters {
public:
    GdbRegisters(const isa::Features& features, const isa::Identity& identity);

    std::size_t size() const { return registers_.size(); }
    /// How many come in the answer to `g`; GDB asks for the others one by one.
    std::size_t general() const { return general_; }
    const GdbRegister& at(std::size_t number) const { return registers_.at(number); }
    /// The target description: "Target Description Format" in GDB's manual.
    std::string description() const;

private:
    void add_core();
    void add_vfp(unsigned doubles);
    void add_banked(bool hyp);
    void add_system(const isa::Features& features);
    void add_timers(bool hyp);

    std::vector<GdbRegister> registers_;
    std::size_t general_ = 0;
};

}  // namespace vtoll::core
