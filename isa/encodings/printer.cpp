// SPDX-License-Identifier: Apache-2.0
// A small interpreter of the syntax column. The mnemonic ends at the first space. In it and in the operands:
//   {c} {S} {s} {X} {R} {!} {sh} {rot} {, ...}   optional text            <x> <y> <r> <t> <Dx*i/2> ...   choices, lists
//   Rn Rt+1 Sd Dd                                registers                #const #i*4 #+i #k+1 #m-l+1    immediates
//   [Rn, X]                                      addressing by P and W    label, psr, banked, t, p, o    words
// and everything else stands for itself. Advanced SIMD rows have words of their own: neon/text.cpp.
#include "isa/encodings/printer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cctype>
#include <set>

#include "isa/encodings/neon/text.hpp"
#include "isa/fp/format.hpp"

namespace vtoll::isa {

const char* register_name(unsigned n) {
    static constexpr const char* names[16] = {"r0", "r1", "r2",  "r3",  "r4",  "r5", "r6", "r7",
                                              "r8", "r9", "r10", "r11", "r12", "sp", "lr", "pc"};
    return names[n & 15];
}

const char* condition_name(unsigned c) {
    static constexpr const char* names[16] = {"eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc",
                                              "hi", "ls", "ge", "lt", "gt", "le", "",   ""};
    return names[c & 15];
}

namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_letter(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }

std::string number(u32 magnitude, bool negative = false) {
    const char* sign = negative ? "-" : "";
    return magnitude > 9 ? fmt::format("#{}{:#x}", sign, magnitude) : fmt::format("#{}{}", sign, magnitude);
}
std::string signed_number(s32 v) {
    return v < 0 ? number(0u - static_cast<u32>(v), true) : number(static_cast<u32>(v));
}

/// ARMExpandImm, ARM DDI 0406C §A5.2.4.
u32 expand_arm(u32 imm12) { return std::rotr(imm12 & 0xff, static_cast<int>(2 * (imm12 >> 8))); }

/// ThumbExpandImm, ARM DDI 0406C §A6.3.2.
u32 expand_thumb(u32 imm12) {
    const u32 byte = imm12 & 0xff;
    if (imm12 >> 10) return std::rotr(0x80 | (imm12 & 0x7f), static_cast<int>(imm12 >> 7));
    switch (imm12 >> 8) {
    case 0: return byte;
    case 1: return byte | byte << 16;
    case 2: return byte << 8 | byte << 24;
    default: return byte | byte << 8 | byte << 16 | byte << 24;
    }
}

class Printer {
public:
    Printer(InstrSet set, const DecodeContext& ctx, const Decoding& d)
        : set_(set), f_(*d.row, d.raw), ctx_(ctx), d_(d) {}

    std::string run() {
        if (d_.properties.itstate) return it_instruction();
        const std::string_view syntax = f_.row().syntax;
        const std::size_t space = std::min(syntax.find(' '), syntax.size());
        return text(syntax.substr(0, space)) + (needs_width() ? ".w" : "") + text(syntax.substr(space));
    }

private:
    /// A 32-bit Thumb instruction whose mnemonic a 16-bit one has too is told apart by ".w".
    bool needs_width() const {
        if (set_ != InstrSet::t32) return false;
        static const std::set<std::string_view> narrow = [] {
            std::set<std::string_view> names;
            for (const Encoding& e : encodings(InstrSet::t16)) names.insert(stem(e.syntax));
            return names;
        }();
        const std::string_view syntax = f_.row().syntax;
        // The 16-bit CPS has no mode.
        if (syntax.ends_with("<state>") && changes_mode()) return false;
        return narrow.contains(stem(syntax)) && syntax.find(".w") == std::string_view::npos;
    }
    static std::string_view stem(std::string_view syntax) {
        return syntax.substr(0, std::min(syntax.find_first_of("{ <"), syntax.size()));
    }

    std::string text(std::string_view s) {
        std::string out;
        while (!s.empty()) out += next(s, out);
        return out;
    }

    /// Print what stands at the front of `s` and remove it.
    std::string next(std::string_view& s, const std::string& before) {
        switch (s.front()) {
        case '{': return braces(cut(s, '}'));
        case '<': return angles(cut(s, '>'));
        case '[': return address(s);
        case '#': return immediate(s);
        case '@': {
            const std::string lane = fmt::format("[{}]", f_(s[1]));
            s.remove_prefix(2);
            return lane;
        }
        case '+':
            if (s.size() > 2 && s[1] == 'R') {
                s.remove_prefix(1);
                std::string offset = f_.has('U') && !f_('U') ? "-" : "";
                return offset += next(s, before);
            }
            break;
        default: break;
        }
        const bool word_starts = before.empty() || !is_letter(before.back());
        if (word_starts && is_letter(s.front())) {
            const std::size_t length = word_length(s);
            const std::string_view word = s.substr(0, length);
            if (length == 2 && word[0] == 'R' && f_.has(word[1])) {
                unsigned n = f_(word[1]);
                s.remove_prefix(2);
                if (s.starts_with("+1")) {
                    s.remove_prefix(2);
                    ++n;
                }
                if (n == 15 && f_.row().cls == CostClass::sysreg_read && !f_.has('u'))
                    return "apsr_nzcv";  // the flags, not the PC (§A8.8.107)
                return register_name(n);
            }
            if (length == 2 && (word[0] == 'S' || word[0] == 'D') && f_.has(word[1])) {
                s.remove_prefix(2);
                const bool next_one = s.starts_with("+1");
                if (next_one) s.remove_prefix(2);
                return extension_register(word[0], word[1], next_one);
            }
            if (word == "label") {
                s.remove_prefix(length);
                return fmt::format("{:#x}", d_.imm);
            }
            s.remove_prefix(length);
            if (word == "psr") return f_('R') ? "spsr" : "apsr";
            if (word == "psr_m") return psr_fields();
            if (word == "banked") return banked_register();
            if (length == 1 && f_.has(word[0])) return letter(word[0]);
            return std::string(word);
        }
        const char c = s.front();
        s.remove_prefix(1);
        return std::string(1, c);
    }

    /// A field that stands alone.
    std::string letter(char c) const {
        const u32 value = f_(c);
        switch (c) {
        case 't': return shift_name(value);
        case 'p': return fmt::format("p{}", value);
        case 'e': return value ? "be" : "le";
        case 'o': return f_.row().cls == CostClass::isb && value != 15 ? number(value) : barrier_option(value);
        default: return fmt::format("c{}", value);
        }
    }

    static std::string barrier_option(u32 option) {
        switch (option) {
        case 15: return "sy";
        case 14: return "st";
        case 11: return "ish";
        case 10: return "ishst";
        case 7: return "nsh";
        case 6: return "nshst";
        case 3: return "osh";
        case 2: return "oshst";
        default: return number(option);
        }
    }

    /// ARM DDI 0406C §B9.3.11, §A8.8.111: the APSR has names for its fields when nothing else is written.
    std::string psr_fields() const {
        const u32 mask = f_('m');
        if (!f_('R') && (mask & 3) == 0) return mask == 8 ? "apsr_nzcvq" : mask == 4 ? "apsr_g" : "apsr_nzcvqg";
        std::string out = f_('R') ? "spsr_" : "cpsr_";
        for (auto [bit, name] : {std::pair{8u, 'f'}, {4u, 's'}, {2u, 'x'}, {1u, 'c'}})
            if (mask & bit) out += name;
        return out;
    }

    /// ARM DDI 0406C §B9.2.3.
    std::string banked_register() const {
        const u32 sysm = f_('s') << 4 | f_('m');
        static constexpr const char* modes[8] = {"irq", "svc", "abt", "und", "?", "?", "mon", "hyp"};
        const char* mode = modes[(sysm >> 1) & 7];
        if (f_('R')) return sysm == 0xe ? "spsr_fiq" : fmt::format("spsr_{}", mode);
        if (sysm < 16) return fmt::format("{}_{}", register_name(8 + (sysm & 7)), sysm & 8 ? "fiq" : "usr");
        if (sysm == 0x1e) return "elr_hyp";
        return fmt::format("{}_{}", sysm & 1 ? "sp" : "lr", mode);
    }

    /// IT with its "then" and "else" letters.
    std::string it_instruction() const {
        const u32 first = f_('f'), mask = f_('m');
        std::string out = "it";
        for (int n = 3; n > std::countr_zero(mask); --n) out += ((mask >> n) & 1) == (first & 1) ? 't' : 'e';
        return out + " " + (first == 14 ? "al" : condition_name(first));
    }

    /// CPS: the interrupt masks and the mode are each left out when not changed.
    bool changes_masks() const { return f_.width('i') == 1 || f_('i') >= 2; }
    bool changes_mode() const { return f_.has('M') && f_('M'); }
    std::string state() const {
        std::string out;
        if (changes_masks())
            for (auto [bit, name] : {std::pair{4u, 'a'}, {2u, 'i'}, {1u, 'f'}})
                if (f_('a') & bit) out += name;
        if (!changes_mode()) return out;
        return (out.empty() ? out : out + ", ") + number(f_('m'));
    }

    static std::size_t word_length(std::string_view s) {
        std::size_t n = 0;
        while (n < s.size() && (is_letter(s[n]) || s[n] == '_' || std::isdigit(static_cast<unsigned char>(s[n])))) ++n;
        return n;
    }

    /// The text between the bracket at the front and its partner; both are removed.
    static std::string_view cut(std::string_view& s, char close) {
        const std::size_t end = s.find(close);
        const std::string_view inner = s.substr(1, end - 1);
        s.remove_prefix(end + 1);
        return inner;
    }

    static const char* shift_name(u32 type) {
        static constexpr const char* names[4] = {"lsl", "lsr", "asr", "ror"};
        return names[type & 3];
    }

    std::string condition() const {
        if (f_.has('c')) return condition_name(f_('c'));
        return set_ == InstrSet::a32 || !ctx_.in_it() ? "" : condition_name(ctx_.itstate >> 4);
    }

    std::string braces(std::string_view inner) {
        if (inner == "c") return condition();
        if (inner == "s") return ctx_.in_it() ? "" : "s";
        if (inner == "i") return changes_masks() ? (f_('i') & 1 ? "id" : "ie") : "";  // CPS
        if (inner == "P") return "";                                                  // of {P}{U}: SRS and RFE
        if (inner == "U") return fmt::format("{}{}", f_('U') ? 'i' : 'd', f_('P') ? 'b' : 'a');
        if (inner == "D") return f_('D') ? "l" : "";  // LDCL, STCL
        if (inner == "!" || inner == "W") return writes_back() ? "!" : "";
        if (inner == "sh") return shift();
        if (inner == "rot") return f_('r') ? fmt::format(", ror #{}", f_('r') * 8) : "";
        if (inner.size() == 1 && is_letter(inner[0]))
            return f_(inner[0]) ? std::string(1, static_cast<char>(std::tolower(inner[0]))) : "";
        // {, lsl #i}: left out when its immediate is 0
        const std::size_t hash = inner.find('#');
        if (hash != std::string_view::npos && f_.has(inner[hash + 1]) && f_(inner[hash + 1]) == 0) return "";
        return text(inner);
    }

    /// By field W, or, in the 16-bit LDM that has none, when the base is not among the loaded registers.
    bool writes_back() const { return f_.has('W') ? f_('W') != 0 : !(f_('r') >> f_('n') & 1); }

    std::string shift() const {
        const char type_letter = f_.has('a') ? 's' : 't', amount_letter = f_.has('a') ? 'a' : 'i';
        u32 type = f_.has(type_letter) ? f_(type_letter) : 0;
        u32 amount = f_(amount_letter);
        if (f_.has(type_letter) && f_.width(type_letter) == 1) type *= 2;  // saturating: LSL or ASR
        if (amount == 0) {
            if (type == 0) return "";
            if (type == 3) return ", rrx";
            amount = 32;
        }
        return fmt::format(", {} #{}", shift_name(type), amount);
    }

    std::string angles(std::string_view inner) {
        if (auto word = neon_text(f_, inner)) return *word;
        if (inner == "state") return state();
        if (inner == "x" || inner == "y") return f_(inner[0]) ? "t" : "b";
        if (inner == "t") return fmt::format("{{{}}}", register_name(f_('t')));
        if (inner[0] == 'S' || inner[0] == 'D') return extension_list(inner);
        u32 list = f_('r');
        if (f_.width('r') == 15) list |= f_.row().value & 0x8000;  // LDM ^ with PC: bit 15 is part of the encoding
        if (inner == "rM" && f_('M')) list |= 1u << 14;
        if (inner == "rP" && f_('P')) list |= 1u << 15;
        std::string out;
        for (unsigned n = 0; n < 16; ++n)
            if (list & (1u << n)) out += fmt::format("{}{}", out.empty() ? "" : ", ", register_name(n));
        return "{" + out + "}";
    }

    /// Register number of an extension register: ARM DDI 0406C §A7.3. The partner of `letter` is its upper case.
    unsigned extension_number(char kind, char letter) const {
        const char partner = static_cast<char>(std::toupper(letter));
        const u32 high = f_(letter), low = f_.has(partner) ? f_(partner) : 0;
        return kind == 'S' ? high << 1 | low : low << 4 | high;
    }
    std::string extension_register(char kind, char letter, unsigned offset) const {
        return fmt::format("{}{}", kind == 'S' ? 's' : 'd', extension_number(kind, letter) + offset);
    }
    std::string extension_list(std::string_view inner) const {
        const char kind = inner[0];
        const unsigned first = extension_number(kind, inner[1]);
        unsigned count = f_(inner[3]);
        if (inner.ends_with("/2")) count /= 2;
        std::string out;
        for (unsigned n = 0; n < count; ++n)
            out += fmt::format("{}{}{}", n ? ", " : "", kind == 'S' ? 's' : 'd', first + n);
        return "{" + out + "}";
    }

    /// [Rn, X]: X is left out when it is +0; pre- and post-indexed forms by the fields P and W.
    std::string address(std::string_view& s) {
        const std::string_view inner = cut(s, ']');
        const std::size_t comma = inner.find(", ");
        if (comma == std::string_view::npos) return fmt::format("[{}]", text(inner));
        const std::string base = text(inner.substr(0, comma)), offset = text(inner.substr(comma + 2));
        const bool indexed = f_.has('P') && f_.has('W');
        if (indexed && f_.has('p') && !f_('P') && !f_('W'))
            return fmt::format("[{}], {{{}}}", base, number(f_('i')).substr(1));  // LDC option
        if (indexed && !f_('P')) return fmt::format("[{}], {}", base, offset);
        const bool writeback = indexed && f_('W');
        if (offset == "#0" && !writeback) return fmt::format("[{}]", base);
        return fmt::format("[{}, {}]{}", base, offset, writeback ? "!" : "");
    }

    std::string immediate(std::string_view& s) {
        s.remove_prefix(1);
        if (s.starts_with("const")) {
            s.remove_prefix(5);
            return signed_number(static_cast<s32>(expand_arm(f_('i'))));
        }
        if (s.starts_with("tconst")) {
            s.remove_prefix(6);
            return signed_number(static_cast<s32>(expand_thumb(f_('i'))));
        }
        if (s.starts_with("float")) {
            s.remove_prefix(5);
            return fmt::format("#{:e}", std::bit_cast<float>(fp::VFPExpandImm<u32>(f_('i'))));
        }
        if (s.starts_with("imm")) {  // as the translator has found it
            s.remove_prefix(3);
            return number(d_.imm);
        }
        if (std::isdigit(static_cast<unsigned char>(s.front()))) {
            std::string out = "#";
            for (; !s.empty() && std::isdigit(static_cast<unsigned char>(s.front())); s.remove_prefix(1)) out += s[0];
            return out;
        }
        const bool has_sign = s.front() == '+', always_negative = s.front() == '-';
        if (has_sign || always_negative) s.remove_prefix(1);
        u32 value = 0;
        for (; !s.empty() && is_letter(s.front()) && f_.has(s.front()); s.remove_prefix(1))
            value = value << f_.width(s.front()) | f_(s.front());
        // Arithmetic on it: *4, +1, -l, |32
        while (s.size() >= 2 && std::string_view("*+-|").find(s[0]) != std::string_view::npos &&
               (std::isdigit(static_cast<unsigned char>(s[1])) || (is_letter(s[1]) && f_.has(s[1])))) {
            const char what = s[0];
            s.remove_prefix(1);
            u32 operand = 0;
            if (is_letter(s[0])) {
                operand = f_(s[0]);
                s.remove_prefix(1);
            }
            for (; !s.empty() && std::isdigit(static_cast<unsigned char>(s[0])); s.remove_prefix(1))
                operand = operand * 10 + static_cast<u32>(s[0] - '0');
            switch (what) {
            case '*': value *= operand; break;
            case '+': value += operand; break;
            case '-': value -= operand; break;
            default: value = value ? value : operand; break;
            }
        }
        return number(value, always_negative || (has_sign && f_.has('U') && !f_('U')));
    }

    InstrSet set_;
    FieldsByName f_;
    const DecodeContext& ctx_;
    const Decoding& d_;
};

}  // namespace

std::string print_instruction(InstrSet set, const DecodeContext& ctx, const Decoding& d) {
    return Printer(set, ctx, d).run();
}

std::string disassemble(InstrSet set, u32 raw, const DecodeContext& ctx, Decoding* decoded) {
    // What the current privilege may not execute is still an instruction to a reader.
    DecodeContext c = ctx;
    Decoding d;
    std::string text;
    for (Privilege pl : {ctx.privilege, Privilege::pl1, Privilege::pl2}) {
        c.privilege = pl;
        if (decode(set, raw, c, d) != Decoded::ok) continue;
        text = print_instruction(set, c, d);
        break;
    }
    if (text.empty())
        text = set == InstrSet::t16 ? fmt::format(".short {:#06x}", raw & 0xffff) : fmt::format(".word {:#010x}", raw);
    if (decoded) *decoded = d;
    return text;
}

}  // namespace vtoll::isa
