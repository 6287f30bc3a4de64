// SPDX-License-Identifier: Apache-2.0
// The two machines of a comparison and the memory they share (code) or hold twice (data).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/differential/oracle.hpp"
#include "tests/differential/vtoll_side.hpp"

namespace vtoll::differential {

class Bench {
public:
    Bench(const OracleKind&, u64 seed_of_memory);

    struct Outcome {
        bool agree;
        bool not_compared;  ///< the oracle can't tell
        bool unknown;       ///< the oracle took the instruction for UNDEFINED or UNPREDICTABLE
        MachineState ours, theirs;
        std::string report;
    };
    Outcome run(const Program&);

    void renew_oracle();
    /// Reasons of the tolerances that no program has needed.
    std::vector<std::string_view> idle_tolerances() const;

    /// Address of the slot for program `n`.
    static u32 slot(u64 n) { return map::code_base + static_cast<u32>(n % map::slots) * map::slot_size; }

private:
    std::vector<u8> code_, filler_;
    DataImage image_, ours_, theirs_;
    std::unique_ptr<VtollSide> vtoll_;
    std::unique_ptr<Oracle> oracle_;
    std::vector<bool> used_;    ///< by slot: the oracle has run code there
    std::vector<bool> needed_;  ///< by tolerance
};

}  // namespace vtoll::differential
