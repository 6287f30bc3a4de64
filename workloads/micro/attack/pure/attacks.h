// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "attack.h"

void attack_memory(void);
void attack_hypercalls(void);
void attack_instructions(void);
void attack_devices(void);
void attack_floods(void);

// How often the heartbeat beat.
u32 attack_beats(void);
