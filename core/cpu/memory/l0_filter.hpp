// SPDX-License-Identifier: Apache-2.0
// The table in front of a processor's memory (isa/exec/memory/memory.hpp looks things up in it). With a core model it
// is kept a subset of what L1D and the data micro TLB hold, so that a hit there needs neither of them.
#pragma once

#include <bit>

#include "isa/state/cpu_state.hpp"

namespace vtoll::core {

class L0Filter {
public:
    explicit L0Filter(isa::CpuState& state) : s_(state) {}

    void clear() { s_.l0.fill({}); }
    /// Takes write access to a page of host memory back.
    void drop_writes(const u8* host_page) {
        for (isa::L0Entry& e : s_.l0) {
            if (e.write_tag == isa::L0Entry::no_tag) continue;
            const u8* host = e.host + (static_cast<u32>(e.write_tag) & ~u32{0xfff});
            if (host == host_page) e.write_tag = isa::L0Entry::no_tag;
        }
    }
    /// Everything of a page of host memory.
    void drop_host_page(const u8* host_page) {
        for (isa::L0Entry& e : s_.l0) {
            const u64 tag = e.read_tag != isa::L0Entry::no_tag ? e.read_tag : e.write_tag;
            if (tag == isa::L0Entry::no_tag) continue;
            if (e.host + (static_cast<u32>(tag) & ~u32{0xfff}) == host_page)
                e.read_tag = e.write_tag = isa::L0Entry::no_tag;
        }
    }
    /// A page (by its tag) has left the micro TLB. `filled`: bit n for bytes 64n..64n+63, where there may be entries.
    void drop_page(u64 tag, u64 filled) {
        for (; filled; filled &= filled - 1) {
            const u32 first = static_cast<u32>(tag) | static_cast<u32>(std::countr_zero(filled)) << 6;
            for (u32 va = first; va < first + 64; va += 1u << s_.l0_shift) {
                isa::L0Entry& e = s_.l0_entry(va);
                if ((e.read_tag & ~u64{0xfff}) == tag) e.read_tag = isa::L0Entry::no_tag;
                if ((e.write_tag & ~u64{0xfff}) == tag) e.write_tag = isa::L0Entry::no_tag;
            }
        }
    }

    /// The same of a block of pages, named by the bits of `mask` in the tag.
    void drop_block(u64 tag, u64 mask) {
        for (isa::L0Entry& e : s_.l0) {
            if ((e.read_tag & mask) == tag) e.read_tag = isa::L0Entry::no_tag;
            if ((e.write_tag & mask) == tag) e.write_tag = isa::L0Entry::no_tag;
        }
    }

private:
    isa::CpuState& s_;
};

}  // namespace vtoll::core
