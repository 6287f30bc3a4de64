// SPDX-License-Identifier: Apache-2.0
#include "hosted_guest.h"
#include "print.h"

#define LINE 128u
#define USER_STACK_PAGE (GUEST_RAM + 0x100000)
#define USER_STACK 0x00040000u

struct guest_cpu guest_cpu;

extern u8 guest_user_load[], guest_user_start[], guest_user_end[];
s32 guest_enter_user(void);

void putchar_raw(char c) {
    static char line[LINE];
    static u32 length;
    line[length++] = c;
    if (c != '\n' && length < LINE) return;
    hypercall((u32)line, length, 0, GUEST_WRITE_TEXT);
    length = 0;
}

s32 guest_run_user(u32 (*program)(void)) {
    u32 pages = (u32)(guest_user_end - guest_user_start) / PAGE_SIZE;
    struct guest_map list[] = {
        {(u32)guest_user_start, (u32)guest_user_load | GUEST_READ | GUEST_EXEC, pages},
        {USER_STACK, USER_STACK_PAGE | GUEST_READ | GUEST_WRITE, 1},
    };
    if (hypercall(0, (u32)list, ARRAY_SIZE(list), GUEST_MAP) != GUEST_OK) return -1;
    guest_cpu.pc = (u32)program;
    guest_cpu.sp = USER_STACK + PAGE_SIZE;
    guest_cpu.psr = 0x10;
    return guest_enter_user();
}
