// SPDX-License-Identifier: Apache-2.0
#include "core/cpu/translate/code_memory.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

// Of the compiler's runtime library: begin of a section as .eh_frame is.
extern "C" {
void __register_frame(void*);
void __deregister_frame(void*);
}

namespace vtoll::core {

CodeMemory::~CodeMemory() {
    if (frames_[0]) __deregister_frame(frames_.data());
    if (written_) munmap(written_, size);
    if (executed_) munmap(executed_, size);
}

bool CodeMemory::map() {
    const int file = memfd_create("vtoll code", MFD_CLOEXEC);
    if (file < 0) return false;
    if (ftruncate(file, size) == 0) {
        void* const written = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        void* const executed = mmap(nullptr, size, PROT_READ | PROT_EXEC, MAP_SHARED, file, 0);
        if (written != MAP_FAILED) written_ = static_cast<u8*>(written);
        if (executed != MAP_FAILED) executed_ = static_cast<u8*>(executed);
    }
    close(file);
    if (!written_ || !executed_) return false;
    tell_unwinder();
    return true;
}

/// Exceptions of the host pass through code, from the handlers and books that it calls to whoever runs the machine.
/// Wherever it calls, its frame is the same (BlockCode::call): eight bytes, and the return address above them.
void CodeMemory::tell_unwinder() {
    // DWARF 4, §6.4.2, §7.23; x86-64 psABI §3.6.2
    constexpr u8 def_cfa = 0x0c, offset = 0x80, rsp = 7, return_address = 16;
    // clang-format off
    constexpr std::array<u8, 24> common = {
        20, 0, 0, 0,                    // bytes that follow
        0, 0, 0, 0,                     // a common information entry
        1, 0, 1, 0x78, return_address,  // version, no augmentation, alignments of code and data (1 and -8)
        def_cfa, rsp, 16, offset | return_address, 1};
    // clang-format on
    u8* const entry = frames_.data() + common.size();
    const u32 length = 20, to_common = static_cast<u32>(common.size()) + 4;
    const u64 begin = reinterpret_cast<u64>(executed_), bytes = size;
    std::memcpy(frames_.data(), common.data(), common.size());
    std::memcpy(entry, &length, 4);
    std::memcpy(entry + 4, &to_common, 4);
    std::memcpy(entry + 8, &begin, 8);
    std::memcpy(entry + 16, &bytes, 8);
    __register_frame(frames_.data());  // zeros behind the entry end it
}

u8* CodeMemory::room(std::size_t bytes) {
    if (!executed_ && !refused_) refused_ = !map();
    return refused_ || used_ + bytes > size ? nullptr : written_ + used_;
}

const void* CodeMemory::keep(std::size_t bytes) {
    const u8* const begin = executed_ + used_;
    used_ += (bytes + 15) & ~std::size_t{15};
    return begin;
}

}  // namespace vtoll::core
