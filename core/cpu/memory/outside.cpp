// SPDX-License-Identifier: Apache-2.0
// What others do to a processor's memory: devices, other processors, a debugger.
#include "core/cpu/memory/memory_port.hpp"

namespace vtoll::core {

void MemoryPort::written_from_outside(u64 pa, u64 size) {
    while (size) {
        const u64 here = std::min<u64>(size, 0x1000 - (pa & page_mask));
        code_.written_from_outside(pa, static_cast<u32>(here));
        monitor_.written(pa, here);
        pa += here;
        size -= here;
    }
}

// --- other processors wait in loops

void PollsHeard::add(u64 pa) {
    const u64 granule = pa >> poll_granule;
    const auto end = granules.begin() + count;
    if (std::find(granules.begin(), end, granule) != end) return;
    if (count == granules.size()) too_many = true;
    else granules[count++] = granule;
}

PollsHeard MemoryPort::listen_for_polls(bool on) {
    hooks_.set_listening(on);
    if (on) filter_.clear();  // hits go unseen
    return std::exchange(heard_, {});
}

void MemoryPort::hear_poll(MemoryAccess::Kind kind, u64 pa) {
    if (kind == MemoryAccess::Kind::device) heard_.devices = true;
    else if (kind == MemoryAccess::Kind::memory || kind == MemoryAccess::Kind::unaligned) heard_.add(pa);
}

/// Exclusives too must come here: neither reads nor writes of what is polled are left to L0.
void MemoryPort::polled_elsewhere(unsigned by, std::span<const u64> granules, bool devices) {
    polled_.set(by, granules, devices);
    for (const u64 granule : granules)
        if (const DmiPage page = bus_.dmi(granule << poll_granule)) filter_.drop_host_page(page.host);
}

void MemoryPort::serialize_polls(Archive& ar) {
    bool listening = hooks_.listening();
    ar(exclusive_stores_, polled_, polling_, listening, heard_.granules, heard_.count, heard_.devices, heard_.too_many);
    hooks_.set_listening(listening);
}

/// The instruction is taken back: it will be the first of the next turn. One that stores several registers begins anew
/// with the first, which changes nothing. A store-exclusive goes ahead: its load-exclusive has waited.
bool MemoryPort::pollers_come(const isa::Op* op, u32 pollers) {
    const u64 before = clock_.now_at(op) - op->cost;
    if (!pollers || machine_.reached(config_.cpu, pollers, before)) return true;
    hooks_.interrupted(op, false);
    clock_.wind_back(op, false);
    s_.r[15] = op->pc;
    s_.itstate = op->itstate;
    s_.exit_op = nullptr;
    clock_.end_turn_by(0);
    return false;
}

void MemoryPort::code_elsewhere(u64 pa) {
    if (!code_.add_elsewhere(pa)) return;
    space_.code_at(pa);
    if (const DmiPage page = bus_.dmi(pa)) filter_.drop_writes(page.host);
}

void MemoryPort::direct_memory_revoked() {
    filter_.clear();
    space_.forget_host_pages();
}

u8* MemoryPort::peek(u32 va, u64* pa) {
    const auto found = space_.look_up(va, s_.privilege());
    const DmiPage page = found ? bus_.dmi(*found) : DmiPage{};
    if (pa && found) *pa = *found;
    return page ? page.host + (*found & page_mask) : nullptr;
}

bool MemoryPort::read_virtual(u32 va, void* bytes, std::size_t size) {
    auto* out = static_cast<u8*>(bytes);
    for (std::size_t i = 0; i < size; ++i) {
        const u8* at = peek(va + static_cast<u32>(i));
        if (!at) return false;
        out[i] = *at;
    }
    return true;
}

bool MemoryPort::write_virtual(u32 va, const void* bytes, std::size_t size) {
    const auto* in = static_cast<const u8*>(bytes);
    for (std::size_t i = 0; i < size; ++i) {
        u64 pa = 0;
        u8* at = peek(va + static_cast<u32>(i), &pa);
        if (!at) return false;
        *at = in[i];
        written_from_outside(pa, 1);
        code_.tell_others(pa, 1);
    }
    return true;
}

}  // namespace vtoll::core
