// SPDX-License-Identifier: Apache-2.0
// Waiting for work.
#pragma once

void sched_wait(void);  // the calling virtual processor waits for an interrupt
void sched_next(void);  // the current one cannot go on, or there is none: run another, or idle until there is one
