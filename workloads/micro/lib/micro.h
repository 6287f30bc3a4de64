// SPDX-License-Identifier: Apache-2.0
// What every micro workload shares: how often, and the markers around what is measured. A marker is the DBG hint, which
// traps nowhere and does nothing by itself; whoever observes the machine may give it a meaning.
#pragma once
#include "types.h"

#define WARMUP 16
#define SAMPLES 256
#define ITERATIONS (WARMUP + SAMPLES)

#define MARK(n) asm volatile("dbg #" #n ::: "memory")
#define STEADY_BEGIN() MARK(1)  // warm-up is over
#define STEADY_END() MARK(2)
#define SAMPLE_BEGIN() MARK(3)  // one operation
#define SAMPLE_END() MARK(4)

// Carries out `operation` WARMUP + SAMPLES times, marked.
#define MEASURE(operation)                                             \
    do {                                                               \
        for (u32 measure_i = 0; measure_i < ITERATIONS; measure_i++) { \
            if (measure_i == WARMUP) STEADY_BEGIN();                   \
            SAMPLE_BEGIN();                                            \
            operation;                                                 \
            SAMPLE_END();                                              \
        }                                                              \
        STEADY_END();                                                  \
    } while (0)
