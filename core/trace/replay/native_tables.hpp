// SPDX-License-Identifier: Apache-2.0
// The recorded machine's translation tables and registers, as a trace tells them: never seen by the replaying machine.
#pragma once

#include <tsl/robin_map.h>

#include "isa/state/cpu_state.hpp"
#include "mmu/walk.hpp"

namespace vtoll::core::trace {

class NativeTables final : private mmu::DescriptorReader {
public:
    isa::SysRegs sys;
    u64 ram_begin = 0, ram_end = ~u64{0};  ///< user pages are in memory; anything else is no page

    void set(u64 pa, u32 value) { words_[pa & ~u64{3}] = value; }
    u32 at(u64 pa) const {
        const auto it = words_.find(pa & ~u64{3});
        return it == words_.end() ? 0 : it->second;
    }
    mmu::Walk walk(u32 va, isa::Privilege pl, mmu::AccessType type) {
        return mmu::walk(mmu::regime_of(sys, pl), va, type, *this);
    }
    /// What User mode may do with the page at `va`: an entry of PARA_MAP, 0 for nothing.
    u32 user_page(u32 va) {
        if (!(sys.sctlr & isa::sctlr::M)) return 0;
        const mmu::Walk w = walk(va, isa::Privilege::pl0, mmu::AccessType::read);
        if (!w.mapped) return 0;
        note(w, va);
        // A kernel shuts the user's domain while it runs (Linux: CONFIG_CPU_SW_DOMAIN_PAN): the page stays the user's.
        constexpr u32 all_clients = 0x5555'5555;
        const u32 rights = mmu::stage1_rights(w.stage1, {.privileged = false, .dacr = sys.dacr | all_clients}).rights;
        if (w.pa < ram_begin || w.pa >= ram_end) return 0;
        return rights & 1 ? (static_cast<u32>(w.pa) & ~u32{0xfff}) | rights : 0;
    }
    /// A walk for `va` reads the descriptor at `pa`.
    bool leads_to(u32 va, u64 pa) {
        if (!(sys.sctlr & isa::sctlr::M)) return false;
        const mmu::Walk w = walk(va, isa::Privilege::pl0, mmu::AccessType::read);
        for (unsigned i = 0; i < w.count; ++i)
            if (w.descriptors[i].address == (pa & ~u64{3})) return true;
        return false;
    }
    /// Whose second-level table holds the descriptor at `pa`: the first level's address, and the page it is for.
    struct Owner {
        u32 table, va;
    };
    const Owner* owner(u64 pa, Owner& out) const {
        const auto it = second_.find(pa >> 10);
        if (it == second_.end()) return nullptr;
        out = {it->second.table, it->second.va | static_cast<u32>(pa >> 2 & 0xff) << 12};
        return &out;
    }
    void note(const mmu::Walk& w, u32 va) {
        if (w.count == 2 && w.descriptors[1].size == 4)
            second_[w.descriptors[1].address >> 10] = {static_cast<u32>(sys.ttbr0), va & ~u32{0xf'ffff}};
    }

private:
    bool read32(u64 pa, u32& value) override {
        value = at(pa);
        return true;
    }
    bool read64(u64 pa, u64& value) override {
        value = u64(at(pa + 4)) << 32 | at(pa);
        return true;
    }

    tsl::robin_map<u64, u32> words_;
    tsl::robin_map<u64, Owner> second_;
};

}  // namespace vtoll::core::trace
