/* SPDX-License-Identifier: Apache-2.0 */
/* Runtime of the user-mode programs: Linux system calls, served by qemu-arm or by bare_start.S. */
#include "user.h"

#define SYS_EXIT 1
#define SYS_WRITE 4

static char buffer[4096];
static u32 used;

static u32 system_call(u32 number, u32 a, u32 b, u32 c) {
    /* r7 is the frame pointer of T32 code at -O0: the compiler may not be asked for it. */
    register u32 r0 __asm__("r0") = a;
    register u32 r1 __asm__("r1") = b;
    register u32 r2 __asm__("r2") = c;
    register u32 r3 __asm__("r3") = number;
    __asm__ volatile("mov r12, r7\n\tmov r7, r3\n\tsvc #0\n\tmov r7, r12"
                     : "+r"(r0) : "r"(r1), "r"(r2), "r"(r3) : "r12", "memory");
    return r0;
}

static void flush(void) {
    system_call(SYS_WRITE, 1, (u32)buffer, used);
    used = 0;
}

int putchar(int c) {
    if (used == sizeof buffer)
        flush();
    buffer[used++] = (char)c;
    return c;
}

/* The last line is how the comparison knows that the program came to its end. */
void exit(int status) {
    printf("-- end, status %d\n", status);
    flush();
    for (;;)
        system_call(SYS_EXIT, (u32)status & 0xff, 0, 0);
}

void abort(void) { exit(134); }

void user_main(void);
void user_main(void) { exit(main()); }

int puts(const char *text) {
    while (*text)
        putchar(*text++);
    return putchar('\n');
}

static void put_number(u64 value, u32 base, u32 width, char fill, const char *digits, int negative) {
    char text[24];
    u32 n = 0;
    if (base == 16) {
        do
            text[n++] = digits[value & 15];
        while (value >>= 4);
    } else {
        do
            text[n++] = digits[value % 10];
        while (value /= 10);
    }
    if (negative && fill == '0')
        putchar('-');
    for (u32 i = n + (negative != 0); i < width; i++)
        putchar(fill);
    if (negative && fill != '0')
        putchar('-');
    while (n)
        putchar(text[--n]);
}

/* %d %u %x %X %c %s %% with l, ll, z, a width and a leading zero: nothing else. */
int vprintf(const char *format, va_list args) {
    static const char small[] = "0123456789abcdef", large[] = "0123456789ABCDEF";
    for (; *format; format++) {
        if (*format != '%') {
            putchar(*format);
            continue;
        }
        char fill = ' ';
        u32 width = 0, longs = 0;
        if (*++format == '0')
            fill = '0';
        for (; *format >= '0' && *format <= '9'; format++)
            width = width * 10 + (u32)(*format - '0');
        for (; *format == 'l' || *format == 'z'; format++)
            longs += *format == 'l';
        switch (*format) {
        case 'd':
        case 'i': {
            s64 value = longs > 1 ? va_arg(args, s64) : va_arg(args, s32);
            put_number(value < 0 ? -(u64)value : (u64)value, 10, width, fill, small, value < 0);
            break;
        }
        case 'u': put_number(longs > 1 ? va_arg(args, u64) : va_arg(args, u32), 10, width, fill, small, 0); break;
        case 'x': put_number(longs > 1 ? va_arg(args, u64) : va_arg(args, u32), 16, width, fill, small, 0); break;
        case 'X': put_number(longs > 1 ? va_arg(args, u64) : va_arg(args, u32), 16, width, fill, large, 0); break;
        case 'c': putchar(va_arg(args, int)); break;
        case 's':
            for (const char *text = va_arg(args, const char *); *text; text++)
                putchar(*text);
            break;
        case '%': putchar('%'); break;
        default: abort();
        }
    }
    return 0;
}

int printf(const char *format, ...) {
    va_list args;
    va_start(args, format);
    int result = vprintf(format, args);
    va_end(args);
    return result;
}

void *memcpy(void *to, const void *from, size_t size) {
    u8 *t = to;
    const u8 *f = from;
    while (size--)
        *t++ = *f++;
    return to;
}

void *memmove(void *to, const void *from, size_t size) {
    u8 *t = to;
    const u8 *f = from;
    if (t <= f)
        return memcpy(to, from, size);
    while (size--)
        t[size] = f[size];
    return to;
}

void *memset(void *to, int value, size_t size) {
    u8 *t = to;
    while (size--)
        *t++ = (u8)value;
    return to;
}

int memcmp(const void *a, const void *b, size_t size) {
    const u8 *x = a, *y = b;
    for (; size; size--, x++, y++)
        if (*x != *y)
            return *x < *y ? -1 : 1;
    return 0;
}

size_t strlen(const char *text) {
    size_t n = 0;
    while (text[n])
        n++;
    return n;
}

int strcmp(const char *a, const char *b) {
    while (*a && *a == *b)
        a++, b++;
    return (u8)*a - (u8)*b;
}

char *strcpy(char *to, const char *from) {
    char *t = to;
    while ((*t++ = *from++))
        ;
    return to;
}

u64 mix(u64 sum, u64 value) {
    for (int i = 0; i < 8; i++, value >>= 8)
        sum = (sum ^ (value & 0xff)) * 0x100000001b3ull;
    return sum;
}

u64 next_random(u64 *state) {
    u64 x = *state;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    *state = x;
    return x * 0x2545f4914f6cdd1dull;
}

/* Division by zero in libgcc: Linux's would raise a signal, a processor's own UDIV gives 0. */
int __aeabi_idiv0(int value);
int __aeabi_idiv0(int value) { (void)value; return 0; }
s64 __aeabi_ldiv0(s64 value);
s64 __aeabi_ldiv0(s64 value) { (void)value; return 0; }
