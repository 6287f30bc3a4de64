// SPDX-License-Identifier: Apache-2.0
// The system calls, as entry.S calls them: see abi.h for arguments.
#pragma once
#include "types.h"

s32 sys_exit(s32 code) NORETURN;
s32 sys_fork(void);
s32 sys_execve(u32 path, u32 argv);
s32 sys_wait(u32 code);
s32 sys_getpid(void);
s32 sys_getppid(void);
s32 sys_read(u32 fd, u32 buffer, u32 size);
s32 sys_write(u32 fd, u32 buffer, u32 size);
s32 sys_open(u32 path, u32 flags);
s32 sys_close(u32 fd);
s32 sys_stat(u32 path, u32 result);
s32 sys_fstat(u32 fd, u32 result);
s32 sys_select(u32 count, u32 read, u32 write, u32 except);
s32 sys_pipe(u32 fds);
s32 sys_socketpair(u32 fds);
s32 sys_dup2(u32 from, u32 to);
s32 sys_sigaction(u32 signal, u32 handler, u32 restorer);
s32 sys_kill(u32 pid, u32 signal);
s32 sys_sigreturn(void);
s32 sys_times(void);
s32 sys_yield(void);
s32 sys_mkdir(u32 path);
s32 sys_unlink(u32 path);
s32 sys_freepages(void);
