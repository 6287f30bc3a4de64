// SPDX-License-Identifier: Apache-2.0
// A processor that vtoll is compared with, as the comparison sees it.
#pragma once

#include <memory>

#include "tests/differential/exclusions.hpp"
#include "tests/differential/machine_state.hpp"
#include "tests/differential/program.hpp"
#include "tests/differential/vtoll_side.hpp"

namespace vtoll::differential {

/// What may differ in any program: UNPREDICTABLE corners that the row cannot see when it is decoded (our choice is
/// documented and need not be the oracle's), and state that the oracle does not keep. A test fails when no program
/// needs it.
struct Tolerance {
    std::string_view reason;
    void (*apply)(const MachineState& ours, MachineState& theirs);  ///< makes theirs like ours there
};

class Oracle {
public:
    virtual ~Oracle() = default;

    /// Run the program, whose bytes are in the code (in a slot that was not run since the oracle was new: translations
    /// may be kept), until the program counter leaves it or an exception is due.
    virtual MachineState run(const Program&, unsigned step_limit) = 0;
    /// What follows meets a processor as after reset.
    virtual void renew() = 0;
    virtual std::span<const Tolerance> tolerances() const = 0;
    /// Whether a difference comes from what the oracle can't do. Directed tests cover these places.
    virtual bool cannot_tell(const MachineState& ours, const MachineState& theirs) const = 0;
};

/// An oracle before it is opened: what the comparison has to know of it.
struct OracleKind {
    const char* name;     ///< as messages call it, and the name of its test suite
    const char* program;  ///< the test's executable
    Level level;          ///< what its programs run at
    bool partial;         ///< it does not have every row: which, is found out by running
    u64 cases;            ///< programs of a short run
    const std::vector<Exclusion>& (*exclusions)();
    std::unique_ptr<Oracle> (*open)(const std::vector<u8>& code, DataImage& data);
    std::unique_ptr<Runner> (*runner)() = nullptr;  ///< of vtoll's side; nullptr: handlers
};

}  // namespace vtoll::differential
