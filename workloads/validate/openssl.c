// SPDX-License-Identifier: Apache-2.0
// OpenSSL's assembler functions as Debian compiled them, stock:openssl-code.bin: cycles for each byte.
#include "code.h"

#define MAGIC 0x4c53534fu
#define ARMV7_NEON 1u

typedef size_t (*Absorb)(u64* state, const u8* in, size_t bytes, size_t rate);
typedef void (*Squeeze)(u64* state, u8* out, size_t bytes, size_t rate);
typedef void (*Block)(const u8* in, u8* out, const void* key);
typedef void (*PolyBlocks)(void* state, const u8* in, size_t bytes, u32 pad);
typedef void (*PolyEmit)(void* state, u8* mac, const u32* nonce);

// workloads/linux/openssl_code.S
struct code {
    u32 magic;
    u32* features;
    Absorb sha3_absorb;
    Squeeze sha3_squeeze;
    Absorb sha3_absorb_neon;
    Squeeze sha3_squeeze_neon;
    int (*aes_set_key)(const u8* key, int bits, void* schedule);
    Block aes_encrypt;
    void (*cbc_encrypt)(const u8* in, u8* out, size_t bytes, const void* key, u8* iv, Block block);
    void (*chacha)(u8* out, const u8* in, size_t bytes, const u32* key, const u32* counter);
    int (*poly_init)(void* state, const u8* key, void** functions);
    PolyBlocks poly_blocks;
    PolyEmit poly_emit;
    void (*sha1)(u32* state, const u8* in, size_t blocks);
};
static const struct code* const code = CODE;

static u8 input[CODE_BYTES + 64] __attribute__((aligned(64)));
static u8 output[CODE_BYTES + 64] __attribute__((aligned(64)));

#define SHA3_256_RATE 136u
#define SHA3_BYTES (CODE_BYTES / SHA3_256_RATE * SHA3_256_RATE)

static void sha3(const char* name, Absorb absorb, Squeeze squeeze) {
    static const u8 answer[] = {0x3a, 0x98, 0x5d, 0xa7, 0x4f, 0xe2, 0x25, 0xb2, 0x04, 0x5c, 0x17,
                                0x2d, 0x6b, 0xd3, 0x90, 0xbd, 0x85, 0x5f, 0x08, 0x6e, 0x3e, 0x9d,
                                0x52, 0x5b, 0x46, 0xbf, 0xe2, 0x45, 0x11, 0x43, 0x15, 0x32};
    static u64 state[25];
    u8 block[SHA3_256_RATE] = "abc\x06", digest[sizeof answer];
    block[SHA3_256_RATE - 1] = 0x80;
    memset(state, 0, sizeof state);
    absorb(state, block, sizeof block, SHA3_256_RATE);
    squeeze(state, digest, sizeof digest, SHA3_256_RATE);
    if (!code_right(name, digest, answer, sizeof answer)) return;
    REGION(name, SHA3_BYTES * CODE_ROUNDS,
           for (u32 i = 0; i < CODE_ROUNDS; i++) absorb(state, input, SHA3_BYTES, SHA3_256_RATE));
}

// NIST SP 800-38A, F.2.1 and F.2.5.
static void aes_cbc(const char* name, int bits, const u8* key, const u8* answer) {
    static const u8 plain[16] = {0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96,
                                 0xe9, 0x3d, 0x7e, 0x11, 0x73, 0x93, 0x17, 0x2a};
    static u32 schedule[64];
    u8 iv[16], out[16];
    for (u32 i = 0; i < 16; i++) iv[i] = (u8)i;
    code->aes_set_key(key, bits, schedule);
    code->cbc_encrypt(plain, out, sizeof plain, schedule, iv, code->aes_encrypt);
    if (!code_right(name, out, answer, sizeof out)) return;
    CODE_REGION(name, code->cbc_encrypt(input, output, CODE_BYTES, schedule, iv, code->aes_encrypt));
}

// RFC 8439, 2.3.2.
static void chacha(const char* name, u32 features) {
    static const u8 answer[16] = {0x10, 0xf1, 0xe7, 0xe4, 0xd1, 0x3b, 0x59, 0x15,
                                  0x50, 0x0f, 0xdd, 0x1f, 0xa3, 0x20, 0x71, 0xc4};
    static const u32 counter[4] = {1, 0x09000000, 0x4a000000, 0};
    u32 key[8];
    for (u32 i = 0; i < 32; i++) ((u8*)key)[i] = (u8)i;
    *code->features = features;
    memset(output, 0, 512);
    code->chacha(output, output, 512, key, counter);
    if (!code_right(name, output, answer, sizeof answer)) return;
    CODE_REGION(name, code->chacha(output, input, CODE_BYTES, key, counter));
}

// RFC 8439, 2.5.2.
static void poly1305(const char* name, u32 features) {
    static const u8 key[32] = {0x85, 0xd6, 0xbe, 0x78, 0x57, 0x55, 0x6d, 0x33, 0x7f, 0x44, 0x52,
                               0xfe, 0x42, 0xd5, 0x06, 0xa8, 0x01, 0x03, 0x80, 0x8a, 0xfb, 0x0d,
                               0xb2, 0xfd, 0x4a, 0xbf, 0xf6, 0xaf, 0x41, 0x49, 0xf5, 0x1b};
    static const u8 message[48] = "Cryptographic Forum Research Group\x01";
    static const u8 answer[16] = {0xa8, 0x06, 0x1d, 0xc1, 0x30, 0x51, 0x36, 0xc6,
                                  0xc2, 0x2b, 0x8b, 0xaf, 0x0c, 0x01, 0x27, 0xa9};
    static u32 state[64];
    void* functions[2] = {(void*)code->poly_blocks, (void*)code->poly_emit};
    u8 mac[16];
    *code->features = features;
    code->poly_init(state, key, functions);
    const PolyBlocks blocks = (PolyBlocks)functions[0];
    const PolyEmit emit = (PolyEmit)functions[1];
    blocks(state, message, 32, 1);
    blocks(state, message + 32, 16, 0);
    emit(state, mac, (const u32*)(key + 16));
    if (!code_right(name, mac, answer, sizeof mac)) return;
    CODE_REGION(name, blocks(state, input, CODE_BYTES, 1));
}

static void sha1(const char* name, u32 features) {
    static const u32 answer[5] = {0xa9993e36, 0x4706816a, 0xba3e2571, 0x7850c26c, 0x9cd0d89d};
    static const u32 start[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    u8 block[64] = "abc\x80";
    u32 state[5];
    block[63] = 24;
    *code->features = features;
    memcpy(state, start, sizeof state);
    code->sha1(state, block, 1);
    if (!code_right(name, state, answer, sizeof answer)) return;
    CODE_REGION(name, code->sha1(state, input, CODE_BYTES / 64));
}

void validate_main(void) {
    static const u8 key128[16] = {0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6,
                                  0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c};
    static const u8 answer128[16] = {0x76, 0x49, 0xab, 0xac, 0x81, 0x19, 0xb2, 0x46,
                                     0xce, 0xe9, 0x8e, 0x9b, 0x12, 0xe9, 0x19, 0x7d};
    static const u8 key256[32] = {0x60, 0x3d, 0xeb, 0x10, 0x15, 0xca, 0x71, 0xbe, 0x2b, 0x73, 0xae,
                                  0xf0, 0x85, 0x7d, 0x77, 0x81, 0x1f, 0x35, 0x2c, 0x07, 0x3b, 0x61,
                                  0x08, 0xd7, 0x2d, 0x98, 0x10, 0xa3, 0x09, 0x14, 0xdf, 0xf4};
    static const u8 answer256[16] = {0xf5, 0x8c, 0x4c, 0x04, 0xd6, 0xe5, 0xf1, 0xba,
                                     0x77, 0x9e, 0xab, 0xfb, 0x5f, 0x7b, 0xfb, 0xd6};
    if (code->magic != MAGIC) {
        print("wrong code\n");
        return;
    }
    for (u32 i = 0; i < CODE_BYTES; i++) input[i] = (u8)(i * 37 + (i >> 8));
    sha3("sha3-256-integer", code->sha3_absorb, code->sha3_squeeze);
    sha3("sha3-256-neon", code->sha3_absorb_neon, code->sha3_squeeze_neon);
    aes_cbc("aes-128-cbc", 128, key128, answer128);
    aes_cbc("aes-256-cbc", 256, key256, answer256);
    chacha("chacha20-integer", 0);
    chacha("chacha20-neon", ARMV7_NEON);
    poly1305("poly1305-integer", 0);
    poly1305("poly1305-neon", ARMV7_NEON);
    sha1("sha1-integer", 0);
    sha1("sha1-neon", ARMV7_NEON);
}
