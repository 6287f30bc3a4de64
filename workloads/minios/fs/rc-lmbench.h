// SPDX-License-Identifier: Apache-2.0
#define RC                                                                               \
    "check\n"                                                                            \
    "hello sh: through two pipes | cat | cat; hello sh: to a file and back > /tmp/out\n" \
    "cat /tmp/out\n"                                                                     \
    "lmbench\n"
