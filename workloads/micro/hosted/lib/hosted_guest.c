// SPDX-License-Identifier: Apache-2.0
#include "hosted_guest.h"
#include "print.h"

#define LINE 128u
#define USER_STACK_PAGE (GUEST_RAM + 0x100000)
#define USER_STACK 0x00040000u

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
    if (hypercall((u32)guest_user_start, (u32)guest_user_load | GUEST_EXEC, pages, GUEST_MAP) != GUEST_OK ||
        hypercall(USER_STACK, USER_STACK_PAGE | GUEST_WRITE, 1, GUEST_MAP) != GUEST_OK)
        return -1;
    hypercall((u32)program, USER_STACK + PAGE_SIZE, 0, GUEST_USER);
    return guest_enter_user();
}
