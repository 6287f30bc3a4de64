/* SPDX-License-Identifier: Apache-2.0 */
/* CRC-32, Adler-32, SHA-256, SipHash, TEA and RC4 over the same bytes. */
#include "user.h"

static inline u32 ror(u32 x, u32 n) { return x >> n | x << (32 - n); }
static inline u64 rol64(u64 x, u32 n) { return x << n | x >> (64 - n); }

static NOINLINE u32 crc32(const u8 *bytes, u32 n) {
    u32 crc = ~0u;
    while (n--) {
        crc ^= *bytes++;
        for (int i = 0; i < 8; i++)
            crc = crc >> 1 ^ (0xedb88320u & -(crc & 1));
    }
    return ~crc;
}

static NOINLINE u32 adler32(const u8 *bytes, u32 n) {
    u32 a = 1, b = 0;
    while (n--) {
        a = (a + *bytes++) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

/* The constants are the first bits of the fractions of cube roots of primes: found by search, not written down. */
static u32 round_constants[64];
static NOINLINE u32 cube_root_fraction(u32 prime) {
    u64 root = 0; /* of prime << 96, in 3.32 bits: the largest r with r^3 <= prime * 2^96 */
    for (int bit = 35; bit >= 0; bit--) {
        u64 r = root | 1ull << bit;
        u64 square_high = (r >> 18) * (r >> 18), low = r & 0x3ffff;
        /* r*r and r*r*r in three words of 36 bits */
        u64 cross = 2 * (r >> 18) * low, ll = low * low;
        u64 s0 = ((cross & 0x3ffff) << 18) + ll, s1 = square_high + (cross >> 18) + (s0 >> 36);
        s0 &= 0xfffffffffull;
        u64 carry = 0, word[3];
        u64 parts[2] = {s0, s1};
        for (int i = 0; i < 2; i++) {
            u64 h = (parts[i] >> 18) * r, l = (parts[i] & 0x3ffff) * r;
            u64 sum = ((h & 0x3ffff) << 18) + (l & 0xfffffffffull) + carry;
            word[i] = sum & 0xfffffffffull;
            carry = (sum >> 36) + (h >> 18) + (l >> 36);
        }
        word[2] = carry;
        u64 limit2 = (u64)prime << 24; /* 96 = 72 + 24 */
        if (word[2] < limit2 || (word[2] == limit2 && word[1] == 0 && word[0] == 0))
            root = r;
    }
    return (u32)root;
}

static NOINLINE void sha256_block(u32 *h, const u8 *block) {
    u32 w[64], s[8];
    for (int i = 0; i < 16; i++)
        w[i] = (u32)block[4 * i] << 24 | (u32)block[4 * i + 1] << 16 | (u32)block[4 * i + 2] << 8 | block[4 * i + 3];
    for (int i = 16; i < 64; i++)
        w[i] = w[i - 16] + (ror(w[i - 15], 7) ^ ror(w[i - 15], 18) ^ w[i - 15] >> 3) + w[i - 7] +
               (ror(w[i - 2], 17) ^ ror(w[i - 2], 19) ^ w[i - 2] >> 10);
    memcpy(s, h, sizeof s);
    for (int i = 0; i < 64; i++) {
        u32 t1 = s[7] + (ror(s[4], 6) ^ ror(s[4], 11) ^ ror(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) +
                 round_constants[i] + w[i];
        u32 t2 = (ror(s[0], 2) ^ ror(s[0], 13) ^ ror(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += t1;
        s[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++)
        h[i] += s[i];
}

static NOINLINE void sha256(const u8 *bytes, u32 n) {
    u32 h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    u8 last[128] = {0};
    u32 whole = n / 64 * 64, rest = n % 64, end = rest < 56 ? 64 : 128;
    for (u32 i = 0; i < whole; i += 64)
        sha256_block(h, bytes + i);
    memcpy(last, bytes + whole, rest);
    last[rest] = 0x80;
    for (u32 i = 0; i < 4; i++)
        last[end - 1 - i] = (u8)(n * 8 >> 8 * i);
    for (u32 i = 0; i < end; i += 64)
        sha256_block(h, last + i);
    for (int i = 0; i < 8; i++)
        printf("%08x", h[i]);
    putchar('\n');
}

static NOINLINE u64 siphash(const u64 *words, u32 n, u64 k0, u64 k1) {
    u64 v0 = k0 ^ 0x736f6d6570736575ull, v1 = k1 ^ 0x646f72616e646f6dull, v2 = k0 ^ 0x6c7967656e657261ull,
        v3 = k1 ^ 0x7465646279746573ull;
    for (u32 i = 0; i <= n + 1; i++) {
        u64 m = i < n ? words[i] : 0;
        v3 ^= m;
        for (int j = 0; j < (i > n ? 4 : 2); j++) {
            v0 += v1, v1 = rol64(v1, 13) ^ v0, v0 = rol64(v0, 32);
            v2 += v3, v3 = rol64(v3, 16) ^ v2;
            v0 += v3, v3 = rol64(v3, 21) ^ v0;
            v2 += v1, v1 = rol64(v1, 17) ^ v2, v2 = rol64(v2, 32);
        }
        v0 ^= m;
        if (i == n)
            v2 ^= 0xff;
    }
    return v0 ^ v1 ^ v2 ^ v3;
}

static NOINLINE void tea(u32 *v, const u32 *k) {
    u32 sum = 0;
    for (int i = 0; i < 32; i++) {
        sum += 0x9e3779b9;
        v[0] += ((v[1] << 4) + k[0]) ^ (v[1] + sum) ^ ((v[1] >> 5) + k[1]);
        v[1] += ((v[0] << 4) + k[2]) ^ (v[0] + sum) ^ ((v[0] >> 5) + k[3]);
    }
}

static NOINLINE void rc4(u8 *bytes, u32 n, const u8 *key, u32 length) {
    u8 s[256], i = 0, j = 0;
    for (u32 k = 0; k < 256; k++)
        s[k] = (u8)k;
    for (u32 k = 0; k < 256; k++) {
        j += s[k] + key[k % length];
        u8 t = s[k];
        s[k] = s[j];
        s[j] = t;
    }
    for (j = 0; n--; bytes++) {
        i++;
        j += s[i];
        u8 t = s[i];
        s[i] = s[j];
        s[j] = t;
        *bytes ^= s[(u8)(s[i] + s[j])];
    }
}

int main(void) {
    static union {
        u8 bytes[1024];
        u32 words[256];
        u64 doubles[128];
    } data;
    u64 seed = 3;
    for (u32 i = 0, prime = 2; i < 64; prime++) {
        u32 d = 2;
        while (d * d <= prime && prime % d)
            d++;
        if (d * d > prime)
            round_constants[i++] = cube_root_fraction(prime);
    }
    printf("%08x %08x\n", round_constants[0], round_constants[63]);
    sha256((const u8 *)"abc", 3);
    for (u32 n = 0; n < 8; n++) {
        for (u32 i = 0; i < COUNT(data.doubles); i++)
            data.doubles[i] = next_random(&seed);
        u32 length = 1024 - n * 37;
        printf("%08x %08x %016llx\n", crc32(data.bytes, length), adler32(data.bytes, length),
               siphash(data.doubles, length / 8, seed, ~seed));
        sha256(data.bytes, length);
        rc4(data.bytes, length, data.bytes + 1000, 5 + n);
        tea(data.words, data.words + 2);
        printf("%08x %08x %08x\n", data.words[0], data.words[1], crc32(data.bytes, 1024));
    }
    return 0;
}
