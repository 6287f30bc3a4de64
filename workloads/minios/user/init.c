// SPDX-License-Identifier: Apache-2.0
// The first process: has the shell run /etc/rc, then takes in orphans until there are no more; its end ends the
// machine.
#include "lib.h"

int main(int argc, const char* const* argv) {
    (void)argc, (void)argv;
    s32 code = run("/bin/sh", (const char* const[]){"sh", "/etc/rc", NULL});
    if (code) print("init: rc ended with %d\n", code);
    while (wait(NULL) > 0)
        ;
    return 0;
}
