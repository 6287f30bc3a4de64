// SPDX-License-Identifier: Apache-2.0
// The roles of every row against what its handlers do. Random words of each row run from random states that differ in
// one place: a place that the roles do not name as read may change nothing, one that they name must change something
// for some word; a place that they do not name as written stays, one that they name is overwritten. What can't be seen
// this way is listed with its reason, and a stale entry fails.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cctype>
#include <cstring>
#include <functional>
#include <map>
#include <set>

#include "isa/encodings/printer.hpp"
#include "tests/unit/isa/roles_machine.hpp"
#include "tests/unit/isa/system_case.hpp"

namespace vtoll::isa::test {

namespace {

constexpr u64 seed = 0x401e5;
/// Words of a row at least, and at most while a role has not shown; the first few are disturbed in every place.
constexpr unsigned fewest_words = 32, most_words = 6000, words_disturbed_everywhere = 8;

const char* set_name(InstrSet s) { return s == InstrSet::a32 ? "a32" : s == InstrSet::t16 ? "t16" : "t32"; }

/// A role that execution does not show.
struct Unseen {
    std::vector<std::string_view> rows;
    std::string_view operand;  ///< as operand_of() names it; empty: the row never gets so far
    bool written;
    std::string_view reason;
};

// clang-format off
const std::vector<Unseen> unseen = {
    {{"PLD_imm", "PLDW_imm", "PLI_imm", "PLD_reg", "PLDW_reg", "PLI_reg", "PLD_imm12", "PLDW_imm12", "PLI_imm12",
      "PLD_imm8", "PLDW_imm8", "PLI_imm8"}, "n", false, "a hint: the address has no effect that software can see"},
    {{"PLD_reg", "PLDW_reg", "PLI_reg"}, "m", false, "a hint: as its base"},
    {{"PLD_reg", "PLDW_reg", "PLI_reg"}, "C", false, "a hint: its index rotated by RRX"},
    {{"PLD_imm", "PLI_imm", "PLD_reg", "PLI_reg", "PLD_lit", "PLI_lit"}, "its address", false, "a hint: as its base"},
    {{"VMSR_fpsid"}, "t", false, "the register is read-only: the write only serializes (§B9.3.25)"},
    {{"SVC", "HVC", "SMC", "BKPT", "UDF", "CDP"}, "", false, "all it does is to take an exception"},
};
// clang-format on

const Unseen* find_unseen(std::string_view row, std::string_view operand, bool written) {
    for (const Unseen& u : unseen)
        if (u.operand == operand && u.written == written)
            for (std::string_view r : u.rows)
                if (r == row) return &u;
    return nullptr;
}

/// Which operand of the row a place is in this word: by the one field that holds its number; nothing when several do.
std::optional<std::string> operand_of(const Decoding& d, unsigned i) {
    const Place p = place(i);
    if (p.kind == Place::flags) return place_name(i);
    const FieldsByName f(*d.row, d.raw);
    std::string letters;
    bool list = false;
    for (char letter = 'a'; letter <= 'z'; ++letter) {
        if (!f.has(letter) || letter == 'i' || letter == 'c') continue;
        const unsigned width = f.width(letter);
        if (p.kind == Place::core) {
            if (width > 4) list |= letter == 'r';
            else if (width >= 3 && f(letter) == p.n) letters += letter;
        } else if (width == 4 && f.has(static_cast<char>(std::toupper(letter))) && !f.has('l')) {
            const u32 low = f(letter) & 15;
            if (low == (p.n & 15) || low == (p.n & 14)) letters += letter;
        }
    }
    if (letters.size() == 1) return letters;
    if (letters.size() > 1) return std::nullopt;
    return list ? "list" : p.kind == Place::extension ? "a list" : place_name(i);
}

/// Words of a row in a privilege and an instruction set, with what was found out about them.
class RowTrial {
public:
    RowTrial(RolesMachine& m, Rng& rng, InstrSet set, const Encoding& row) : m_(m), rng_(rng), set_(set), row_(row) {}

    void run() {
        for (unsigned k = 0; k < most_words; ++k) {
            if (k >= fewest_words && words_ && !doubtful()) return;
            if (k == 200 && !words_) return;
            one_word();
        }
    }

    /// Reports what the words have not shown.
    void conclude(std::set<const Unseen*>& used) const {
        const auto expect = [&](const std::map<std::string, bool>& seen, bool written) {
            for (const auto& [operand, shown] : seen) {
                const Unseen* u = find_unseen(row_.name, operand, written);
                if (u && !shown) used.insert(u);
                EXPECT_TRUE(shown || u) << set_name(set_) << "::" << row_.name << ": " << operand << " is said to be "
                                        << (written ? "written, but is never" : "read, but never matters");
            }
        };
        if (!words_) {
            const Unseen* u = find_unseen(row_.name, "", false);
            if (u) used.insert(u);
            EXPECT_NE(u, nullptr) << set_name(set_) << "::" << row_.name << ": no word ran without an exception";
            return;
        }
        expect(read_matters_, false);
        expect(written_changes_, true);
    }

private:
    /// Something that is said has not been seen yet.
    bool doubtful() const {
        for (const auto* seen : {&read_matters_, &written_changes_})
            for (const auto& [operand, shown] : *seen)
                if (!shown && !find_unseen(row_.name, operand, seen == &written_changes_)) return true;
        return false;
    }

    /// A word of the row; of those that name a system register, one that exists.
    std::optional<u32> word(const DecodeContext& ctx, Decoding& d) {
        const bool transfer = row_.name == "LDC" || row_.name == "STC";
        if (row_.cls != CostClass::sysreg_read && row_.cls != CostClass::sysreg_write && !transfer)
            return random_word(row_, set_, ctx, rng_, rng_() % 2 ? Filling::small : Filling::any, &d, 2000);
        for (unsigned attempt = 0; attempt < 200; ++attempt) {
            u32 raw = random_filling(row_, set_, rng_);
            const SysReg& reg = sysregs()[rng_() % sysregs().size()];
            const bool wide = row_.name == "MCRR" || row_.name == "MRRC";
            if (transfer) raw = (raw & ~0x0040'ff00u) | 0x5e00;  // DBGDTR
            else if (wide != reg.key.wide) continue;
            else if (wide) raw = (raw & ~0xfffu) | (mcrr(reg.key) & 0xfff);
            else raw = (raw & ~0x00ef'0fffu) | (mcr(reg.key) & 0x00ef'0fff);
            if (decode(set_, raw, ctx, d) == Decoded::ok && d.row == &row_) return raw;
        }
        return std::nullopt;
    }

    void one_word() {
        static const Features features = [] {
            Features f;
            f.smc_is_firmware = f.semihosting = false;
            return f;
        }();
        const bool in_it = set_ != InstrSet::a32 && rng_() % 4 == 0;
        const Mode mode = modes_[rng_() % modes_.size()];
        DecodeContext ctx{RolesMachine::pc, privilege_of(mode), static_cast<u8>(in_it ? (rng_() % 14) << 4 | 8 : 0),
                          &features};
        Decoding d;
        const auto raw = word(ctx, d);
        if (!raw) return;
        m_.shuffle(rng_, d, mode);
        const Outcome before = m_.now(), after = m_.run(set_, d);
        if (after.exception) return;
        ++words_;
        what_ = [&, this] {
            return fmt::format("{}::{} {:08x} \"{}\"", set_name(set_), row_.name, *raw, disassemble(set_, *raw, ctx));
        };
        changes(d, before, after);
        for (unsigned i = 0; i < all_places; ++i) {
            if (i == 15) address(d, ctx, *raw, after);
            else if (words_ < words_disturbed_everywhere || is_read(d.roles, i)) one_place(d, i, after);
        }
    }

    /// Nothing but what is said to be written changes.
    void changes(const Decoding& d, const Outcome& before, const Outcome& after) {
        const bool eret = d.cls == CostClass::eret, goes_on = after.places[15] == d.pc + d.len;
        const Sets sets = d.properties.sets;
        const BranchKind branch = d.properties.branch;
        EXPECT_EQ(branch != BranchKind::none, is_written(d.roles, 15) && !eret)
            << what_() << ": what is said of the PC and of a branch";
        const bool calls = branch == BranchKind::call || branch == BranchKind::indirect_call;
        EXPECT_TRUE(!calls || (after.places[14] & ~u64{1}) == d.pc + d.len)
            << what_() << ": a call leaves its return address";
        for (unsigned i = 0; i < all_places; ++i) {
            const bool changed = i == 15 ? !goes_on : before.places[i] != after.places[i];
            if (hidden(d, i)) continue;
            EXPECT_TRUE(!changed || is_written(d.roles, i)) << what_() << ": " << place_name(i) << " is written";
            if (!is_written(d.roles, i)) continue;
            if (const auto operand = operand_of(d, i)) written_changes_[i == 15 ? "the PC" : *operand] |= changed;
        }
        EXPECT_TRUE(before.other_banks == after.other_banks || sets == Sets::spsr || sets == Sets::banked_register ||
                    d.properties.other_bank || eret || sets == Sets::cpsr)
            << what_() << ": a register of another mode is written";
        EXPECT_TRUE(before.mode_and_masks == after.mode_and_masks || sets == Sets::cpsr || eret)
            << what_() << ": the mode or the masks change";
        EXPECT_TRUE(before.fpexc == after.fpexc || sets == Sets::vfp_register) << what_() << ": FPEXC is written";
        EXPECT_TRUE(!std::memcmp(&before.sys, &after.sys, sizeof before.sys) || sets == Sets::system_register ||
                    row_.name == "LDC")
            << what_() << ": a system register is written";
    }

    void one_place(const Decoding& d, unsigned i, const Outcome& base) {
        if (hidden(d, i)) return;
        const Place p = place(i);
        if (p.kind == Place::flags && flags_of_condition(d.cond) >> p.n & 1) return;  // it would not run
        const bool read = is_read(d.roles, i);
        const auto operand = read ? operand_of(d, i) : std::nullopt;
        if (read && !operand) return;
        const bool written = is_written(d.roles, i);
        const bool partial = p.kind == Place::extension && d.roles.ext_partial >> p.n & 1;
        bool matters = false;
        for (unsigned attempt = 0; attempt < (read ? 6 : 1) && !matters; ++attempt) {
            m_.restore();
            m_.disturb(rng_, i);
            const u64 disturbed = m_.now().places[i];
            const Outcome other = m_.run(set_, d);
            matters = !other.same_besides(base) || other.exception;
            for (unsigned j = 0; j < all_places; ++j)
                if (j != i && other.places[j] != base.places[j]) matters = true;
            if (read) {
                matters |= written ? other.places[i] != base.places[i] : other.places[i] != disturbed;
                continue;
            }
            EXPECT_FALSE(matters) << what_() << ": " << place_name(i) << " is read";
            if (partial) continue;
            EXPECT_EQ(other.places[i], written ? base.places[i] : disturbed)
                << what_() << ": " << place_name(i) << (written ? " is not overwritten" : " is written");
        }
        if (read) read_matters_[*operand] |= matters;
        m_.restore();
    }

    /// The same word elsewhere: when it does not depend on its address only that of the next instruction differs.
    void address(const Decoding& d, DecodeContext ctx, u32 raw, const Outcome& base) {
        ctx.pc = static_cast<u32>(rng_()) & ~3u;
        Decoding elsewhere;
        if (decode(set_, raw, ctx, elsewhere) != Decoded::ok) return;
        m_.restore();
        const Outcome other = m_.run(set_, elsewhere);
        bool same = other.same_besides(base);
        for (unsigned j = 0; j < all_places; ++j)
            if (j != 15 && other.places[j] != base.places[j]) same = false;
        const bool went_on = base.places[15] == d.pc + d.len && other.places[15] == ctx.pc + d.len;
        same &= went_on || base.places[15] == other.places[15];
        if (d.roles.reads() >> 15 & 1) read_matters_["its address"] |= !same;
        else EXPECT_TRUE(same) << what_() << ": the result depends on the instruction's address";
        m_.restore();
    }

    /// A number that may be another mode's register.
    static bool hidden(const Decoding& d, unsigned i) { return d.properties.other_bank && i >= 8 && i < 15; }

    RolesMachine& m_;
    Rng& rng_;
    InstrSet set_;
    const Encoding& row_;
    std::array<Mode, 3> modes_{Mode::svc, Mode::hyp, Mode::usr};
    std::function<std::string()> what_;  ///< the word at hand
    unsigned words_ = 0;
    std::map<std::string, bool> read_matters_, written_changes_;
};

TEST(Roles, are_what_the_handlers_do) {
    SCOPED_TRACE(fmt::format("seed {:#x}", seed));
    Rng rng(seed);
    RolesMachine m;
    std::set<const Unseen*> used;
    for (InstrSet set : {InstrSet::a32, InstrSet::t16, InstrSet::t32})
        for (const Encoding& row : encodings(set)) {
            RowTrial trial(m, rng, set, row);
            trial.run();
            trial.conclude(used);
        }
    for (const Unseen& u : unseen) {
        EXPECT_FALSE(u.reason.empty()) << u.rows.front() << ": listed without a reason";
        EXPECT_TRUE(used.contains(&u)) << "stale entry: " << u.rows.front() << ", " << u.operand;
    }
}

}  // namespace

}  // namespace vtoll::isa::test
