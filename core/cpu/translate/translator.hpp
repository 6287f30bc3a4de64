// SPDX-License-Identifier: Apache-2.0
// Makes host code of hot blocks. The code of a block is entered as its handlers are, by BlockHead::fn: it charges the
// block as Executor::enter_plain does, runs its instructions, and leads on by the same links. What it does not know
// itself (isa::Work::by_handler, accesses that L0 does not serve) it leaves to the instruction's handler, so that
// faults, books and listeners see what they always see. Results do not depend on it.
#pragma once

#include <cstddef>
#include <memory>

#include "core/cpu/blocks/block.hpp"
#include "core/cpu/cpu_clock.hpp"
#include "core/cpu/memory/fetch_page.hpp"
#include "core/timing/core_model.hpp"

namespace vtoll::core {

class Translator {
public:
    /// What the code needs of the executor.
    struct Calls {
        using Call = void (*)(isa::CpuState&, const isa::Op*);
        Call charge = nullptr;                              ///< the block of a head: it was not here before
        Call branch_taken = nullptr, branch_not = nullptr;  ///< tells the predictor
        Call branch_computed = nullptr;                     ///< the same: it was taken to r[15]
        isa::Handler predicted = nullptr;  ///< stands in a last branch's place whose predictor the code may tell
        isa::Handler predicted_computed = nullptr;  ///< the same of a branch to an address that is computed
        isa::Handler halt = nullptr;  ///< stands behind an instruction that the code leaves to its handler
    };
    /// `core`: nullptr on the rungs without a core model.
    Translator(isa::CpuState& state, CpuClock& clock, const CoreModel* core, const FetchPages& pages,
               const Calls& calls);
    ~Translator();
    Translator(const Translator&) = delete;
    Translator& operator=(const Translator&) = delete;

    /// Whether this host can be translated for.
    static bool available();
    /// There is memory for another block's code.
    bool has_room();
    /// The code of `block`, valid until forget(). Only when there is room. `copy`: room for as many slots
    /// as the block has. `booked`: somebody wants to hear of regions.
    isa::Handler translate(const Block& block, BlockSlot* copy, bool booked);
    /// The block was looked up, for r[15] in this state: code that comes there may enter it.
    void remember(const Block& block);
    /// Drops all code. Only when none is running.
    void forget();
    /// So much that all had better be forgotten.
    bool full() const;

private:
    struct Host;
    isa::CpuState& s_;
    CpuClock& clock_;
    const CoreModel* core_;
    const FetchPages& pages_;
    const Calls calls_;
    std::unique_ptr<Host> host_;
};

}  // namespace vtoll::core
