// SPDX-License-Identifier: Apache-2.0
// Goes through a list of accesses and prints what came of each: "number: value", or "number: abort".
typedef unsigned int u32;

struct step {
    u32 operation, address, value;
};
extern const struct step steps[];
extern const u32 step_count;

int access(u32 operation, u32 address, u32* value);

static void put(char c) { *(volatile u32*)0x09000000 = (unsigned char)c; }

static void print(const char* text) {
    for (; *text; ++text) put(*text);
}

static void number(u32 value) {
    for (int shift = 28; shift >= 0; shift -= 4) put("0123456789abcdef"[value >> shift & 15]);
}

int main(void) {
    for (u32 i = 0; i < step_count; ++i) {
        u32 value = steps[i].value;
        int answered = access(steps[i].operation, steps[i].address, &value);
        if (answered && steps[i].operation >= 3) continue;  // a write that went through
        number(i);
        print(": ");
        if (answered) number(value);
        else print("abort");
        print("\n");
    }
    return 0;
}
