// SPDX-License-Identifier: Apache-2.0
// What entry.S calls.
#pragma once
void para_irq(void);
