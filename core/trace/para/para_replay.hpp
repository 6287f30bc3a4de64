// SPDX-License-Identifier: Apache-2.0
// A trace of a native guest, replayed as the guest of the microvisor `para`: its instructions go through the timing
// model, and every sensitive event enters the live binary, which runs to its return on the same caches. What the
// para-virtualized kernel would do in place of each event is the port's choice. docs/trace-replay.md.
#pragma once

#include <tsl/robin_map.h>

#include <array>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/cpu/hooks/driver.hpp"
#include "core/scenario/simulation.hpp"
#include "core/trace/format/reader.hpp"
#include "core/trace/para/homes.hpp"
#include "core/trace/para/para_port.hpp"
#include "core/trace/replay/code_store.hpp"
#include "core/trace/replay/native_tables.hpp"
#include "core/trace/replay/operations.hpp"

namespace vtoll::core::trace {

/// What entered the microvisor, and what it cost from the exception to the return.
struct EventCost {
    u64 times = 0, insns = 0, ticks = 0;
};

class ParaReplay final : public Watcher, private StandIn {
public:
    /// Every reason to enter the microvisor.
    enum class Event : u8 {
        system_call,
        fault,
        interrupt,
        return_user,
        return_kernel,
        mask,
        space_create,
        space_switch,
        map,
        unmap,
        tlb,
        cache,
        system_register,
        device,
        timer,
        idle,
    };
    static constexpr std::size_t event_count = 16;
    static const char* event_name(Event event);

    ParaReplay(Reader& reader, Port port) : reader_(reader), port_(std::move(port)) {}

    /// Ends where the loop does; costs() are then of the loop.
    void follow(LoopMeter meter) { meter_ = std::move(meter); }

    void attach(Simulation& run) override;
    void finish(Simulation&) override;  ///< throws what stopped the replay

    const std::array<EventCost, event_count>& costs() const { return costs_; }
    void forget_costs() { costs_ = {}; }
    u64 refused() const { return refused_; }              ///< hypercalls that the microvisor answered with an error
    u64 disagreements() const { return disagreements_; }  ///< accesses that fault where the recording's did not, or not
    struct MarkerAt {
        unsigned option;
        Counts recorded, replayed;
    };
    const std::vector<MarkerAt>& markers() const { return markers_; }
    Counts began() const { return began_; }  ///< when the microvisor had started its guest

private:
    struct MapEntry {
        u32 va = 0, gpa = 0, pages = 0;  ///< struct para_map
    };
    /// One entry into the microvisor, to be made.
    struct Entry {
        Event event{};
        u32 hypercall = 0;
        std::array<u32, 3> args{};
        std::vector<MapEntry> list;  ///< args[1], args[2] say where and how many
        bool by_exception = false;   ///< instead of a hypercall:
        isa::ExceptionTaken exception{};
        isa::Fault fault;
        u32 space_of = 0;  ///< space_create: the native table that it is for
    };
    struct Space {
        u32 number = 0;
        tsl::robin_map<u32, u32> pages;  ///< the guest's virtual page -> para_map.gpa
    };

    bool playing() const override { return ready_ && !entered_; }
    void play() override;
    bool returned(const isa::CpuState&) override;
    void reached(const isa::CpuState&) override;

    void play_on();
    void enter(const Entry& entry);
    void call(Event event, u32 number, u32 a = 0, u32 b = 0, u32 c = 0);
    /// False: entries have to be made first, then the record comes again.
    bool apply(const Record& r);
    bool begin_block(const Code& code);
    bool access(const Record& r);
    bool present(u32 va);
    void system_register(const Record& r);
    void exception(const Record& r);
    void back(const Record& r);
    void status(const Record& r);
    void space_switch(u32 table);
    void descriptor(u64 pa);
    void cache(const isa::SysRegKey& key, u32 operand);
    void set_thread_register();
    void leave(u32 to);
    const isa::Op* op(const Record& r) const { return &block_->op(r.index); }
    void flush();
    void store_shared(const isa::Op* op, u32 offset, u32 value);
    u32& shared(u32 offset);
    u32 here(u32 va, u64 pa);
    u32 home(u32 va);
    struct UserPage {
        u32 gpa = 0;           ///< as the recorded machine has it: an entry of PARA_MAP, 0 for nothing
        bool present = false;  ///< the microvisor has the same
    };
    UserPage& user_page(u32 va);  ///< in the current space

    Reader& reader_;
    Port port_;
    LoopMeter meter_;
    Simulation* run_ = nullptr;
    std::unique_ptr<Driver> driver_;
    std::unique_ptr<CodeStore> code_;
    std::function<void(isa::Decoding&)> adapt_;  ///< the kernel's instructions to the microvisor's guest
    NativeTables native_;  ///< the recorded machine's translation, as far as the trace has told it

    bool ready_ = false, entered_ = false, over_ = false;
    std::exception_ptr error_;
    u32 call_at_ = 0, entry_at_ = 0, list_at_ = 0;
    u64 shared_pa_ = 0, list_pa_ = 0;

    std::deque<Entry> entries_;
    Entry entered_by_;
    Counts entered_at_;
    bool held_ = false;
    Record record_;
    const Block* block_ = nullptr;
    bool left_ = true;
    bool wound_back_ = false;  ///< the block waits in front of an access
    Code running_;
    bool in_user_ = false;  ///< the live guest's half
    bool masked_ = true;
    isa::Fault fault_;

    tsl::robin_map<u32, Space> spaces_;  ///< by the native TTBR0
    u32 current_ = 0;
    struct Change {
        u32 table, page, gpa;
    };
    std::vector<Change> batch_;
    tsl::robin_map<u64, UserPage> pages_;  ///< by space and page, since tables last changed
    Homes homes_;
    u32 thread_register_ = 0, thread_register_set_ = 0;  ///< TPIDRURO: of the recording, and of the microvisor
    u32 cache_from_ = 0, cache_to_ = 0;

    std::array<EventCost, event_count> costs_{};
    u64 refused_ = 0, disagreements_ = 0;
    std::vector<MarkerAt> markers_;
    Counts began_;
};

}  // namespace vtoll::core::trace
