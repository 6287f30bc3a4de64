// SPDX-License-Identifier: Apache-2.0
// Builds the encoding tables from their bit strings and finds the row of an instruction.
#include "isa/encodings/encoding.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <deque>
#include <string>
#include <vector>

#include "isa/encodings/tables.hpp"
#include "isa/exec/system/exceptions.hpp"

namespace vtoll::isa {

namespace {

constexpr unsigned slot(char letter) { return static_cast<unsigned>(letter - 'A'); }

void derive(Encoding& e) {
    const auto width = static_cast<unsigned>(e.bits.size());
    assert(width == 32 || width == 16);
    for (unsigned i = 0; i < width; ++i) {
        const char ch = e.bits[i];
        const u32 b = 1u << (width - 1 - i);
        if (ch == '0' || ch == '1') {
            e.mask |= b;
            if (ch == '1') e.value |= b;
        } else if (ch != '-') {
            assert((ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z'));
            e.field[slot(ch)] |= b;
        }
    }
}

/// The T32 form of a VFP or Advanced SIMD bit string given in A32 form. ARM DDI 0406C §A6.3.18, §A7.
std::string to_t32(std::string_view a32) {
    std::string s(a32);
    if (s.starts_with("cccc")) return "1110" + s.substr(4);  // VFP and transfers: cond -> 1110
    if (s.starts_with("1111001")) return "111" + s.substr(7, 1) + "1111" + s.substr(8);  // U moves to bit 28
    if (s.starts_with("11110100")) return "11111001" + s.substr(8);  // element and structure load/store
    return s;                                                        // 1111111x: same in both
}

/// A table with a first-level index on bits that separate the rows well.
class Table {
public:
    Table(std::vector<Encoding> rows, unsigned (*key)(u32)) : rows_(std::move(rows)), key_(key), buckets_(4096) {
        for (Encoding& e : rows_) derive(e);
        std::stable_sort(rows_.begin(), rows_.end(), [](const Encoding& a, const Encoding& b) {
            return std::popcount(a.mask) > std::popcount(b.mask);
        });
        for (u16 i = 0; i < rows_.size(); ++i) {
            // A row belongs to the bucket of every key that agrees with the fixed bits the key sees.
            const unsigned want = key_(rows_[i].value), open = ~key_(rows_[i].mask) & (buckets_.size() - 1);
            for (unsigned rest = open;; rest = (rest - 1) & open) {
                buckets_[want | rest].push_back(i);
                if (!rest) break;
            }
        }
    }
    std::span<const Encoding> rows() const { return rows_; }

    template <class Visit>
    void each_match(u32 raw, Visit visit) const {
        for (u16 i : buckets_[key_(raw)]) {
            const Encoding& e = rows_[i];
            if ((raw & e.mask) == e.value && visit(e)) return;
        }
    }

private:
    std::vector<Encoding> rows_;
    unsigned (*key_)(u32);
    std::vector<std::vector<u16>> buckets_;
};

unsigned key32(u32 raw) { return ((raw >> 16) & 0xff0) | ((raw >> 4) & 0xf); }
unsigned key16(u32 raw) { return (raw >> 4) & 0xfff; }

std::deque<std::string>& derived_strings() {
    static std::deque<std::string> strings;
    return strings;
}

/// The A32 form of a T32 word of VFP or Advanced SIMD: the fields are read from that.
constexpr u32 to_a32(u32 t32) {
    const u32 top = t32 >> 24;
    if ((top & 0xef) == 0xef) return (t32 & 0x00ff'ffff) | 0xf200'0000 | (top & 0x10) << 20;  // U moves to bit 24
    if (top == 0xf9) return (t32 & 0x00ff'ffff) | 0xf400'0000;  // element and structure load/store
    return t32;
}

enum class WordForm : u8 { a32, thumb, t32_as_a32 };

/// A row's translator with the type of its fields forgotten.
template <class Row, auto Translator, WordForm Form>
Decoded translate(u32 raw, const DecodeContext& ctx, Decoding& d) {
    return Translator(Fields<Row>(Form == WordForm::t32_as_a32 ? to_a32(raw) : raw, Form != WordForm::a32), ctx, d);
}

template <bool Thumb>
void add_extension_rows(std::vector<Encoding>& rows) {
    constexpr WordForm form = Thumb ? WordForm::t32_as_a32 : WordForm::a32;
    const std::vector<Encoding> extension = {
#define INST(fn, syntax, bits, cls) {#fn, syntax, bits, CostClass::cls, &translate<vfp::row::fn, &vfp::fn, form>},
#include "isa/encodings/vfp/all.inc"
#undef INST
#define INST(fn, syntax, bits, cls) {#fn, syntax, bits, CostClass::cls, &translate<neon::row::fn, &neon::fn, form>},
#include "isa/encodings/neon/all.inc"
#undef INST
    };
    for (Encoding e : extension) {
        if (Thumb) e.bits = derived_strings().emplace_back(to_t32(e.bits));
        rows.push_back(e);
    }
}

Table make_a32() {
    std::vector<Encoding> rows = {
#define INST(fn, syntax, bits, cls) \
    {#fn, syntax, bits, CostClass::cls, &translate<a32::row::fn, &a32::fn, WordForm::a32>},
#include "isa/encodings/a32/all.inc"
#undef INST
    };
    add_extension_rows<false>(rows);
    return {std::move(rows), key32};
}
Table make_t32() {
    std::vector<Encoding> rows = {
#define INST(fn, syntax, bits, cls) \
    {#fn, syntax, bits, CostClass::cls, &translate<t32::row::fn, &t32::fn, WordForm::thumb>},
#include "isa/encodings/t32/all.inc"
#undef INST
    };
    add_extension_rows<true>(rows);
    return {std::move(rows), key32};
}
Table make_t16() {
    std::vector<Encoding> rows = {
#define INST(fn, syntax, bits, cls) \
    {#fn, syntax, bits, CostClass::cls, &translate<t16::row::fn, &t16::fn, WordForm::thumb>},
#include "isa/encodings/t16/all.inc"
#undef INST
    };
    return {std::move(rows), key16};
}

const Table& table(InstrSet set) {
    static const Table a32 = make_a32(), t16 = make_t16(), t32 = make_t32();
    return set == InstrSet::a32 ? a32 : set == InstrSet::t16 ? t16 : t32;
}

}  // namespace

u32 FieldsByName::operator()(char letter) const {
    assert(has(letter) && "the row has no such field");
    return extract(raw_, mask(letter));
}

std::span<const Encoding> encodings(InstrSet set) { return table(set).rows(); }

Decoded decode(InstrSet set, u32 raw, const DecodeContext& ctx, Decoding& d) {
    // A32 rows that start with "cccc" don't exist under the condition 1111 (ARM DDI 0406C §A5.7).
    const bool a32 = set == InstrSet::a32;
    const bool unconditional = a32 && (raw >> 28) == 0xf;

    Decoding fresh;
    fresh.pc = ctx.pc;
    fresh.raw = raw;
    fresh.len = set == InstrSet::t16 ? 2 : 4;
    fresh.cond = static_cast<u8>(a32 ? (unconditional ? 14 : raw >> 28) : ctx.in_it() ? ctx.itstate >> 4 : 14);
    fresh.itstate = ctx.itstate;

    Decoded result = Decoded::undefined;
    table(set).each_match(raw, [&](const Encoding& e) {
        if (unconditional && e.bits[0] == 'c') return false;
        d = fresh;
        d.cls = e.cls;
        d.row = &e;
        result = e.translate(raw, ctx, d);
        if (result == Decoded::not_this_row) {
            result = Decoded::undefined;
            return false;
        }
        fresh.row = &e;
        return true;
    });
    if (result == Decoded::ok) {
        d.roles.flags_read |= flags_of_condition(d.cond);
    } else {
        d = fresh;
        d.cls = CostClass::undefined;
        d.flags = op_ends_block;
        bind_undefined(d);
    }
    return result;
}

}  // namespace vtoll::isa
