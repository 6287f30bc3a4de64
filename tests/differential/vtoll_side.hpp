// SPDX-License-Identifier: Apache-2.0
// vtoll's instruction set: decode, run, look at where it went. By its handlers, one instruction at a time, without an
// engine or blocks; or by somebody else.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "isa/encodings/encoding.hpp"
#include "tests/differential/flat_env.hpp"
#include "tests/differential/machine_state.hpp"
#include "tests/differential/program.hpp"

namespace vtoll::differential {

/// Runs instructions in another way.
class Runner {
public:
    virtual ~Runner() = default;
    /// Some of the instructions in `code`, which is at r[15]: `most` at most, at least one. Returns how many.
    virtual unsigned run(isa::CpuState&, std::span<const u8> code, unsigned most) = 0;
};

class VtollSide {
public:
    VtollSide(const std::vector<u8>& code, DataImage& data, std::unique_ptr<Runner> runner);

    /// Run the program until the program counter leaves it or an exception is taken.
    MachineState run(const Program& program, unsigned step_limit);

    isa::CpuState& state() { return *s_; }

private:
    /// One instruction, by its handler.
    void step();
    void load_state(const MachineState& m);
    MachineState save_state() const;

    const std::vector<u8>& code_;
    std::unique_ptr<isa::CpuState> s_;
    FlatEnv env_;
    std::unique_ptr<Runner> runner_;
};

/// The Cortex-A15 that Unicorn is.
const isa::Features& tested_features();

/// The instruction at `va` in `code`: its set, word and length.
struct Fetched {
    isa::InstrSet set;
    u32 raw;
    u32 length;
};
Fetched fetch(const std::vector<u8>& code, u32 va, bool thumb);

}  // namespace vtoll::differential
