// SPDX-License-Identifier: Apache-2.0
// The twelve operations of lmbench's table. Each is done n and 2n times, SAMPLES times over; what the second batch
// takes more than the first is n operations without the loop's and the markers' own cost. The batches are marked: the
// samples of a run are, in this order, for each operation of ops.def, for each repetition: n, 2n.
#include "lib.h"
#include "micro.h"

#undef SAMPLES
#define SAMPLES 5

#define TYPES_H "/usr/include/sys/types.h"

static s32 zero, file, set[10];
static volatile u32 handled;
static s32 echo_in, echo_out;

static void on_signal(u32 signal) { handled += signal == SIGUSR1; }

// A child that sends back every byte, until its input ends.
static void start_echo(s32 (*make)(s32*), bool socket) {
    s32 there[2], back[2];
    make(there);
    if (!socket) make(back);
    if (fork() == 0) {
        char token;
        s32 in = there[socket ? 1 : 0], out = socket ? there[1] : back[1];
        close(there[socket ? 0 : 1]);
        if (!socket) close(back[0]);
        while (read(in, &token, 1) == 1) write(out, &token, 1);
        exit(0);
    }
    close(there[socket ? 1 : 0]);
    if (!socket) close(back[1]);
    echo_out = there[socket ? 0 : 1];
    echo_in = socket ? there[0] : back[0];
}

static void stop_echo(void) {
    close(echo_out);
    if (echo_in != echo_out) close(echo_in);
    wait(NULL);
}

static u32 null_syscall(void) { return getppid() <= 0; }

static u32 read_zero(void) {
    char c;
    return read(zero, &c, 1) != 1;
}

static u32 stat_path(void) {
    struct stat s;
    return stat(TYPES_H, &s) != 0;
}

static u32 fstat_file(void) {
    struct stat s;
    return fstat(file, &s) != 0;
}

static u32 open_close(void) { return close(open(TYPES_H, O_RDONLY)) != 0; }

static u32 select_10(void) {
    static const u32 now[2];
    u32 wanted = 0;
    for (u32 i = 0; i < ARRAY_SIZE(set); i++) wanted |= 1u << set[i];
    return select(16, &wanted, NULL, NULL, now) != 10;
}

static u32 signal_handler(void) {
    u32 before = handled;
    kill(getpid(), SIGUSR1);
    return handled != before + 1;
}

static u32 token_round(void) {
    char token = 't';
    return write(echo_out, &token, 1) != 1 || read(echo_in, &token, 1) != 1 || token != 't';
}
static u32 pipe_latency(void) { return token_round(); }
static u32 unix_socket(void) { return token_round(); }

static u32 fork_exit(void) {
    s32 code = -1, child = fork();
    if (child == 0) exit(0);
    return wait(&code) != child || code != 0;
}

static u32 fork_execve(void) { return run("/bin/hello", (const char* const[]){"hello", NULL}) != 42; }
static u32 system_sh(void) { return run("/bin/sh", (const char* const[]){"sh", "-c", "/bin/hello", NULL}) != 42; }

static void prepare(u32 (*operation)(void)) {
    if (operation == pipe_latency) start_echo(pipe, false);
    if (operation == unix_socket) start_echo(socketpair, true);
    if (operation == select_10)
        for (u32 i = 0; i < ARRAY_SIZE(set); i++) set[i] = open(TYPES_H, O_RDONLY);
}

static void clean_up(u32 (*operation)(void)) {
    if (operation == pipe_latency || operation == unix_socket) stop_echo();
    if (operation == select_10)
        for (u32 i = 0; i < ARRAY_SIZE(set); i++) close(set[i]);
}

static const struct {
    u32 (*operation)(void);
    const char* name;
    u32 n;
} operations[] = {
#define OP(function, name, n) {function, name, n},
#include "ops.def"
};

static __attribute__((noinline)) u32 batch(u32 (*operation)(void), u32 n) {
    u32 wrong = 0;
    SAMPLE_BEGIN();
    while (n--) wrong |= operation();
    SAMPLE_END();
    return wrong;
}

int main(int argc, const char* const* argv) {
    (void)argc, (void)argv;
    u32 failed = 0;
    zero = open("/dev/zero", O_RDONLY);
    file = open(TYPES_H, O_RDONLY);
    sigaction(SIGUSR1, on_signal);
    STEADY_BEGIN();
    for (u32 i = 0; i < ARRAY_SIZE(operations); i++) {
        u32 (*operation)(void) = operations[i].operation;
        u32 n = operations[i].n, wrong = 0;
        prepare(operation);
        for (u32 warm = 0; warm < 2; warm++) wrong |= operation();
        for (u32 sample = 0; sample < SAMPLES; sample++) wrong |= batch(operation, n) | batch(operation, 2 * n);
        clean_up(operation);
        print("lmbench: %s %s\n", operations[i].name, wrong ? "FAILED" : "ok");
        failed |= wrong;
    }
    STEADY_END();
    return failed != 0;
}
