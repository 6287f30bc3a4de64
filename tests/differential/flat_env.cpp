// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/flat_env.hpp"

#include <cstring>

#include "isa/exec/memory/memory.hpp"
#include "isa/exec/system/exceptions.hpp"

namespace vtoll::differential {

using namespace isa;

void FlatEnv::fill_l0(unsigned granule) {
    s_.l0.fill({});
    if (!granule) return;
    s_.set_l0_granule(granule);
    for (u32 va = map::data_base; va < map::data_base + map::data_size; va += 1u << granule) {
        L0Entry& e = s_.l0_entry(va);
        e.read_tag = e.write_tag = s_.l0_ctx_by_pl[static_cast<unsigned>(s_.privilege())] | va;
        e.host = data_.data() - map::data_base;
    }
}

bool FlatEnv::aligned(const Op* op, u32 va, unsigned size) const {
    return (va & (size - 1)) == 0 || !(op->flags & (op_exclusive | op_align_always));
}

const u8* FlatEnv::readable(u32 va, unsigned size) const {
    if (map::in_data(va, size)) return &data_[va - map::data_base];
    if (map::in_code(va, size)) return &code_[va - map::code_base];
    return nullptr;
}

u32 FlatEnv::swap_if_big(u32 value, unsigned size) const {
    if (!(s_.psr & psr::E) || size == 1) return value;
    return size == 2 ? __builtin_bswap16(static_cast<u16>(value)) : __builtin_bswap32(value);
}

// The low half is the word at the lower address in either byte order (ARM DDI 0406C §A8.8.77).
u64 FlatEnv::swap_words_if_big(u64 value) const {
    if (!(s_.psr & psr::E)) return value;
    return u64(swap_if_big(static_cast<u32>(value >> 32), 4)) << 32 | swap_if_big(static_cast<u32>(value), 4);
}

bool FlatEnv::abort(const Op* op, u32 va, bool write, FaultKind kind) {
    Fault f;
    f.kind = kind;
    f.level = kind == FaultKind::alignment ? 1 : 2;
    f.write = write;
    f.va = va;
    last_fault_ = kind;
    TakeDataAbortException(s_, op, f);
    return false;
}

Loaded FlatEnv::load(const Op* op, u32 va, unsigned size) {
    ++slow_loads_;
    if (!aligned(op, va, size)) return {0, !abort(op, va, false, FaultKind::alignment)};
    const u8* p = readable(va, size);
    if (!p) return {0, !abort(op, va, false, FaultKind::translation)};
    u32 value = 0;
    std::memcpy(&value, p, size);
    return {swap_if_big(value, size), false};
}

bool FlatEnv::store(const Op* op, u32 va, unsigned size, u32 value) {
    ++slow_stores_;
    if (!aligned(op, va, size)) return abort(op, va, true, FaultKind::alignment);
    if (!map::in_data(va, size)) return abort(op, va, true, FaultKind::translation);
    value = swap_if_big(value, size);
    std::memcpy(&data_[va - map::data_base], &value, size);
    return true;
}

Loaded64 FlatEnv::load64(const Op* op, u32 va) {
    const u8* p = readable(va, 8);
    if ((va & 7) || !p) return {0, !abort(op, va, false, p ? FaultKind::alignment : FaultKind::translation)};
    u64 value;
    std::memcpy(&value, p, 8);
    return {swap_words_if_big(value), false};
}

bool FlatEnv::store64(const Op* op, u32 va, u64 value) {
    if ((va & 7) || !map::in_data(va, 8))
        return abort(op, va, true, (va & 7) ? FaultKind::alignment : FaultKind::translation);
    value = swap_words_if_big(value);
    std::memcpy(&data_[va - map::data_base], &value, 8);
    return true;
}

void FlatEnv::mark_exclusive(const Op*, u32 va, unsigned size) {
    exclusive_va_ = va;
    exclusive_size_ = size;
    exclusive_value_ = 0;
    if (const u8* p = readable(va, size)) std::memcpy(&exclusive_value_, p, size);
}

// The oracle's monitor compares address and value rather than watching stores; ours does the same here, so that a
// store between the two halves of an exclusive pair is judged alike. The machine's own monitor is tested with core.
Loaded FlatEnv::check_exclusive(const Op* op, u32 va, unsigned size) {
    if (va & (size - 1)) return {0, !abort(op, va, true, FaultKind::alignment)};
    if (exclusive_size_ && exclusive_va_ == va && exclusive_size_ != size) sizes_differed_ = true;
    const bool allowed = exclusive_size_ == size && exclusive_va_ == va;
    exclusive_size_ = 0;
    if (!allowed) return {0, false};
    if (!map::in_data(va, size)) return {0, !abort(op, va, true, FaultKind::translation)};
    u64 now = 0;
    std::memcpy(&now, readable(va, size), size);
    return {now == exclusive_value_, false};
}

void FlatEnv::exception_taken(const ExceptionTaken& e) {
    took_exception_ = true;
    exception_ = e.kind;
}

}  // namespace vtoll::differential
