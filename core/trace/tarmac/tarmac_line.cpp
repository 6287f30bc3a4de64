// SPDX-License-Identifier: Apache-2.0
#include "core/trace/tarmac/tarmac_line.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <tuple>
#include <utility>

namespace vtoll::core::trace {

namespace {

/// The words of a line, one after the other.
class Words {
public:
    explicit Words(std::string_view text) : rest_(text) {}

    std::string_view next() {
        skip();
        const auto end = rest_.find_first_of(" \t\r\n");
        const std::string_view word = rest_.substr(0, end);
        rest_.remove_prefix(word.size());
        return word;
    }
    std::string_view peek() {
        const std::string_view before = rest_;
        const std::string_view word = next();
        rest_ = before;
        return word;
    }

private:
    void skip() {
        const auto begin = rest_.find_first_not_of(" \t\r\n");
        rest_.remove_prefix(begin == std::string_view::npos ? rest_.size() : begin);
    }
    std::string_view rest_;
};

bool is_unit(std::string_view word) {
    constexpr std::array<std::string_view, 8> units{"clk", "ns", "ps", "us", "cs", "cyc", "tic", "tick"};
    return std::find(units.begin(), units.end(), word) != units.end();
}

std::optional<u64> number(std::string_view text, int base) {
    u64 value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

u64 hex(std::string_view text, const char* what) {
    const auto value = number(text, 16);
    if (!value) throw BadLine{std::string(what) + " in hexadecimal, not '" + std::string(text) + "'"};
    return *value;
}

u32 address(std::string_view text) {
    const u64 value = hex(text, "an address");
    if (value > 0xffff'ffff) throw BadLine{"an address of 32 bits, not '" + std::string(text) + "'"};
    return static_cast<u32>(value);
}

u64 physical_address(std::string_view text) {
    const u64 value = hex(text, "a physical address");
    if (value >> 40) throw BadLine{"a physical address of 40 bits, not '" + std::string(text) + "'"};
    return value;
}

/// "va", "va:pa", "va:pa_NS", "va:pa,pa of the second halfword".
std::pair<u32, std::optional<u64>> place(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return {address(text), {}};
    const std::string_view behind = text.substr(colon + 1);
    return {address(text.substr(0, colon)), physical_address(behind.substr(0, behind.find_first_of("_,")))};
}

std::optional<isa::Mode> mode_of(std::string_view word) {
    word = word.substr(0, word.find_first_of("_:"));
    using enum isa::Mode;
    for (const isa::Mode mode : {usr, fiq, irq, svc, mon, abt, hyp, und, sys})
        if (word == isa::mode_name(mode)) return mode;
    return std::nullopt;
}

bool is_thumb(std::string_view word) {
    if (word == "O") throw BadLine{"A32 or Thumb code, not A64"};
    if (word != "A" && word != "T" && word != "T16" && word != "T32")
        throw BadLine{"an instruction set, A or T, not '" + std::string(word) + "'"};
    return word != "A";
}

void set_opcode(TarmacLine::Instruction& i, std::string_view word) {
    if (word.size() != 4 && word.size() != 8)
        throw BadLine{"an opcode of 4 or 8 digits, not '" + std::string(word) + "'"};
    i.opcode = static_cast<u32>(hex(word, "an opcode"));
    i.length = static_cast<u8>(word.size() / 2);
}

/// IT (count) va[:pa] opcode set mode : text
TarmacLine::Instruction instruction(Words& words, bool passed) {
    TarmacLine::Instruction i;
    i.passed = passed;
    const std::string_view count = words.next();
    if (count.size() < 3 || count.front() != '(' || count.back() != ')')
        throw BadLine{"a count in parentheses, not '" + std::string(count) + "'"};
    std::tie(i.va, i.pa) = place(words.next());
    set_opcode(i, words.next());
    i.thumb = is_thumb(words.next());
    if (!i.thumb && i.length != 4) throw BadLine{"an opcode of 8 digits in A32 code"};
    const std::string_view mode = words.next();
    i.mode = mode_of(mode);
    if (mode.empty() || (mode.back() != ':' && words.next().substr(0, 1) != ":"))
        throw BadLine{"a mode and a colon behind the instruction set"};
    return i;
}

/// ES (va:opcode) set mode: [CCFAIL] text
TarmacLine::Instruction cycle_model_instruction(Words& words) {
    TarmacLine::Instruction i;
    std::string_view word = words.next();
    const auto colon = word.find(':');
    if (word.empty() || word.front() != '(' || word.back() != ')' || colon == std::string_view::npos)
        throw BadLine{"(address:opcode), not '" + std::string(word) + "'"};
    i.va = address(word.substr(1, colon - 1));
    set_opcode(i, word.substr(colon + 1, word.size() - colon - 2));
    i.thumb = is_thumb(words.next());
    i.mode = mode_of(words.next());
    i.passed = words.peek() != "CCFAIL";
    return i;
}

/// R name [(bank)] value
TarmacLine::Register register_write(Words& words) {
    TarmacLine::Register r;
    r.name = words.next();
    if (r.name.empty()) throw BadLine{"the name of a register"};
    std::string_view word = words.next();
    if (!word.empty() && word.front() == '(') {
        const std::string bank(word.substr(1, word.find(')') - 1));
        if (bank != "AARCH32") r.name += "_" + bank;
        word = words.next();
    }
    if (word.empty()) throw BadLine{"the value of register " + r.name};
    std::string digits;
    for (const char c : word)
        if (c != '_' && c != ':') digits += c;
    r.value = number(digits, 16);
    const bool wide = digits.size() > 16 && digits.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
    const bool unknown =
        wide || digits.find_first_not_of('-') == std::string::npos || r.name.find('<') != std::string::npos;
    if (!r.value && !unknown)
        throw BadLine{"the value of register " + r.name + " in hexadecimal, not '" + std::string(word) + "'"};
    return r;
}

/// Bytes of an access, 0: none. MR4, MW8X, MR16; R04, W08.
unsigned size_of_access(std::string_view type) {
    const bool short_form = type.size() == 3 && (type[0] == 'R' || type[0] == 'W') && type[1] == '0';
    const bool long_form = type.size() >= 3 && type[0] == 'M' && (type[1] == 'R' || type[1] == 'W');
    if (!short_form && !long_form) return 0;
    const std::string_view from = type.substr(2);
    const u64 size = number(from.substr(0, from.find_first_not_of("0123456789")), 10).value_or(0);
    return std::has_single_bit(size) && size <= TarmacLine::Access::most ? static_cast<unsigned>(size) : 0;
}

/// MR4 va[:pa] data, MW8X va data, MR16 va data data, R04 va data: the highest byte first.
TarmacLine::Access access(std::string_view type, unsigned size, Words& words) {
    TarmacLine::Access a;
    a.write = type.find('W') < 2;
    a.accessed = a.known = (1u << size) - 1;
    if (words.peek() == "X") words.next();
    std::tie(a.va, a.pa) = place(words.next());
    if (words.peek() == "(ABORTED)") {
        a.aborted = true;
        return a;
    }
    std::string digits;
    do {
        const std::string_view data = words.next();
        if (data.empty() || data.find_first_not_of("0123456789abcdefABCDEF_") != std::string_view::npos)
            throw BadLine{"data in hexadecimal, not '" + std::string(data) + "'"};
        std::copy_if(data.begin(), data.end(), std::back_inserter(digits), [](char c) { return c != '_'; });
    } while (size > 8 && digits.size() < 2 * size && !words.peek().empty());
    // Small values may be short, of 16 bytes there are always all.
    if (digits.size() > 2 * size || (size > 8 && digits.size() < 2 * size))
        throw BadLine{"data of " + std::to_string(size) + " bytes, not '" + digits + "'"};
    digits.insert(0, 2 * size - digits.size(), '0');
    for (unsigned i = 0; i < size; ++i)
        a.value[i] = static_cast<u8>(hex(std::string_view(digits).substr(2 * (size - 1 - i), 2), "data"));
    return a;
}

/// LD va byte...byte [pa ...], ST: a picture of 16 bytes, the one at the highest address first, ".." where nothing is
/// accessed, "##" where the value is not known. Cycle models write them.
TarmacLine::Access pictured_access(bool write, Words& words) {
    TarmacLine::Access a;
    a.write = write;
    a.va = address(words.next());
    for (unsigned left = TarmacLine::Access::most; left != 0;) {
        const std::string_view word = words.next();
        if (word.empty() || word.size() % 2 || word.size() / 2 > left)
            throw BadLine{"16 bytes, not '" + std::string(word) + "'"};
        for (std::size_t i = 0; i < word.size(); i += 2) {
            const std::string_view byte = word.substr(i, 2);
            --left;
            if (byte == "..") continue;
            a.accessed |= 1u << left;
            if (byte == "##") continue;
            a.known |= 1u << left;
            a.value[left] = static_cast<u8>(hex(byte, "a byte"));
        }
    }
    if (!words.peek().empty()) a.pa = physical_address(words.next());
    return a;
}

/// Of a line of whatever kind: a word, perhaps with a colon.
bool is_type(std::string_view word) {
    if (word.ends_with(':')) word.remove_suffix(1);
    constexpr const char* allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
    return word.find_first_not_of(allowed) == std::string_view::npos;
}

/// TTW [ITLB|DTLB] LPAE|SHORT stage:level pa : value; nothing when it is of another shape.
std::optional<TarmacLine::Walk> walk(Words& words) {
    std::string_view word = words.next();
    if (word == "ITLB" || word == "DTLB") word = words.next();
    if (word != "LPAE" && word != "SHORT") return std::nullopt;
    TarmacLine::Walk w;
    w.size = word == "LPAE" ? 8 : 4;
    if (words.next().find(':') == std::string_view::npos) return std::nullopt;
    const auto pa = number(words.next(), 16);
    if (!pa || *pa >> 40 || *pa % w.size || words.next() != ":") return std::nullopt;
    const auto value = number(words.next(), 16);
    if (!value) return std::nullopt;
    w.pa = *pa;
    w.value = *value;
    return w;
}

/// E [va[:pa] [detail]] CoreEvent_Kind
std::optional<TarmacLine::Event> event(Words& words) {
    TarmacLine::Event e;
    constexpr std::string_view prefix = "CoreEvent_";
    for (unsigned n = 0; n < 4; ++n) {
        const std::string_view word = words.next();
        if (word.starts_with(prefix)) {
            e.name = word.substr(prefix.size());
            return e;
        }
        if (word.empty()) break;
        if (word.starts_with("DebugEvent_")) return std::nullopt;
        if (n == 0) e.va = place(word).first;
        else e.detail = hex(word, "a number");
    }
    throw BadLine{"CoreEvent_ and a kind at the end of an E line"};
}

}  // namespace

TarmacLine parse_tarmac(std::string_view text) {
    TarmacLine line;
    Words words(text);
    std::string_view word = words.next();
    if (word.empty() || word == "Tarmac") return line;
    const auto digits = std::min(word.find_first_not_of("0123456789"), word.size());
    if (digits && (digits == word.size() || is_unit(word.substr(digits)))) {
        line.time = number(word.substr(0, digits), 10);
        if (!line.time) throw BadLine{"a time of 64 bits"};
        line.unit = word.substr(digits);
        word = words.next();
        if (line.unit.empty() && is_unit(word)) {
            line.unit = word;
            word = words.next();
        }
    }
    if (word.starts_with("cpu") || word.find(".cpu") != std::string_view::npos) {
        line.cpu = word;
        word = words.next();
    }
    if (word.empty()) throw BadLine{"the type of the line: IT, IS, R, MR4, ..."};
    if ((word == "IT" || word == "ES") && (words.peek() == "EXC" || words.peek() == "Reset")) {
        line.what = TarmacLine::Unknown{std::string(word) + " " + std::string(words.peek())};
    } else if (word == "IT" || word == "IF" || word == "IS") {
        line.what = instruction(words, word != "IS");
    } else if (word == "ES" && words.peek().starts_with('(')) {
        line.what = cycle_model_instruction(words);
    } else if (word == "R") {
        line.what = register_write(words);
    } else if (const unsigned size = size_of_access(word)) {
        line.what = access(word, size, words);
    } else if (word == "LD" || word == "ST") {
        line.what = pictured_access(word == "ST", words);
    } else if (!is_type(word)) {
        throw BadLine{"a type of line: IT, IS, R, MR4, ..."};
    } else {
        line.what = TarmacLine::Unknown{std::string(word.substr(0, word.find(':')))};
        if (word == "TTW")
            if (const auto w = walk(words)) line.what = *w;
        if (word == "E")
            if (const auto e = event(words)) line.what = *e;
    }
    return line;
}

}  // namespace vtoll::core::trace
