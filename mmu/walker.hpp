// SPDX-License-Identifier: Apache-2.0
// The state of one walk while it goes on. Private to mmu/.
#pragma once

#include "mmu/walk.hpp"
#include "mmu/walk_cache.hpp"

namespace vtoll::mmu {

class Walker {
public:
    Walker(const Regime& regime, u32 va, AccessType type, DescriptorReader& reader, WalkCaches* caches, Walk& out);

    // Every function that returns bool returns false with the fault set.
    bool stage1();
    /// Translation and Access flag faults only; permissions are the caller's. `table_access`: for a stage-1 walk.
    bool stage2(u64 ipa, bool table_access, Stage2Mapping& m);
    bool fail_stage2(isa::FaultKind kind, unsigned level, u64 ipa, bool table_access);

private:
    bool fail(isa::FaultKind kind, unsigned level);
    void stage1_off();
    bool stage1_short();
    void section(u32 descriptor);
    void short_permissions(unsigned ap);
    MemAttr short_attr(unsigned tex, u32 descriptor, bool s) const;
    bool stage1_long();
    bool long_root(u64& base, unsigned& level, unsigned& top_bit);
    bool check_stage1();

    Cacheability short_tables(u32 ttbr) const;
    Cacheability long_tables() const;
    bool takes_ttbr1() const;
    bool table_address(u64 ipa, u64& pa);
    bool fetch32(u64 pa, unsigned level, u32& value);
    bool fetch64(u64 pa, unsigned level, u64& value);
    void record(u64 address, u64 value, unsigned stage, unsigned level, unsigned size, Cacheability memory);

    const Regime& regime_;
    const u32 va_;
    const AccessType type_;
    DescriptorReader& reader_;
    WalkCaches* const caches_;
    Walk& out_;
    Cacheability tables_{};   ///< of stage 1's tables, by its registers
    Cacheability allowed_{};  ///< what stage 2 allows of the one to be read next
};

}  // namespace vtoll::mmu
