// SPDX-License-Identifier: Apache-2.0
// Decoded blocks, found by physical address and by what else decides their meaning; dropped when their bytes change.
#pragma once

#include <tsl/robin_map.h>

#include <memory>
#include <vector>

#include "core/cpu/blocks/block.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

class BlockCache {
public:
    BlockCache();

    Block* find(const BlockKey& key) {
        Block* b = fast_[fast_index(key)];
        if (b && b->key == key) [[likely]]
            return b;
        return find_slow(key);
    }

    /// Room for a block of `insns` instructions, or for its copy; stays valid until clear().
    BlockSlot* allocate(unsigned insns);
    /// True when the arena is full and the next allocate() needs a clear() first.
    bool full() const { return used_chunks_ * chunk_slots > max_slots; }
    Block& insert(const BlockKey& key, u32 bytes, BlockSlot* slots);

    /// Drop everything. Only when no block is running.
    void clear();

    bool page_has_code(u64 pa) const { return code_pages_.contains(pa >> 12); }
    /// Memory [pa, pa+bytes) was written: drop the blocks decoded from it. Their ops stay readable: the running
    /// block may be one of them. Returns true when the page no longer holds code.
    bool written(u64 pa, u32 bytes);
    /// The same for a range of any size.
    void drop(u64 pa, u64 bytes);

    /// Every block since clear(), also those dropped since: they may still be running.
    template <class Visit>
    void for_each(Visit visit) {
        for (const auto& block : blocks_) visit(*block);
    }

    u64 blocks_built() const { return built_; }
    u64 blocks_dropped() const { return dropped_; }

private:
    static constexpr unsigned fast_bits = 15;
    static constexpr std::size_t chunk_slots = 1u << 14;
    static constexpr std::size_t max_slots = 3u << 19;

    struct CodePage {
        u64 lines = 0;  ///< bit n: 64-byte line n holds decoded bytes
        std::vector<Block*> blocks;
    };

    static std::size_t fast_index(const BlockKey& k) {
        return ((k.pa >> 1) ^ (k.pa >> 13) ^ (u64(k.context) << 11) ^ (k.va >> 12)) & ((1u << fast_bits) - 1);
    }
    Block* find_slow(const BlockKey& key);
    static u64 line_mask(u64 pa, u32 bytes);

    std::vector<Block*> fast_;
    tsl::robin_map<BlockKey, Block*, BlockKeyHash> all_;
    tsl::robin_map<u64, CodePage> code_pages_;
    std::vector<std::unique_ptr<BlockSlot[]>> chunks_;
    std::vector<std::unique_ptr<Block>> blocks_;
    std::size_t used_chunks_ = 0, used_in_chunk_ = chunk_slots;
    u64 built_ = 0, dropped_ = 0;
};

}  // namespace vtoll::core
