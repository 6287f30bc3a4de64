// SPDX-License-Identifier: Apache-2.0
// What the kernel promises, one line each.
#include "lib.h"

static u32 failures;

static void check(const char* what, bool good) {
    print("check: %s %s\n", what, good ? "ok" : "FAILED");
    failures += !good;
}

// A process that never gives up the processor does not keep it.
static bool preempted(void) {
    s32 code = 0, child = fork();
    if (child == 0)
        for (;;) asm volatile("");
    for (u32 i = 0; i < 3; i++) yield();
    kill(child, SIGKILL);
    return wait(&code) == child && code == 128 + SIGKILL;
}

static s32 code_of_child(void (*body)(void)) {
    s32 code = -1;
    if (fork() == 0) {
        body();
        exit(0);
    }
    wait(&code);
    return code;
}

static void read_null(void) { *(volatile u32*)0; }
static void write_code(void) { *(volatile u32*)main = 0; }
static void write_kernel(void) { *(volatile u32*)0x40008000 = 0; }
static void run_data(void) {
    static u32 data[1] = {0xe12fff1e};  // bx lr
    ((void (*)(void))data)();
}
static void undefined(void) { asm volatile("udf #0"); }
static void privileged(void) {
    u32 v;
    asm volatile("mrc p15, 0, %0, c1, c0, 0" : "=r"(v));
}
static void deep_stack(void) {
    volatile u8 deep[5 * PAGE_SIZE];
    for (u32 i = 0; i < sizeof(deep); i += PAGE_SIZE) deep[i] = 1;
    exit(deep[0] + deep[PAGE_SIZE]);
}

static volatile u32 caught;
static void on_signal(u32 signal) { caught = signal; }

static bool select_waits(void) {
    s32 ends[2], code = 0;
    if (pipe(ends)) return false;
    if (fork() == 0) {
        for (u32 i = 0; i < 3; i++) yield();
        exit(write(ends[1], "x", 1) != 1);
    }
    u32 set = 1u << ends[0];
    bool good = select(FDS, &set, NULL, NULL, NULL) == 1 && set == 1u << ends[0];
    wait(&code);
    close(ends[0]);
    close(ends[1]);
    return good && code == 0;
}

// A program that was written by a program: its instructions come out of the data cache.
static bool copied_program_runs(void) {
    static u8 buffer[1000];
    s32 from = open("/bin/hello", O_RDONLY), to = open("/tmp/copy", O_RDWR | O_CREAT), part, code;
    while ((part = read(from, buffer, sizeof(buffer))) > 0) write(to, buffer, (u32)part);
    close(from);
    close(to);
    code = run("/tmp/copy", (const char* const[]){"copy", NULL});
    return code == 42 && unlink("/tmp/copy") == 0;
}

static bool bad_arguments(void) {
    struct stat s;
    s32 fds[2];
    u32 many = 1u << 20;
    return read(77, &s, 1) == -EBADF && read(0, (void*)0x40008000, 4) == -EFAULT && write(1, NULL, 4) == -EFAULT &&
           stat("/no/such", &s) == -ENOENT && stat("/bin/sh/x", &s) == -ENOTDIR && stat((char*)1, &s) == -EFAULT &&
           fstat(0, (struct stat*)main) == -EFAULT && pipe((s32*)0xffff0000) == -EFAULT &&
           open("/bin/hello", O_RDWR) == -EROFS && open("/bin", O_WRONLY) == -EISDIR && close(-1) == -EBADF &&
           kill(9999, SIGUSR1) == -ESRCH && kill(getpid(), 99) == -EINVAL && sigaction(SIGKILL, on_signal) == -EINVAL &&
           select(33, &many, NULL, NULL, NULL) == -EINVAL && wait(NULL) == -ECHILD && call3(999, 0, 0, 0) == -ENOSYS &&
           execve("/etc/rc", NULL) == -ENOEXEC && execve("/none", NULL) == -ENOENT && unlink("/bin/sh") == -EROFS &&
           mkdir("/tmp") == -EEXIST && dup2(0, 99) == -EBADF && pipe(fds) == 0 && close(fds[0]) == 0 &&
           write(fds[1], &s, 1) == -EPIPE && close(fds[1]) == 0;
}

static bool stat_tells(void) {
    struct stat s;
    s32 fds[2];
    bool good = stat("/bin", &s) == 0 && s.mode == S_DIR && stat("/bin/hello", &s) == 0 && s.mode == S_FILE &&
                s.size > 100 && stat("/dev/null", &s) == 0 && s.mode == S_DEVICE && socketpair(fds) == 0 &&
                fstat(fds[0], &s) == 0 && s.mode == S_SOCKET;
    return close(fds[0]) == 0 && close(fds[1]) == 0 && good;
}

static bool many_children(void) {
    u32 made = 0, ended = 0;
    for (;;) {
        s32 child = fork();
        if (child == 0) exit(0);
        if (child < 0) break;
        made++;
    }
    while (wait(NULL) > 0) ended++;
    return made >= 16 && ended == made;
}

// More than there is: processes that touch too much die, the others keep what they have, and all of it comes back.
#define BIG_PAGES 200u
#define BIG_CHILDREN 12u

static bool memory_runs_out(void) {
    static u8 big[BIG_PAGES * PAGE_SIZE];
    s32 report[2], hold[2], code, before = freepages();
    u32 good = 0, killed = 0;
    u8 word;
    if (pipe(report) || pipe(hold)) return false;
    for (u32 child = 0; child < BIG_CHILDREN; child++) {
        s32 pid = fork();
        if (pid < 0) killed++;
        if (pid != 0) continue;
        close(hold[1]);
        for (u32 i = 0; i < sizeof(big); i += PAGE_SIZE) big[i] = (u8)(child + i / PAGE_SIZE);
        close(report[1]);
        read(hold[0], &word, 1);
        for (u32 i = 0; i < sizeof(big); i += PAGE_SIZE)
            if (big[i] != (u8)(child + i / PAGE_SIZE)) exit(1);
        exit(0);
    }
    close(report[1]);
    read(report[0], &word, 1);  // ends when every child has all its pages, or is dead
    close(hold[1]);
    while (wait(&code) > 0) {
        good += code == 0;
        killed += code == 128 + SIGSEGV;
    }
    close(report[0]);
    close(hold[0]);
    return good >= 4 && killed >= 1 && good + killed == BIG_CHILDREN && freepages() == before;
}

int main(int argc, const char* const* argv) {
    (void)argc, (void)argv;
    check("preemption", preempted());
    check("null pointer", code_of_child(read_null) == 128 + SIGSEGV);
    check("code is read-only", code_of_child(write_code) == 128 + SIGSEGV);
    check("kernel memory is the kernel's", code_of_child(write_kernel) == 128 + SIGSEGV);
    check("data does not run", code_of_child(run_data) == 128 + SIGSEGV);
    check("undefined instruction", code_of_child(undefined) == 128 + SIGILL);
    check("privileged instruction", code_of_child(privileged) == 128 + SIGILL);
    check("stack grows", code_of_child(deep_stack) == 2);
    sigaction(SIGUSR1, on_signal);
    check("signal handler", kill(getpid(), SIGUSR1) == 0 && caught == SIGUSR1);
    check("select waits", select_waits());
    check("stat", stat_tells());
    check("bad arguments", bad_arguments());
    check("copied program", copied_program_runs());
    check("as many processes as fit", many_children());
    check("memory runs out and comes back", memory_runs_out());
    return failures != 0;
}
