// SPDX-License-Identifier: Apache-2.0
#include "lib.h"

static char line[128];
static u32 length;

void flush(void) {
    write(1, line, length);
    length = 0;
}

void putchar_raw(char c) {
    line[length++] = c;
    if (c == '\n' || length == sizeof(line)) flush();
}

void finish(s32 code) {
    if (length) flush();
    exit(code);
}

u32 number(const char* digits) {
    u32 v = 0;
    for (; *digits >= '0' && *digits <= '9'; digits++) v = v * 10 + (u32)(*digits - '0');
    return v;
}

s32 run(const char* path, const char* const* argv) {
    s32 child = fork();
    if (child == 0) {
        s32 error = execve(path, argv);
        exit(error ? 127 : 126);
    }
    s32 code = -1, pid;
    if (child < 0) return child;
    while ((pid = wait(&code)) != child)
        if (pid < 0 && pid != -EINTR) return pid;
    return code;
}
