// SPDX-License-Identifier: Apache-2.0
#include "core/cpu/blocks/block_cache.hpp"

#include <algorithm>

namespace vtoll::core {

namespace {
/// Head of a block whose bytes have changed: whoever still links to it goes back to the engine.
const isa::Op* stale_head(isa::CpuState& s, const isa::Op* op) { return look_up_again(s, head_at(op)); }
}  // namespace

BlockCache::BlockCache() : fast_(std::size_t{1} << fast_bits) {}

Block* BlockCache::find_slow(const BlockKey& key) {
    const auto it = all_.find(key);
    if (it == all_.end()) return nullptr;
    return fast_[fast_index(key)] = it->second;
}

BlockSlot* BlockCache::allocate(unsigned insns) {
    const unsigned slots = insns + 2;
    if (used_in_chunk_ + slots > chunk_slots) {
        if (used_chunks_ == chunks_.size()) chunks_.push_back(std::make_unique<BlockSlot[]>(chunk_slots));
        ++used_chunks_;
        used_in_chunk_ = 0;
    }
    BlockSlot* out = &chunks_[used_chunks_ - 1][used_in_chunk_];
    used_in_chunk_ += slots;
    return out;
}

u64 BlockCache::line_mask(u64 pa, u32 bytes) {
    const unsigned first = (pa & 0xfff) >> 6;
    const unsigned last = static_cast<unsigned>(((pa & 0xfff) + bytes - 1) >> 6);
    return (~u64{0} >> (63 - (last > 63 ? 63 : last))) & (~u64{0} << first);
}

Block& BlockCache::insert(const BlockKey& key, u32 bytes, BlockSlot* slots) {
    Block* b = blocks_.emplace_back(std::make_unique<Block>(Block{key, bytes, slots})).get();
    all_[key] = b;
    fast_[fast_index(key)] = b;
    CodePage& page = code_pages_[key.pa >> 12];
    page.lines |= line_mask(key.pa, bytes);
    page.blocks.push_back(b);
    ++built_;
    return *b;
}

void BlockCache::clear() {
    std::fill(fast_.begin(), fast_.end(), nullptr);
    all_.clear();
    code_pages_.clear();
    blocks_.clear();
    used_chunks_ = 0;
    used_in_chunk_ = chunk_slots;
}

bool BlockCache::written(u64 pa, u32 bytes) {
    const auto it = code_pages_.find(pa >> 12);
    if (it == code_pages_.end()) return true;
    CodePage& page = it.value();
    if (!(page.lines & line_mask(pa, bytes))) return false;
    page.lines = 0;
    std::erase_if(page.blocks, [&](Block* b) {
        if (b->key.pa < pa + bytes && pa < b->key.pa + b->bytes) {
            b->head().fn = stale_head;
            b->dropped = true;
            all_.erase(b->key);
            Block*& slot = fast_[fast_index(b->key)];
            if (slot == b) slot = nullptr;
            ++dropped_;
            return true;
        }
        page.lines |= line_mask(b->key.pa, b->bytes);
        return false;
    });
    if (!page.blocks.empty()) return false;
    code_pages_.erase(it);
    return true;
}

void BlockCache::drop(u64 pa, u64 bytes) {
    std::vector<u64> pages;
    for (const auto& [page, code] : code_pages_)
        if (page >= pa >> 12 && page <= (pa + bytes - 1) >> 12) pages.push_back(page);
    for (u64 page : pages) {
        const u64 first = std::max(pa, page << 12), end = std::min(pa + bytes, (page + 1) << 12);
        written(first, static_cast<u32>(end - first));
    }
}

}  // namespace vtoll::core
