// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "attack.h"
#include "para_guest.h"

void attack_memory(void);
void attack_hypercalls(void);
void attack_instructions(void);
void attack_floods(void);

// Runs `code`, which lies in the user's pages, as guest user; `argument` reaches it through *user_argument.
extern u32 user_argument;
u32 as_user(u32 (*code)(void), u32 argument);
