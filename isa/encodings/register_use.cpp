// SPDX-License-Identifier: Apache-2.0
#include "isa/encodings/register_use.hpp"

#include <cctype>

#include "isa/encodings/neon/structure.hpp"

namespace vtoll::isa {

namespace {

bool starts_with_any(std::string_view s, std::initializer_list<std::string_view> heads) {
    for (std::string_view h : heads)
        if (s.starts_with(h)) return true;
    return false;
}

/// Letter `x` of an extension operand with its partner in the other case: D is X:x, S is x:X (ARM DDI 0406C §A7.3).
u32 ext_mask(const Fields& f, char bank, char letter) {
    const char upper = static_cast<char>(std::toupper(letter));
    const u32 low = f.has(letter) ? f(letter) : 0, extra = f.has(upper) ? f(upper) : 0;
    if (bank == 'S') return 1u << (((low << 1 | extra) >> 1) & 31);
    const u32 d = (extra << f.width(letter) | low) & 31;
    const bool quad = bank == 'q' || (bank == 'Q' && f.has('Q') && f('Q'));  // neon/all.inc
    return quad ? 3u << (d & 30) : 1u << d;
}

bool is_store(CostClass c) {
    return c == CostClass::store || c == CostClass::store_multiple || c == CostClass::vfp_store ||
           c == CostClass::neon_store || c == CostClass::srs;
}
/// Words of the Advanced SIMD rows that stand for several registers: neon/all.inc.
void add_neon_word(RegisterUse& use, std::string_view word, const Fields& f, const Op& op, bool store) {
    if (word == "scalar") {
        use.ext_in |= 1u << (op.rm & 31);
    } else if (word == "table") {
        for (u32 k = 0; k <= f('l'); ++k) use.ext_in |= 1u << ((op.rn + k) & 31);
    } else if (word == "list") {
        const NeonStructure n = neon_structure(op.raw);
        u32 mask = 0;
        for (u32 e = 0; e < n.elements; ++e)
            for (u32 r = 0; r < n.repeat; ++r) mask |= 1u << ((n.first + e * n.spacing + r) & 31);
        if (!store) use.ext_out |= mask;
        if (store || n.form == NeonStructure::Form::lane) use.ext_in |= mask;
    } else if (word == "at") {
        use.core_in |= static_cast<u16>(1u << f('n'));
        if (f('m') != 15) use.core_out |= static_cast<u16>(1u << f('n'));
        if (f('m') != 15 && f('m') != 13) use.core_in |= static_cast<u16>(1u << f('m'));
    }
}
bool is_block(CostClass c) { return c == CostClass::load_multiple || c == CostClass::store_multiple; }

}  // namespace

RegisterUse register_use(const Encoding& row, const Op& op) {
    RegisterUse use;
    const Fields f(row, op.raw);
    const std::string_view syntax = row.syntax;
    const std::string_view mnemonic = syntax.substr(0, syntax.find_first_of(" {"));
    const bool compare = starts_with_any(mnemonic, {"cmp", "cmn", "tst", "teq", "vcmp"});
    const bool store = is_store(op.cls) && !mnemonic.starts_with("strex");
    const bool no_destination = compare || store || op.cls == CostClass::branch_reg ||
                                op.cls == CostClass::sysreg_write || op.cls == CostClass::preload ||
                                mnemonic.starts_with("msr") || mnemonic.starts_with("vmsr");
    const bool accumulates =
        starts_with_any(mnemonic, {"umaal", "umlal", "smlal", "smlsl",  "vmla", "vmls",  "vfma", "vfms", "vnml", "vfnm",
                                   "bfi",   "bfc",   "movt",  "vaba",   "vsra", "vrsra", "vsli", "vsri", "vbsl", "vbit",
                                   "vbif",  "vtbx",  "vqdml", "vpadal", "vswp", "vtrn",  "vuzp", "vzip"}) ||
        (starts_with_any(mnemonic, {"vorr", "vbic"}) && row.syntax.ends_with("<modified>"));
    const bool exchanges = starts_with_any(mnemonic, {"vswp", "vtrn", "vuzp", "vzip"});
    unsigned operands = 0;
    bool in_brackets = false;
    char base = 0;

    const std::size_t first = syntax.find(' ');
    for (std::size_t i = first == std::string_view::npos ? syntax.size() : first; i < syntax.size(); ++i) {
        const char ch = syntax[i];
        if (ch == '[') in_brackets = true;
        if (ch == ']') in_brackets = false;
        if (ch == '!' && base && f.has(base)) use.core_out |= static_cast<u16>(1u << f(base));
        if (ch == '<') add_neon_word(use, syntax.substr(i + 1, syntax.find('>', i) - i - 1), f, op, store);
        const bool quad_word = ch == 'q' && syntax[i - 1] == '<';
        const bool bank = ch == 'R' || ch == 'S' || ch == 'D' || ch == 'Q' || quad_word;
        if (!bank || i + 1 >= syntax.size()) continue;
        const char letter = syntax[i + 1];
        const bool word_goes_on = i > 0 && std::isalpha(static_cast<unsigned char>(syntax[i - 1]));
        if (word_goes_on || !std::islower(static_cast<unsigned char>(letter)) || !f.has(letter)) continue;
        const bool destination = !in_brackets && operands == 0 && !no_destination;
        const bool second_destination =
            !in_brackets && operands == 1 && op.cls == CostClass::mul_long && !mnemonic.starts_with("smmul");
        if (ch == 'R') {
            const auto m = static_cast<u16>(1u << (f(letter) & 15));
            if (destination || second_destination) use.core_out |= m;
            if ((!destination && !second_destination) || accumulates) use.core_in |= m;
            if (!base && (in_brackets || is_block(op.cls))) base = letter;
        } else {
            const u32 m = ext_mask(f, ch, letter);
            if (destination || exchanges) use.ext_out |= m;
            if (!destination || accumulates) use.ext_in |= m;
        }
        ++operands;
        ++i;
    }
    if (operands == 2 && op.len == 2 && !compare && op.cls == CostClass::alu && use.core_out)
        use.core_in |= use.core_out;  // two-operand Thumb forms: Rdn
    if (is_block(op.cls) && f.has('r')) {
        const auto list = static_cast<u16>(f('r'));
        (store ? use.core_in : use.core_out) |= list;
        if (base && f.has('W') && f('W')) use.core_out |= static_cast<u16>(1u << f(base));
    }
    if (base && ((f.has('W') && f('W')) || (f.has('P') && !f('P'))))
        use.core_out |= static_cast<u16>(1u << (f(base) & 15));
    if (starts_with_any(mnemonic, {"push", "pop", "vpush", "vpop"})) {
        use.core_in |= 1u << 13;
        use.core_out |= 1u << 13;
    }
    use.flags_in = op.cond < 14 || starts_with_any(mnemonic, {"adc", "sbc", "rsc", "rrx", "sel"});
    use.flags_out =
        compare || (f.has('S') && f('S')) || (syntax.find("{s}") != std::string_view::npos && op.cond == 14);
    return use;
}

}  // namespace vtoll::isa
