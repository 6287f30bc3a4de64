// SPDX-License-Identifier: Apache-2.0
// Registers: those that GDB is shown, under the same names.
#include <fmt/format.h>

#include "python/bindings/session.hpp"

namespace vtoll::python {

u64 Session::read_register(unsigned index, unsigned number) { return registers_.at(number).read(cpu(index).state()); }

void Session::write_register(unsigned index, unsigned number, u64 value) {
    const core::GdbRegister& reg = registers_.at(number);
    if (!reg.write)
        throw Misuse(
            fmt::format("{}: can't be written: it is read-only, or a write does more than keep a value", reg.name));
    isa::CpuState& state = cpu(index).state();
    if ((reg.bits < 64 && value >> reg.bits) || !reg.write(state, value))
        throw Misuse(fmt::format("{}: {:#x} is no value for it", reg.name, value));
    state.attention = true;  // an interrupt may be possible now
    control_->state_changed(index);
}

}  // namespace vtoll::python
