// SPDX-License-Identifier: Apache-2.0
#include "core/cpu/translate/code_memory.hpp"

#include <sys/mman.h>
#include <unistd.h>

namespace vtoll::core {

CodeMemory::~CodeMemory() {
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
    return written_ && executed_;
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
