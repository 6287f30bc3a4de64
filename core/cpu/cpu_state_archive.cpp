// SPDX-License-Identifier: Apache-2.0
// A processor's part of a checkpoint: what software can tell. Translations, decoded code and the contents of a core
// model's caches are not in it: a processor may forget them at any time (ARM DDI 0406C §B3.9), so they start empty.
#include "core/cpu/cpu.hpp"
#include "core/cpu/table_reader.hpp"
#include "isa/sysregs/sys_reg.hpp"

namespace vtoll::core {

void Cpu::serialize(Archive& ar) {
    u64 tick = now();
    isa::detach_counters(s_);
    ar(s_, tick, wait_, exclusive_pa_, exclusive_size_, insns_at_exception_, barren_exceptions_, stuck_);
    if (ar.restoring()) {
        deadline_ = tick;
        s_.countdown = 0;
        forget();
    }
    isa::attach_counters(s_);
}

/// Empties what only remembers, and works out what follows from the registers.
void Cpu::forget() {
    mmu_.flush_all();
    blocks_.clear();
    flush_l0();
    s_.update_fp_enabled();
    s_.guest_context_stale = false;
    context_changed();
    s_.exit_op = nullptr;
    s_.region = 0;
    s_.attention = true;
}

}  // namespace vtoll::core
