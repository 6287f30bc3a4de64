// SPDX-License-Identifier: Apache-2.0
// mark N                 execute the hint DBG #N, a marker for the simulator (a NOP anywhere else)
// mark row NAME PROGRAM...  run the program to its end between DBG #6 with the name in r0 to r3 and DBG #7, and between
//                        DBG #3 and DBG #4; exit with its code
// mark now               print the virtual counter, in hexadecimal
// mark entropy           tell the kernel that it has randomness enough, as it has in a machine that is up for long
//
// Without a C library, so that a marker brings no start-up of its own.

typedef unsigned long word;

enum { sys_exit = 1, sys_fork = 2, sys_write = 4, sys_open = 5, sys_execve = 11, sys_ioctl = 54, sys_wait4 = 114 };

static long call(word number, word a, word b, word c, word d) {
    register word r7 __asm__("r7") = number;
    register word r0 __asm__("r0") = a;
    register word r1 __asm__("r1") = b;
    register word r2 __asm__("r2") = c;
    register word r3 __asm__("r3") = d;
    __asm__ volatile("svc #0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2), "r"(r3) : "memory");
    return (long)r0;
}

static void leave(int code) {
    for (;;) call(sys_exit, (word)code, 0, 0, 0);
}

#define MARK(n) \
    case n: __asm__ volatile("dbg #" #n ::: "memory"); break;

static void mark(const char* text) {
    unsigned n = 0;
    while (*text >= '0' && *text <= '9') n = n * 10 + (unsigned)(*text++ - '0');
    switch (n) {
        // clang-format off
        MARK(0) MARK(1) MARK(2) MARK(3) MARK(4) MARK(5) MARK(6) MARK(7)
        MARK(8) MARK(9) MARK(10) MARK(11) MARK(12) MARK(13) MARK(14) MARK(15)
        default: leave(2);
        // clang-format on
    }
}

/// DBG #6: the name, padded with zeros, in r0 to r3.
static void begin_row(const char* name) {
    union {
        char text[16];
        word words[4];
    } padded = {.words = {0, 0, 0, 0}};
    for (int i = 0; i < 16 && name[i]; i++) padded.text[i] = name[i];
    register word r0 __asm__("r0") = padded.words[0];
    register word r1 __asm__("r1") = padded.words[1];
    register word r2 __asm__("r2") = padded.words[2];
    register word r3 __asm__("r3") = padded.words[3];
    __asm__ volatile("dbg #6" : : "r"(r0), "r"(r1), "r"(r2), "r"(r3) : "memory");
}

static void print_counter(void) {
    unsigned low, high;
    __asm__ volatile("isb\n\tmrrc p15, 1, %0, %1, c14" : "=r"(low), "=r"(high) : : "memory");  // CNTVCT
    char text[17];
    for (int i = 0; i < 8; i++) {
        text[i] = "0123456789abcdef"[high >> (28 - 4 * i) & 15];
        text[8 + i] = "0123456789abcdef"[low >> (28 - 4 * i) & 15];
    }
    text[16] = '\n';
    call(sys_write, 1, (word)text, sizeof text, 0);
}

/// Any bytes will do. Without them every number that the kernel draws costs it some thousand instructions.
static long add_entropy(void) {
    static const struct {
        int bits, size;
        char bytes[64];
    } pool = {512, 64, {0}};
    const word add = 0x40085203;  // RNDADDENTROPY
    const long file = call(sys_open, (word) "/dev/urandom", 1, 0, 0);
    return file < 0 ? file : call(sys_ioctl, (word)file, add, (word)&pool, 0);
}

__attribute__((used)) static void run(word* stack) {
    const int argc = (int)stack[0];
    char** argv = (char**)&stack[1];
    char** environment = &argv[argc + 1];
    int status = 0;
    if (argc != 2 && argc < 4) leave(2);
    if (argv[1][0] == 'e') leave(add_entropy() < 0);
    if (argv[1][0] == 'n') {
        print_counter();
        leave(0);
    }
    if (argc == 2) {
        mark(argv[1]);
    } else {
        begin_row(argv[2]);
        mark("3");
        const long child = call(sys_fork, 0, 0, 0, 0);
        if (child == 0) {
            call(sys_execve, (word)argv[3], (word)&argv[3], (word)environment, 0);
            leave(127);
        }
        if (child < 0) leave(126);
        call(sys_wait4, (word)child, (word)&status, 0, 0);
        mark("4");
        mark("7");
    }
    leave(status & 0x7f ? 128 + (status & 0x7f) : status >> 8 & 0xff);
}

__attribute__((naked, used)) void _start(void) { __asm__ volatile("mov r0, sp\n\tbic sp, sp, #7\n\tb run"); }
