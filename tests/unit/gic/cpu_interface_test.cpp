// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/gic/board.hpp"

#include <vector>

namespace vtoll::gic::test {
namespace {

class CpuInterface : public Board {
protected:
    void raise(unsigned id) { gic.set_spi(id - 32, true); }
    void lower(unsigned id) { gic.set_spi(id - 32, false); }
};
class CpuInterfaceOfTwo : public Board2 {};

TEST_F(CpuInterface, starts_closed) {
    EXPECT_EQ(cpu_if(gicc::ctlr), 0u) << "both groups off";
    EXPECT_EQ(cpu_if(gicc::pmr), 0u) << "everything masked";
    EXPECT_EQ(cpu_if(gicc::bpr), 0u) << "finest grouping of eight bits";
    EXPECT_EQ(cpu_if(gicc::abpr), 1u) << "one higher";
    EXPECT_EQ(cpu_if(gicc::rpr), 0xFFu) << "idle";
    EXPECT_EQ(cpu_if(gicc::iidr), 0x0002'043Bu) << "GICv2, Arm";
    EXPECT_EQ(cpu_if(gicc::iar), 1023u) << "spurious";
    EXPECT_EQ(cpu_if(gicc::hppir), 1023u) << "nothing pending";
}

TEST_F(CpuInterface, control_has_the_bits_of_a_gic_without_security_extensions) {
    cpu_if(gicc::ctlr, 0xFFFF'FFFF, 0);
    EXPECT_EQ(cpu_if(gicc::ctlr), 0x21Fu) << "enables, AckCtl, FIQEn, CBPR and one EOImode bit";
}

TEST_F(CpuInterface, acknowledge_and_end_move_the_running_priority) {
    open();
    enable(40, 0x60);
    raise(40);
    EXPECT_TRUE(gic.lines(0).irq) << "signalled";
    EXPECT_EQ(cpu_if(gicc::iar), 40u) << "acknowledged";
    EXPECT_FALSE(gic.lines(0).irq) << "taken";
    EXPECT_EQ(cpu_if(gicc::rpr), 0x60u) << "running at its priority";
    lower(40);
    cpu_if(gicc::eoir, 40, 0);
    EXPECT_EQ(cpu_if(gicc::rpr), 0xFFu) << "idle again";
}

TEST_F(CpuInterface, the_mask_hides_equal_and_lower_priorities) {
    open();
    enable(40, 0x60);
    raise(40);
    cpu_if(gicc::pmr, 0x60, 0);
    EXPECT_FALSE(gic.lines(0).irq) << "equal to the mask is masked";
    EXPECT_EQ(cpu_if(gicc::iar), 1023u) << "and can't be acknowledged";
    EXPECT_EQ(cpu_if(gicc::hppir), 40u) << "but is seen as the highest pending";
    cpu_if(gicc::pmr, 0x61, 0);
    EXPECT_TRUE(gic.lines(0).irq) << "higher than the mask";
}

TEST_F(CpuInterface, a_higher_group_priority_preempts_and_nests) {
    open();
    enable(40, 0x80);
    enable(41, 0x40);
    enable(42, 0x80);
    raise(40);
    EXPECT_EQ(cpu_if(gicc::iar), 40u) << "first";
    raise(42);
    EXPECT_FALSE(gic.lines(0).irq) << "equal priority doesn't preempt";
    raise(41);
    EXPECT_TRUE(gic.lines(0).irq) << "higher does";
    EXPECT_EQ(cpu_if(gicc::iar), 41u) << "nested";
    EXPECT_EQ(cpu_if(gicc::rpr), 0x40u) << "running at the inner one";
    EXPECT_EQ(cpu_if(gicc::apr) | cpu_if(gicc::apr + 4), 1u << 0) << "0x40 is level 32: word 1 bit 0";
    EXPECT_EQ(cpu_if(gicc::apr + 8), 1u << 0) << "0x80 is level 64: word 2 bit 0";
    lower(41);
    cpu_if(gicc::eoir, 41, 0);
    EXPECT_EQ(cpu_if(gicc::rpr), 0x80u) << "back to the outer one";
    EXPECT_FALSE(gic.lines(0).irq) << "42 still has to wait";
    lower(40);
    cpu_if(gicc::eoir, 40, 0);
    EXPECT_EQ(cpu_if(gicc::iar), 42u) << "now it comes";
}

TEST_F(CpuInterface, the_binary_point_makes_subpriorities_that_do_not_preempt) {
    open();
    cpu_if(gicc::bpr, 4, 0);
    enable(40, 0x9C);
    enable(41, 0x84);
    enable(42, 0x7C);
    raise(40);
    EXPECT_EQ(cpu_if(gicc::iar), 40u) << "first";
    EXPECT_EQ(cpu_if(gicc::rpr), 0x80u) << "group priority of 0x9C with bits 7 to 5";
    raise(41);
    EXPECT_FALSE(gic.lines(0).irq) << "same group priority";
    raise(42);
    EXPECT_TRUE(gic.lines(0).irq) << "higher group priority";
    EXPECT_EQ(cpu_if(gicc::iar), 42u) << "and it is the one";
}

TEST_F(CpuInterface, subpriority_still_orders_what_is_pending) {
    open();
    cpu_if(gicc::bpr, 7, 0);
    enable(40, 0x9C);
    enable(41, 0x84);
    raise(40);
    raise(41);
    EXPECT_EQ(cpu_if(gicc::iar), 41u) << "the better subpriority first";
}

TEST_F(CpuInterface, binary_points_do_not_go_below_their_minimum) {
    cpu_if(gicc::abpr, 0, 0);
    EXPECT_EQ(cpu_if(gicc::abpr), 1u) << "ABPR starts one higher";
    Gic coarse({.cpus = 1, .spis = 32, .priority_bits = 5});
    coarse.write(Frame::gicc, gicc::bpr, 0, 4, 0);
    EXPECT_EQ(coarse.read(Frame::gicc, gicc::bpr, 4, 0), 2u) << "five bits leave no finer point than 2";
    coarse.write(Frame::gicc, gicc::apr + 4, ~0u, 4, 0);
    EXPECT_EQ(coarse.read(Frame::gicc, gicc::apr + 4, 4, 0), 0u) << "32 levels fit in one word";
}

TEST_F(CpuInterface, group1_uses_the_aliased_binary_point_unless_joined) {
    open(0, 7);
    enable(40, 0xDC);
    make_group1(40);
    cpu_if(gicc::abpr, 6, 0);
    raise(40);
    EXPECT_EQ(cpu_if(gicc::iar), 40u) << "AckCtl lets the plain register acknowledge Group 1";
    EXPECT_EQ(cpu_if(gicc::rpr), 0xC0u) << "ABPR 6 is group priority bits 7 to 6";
    EXPECT_EQ(cpu_if(gicc::nsapr + 12), 1u) << "kept in the Group 1 active priorities";
    EXPECT_EQ(cpu_if(gicc::apr + 12), 0u) << "not in Group 0's";
    lower(40);
    cpu_if(gicc::eoir, 40, 0);
    cpu_if(gicc::ctlr, 7 | interface_ctlr::common_bpr, 0);
    raise(40);
    EXPECT_EQ(cpu_if(gicc::iar), 40u) << "again";
    EXPECT_EQ(cpu_if(gicc::rpr), 0xDCu) << "with CBPR it is BPR 0: bits 7 to 1";
}

TEST_F(CpuInterface, group1_needs_ack_ctl_or_the_aliased_registers) {
    open();
    enable(40);
    make_group1(40);
    raise(40);
    EXPECT_TRUE(gic.lines(0).irq) << "Group 1 is signalled as IRQ";
    EXPECT_EQ(cpu_if(gicc::iar), 1022u) << "the plain register hides it";
    EXPECT_EQ(cpu_if(gicc::hppir), 1022u) << "here too";
    EXPECT_EQ(cpu_if(gicc::ahppir), 40u) << "the alias shows it";
    EXPECT_FALSE(in(gicd::isactiver, 40)) << "nothing was acknowledged so far";
    EXPECT_EQ(cpu_if(gicc::aiar), 40u) << "the alias acknowledges it";
    cpu_if(gicc::aeoir, 40, 0);
    EXPECT_EQ(cpu_if(gicc::rpr), 0xFFu) << "and the alias ends it";
}

TEST_F(CpuInterface, the_alias_does_not_show_group0) {
    open();
    enable(40);
    raise(40);
    EXPECT_EQ(cpu_if(gicc::aiar), 1023u) << "Group 0 isn't acknowledged by it";
    EXPECT_EQ(cpu_if(gicc::ahppir), 1023u) << "nor shown";
    EXPECT_EQ(cpu_if(gicc::iar), 40u) << "still there for the plain one";
}

TEST_F(CpuInterface, fiq_enable_turns_group0_into_fiq) {
    open(0, 3 | interface_ctlr::fiq_enable);
    enable(40);
    raise(40);
    EXPECT_EQ(gic.lines(0), (Lines{.fiq = true})) << "Group 0 as FIQ only";
    make_group1(40);
    EXPECT_EQ(gic.lines(0), (Lines{.irq = true})) << "Group 1 as IRQ only";
}

TEST_F(CpuInterface, a_group_disabled_at_the_interface_is_not_signalled) {
    open(0, interface_ctlr::enable_group0);
    enable(40);
    make_group1(40);
    raise(40);
    EXPECT_FALSE(gic.lines(0).irq) << "Group 1 is off here";
    EXPECT_EQ(cpu_if(gicc::aiar), 1023u) << "and can't be acknowledged";
    EXPECT_EQ(cpu_if(gicc::ahppir), 1023u) << "nor seen";
}

TEST_F(CpuInterface, eoi_mode_splits_priority_drop_from_deactivation) {
    open(0, 1 | interface_ctlr::eoi_mode);
    enable(40, 0x60);
    enable(41, 0x60);
    raise(40);
    EXPECT_EQ(cpu_if(gicc::iar), 40u) << "acknowledged";
    raise(41);
    EXPECT_FALSE(gic.lines(0).irq) << "equal priority waits";
    cpu_if(gicc::eoir, 40, 0);
    EXPECT_EQ(cpu_if(gicc::rpr), 0xFFu) << "priority dropped";
    EXPECT_TRUE(in(gicd::isactiver, 40)) << "still active";
    EXPECT_EQ(cpu_if(gicc::iar), 41u) << "the next may run";
    cpu_if(gicc::dir, 40, 0);
    EXPECT_FALSE(in(gicd::isactiver, 40)) << "deactivated, out of order";
    EXPECT_TRUE(in(gicd::isactiver, 41)) << "the other isn't";
}

TEST_F(CpuInterface, dir_without_the_split_is_ignored) {
    open();
    enable(40);
    raise(40);
    EXPECT_EQ(cpu_if(gicc::iar), 40u) << "acknowledged";
    cpu_if(gicc::dir, 40, 0);
    EXPECT_TRUE(in(gicd::isactiver, 40)) << "UNPREDICTABLE, chosen to be ignored";
}

TEST_F(CpuInterface, ends_of_nothing_change_nothing) {
    open();
    enable(40);
    raise(40);
    cpu_if(gicc::eoir, 40, 0);
    EXPECT_TRUE(gic.lines(0).irq) << "no interrupt was running";
    EXPECT_EQ(cpu_if(gicc::iar), 40u) << "acknowledged";
    cpu_if(gicc::eoir, 1023, 0);
    cpu_if(gicc::eoir, 1022, 0);
    cpu_if(gicc::eoir, 700, 0);
    EXPECT_EQ(cpu_if(gicc::rpr), 0x80u) << "special and unknown INTIDs are ignored";
    EXPECT_TRUE(in(gicd::isactiver, 40)) << "still active";
}

TEST_F(CpuInterface, active_priorities_can_be_saved_and_restored) {
    open();
    enable(40, 0x60);
    raise(40);
    EXPECT_EQ(cpu_if(gicc::iar), 40u) << "acknowledged";
    const u32 saved = cpu_if(gicc::apr + 4);
    EXPECT_EQ(saved, 1u << 16) << "0x60 is level 48";
    cpu_if(gicc::apr + 4, 0, 0);
    EXPECT_EQ(cpu_if(gicc::rpr), 0xFFu) << "idle without it";
    cpu_if(gicc::apr + 4, saved, 0);
    EXPECT_EQ(cpu_if(gicc::rpr), 0x60u) << "running with it";
}

TEST_F(CpuInterface, a_debug_read_of_iar_acknowledges_nothing) {
    open();
    enable(40);
    raise(40);
    EXPECT_EQ(gic.read(Frame::gicc, gicc::iar, 4, 0, true), 40u) << "shows what a read would return";
    EXPECT_TRUE(gic.lines(0).irq) << "still signalled";
    EXPECT_FALSE(in(gicd::isactiver, 40)) << "not active";
    EXPECT_EQ(rd(Frame::gicc, gicc::iar, 0, 1), 40u) << "a byte read isn't an acknowledge";
    EXPECT_FALSE(in(gicd::isactiver, 40)) << "still not active";
    EXPECT_EQ(cpu_if(gicc::iar), 40u) << "a word read is";
    EXPECT_TRUE(in(gicd::isactiver, 40)) << "now active";
}

TEST_F(CpuInterfaceOfTwo, interfaces_are_banked) {
    open(0);
    cpu_if(gicc::pmr, 0x40, 1);
    EXPECT_EQ(cpu_if(gicc::pmr, 0), 0xFFu) << "processor 0's mask";
    EXPECT_EQ(cpu_if(gicc::pmr, 1), 0x40u) << "processor 1's mask";
    EXPECT_EQ(cpu_if(gicc::pmr, 3), 0u) << "a processor that doesn't exist reads zero";
}

TEST_F(CpuInterfaceOfTwo, a_shared_interrupt_may_be_deactivated_elsewhere) {
    open(0, 1 | interface_ctlr::eoi_mode);
    open(1, 1 | interface_ctlr::eoi_mode);
    enable(40);
    gic.set_spi(8, true);
    EXPECT_EQ(cpu_if(gicc::iar, 0), 40u) << "acknowledged by processor 0";
    cpu_if(gicc::eoir, 40, 0);
    gic.set_spi(8, false);
    cpu_if(gicc::dir, 40, 1);
    EXPECT_FALSE(in(gicd::isactiver, 40)) << "deactivated by processor 1";
}

TEST_F(CpuInterface, the_callback_hears_of_changes_only) {
    std::vector<Lines> heard;
    gic.on_lines_changed([&](unsigned, Lines lines) { heard.push_back(lines); });
    open();
    enable(40);
    EXPECT_TRUE(heard.empty()) << "setting up signals nothing";
    raise(40);
    raise(40);
    enable(41);
    ASSERT_EQ(heard.size(), 1u) << "one rise";
    EXPECT_TRUE(heard[0].irq) << "of the IRQ";
    EXPECT_EQ(cpu_if(gicc::iar), 40u) << "acknowledged";
    ASSERT_EQ(heard.size(), 2u) << "one fall";
    EXPECT_FALSE(heard[1].irq) << "of the IRQ";
}

TEST_F(CpuInterface, the_callback_may_call_back) {
    open();
    enable(40);
    enable(41, 0x10);
    gic.on_lines_changed([&](unsigned, Lines lines) {
        if (lines.irq) raise(41);
    });
    raise(40);
    EXPECT_EQ(cpu_if(gicc::iar), 41u) << "the one raised from within";
}

}  // namespace
}  // namespace vtoll::gic::test
