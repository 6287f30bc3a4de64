// SPDX-License-Identifier: Apache-2.0
// The first process, ticks and faults.
#include "kernel.h"
#include "print.h"
#include "string.h"

extern u8 minios_bss_end[];
static u64 tick_period;

void putchar_raw(char c) {
    static char line[120];
    static u32 length;
    line[length++] = c;
    if (c == '\n' || length == sizeof(line)) {
        hal_console(line, length);
        length = 0;
    }
}

void console_write(const char* text, u32 size) {
    for (u32 i = 0; i < size; i++) putchar_raw(text[i]);
}

void panic(const char* why) {
    print("minios: %s\n", why);
    hal_off();
}

void trap_tick(void) {
    hal_timer_set(hal_time() + tick_period);
    current->work |= WORK_RESCHEDULE;
}

void trap_work(void) {
    if (current->work & WORK_RESCHEDULE) {
        current->work &= ~WORK_RESCHEDULE;
        sched_yield();
    }
    if (current->work & WORK_SIGNAL) signal_deliver();
}

#define STATUS_WRITE (1u << 11)

void trap_fault(u32 kind, u32 status, u32 address) {
    if (kind == FAULT_DATA && memory_fault(current, address, status & STATUS_WRITE)) return;
    signal_send(current, kind == FAULT_UNDEFINED ? SIGILL : SIGSEGV);
}

void trap_kernel_fault(u32 kind, u32 pc, u32 address) {
    print("minios: exception %u in the kernel at %x, address %x\n", kind, pc, address);
    hal_off();
}

void kernel_main(void) {
    hal_init();
    print("minios: a small kernel\n");
    page_init(ALIGN_UP((u32)minios_bss_end, PAGE_SIZE), RAM_BASE + RAM_SIZE);
    fs_init();
    tick_period = hal_time_frequency() >> TICKS_LOG2;

    struct proc* init = proc_make();
    if (!init) panic("no memory");
    init->state = PROC_READY;
    current = init;
    hal_space_enter(&init->space, (u32)init->kstack + PAGE_SIZE);
    struct file* console = file_take(&console_ops, S_DEVICE, O_RDWR);
    for (u32 i = 0; i < 3; i++) init->fd[i] = console;
    console->users = 3;
    s32 argc = exec_load("/bin/init", 1, "init", 5);
    if (argc < 0) panic("no /bin/init");
    init->frame->r[0] = (u32)argc;
    hal_timer_set(hal_time() + tick_period);
    hal_enter_user(init->frame);
}
