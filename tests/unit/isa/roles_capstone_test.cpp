// SPDX-License-Identifier: Apache-2.0
// The roles of every row against the register accesses that Capstone 4 knows of the same word. Where Capstone errs the
// rows are listed with the reason; an entry that no longer applies fails.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "isa/encodings/generator.hpp"
#include "isa/encodings/printer.hpp"
#include "tests/unit/isa/capstone_oracle.hpp"

namespace vtoll::isa::test {

namespace {

constexpr u64 seed = 0x401e6;
constexpr unsigned words_per_row = 100;
constexpr u32 pc = 0x1'0000;

/// What of an instruction is compared.
enum class What : u8 { core_read, core_written, ext_read, ext_written, flags_written };
constexpr std::string_view what_names[] = {"core registers read", "core registers written", "extension registers read",
                                           "extension registers written", "flags written"};

struct CapstoneError {
    What what;
    std::vector<std::string_view> rows;  ///< a '*' at its end or start stands for anything
    std::string_view reason;
};

// clang-format off
const std::vector<CapstoneError> capstone_errors = {
    {What::core_read, {"*_rsr"}, "the register that holds the distance of a shift is left out"},
    {What::core_read,
     {"PKHBT", "PKHTB", "SXTB*", "SXTH", "UXTB*", "UXTH", "SXTAB*", "SXTAH", "UXTAB*", "UXTAH", "SSAT*", "USAT*"},
     "an operand that is rotated, shifted or saturated is left out"},
    {What::core_read, {"SMLAL*", "SMLSLD", "UMAAL", "UMLAL"}, "what is added to is taken for a result alone"},
    {What::core_read, {"BX"}, "BX LR is a return without operands"},
    {What::core_read, {"ERET"}, "LR is left out in A32, and read in T32, also in Hyp mode, where it is ELR_hyp"},
    {What::core_read, {"PUSH", "STMDB"}, "of some lists, only the base is read: the rest is taken for results"},
    {What::core_written, {"PUSH", "STMDB"}, "of some lists, registers that are stored are taken for results, and the base is left out"},
    {What::core_read, {"SRS*"}, "SP and LR are left out"},
    {What::core_written, {"SRS*", "RFE*"}, "the base that is written back is left out"},
    {What::core_read, {"STRBT", "STRHT"}, "what is stored is taken for a result"},
    {What::core_written, {"STRBT", "STRHT"}, "what is stored is taken for a result"},
    {What::core_read, {"STREXD"}, "the pair of registers is left out"},
    {What::core_written, {"LDREXD"}, "the pair of registers is left out"},
    {What::core_read, {"VMSR*"}, "the register that is written from is left out"},
    {What::core_read, {"VPUSH*", "VPOP*"}, "SP is left out"},
    {What::core_written, {"VPUSH*", "VPOP*"}, "SP is left out"},
    {What::core_written,
     {"LDRT_*", "LDRBT_*", "LDRHT_*", "LDRSBT_*", "LDRSHT_*", "STRT_*", "STRBT_*", "STRHT_*", "LDRB_reg", "STRB_reg"},
     "the base of some post-indexed forms is left out"},
    {What::core_written, {"VLD*", "VST*"}, "the base that is written back is left out"},
    {What::core_written, {"SVC"}, "LR is that of another mode"},
    {What::core_read, {"MRC", "MRRC"}, "the destination is taken for an operand"},
    {What::core_read, {"MCRR"}, "one of the two operands is left out of some"},
    {What::core_written, {"MRC", "MRRC"}, "the destination is taken for an operand, or left out"},
    {What::ext_read, {"VCVTB_f16_f32", "VCVTT_f16_f32"}, "the half that stays is not thought of"},
    {What::ext_read, {"VLD1_lane", "VLD2_lane", "VLD3_lane", "VLD4_lane"}, "the lanes that stay are not thought of"},
    {What::ext_read, {"*_scalar"}, "the scalar is left out"},
    {What::ext_read, {"VSWP", "VTRN", "VUZP", "VZIP"}, "what changes places is taken for results alone"},
    {What::ext_read, {"VMOV_core_to_lane32"}, "by ours the other half of the register stays without being read (ext_partial)"},
    {What::ext_read, {"VPUSH_D", "VPOP*", "VSTMIA*", "VSTMDB*"}, "the list is left out, or is on the wrong side"},
    {What::ext_written, {"VPUSH*", "VPOP_D", "VLDMIA*", "VLDMDB*"}, "the list is left out, or is on the wrong side"},
    {What::flags_written, {"ADC*", "SBC*", "RSC*"}, "they are said to set the flags without S"},
    {What::flags_written, {"UADD8"}, "GE is taken for the flags"},
    {What::flags_written, {"ERET", "RFE*", "LDM_eret", "LDMDA_eret", "LDMDB_eret", "LDMIB_eret"}, "the PSR that comes back is not thought of"},
    {What::flags_written, {"MSR_imm", "MSR_reg"}, "MSR is not thought of"},
};
// clang-format on

bool covers(std::string_view pattern, std::string_view name) {
    if (pattern.starts_with('*')) return name.ends_with(pattern.substr(1));
    return pattern.ends_with('*') ? name.starts_with(pattern.substr(0, pattern.size() - 1)) : name == pattern;
}

const char* set_name(InstrSet s) { return s == InstrSet::a32 ? "a32" : s == InstrSet::t16 ? "t16" : "t32"; }

std::string registers(u32 set, char bank) {
    std::string out;
    for (unsigned n = 0; n < 32; ++n)
        if (set >> n & 1) out += fmt::format(" {}{}", bank, n);
    return out.empty() ? " none" : out;
}

TEST(Roles, are_what_capstone_knows) {
    SCOPED_TRACE(fmt::format("seed {:#x}", seed));
    static const Features features;
    Rng rng(seed);
    std::set<std::pair<const CapstoneError*, std::string_view>> used;
    u64 compared = 0;
    for (InstrSet set : {InstrSet::a32, InstrSet::t16, InstrSet::t32}) {
        Capstone capstone(set);
        for (const Encoding& row : encodings(set)) {
            std::map<What, unsigned> count;
            std::map<What, std::string> example;
            for (unsigned k = 0; k < words_per_row; ++k) {
                DecodeContext c{pc, k % 8 ? Privilege::pl1 : Privilege::pl2, 0, &features};
                Decoding d;
                const auto raw = random_word(row, set, c, rng, k % 2 ? Filling::small : Filling::any, &d);
                if (!raw || d.cls == CostClass::undefined) continue;  // what is UNDEFINED has no operands
                const std::optional<Accesses> theirs = capstone.accesses(*raw, pc);
                if (!theirs) continue;  // capstone_test.cpp says of which words
                ++compared;
                // Capstone does not say of most instructions that they read their own address.
                constexpr u16 no_pc = 0x7fff;
                const std::pair<u32, u32> pairs[] = {
                    {d.roles.reads() & no_pc, theirs->core_read & no_pc},
                    {d.roles.writes & no_pc, theirs->core_written & no_pc},
                    {d.roles.ext_reads, theirs->ext_read},
                    {d.roles.ext_writes, theirs->ext_written},
                    {(d.roles.flags_written & flag::NZCV) != 0, theirs->sets_flags},
                };
                for (unsigned i = 0; i < std::size(pairs); ++i) {
                    const auto [ours, other] = pairs[i];
                    if (ours == other) continue;
                    const What what = static_cast<What>(i);
                    bool explained = false;
                    for (const CapstoneError& e : capstone_errors)
                        for (std::string_view pattern : e.rows)
                            if (e.what == what && covers(pattern, row.name)) {
                                used.insert({&e, pattern});
                                explained = true;
                            }
                    if (explained || count[what]++) continue;
                    const char bank = what >= What::ext_read ? 'd' : 'r';
                    example[what] = fmt::format("{:08x} \"{}\": ours{}, Capstone's{}", *raw, disassemble(set, *raw, c),
                                                registers(ours, bank), registers(other, bank));
                }
            }
            for (auto [what, n] : count)
                ADD_FAILURE() << set_name(set) << "::" << row.name << ": " << what_names[static_cast<unsigned>(what)]
                              << " differ in " << n << " of " << words_per_row << " words, such as " << example[what];
        }
    }
    fmt::print("{} words compared\n", compared);
    for (const CapstoneError& e : capstone_errors) {
        EXPECT_FALSE(e.reason.empty()) << e.rows.front() << ": listed without a reason";
        for (std::string_view pattern : e.rows)
            EXPECT_TRUE(used.contains({&e, pattern}))
                << "stale entry: " << pattern << ", " << what_names[static_cast<unsigned>(e.what)];
    }
}

}  // namespace

}  // namespace vtoll::isa::test
