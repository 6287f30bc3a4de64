// SPDX-License-Identifier: Apache-2.0
#include "mmu/walk_cache.hpp"

#include <bit>

namespace vtoll::mmu {

namespace {

// Tags of table pointers: address prefix, ASID, VMID, regime, then a bit that makes every tag nonzero.
constexpr unsigned asid_at = 32, vmid_at = 40, hyp_at = 48, stage2_at = 49, long_at = 50, level_at = 51;
constexpr u64 valid = u64{1} << 63;

/// log2 of what a whole table of `level` maps. Short second-level tables count as level 3: they map pages.
constexpr unsigned span_bits(const Selection& s, unsigned level) {
    if (level == 2) return 30;
    return s.stage1 == Stage1Format::long_descriptor ? 21 : 20;
}

constexpr u64 table_tag(const Selection& s, u32 va, unsigned level) {
    const bool is_long = s.stage1 == Stage1Format::long_descriptor;
    return valid | u64{level} << level_at | u64{is_long} << long_at | u64{s.stage2} << stage2_at |
           u64{s.hyp} << hyp_at | u64{s.vmid} << vmid_at | u64{s.asid} << asid_at | va >> span_bits(s, level);
}

constexpr bool is_hyp(u64 tag) { return (tag >> hyp_at) & 1; }
constexpr u8 vmid_of(u64 tag) { return static_cast<u8>(tag >> vmid_at); }
constexpr u8 asid_of(u64 tag) { return static_cast<u8>(tag >> asid_at); }

// Tags of stage-2 mappings: IPA prefix in the low bits.
constexpr unsigned s2_size_at = 40, s2_vmid_at = 48;
constexpr u64 stage2_tag(u8 vmid, u64 ipa, unsigned size_bits) {
    return valid | u64{vmid} << s2_vmid_at | u64{size_bits} << s2_size_at | ipa >> size_bits;
}

constexpr unsigned shifts_of_tables[] = {30, 21, 20};
constexpr u8 stage2_sizes[] = {12, 21, 30};

std::size_t power_of_two(unsigned n) { return n == 0 ? 0 : std::bit_ceil(n); }

}  // namespace

WalkCaches::WalkCaches(unsigned table_entries, unsigned stage2_entries)
    : tables_(power_of_two(table_entries)), stage2_(power_of_two(stage2_entries)) {}

// The slot depends on the address and the VMID only, so that maintenance by address finds every ASID's entries.
WalkCaches::TableEntry& WalkCaches::table_slot(u32 va, unsigned shift, u8 vmid) {
    return tables_[((va >> shift) + shift + vmid * 37u) & (tables_.size() - 1)];
}

const TablePointer* WalkCaches::find_table(const Selection& select, u32 va) {
    if (tables_.empty()) return nullptr;
    const unsigned first = select.stage1 == Stage1Format::long_descriptor ? 2 : 3;
    for (unsigned level = 3; level >= first; --level) {
        const TableEntry& e = table_slot(va, span_bits(select, level), select.vmid);
        if (e.tag == table_tag(select, va, level)) {
            ++stats_.table_hits;
            return &e.table;
        }
    }
    ++stats_.table_misses;
    return nullptr;
}

void WalkCaches::add_table(const Selection& select, u32 va, const TablePointer& table) {
    if (tables_.empty()) return;
    table_slot(va, span_bits(select, table.level), select.vmid) = {table_tag(select, va, table.level), table};
}

const WalkCaches::Stage2Entry* WalkCaches::probe_stage2(u8 vmid, u64 ipa, u8 size_bits) const {
    const Stage2Entry& e = stage2_[((ipa >> size_bits) + size_bits + vmid * 37u) & (stage2_.size() - 1)];
    return e.tag == stage2_tag(vmid, ipa, size_bits) ? &e : nullptr;
}

const Stage2Mapping* WalkCaches::find_stage2(u8 vmid, u64 ipa) {
    if (stage2_.empty()) return nullptr;
    for (const u8 size : stage2_sizes) {
        if (const Stage2Entry* e = probe_stage2(vmid, ipa, size)) {
            ++stats_.stage2_hits;
            return &e->mapping;
        }
    }
    ++stats_.stage2_misses;
    return nullptr;
}

void WalkCaches::add_stage2(u8 vmid, const Stage2Mapping& m) {
    if (stage2_.empty()) return;
    const u64 ipa = m.ipa_base;
    stage2_[((ipa >> m.bits) + m.bits + vmid * 37u) & (stage2_.size() - 1)] = {stage2_tag(vmid, ipa, m.bits), m};
}

template <class Predicate>
void WalkCaches::drop_tables_if(Predicate matches) {
    for (TableEntry& e : tables_) {
        if (e.tag != 0 && matches(e.tag)) e.tag = 0;
    }
}

void WalkCaches::drop_all() {
    drop_hyp();
    drop_nonhyp();
}

void WalkCaches::drop_hyp() {
    drop_tables_if([](u64 tag) { return is_hyp(tag); });
}

void WalkCaches::drop_nonhyp() {
    drop_tables_if([](u64 tag) { return !is_hyp(tag); });
    for (Stage2Entry& e : stage2_) e.tag = 0;
}

void WalkCaches::drop_vmid(u8 vmid) {
    drop_tables_if([=](u64 tag) { return !is_hyp(tag) && vmid_of(tag) == vmid; });
    for (Stage2Entry& e : stage2_) {
        if (static_cast<u8>(e.tag >> s2_vmid_at) == vmid) e.tag = 0;
    }
}

void WalkCaches::drop_asid(u8 vmid, u8 asid) {
    drop_tables_if([=](u64 tag) { return !is_hyp(tag) && vmid_of(tag) == vmid && asid_of(tag) == asid; });
}

void WalkCaches::drop_va(u8 vmid, u32 va) {
    if (tables_.empty()) return;
    for (const unsigned shift : shifts_of_tables) {
        TableEntry& e = table_slot(va, shift, vmid);
        if (e.tag != 0 && !is_hyp(e.tag) && vmid_of(e.tag) == vmid && static_cast<u32>(e.tag) == va >> shift) e.tag = 0;
    }
}

void WalkCaches::drop_va_hyp(u32 va) {
    if (tables_.empty()) return;
    for (const unsigned shift : shifts_of_tables) {
        TableEntry& e = table_slot(va, shift, 0);
        if (e.tag != 0 && is_hyp(e.tag) && static_cast<u32>(e.tag) == va >> shift) e.tag = 0;
    }
}

}  // namespace vtoll::mmu
