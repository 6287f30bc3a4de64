// SPDX-License-Identifier: Apache-2.0
// What a memory access that failed tells the exception code. Made by mmu/, consumed by isa/exec/exceptions.
#pragma once

#include "isa/types.hpp"

namespace vtoll::isa {

/// Kinds of MMU fault; the status code follows from kind, level and the format in use
/// (ARM DDI 0406C tables B3-23 short descriptors, B3-24 long descriptors).
enum class FaultKind : u8 {
    none,
    alignment,
    debug,
    icache_maintenance,
    translation,
    access_flag,
    domain,
    permission,
    sync_external,
    sync_external_walk,
    async_external,
    tlb_conflict,
};

struct Fault {
    FaultKind kind = FaultKind::none;
    u8 level = 0;                    ///< 1..3: level of the walk that failed
    u8 domain = 0;                   ///< short descriptors
    bool write = false;              ///< the access was a write (cache maintenance counts as a write)
    bool cache_maintenance = false;  ///< HSR.ISS.CM
    bool stage2 = false;             ///< the fault is a stage-2 fault: taken to Hyp mode
    bool s1ptw = false;              ///< stage-2 fault on the access of a stage-1 walk
    bool external_slave = false;     ///< ExT bit
    u32 va = 0;
    u64 ipa = 0;  ///< for stage-2 faults: goes to HPFAR

    explicit operator bool() const { return kind != FaultKind::none; }
};

/// DFSR/IFSR status field, short-descriptor format: FS[4] at bit 10, FS[3:0] (ARM DDI 0406C table B3-23).
u32 fault_status_short(const Fault& f);
/// Status field, long-descriptor format, as used by DFSR.LPAE=1 and by HSR.ISS (table B3-24).
u32 fault_status_long(const Fault& f);

}  // namespace vtoll::isa
