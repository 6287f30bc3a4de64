// SPDX-License-Identifier: Apache-2.0
// Unicorn (GPL-2, linked by tests only) as a Cortex-A15 that runs one slot of code and stops at the first exception.
#pragma once

#include <unicorn/unicorn.h>

#include <vector>

#include "tests/differential/oracle.hpp"

namespace vtoll::differential {

class UnicornSide final : public Oracle {
public:
    UnicornSide(const std::vector<u8>& code, DataImage& data);
    ~UnicornSide() override;
    UnicornSide(const UnicornSide&) = delete;
    UnicornSide& operator=(const UnicornSide&) = delete;

    MachineState run(const Program&, unsigned step_limit) override;
    void renew() override;
    std::span<const Tolerance> tolerances() const override;
    bool cannot_tell(const MachineState& ours, const MachineState& theirs) const override;

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

/// As OracleKind::open.
std::unique_ptr<Oracle> open_unicorn(const std::vector<u8>& code, DataImage& data);

}  // namespace vtoll::differential
