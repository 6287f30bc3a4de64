// SPDX-License-Identifier: Apache-2.0
#include "isa/state/identity.hpp"

#include <algorithm>

namespace vtoll::isa {

namespace {

/// `value` with its field [hi:lo] set to `field`.
constexpr u32 with_field(u32 value, unsigned hi, unsigned lo, u32 field) {
    const u32 mask = (0xffff'ffffu >> (31 - (hi - lo))) << lo;
    return (value & ~mask) | (field << lo & mask);
}
constexpr u32 field(u32 value, unsigned hi, unsigned lo) { return value >> lo & (0xffff'ffffu >> (31 - (hi - lo))); }

template <u32 Identity::*Member>
u32& member(Identity& id) {
    return id.*Member;
}
template <auto Member, std::size_t Index>
u32& element(Identity& id) {
    return (id.*Member)[Index];
}

}  // namespace

std::span<const IdentityRegister> identity_registers() {
    using I = Identity;
    static constexpr IdentityRegister rows[] = {
        // clang-format off
        {"midr", member<&I::midr>},         {"ctr", member<&I::ctr>},           {"tcmtr", member<&I::tcmtr>},
        {"tlbtr", member<&I::tlbtr>},       {"revidr", member<&I::revidr>},     {"aidr", member<&I::aidr>},
        {"mpidr", member<&I::mpidr>},       {"clidr", member<&I::clidr>},
        {"ccsidr0", element<&I::ccsidr, 0>, true}, {"ccsidr1", element<&I::ccsidr, 1>, true}, {"ccsidr2", element<&I::ccsidr, 2>, true},
        {"id_pfr0", member<&I::id_pfr0>},   {"id_pfr1", member<&I::id_pfr1>},   {"id_dfr0", member<&I::id_dfr0>},
        {"id_afr0", member<&I::id_afr0>},
        {"id_mmfr0", element<&I::id_mmfr, 0>}, {"id_mmfr1", element<&I::id_mmfr, 1>},
        {"id_mmfr2", element<&I::id_mmfr, 2>}, {"id_mmfr3", element<&I::id_mmfr, 3>},
        {"id_isar0", element<&I::id_isar, 0>}, {"id_isar1", element<&I::id_isar, 1>},
        {"id_isar2", element<&I::id_isar, 2>}, {"id_isar3", element<&I::id_isar, 3>},
        {"id_isar4", element<&I::id_isar, 4>}, {"id_isar5", element<&I::id_isar, 5>},
        {"fpsid", member<&I::fpsid>},       {"mvfr0", member<&I::mvfr0>},       {"mvfr1", member<&I::mvfr1>},
        {"dbgdidr", member<&I::dbgdidr>},   {"dbgdevid", member<&I::dbgdevid>}, {"dbgdevid1", member<&I::dbgdevid1>},
        {"pmcr", member<&I::pmcr>},         {"actlr", member<&I::actlr>},       {"l2ctlr", member<&I::l2ctlr>, true},
        {"cbar", member<&I::cbar>, true},
        // clang-format on
    };
    return rows;
}

Features features_of(const Identity& id, bool virtualization) {
    Features f;
    f.virtualization = virtualization;
    f.lpae = virtualization || field(id.id_mmfr[0], 3, 0) >= 5;
    f.divide = virtualization || field(id.id_isar[0], 27, 24) >= 2;
    f.multiprocessing = id.mpidr >> 31;
    f.vfp = id.fpsid != 0;
    f.vfp_d32 = field(id.mvfr0, 3, 0) >= 2;
    f.vfpv4 = field(id.mvfr1, 31, 28) >= 1;
    f.neon = field(id.mvfr1, 11, 8) >= 1;
    f.thumbee = field(id.id_pfr0, 15, 12) >= 1;
    return f;
}

Identity fit(Identity id, const Features& has) {
    id.id_pfr1 = with_field(id.id_pfr1, 19, 16, 1);
    id.id_pfr1 = with_field(id.id_pfr1, 15, 12, has.virtualization);
    id.id_pfr1 = with_field(id.id_pfr1, 7, 4, has.security);
    if (!has.security) id.id_dfr0 = with_field(id.id_dfr0, 7, 4, 0);
    if (!has.thumbee) id.id_pfr0 = with_field(id.id_pfr0, 15, 12, 0);
    const u32 vmsa = field(id.id_mmfr[0], 3, 0);
    id.id_mmfr[0] = with_field(id.id_mmfr[0], 3, 0, has.lpae ? std::max(vmsa, u32{5}) : std::min(vmsa, u32{3}));
    id.id_isar[0] = with_field(id.id_isar[0], 27, 24, has.divide ? 2 : 0);
    if (!has.vfp) id.fpsid = id.mvfr0 = id.mvfr1 = 0;
    if (has.vfp) id.mvfr0 = with_field(id.mvfr0, 3, 0, has.vfp_d32 ? 2 : 1);
    if (!has.neon) id.mvfr1 = with_field(id.mvfr1, 23, 8, 0);
    if (!has.vfpv4) id.mvfr1 = with_field(id.mvfr1, 31, 20, 0);
    return id;
}

}  // namespace vtoll::isa
