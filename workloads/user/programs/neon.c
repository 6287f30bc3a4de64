/* SPDX-License-Identifier: Apache-2.0 */
/* Advanced SIMD through arm_neon.h: what a compiler does not find by itself. */
#include <arm_neon.h>
#include "user.h"

static u8 in[256], out[256];
static u64 seed = 23;

static void refill(void) {
    for (u32 i = 0; i < sizeof in; i += 8) {
        u64 r = next_random(&seed);
        memcpy(in + i, &r, 8);
    }
    memset(out, 0, sizeof out);
}

static void show(const char *name) {
    u64 sum = MIX_START;
    for (u32 i = 0; i < sizeof out; i += 8) {
        u64 word;
        memcpy(&word, out + i, 8);
        sum = mix(sum, word);
    }
    printf("%s %016llx\n", name, sum);
}

#define TEST(name, ...)                                                                                             \
    static NOINLINE void test_##name(void) {                                                                        \
        uint8x16_t a = vld1q_u8(in), b = vld1q_u8(in + 16), c = vld1q_u8(in + 32);                                  \
        (void)a, (void)b, (void)c;                                                                                  \
        __VA_ARGS__;                                                                                                \
        show(#name);                                                                                                \
    }
#define PUT(at, value) vst1q_u8(out + 16 * (at), vreinterpretq_u8_##value)
#define vreinterpretq_u8_u8(x) (x)
#define S8(x) vreinterpretq_s8_u8(x)
#define S16(x) vreinterpretq_s16_u8(x)
#define U16(x) vreinterpretq_u16_u8(x)
#define S32(x) vreinterpretq_s32_u8(x)
#define U32(x) vreinterpretq_u32_u8(x)
#define S64(x) vreinterpretq_s64_u8(x)
#define U64(x) vreinterpretq_u64_u8(x)
#define F32(x) vcvtq_f32_s32(vshrq_n_s32(S32(x), 5))
#define P8(x) vreinterpretq_p8_u8(x)

TEST(saturating, PUT(0, s8(vqaddq_s8(S8(a), S8(b)))); PUT(1, u16(vqsubq_u16(U16(a), U16(b))));
     PUT(2, s32(vqabsq_s32(S32(a)))); PUT(3, s64(vqaddq_s64(S64(a), S64(b)))); PUT(4, s16(vqnegq_s16(S16(c)))))
TEST(doubling, PUT(0, s16(vqdmulhq_s16(S16(a), S16(b)))); PUT(1, s32(vqrdmulhq_s32(S32(a), S32(b))));
     PUT(2, s32(vqdmull_s16(vget_low_s16(S16(a)), vget_high_s16(S16(b)))));
     PUT(3, s64(vqdmlsl_s32(S64(c), vget_low_s32(S32(a)), vget_low_s32(S32(b))))))
TEST(halving, PUT(0, s8(vhaddq_s8(S8(a), S8(b)))); PUT(1, u16(vrhaddq_u16(U16(a), U16(b))));
     PUT(2, s32(vhsubq_s32(S32(a), S32(b)))))
TEST(shifts, PUT(0, s8(vqshlq_s8(S8(a), S8(b)))); PUT(1, u16(vrshlq_u16(U16(a), S16(b))));
     PUT(2, s32(vqrshlq_s32(S32(a), S32(b)))); PUT(3, u64(vshlq_u64(U64(a), S64(b))));
     PUT(4, u8(vsriq_n_u8(a, b, 3))); PUT(5, s16(vsliq_n_s16(S16(a), S16(b), 9)));
     PUT(6, s32(vrsraq_n_s32(S32(a), S32(b), 17))); PUT(7, u16(vqshluq_n_s16(S16(a), 3))))
TEST(narrowing, vst1_u8(out, vqmovun_s16(S16(a))); vst1_s8((s8 *)out + 8, vqrshrn_n_s16(S16(b), 3));
     vst1_u16((u16 *)(out + 16), vqshrn_n_u32(U32(a), 7)); vst1_s16((s16 *)(out + 24), vaddhn_s32(S32(a), S32(b)));
     vst1_u32((u32 *)(out + 32), vrsubhn_u64(U64(a), U64(b))); vst1_u8(out + 40, vqrshrun_n_s16(S16(c), 5));
     vst1_u32((u32 *)(out + 48), vmovn_u64(U64(c))))
TEST(widening, PUT(0, s16(vmull_s8(vget_low_s8(S8(a)), vget_high_s8(S8(b)))));
     PUT(1, u32(vmlal_u16(U32(c), vget_low_u16(U16(a)), vget_high_u16(U16(b)))));
     PUT(2, s64(vmlsl_s32(S64(c), vget_low_s32(S32(a)), vget_high_s32(S32(b)))));
     PUT(3, u16(vabal_u8(U16(c), vget_low_u8(a), vget_low_u8(b)))); PUT(4, s32(vaddw_s16(S32(a), vget_low_s16(S16(b)))));
     PUT(5, s32(vshll_n_s16(vget_low_s16(S16(a)), 16))); PUT(6, u64(vsubl_u32(vget_low_u32(U32(a)), vget_low_u32(U32(b))))))
TEST(pairs, PUT(0, s16(vpaddlq_s8(S8(a)))); PUT(1, u64(vpadalq_u32(U64(b), U32(a))));
     vst1_u8(out + 32, vpmax_u8(vget_low_u8(a), vget_high_u8(a))); vst1_s16((s16 *)(out + 40),
     vpmin_s16(vget_low_s16(S16(a)), vget_low_s16(S16(b)))); vst1_u8(out + 48, vpadd_u8(vget_low_u8(c), vget_low_u8(a))))
TEST(permutes, uint8x16x2_t z = vzipq_u8(a, b); PUT(0, u8(z.val[0])); PUT(1, u8(z.val[1]));
     uint16x8x2_t t = vtrnq_u16(U16(a), U16(b)); PUT(2, u16(t.val[0])); PUT(3, u16(t.val[1]));
     uint8x16x2_t y = vuzpq_u8(a, c); PUT(4, u8(y.val[0])); PUT(5, u8(y.val[1])); PUT(6, u8(vextq_u8(a, b, 5)));
     PUT(7, u8(vrev64q_u8(a))); PUT(8, u16(vrev32q_u16(U16(a)))); PUT(9, u8(vrev16q_u8(b))))
TEST(tables, uint8x8x4_t t = vld4_u8(in + 64); uint8x8_t index = vand_u8(vget_low_u8(a), vdup_n_u8(47));
     vst1_u8(out, vtbl4_u8(t, index)); vst1_u8(out + 8, vtbx4_u8(vget_low_u8(b), t, index));
     vst1_u8(out + 16, vtbl1_u8(t.val[0], vand_u8(index, vdup_n_u8(11)))); uint8x8x3_t u = vld3_u8(in + 100);
     vst1_u8(out + 24, vtbx3_u8(vget_low_u8(c), u, index)))
TEST(structures, uint16x8x3_t x = vld3q_u16((u16 *)(in + 40)); vst3q_u16((u16 *)out, x);
     uint32x4x4_t y = vld4q_u32((u32 *)(in + 100)); vst4q_u32((u32 *)(out + 48), y);
     uint8x16x2_t z = vld2q_u8(in + 7); vst2q_u8(out + 113, z); uint8x8x3_t w = vld3_dup_u8(in + 9);
     w = vld3_lane_u8(in + 13, w, 5); vst3_lane_u8(out + 150, w, 5); vst3_u8(out + 160, w);
     uint16x4x4_t v = vld4_dup_u16((u16 *)(in + 30)); vst4_lane_u16((u16 *)(out + 190), v, 2);
     vst1q_lane_u32((u32 *)(out + 200), U32(c), 3); vst1_u8(out + 208, vld1_dup_u8(in + 77)))
TEST(polynomial, PUT(0, p8(vmulq_p8(P8(a), P8(b)))); PUT(1, p16(vmull_p8(vget_low_p8(P8(a)), vget_high_p8(P8(b))))))
TEST(counting, PUT(0, u8(vcntq_u8(a))); PUT(1, u16(vclzq_u16(U16(a)))); PUT(2, s32(vclsq_s32(S32(a))));
     PUT(3, u8(vtstq_u8(a, b))); PUT(4, u8(vbslq_u8(a, b, c))); PUT(5, u32(vcgeq_s32(S32(a), S32(b))));
     PUT(6, u16(vceqq_s16(S16(a), S16(a)))); PUT(7, u8(vornq_u8(a, b))); PUT(8, u8(vbicq_u8(a, c))))
TEST(distances, PUT(0, s8(vabdq_s8(S8(a), S8(b)))); PUT(1, u32(vabaq_u32(U32(c), U32(a), U32(b))));
     PUT(2, s16(vmaxq_s16(S16(a), S16(b)))); PUT(3, u8(vminq_u8(a, b))); PUT(4, f32(vabdq_f32(F32(a), F32(b)))))
TEST(lanes, PUT(0, s16(vmlaq_lane_s16(S16(a), S16(b), vget_low_s16(S16(c)), 3)));
     PUT(1, s32(vmulq_lane_s32(S32(a), vget_low_s32(S32(b)), 1)));
     PUT(2, f32(vmlsq_lane_f32(F32(a), F32(b), vget_low_f32(F32(c)), 0)));
     PUT(3, s32(vqdmlal_lane_s16(S32(a), vget_low_s16(S16(b)), vget_low_s16(S16(c)), 2)));
     PUT(4, u8(vsetq_lane_u8(vgetq_lane_u8(a, 11), b, 2))); PUT(5, s16(vdupq_lane_s16(vget_low_s16(S16(a)), 1)));
     out[200] = (u8)vgetq_lane_s8(S8(a), 9))
TEST(floats, PUT(0, f32(vaddq_f32(F32(a), F32(b)))); PUT(1, f32(vmulq_f32(F32(a), F32(b))));
     PUT(2, f32(vfmaq_f32(F32(a), F32(b), F32(c)))); PUT(3, f32(vmlaq_f32(F32(a), F32(b), F32(c))));
     PUT(4, f32(vmaxq_f32(F32(a), F32(b)))); PUT(5, u32(vcageq_f32(F32(a), F32(b)))); PUT(6, u32(vcgtq_f32(F32(a), F32(b))));
     PUT(7, f32(vrecpeq_f32(F32(a)))); PUT(8, f32(vrsqrteq_f32(vabsq_f32(F32(a)))));
     PUT(9, f32(vrecpsq_f32(F32(a), vrecpeq_f32(F32(a))))); PUT(10, f32(vrsqrtsq_f32(F32(b), F32(c))));
     PUT(11, u32(vrecpeq_u32(U32(a)))); PUT(12, u32(vrsqrteq_u32(U32(b)))); PUT(13, s32(vcvtq_s32_f32(F32(c))));
     PUT(14, u32(vcvtq_n_u32_f32(F32(a), 7))); PUT(15, f32(vcvtq_n_f32_s32(S32(b), 19))))
TEST(raw_floats, float32x4_t x = vreinterpretq_f32_u8(a); float32x4_t y = vreinterpretq_f32_u8(b);
     PUT(0, f32(vaddq_f32(x, y))); PUT(1, f32(vmulq_f32(x, y))); PUT(2, f32(vfmsq_f32(x, y, x)));
     PUT(3, f32(vminq_f32(x, y))); PUT(4, s32(vcvtq_s32_f32(x))); PUT(5, f32(vrecpeq_f32(x)));
     PUT(6, f32(vrsqrteq_f32(y))); PUT(7, f32(vnegq_f32(x))); vst1_f32((float *)(out + 128),
     vpadd_f32(vget_low_f32(x), vget_high_f32(y))); vst1_u16((u16 *)(out + 136),
     vreinterpret_u16_f16(vcvt_f16_f32(x))); PUT(9, f32(vcvt_f32_f16(vreinterpret_f16_u8(vget_low_u8(c))))))

int main(void) {
    static void (*const tests[])(void) = {
        test_saturating, test_doubling, test_halving, test_shifts, test_narrowing, test_widening, test_pairs,
        test_permutes, test_tables, test_structures, test_polynomial, test_counting, test_distances, test_lanes,
        test_floats, test_raw_floats};
    for (u32 round = 0; round < 20; round++)
        for (u32 i = 0; i < COUNT(tests); i++) {
            refill();
            tests[i]();
        }
    return 0;
}
