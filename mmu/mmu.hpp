// SPDX-License-Identifier: Apache-2.0
// The memory management unit of one processor: walks behind a TLB, address translation operations, TLB maintenance.
#pragma once

#include <optional>

#include "isa/env.hpp"
#include "isa/fault.hpp"
#include "isa/state/modes.hpp"
#include "isa/state/sys_regs.hpp"
#include "mmu/attributes.hpp"
#include "mmu/permissions.hpp"
#include "mmu/tlb.hpp"
#include "mmu/walk.hpp"
#include "mmu/walk_cache.hpp"

namespace vtoll::mmu {

struct Access {
    u32 va = 0;
    bool write = false;
    bool fetch = false;
    isa::Privilege privilege = isa::Privilege::pl1;  ///< the access is made with: PL0 for LDRT and STRT at PL1
};

struct Result {
    bool ok = false;
    bool tlb_hit = false;
    bool may_read = false, may_write = false, may_exec = false;  ///< at the access's privilege, in this page
    u8 page_bits = 0;  ///< log2 of the size around the address that all of this holds for
    u64 pa = 0;
    MemAttr attr;                ///< as the access sees it: disabled caches make Normal memory Non-cacheable
    isa::Fault fault;            ///< set unless ok
    const Walk* walk = nullptr;  ///< the walk that was made, until the next call; nullptr when none was needed
};

struct MmuConfig {
    unsigned tlb_entries = 4096;
    unsigned tlb_ways = 4;
    unsigned table_entries = 64;    ///< walk cache: tables already found
    unsigned stage2_entries = 256;  ///< intermediate physical addresses already translated
    bool exits_apart = false;       ///< stand() is told who runs, and neither displaces what the other has
};

struct Statistics {
    u64 hits = 0, misses = 0;
    u64 walks = 0;  ///< misses and address translation operations
    u64 descriptors_stage1 = 0, descriptors_stage2 = 0;
    u64 faults = 0;
    u64 maintenance = 0;  ///< TLB operations
};

class Mmu {
public:
    explicit Mmu(DescriptorReader& reader, const MmuConfig& config = {});

    void translate(const isa::SysRegs& sys, const Access& access, Result& r);
    Result translate(const isa::SysRegs& sys, const Access& access) {
        Result r;
        translate(sys, access, r);
        return r;
    }

    /// ATS*, ARM DDI 0406C §B3.18: the value for PAR. `current` is the privilege the operation is executed at. When
    /// the operation itself takes an abort (a stage-2 fault on the walk of a PL1 operation, or an external abort),
    /// `abort` is set and PAR is not to be written.
    u64 address_translation(const isa::SysRegs& sys, isa::AtsOp op, u32 va, isa::Privilege current, isa::Fault* abort);

    /// One TLB operation, §B4.2.2, of the processor whose VMID is `vmid`: this one, or another that broadcasts it. The
    /// TLB is unified: operations on one side do the work of both.
    void maintain(isa::TlbOp op, isa::TlbSide side, u32 operand, u8 vmid);
    void flush_all();
    /// With exits apart: what runs from here on. An exit finds the guest's entries too; one of an exit's that the guest
    /// comes to, it has from then on.
    void stand(bool in_exit);

    const Statistics& statistics() const { return statistics_; }
    const WalkCacheStats& walk_cache_statistics() const { return held_.caches.stats(); }
    const Tlb& tlb() const { return held_.tlb; }

private:
    struct Held {
        Tlb tlb;
        WalkCaches caches;

        explicit Held(const MmuConfig& config);
        void maintain(isa::TlbOp op, u32 operand, u8 vmid);
        void drop_all();
    };

    const TlbEntry* find(u64 context, u32 va);
    void miss(const isa::SysRegs& sys, const Access& access, AccessType type, u64 context, Result& r);
    void count(const Walk& walk);

    DescriptorReader& reader_;
    Held held_;
    std::optional<Held> aside_;  ///< with exits apart: of what does not run
    bool in_exit_ = false;
    Statistics statistics_;
    Walk walk_;
};

}  // namespace vtoll::mmu
