// SPDX-License-Identifier: Apache-2.0
// Memory as a processor sees it, and physical memory. A look has no side effect: no fault, no count, no device notices.
#include <fmt/format.h>

#include "python/bindings/session.hpp"

namespace vtoll::python {

namespace {

constexpr u64 page_size = 0x1000;

void expect_virtual(u64 va, std::size_t size) {
    if (va + size > u64{1} << 32 || va + size < va)
        throw BadAddress(fmt::format("{:#x}, {} bytes: expected addresses below 2^32", va, size));
}

}  // namespace

std::optional<isa::Privilege> level_named(const std::string& name) {
    if (name.empty()) return std::nullopt;
    if (name == "pl0") return isa::Privilege::pl0;
    if (name == "pl1") return isa::Privilege::pl1;
    if (name == "pl2") return isa::Privilege::pl2;
    throw Misuse(fmt::format("level '{}': expected pl0, pl1 or pl2", name));
}

std::string Session::read(unsigned index, u64 va, std::size_t size, const std::string& level) {
    cpu(index);
    expect_virtual(va, size);
    std::string bytes(size, '\0');
    for (u64 at = va, end = va + size; at < end;) {
        const u64 here = std::min(end - at, page_size - at % page_size);
        if (!control_->read(index, static_cast<u32>(at), bytes.data() + (at - va), here, level_named(level)))
            throw BadAddress(translate(index, at, level) ? fmt::format("{:#x}: mapped to what can't be read", at)
                                                         : fmt::format("{:#x}: not mapped", at));
        at += here;
    }
    return bytes;
}

void Session::write(unsigned index, u64 va, const std::string& bytes, const std::string& level) {
    cpu(index);
    expect_virtual(va, bytes.size());
    for (u64 at = va, end = va + bytes.size(); at < end; at += page_size - at % page_size) {
        const auto pa = translate(index, at, level);
        if (!pa) throw BadAddress(fmt::format("{:#x}: not mapped; nothing is written", at));
        if (!control_->machine().ram().holds(*pa, 1))
            throw BadAddress(fmt::format("{:#x}: mapped to {:#x}, where no RAM is; nothing is written", at, *pa));
    }
    control_->write(index, static_cast<u32>(va), bytes.data(), bytes.size(), level_named(level));
}

std::string Session::read_physical(u64 pa, std::size_t size) {
    std::string bytes(size, '\0');
    if (!standing().read_physical(0, pa, bytes.data(), size))
        throw BadAddress(fmt::format("{:#x}, {} bytes: no memory and no device that can be read", pa, size));
    return bytes;
}

void Session::write_physical(u64 pa, const std::string& bytes) {
    if (!standing().machine().ram().holds(pa, bytes.size()) ||
        !control_->write_physical(pa, bytes.data(), bytes.size()))
        throw BadAddress(fmt::format("{:#x}, {} bytes: not all of it is RAM; nothing is written", pa, bytes.size()));
}

std::optional<u64> Session::translate(unsigned index, u64 va, const std::string& level) {
    cpu(index);
    expect_virtual(va, 1);
    return control_->translate(index, static_cast<u32>(va), level_named(level));
}

}  // namespace vtoll::python
