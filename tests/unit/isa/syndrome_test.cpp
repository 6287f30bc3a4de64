// SPDX-License-Identifier: Apache-2.0
// HSR taken apart and put together, ARM DDI 0406C §B3.13.6: the bits that the manual's figures show.
#include "isa/state/syndrome.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace vtoll::isa {
namespace {

struct Named {
    const char* name;
    SyndromeField field;
};

/// The fields of one kind of ISS, with how many of its 25 bits they take.
struct Layout {
    const char* kind;
    std::vector<Named> fields;
    u32 bits;
};

const std::vector<Layout>& layouts() {
    static const std::vector<Layout> all{
        {"WFI, WFE", {{"CV", iss::cv}, {"COND", iss::cond}, {"TI", iss::is_wfe}}, 0x1f0'0001},
        {"MCR, MRC, VMRS",
         {{"CV", iss::cv},
          {"COND", iss::cond},
          {"Opc2", iss::opc2},
          {"Opc1", iss::opc1},
          {"CRn", iss::crn},
          {"Rt", iss::rt},
          {"CRm", iss::crm},
          {"Direction", iss::is_read}},
         0x1ff'fdff},
        {"MCRR, MRRC",
         {{"CV", iss::cv},
          {"COND", iss::cond},
          {"Opc1", iss::wide_opc1},
          {"Rt2", iss::rt2},
          {"Rt", iss::rt},
          {"CRm", iss::crm},
          {"Direction", iss::is_read}},
         0x1ff'3dff},
        {"LDC, STC",
         {{"CV", iss::cv},
          {"COND", iss::cond},
          {"imm8", iss::imm8},
          {"Rn", iss::ldc_rn},
          {"Offset", iss::adds_offset},
          {"AM", iss::addressing},
          {"Direction", iss::is_read}},
         0x1ff'f1ff},
        {"HCPTR", {{"CV", iss::cv}, {"COND", iss::cond}, {"TA", iss::advsimd}, {"coproc", iss::coproc}}, 0x1f0'002f},
        {"BXJ", {{"CV", iss::cv}, {"COND", iss::cond}, {"Rm", iss::rm}}, 0x1f0'000f},
        {"SVC, HVC", {{"imm16", iss::imm16}}, 0xffff},
        {"Data Abort",
         {{"ISV", iss::isv},
          {"SAS", iss::sas},
          {"SSE", iss::sse},
          {"SRT", iss::srt},
          {"EA", iss::external},
          {"CM", iss::cache_maintenance},
          {"S1PTW", iss::s1ptw},
          {"WnR", iss::is_write},
          {"DFSC", iss::status}},
         0x1ef'03ff},
    };
    return all;
}

TEST(Syndrome, FieldsOfAKindLieSideBySide) {
    for (const Layout& layout : layouts()) {
        u32 taken = 0;
        for (const Named& f : layout.fields) {
            EXPECT_EQ(taken & f.field.mask(), 0u) << layout.kind << ": " << f.name << " overlaps another field";
            taken |= f.field.mask();
        }
        EXPECT_EQ(taken, layout.bits) << layout.kind << ": bits of the ISS that have a meaning";
    }
}

TEST(Syndrome, WhatIsPutInComesOut) {
    for (const Layout& layout : layouts())
        for (const Named& f : layout.fields) {
            const u32 most = (1u << f.field.bits) - 1;
            const Syndrome all_ones = Syndrome(~0u).with(f.field, 0);
            EXPECT_EQ(all_ones.hsr(), ~f.field.mask()) << layout.kind << ": clearing " << f.name << " leaves the rest";
            EXPECT_EQ(all_ones[f.field], 0u) << layout.kind << ": " << f.name;
            EXPECT_EQ(Syndrome().with(f.field, ~0u)[f.field], most)
                << layout.kind << ": " << f.name << " is cut to fit";
            EXPECT_EQ(Syndrome(~0u).without(f.field).hsr(), all_ones.hsr()) << layout.kind << ": " << f.name;
        }
}

TEST(Syndrome, AStoreToADeviceAsTheHypervisorSeesIt) {
    // str r3, [r0] at stage 2 of an absent page: EC 0x24, 32-bit instruction, word, r3, write, translation fault level
    // 3
    constexpr Syndrome store(0x9383'0047);
    EXPECT_EQ(store.ec(), Ec::data_abort) << "exception class";
    EXPECT_EQ(store[Syndrome::il_field], 1u) << "a 32-bit instruction";
    EXPECT_EQ(store[iss::isv], 1u) << "the access is described";
    EXPECT_EQ(store[iss::sas], 2u) << "a word";
    EXPECT_EQ(store[iss::sse], 0u) << "not sign-extended";
    EXPECT_EQ(store[iss::srt], 3u) << "from r3";
    EXPECT_EQ(store[iss::is_write], 1u) << "a write";
    EXPECT_EQ(store[iss::status_kind], 1u) << "a translation fault";
    EXPECT_EQ(store[iss::status_level], 3u) << "of level 3";
}

}  // namespace
}  // namespace vtoll::isa
