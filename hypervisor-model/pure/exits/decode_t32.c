// SPDX-License-Identifier: Apache-2.0
// ARM DDI 0406C A6.2.4 (16-bit single), A6.2 (16-bit block), A6.3.5 to A6.3.10 (32-bit).
#include "exits/decode.h"
#include "vcpu/vcpu.h"

static u32 field(u32 word, u32 low, u32 width) { return word >> low & ((1u << width) - 1); }
static bool flag(u32 word, u32 at) { return word >> at & 1; }

static void single(struct transfer* t, u32 size, bool write, bool sign_extend) {
    t->size = (u8)size;
    t->write = write;
    t->sign_extend = sign_extend;
    t->count = 1;
}

// opB of the register-offset group: size, direction, sign.
static void register_group(struct transfer* t, u32 op) {
    static const u8 size[8] = {4, 2, 1, 1, 4, 2, 1, 2};
    single(t, size[op], op < 3, op == 3 || op == 7);
}

static bool decode_16(struct vcpu* vcpu, u32 half, struct transfer* t) {
    u32 offset;
    t->reg[0] = (u8)field(half, 0, 3);
    t->base = (u8)field(half, 3, 3);
    switch (half >> 12) {
    case 5:
        register_group(t, field(half, 9, 3));
        offset = vcpu_reg_read(vcpu, field(half, 6, 3));
        break;
    case 6:
    case 7:
        single(t, flag(half, 12) ? 1 : 4, !flag(half, 11), false);
        offset = field(half, 6, 5) * t->size;
        break;
    case 8:
        single(t, 2, !flag(half, 11), false);
        offset = field(half, 6, 5) * 2;
        break;
    case 9:
        single(t, 4, !flag(half, 11), false);
        t->reg[0] = (u8)field(half, 8, 3);
        t->base = 13;
        offset = field(half, 0, 8) * 4;
        break;
    case 12: {
        u32 list = field(half, 0, 8);
        t->base = (u8)field(half, 8, 3);
        t->write = !flag(half, 11);
        return decode_multiple(vcpu, t, list, true, false, t->write || !(list >> t->base & 1));
    }
    default: return false;
    }
    decode_indexed(t, vcpu_reg_read(vcpu, t->base), (s32)offset, true, false);
    return true;
}

// LDRD STRD, immediate; op 01 and 1x with bit 22 set. Exclusives and table branches share the space without P or W.
static bool dual(struct vcpu* vcpu, u32 word, struct transfer* t) {
    bool index = flag(word, 24), writeback = flag(word, 21);
    if (!index && !writeback) return false;
    s32 offset = (s32)field(word, 0, 8) * 4;
    single(t, 4, !flag(word, 20), false);
    t->count = 2;
    t->reg[0] = (u8)field(word, 12, 4);
    t->reg[1] = (u8)field(word, 8, 4);
    decode_indexed(t, vcpu_reg_read(vcpu, t->base), flag(word, 23) ? offset : -offset, index, writeback);
    return true;
}

static bool multiple(struct vcpu* vcpu, u32 word, struct transfer* t) {
    u32 mode = field(word, 23, 2);  // 1: increment after, 2: decrement before
    t->write = !flag(word, 20);
    if (mode == 0 || mode == 3) return false;
    return decode_multiple(vcpu, t, field(word, 0, 16), mode == 1, mode == 2, flag(word, 21));
}

// LDR{B,H,SB,SH} and STR{B,H}, 1111100x.
static bool single_32(struct vcpu* vcpu, u32 word, struct transfer* t) {
    u32 size = field(word, 21, 2);
    bool load = flag(word, 20), sign = flag(word, 24), index = true, writeback = false;
    if (size == 3 || t->base == 15 || (sign && (!load || size == 2))) return false;
    single(t, 1u << size, !load, sign);
    t->reg[0] = (u8)field(word, 12, 4);
    s32 offset;
    if (flag(word, 23)) {
        offset = (s32)field(word, 0, 12);
    } else if (flag(word, 11)) {  // 8-bit forms: P, U, W
        offset = (s32)field(word, 0, 8);
        if (!flag(word, 9)) offset = -offset;
        index = flag(word, 10);
        writeback = flag(word, 8);
        if (!index && !writeback) return false;
    } else {
        if (field(word, 6, 5) != 0) return false;
        offset = (s32)decode_shifted(vcpu, field(word, 0, 4), 0, field(word, 4, 2));
    }
    decode_indexed(t, vcpu_reg_read(vcpu, t->base), offset, index, writeback);
    return true;
}

static bool decode_32(struct vcpu* vcpu, u32 word, struct transfer* t) {
    t->base = (u8)field(word, 16, 4);
    switch (field(word, 25, 7)) {
    case 0x74: return flag(word, 22) ? dual(vcpu, word, t) : multiple(vcpu, word, t);
    case 0x7c: return single_32(vcpu, word, t);
    default: return false;
    }
}

bool decode_t32(struct vcpu* vcpu, const struct fetched* fetched, struct transfer* t) {
    t->writeback = false;
    bool known = fetched->length == 2 ? decode_16(vcpu, fetched->word >> 16, t) : decode_32(vcpu, fetched->word, t);
    for (u32 i = 0; known && i < t->count; i++) known = t->reg[i] != 15;
    return known && !(t->writeback && t->base == 15);
}
