// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/gic/board.hpp"

namespace vtoll::gic::test {
namespace {

class VirtualInterface : public Board {};
class VirtualInterfaceOfTwo : public Board2 {};

TEST_F(VirtualInterface, has_four_list_registers_and_five_priority_bits) {
    EXPECT_EQ(hyp(gich::vtr), 0x9000'0003u) << "PRIbits 5, PREbits 5, four list registers";
    hyp(gich::lr0 + 16, 0xFFFF'FFFF, 0);
    EXPECT_EQ(hyp(gich::lr0 + 16), 0u) << "there is no fifth";
}

TEST_F(VirtualInterface, registers_keep_their_writable_bits) {
    hyp(gich::hcr, 0xFFFF'FFFF, 0);
    EXPECT_EQ(hyp(gich::hcr), 0xF800'00FFu) << "GICH_HCR";
    hyp(gich::lr0, 0xFFFF'FFFF, 0);
    EXPECT_EQ(hyp(gich::lr0), 0xFF8F'FFFFu) << "GICH_LR";
    hyp(gich::vtr, 0, 0);
    EXPECT_EQ(hyp(gich::vtr), 0x9000'0003u) << "GICH_VTR is read-only";
}

TEST_F(VirtualInterface, empty_list_registers_show_in_elrsr) {
    EXPECT_EQ(hyp(gich::elrsr0), 0xFu) << "all empty";
    list(0, {.id = 40, .state = 1});
    list(1, {.id = 41, .state = 2});
    list(2, {.id = 42, .state = 0, .eoi = true});
    list(3, {.id = 43, .state = 0, .hardware = true, .physical = 0x200});
    EXPECT_EQ(hyp(gich::elrsr0), 0x8u) << "pending, active and EOI-waiting ones aren't; bit 19 of a hardware one is "
                                          "part of the physical INTID";
    EXPECT_EQ(hyp(gich::eisr0), 0x4u) << "the EOI-waiting one";
    EXPECT_EQ(hyp(gich::elrsr0 + 4), 0u) << "second word";
    EXPECT_EQ(hyp(gich::eisr0 + 4), 0u) << "second word";
}

TEST_F(VirtualInterface, vmcr_resets_to_the_coarsest_fields_the_guest_can_have) {
    EXPECT_EQ(hyp(gich::vmcr), 0x004C'0000u) << "VMBP 2, VMABP 3, all else zero";
}

TEST_F(VirtualInterface, vmcr_shows_what_the_guest_wrote) {
    guest(gicc::ctlr, 0xFFFF'FFFF, 0);
    guest(gicc::pmr, 0xA7, 0);
    guest(gicc::bpr, 5, 0);
    guest(gicc::abpr, 6, 0);
    EXPECT_EQ(hyp(gich::vmcr), 0x21Fu | 6u << 18 | 5u << 21 | (0xA0u >> 3) << 27) << "field by field";
    EXPECT_EQ(guest(gicc::pmr), 0xA0u) << "five bits of mask";
}

TEST_F(VirtualInterface, the_guest_sees_what_the_hypervisor_wrote_to_vmcr) {
    hyp(gich::vmcr, 0x201u | 7u << 18 | 4u << 21 | 0x1Eu << 27, 0);
    EXPECT_EQ(guest(gicc::ctlr), 0x201u) << "GICV_CTLR";
    EXPECT_EQ(guest(gicc::abpr), 7u) << "GICV_ABPR";
    EXPECT_EQ(guest(gicc::bpr), 4u) << "GICV_BPR";
    EXPECT_EQ(guest(gicc::pmr), 0xF0u) << "GICV_PMR";
    hyp(gich::vmcr, 0, 0);
    EXPECT_EQ(guest(gicc::bpr), 2u) << "the minimum holds here too";
    EXPECT_EQ(guest(gicc::abpr), 3u) << "the minimum holds here too";
}

TEST_F(VirtualInterface, apr_is_one_register_seen_from_both_sides) {
    hyp(gich::apr, 1u << 12, 0);
    EXPECT_EQ(guest(gicc::apr), 1u << 12) << "GICV_APR0";
    EXPECT_EQ(guest(gicc::rpr), 12u << 3) << "running priority follows";
    guest(gicc::apr, 1u << 3, 0);
    EXPECT_EQ(hyp(gich::apr), 1u << 3) << "GICH_APR";
    guest(gicc::apr + 4, 1, 0);
    EXPECT_EQ(guest(gicc::apr + 4), 0u) << "no second word";
    guest(gicc::nsapr, 1, 0);
    EXPECT_EQ(guest(gicc::nsapr), 0u) << "nor one for Group 1";
}

TEST_F(VirtualInterface, writing_a_list_register_signals_the_guest) {
    open_virtual();
    list(0, {.id = 27, .priority = 10});
    EXPECT_EQ(gic.lines(0), (Lines{.virq = true})) << "virtual IRQ only";
    hyp(gich::hcr, 0, 0);
    EXPECT_EQ(gic.lines(0), Lines{}) << "off with GICH_HCR.En";
    EXPECT_EQ(guest(gicc::iar), 1023u) << "and nothing to acknowledge";
    hyp(gich::hcr, 1, 0);
    EXPECT_TRUE(gic.lines(0).virq) << "on again";
    list(0, {.id = 27, .priority = 10, .state = 0});
    EXPECT_FALSE(gic.lines(0).virq) << "withdrawn";
}

TEST_F(VirtualInterface, restoring_vmcr_opens_the_interface) {
    hyp(gich::hcr, 1, 0);
    list(0, {.id = 27, .priority = 10});
    EXPECT_FALSE(gic.lines(0).virq) << "the guest's interface is closed";
    hyp(gich::vmcr, 1u | 0x1Fu << 27, 0);
    EXPECT_TRUE(gic.lines(0).virq) << "opened by the world switch";
}

TEST_F(VirtualInterface, virtual_fiq_follows_vfiqen) {
    open_virtual(0, interface_ctlr::enable_group0 | interface_ctlr::fiq_enable);
    list(0, {.id = 40, .priority = 3});
    EXPECT_EQ(gic.lines(0), (Lines{.vfiq = true})) << "Group 0 as virtual FIQ";
}

TEST_F(VirtualInterface, virtual_and_physical_sides_do_not_mix) {
    open();
    open_virtual();
    enable(40);
    gic.set_spi(8, true);
    EXPECT_EQ(gic.lines(0), (Lines{.irq = true})) << "a physical interrupt isn't the guest's";
    EXPECT_EQ(guest(gicc::iar), 1023u) << "the guest sees nothing";
    list(0, {.id = 40, .priority = 3});
    EXPECT_EQ(gic.lines(0), (Lines{.irq = true, .virq = true})) << "until it is listed";
}

TEST_F(VirtualInterfaceOfTwo, everything_is_banked_by_processor) {
    open_virtual(0);
    open_virtual(1);
    list(0, {.id = 40, .priority = 3}, 1);
    EXPECT_FALSE(gic.lines(0).virq) << "processor 0's list is empty";
    EXPECT_TRUE(gic.lines(1).virq) << "processor 1's isn't";
    EXPECT_EQ(hyp(gich::lr0, 0), 0u) << "list registers are banked";
}

}  // namespace
}  // namespace vtoll::gic::test
