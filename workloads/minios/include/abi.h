/* SPDX-License-Identifier: Apache-2.0 */
/* What minios and its programs agree on. Shared by C and assembly.
   A system call: number in r7, arguments in r0..r4, SVC #0; result in r0, negative: -errno. All else is kept. */
#pragma once

#define SYS_exit 0        /* (code) */
#define SYS_fork 1        /* () -> 0 in the child */
#define SYS_execve 2      /* (path, argv) */
#define SYS_wait 3        /* (code*) -> pid */
#define SYS_getpid 4      /* () */
#define SYS_getppid 5     /* () */
#define SYS_read 6        /* (fd, buffer, size) */
#define SYS_write 7       /* (fd, buffer, size) */
#define SYS_open 8        /* (path, flags) */
#define SYS_close 9       /* (fd) */
#define SYS_stat 10       /* (path, struct stat*) */
#define SYS_fstat 11      /* (fd, struct stat*) */
#define SYS_select 12     /* (n, read set*, write set*, except set*, timeout*): the timeout is NULL (wait) or zero */
#define SYS_pipe 13       /* (fd[2]) */
#define SYS_socketpair 14 /* (fd[2]): UNIX stream */
#define SYS_dup2 15       /* (from, to) */
#define SYS_sigaction 16  /* (signal, handler, restorer) */
#define SYS_kill 17       /* (pid, signal) */
#define SYS_sigreturn 18  /* () by the restorer */
#define SYS_times 19      /* () -> low word of the virtual count */
#define SYS_yield 20      /* () */
#define SYS_mkdir 21      /* (path) */
#define SYS_unlink 22     /* (path) */
#define SYS_freepages 23  /* () -> pages nobody uses */
#define SYS_COUNT 24

#define ENOENT 2
#define ESRCH 3
#define EINTR 4
#define ENOEXEC 8
#define EBADF 9
#define ECHILD 10
#define ENOMEM 12
#define EFAULT 14
#define EEXIST 17
#define ENOTDIR 20
#define EISDIR 21
#define EINVAL 22
#define EMFILE 24
#define ENOSPC 28
#define EROFS 30
#define EPIPE 32
#define ENOSYS 38

#define O_RDONLY 0
#define O_WRONLY 1
#define O_RDWR 2
#define O_ACCESS 3
#define O_CREAT 64

#define SIGILL 4
#define SIGKILL 9
#define SIGUSR1 10
#define SIGSEGV 11
#define SIGNALS 16
#define SIG_DFL 0

#define S_FILE 1
#define S_DIR 2
#define S_DEVICE 3
#define S_PIPE 4
#define S_SOCKET 5

#define PATH_SIZE 64 /* bytes of a path with its end */
#define ARGS_MAX 8
#define FDS 16

#ifndef __ASSEMBLER__
struct stat {
    unsigned ino, mode, size, links;
};
#endif
