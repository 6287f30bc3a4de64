/* SPDX-License-Identifier: Apache-2.0 */
/* The media instructions: saturation and the Q flag, parallel halves and bytes and the GE flags, long products. */
#include <arm_acle.h>
#include "user.h"

static inline u32 read_apsr(void) {
    u32 value;
    __asm__ volatile("mrs %0, apsr" : "=r"(value));
    return value & 0xf80f0000;
}

#define CASE(text)                                                                                                  \
    {                                                                                                               \
        u32 r = z;                                                                                                  \
        __asm__ volatile("msr apsr_nzcvqg, %4\n\t" text "\n\tmrs %1, apsr"                                          \
                         : "+&r"(r), "=&r"(flags) : "r"(x), "r"(y), "r"(start) : "cc");                             \
        sum = mix(sum, (u64)(flags & 0xf80f0000) << 32 | r);                                                        \
    }
#define LONG(text)                                                                                                  \
    {                                                                                                               \
        u32 low = z, high = x ^ y;                                                                                  \
        __asm__ volatile(text : "+&r"(low), "+&r"(high) : "r"(x), "r"(y) : "cc");                                   \
        sum = mix(sum, (u64)high << 32 | low);                                                                      \
    }

static NOINLINE u64 parallel(u32 x, u32 y, u32 z, u32 start, u64 sum) {
    u32 flags;
    CASE("sadd8 %0, %2, %3") CASE("ssub8 %0, %2, %3") CASE("sadd16 %0, %2, %3") CASE("sasx %0, %2, %3")
    CASE("uadd8 %0, %2, %3") CASE("usub8 %0, %2, %3") CASE("usub16 %0, %2, %3") CASE("usax %0, %2, %3")
    CASE("qadd8 %0, %2, %3") CASE("qsub16 %0, %2, %3") CASE("qasx %0, %2, %3") CASE("uqadd16 %0, %2, %3")
    CASE("uqsub8 %0, %2, %3") CASE("uqsax %0, %2, %3") CASE("shadd8 %0, %2, %3") CASE("shasx %0, %2, %3")
    CASE("uhsub8 %0, %2, %3") CASE("uhadd16 %0, %2, %3") CASE("sel %0, %2, %3")
    CASE("usad8 %0, %2, %3") CASE("usada8 %0, %2, %3, %0") CASE("pkhbt %0, %2, %3, lsl #5")
    CASE("pkhtb %0, %2, %3, asr #9") CASE("sxtab %0, %2, %3, ror #8") CASE("uxtab16 %0, %2, %3, ror #16")
    CASE("sxtb16 %0, %2") CASE("uxth %0, %3, ror #24")
    return sum;
}

static NOINLINE u64 saturating(u32 x, u32 y, u32 z, u32 start, u64 sum) {
    u32 flags;
    CASE("qadd %0, %2, %3") CASE("qsub %0, %2, %3") CASE("qdadd %0, %2, %3") CASE("qdsub %0, %2, %3")
    CASE("ssat %0, #13, %2, asr #3") CASE("usat %0, #9, %3, lsl #2") CASE("ssat16 %0, #7, %2") CASE("usat16 %0, #11, %2")
    CASE("smlabb %0, %2, %3, %0") CASE("smlatb %0, %2, %3, %0") CASE("smlawt %0, %2, %3, %0") CASE("smulbt %0, %2, %3")
    CASE("smulwb %0, %2, %3") CASE("smlad %0, %2, %3, %0") CASE("smladx %0, %2, %3, %0") CASE("smlsd %0, %2, %3, %0")
    CASE("smuad %0, %2, %3") CASE("smusdx %0, %2, %3") CASE("smmul %0, %2, %3") CASE("smmulr %0, %2, %3")
    CASE("smmlar %0, %2, %3, %0") CASE("smmls %0, %2, %3, %0") CASE("mls %0, %2, %3, %0")
    CASE("sdiv %0, %2, %3") CASE("udiv %0, %2, %3")
    LONG("smlalbt %0, %1, %2, %3") LONG("smlald %0, %1, %2, %3") LONG("smlsldx %0, %1, %2, %3") LONG("umaal %0, %1, %2, %3")
    LONG("umlal %0, %1, %2, %3") LONG("smull %0, %1, %2, %3")
    return sum;
}

static NOINLINE u64 bits(u32 x, u32 y, u32 z, u32 start, u64 sum) {
    u32 flags;
    CASE("rbit %0, %2") CASE("clz %0, %3") CASE("rev16 %0, %2") CASE("revsh %0, %3") CASE("bfi %0, %2, #5, #19")
    CASE("bfc %0, #7, #11") CASE("ubfx %0, %2, #3, #21") CASE("sbfx %0, %3, #17, #9") CASE("adcs %0, %2, %3")
    CASE("sbcs %0, %2, %3") CASE("rsbs %0, %2, %3") CASE("adds %0, %2, %3, lsl #4") CASE("subs %0, %2, %3, asr #31")
    CASE("movs %0, %2, rrx") CASE("lsls %0, %2, %3") CASE("lsrs %0, %2, %3") CASE("asrs %0, %2, %3") CASE("rors %0, %2, %3")
    CASE("ands %0, %2, %3, ror #7") CASE("bics %0, %2, #0xff00") CASE("eors %0, %2, #0x3fc0") CASE("teq %2, %3")
    CASE("tst %2, %3, lsr #1") CASE("cmn %2, %3") CASE("mvns %0, %3, lsl #31")
    CASE("cmp %2, %3\n\tite lt\n\tmovlt %0, %2\n\tmovge %0, %3")
    CASE("cmp %2, %3\n\titet hi\n\tsubhi %0, %2, %3\n\taddls %0, %0, %2\n\tmvnhi %0, %0")
    return sum;
}

static NOINLINE u64 intrinsics(s32 x, s32 y, u64 sum) {
    sum = mix(sum, (u64)__qadd(x, __qdbl(y)));
    sum = mix(sum, (u64)__ssat(x, 12) + (u64)__usat(y, 5));
    sum = mix(sum, (u64)__smlawb(x, y, x ^ y));
    sum = mix(sum, (u64)__smlald((int16x2_t)x, (int16x2_t)y, (s64)sum));
    sum = mix(sum, __uadd16((u32)x, (u32)y) ^ __sel((u32)y, (u32)x));
    return mix(sum, (u64)__uqadd8((u32)x, (u32)y) + __usad8((u32)x, (u32)y));
}

int main(void) {
    static const u32 corners[] = {0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x80008000, 0x7fff8001, 0x00ff7f80, 31, 32, 33};
    static const struct {
        const char *name;
        u64 (*run)(u32, u32, u32, u32, u64);
    } groups[] = {{"parallel", parallel}, {"saturating", saturating}, {"bits", bits}};
    u64 seed = 37;
    for (u32 g = 0; g < COUNT(groups); g++) {
        u64 sum = MIX_START;
        for (u32 i = 0; i < COUNT(corners); i++) {
            for (u32 j = 0; j < COUNT(corners); j++)
                sum = groups[g].run(corners[i], corners[j], corners[(i + j) % COUNT(corners)], (i * j % 2) << 29, sum);
            printf("%s %08x %016llx\n", groups[g].name, corners[i], sum);
        }
        for (u32 i = 0; i < 1000; i++) {
            u64 r = next_random(&seed);
            sum = groups[g].run((u32)r, (u32)(r >> 32) >> (i % 29), (u32)next_random(&seed), (u32)r & 0xf80f0000, sum);
        }
        printf("%s random %016llx\n", groups[g].name, sum);
    }
    u64 sum = MIX_START;
    for (u32 i = 0; i < 1000; i++) {
        u64 r = next_random(&seed);
        sum = intrinsics((s32)r, (s32)(r >> 32) >> (i & 15), sum);
    }
    printf("intrinsics %016llx, Q %u\n", sum, read_apsr() >> 27 & 1);
    return 0;
}
