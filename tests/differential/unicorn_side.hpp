// SPDX-License-Identifier: Apache-2.0
// Unicorn (GPL-2, linked by tests only) as a Cortex-A15 that runs one slot of code and stops at the first exception.
#pragma once

#include <unicorn/unicorn.h>

#include <vector>

#include "tests/differential/machine_state.hpp"

namespace vtoll::differential {

class UnicornSide {
public:
    UnicornSide(const std::vector<u8>& code, DataImage& data);
    ~UnicornSide();
    UnicornSide(const UnicornSide&) = delete;
    UnicornSide& operator=(const UnicornSide&) = delete;

    /// Run the code at `begin` (a slot that was never run before: translated code is not looked at again) until the
    /// program counter leaves [begin, end) or an exception is due.
    MachineState run(const MachineState& initial, u32 begin, u32 end, unsigned step_limit);

private:
    static void on_instruction(uc_engine*, u64 pc, u32 size, void* self);
    static void on_exception(uc_engine*, u32 number, void* self);
    void open();
    void forget_it_block();
    void write(int reg, u32 value);
    u32 read(int reg) const;
    /// Enter one mode after the other and call visit(register number, index of banked_registers).
    template <class Visit>
    void each_bank(Visit visit);

    const std::vector<u8>& code_;
    DataImage& data_;
    uc_engine* uc_ = nullptr;
    u32 begin_ = 0, end_ = 0, landed_ = 0, last_pc_ = 0;
    unsigned steps_ = 0, step_limit_ = 0;
    bool has_landed_ = false, thumb_ = false, misplaced_ = false;
    int exception_ = -1;
};

}  // namespace vtoll::differential
