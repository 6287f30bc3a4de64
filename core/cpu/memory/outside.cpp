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

void MemoryPort::code_elsewhere(u64 pa) {
    if (!code_.add_elsewhere(pa)) return;
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
