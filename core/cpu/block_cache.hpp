// SPDX-License-Identifier: Apache-2.0
// Decoded blocks, found by physical address and by what else decides their meaning; dropped when their bytes change.
#pragma once

#include <tsl/robin_map.h>

#include <memory>
#include <vector>

#include "isa/op.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

inline constexpr unsigned max_block_insns = 48;

/// What a block is decoded for. Code mapped at two virtual addresses is decoded twice: ops hold virtual constants.
struct BlockKey {
    u64 pa = 0;
    u32 va = 0;
    u32 context = 0;  ///< Thumb, ITSTATE, privilege, CPSR.E: BlockContext

    bool operator==(const BlockKey&) const = default;
};

struct BlockKeyHash {
    std::size_t operator()(const BlockKey& k) const {
        u64 h = k.pa * 0x9e37'79b9'7f4a'7c15ull ^ (u64(k.va) << 20) ^ (u64(k.context) << 7);
        return h ^ (h >> 29);
    }
};

struct Block {
    BlockKey key;
    u32 bytes = 0;  ///< of code covered, all in one page
    isa::Op* head = nullptr;
};

class BlockCache {
public:
    BlockCache();

    /// Head op of the block, or nullptr.
    const isa::Op* find(const BlockKey& key) {
        const Block* b = fast_[fast_index(key)];
        if (b && b->key == key) [[likely]]
            return b->head;
        return find_slow(key);
    }

    /// Room for `ops` consecutive ops; stays valid until clear().
    isa::Op* allocate(unsigned ops);
    /// True when the arena is full and the next allocate() needs a clear() first.
    bool full() const { return used_chunks_ * chunk_ops > max_ops; }
    Block& insert(const BlockKey& key, u32 bytes, isa::Op* head);

    /// Drop everything. Only when no op is being executed.
    void clear();

    bool page_has_code(u64 pa) const { return code_pages_.contains(pa >> 12); }
    /// Memory [pa, pa+bytes) was written: drop the blocks decoded from it. Their ops stay readable: the running
    /// block may be one of them. Returns true when the page no longer holds code.
    bool written(u64 pa, u32 bytes);
    /// The same for a range of any size.
    void drop(u64 pa, u64 bytes);

    /// Every head since clear(), also of blocks dropped since: their ops may still be running.
    template <class Visit>
    void for_each(Visit visit) const {
        for (const auto& block : blocks_) visit(block->head);
    }

    u64 blocks_built() const { return built_; }
    u64 blocks_dropped() const { return dropped_; }

private:
    static constexpr unsigned fast_bits = 15;
    static constexpr std::size_t chunk_ops = 1u << 14;
    static constexpr std::size_t max_ops = 3u << 19;

    struct CodePage {
        u64 lines = 0;  ///< bit n: 64-byte line n holds decoded bytes
        std::vector<Block*> blocks;
    };

    static std::size_t fast_index(const BlockKey& k) {
        return ((k.pa >> 1) ^ (k.pa >> 13) ^ (u64(k.context) << 11) ^ (k.va >> 12)) & ((1u << fast_bits) - 1);
    }
    const isa::Op* find_slow(const BlockKey& key);
    static u64 line_mask(u64 pa, u32 bytes);

    std::vector<Block*> fast_;
    tsl::robin_map<BlockKey, Block*, BlockKeyHash> all_;
    tsl::robin_map<u64, CodePage> code_pages_;
    std::vector<std::unique_ptr<isa::Op[]>> chunks_;
    std::vector<std::unique_ptr<Block>> blocks_;
    std::size_t used_chunks_ = 0, used_in_chunk_ = chunk_ops;
    u64 built_ = 0, dropped_ = 0;
};

}  // namespace vtoll::core
