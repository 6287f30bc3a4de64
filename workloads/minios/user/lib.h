// SPDX-License-Identifier: Apache-2.0
// System calls and the little a program needs besides.
#pragma once
#include "abi.h"
#include "print.h"
#include "string.h"
#include "types.h"

static inline __attribute__((always_inline)) s32 call5(u32 number, u32 a, u32 b, u32 c, u32 d, u32 e) {
    register u32 r0 asm("r0") = a;
    register u32 r1 asm("r1") = b;
    register u32 r2 asm("r2") = c;
    register u32 r3 asm("r3") = d;
    register u32 r4 asm("r4") = e;
    register u32 r7 asm("r7") = number;
    asm volatile("svc #0" : "+r"(r0) : "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r7) : "memory");
    return (s32)r0;
}
static inline __attribute__((always_inline)) s32 call3(u32 number, u32 a, u32 b, u32 c) {
    register u32 r0 asm("r0") = a;
    register u32 r1 asm("r1") = b;
    register u32 r2 asm("r2") = c;
    register u32 r7 asm("r7") = number;
    asm volatile("svc #0" : "+r"(r0) : "r"(r1), "r"(r2), "r"(r7) : "memory");
    return (s32)r0;
}

#define CALL0(name) \
    static inline s32 name(void) { return call3(SYS_##name, 0, 0, 0); }
CALL0(fork)
CALL0(getpid)
CALL0(getppid)
CALL0(times)
CALL0(yield)
CALL0(freepages)
static inline NORETURN void exit(s32 code) {
    call3(SYS_exit, (u32)code, 0, 0);
    __builtin_unreachable();
}
static inline s32 execve(const char* path, const char* const* argv) {
    return call3(SYS_execve, (u32)path, (u32)argv, 0);
}
static inline s32 wait(s32* code) { return call3(SYS_wait, (u32)code, 0, 0); }
static inline s32 read(s32 fd, void* to, u32 size) { return call3(SYS_read, (u32)fd, (u32)to, size); }
static inline s32 write(s32 fd, const void* from, u32 size) { return call3(SYS_write, (u32)fd, (u32)from, size); }
static inline s32 open(const char* path, u32 flags) { return call3(SYS_open, (u32)path, flags, 0); }
static inline s32 close(s32 fd) { return call3(SYS_close, (u32)fd, 0, 0); }
static inline s32 stat(const char* path, struct stat* s) { return call3(SYS_stat, (u32)path, (u32)s, 0); }
static inline s32 fstat(s32 fd, struct stat* s) { return call3(SYS_fstat, (u32)fd, (u32)s, 0); }
static inline s32 select(u32 n, u32* r, u32* w, u32* e, const u32* timeout) {
    return call5(SYS_select, n, (u32)r, (u32)w, (u32)e, (u32)timeout);
}
static inline s32 pipe(s32* fds) { return call3(SYS_pipe, (u32)fds, 0, 0); }
static inline s32 socketpair(s32* fds) { return call3(SYS_socketpair, (u32)fds, 0, 0); }
static inline s32 dup2(s32 from, s32 to) { return call3(SYS_dup2, (u32)from, (u32)to, 0); }
static inline s32 kill(s32 pid, u32 signal) { return call3(SYS_kill, (u32)pid, signal, 0); }
static inline s32 mkdir(const char* path) { return call3(SYS_mkdir, (u32)path, 0, 0); }
static inline s32 unlink(const char* path) { return call3(SYS_unlink, (u32)path, 0, 0); }
void sigreturn(void);
static inline s32 sigaction(u32 signal, void (*handler)(u32)) {
    return call3(SYS_sigaction, signal, (u32)handler, (u32)sigreturn);
}

int main(int argc, const char* const* argv);
void finish(s32 code) NORETURN;  // writes out what print() has, and exits
void flush(void);
u32 number(const char* digits);
// Runs a program to its end: its exit code, or negative.
s32 run(const char* path, const char* const* argv);
