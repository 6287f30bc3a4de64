// SPDX-License-Identifier: Apache-2.0
// Where the machine is to stand still: breakpoints, watchpoints, exceptions.
#include <fmt/format.h>

#include <array>

#include "python/bindings/session.hpp"

namespace vtoll::python {

unsigned Session::add_breakpoint(u32 va, const std::string& level, std::optional<u8> vmid) {
    return standing().add(core::Breakpoint{va, level_named(level), vmid});
}

unsigned Session::add_watchpoint(u32 va, u32 size, bool reads, bool writes, const std::string& level) {
    if (size == 0 || !(reads || writes))
        throw Misuse("a watchpoint has at least a byte, and reads or writes to look for");
    return standing().add(core::Watchpoint{va, size, reads, writes, level_named(level)});
}

void Session::remove(unsigned number) {
    if (!standing().remove(number)) throw Misuse(fmt::format("no break- or watchpoint {}", number));
}

void Session::catch_exceptions(const std::vector<std::string>& modes) {
    using isa::Mode;
    std::array<bool, 32> wanted{};
    for (const std::string& name : modes) {
        bool known = false;
        for (const Mode mode : {Mode::svc, Mode::abt, Mode::und, Mode::irq, Mode::fiq, Mode::hyp})
            if (name == isa::mode_name(mode)) known = wanted.at(static_cast<unsigned>(mode) & 31) = true;
        if (!known) throw Misuse(fmt::format("mode '{}': expected svc, abt, und, irq, fiq or hyp", name));
    }
    core::Control& control = standing();
    if (modes.empty()) return control.catch_exceptions({});
    control.catch_exceptions(
        [wanted](unsigned, const isa::ExceptionTaken& e) { return wanted.at(static_cast<unsigned>(e.to) & 31); });
}

}  // namespace vtoll::python
