// SPDX-License-Identifier: Apache-2.0
// Which row each form of load and store decodes to, what class it is priced as, and what a Data Abort would say of it.
// ISS valid: a transfer of one register other than the PC, no writeback, no base PC (ARM DDI 0406C §B3.13.6).
#include "tests/unit/isa/load_store_fixture.hpp"

namespace vtoll::isa::test {
namespace {

/// R and W: reads and writes memory. 0 1 2 3: log2 of the size. V: ISS valid. S: sign-extended. U: unprivileged.
/// X: exclusive. A: always aligned. E: ends its block.
std::string describe(const Op& op) {
    std::string out;
    if (op.flags & op_reads_mem) out += 'R';
    if (op.flags & op_writes_mem) out += 'W';
    out += static_cast<char>('0' + ((op.flags & op_size_mask) >> op_size_shift));
    if (op.flags & op_iss_valid) out += 'V';
    if (op.flags & op_sign_ext) out += 'S';
    if (op.flags & op_unpriv) out += 'U';
    if (op.flags & op_exclusive) out += 'X';
    if (op.flags & op_align_always) out += 'A';
    if (op.flags & op_ends_block) out += 'E';
    return out;
}

struct Row {
    u32 raw;
    const char* text;
    const char* row;
    CostClass cls;
    const char* flags;
};

void check(InstrSet set, std::span<const Row> rows) {
    for (const Row& r : rows) {
        const DecodedOp d = decode_one(set, r.raw);
        EXPECT_EQ(d.decoded, Decoded::ok) << r.text;
        EXPECT_EQ(d.row, r.row) << r.text;
        EXPECT_EQ(cost_class_name(d.op.cls), cost_class_name(r.cls)) << r.text;
        EXPECT_EQ(describe(d.op), r.flags) << r.text;
        if (d.op.flags & op_iss_valid) {
            const u32 t = set == InstrSet::t16 ? (d.row.ends_with("_sp") ? bits(r.raw, 10, 8) : bits(r.raw, 2, 0))
                                               : bits(r.raw, 15, 12);
            EXPECT_EQ(d.op.rd, t) << r.text << ": ISS.SRT comes from rd";
        }
    }
}

TEST(LoadStoreDecode, A32) {
    static constexpr Row rows[] = {
        {0xe5910004, "ldr r0, [r1, #4]", "LDR_imm", CostClass::load, "R2V"},
        {0xe5b10004, "ldr r0, [r1, #4]!", "LDR_imm", CostClass::load, "R2"},
        {0xe4910004, "ldr r0, [r1], #4", "LDR_imm", CostClass::load, "R2"},
        {0xe591f004, "ldr pc, [r1, #4]", "LDR_imm", CostClass::branch_load, "R2E"},
        {0xe59f0004, "ldr r0, [pc, #4]", "LDR_lit", CostClass::load, "R2"},
        {0xe7910102, "ldr r0, [r1, r2, lsl #2]", "LDR_reg", CostClass::load, "R2V"},
        {0xe7310002, "ldr r0, [r1, -r2]!", "LDR_reg", CostClass::load, "R2"},
        {0xe4b10000, "ldrt r0, [r1], #0", "LDRT_imm", CostClass::load, "R2U"},
        {0xe6b10002, "ldrt r0, [r1], r2", "LDRT_reg", CostClass::load, "R2U"},
        {0xe5d15000, "ldrb r5, [r1]", "LDRB_imm", CostClass::load, "R0V"},
        {0xe7d15002, "ldrb r5, [r1, r2]", "LDRB_reg", CostClass::load, "R0V"},
        {0xe5df5001, "ldrb r5, [pc, #1]", "LDRB_lit", CostClass::load, "R0"},
        {0xe4f10004, "ldrbt r0, [r1], #4", "LDRBT_imm", CostClass::load, "R0U"},
        {0xe6710002, "ldrbt r0, [r1], -r2", "LDRBT_reg", CostClass::load, "R0U"},
        {0xe5010004, "str r0, [r1, #-4]", "STR_imm", CostClass::store, "W2V"},
        {0xe4810004, "str r0, [r1], #4", "STR_imm", CostClass::store, "W2"},
        {0xe581f000, "str pc, [r1]", "STR_imm", CostClass::store, "W2"},
        {0xe7810002, "str r0, [r1, r2]", "STR_reg", CostClass::store, "W2V"},
        {0xe4a10004, "strt r0, [r1], #4", "STRT_imm", CostClass::store, "W2U"},
        {0xe6a10002, "strt r0, [r1], r2", "STRT_reg", CostClass::store, "W2U"},
        {0xe5c10000, "strb r0, [r1]", "STRB_imm", CostClass::store, "W0V"},
        {0xe7c101a2, "strb r0, [r1, r2, lsr #3]", "STRB_reg", CostClass::store, "W0V"},
        {0xe4e10001, "strbt r0, [r1], #1", "STRBT_imm", CostClass::store, "W0U"},
        {0xe6e10002, "strbt r0, [r1], r2", "STRBT_reg", CostClass::store, "W0U"},
        {0xe52d3004, "push {r3}", "PUSH_one", CostClass::store, "W2"},
        {0xe49d3004, "pop {r3}", "POP_one", CostClass::load, "R2"},
        {0xe49df004, "pop {pc}", "POP_one", CostClass::branch_load, "R2E"},
        {0xe1d100b6, "ldrh r0, [r1, #6]", "LDRH_imm", CostClass::load, "R1V"},
        {0xe19100b2, "ldrh r0, [r1, r2]", "LDRH_reg", CostClass::load, "R1V"},
        {0xe1df00b6, "ldrh r0, [pc, #6]", "LDRH_lit", CostClass::load, "R1"},
        {0xe0f100b2, "ldrht r0, [r1], #2", "LDRHT_imm", CostClass::load, "R1U"},
        {0xe0b100b2, "ldrht r0, [r1], r2", "LDRHT_reg", CostClass::load, "R1U"},
        {0xe1d100d6, "ldrsb r0, [r1, #6]", "LDRSB_imm", CostClass::load, "R0VS"},
        {0xe19100d2, "ldrsb r0, [r1, r2]", "LDRSB_reg", CostClass::load, "R0VS"},
        {0xe1df00d6, "ldrsb r0, [pc, #6]", "LDRSB_lit", CostClass::load, "R0S"},
        {0xe0f100d2, "ldrsbt r0, [r1], #2", "LDRSBT_imm", CostClass::load, "R0SU"},
        {0xe0b100d2, "ldrsbt r0, [r1], r2", "LDRSBT_reg", CostClass::load, "R0SU"},
        {0xe1d100f6, "ldrsh r0, [r1, #6]", "LDRSH_imm", CostClass::load, "R1VS"},
        {0xe1f100f6, "ldrsh r0, [r1, #6]!", "LDRSH_imm", CostClass::load, "R1S"},
        {0xe19100f2, "ldrsh r0, [r1, r2]", "LDRSH_reg", CostClass::load, "R1VS"},
        {0xe1df00f6, "ldrsh r0, [pc, #6]", "LDRSH_lit", CostClass::load, "R1S"},
        {0xe0f100f2, "ldrsht r0, [r1], #2", "LDRSHT_imm", CostClass::load, "R1SU"},
        {0xe0b100f2, "ldrsht r0, [r1], r2", "LDRSHT_reg", CostClass::load, "R1SU"},
        {0xe1c100b6, "strh r0, [r1, #6]", "STRH_imm", CostClass::store, "W1V"},
        {0xe18100b2, "strh r0, [r1, r2]", "STRH_reg", CostClass::store, "W1V"},
        {0xe0e100b2, "strht r0, [r1], #2", "STRHT_imm", CostClass::store, "W1U"},
        {0xe0a100b2, "strht r0, [r1], r2", "STRHT_reg", CostClass::store, "W1U"},
        {0xe1c120d8, "ldrd r2, r3, [r1, #8]", "LDRD_imm", CostClass::load_multiple, "R2A"},
        {0xe18120d5, "ldrd r2, r3, [r1, r5]", "LDRD_reg", CostClass::load_multiple, "R2A"},
        {0xe1cf20d8, "ldrd r2, r3, [pc, #8]", "LDRD_lit", CostClass::load_multiple, "R2A"},
        {0xe1c120f8, "strd r2, r3, [r1, #8]", "STRD_imm", CostClass::store_multiple, "W2A"},
        {0xe12120f5, "strd r2, r3, [r1, -r5]!", "STRD_reg", CostClass::store_multiple, "W2A"},
        {0xe891000c, "ldm r1, {r2, r3}", "LDM", CostClass::load_multiple, "R2A"},
        {0xe8b18004, "ldm r1!, {r2, pc}", "LDM", CostClass::branch_load, "R2AE"},
        {0xe811000c, "ldmda r1, {r2, r3}", "LDMDA", CostClass::load_multiple, "R2A"},
        {0xe911000c, "ldmdb r1, {r2, r3}", "LDMDB", CostClass::load_multiple, "R2A"},
        {0xe991000c, "ldmib r1, {r2, r3}", "LDMIB", CostClass::load_multiple, "R2A"},
        {0xe8bd000c, "pop {r2, r3}", "POP", CostClass::load_multiple, "R2A"},
        {0xe881000c, "stm r1, {r2, r3}", "STM", CostClass::store_multiple, "W2A"},
        {0xe801000c, "stmda r1, {r2, r3}", "STMDA", CostClass::store_multiple, "W2A"},
        {0xe901000c, "stmdb r1, {r2, r3}", "STMDB", CostClass::store_multiple, "W2A"},
        {0xe981000c, "stmib r1, {r2, r3}", "STMIB", CostClass::store_multiple, "W2A"},
        {0xe92d000c, "push {r2, r3}", "PUSH", CostClass::store_multiple, "W2A"},
        {0xe8d12004, "ldm r1, {r2, sp}^", "LDM_user", CostClass::load_multiple, "R2A"},
        {0xe9512004, "ldmdb r1, {r2, sp}^", "LDMDB_user", CostClass::load_multiple, "R2A"},
        {0xe9c12004, "stmib r1, {r2, sp}^", "STMIB_user", CostClass::store_multiple, "W2A"},
        {0xe8418004, "stmda r1, {r2, pc}^", "STMDA_user", CostClass::store_multiple, "W2A"},
        {0xe8fd8004, "ldm sp!, {r2, pc}^", "LDM_eret", CostClass::eret, "R2AE"},
        {0xe9dd8004, "ldmib sp, {r2, pc}^", "LDMIB_eret", CostClass::eret, "R2AE"},
        {0xe1910f9f, "ldrex r0, [r1]", "LDREX", CostClass::exclusive, "R2XA"},
        {0xe1d10f9f, "ldrexb r0, [r1]", "LDREXB", CostClass::exclusive, "R0XA"},
        {0xe1f10f9f, "ldrexh r0, [r1]", "LDREXH", CostClass::exclusive, "R1XA"},
        {0xe1b12f9f, "ldrexd r2, r3, [r1]", "LDREXD", CostClass::exclusive, "R3XA"},
        {0xe1810f92, "strex r0, r2, [r1]", "STREX", CostClass::exclusive, "W2XA"},
        {0xe1c10f92, "strexb r0, r2, [r1]", "STREXB", CostClass::exclusive, "W0XA"},
        {0xe1e10f92, "strexh r0, r2, [r1]", "STREXH", CostClass::exclusive, "W1XA"},
        {0xe1a10f92, "strexd r0, r2, r3, [r1]", "STREXD", CostClass::exclusive, "W3XA"},
        {0xf57ff01f, "clrex", "CLREX", CostClass::exclusive, "0"},
        {0xe1010092, "swp r0, r2, [r1]", "SWP", CostClass::exclusive, "RW2A"},
        {0xe1410092, "swpb r0, r2, [r1]", "SWPB", CostClass::exclusive, "RW0A"},
        {0xf5d1f004, "pld [r1, #4]", "PLD_imm", CostClass::preload, "0"},
        {0xf591f004, "pldw [r1, #4]", "PLDW_imm", CostClass::preload, "0"},
        {0xf4d1f004, "pli [r1, #4]", "PLI_imm", CostClass::preload, "0"},
        {0xf7d1f002, "pld [r1, r2]", "PLD_reg", CostClass::preload, "0"},
        {0xf791f002, "pldw [r1, r2]", "PLDW_reg", CostClass::preload, "0"},
        {0xf6d1f002, "pli [r1, r2]", "PLI_reg", CostClass::preload, "0"},
        {0xed911b00, "vldr d1, [r1]", "VLDR_D", CostClass::vfp_load, "R2A"},
        {0xedd10a00, "vldr s1, [r1]", "VLDR_S", CostClass::vfp_load, "R2A"},
        {0xed811b00, "vstr d1, [r1]", "VSTR_D", CostClass::vfp_store, "W2A"},
        {0xedc10a00, "vstr s1, [r1]", "VSTR_S", CostClass::vfp_store, "W2A"},
        {0xec911b02, "vldmia r1, {d1}", "VLDMIA_D", CostClass::vfp_load, "R2A"},
        {0xed710a01, "vldmdb r1!, {s1}", "VLDMDB_S", CostClass::vfp_load, "R2A"},
        {0xecc10a01, "vstmia r1, {s1}", "VSTMIA_S", CostClass::vfp_store, "W2A"},
        {0xed211b02, "vstmdb r1!, {d1}", "VSTMDB_D", CostClass::vfp_store, "W2A"},
        {0xed2d8b02, "vpush {d8}", "VPUSH_D", CostClass::vfp_store, "W2A"},
        {0xecbd4a01, "vpop {s8}", "VPOP_S", CostClass::vfp_load, "R2A"},
        {0xed2d4a01, "vpush {s8}", "VPUSH_S", CostClass::vfp_store, "W2A"},
        {0xecbd8b02, "vpop {d8}", "VPOP_D", CostClass::vfp_load, "R2A"},
        {0xee000a10, "vmov s0, r0", "VMOV_core_to_S", CostClass::vfp_move, "0"},
        {0xec510b10, "vmov r0, r1, d0", "VMOV_D_to_core2", CostClass::vfp_move, "0"},
        {0xeef1fa10, "vmrs APSR_nzcv, fpscr", "VMRS_flags", CostClass::vfp_sysreg, "0"},
        {0xeee80a10, "vmsr fpexc, r0", "VMSR_fpexc", CostClass::vfp_sysreg, "0"},
    };
    check(InstrSet::a32, rows);
}

TEST(LoadStoreDecode, T16) {
    static constexpr Row rows[] = {
        {0x4801, "ldr r0, [pc, #4]", "LDR_lit", CostClass::load, "R2"},
        {0x5088, "str r0, [r1, r2]", "STR_reg", CostClass::store, "W2V"},
        {0x5288, "strh r0, [r1, r2]", "STRH_reg", CostClass::store, "W1V"},
        {0x5488, "strb r0, [r1, r2]", "STRB_reg", CostClass::store, "W0V"},
        {0x5688, "ldrsb r0, [r1, r2]", "LDRSB_reg", CostClass::load, "R0VS"},
        {0x5888, "ldr r0, [r1, r2]", "LDR_reg", CostClass::load, "R2V"},
        {0x5a88, "ldrh r0, [r1, r2]", "LDRH_reg", CostClass::load, "R1V"},
        {0x5c88, "ldrb r0, [r1, r2]", "LDRB_reg", CostClass::load, "R0V"},
        {0x5e88, "ldrsh r0, [r1, r2]", "LDRSH_reg", CostClass::load, "R1VS"},
        {0x6048, "str r0, [r1, #4]", "STR_imm", CostClass::store, "W2V"},
        {0x6848, "ldr r0, [r1, #4]", "LDR_imm", CostClass::load, "R2V"},
        {0x7108, "strb r0, [r1, #4]", "STRB_imm", CostClass::store, "W0V"},
        {0x7908, "ldrb r0, [r1, #4]", "LDRB_imm", CostClass::load, "R0V"},
        {0x8088, "strh r0, [r1, #4]", "STRH_imm", CostClass::store, "W1V"},
        {0x8888, "ldrh r0, [r1, #4]", "LDRH_imm", CostClass::load, "R1V"},
        {0x9001, "str r0, [sp, #4]", "STR_sp", CostClass::store, "W2V"},
        {0x9801, "ldr r0, [sp, #4]", "LDR_sp", CostClass::load, "R2V"},
        {0xb501, "push {r0, lr}", "PUSH", CostClass::store_multiple, "W2A"},
        {0xbc01, "pop {r0}", "POP", CostClass::load_multiple, "R2A"},
        {0xbd01, "pop {r0, pc}", "POP", CostClass::branch_load, "R2AE"},
        {0xc105, "stm r1!, {r0, r2}", "STM", CostClass::store_multiple, "W2A"},
        {0xc905, "ldm r1!, {r0, r2}", "LDM", CostClass::load_multiple, "R2A"},
    };
    check(InstrSet::t16, rows);
}

TEST(LoadStoreDecode, T32) {
    static constexpr Row rows[] = {
        {0xe8910300, "ldm r1, {r8, r9}", "LDM", CostClass::load_multiple, "R2A"},
        {0xe9110300, "ldmdb r1, {r8, r9}", "LDMDB", CostClass::load_multiple, "R2A"},
        {0xe8bd8100, "pop {r8, pc}", "POP", CostClass::branch_load, "R2AE"},
        {0xe8810300, "stm r1, {r8, r9}", "STM", CostClass::store_multiple, "W2A"},
        {0xe9010300, "stmdb r1, {r8, r9}", "STMDB", CostClass::store_multiple, "W2A"},
        {0xe92d0300, "push {r8, r9}", "PUSH", CostClass::store_multiple, "W2A"},
        {0xf85d8b04, "pop {r8}", "POP_one", CostClass::load, "R2"},
        {0xf84d8d04, "push {r8}", "PUSH_one", CostClass::store, "W2"},
        {0xe9d10502, "ldrd r0, r5, [r1, #8]", "LDRD_imm", CostClass::load_multiple, "R2A"},
        {0xe8f10502, "ldrd r0, r5, [r1], #8", "LDRD_imm", CostClass::load_multiple, "R2A"},
        {0xe9df0502, "ldrd r0, r5, [pc, #8]", "LDRD_lit", CostClass::load_multiple, "R2A"},
        {0xe9e10502, "strd r0, r5, [r1, #8]!", "STRD_imm", CostClass::store_multiple, "W2A"},
        {0xe8510f01, "ldrex r0, [r1, #4]", "LDREX", CostClass::exclusive, "R2XA"},
        {0xe8d10f4f, "ldrexb r0, [r1]", "LDREXB", CostClass::exclusive, "R0XA"},
        {0xe8d10f5f, "ldrexh r0, [r1]", "LDREXH", CostClass::exclusive, "R1XA"},
        {0xe8d1057f, "ldrexd r0, r5, [r1]", "LDREXD", CostClass::exclusive, "R3XA"},
        {0xe8412001, "strex r0, r2, [r1, #4]", "STREX", CostClass::exclusive, "W2XA"},
        {0xe8c12f40, "strexb r0, r2, [r1]", "STREXB", CostClass::exclusive, "W0XA"},
        {0xe8c12f50, "strexh r0, r2, [r1]", "STREXH", CostClass::exclusive, "W1XA"},
        {0xe8c12570, "strexd r0, r2, r5, [r1]", "STREXD", CostClass::exclusive, "W3XA"},
        {0xf3bf8f2f, "clrex", "CLREX", CostClass::exclusive, "0"},
        {0xf8d10004, "ldr.w r0, [r1, #4]", "LDR_imm12", CostClass::load, "R2V"},
        {0xf8510c04, "ldr r0, [r1, #-4]", "LDR_imm8", CostClass::load, "R2V"},
        {0xf8510b04, "ldr r0, [r1], #4", "LDR_imm8", CostClass::load, "R2"},
        {0xf8510012, "ldr.w r0, [r1, r2, lsl #1]", "LDR_reg", CostClass::load, "R2V"},
        {0xf8df0004, "ldr.w r0, [pc, #4]", "LDR_lit", CostClass::load, "R2"},
        {0xf85f0002, "ldr.w r0, [pc, #-2]", "LDR_lit", CostClass::load, "R2"},
        {0xf8510e04, "ldrt r0, [r1, #4]", "LDRT", CostClass::load, "R2VU"},
        {0xf8910004, "ldrb.w r0, [r1, #4]", "LDRB_imm12", CostClass::load, "R0V"},
        {0xf8110c04, "ldrb r0, [r1, #-4]", "LDRB_imm8", CostClass::load, "R0V"},
        {0xf8110b04, "ldrb r0, [r1], #4", "LDRB_imm8", CostClass::load, "R0"},
        {0xf8110012, "ldrb.w r0, [r1, r2, lsl #1]", "LDRB_reg", CostClass::load, "R0V"},
        {0xf89f0004, "ldrb.w r0, [pc, #4]", "LDRB_lit", CostClass::load, "R0"},
        {0xf81f0002, "ldrb.w r0, [pc, #-2]", "LDRB_lit", CostClass::load, "R0"},
        {0xf8110e04, "ldrbt r0, [r1, #4]", "LDRBT", CostClass::load, "R0VU"},
        {0xf8b10004, "ldrh.w r0, [r1, #4]", "LDRH_imm12", CostClass::load, "R1V"},
        {0xf8310c04, "ldrh r0, [r1, #-4]", "LDRH_imm8", CostClass::load, "R1V"},
        {0xf8310b04, "ldrh r0, [r1], #4", "LDRH_imm8", CostClass::load, "R1"},
        {0xf8310012, "ldrh.w r0, [r1, r2, lsl #1]", "LDRH_reg", CostClass::load, "R1V"},
        {0xf8bf0004, "ldrh.w r0, [pc, #4]", "LDRH_lit", CostClass::load, "R1"},
        {0xf83f0002, "ldrh.w r0, [pc, #-2]", "LDRH_lit", CostClass::load, "R1"},
        {0xf8310e04, "ldrht r0, [r1, #4]", "LDRHT", CostClass::load, "R1VU"},
        {0xf9910004, "ldrsb.w r0, [r1, #4]", "LDRSB_imm12", CostClass::load, "R0VS"},
        {0xf9110c04, "ldrsb r0, [r1, #-4]", "LDRSB_imm8", CostClass::load, "R0VS"},
        {0xf9110b04, "ldrsb r0, [r1], #4", "LDRSB_imm8", CostClass::load, "R0S"},
        {0xf9110012, "ldrsb.w r0, [r1, r2, lsl #1]", "LDRSB_reg", CostClass::load, "R0VS"},
        {0xf99f0004, "ldrsb.w r0, [pc, #4]", "LDRSB_lit", CostClass::load, "R0S"},
        {0xf91f0002, "ldrsb.w r0, [pc, #-2]", "LDRSB_lit", CostClass::load, "R0S"},
        {0xf9110e04, "ldrsbt r0, [r1, #4]", "LDRSBT", CostClass::load, "R0VSU"},
        {0xf9b10004, "ldrsh.w r0, [r1, #4]", "LDRSH_imm12", CostClass::load, "R1VS"},
        {0xf9310c04, "ldrsh r0, [r1, #-4]", "LDRSH_imm8", CostClass::load, "R1VS"},
        {0xf9310b04, "ldrsh r0, [r1], #4", "LDRSH_imm8", CostClass::load, "R1S"},
        {0xf9310012, "ldrsh.w r0, [r1, r2, lsl #1]", "LDRSH_reg", CostClass::load, "R1VS"},
        {0xf9bf0004, "ldrsh.w r0, [pc, #4]", "LDRSH_lit", CostClass::load, "R1S"},
        {0xf93f0002, "ldrsh.w r0, [pc, #-2]", "LDRSH_lit", CostClass::load, "R1S"},
        {0xf9310e04, "ldrsht r0, [r1, #4]", "LDRSHT", CostClass::load, "R1VSU"},
        {0xf8c10004, "str.w r0, [r1, #4]", "STR_imm12", CostClass::store, "W2V"},
        {0xf8410c04, "str r0, [r1, #-4]", "STR_imm8", CostClass::store, "W2V"},
        {0xf8410f04, "str r0, [r1, #4]!", "STR_imm8", CostClass::store, "W2"},
        {0xf8410012, "str.w r0, [r1, r2, lsl #1]", "STR_reg", CostClass::store, "W2V"},
        {0xf8410e04, "strt r0, [r1, #4]", "STRT", CostClass::store, "W2VU"},
        {0xf8810004, "strb.w r0, [r1, #4]", "STRB_imm12", CostClass::store, "W0V"},
        {0xf8010c04, "strb r0, [r1, #-4]", "STRB_imm8", CostClass::store, "W0V"},
        {0xf8010f04, "strb r0, [r1, #4]!", "STRB_imm8", CostClass::store, "W0"},
        {0xf8010012, "strb.w r0, [r1, r2, lsl #1]", "STRB_reg", CostClass::store, "W0V"},
        {0xf8010e04, "strbt r0, [r1, #4]", "STRBT", CostClass::store, "W0VU"},
        {0xf8a10004, "strh.w r0, [r1, #4]", "STRH_imm12", CostClass::store, "W1V"},
        {0xf8210c04, "strh r0, [r1, #-4]", "STRH_imm8", CostClass::store, "W1V"},
        {0xf8210f04, "strh r0, [r1, #4]!", "STRH_imm8", CostClass::store, "W1"},
        {0xf8210012, "strh.w r0, [r1, r2, lsl #1]", "STRH_reg", CostClass::store, "W1V"},
        {0xf8210e04, "strht r0, [r1, #4]", "STRHT", CostClass::store, "W1VU"},
        {0xf8d1f004, "ldr.w pc, [r1, #4]", "LDR_imm12", CostClass::branch_load, "R2E"},
        {0xf891f004, "pld [r1, #4]", "PLD_imm12", CostClass::preload, "0"},
        {0xf8b1f004, "pldw [r1, #4]", "PLDW_imm12", CostClass::preload, "0"},
        {0xf811fc04, "pld [r1, #-4]", "PLD_imm8", CostClass::preload, "0"},
        {0xf831fc04, "pldw [r1, #-4]", "PLDW_imm8", CostClass::preload, "0"},
        {0xf811f012, "pld [r1, r2, lsl #1]", "PLD_reg", CostClass::preload, "0"},
        {0xf831f002, "pldw [r1, r2]", "PLDW_reg", CostClass::preload, "0"},
        {0xf89ff008, "pld [pc, #8]", "PLD_lit", CostClass::preload, "0"},
        {0xf81ff008, "pld [pc, #-8]", "PLD_lit", CostClass::preload, "0"},
        {0xf991f004, "pli [r1, #4]", "PLI_imm12", CostClass::preload, "0"},
        {0xf911fc04, "pli [r1, #-4]", "PLI_imm8", CostClass::preload, "0"},
        {0xf911f002, "pli [r1, r2]", "PLI_reg", CostClass::preload, "0"},
        {0xf99ff008, "pli [pc, #8]", "PLI_lit", CostClass::preload, "0"},
        {0xedd11b00, "vldr d17, [r1]", "VLDR_D", CostClass::vfp_load, "R2A"},
        {0xed610a01, "vstmdb r1!, {s1}", "VSTMDB_S", CostClass::vfp_store, "W2A"},
        {0xee510b70, "vmov.s8 r0, d1[3]", "VMOV_lane_to_core_s8", CostClass::vfp_move, "0"},
        {0xeef10a10, "vmrs r0, fpscr", "VMRS_fpscr", CostClass::vfp_sysreg, "0"},
    };
    check(InstrSet::t32, rows);
}

TEST(LoadStoreDecode, UnpredictableSingles) {
    struct Case {
        InstrSet set;
        u32 raw;
        const char* why;
    };
    const Case cases[] = {
        {InstrSet::a32, 0xe5b1'1004, "ldr r1, [r1, #4]!"},      {InstrSet::a32, 0xe5bf'0004, "ldr r0, [pc, #4]!"},
        {InstrSet::a32, 0xe5a1'1004, "str r1, [r1, #4]!"},      {InstrSet::a32, 0xe5d1'f000, "ldrb pc, [r1]"},
        {InstrSet::a32, 0xe1d1'f0b0, "ldrh pc, [r1]"},          {InstrSet::a32, 0xe791'000f, "ldr r0, [r1, pc]"},
        {InstrSet::a32, 0xe4b1'f004, "ldrt pc, [r1], #4"},      {InstrSet::a32, 0xe4b1'1004, "ldrt r1, [r1], #4"},
        {InstrSet::a32, 0xe1c1'30d0, "ldrd r3, r4, [r1]"},      {InstrSet::a32, 0xe1c1'e0d0, "ldrd lr, pc, [r1]"},
        {InstrSet::a32, 0xe1e2'20d8, "ldrd r2, r3, [r2, #8]!"}, {InstrSet::a32, 0xe181'20d3, "ldrd r2, r3, [r1, r3]"},
        {InstrSet::a32, 0xe061'20d3, "ldrd with P 0 and W 1"},  {InstrSet::a32, 0xe191'01b2, "a (0) field that is 1"},
        {InstrSet::t32, 0xf851'1f04, "ldr r1, [r1, #4]!"},      {InstrSet::t32, 0xf8c1'f000, "str pc, [r1]"},
        {InstrSet::t32, 0xf891'd000, "ldrb sp, [r1]"},          {InstrSet::t32, 0xf8cf'0000, "str r0, [pc]: UNDEFINED"},
        {InstrSet::t32, 0xf851'0804, "P 0 and W 0: UNDEFINED"}, {InstrSet::t32, 0xf851'000f, "ldr r0, [r1, pc]"},
        {InstrSet::t32, 0xe9d1'0000, "ldrd r0, r0, [r1]"},      {InstrSet::t32, 0xe9f1'1202, "ldrd r1, r2, [r1, #8]!"},
        {InstrSet::t32, 0xf851'de04, "ldrt sp, [r1, #4]"},
    };
    for (const Case& c : cases) EXPECT_NE(decode_one(c.set, c.raw).decoded, Decoded::ok) << c.why;
}

TEST(LoadStoreDecode, UnprivilegedFormsInHypMode) {
    for (u32 raw : {0xe4b1'0004u, 0xe4a1'0004u, 0xe4f1'0001u, 0xe0f1'00b2u}) {
        EXPECT_EQ(decode_one(InstrSet::a32, raw, Privilege::pl2).decoded, Decoded::unpredictable) << std::hex << raw;
        EXPECT_EQ(decode_one(InstrSet::a32, raw, Privilege::pl0).decoded, Decoded::ok) << std::hex << raw;
    }
    EXPECT_EQ(decode_one(InstrSet::t32, 0xf851'0e04, Privilege::pl2).decoded, Decoded::unpredictable) << "T32 LDRT";
}

TEST(LoadStoreDecode, PcLoadsInsideItBlocks) {
    constexpr u8 first_of_two = 0x04, last = 0x08;  // IT EQ state with two and one instructions left
    EXPECT_EQ(decode_one(InstrSet::t32, 0xf8d1'f004, Privilege::pl1, first_of_two).decoded, Decoded::unpredictable)
        << "ldr pc in the middle";
    const DecodedOp d = decode_one(InstrSet::t32, 0xf8d1'f004, Privilege::pl1, last);
    EXPECT_EQ(d.decoded, Decoded::ok) << "ldr pc as the last";
    EXPECT_EQ(d.op.cond, 0) << "under the block's condition";
}

}  // namespace
}  // namespace vtoll::isa::test
