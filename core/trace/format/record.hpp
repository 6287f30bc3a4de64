// SPDX-License-Identifier: Apache-2.0
// What a trace says, decoded: one record after the other, in the order in which the processor did it. The bytes are
// described in docs/trace-format.md.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/seam/block_key.hpp"
#include "core/seam/observer.hpp"
#include "core/seam/trace_sink.hpp"
#include "isa/env.hpp"
#include "isa/types.hpp"

namespace vtoll::core::trace {

/// Instructions in a row that were run many times: said once in a chunk.
struct Code {
    BlockKey key;
    u32 insns = 0;
    std::string bytes;
};

enum class Kind : u8 {
    code = 1,     ///< defines the next Code of the chunk; never handed out by Reader
    block,        ///< `code` runs
    access,       ///< a data access of instruction `index` of the block
    register_,    ///< MCR, MCRR by instruction `index`: `value` is about to be written
    psr,          ///< MSR, CPS, SETEND by instruction `index`: `value` are bits 15..0 of the new CPSR
    interrupted,  ///< the block ends at instruction `index`, after it when `completed`
    exception,
    returned,  ///< from an exception: to `va`, with the CPSR `value`
    called,    ///< instruction `index` called what is around the processor
    slept,     ///< WFI, WFE: `value` ticks
    marker,    ///< DBG #`value` by instruction `index`, or a trigger in front of the next block (no_index)
    table,     ///< the walker reads `value` (of `size` bytes) at `pa`: said before it does, when it is news
    state,     ///< a system register (`va`: SysRegKey::number()) has `value` where the trace begins
};
inline constexpr u8 last_kind = static_cast<u8>(Kind::state);
inline constexpr u8 no_index = 0xff;

struct Record {
    Kind kind{};
    u8 index = 0;  ///< of the instruction in the block
    bool completed = false;
    bool for_event = false;  ///< slept: WFE
    bool has_value = false;  ///< access: access.value is known (of a device, or written to a translation table)
    u8 size = 0;             ///< table: 4 or 8
    u32 va = 0;
    u64 pa = 0;
    u64 value = 0;  ///< of a system call: r7, where Linux's programs have its number
    const Code* code = nullptr;
    MemoryAccess access;
    isa::ExceptionTaken exception{};
    isa::Mode from = isa::Mode::usr;
    TraceSink::Call call{};
    Counts at;  ///< marker: of the recording so far
};

inline bool is_system_call(const Record& r) {
    return r.kind == Kind::exception && r.exception.kind == isa::ExceptionKind::svc;
}

/// `state` records below this number are system registers; these are not.
namespace state_of {
constexpr u32 cpsr = 0xffff'0000, fpexc = 0xffff'0001;
}

/// Where a trace stands: what comes before a chunk, and at the end what all of it is.
struct Totals {
    u64 insns = 0, ticks = 0, records = 0;
    bool operator==(const Totals&) const = default;
};

inline constexpr u32 version = 1;
inline constexpr char magic[8] = {'V', 'T', 'O', 'L', 'L', 'T', 'R', 'C'};
inline constexpr u32 header_chunk = 0x44414548, data_chunk = 0x41544144, index_chunk = 0x58444e49;  // HEAD DATA INDX

}  // namespace vtoll::core::trace
