// SPDX-License-Identifier: Apache-2.0
// Translation table walks, ARM DDI 0406C §B3.5 (short descriptors), §B3.6 (long descriptors, both stages).
// A walk is a function of the regime, the address, the kind of access and what memory holds; nothing else.
#pragma once

#include <array>

#include "isa/fault.hpp"
#include "isa/types.hpp"
#include "mmu/attributes.hpp"
#include "mmu/permissions.hpp"
#include "mmu/regime.hpp"

namespace vtoll::mmu {

class WalkCaches;

/// Memory as a walk sees it: naturally aligned words, read as little-endian. False: the bus answered with an error.
class DescriptorReader {
public:
    virtual ~DescriptorReader() = default;
    virtual bool read32(u64 pa, u32& value) = 0;
    virtual bool read64(u64 pa, u64& value) = 0;
};

/// One descriptor a walk read, in order.
struct Descriptor {
    u64 address;  ///< physical
    u64 value;
    u8 stage;             ///< 1 or 2
    u8 level;             ///< 1..3
    u8 size;              ///< 4 or 8 bytes
    Cacheability memory;  ///< of the table it is in
};

/// Largest result size reported: an untranslated address space is not tied to any block size.
inline constexpr u8 flat_bits = 30;

/// What a walk came to.
struct WalkResult {
    isa::Fault fault;     ///< why the access fails, if it does
    bool mapped = false;  ///< all levels of all stages were found: the result may be remembered (even with a
                          ///< permission fault, when it is stage 2's)
    bool global = true;   ///< not tied to an ASID
    u64 pa = 0;
    u64 ipa = 0;         ///< what stage 1 made of the address; equal to `pa` without stage 2
    u8 page_bits = 0;    ///< log2 of the size the whole result is valid for: the smaller of both stages
    u8 stage1_bits = 0;  ///< log2 of the size of the stage-1 block or page
    u8 stage2_bits = 0;
    u8 stage1_level = 0;  ///< level of the last descriptor; 0 when the stage is off
    u8 stage2_level = 0;
    Stage1Permissions stage1;
    Stage2Permissions stage2;
    MemAttr attr;  ///< of the stages walked, combined
};

struct Walk : WalkResult {
    u8 count = 0;  ///< descriptors read
    /// The longest walk: three long stage-1 descriptors, each behind three of stage 2, and three for the result.
    std::array<Descriptor, 15> descriptors;
};

/// Translate `va` through every stage of the regime. Caches, when given, shorten the list of descriptors read and
/// change nothing else as long as software maintains its TLBs.
Walk walk(const Regime& regime, u32 va, AccessType type, DescriptorReader& reader, WalkCaches* caches = nullptr);

/// The same, into `result`.
void walk(const Regime& regime, u32 va, AccessType type, DescriptorReader& reader, WalkCaches* caches, Walk& result);

/// The same up to the end of stage 1: `pa` and `attr` are stage 1's. Its own table walk still passes stage 2.
Walk walk_stage1(const Regime& regime, u32 va, AccessType type, DescriptorReader& reader, WalkCaches* caches = nullptr);

}  // namespace vtoll::mmu
