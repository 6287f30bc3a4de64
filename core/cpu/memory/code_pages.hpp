// SPDX-License-Identifier: Apache-2.0
// Which memory holds code that somebody has decoded, this processor or another. Instruction fetch sees every store at
// once, of whichever processor: more than ARM DDI 0406C §A3.5.4 asks of hardware, where software cleans and invalidates
// by ICIMVAU and ICIALLUIS first.
#pragma once

#include <tsl/robin_set.h>

#include "core/cpu/blocks/block_cache.hpp"
#include "core/seam/cpu_if.hpp"

namespace vtoll::core {

class CodePages {
public:
    CodePages(unsigned cpu, BlockCache& blocks, MachineIf& machine) : cpu_(cpu), blocks_(blocks), machine_(machine) {}

    bool holds(u64 pa) const {
        return blocks_.page_has_code(pa) || (!elsewhere_.empty() && elsewhere_.contains(pa >> 12));
    }
    /// This processor has decoded code there.
    void decoded(u64 pa) { machine_.code_decoded(cpu_, pa); }
    /// This processor wrote [pa, pa+bytes), within a page that holds code.
    void written(u64 pa, u32 bytes) {
        blocks_.written(pa, bytes);
        tell_others(pa, bytes);
    }
    /// Somebody else did, in any page.
    void written_from_outside(u64 pa, u32 bytes) {
        if (blocks_.page_has_code(pa)) blocks_.written(pa, bytes);
    }
    void tell_others(u64 pa, u32 bytes) {
        const auto page = elsewhere_.find(pa >> 12);
        if (page != elsewhere_.end() && machine_.code_written(cpu_, pa, bytes)) elsewhere_.erase(page);
    }
    /// Another processor has decoded code there. True when that is news.
    bool add_elsewhere(u64 pa) { return elsewhere_.insert(pa >> 12).second; }

private:
    unsigned cpu_;
    BlockCache& blocks_;
    MachineIf& machine_;
    tsl::robin_set<u64> elsewhere_;  ///< numbers of pages
};

}  // namespace vtoll::core
