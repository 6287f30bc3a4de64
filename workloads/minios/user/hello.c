// SPDX-License-Identifier: Apache-2.0
// What the benchmarks execute. With words, writes them.
#include "lib.h"

int main(int argc, const char* const* argv) {
    for (int i = 1; i < argc; i++) print(i + 1 < argc ? "%s " : "%s\n", argv[i]);
    return argc > 1 ? 0 : 42;
}
