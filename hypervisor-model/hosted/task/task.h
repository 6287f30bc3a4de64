// SPDX-License-Identifier: Apache-2.0
// What every task has.
#pragma once
#include "host_api.h"
#include "types.h"

s32 host_call(u32 r0, u32 r1, u32 r2, u32 r3, u32 number);
s32 host_run(u32 vcpu);
s32 task_main(void);
