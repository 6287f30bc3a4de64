// SPDX-License-Identifier: Apache-2.0
// What the processor asks of the machine around it. Called on slow paths only: L0 misses, exceptions,
// system-register side effects. The machine (core/cpu) implements it; unit tests implement small ones.
#pragma once

#include "isa/fault.hpp"
#include "isa/op.hpp"
#include "isa/state/modes.hpp"
#include "isa/system_cost.hpp"
#include "isa/types.hpp"

namespace vtoll::isa {

/// Result of a load: small enough to come back in registers.
struct Loaded {
    u32 value;
    bool fault;  ///< an exception was taken: the handler returns nullptr at once
};
struct Loaded64 {
    u64 value;
    bool fault;
};

enum class TlbOp : u8 {
    all,
    mva,
    asid,
    mva_all_asid,  // TLBIALL, TLBIMVA, TLBIASID, TLBIMVAA (of the current VMID)
    all_hyp,
    mva_hyp,
    all_nonsecure_nonhyp,  // TLBIALLH, TLBIMVAH, TLBIALLNSNH
};
enum class TlbSide : u8 { unified, instruction, data };

/// ATS* operations, ARM DDI 0406C §B3.18.
struct AtsOp {
    enum Stage : u8 { stage1_current, stages12, hyp } stage;
    bool user, write;
};

/// Maintenance of caches and branch predictors, ARM DDI 0406C §B4.2.1.
struct CacheOp {
    enum class Target : u8 { instruction, predictor, data };
    enum class By : u8 { all, address, set_way };
    Target target;
    By by = By::all;
    bool clean = false, invalidate = false;
    bool to_unification = false;  ///< by address: to the point of unification instead of coherency
    bool broadcast = false;       ///< to the Inner Shareable domain whatever the attributes

    friend bool operator==(const CacheOp&, const CacheOp&) = default;
};
namespace cache_op {
using enum CacheOp::Target;
using enum CacheOp::By;
inline constexpr CacheOp ICIALLU{.target = instruction, .invalidate = true},
    ICIALLUIS{.target = instruction, .invalidate = true, .broadcast = true},
    ICIMVAU{.target = instruction, .by = address, .invalidate = true}, BPIALL{.target = predictor, .invalidate = true},
    BPIALLIS{.target = predictor, .invalidate = true, .broadcast = true},
    BPIMVA{.target = predictor, .by = address, .invalidate = true},
    DCIMVAC{.target = data, .by = address, .invalidate = true}, DCCMVAC{.target = data, .by = address, .clean = true},
    DCCMVAU{.target = data, .by = address, .clean = true, .to_unification = true},
    DCCIMVAC{.target = data, .by = address, .clean = true, .invalidate = true},
    DCISW{.target = data, .by = set_way, .invalidate = true}, DCCSW{.target = data, .by = set_way, .clean = true},
    DCCISW{.target = data, .by = set_way, .clean = true, .invalidate = true};
}  // namespace cache_op

/// What a memory hint says will be needed soon: PLD, PLDW, PLI.
enum class Preload : u8 { read, write, instruction };

enum class Timer : u8 { physical, virt, hyp };
enum class TimerReg : u8 { cval, tval, ctl };

/// Exception kinds in the order of the vector tables; `hyp_trap` is vector 0x14 in Hyp mode.
enum class ExceptionKind : u8 {
    reset,
    undefined,
    svc,
    smc,
    hvc,
    hyp_trap,
    prefetch_abort,
    data_abort,
    virtual_abort,
    irq,
    virtual_irq,
    fiq,
    virtual_fiq,
};

struct ExceptionTaken {
    ExceptionKind kind;
    Mode from, to;
    u32 hsr;               ///< valid when `to` is Hyp
    u32 vector;            ///< address of the vector
    u32 preferred_return;  ///< the preferred return address (before LR adjustment)
};

/// An access to a system register that was made in Hyp mode, for whoever keeps books.
struct RegisterAccess {
    /// What became of the register: of an operation or a device behind it, nobody can tell.
    enum class Effect : u8 { unknown, none, changed };
    u16 number = 0;  ///< see booked_register()
    bool write = false;
    Effect effect = Effect::unknown;  ///< of a write
    u64 value = 0;
};

class Env {
public:
    virtual ~Env() = default;

    // --- memory: everything the L0 table can't serve. `size` in bytes: 1, 2, 4. Value zero-extended, in
    // register (not memory) byte order. On a fault the exception has been taken when they return.
    virtual Loaded load(const Op* op, u32 va, unsigned size) = 0;
    virtual bool store(const Op* op, u32 va, unsigned size, u32 value) = 0;  ///< false: fault
    /// Doubleword single-copy-atomic access (LDREXD/STREXD; LDRD/STRD with LPAE). `va` must be 8-byte aligned.
    virtual Loaded64 load64(const Op* op, u32 va) = 0;
    virtual bool store64(const Op* op, u32 va, u64 value) = 0;
    /// Exclusive monitor: address the last LDREX of this processor marked, by physical address.
    virtual void mark_exclusive(const Op* op, u32 va, unsigned size) = 0;
    /// True: the monitor allows the store (it is cleared either way). Check of translation included: `fault`.
    virtual Loaded check_exclusive(const Op* op, u32 va, unsigned size) = 0;
    virtual void clear_exclusive() = 0;
    /// A hint: whatever comes of it, no register, no memory and no exception does.
    virtual void preload(const Op*, u32, Preload) {}

    // --- books
    /// Give back what the current block was charged in advance for instructions after `op`; with
    /// `completed` false, for `op` too. Called first by every exception that is taken in mid-block.
    virtual void unwind(const Op* op, bool completed) = 0;
    virtual void exception_taken(const ExceptionTaken&) = 0;
    virtual void exception_returned(Mode from, Mode to) = 0;
    virtual void marker(const Op* op, unsigned option) = 0;  ///< DBG #option
    virtual void register_accessed(const Op*, const RegisterAccess&) {}

    // --- context
    /// Translation or privilege context changed by something other than a mode change (SCTLR, TTBR, HCR, ...).
    virtual void context_changed() = 0;
    /// PSR masks, HCR routing bits or virtual interrupt bits changed: interrupts may have become takeable.
    virtual void interrupts_changed() = 0;
    virtual void tlb_maintenance(const Op* op, TlbOp, TlbSide, u32 operand, bool broadcast) = 0;
    virtual void barrier(const Op*, SystemCost) {}       ///< DSB, DMB
    virtual u64 address_translation(AtsOp, u32 va) = 0;  ///< PAR value; ARM DDI 0406C §B4.1.112. May set `fault_`
    virtual bool cache_maintenance(const Op*, CacheOp, u32 operand) = 0;  ///< false: an abort was taken

    // --- time
    virtual u64 counter_physical(const Op* op) = 0;
    virtual u64 counter_virtual_offset() = 0;
    virtual void set_counter_virtual_offset(u64) = 0;
    virtual u64 timer_read(const Op* op, Timer, TimerReg) = 0;
    virtual void timer_write(const Op* op, Timer, TimerReg, u64 value) = 0;
    virtual u64 cycle_count(const Op* op) = 0;
    /// Performance monitor events by their architectural numbers (ARM DDI 0406C §C12.8): how many so far.
    virtual bool counts_event(u32) const { return false; }
    virtual u64 event_count(const Op*, u32) { return 0; }
    virtual void counters_changed() {}  ///< isa/sysregs/performance.hpp: the next overflow or the interrupt

    // --- events
    virtual void wait_for_interrupt() = 0;  ///< WFI that was not trapped: sleep from the next instruction on
    virtual void wait_for_event() = 0;
    virtual void send_event() = 0;
    /// Firmware call by SMC or HVC where the machine's firmware is the conduit (PSCI). False: not ours.
    virtual bool firmware_call(const Op* op, bool smc) = 0;
    virtual bool semihosting_call(const Op* op) = 0;  ///< false: semihosting is off, take the SVC
};

}  // namespace vtoll::isa
