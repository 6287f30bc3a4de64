// SPDX-License-Identifier: Apache-2.0
// The machine beside the attacker: counts in the page they share, as long as the attacker lives.
#include "para_guest.h"
#include "print.h"

#define BEATS ((volatile u32*)PARA_CHANNEL_PAGES)
#define BYSTANDER ((volatile u32*)(PARA_CHANNEL_PAGES + PAGE_SIZE))

void guest_main(void) {
    while (*BYSTANDER == 0) para0(PARA_YIELD);
    print("heartbeat: start\n");
    u32 beats = 0;
    bool kept = true;
    while (para1(PARA_NOTIFY, 0) == PARA_OK) {
        if (*BEATS != beats) kept = false;  // nobody else writes there
        *BEATS = ++beats;
        para0(PARA_YIELD);
    }
    print("heartbeat: %s\n", kept ? "went on to the end" : "DISTURBED");
    para1(PARA_NOTIFY, 1);
}
