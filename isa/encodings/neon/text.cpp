// SPDX-License-Identifier: Apache-2.0
// The words that only the Advanced SIMD rows have in their syntax.
#include "isa/encodings/neon/text.hpp"

#include <fmt/format.h>

#include <bit>
#include <cctype>

#include "isa/encodings/neon/structure.hpp"
#include "isa/encodings/printer.hpp"
#include "isa/exec/neon/neon_immediate.hpp"

namespace vtoll::isa {

namespace {

/// Number of the doubleword register in field `letter`.
u32 register_number(const FieldsByName& f, char letter) {
    return f(static_cast<char>(std::toupper(letter))) << 4 | f(letter);
}

std::string number(u64 value) { return value > 9 ? fmt::format("#{:#x}", value) : fmt::format("#{}", value); }

std::string scalar(const FieldsByName& f) {
    const u32 m = f('m');
    return f.has('z') && f('z') == 1 ? fmt::format("d{}[{}]", m & 7, f('M') << 1 | m >> 3)
                                     : fmt::format("d{}[{}]", m, f('M'));
}

/// L:k of a shift by immediate. Its highest one is worth the element size.
u32 shift_field(const FieldsByName& f) { return (f.has('L') ? f('L') << 6 : 0) | f('k'); }

std::string modified_immediate(const FieldsByName& f) {
    const u32 cmode = bits(f.raw(), 11, 8);
    const bool op = bit(f.raw(), 5);
    const u64 value = AdvSIMDExpandImm(op, cmode, f('i'));
    if (cmode == 14 && op) return number(value);
    if (cmode == 15) return fmt::format("#{:e}", std::bit_cast<float>(static_cast<u32>(value)));
    const u32 mask = cmode == 14 ? 0xff : (cmode & 12) == 8 ? 0xffff : 0xffff'ffff;
    return number(value & mask);
}

std::string table(const FieldsByName& f) {
    std::string out;
    for (u32 n = register_number(f, 'n'), end = n + f('l') + 1; n < end; ++n)
        out += fmt::format("{}d{}", out.empty() ? "" : ", ", n);
    return fmt::format("{{{}}}", out);
}

std::string list(const NeonStructure& n) {
    std::string lane;
    if (n.form == NeonStructure::Form::lane) lane = fmt::format("[{}]", n.lane);
    if (n.form == NeonStructure::Form::all_lanes) lane = "[]";
    std::string out;
    const bool pairs = n.repeat > 1 && n.elements > 1;  // two of each element: consecutive all the same
    const u32 count = n.registers(), step = pairs || n.elements == 1 ? 1 : n.spacing;
    for (u32 i = 0; i < count; ++i) out += fmt::format("{}d{}{}", i ? ", " : "", n.first + i * step, lane);
    return fmt::format("{{{}}}", out);
}

std::string address(const FieldsByName& f, const NeonStructure& n) {
    std::string out = fmt::format("[{}", register_name(f('n')));
    if (n.alignment > 1) out += fmt::format(":{:#x}", 8 * n.alignment);
    out += ']';
    const u32 m = f('m');
    if (m == 13) out += '!';
    if (m != 13 && m != 15) out += fmt::format(", {}", register_name(m));
    return out;
}

}  // namespace

std::optional<std::string> neon_text(const FieldsByName& f, std::string_view word) {
    if (word == "U" || word == "u") return f(word[0]) ? "u" : "s";
    if (word == "z8") return std::to_string(8 << f('z'));
    if (word == "e8") return std::to_string(8 * neon_structure(f.raw()).element_bytes());
    if (word == "width") return number(8u << f('z'));
    if (word == "z16") return std::to_string(16 << f('z'));
    if (word == "k8") return std::to_string(std::bit_floor(shift_field(f)));
    if (word == "k16") return std::to_string(2 * std::bit_floor(shift_field(f)));
    if (word == "right") return number(2 * std::bit_floor(shift_field(f)) - shift_field(f));
    if (word == "left") return number(shift_field(f) - std::bit_floor(shift_field(f)));
    if (word == "fraction") return number(32 - f('i'));
    if (word == "scalar") return scalar(f);
    if (word == "modified") return modified_immediate(f);
    if (word == "table") return table(f);
    if (word == "list") return list(neon_structure(f.raw()));
    if (word == "at") return address(f, neon_structure(f.raw()));
    if (word.size() == 2 && (word[0] == 'Q' || word[0] == 'q') && f.has(word[1])) {
        const u32 n = register_number(f, word[1]);
        return word[0] == 'q' || f('Q') ? fmt::format("q{}", n / 2) : fmt::format("d{}", n);
    }
    return std::nullopt;
}

}  // namespace vtoll::isa
