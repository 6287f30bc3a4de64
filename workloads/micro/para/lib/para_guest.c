// SPDX-License-Identifier: Apache-2.0
#include "para_guest.h"
#include "print.h"

#define LINE 120
#define USER_STACK_TOP 0x00200000u

extern u8 guest_user_text[], guest_user_text_end[], guest_user_text_load[];
extern u8 guest_user_data[], guest_user_data_end[], guest_user_data_load[];

void (*guest_on_irq)(u32 delivered);
void (*guest_on_user_fault)(void);
volatile u32 guest_fault_skip, guest_faults, guest_fault_resume;
u32 guest_space;
static char user_stack[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

// A line for one call.
void putchar_raw(char c) {
    static char line[LINE];
    static u32 length;
    line[length++] = c;
    if (c == '\n' || length == LINE) {
        para3(PARA_CONSOLE, (u32)line, length, 0);
        length = 0;
    }
}

void guest_off(void) {
    for (;;) para0(PARA_OFF);
}

// Called by the upcalls.
void guest_interrupted(void);
void guest_user_faulted(void);
void guest_kernel_faulted(struct para_frame* frame);
u32 guest_enter_user(u32 entry, u32 stack);

void guest_interrupted(void) {
    if (guest_on_irq) guest_on_irq(page->delivered);
}

static void say_fault(const char* who, u32 pc) {
    print("%s fault %u at %x, status %x, address %x\n", who, page->fault_kind, pc, page->fault_status,
          page->fault_address);
}

void guest_user_faulted(void) {
    if (guest_on_user_fault) {
        guest_on_user_fault();
    } else {
        say_fault("user", page->user.pc);
        guest_off();
    }
}

void guest_kernel_faulted(struct para_frame* frame) {
    guest_faults++;
    if (guest_fault_resume) {
        frame->pc = guest_fault_resume;
        guest_fault_resume = 0;
    } else if (guest_fault_skip) {
        frame->pc += guest_fault_skip;
    } else {
        say_fault("kernel", frame->pc);
        guest_off();
    }
}

void guest_make_user(void) {
    struct para_map list[] = {
        {(u32)guest_user_text, (u32)guest_user_text_load | PARA_READ | PARA_EXEC,
         (u32)(guest_user_text_end - guest_user_text) / PAGE_SIZE},
        {(u32)guest_user_data, (u32)guest_user_data_load | PARA_READ | PARA_WRITE,
         (u32)(guest_user_data_end - guest_user_data) / PAGE_SIZE},
        {USER_STACK_TOP - PAGE_SIZE, (u32)user_stack | PARA_READ | PARA_WRITE, 1},
    };
    guest_space = para0(PARA_SPACE_CREATE);
    if (para3(PARA_MAP, guest_space, (u32)list, ARRAY_SIZE(list)) || para1(PARA_SPACE_SWITCH, guest_space)) {
        print("no user space\n");
        guest_off();
    }
}

u32 guest_run_user(u32 (*entry)(void)) { return guest_enter_user((u32)entry, USER_STACK_TOP); }
