// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/gic/board.hpp"

namespace vtoll::gic::test {
namespace {

class VirtualCpuInterface : public Board {
protected:
    VirtualCpuInterface() { open_virtual(); }
    unsigned eoi_count() { return hyp(gich::hcr) >> 27; }
};

TEST_F(VirtualCpuInterface, a_list_register_goes_pending_active_invalid) {
    list(0, {.id = 40, .priority = 12});
    EXPECT_EQ(guest(gicc::hppir), 40u) << "shown";
    EXPECT_EQ(guest(gicc::iar), 40u) << "acknowledged";
    EXPECT_EQ(lr_state(0), 2u) << "active";
    EXPECT_FALSE(gic.lines(0).virq) << "no longer signalled";
    EXPECT_EQ(guest(gicc::rpr), 12u << 3) << "running";
    EXPECT_EQ(hyp(gich::apr), 1u << 12) << "its level is active";
    guest(gicc::eoir, 40, 0);
    EXPECT_EQ(lr_state(0), 0u) << "invalid";
    EXPECT_EQ(guest(gicc::rpr), 0xFFu) << "idle";
    EXPECT_EQ(eoi_count(), 0u) << "it was listed";
}

TEST_F(VirtualCpuInterface, pending_and_active_comes_back_after_its_end) {
    list(0, {.id = 40, .priority = 12, .state = 3});
    EXPECT_FALSE(gic.lines(0).virq) << "waits for its own end, whatever is running";
    EXPECT_EQ(guest(gicc::iar), 1023u) << "can't be acknowledged";
    hyp(gich::apr, 1u << 12, 0);
    guest(gicc::eoir, 40, 0);
    EXPECT_EQ(lr_state(0), 1u) << "pending again";
    EXPECT_TRUE(gic.lines(0).virq) << "and signalled";
}

TEST_F(VirtualCpuInterface, the_hypervisor_may_add_pending_to_an_active_entry) {
    list(0, {.id = 40, .priority = 12});
    EXPECT_EQ(guest(gicc::iar), 40u) << "acknowledged";
    hyp(gich::lr0, hyp(gich::lr0) | 1u << 28, 0);
    EXPECT_EQ(lr_state(0), 3u) << "pending and active";
    guest(gicc::eoir, 40, 0);
    EXPECT_EQ(guest(gicc::iar), 40u) << "the second occurrence";
}

TEST_F(VirtualCpuInterface, the_highest_priority_entry_is_delivered_first) {
    list(0, {.id = 40, .priority = 12});
    list(1, {.id = 41, .priority = 5});
    list(2, {.id = 42, .priority = 5});
    list(3, {.id = 43, .priority = 30});
    EXPECT_EQ(guest(gicc::iar), 41u) << "highest, and of equals the lower register";
    EXPECT_EQ(guest(gicc::iar), 1023u) << "an equal one doesn't preempt";
    guest(gicc::eoir, 41, 0);
    EXPECT_EQ(guest(gicc::iar), 42u) << "then the equal one";
    guest(gicc::eoir, 42, 0);
    EXPECT_EQ(guest(gicc::iar), 40u) << "then the next";
}

TEST_F(VirtualCpuInterface, virtual_interrupts_preempt_by_group_priority) {
    list(0, {.id = 40, .priority = 12});
    EXPECT_EQ(guest(gicc::iar), 40u) << "outer";
    list(1, {.id = 41, .priority = 8});
    EXPECT_TRUE(gic.lines(0).virq) << "higher priority";
    EXPECT_EQ(guest(gicc::iar), 41u) << "inner";
    EXPECT_EQ(hyp(gich::apr), 1u << 12 | 1u << 8) << "two levels";
    guest(gicc::eoir, 41, 0);
    EXPECT_EQ(guest(gicc::rpr), 12u << 3) << "outer again";
    guest(gicc::bpr, 6, 0);
    list(2, {.id = 42, .priority = 8});
    EXPECT_FALSE(gic.lines(0).virq) << "8 and 12 share the group priority that BPR 6 leaves";
}

TEST_F(VirtualCpuInterface, the_guest_mask_works) {
    list(0, {.id = 40, .priority = 12});
    guest(gicc::pmr, 12 << 3, 0);
    EXPECT_FALSE(gic.lines(0).virq) << "equal is masked";
    guest(gicc::pmr, 13 << 3, 0);
    EXPECT_TRUE(gic.lines(0).virq) << "higher than the mask";
}

TEST_F(VirtualCpuInterface, a_virtual_sgi_carries_its_sender) {
    list(0, {.id = 3, .priority = 2, .physical = 2});
    EXPECT_EQ(guest(gicc::hppir), 3u | 2u << 10) << "shown with its sender";
    EXPECT_EQ(guest(gicc::iar), 3u | 2u << 10) << "acknowledged with its sender";
    guest(gicc::eoir, 3 | 2u << 10, 0);
    EXPECT_EQ(lr_state(0), 0u) << "ended";
}

TEST_F(VirtualCpuInterface, an_end_names_the_entry_with_the_right_sender) {
    list(0, {.id = 3, .priority = 2, .state = 2, .physical = 1});
    list(1, {.id = 3, .priority = 2, .state = 2, .physical = 2});
    hyp(gich::apr, 1u << 2, 0);
    guest(gicc::eoir, 3 | 2u << 10, 0);
    EXPECT_EQ(lr_state(0), 2u) << "another sender's";
    EXPECT_EQ(lr_state(1), 0u) << "the one named";
    guest(gicc::eoir, 3 | 5u << 10, 0);
    EXPECT_EQ(lr_state(0), 0u) << "a wrong sender still ends the SGI";
}

TEST_F(VirtualCpuInterface, group1_needs_ack_ctl_or_the_alias) {
    guest(gicc::ctlr, interface_ctlr::enable_group1, 0);
    list(0, {.id = 40, .priority = 12, .group1 = true});
    EXPECT_TRUE(gic.lines(0).virq) << "signalled";
    EXPECT_EQ(guest(gicc::iar), 1022u) << "hidden from the plain register";
    guest(gicc::ctlr, interface_ctlr::enable_group1 | interface_ctlr::ack_ctl, 0);
    EXPECT_EQ(guest(gicc::iar), 40u) << "AckCtl shows it";
    guest(gicc::ctlr, interface_ctlr::enable_group1, 0);
    list(1, {.id = 41, .priority = 1, .group1 = true});
    EXPECT_EQ(guest(gicc::aiar), 41u) << "the alias acknowledges it";
    guest(gicc::aeoir, 41, 0);
    EXPECT_EQ(lr_state(1), 0u) << "and ends it";
}

TEST_F(VirtualCpuInterface, ending_a_hardware_entry_deactivates_the_physical_interrupt) {
    open(0, 1 | interface_ctlr::eoi_mode);
    enable(27, 0x80);
    gic.set_ppi(0, 11, true);
    EXPECT_EQ(cpu_if(gicc::iar), 27u) << "the hypervisor takes the guest's timer";
    cpu_if(gicc::eoir, 27, 0);
    EXPECT_TRUE(in(gicd::isactiver, 27)) << "priority dropped, still active: no interrupt storm";
    EXPECT_FALSE(gic.lines(0).irq) << "the high line is held back";
    list(0, {.id = 27, .priority = 10, .hardware = true, .physical = 27});
    EXPECT_EQ(guest(gicc::iar), 27u) << "the guest takes it";
    EXPECT_TRUE(in(gicd::isactiver, 27)) << "acknowledging leaves the physical side alone";
    guest(gicc::eoir, 27, 0);
    EXPECT_FALSE(in(gicd::isactiver, 27)) << "deactivated without the hypervisor";
    EXPECT_TRUE(gic.lines(0).irq) << "and the line, still high, comes again";
}

TEST_F(VirtualCpuInterface, a_hardware_entry_may_have_another_virtual_number) {
    open(0, 1 | interface_ctlr::eoi_mode);
    enable(48);
    gic.set_spi(16, true);
    EXPECT_EQ(cpu_if(gicc::iar), 48u) << "physical";
    cpu_if(gicc::eoir, 48, 0);
    list(2, {.id = 77, .priority = 10, .hardware = true, .physical = 48});
    gic.set_spi(16, false);
    EXPECT_EQ(guest(gicc::iar), 77u) << "virtual";
    guest(gicc::eoir, 77, 0);
    EXPECT_FALSE(in(gicd::isactiver, 48)) << "the physical one ended";
    EXPECT_EQ(lr_state(2), 0u) << "and the entry";
}

TEST_F(VirtualCpuInterface, a_hardware_entry_naming_an_sgi_or_nothing_deactivates_nothing) {
    dist(gicd::isactiver, 1u << 5, 0);
    list(0, {.id = 40, .priority = 1, .state = 2, .hardware = true, .physical = 5});
    list(1, {.id = 41, .priority = 1, .state = 2, .hardware = true, .physical = 0x3FF});
    hyp(gich::apr, 3, 0);
    guest(gicc::eoir, 40, 0);
    guest(gicc::eoir, 41, 0);
    EXPECT_TRUE(in(gicd::isactiver, 5)) << "SGIs aren't ended this way";
    EXPECT_EQ(hyp(gich::elrsr0), 0xFu) << "the entries end all the same";
}

TEST_F(VirtualCpuInterface, eoi_mode_splits_priority_drop_from_deactivation) {
    guest(gicc::ctlr, 1 | interface_ctlr::eoi_mode, 0);
    dist(gicd::isactiver + 4, 1u << 8, 0);
    list(0, {.id = 40, .priority = 12, .hardware = true, .physical = 40});
    EXPECT_EQ(guest(gicc::iar), 40u) << "acknowledged";
    guest(gicc::eoir, 40, 0);
    EXPECT_EQ(guest(gicc::rpr), 0xFFu) << "priority dropped";
    EXPECT_EQ(lr_state(0), 2u) << "still active";
    EXPECT_TRUE(in(gicd::isactiver, 40)) << "and so is the physical one";
    guest(gicc::dir, 40, 0);
    EXPECT_EQ(lr_state(0), 0u) << "deactivated";
    EXPECT_FALSE(in(gicd::isactiver, 40)) << "both";
}

TEST_F(VirtualCpuInterface, dir_without_the_split_is_ignored) {
    list(0, {.id = 40, .priority = 12});
    EXPECT_EQ(guest(gicc::iar), 40u) << "acknowledged";
    guest(gicc::dir, 40, 0);
    EXPECT_EQ(lr_state(0), 2u) << "UNPREDICTABLE, chosen to be ignored";
    EXPECT_EQ(eoi_count(), 0u) << "and not counted";
}

TEST_F(VirtualCpuInterface, ends_of_unlisted_interrupts_are_counted) {
    hyp(gich::apr, 1u << 4 | 1u << 9, 0);
    guest(gicc::eoir, 99, 0);
    EXPECT_EQ(eoi_count(), 1u) << "priority dropped, no entry found";
    EXPECT_EQ(hyp(gich::apr), 1u << 9) << "the most urgent level ended";
    guest(gicc::eoir, 98, 0);
    EXPECT_EQ(eoi_count(), 2u) << "another";
    guest(gicc::eoir, 97, 0);
    EXPECT_EQ(eoi_count(), 2u) << "one that clears no active priority doesn't count";
    guest(gicc::eoir, 1023, 0);
    EXPECT_EQ(eoi_count(), 2u) << "spurious ones don't count";
    EXPECT_EQ(hyp(gich::hcr) & 0xFF, 1u) << "the control bits are untouched";
}

TEST_F(VirtualCpuInterface, with_the_split_unlisted_deactivations_are_counted) {
    guest(gicc::ctlr, 1 | interface_ctlr::eoi_mode, 0);
    hyp(gich::apr, 1u << 4, 0);
    guest(gicc::eoir, 99, 0);
    EXPECT_EQ(eoi_count(), 0u) << "a drop alone needs no entry";
    guest(gicc::dir, 99, 0);
    EXPECT_EQ(eoi_count(), 1u) << "the deactivation does";
}

TEST_F(VirtualCpuInterface, a_merely_pending_entry_is_not_ended) {
    list(0, {.id = 40, .priority = 12});
    hyp(gich::apr, 1u << 4, 0);
    guest(gicc::eoir, 40, 0);
    EXPECT_EQ(lr_state(0), 1u) << "still pending";
    EXPECT_EQ(eoi_count(), 1u) << "the end found no active entry";
}

TEST_F(VirtualCpuInterface, the_eoi_count_wraps_within_its_field) {
    hyp(gich::hcr, 1u | 31u << 27, 0);
    hyp(gich::apr, 1, 0);
    guest(gicc::eoir, 99, 0);
    EXPECT_EQ(hyp(gich::hcr), 1u) << "31 wraps to 0";
}

TEST_F(VirtualCpuInterface, a_debug_read_acknowledges_nothing) {
    list(0, {.id = 40, .priority = 12});
    EXPECT_EQ(gic.read(Frame::gicv, gicc::iar, 4, 0, true), 40u) << "shows what a read would return";
    EXPECT_EQ(lr_state(0), 1u) << "still pending";
}

TEST_F(VirtualCpuInterface, identifies_itself_as_the_physical_one_does) {
    EXPECT_EQ(guest(gicc::iidr), cpu_if(gicc::iidr)) << "a guest can't tell the difference";
}

}  // namespace
}  // namespace vtoll::gic::test
