// SPDX-License-Identifier: Apache-2.0
// Functions of Linux's crypto modules as Debian compiled them, stock:linux-crypto.bin: cycles for each byte of messages
// of 4096 bytes.
#include "code.h"

#define MAGIC 0x43584e4cu
#define MESSAGE 4096u

struct blake2b {
    u64 h[8], counter[2], final[2];
};

// workloads/linux/linux_crypto.S
struct code {
    u32 magic;
    void (*sha1)(u32* state, const u8* in, u32 blocks);
    void (*sha1_neon)(u32* state, const u8* in, u32 blocks);
    void (*sha256)(u32* state, const u8* in, u32 blocks);
    void (*sha256_neon)(u32* state, const u8* in, u32 blocks);
    void (*blake2b)(struct blake2b* state, const u8* in, size_t blocks, u32 increment);
    void (*chacha4)(const u32* state, u8* out, const u8* in, int rounds, u32 bytes);
    void (*nh)(const u32* key, const u8* in, size_t bytes, u64* hash);
};
static const struct code* const code = CODE;

// SHA pads a message with a block of its own here.
#define SHA_BLOCKS (MESSAGE / 64 + 1)

static u8 input[MESSAGE + 64] __attribute__((aligned(64)));
static u8 output[MESSAGE] __attribute__((aligned(64)));

#define MESSAGE_REGION(name, body) \
    REGION(                        \
        name, MESSAGE* CODE_ROUNDS, for (u32 round = 0; round < CODE_ROUNDS; round++) { body; })

static void sha(const char* name, void (*blocks)(u32*, const u8*, u32), const u32* start, const u32* answer,
                u32 words) {
    u8 block[64] = "abc\x80";
    u32 state[8];
    block[63] = 24;
    memcpy(state, start, words * 4);
    blocks(state, block, 1);
    if (!code_right(name, state, answer, words * 4)) return;
    MESSAGE_REGION(name, blocks(state, input, SHA_BLOCKS));
}

// RFC 7693, appendix A: BLAKE2b-512("abc").
static void blake2b(void) {
    static const u8 answer[16] = {0xba, 0x80, 0xa5, 0x3f, 0x98, 0x1c, 0x4d, 0x0d,
                                  0x6a, 0x27, 0x97, 0xb6, 0x9f, 0x12, 0xf6, 0xe9};
    static const u64 iv[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
                              0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};
    static struct blake2b state;
    u8 block[128] = "abc";
    memcpy(state.h, iv, sizeof iv);
    state.h[0] ^= 0x01010040;
    state.final[0] = ~0ull;
    code->blake2b(&state, block, 1, 3);
    if (!code_right("blake2b-neon", state.h, answer, sizeof answer)) return;
    state.final[0] = 0;
    MESSAGE_REGION("blake2b-neon", code->blake2b(&state, input, MESSAGE / 128, 128));
}

// RFC 8439, 2.3.2.
static void chacha(const char* name, int rounds) {
    static const u8 answer[16] = {0x10, 0xf1, 0xe7, 0xe4, 0xd1, 0x3b, 0x59, 0x15,
                                  0x50, 0x0f, 0xdd, 0x1f, 0xa3, 0x20, 0x71, 0xc4};
    u32 state[16] __attribute__((aligned(16))) = {
        0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, [12] = 1, 0x09000000, 0x4a000000, 0};
    for (u32 i = 0; i < 32; i++) ((u8*)(state + 4))[i] = (u8)i;
    memset(output, 0, 256);
    code->chacha4(state, output, output, 20, 256);
    if (!code_right(name, output, answer, sizeof answer)) return;
    MESSAGE_REGION(
        name, for (u32 at = 0; at < MESSAGE; at += 256) code->chacha4(state, output + at, input + at, rounds, 256));
}

void validate_main(void) {
    static const u32 sha1_start[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    static const u32 sha1_answer[5] = {0xa9993e36, 0x4706816a, 0xba3e2571, 0x7850c26c, 0x9cd0d89d};
    static const u32 sha256_start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    static const u32 sha256_answer[8] = {0xba7816bf, 0x8f01cfea, 0x414140de, 0x5dae2223,
                                         0xb00361a3, 0x96177a9c, 0xb410ff61, 0xf20015ad};
    if (code->magic != MAGIC) {
        print("wrong code\n");
        return;
    }
    for (u32 i = 0; i < MESSAGE; i++) input[i] = (u8)(i * 37 + (i >> 8));
    sha("sha1-integer", code->sha1, sha1_start, sha1_answer, 5);
    sha("sha1-neon", code->sha1_neon, sha1_start, sha1_answer, 5);
    sha("sha256-integer", code->sha256, sha256_start, sha256_answer, 8);
    sha("sha256-neon", code->sha256_neon, sha256_start, sha256_answer, 8);
    blake2b();
    chacha("chacha20-neon", 20);
    chacha("chacha12-neon", 12);
}
