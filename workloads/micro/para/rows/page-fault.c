// SPDX-License-Identifier: Apache-2.0
// Page fault: the guest user's first load from a page. Microvisor, guest kernel (which asks for a mapping), microvisor,
// and back. The tables for the pages are there: of the first MiB since the warm-up, of the second by a page at its end.
#include "micro.h"
#include "para_guest.h"
#include "print.h"

#define FRESH 0x10000000u
#define FRAMES (PARA_RAM + (1u << 20))

static u32 frame = FRAMES;
static u32 wrong, faults;

static void on_user_fault(void) {
    struct para_map entry = {ALIGN_DOWN(page->fault_address, PAGE_SIZE), frame | PARA_READ | PARA_WRITE, 1};
    wrong |= para3(PARA_MAP, guest_space, (u32)&entry, 1);
    // 272 pages from 256 frames: the last pages share frames with the first.
    frame = frame + PAGE_SIZE == PARA_RAM + (2u << 20) ? FRAMES : frame + PAGE_SIZE;
    faults++;
}

USER_CODE static u32 user_main(void) {
    volatile u32* fresh = (volatile u32*)FRESH;
    u32 results = 0;
    MEASURE((results |= *fresh, fresh += PAGE_SIZE / sizeof(*fresh)));
    return syscall1(SYSCALL_EXIT, results);
}

void guest_main(void) {
    print("page-fault: start\n");
    guest_make_user();
    guest_on_user_fault = on_user_fault;
    wrong |= para_map1(guest_space, FRESH + (2u << 20) - PAGE_SIZE, frame | PARA_READ, 1);
    u32 result = guest_run_user(user_main);
    print("page-fault: %s\n", result || wrong || faults != ITERATIONS ? "FAILED" : "done");
}
