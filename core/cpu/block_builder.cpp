// SPDX-License-Identifier: Apache-2.0
// From bytes to blocks: fetch translation, decoding, pricing, and the pseudo-ops at both ends of a block.
#include <algorithm>
#include <cstring>

#include "core/cpu/block_ends.hpp"
#include "core/cpu/cpu.hpp"
#include "isa/encodings/encoding.hpp"
#include "isa/exec/exec.hpp"
#include "isa/exec/system/exceptions.hpp"

namespace vtoll::core {

using isa::CpuState;
using isa::Op;

namespace {

// BlockKey::context
constexpr u32 ctx_thumb = 1u << 8, ctx_big_endian = 1u << 9;
constexpr unsigned ctx_pl_shift = 10;

constexpr bool same_page(u32 a, u32 b) { return ((a ^ b) & ~u32{0xfff}) == 0; }

u16 half_at(const u8* p) {
    u16 v;
    std::memcpy(&v, p, 2);
    return v;
}
u32 word_at(const u8* p) {
    u32 v;
    std::memcpy(&v, p, 4);
    return v;
}

}  // namespace

u32 Cpu::block_context() const {
    return s_.itstate | (s_.thumb ? ctx_thumb : 0) | (s_.psr & isa::psr::E ? ctx_big_endian : 0) |
           (static_cast<u32>(s_.privilege()) << ctx_pl_shift);
}

bool Cpu::is_thumb(const BlockKey& key) { return key.context & ctx_thumb; }
isa::Privilege Cpu::privilege_in(const BlockKey& key) {
    return static_cast<isa::Privilege>(key.context >> ctx_pl_shift & 3);
}

Cpu::FetchPage* Cpu::fetch_page(u32 va) {
    FetchPage& page = fetch_pages_[(va >> 12) % fetch_pages_.size()];
    const u64 tag = s_.l0_ctx_by_pl[static_cast<unsigned>(s_.privilege())] | (va & ~u32{0xfff});
    if (page.tag == tag && config_.use_l0) [[likely]]
        return &page;
    isa::Fault fault;
    FetchPage* found = fetch_page(va, fault);
    if (found) return found;
    note_leaving();
    isa::TakePrefetchAbortException(s_, fault);
    return nullptr;
}

Cpu::FetchPage* Cpu::fetch_page(u32 va, isa::Fault& fault) {
    FetchPage& page = fetch_pages_[(va >> 12) % fetch_pages_.size()];
    const u64 tag = s_.l0_ctx_by_pl[static_cast<unsigned>(s_.privilege())] | (va & ~u32{0xfff});
    if (page.tag == tag && config_.use_l0) [[likely]]
        return &page;
    if (core_)
        if (const auto it = micro_fetch_.find(tag); it != micro_fetch_.end()) {
            page = it->second;
            page.host = bus_.dmi(page.pa).host;
            return &page;
        }
    const mmu::Result r =
        mmu_.translate(s_.sys, {.va = va, .write = false, .fetch = true, .privilege = s_.privilege()});
    if (!r.ok) {
        if (core_) charge(core_->translation_failed(r.walk));
        fault = r.fault;
        return nullptr;
    }
    if (core_) charge(core_->translate_fetch(tag, r.tlb_hit ? nullptr : r.walk));
    page = {tag, r.pa & ~u64{0xfff}, bus_.dmi(r.pa).host};
    if (core_) micro_fetch_[tag] = page;
    return &page;
}

const Op* Cpu::find_block() {
    const u32 pc = s_.r[15];
    FetchPage* page = fetch_page(pc);
    if (!page) return nullptr;
    const BlockKey key{page->pa | (pc & 0xfff), pc, block_context()};
    const Op* head = blocks_.find(key);
    if (!head) [[unlikely]] {
        if (blocks_.full()) {
            blocks_.clear();
            if (debugging_) debugging_->blocks_dropped();
            s_.exit_op = nullptr;  // it lived in the arena
        }
        const u32 left = 0x1000 - (pc & 0xfff);
        head = page->host ? build_block(key, page->host + (pc & 0xfff), left) : fetch_unusual(key);
    }
    s_.itstate = 0;  // part of the key from here on: ops carry their own
    return head;
}

const Op* Cpu::build_block(const BlockKey& key, const u8* host, u32 page_left) {
    const bool thumb = s_.thumb;
    isa::DecodeContext ctx{.pc = key.va, .privilege = s_.privilege(), .itstate = s_.itstate, .features = &s_.features};
    std::array<isa::Decoding, max_block_insns> ops;
    unsigned n = 0;
    u32 offset = 0;
    const u32 region_end = regions_.empty() ? ~u32{0} : regions_.boundary_after(ctx.privilege, key.va);

    while (n < max_block_insns && offset < page_left && ctx.pc < region_end) {
        if (n && !triggers_.empty() && triggers_.contains({ctx.privilege, ctx.pc})) break;
        isa::Decoding& op = ops[n];
        u32 raw;
        unsigned len = 4;
        isa::InstrSet set = isa::InstrSet::a32;
        if (thumb) {
            raw = half_at(host + offset);
            set = isa::InstrSet::t16;
            len = 2;
            if (isa::is_thumb32(static_cast<u16>(raw))) {
                if (offset + 4 > page_left) {
                    if (n == 0) return fetch_unusual(key);
                    break;
                }
                raw = raw << 16 | half_at(host + offset + 2);
                set = isa::InstrSet::t32;
                len = 4;
            }
        } else {
            raw = word_at(host + offset);
        }
        isa::decode(set, raw, ctx, op);
        op.idx = static_cast<u8>(n);
        ++n;
        offset += len;
        ctx.pc += len;
        ctx.itstate = isa::itstate_after(ctx.itstate, op.properties);
        if (op.flags & isa::op_ends_block) break;
    }

    Op* block = blocks_.allocate(n + 2);
    std::copy_n(ops.begin(), n, block + 1);
    Op& tail = block[n + 1];
    tail = Op{};
    tail.imm = ctx.pc;
    tail.itstate = ctx.itstate;
    tail.fn = ctx.itstate || !same_page(ctx.pc, key.va) ? &fallthrough_unlinked : &fallthrough;
    const bool first_code = !blocks_.page_has_code(key.pa);
    finish_block(block, {ops.data(), n}, blocks_.insert(key, offset, block));
    if (debugging_) debugging_->prepare_block(block, n);
    if (first_code) {  // stores to this page have to be seen from now on, other processors' too
        flush_l0_writes(host - (key.pa & 0xfff));
        machine_.code_decoded(config_.index, key.pa);
    }
    return block;
}

/// Code that no host pointer covers, or an instruction that crosses a page: fetched piece by piece, never cached.
const Op* Cpu::fetch_unusual(const BlockKey& key) {
    const auto fetch_half = [&](u32 va, u16& out) {
        FetchPage* page = fetch_page(va);
        if (!page) return false;
        const u64 pa = page->pa | (va & 0xfff);
        if (page->host) {
            out = half_at(page->host + (va & 0xfff));
            return true;
        }
        u32 value = 0;
        if (bus_.read(pa, 2, value, config_.index, false) != BusResult::ok) {
            isa::Fault fault;
            fault.kind = isa::FaultKind::sync_external;
            fault.va = va;
            note_leaving();
            isa::TakePrefetchAbortException(s_, fault);
            return false;
        }
        out = static_cast<u16>(value);
        return true;
    };
    u16 first, second = 0;
    if (!fetch_half(key.va, first)) return nullptr;
    const bool wide = !s_.thumb || isa::is_thumb32(first);
    if (wide && !fetch_half(key.va + 2, second)) return nullptr;
    const u32 raw = !s_.thumb ? u32(second) << 16 | first : wide ? u32(first) << 16 | second : first;
    return build_single(key, raw, wide ? 4 : 2);
}

const Op* Cpu::build_single(const BlockKey& key, u32 raw, unsigned len) {
    const isa::DecodeContext ctx{
        .pc = key.va, .privilege = s_.privilege(), .itstate = s_.itstate, .features = &s_.features};
    const isa::InstrSet set = !s_.thumb ? isa::InstrSet::a32 : len == 2 ? isa::InstrSet::t16 : isa::InstrSet::t32;
    auto& [head, op, tail, unused] = scratch_block_;
    isa::Decoding decoded;
    isa::decode(set, raw, ctx, decoded);
    op = decoded;
    tail = Op{};
    tail.imm = key.va + len;
    tail.itstate = isa::itstate_after(s_.itstate, decoded.properties);
    tail.fn = &fallthrough_unlinked;
    scratch_info_ = {key, len, &head};
    finish_block(&head, {&decoded, 1}, scratch_info_);
    if (debugging_) debugging_->prepare_block(&head, 1);
    return &head;
}

void Cpu::link(const Op* from, const Op* to) const {
    // Only within a page: there the mapping that found `from` serves `to` as well. Scratch blocks don't last.
    const auto lasts = [&](const Op* op) { return op < scratch_block_.data() || op >= scratch_block_.data() + 4; };
    if (same_page(from->pc, from->imm) && lasts(from) && lasts(to)) const_cast<Op*>(from)->link = to;
}

}  // namespace vtoll::core
