// SPDX-License-Identifier: Apache-2.0
// The other side of gate.h.
#pragma once

// Asked of every processor while it waits for the lock, and by a kick. Does not return when the machine was stopped in
// the meantime: the processor then runs something else.
void hold_answer(void);
