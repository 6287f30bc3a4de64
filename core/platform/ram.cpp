// SPDX-License-Identifier: Apache-2.0
#include "core/platform/ram.hpp"

#include <sys/mman.h>

#include "isa/types.hpp"

namespace vtoll::core {

Ram::Ram(u64 base, u64 size) : base_(base), size_(size) {
    void* mapping = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapping == MAP_FAILED)
        throw InputError("machine.ram: the host can't map " + std::to_string(size) + " bytes; expected a smaller size");
    host_ = static_cast<u8*>(mapping);
}

Ram::~Ram() { munmap(host_, size_); }

}  // namespace vtoll::core
