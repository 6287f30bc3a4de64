// SPDX-License-Identifier: Apache-2.0
// ARM DDI 0406C A5.2.8 (extra load/store), A5.3 (word and byte), A5.5 (block).
#include "exits/decode.h"
#include "vcpu/vcpu.h"

static u32 field(u32 word, u32 low, u32 width) { return word >> low & ((1u << width) - 1); }
static bool flag(u32 word, u32 at) { return word >> at & 1; }

u32 decode_shifted(struct vcpu* vcpu, u32 rm, u32 type, u32 amount) {
    u32 value = vcpu_reg_read(vcpu, rm);
    switch (type) {
    case 0: return value << amount;
    case 1: return amount ? value >> amount : 0;
    case 2: return (u32)((s32)value >> (amount ? amount : 31));
    default:
        if (amount == 0)  // RRX
            return value >> 1 | (vcpu->cpsr << 2 & 1u << 31);
        return value >> amount | value << (32 - amount);
    }
}

void decode_indexed(struct transfer* t, u32 base_value, s32 offset, bool index, bool writeback) {
    t->base_value = base_value + (u32)offset;
    t->address = index ? t->base_value : base_value;
    t->writeback = writeback;
}

bool decode_multiple(struct vcpu* vcpu, struct transfer* t, u32 list, bool increment, bool before, bool writeback) {
    t->count = 0;
    t->size = 4;
    t->sign_extend = false;
    for (u32 r = 0; r < 15; r++)
        if (list >> r & 1) t->reg[t->count++] = (u8)r;
    if (t->count == 0 || list >> 15) return false;
    u32 base = vcpu_reg_read(vcpu, t->base), bytes = 4u * t->count;
    t->base_value = increment ? base + bytes : base - bytes;
    t->address = (increment ? base : base - bytes) + (before == increment ? 4 : 0);
    t->writeback = writeback;
    return true;
}

// LDR STR LDRB STRB and their unprivileged forms.
static bool word_or_byte(struct vcpu* vcpu, u32 word, struct transfer* t) {
    bool by_register = flag(word, 25), index = flag(word, 24), writeback = flag(word, 21) || !index;
    if (by_register && flag(word, 4)) return false;  // media instructions
    u32 offset = field(word, 0, 12);
    if (by_register) offset = decode_shifted(vcpu, field(word, 0, 4), field(word, 5, 2), field(word, 7, 5));
    t->size = flag(word, 22) ? 1 : 4;
    t->write = !flag(word, 20);
    t->reg[0] = (u8)field(word, 12, 4);
    decode_indexed(t, vcpu_reg_read(vcpu, t->base), flag(word, 23) ? (s32)offset : -(s32)offset, index, writeback);
    return true;
}

// LDRH STRH LDRSB LDRSH LDRD STRD.
static bool extra(struct vcpu* vcpu, u32 word, struct transfer* t) {
    bool load = flag(word, 20), index = flag(word, 24), writeback = flag(word, 21) || !index;
    u32 kind = field(word, 5, 2);
    u32 offset = flag(word, 22) ? field(word, 8, 4) << 4 | field(word, 0, 4) : vcpu_reg_read(vcpu, field(word, 0, 4));
    t->reg[0] = (u8)field(word, 12, 4);
    t->write = !load && kind != 2;
    t->size = 2;
    if (!load && kind >= 2) {  // two words: LDRD and STRD sit among the stores
        t->size = 4;
        t->count = 2;
        t->reg[1] = (u8)(t->reg[0] + 1);
        if (t->reg[0] & 1) return false;
    } else if (load && kind >= 2) {
        t->sign_extend = true;
        t->size = kind == 2 ? 1 : 2;
    }
    decode_indexed(t, vcpu_reg_read(vcpu, t->base), flag(word, 23) ? (s32)offset : -(s32)offset, index, writeback);
    return true;
}

bool decode_a32(struct vcpu* vcpu, const struct fetched* fetched, struct transfer* t) {
    u32 word = fetched->word;
    t->base = (u8)field(word, 16, 4);
    t->count = 1;
    t->sign_extend = false;
    if (field(word, 28, 4) == 15) return false;
    bool known;
    switch (field(word, 25, 3)) {
    case 0:  // bits 7 and 4 set, and not a multiply or exclusive, whose middle bits are zero
        known = flag(word, 7) && flag(word, 4) && field(word, 5, 2) != 0 && extra(vcpu, word, t);
        break;
    case 2:
    case 3: known = word_or_byte(vcpu, word, t); break;
    case 4:
        t->write = !flag(word, 20);
        known = !flag(word, 22) &&
                decode_multiple(vcpu, t, field(word, 0, 16), flag(word, 23), flag(word, 24), flag(word, 21));
        break;
    default: known = false; break;
    }
    for (u32 i = 0; known && i < t->count; i++) known = t->reg[i] != 15;
    return known && !(t->writeback && t->base == 15);
}
