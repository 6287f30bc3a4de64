// SPDX-License-Identifier: Apache-2.0
// The maintenance interrupt: every source, alone and gated by its enable.
#include "tests/unit/gic/board.hpp"

namespace vtoll::gic::test {
namespace {

class Maintenance : public Board {
protected:
    Maintenance() {
        open();
        enable(intid::maintenance, 0x20);
        // Two entries, one pending, so that neither U nor NP holds by accident.
        list(0, {.id = 40, .priority = 12});
        list(1, {.id = 41, .priority = 13, .state = 2});
    }
    void control(u32 bits) { hyp(gich::hcr, hyp_control::enable | bits, 0); }
    bool asserted() { return in(gicd::ispendr, intid::maintenance); }
};

TEST_F(Maintenance, underflow_when_fewer_than_two_entries_are_valid) {
    control(hyp_control::underflow);
    EXPECT_FALSE(asserted()) << "two entries are valid";
    list(1, {.id = 41, .state = 0});
    EXPECT_EQ(hyp(gich::misr), maintenance::underflow) << "one is left";
    EXPECT_TRUE(asserted()) << "INTID 25 goes pending";
    EXPECT_EQ(cpu_if(gicc::iar), 25u) << "and is taken";
    cpu_if(gicc::eoir, 25, 0);
    list(1, {.id = 41});
    EXPECT_FALSE(asserted()) << "a refill ends it: the interrupt is a level";
}

TEST_F(Maintenance, end_of_interrupt_of_an_entry_that_asked) {
    control(0);
    open_virtual();
    list(0, {.id = 40, .priority = 12, .eoi = true});
    EXPECT_EQ(hyp(gich::misr), 0u) << "not yet";
    EXPECT_EQ(guest(gicc::iar), 40u) << "the guest takes it";
    EXPECT_FALSE(asserted()) << "not yet";
    guest(gicc::eoir, 40, 0);
    EXPECT_EQ(hyp(gich::misr), maintenance::end_of_interrupt) << "needs no enable in GICH_HCR";
    EXPECT_EQ(hyp(gich::eisr0), 1u) << "by entry 0";
    EXPECT_EQ(hyp(gich::elrsr0) & 1, 0u) << "which isn't free yet";
    EXPECT_TRUE(asserted()) << "INTID 25";
    hyp(gich::lr0, 0, 0);
    EXPECT_FALSE(asserted()) << "until the entry is cleared";
}

TEST_F(Maintenance, entry_not_present_while_the_eoi_count_is_not_zero) {
    open_virtual();
    control(hyp_control::entry_not_present);
    EXPECT_FALSE(asserted()) << "count is zero";
    hyp(gich::apr, 1u << 2, 0);
    guest(gicc::eoir, 99, 0);
    EXPECT_EQ(hyp(gich::misr), maintenance::entry_not_present) << "one EOI without an entry";
    EXPECT_TRUE(asserted()) << "INTID 25";
    control(hyp_control::entry_not_present);
    EXPECT_FALSE(asserted()) << "the hypervisor clears the count";
}

TEST_F(Maintenance, no_pending_when_nothing_waits_in_the_list) {
    open_virtual();
    control(hyp_control::no_pending);
    EXPECT_FALSE(asserted()) << "entry 0 is pending";
    EXPECT_EQ(guest(gicc::iar), 40u) << "taken";
    EXPECT_EQ(hyp(gich::misr), maintenance::no_pending) << "active ones don't count";
    list(0, {.id = 40, .priority = 12, .state = 3});
    EXPECT_EQ(hyp(gich::misr), maintenance::no_pending) << "nor do those that are both";
    EXPECT_TRUE(asserted()) << "INTID 25";
}

TEST_F(Maintenance, group_enables_of_the_guest_raise_their_four_sources) {
    struct Case {
        u32 enable, status;
        u32 off, on;
        const char* name;
    };
    const Case cases[] = {
        {hyp_control::group0_enabled, maintenance::group0_enabled, 0, 1, "VGrp0E"},
        {hyp_control::group0_disabled, maintenance::group0_disabled, 1, 0, "VGrp0D"},
        {hyp_control::group1_enabled, maintenance::group1_enabled, 0, 2, "VGrp1E"},
        {hyp_control::group1_disabled, maintenance::group1_disabled, 2, 0, "VGrp1D"},
    };
    for (const Case& each : cases) {
        guest(gicc::ctlr, each.off, 0);
        control(each.enable);
        EXPECT_FALSE(asserted()) << each.name << " doesn't hold yet";
        guest(gicc::ctlr, each.on, 0);
        EXPECT_EQ(hyp(gich::misr), each.status) << each.name << " alone";
        EXPECT_TRUE(asserted()) << each.name << " raises INTID 25";
        hyp(gich::vmcr, each.off, 0);
        EXPECT_FALSE(asserted()) << each.name << " ends through GICH_VMCR too";
    }
}

TEST_F(Maintenance, sources_without_their_enable_stay_out_of_misr) {
    control(0);
    hyp(gich::lr0, 0, 0);
    hyp(gich::lr0 + 4, 0, 0);
    EXPECT_EQ(hyp(gich::misr), 0u) << "list empty, groups disabled, and nobody asked";
    control(0xFE & ~hyp_control::entry_not_present);
    EXPECT_EQ(hyp(gich::misr), maintenance::underflow | maintenance::no_pending | maintenance::group0_disabled |
                                   maintenance::group1_disabled)
        << "all that hold, once asked for";
}

TEST_F(Maintenance, its_line_cannot_be_driven_from_outside) {
    control(0);
    gic.set_ppi(0, intid::maintenance - 16, true);
    EXPECT_FALSE(asserted()) << "the controller alone drives INTID 25";
}

TEST_F(Maintenance, nothing_is_raised_with_the_interface_off) {
    hyp(gich::hcr, hyp_control::group0_disabled, 0);
    EXPECT_EQ(hyp(gich::misr), maintenance::group0_disabled) << "the status shows the condition";
    EXPECT_FALSE(asserted()) << "without En there is no interrupt";
    control(hyp_control::group0_disabled);
    EXPECT_TRUE(asserted()) << "with it there is";
}

}  // namespace
}  // namespace vtoll::gic::test
