// SPDX-License-Identifier: Apache-2.0
// Caches of intermediate results of walks: where a table is, and what stage 2 makes of an IPA. They hold nothing that
// TLB maintenance would not remove as well (ARM DDI 0406C §B3.9: intermediate results may be cached, under the
// same rules of maintenance as the final ones).
#pragma once

#include <vector>

#include "isa/types.hpp"
#include "mmu/attributes.hpp"
#include "mmu/permissions.hpp"
#include "mmu/regime.hpp"

namespace vtoll::mmu {

/// What stage 2 makes of one page or block of intermediate physical addresses.
struct Stage2Mapping {
    u64 ipa_base = 0;
    u64 pa_base = 0;
    u8 bits = 0;
    u8 level = 0;
    Stage2Permissions permissions;
    MemAttr attr;
};

/// What the upper levels of a stage-1 walk lead to: the table of level `level`, and what the tables above it impose.
struct TablePointer {
    u64 pa = 0;    ///< physical address of the table: its own stage-2 translation is done
    u8 level = 0;  ///< level of the descriptors in that table: 2 or 3
    u8 domain = 0;
    bool pxn = false, xn = false;                     ///< PXNTable, XNTable, or PXN of a short first-level descriptor
    bool read_only = false, no_unprivileged = false;  ///< APTable
    Cacheability allowed{true, true};                 ///< what stage 2 allows of its page
};

struct WalkCacheStats {
    u64 table_hits = 0, table_misses = 0;
    u64 stage2_hits = 0, stage2_misses = 0;
};

class WalkCaches {
public:
    /// Number of entries, rounded up to a power of two; 0 turns a cache off.
    WalkCaches(unsigned table_entries, unsigned stage2_entries);

    /// Deepest known table on the way to `va`, or nullptr.
    const TablePointer* find_table(const Selection& select, u32 va);
    void add_table(const Selection& select, u32 va, const TablePointer& table);

    const Stage2Mapping* find_stage2(u8 vmid, u64 ipa);
    void add_stage2(u8 vmid, const Stage2Mapping& mapping);

    void drop_all();
    void drop_hyp();
    void drop_nonhyp();
    void drop_vmid(u8 vmid);
    void drop_asid(u8 vmid, u8 asid);
    /// Whatever leads to `va`, for any ASID: a table may hold global and other entries side by side.
    void drop_va(u8 vmid, u32 va);
    void drop_va_hyp(u32 va);

    const WalkCacheStats& stats() const { return stats_; }

private:
    struct TableEntry {
        u64 tag = 0;  ///< 0: empty
        TablePointer table;
    };
    struct Stage2Entry {
        u64 tag = 0;
        Stage2Mapping mapping;
    };

    template <class Predicate>
    void drop_tables_if(Predicate matches);
    TableEntry& table_slot(u32 va, unsigned shift, u8 vmid);
    const Stage2Entry* probe_stage2(u8 vmid, u64 ipa, u8 size_bits) const;

    std::vector<TableEntry> tables_;
    std::vector<Stage2Entry> stage2_;
    WalkCacheStats stats_;
};

}  // namespace vtoll::mmu
