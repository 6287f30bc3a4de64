// SPDX-License-Identifier: Apache-2.0
// Runs blocks: finds them, links them, charges them, enters them. It is the part that a translator to host code takes
// the place of, one block at a time, by what BlockHead::fn is; a block that somebody listens to is run here.
#pragma once

#include "core/cpu/blocks/draft.hpp"
#include "core/cpu/cpu_clock.hpp"
#include "core/cpu/executor/poll_watch.hpp"
#include "core/cpu/hooks/hooks.hpp"
#include "core/cpu/memory/memory_port.hpp"
#include "core/cpu/translate/translator.hpp"
#include "core/timing/core_model.hpp"

namespace vtoll::core {

class Executor {
public:
    struct Config {
        const Pricing& pricing;
        bool use_links = true;  ///< off: every block is looked up
        u32 hot = 0;            ///< times that a block is entered before it is translated; 0: never
    };
    /// `core`: nullptr on the rungs without a core model. `polls`: nullptr on a processor that is alone.
    Executor(Config config, isa::CpuState& state, CpuClock& clock, MemoryPort& memory, BlockCache& blocks, Hooks& hooks,
             CoreModel* core, PollWatch* polls);
    Executor(const Executor&) = delete;
    Executor& operator=(const Executor&) = delete;

    /// Runs blocks until the count-down is used up.
    void run();

    // --- the one switch: how a block is run follows from who listens
    /// Somebody came or went who listens to `block`.
    void attend(Block& block);
    /// To any block.
    void attend_all();
    /// Blocks are made in another way from now on. Only when none is running.
    /// Code in this range is of another region from now on. While running, too.
    void add_region(isa::Privilege level, u32 begin, u32 end, u16 region);
    void forget_blocks();

    // --- pieces of a run, for whoever moves the processor without instructions
    /// The passes behind decode(). `block` has its slots.
    void finish(Block& block, BlockDraft& draft);
    void tell_call(const BlockDraft& draft);  ///< to who wants to know what code calls
    /// What a block is charged when it is entered.
    void charge(const BlockHead& head);
    /// Execution goes on at `target` behind the block.
    void branched(const BlockHead& head, u32 target);

    /// Counts what the predictor must tell from a branch: a load of the PC that faults is none.
    void exception_taken() { ++exceptions_; }
    u64 exceptions() const { return exceptions_; }

private:
    template <bool Debugged>
    void run_blocks();
    Block* enter();
    Block* find();
    Block* build(const BlockKey& key, const u8* host_page);
    Block* build_single(const BlockKey& key);
    void link(const isa::Op* from, const Block& to);
    void take_pending_interrupt();

    isa::Handler plain_entry(const Block& block) const;
    isa::Handler unwatched_entry(const Block& block) const;
    static const isa::Op* enter_cold(isa::CpuState& s, const isa::Op* op);
    void translate(Block& block);
    Translator::Calls calls();
    template <bool Booked, bool Modelled>
    static bool goes_on(const isa::CpuState& s, const BlockHead& head);
    template <bool Modelled>
    static void charge_price(isa::CpuState& s, const BlockHead& head);
    static void book_system(const BlockHead& head);
    template <bool Booked, bool Modelled>
    void charge_as(const BlockHead& head);
    template <bool Booked, bool Modelled>
    static const isa::Op* enter_plain(isa::CpuState& s, const isa::Op* op);
    template <bool Booked>
    static const isa::Op* enter_system(isa::CpuState& s, const isa::Op* op);
    template <bool Booked, bool Modelled>
    static const isa::Op* enter_seldom(isa::CpuState& s, const isa::Op* op);
    static const isa::Op* enter_watched(isa::CpuState& s, const isa::Op* op);
    const isa::Op* run_watched(Block& block);
    void copy_for_watching(Block& block);
    void place_stops(Block& block);
    u32 last_branch(const isa::Op& op, const BlockHead& head, bool taken, u32 target);
    template <bool MayFault>
    static const isa::Op* predicted(isa::CpuState& s, const isa::Op* op);
    template <bool Taken>
    static void told(isa::CpuState& s, const isa::Op* op);
    static void told_computed(isa::CpuState& s, const isa::Op* op);
    static void place_predictor(Block& block);
    template <bool Predicted>
    static const isa::Op* closing_loop(isa::CpuState& s, const isa::Op* op);
    void place_poll_watch(Block& block);

    const Config config_;
    isa::CpuState& s_;
    CpuClock& clock_;
    MemoryPort& memory_;
    BlockCache& blocks_;
    Hooks& hooks_;
    CoreModel* core_;
    PollWatch* polls_;
    u64 exceptions_ = 0;
    std::optional<Translator> translator_;
    Block single_;  ///< code that can't be cached: devices, page-crossing instructions
    std::array<BlockSlot, 3> single_slots_, single_watched_;
};

}  // namespace vtoll::core
