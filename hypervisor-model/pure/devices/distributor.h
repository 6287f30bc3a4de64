// SPDX-License-Identifier: Apache-2.0
// A machine's interrupt distributor: what its processors share. Each processor has a copy of what concerns it in its
// struct vgic; here is what the registers show, and the shared peripheral interrupts' way to a processor.
#pragma once
#include "machine/vm.h"

void distributor_create(struct vm* vm);

// A shared interrupt: an edge, or an emulated device's output.
void distributor_raise(struct vm* vm, u32 irq);
void distributor_set_line(struct vm* vm, u32 irq, bool level);

// Word `word` of the shared interrupts, over all processors.
void distributor_control(struct vm* vm, u32 ctlr);
void distributor_enable(struct vm* vm, u32 word, u32 mask);
void distributor_disable(struct vm* vm, u32 word, u32 mask);
void distributor_withdraw(struct vm* vm, u32 word, u32 mask);
void distributor_end_active(struct vm* vm, u32 word, u32 mask);
u32 distributor_pending(struct vm* vm, u32 word);
u32 distributor_active(struct vm* vm, u32 word);
void distributor_set_priority(struct vm* vm, u32 irq, u8 priority);
void distributor_set_targets(struct vm* vm, u32 irq, u8 targets);

// A write to GICD_SGIR by processor `source`.
void distributor_send(struct vm* vm, u32 source, u32 sgir);
