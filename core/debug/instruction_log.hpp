// SPDX-License-Identifier: Apache-2.0
// A diffable log: one line per executed instruction, with what it changed.
//
//   12 0 hyp 40010004 e3a01001 mov r1, #1 | r1=00000001
//
// Columns: instructions executed so far on this processor (this one included), its number, the mode it left behind,
// address, encoding, assembler text, then the registers whose value changed. No times: the same program gives the same
// log on every timing rung.
#pragma once

#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "core/scenario/simulation.hpp"

namespace vtoll::core {

class InstructionLog : public Watcher {
public:
    explicit InstructionLog(const std::string& path);  ///< throws InputError when the file can't be made
    void attach(Simulation& run) override;
    void finish(Simulation& run) override;

private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    struct Before {
        std::array<u32, 15> r{};
        u32 cpsr = 0;
    };

    void line(unsigned cpu, const isa::CpuState& s, const isa::Op& op, bool thumb, Counts after);

    std::unique_ptr<std::FILE, Close> file_;
    std::vector<Before> before_;
};

}  // namespace vtoll::core
