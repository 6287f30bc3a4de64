// SPDX-License-Identifier: Apache-2.0
#define RC                         \
    "check\n"                      \
    "hello sh: a pipe | hello sh: a line; hello to a file > /tmp/out\n" \
    "lmbench\n"
