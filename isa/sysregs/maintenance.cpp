// SPDX-License-Identifier: Apache-2.0
// CP15 c7 and c8: caches, branch predictors, barriers, address translation, TLBs. ARM DDI 0406C §B3.18, §B4.2.
#include "isa/exec/system/exceptions.hpp"
#include "isa/sysregs/tables.hpp"

namespace vtoll::isa {

namespace {

Written write_ignored(CpuState&, const Op&, u64) { return Written::done; }

template <SystemCost What>
Written barrier(CpuState& s, const Op& op, u64) {
    s.env->barrier(&op, What);
    return Written::done;
}

/// HCR.SWIO makes a guest's DCISW clean too (§B4.1.65).
template <CacheOp What>
Written cache(CpuState& s, const Op& op, u64 value) {
    CacheOp what = What;
    if (What == cache_op::DCISW && !s.is_hyp() && (s.sys.hcr & hcr::SWIO)) what = cache_op::DCCISW;
    return s.env->cache_maintenance(&op, what, static_cast<u32>(value)) ? Written::done : Written::aborted;
}

/// HCR.FB broadcasts a guest's local operations (§B1.14.4).
template <TlbOp What, TlbSide Side, bool Broadcast>
Written tlb(CpuState& s, const Op& op, u64 value) {
    const bool forced = !s.is_hyp() && (s.sys.hcr & hcr::FB);
    s.env->tlb_maintenance(&op, What, Side, static_cast<u32>(value), Broadcast || forced);
    return Written::done;
}

/// Opc2 says which: bit 0 write, bit 1 unprivileged, bit 2 both stages (§B3.18.6). The result goes to PAR.
template <bool Hyp>
Written address_translation(CpuState& s, const Op& op, u64 value) {
    const u32 opc2 = key_of(op.raw).opc2;
    const AtsOp::Stage stage = Hyp ? AtsOp::hyp : (opc2 & 4) ? AtsOp::stages12 : AtsOp::stage1_current;
    s.ats_fault = Fault{};
    const u64 par = s.env->address_translation({stage, bool(opc2 & 2), bool(opc2 & 1)}, static_cast<u32>(value));
    if (s.ats_fault) {
        TakeDataAbortException(s, &op, s.ats_fault);
        return Written::aborted;
    }
    s.sys.par = par;
    return Written::done;
}

/// The CP15 barriers are there while SCTLR.CP15BEN says so (HSCTLR's in Hyp mode).
Verdict cp15_barriers_enabled(const CpuState& s, bool) {
    const u32 control = s.is_hyp() ? s.sys.hsctlr : s.sys.sctlr;
    return (control & sctlr::CP15BEN) ? Verdict::allowed : Verdict::undefined;
}

template <CacheOp What>
struct Does {
    static constexpr CacheOp what = What;
};

// clang-format off
void add_cache_operations(std::vector<SysReg>& rows) {
    using namespace access;
    const auto add = [&](std::string_view name, u8 crm, u8 opc2, u32 traps, auto operation) {
        constexpr CacheOp what = operation.what;
        constexpr bool data_line = what.target == CacheOp::Target::data && what.by == CacheOp::By::address;
        rows.push_back({.name = name, .key = cp15(7, 0, crm, opc2), .access = pl1_wo, .traps = traps,
                        .write = cache<what>, .write_cost = CostClass::cache_op, .data_line = data_line});
    };
    add("ICIALLUIS", 1, 0, trap_tpu, Does<cache_op::ICIALLUIS>());
    add("BPIALLIS", 1, 6, 0, Does<cache_op::BPIALLIS>());
    add("ICIALLU", 5, 0, trap_tpu, Does<cache_op::ICIALLU>());
    add("ICIMVAU", 5, 1, trap_tpu, Does<cache_op::ICIMVAU>());
    add("BPIALL", 5, 6, 0, Does<cache_op::BPIALL>());
    add("BPIMVA", 5, 7, 0, Does<cache_op::BPIMVA>());
    add("DCIMVAC", 6, 1, trap_tpc, Does<cache_op::DCIMVAC>());
    add("DCISW", 6, 2, trap_tsw, Does<cache_op::DCISW>());
    add("DCCMVAC", 10, 1, trap_tpc, Does<cache_op::DCCMVAC>());
    add("DCCSW", 10, 2, trap_tsw, Does<cache_op::DCCSW>());
    add("DCCMVAU", 11, 1, trap_tpu, Does<cache_op::DCCMVAU>());
    add("DCCIMVAC", 14, 1, trap_tpc, Does<cache_op::DCCIMVAC>());
    add("DCCISW", 14, 2, trap_tsw, Does<cache_op::DCCISW>());

    // Operations of earlier architectures that ARMv7 keeps as NOPs
    rows.push_back({.name = "NOP, was WFI", .key = cp15(7, 0, 0, 4), .access = pl1_wo, .write = write_ignored});
    rows.push_back({.name = "NOP, was prefetch", .key = cp15(7, 0, 13, 1), .access = pl1_wo, .write = write_ignored});

    // No memory access is out of order here. CP15ISB ends the block, as ISB does.
    rows.push_back({.name = "CP15ISB", .key = cp15(7, 0, 5, 4), .access = pl0_wo, .write = write_ignored,
                    .check = cp15_barriers_enabled, .write_cost = CostClass::isb, .ends_block = true});
    rows.push_back({.name = "CP15DSB", .key = cp15(7, 0, 10, 4), .access = pl0_wo, .write = barrier<SystemCost::dsb>,
                    .check = cp15_barriers_enabled, .write_cost = CostClass::barrier});
    rows.push_back({.name = "CP15DMB", .key = cp15(7, 0, 10, 5), .access = pl0_wo, .write = barrier<SystemCost::dmb>,
                    .check = cp15_barriers_enabled, .write_cost = CostClass::barrier});
}

void add_address_translation(std::vector<SysReg>& rows) {
    using namespace access;
    constexpr std::string_view names[] = {"ATS1CPR",    "ATS1CPW",    "ATS1CUR",    "ATS1CUW",
                                          "ATS12NSOPR", "ATS12NSOPW", "ATS12NSOUR", "ATS12NSOUW"};
    rows.push_back({.name = "PAR", .key = cp15(7, 0, 4, 0), .access = pl1_rw, .field64 = &SysRegs::par});
    rows.push_back({.name = "PAR", .key = cp15_wide(7, 0), .access = pl1_rw, .field64 = &SysRegs::par,
                    .needs = Needs::lpae});
    for (u8 opc2 = 0; opc2 < 8; ++opc2)
        rows.push_back({.name = names[opc2], .key = cp15(7, 0, 8, opc2),
                        .access = opc2 < 4 ? pl1_wo : pl2_wo,  // the ATS12NSO ones are for Secure PL1 and Hyp mode
                        .needs = opc2 < 4 ? Needs::nothing : Needs::virtualization,
                        .write = address_translation<false>, .write_cost = CostClass::tlb_op});
    for (u8 opc2 = 0; opc2 < 2; ++opc2)
        rows.push_back({.name = opc2 ? "ATS1HW" : "ATS1HR", .key = cp15(7, 4, 8, opc2), .access = pl2_wo,
                        .needs = Needs::virtualization, .write = address_translation<true>,
                        .write_cost = CostClass::tlb_op});
}

void add_tlb_operations(std::vector<SysReg>& rows) {
    using namespace access;
    const auto add = [&](std::string_view name, u8 crm, u8 opc2, auto write) {
        rows.push_back({.name = name, .key = cp15(8, 0, crm, opc2), .access = pl1_wo, .traps = trap_ttlb,
                        .write = write, .write_cost = CostClass::tlb_op});
    };
    const auto add_hyp_op = [&](std::string_view name, u8 crm, u8 opc2, auto write) {
        rows.push_back({.name = name, .key = cp15(8, 4, crm, opc2), .access = pl2_wo, .needs = Needs::virtualization,
                        .write = write, .write_cost = CostClass::tlb_op});
    };
    using enum TlbOp;
    constexpr TlbSide both = TlbSide::unified, instr = TlbSide::instruction, data = TlbSide::data;
    add("TLBIALLIS", 3, 0, tlb<all, both, true>);
    add("TLBIMVAIS", 3, 1, tlb<mva, both, true>);
    add("TLBIASIDIS", 3, 2, tlb<asid, both, true>);
    add("TLBIMVAAIS", 3, 3, tlb<mva_all_asid, both, true>);
    add("ITLBIALL", 5, 0, tlb<all, instr, false>);
    add("ITLBIMVA", 5, 1, tlb<mva, instr, false>);
    add("ITLBIASID", 5, 2, tlb<asid, instr, false>);
    add("DTLBIALL", 6, 0, tlb<all, data, false>);
    add("DTLBIMVA", 6, 1, tlb<mva, data, false>);
    add("DTLBIASID", 6, 2, tlb<asid, data, false>);
    add("TLBIALL", 7, 0, tlb<all, both, false>);
    add("TLBIMVA", 7, 1, tlb<mva, both, false>);
    add("TLBIASID", 7, 2, tlb<asid, both, false>);
    add("TLBIMVAA", 7, 3, tlb<mva_all_asid, both, false>);
    add_hyp_op("TLBIALLHIS", 3, 0, tlb<all_hyp, both, true>);
    add_hyp_op("TLBIMVAHIS", 3, 1, tlb<mva_hyp, both, true>);
    add_hyp_op("TLBIALLNSNHIS", 3, 4, tlb<all_nonsecure_nonhyp, both, true>);
    add_hyp_op("TLBIALLH", 7, 0, tlb<all_hyp, both, false>);
    add_hyp_op("TLBIMVAH", 7, 1, tlb<mva_hyp, both, false>);
    add_hyp_op("TLBIALLNSNH", 7, 4, tlb<all_nonsecure_nonhyp, both, false>);
}
// clang-format on

}  // namespace

void add_maintenance(std::vector<SysReg>& rows) {
    add_cache_operations(rows);
    add_address_translation(rows);
    add_tlb_operations(rows);
}

}  // namespace vtoll::isa
