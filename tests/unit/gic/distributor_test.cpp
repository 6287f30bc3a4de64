// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/gic/board.hpp"

namespace vtoll::gic::test {
namespace {

class Distributor : public Board {};
class DistributorOfTwo : public Board2 {};

TEST_F(Distributor, identifies_itself_as_a_gicv2_with_its_size) {
    EXPECT_EQ(dist(gicd::typer), 8u) << "288 interrupts are nine words, one processor";
    EXPECT_EQ(dist(gicd::iidr), 0x43Bu) << "implementer Arm";
    EXPECT_EQ(dist(0xFE8) >> 4 & 15, 2u) << "PIDR2.ArchRev says GICv2";
    EXPECT_EQ(dist(0xFF0), 0x0Du) << "CIDR0";
    EXPECT_EQ(dist(0xFFC), 0xB1u) << "CIDR3";
}

TEST_F(DistributorOfTwo, typer_counts_processors) {
    EXPECT_EQ(dist(gicd::typer) >> 5 & 7, 1u) << "CPUNumber is the number of processors less one";
}

TEST_F(Distributor, set_and_clear_registers_share_one_state) {
    dist(gicd::isenabler + 8, 0x0000'00F0, 0);
    dist(gicd::icenabler + 8, 0x0000'0030, 0);
    EXPECT_EQ(dist(gicd::isenabler + 8), 0xC0u) << "set bits less the cleared ones";
    EXPECT_EQ(dist(gicd::icenabler + 8), 0xC0u) << "both registers read the state";
}

TEST_F(Distributor, sgis_stay_enabled_and_edge_triggered) {
    dist(gicd::icenabler, 0xFFFF'FFFF, 0);
    EXPECT_EQ(dist(gicd::isenabler) & 0xFFFF, 0xFFFFu) << "SGIs can't be disabled";
    dist(gicd::icfgr, 0, 0);
    EXPECT_EQ(dist(gicd::icfgr), 0xAAAA'AAAAu) << "SGI configuration is read-only";
}

TEST_F(Distributor, interrupts_beyond_the_last_read_as_zero) {
    dist(gicd::isenabler + 9 * 4, ~0u, 0);
    dist(gicd::ipriorityr + 288, ~0u, 0);
    dist(gicd::igroupr + 9 * 4, ~0u, 0);
    EXPECT_EQ(dist(gicd::isenabler + 9 * 4), 0u) << "word 9 holds interrupts 288 and up";
    EXPECT_EQ(dist(gicd::ipriorityr + 288), 0u) << "no priority for interrupt 288";
    EXPECT_EQ(dist(gicd::igroupr + 9 * 4), 0u) << "no group for interrupt 288";
    EXPECT_EQ(dist(0xF30), 0u) << "a hole in the map";
}

TEST_F(Distributor, priorities_take_byte_and_halfword_accesses) {
    dist(gicd::ipriorityr + 40, 0x4433'2211, 0);
    wr(Frame::gicd, gicd::ipriorityr + 41, 0xA5, 0, 1);
    EXPECT_EQ(dist(gicd::ipriorityr + 40), 0x4433'A511u) << "one byte changes, its neighbours stay";
    EXPECT_EQ(rd(Frame::gicd, gicd::ipriorityr + 43, 0, 1), 0x44u) << "byte read";
    EXPECT_EQ(rd(Frame::gicd, gicd::ipriorityr + 42, 0, 2), 0x4433u) << "halfword read";
}

TEST_F(Distributor, narrow_writes_to_set_registers_touch_their_lanes_only) {
    wr(Frame::gicd, gicd::isenabler + 5, 0x81, 0, 1);
    EXPECT_EQ(dist(gicd::isenabler + 4), 0x8100u) << "the byte lands in bits 8 to 15";
    dist(gicd::igroupr + 4, 0xFFFF'FFFF, 0);
    wr(Frame::gicd, gicd::igroupr + 6, 0x0F, 0, 1);
    EXPECT_EQ(dist(gicd::igroupr + 4), 0xFF0F'FFFFu) << "an assigned register keeps the other bytes";
}

TEST(DistributorConfig, unimplemented_priority_bits_read_as_zero) {
    Gic gic({.cpus = 1, .spis = 32, .priority_bits = 5});
    gic.write(Frame::gicd, gicd::ipriorityr + 32, 0xFF, 1, 0);
    EXPECT_EQ(gic.read(Frame::gicd, gicd::ipriorityr + 32, 1, 0), 0xF8u) << "five bits";
    gic.write(Frame::gicc, gicc::pmr, 0xFF, 4, 0);
    EXPECT_EQ(gic.read(Frame::gicc, gicc::pmr, 4, 0), 0xF8u) << "the mask has the same bits";
}

TEST(DistributorConfig, impossible_shapes_are_refused) {
    EXPECT_THROW(Gic({.cpus = 0}), InputError) << "no processor";
    EXPECT_THROW(Gic({.cpus = 9}), InputError) << "more processors than supported";
    EXPECT_THROW(Gic({.cpus = 1, .spis = 40}), InputError) << "not a whole word of interrupts";
    EXPECT_THROW(Gic({.cpus = 1, .spis = 992}), InputError) << "would reach the special INTIDs";
    EXPECT_THROW(Gic({.cpus = 1, .spis = 32, .priority_bits = 3}), InputError) << "GICv2 has four bits at least";
}

TEST_F(DistributorOfTwo, private_interrupts_are_banked_shared_ones_are_not) {
    dist(gicd::isenabler, 1u << 27, 0);
    dist(gicd::isenabler + 4, 1u << 3, 0);
    wr(Frame::gicd, gicd::ipriorityr + 27, 0x40, 0, 1);
    make_group1(27, 1);
    EXPECT_TRUE(in(gicd::isenabler, 27, 0)) << "enabled where it was written";
    EXPECT_FALSE(in(gicd::isenabler, 27, 1)) << "the other processor's PPI is its own";
    EXPECT_TRUE(in(gicd::isenabler, 35, 1)) << "SPIs are common";
    EXPECT_EQ(rd(Frame::gicd, gicd::ipriorityr + 27, 1, 1), 0u) << "PPI priorities are banked";
    EXPECT_FALSE(in(gicd::igroupr, 27, 0)) << "PPI groups are banked";
}

TEST_F(DistributorOfTwo, target_registers_tell_a_processor_its_number) {
    EXPECT_EQ(dist(gicd::itargetsr, 0), 0x0101'0101u) << "processor 0 reads bit 0";
    EXPECT_EQ(dist(gicd::itargetsr + 28, 1), 0x0202'0202u) << "processor 1 reads bit 1";
    dist(gicd::itargetsr, 0, 1);
    EXPECT_EQ(dist(gicd::itargetsr, 1), 0x0202'0202u) << "and can't change it";
    wr(Frame::gicd, gicd::itargetsr + 33, 0xFF, 0, 1);
    EXPECT_EQ(dist(gicd::itargetsr + 32), 0x0300u) << "processors that don't exist aren't kept as targets";
}

TEST_F(Distributor, one_processor_has_no_target_registers_and_gets_everything) {
    dist(gicd::itargetsr + 32, 0xFFFF'FFFF, 0);
    EXPECT_EQ(dist(gicd::itargetsr + 32), 0u) << "RAZ/WI";
    EXPECT_EQ(dist(gicd::itargetsr), 0u) << "RAZ for private interrupts too";
    open();
    dist(gicd::isenabler + 4, 1, 0);
    gic.set_spi(0, true);
    EXPECT_TRUE(gic.lines(0).irq) << "an SPI arrives without any target being set";
}

TEST_F(DistributorOfTwo, shared_interrupts_go_where_their_target_byte_says) {
    open(0);
    open(1);
    enable(40, 0x80, 1);
    gic.set_spi(8, true);
    EXPECT_FALSE(gic.lines(0).irq) << "not a target";
    EXPECT_TRUE(gic.lines(1).irq) << "the target";
    wr(Frame::gicd, gicd::itargetsr + 40, 1, 0, 1);
    EXPECT_TRUE(gic.lines(0).irq) << "a pending interrupt follows its new target";
    EXPECT_FALSE(gic.lines(1).irq) << "and leaves the old one";
}

TEST_F(DistributorOfTwo, an_interrupt_for_both_is_taken_by_the_first_to_acknowledge) {
    open(0);
    open(1);
    enable(40);
    wr(Frame::gicd, gicd::itargetsr + 40, 3, 0, 1);
    gic.set_spi(8, true);
    EXPECT_TRUE(gic.lines(0).irq && gic.lines(1).irq) << "both are asked";
    EXPECT_EQ(cpu_if(gicc::iar, 1), 40u) << "processor 1 is first";
    EXPECT_EQ(cpu_if(gicc::iar, 0), 1023u) << "processor 0 finds nothing";
    EXPECT_FALSE(gic.lines(0).irq) << "and isn't asked any more";
}

TEST_F(Distributor, a_level_interrupt_is_pending_while_its_line_is_high) {
    open();
    enable(33);
    gic.set_spi(1, true);
    EXPECT_TRUE(in(gicd::ispendr, 33)) << "line high";
    EXPECT_TRUE(gic.lines(0).irq) << "signalled";
    dist(gicd::icpendr + 4, 2, 0);
    EXPECT_TRUE(in(gicd::ispendr, 33)) << "clearing doesn't help against the line";
    gic.set_spi(1, false);
    EXPECT_FALSE(in(gicd::ispendr, 33)) << "line low";
    EXPECT_FALSE(gic.lines(0).irq) << "withdrawn without an acknowledge";
}

TEST_F(Distributor, a_level_interrupt_set_pending_by_software_outlives_the_line) {
    open();
    enable(33);
    dist(gicd::ispendr + 4, 2, 0);
    gic.set_spi(1, true);
    gic.set_spi(1, false);
    EXPECT_TRUE(gic.lines(0).irq) << "the latch holds it";
    dist(gicd::icpendr + 4, 2, 0);
    EXPECT_FALSE(gic.lines(0).irq) << "and clearing the latch ends it";
}

TEST_F(Distributor, an_edge_interrupt_latches_its_rising_edge_once) {
    open();
    enable(33);
    make_edge(33);
    gic.set_spi(1, true);
    gic.set_spi(1, false);
    EXPECT_TRUE(gic.lines(0).irq) << "the pulse is remembered";
    EXPECT_EQ(cpu_if(gicc::iar), 33u) << "acknowledged";
    EXPECT_FALSE(in(gicd::ispendr, 33)) << "acknowledging clears the latch";
    cpu_if(gicc::eoir, 33, 0);
    EXPECT_FALSE(gic.lines(0).irq) << "one edge is one interrupt";
    gic.set_spi(1, true);
    EXPECT_EQ(cpu_if(gicc::iar), 33u) << "next edge";
    gic.set_spi(1, false);
    gic.set_spi(1, true);
    EXPECT_TRUE(in(gicd::ispendr, 33)) << "an edge while active makes it active and pending";
    EXPECT_FALSE(gic.lines(0).irq) << "which isn't signalled";
    cpu_if(gicc::eoir, 33, 0);
    EXPECT_TRUE(gic.lines(0).irq) << "until the first one ended";
}

TEST_F(Distributor, an_edge_is_latched_while_the_interrupt_is_disabled) {
    open();
    make_edge(33);
    gic.set_spi(1, true);
    gic.set_spi(1, false);
    EXPECT_TRUE(in(gicd::ispendr, 33)) << "pending though disabled";
    EXPECT_FALSE(gic.lines(0).irq) << "but not forwarded";
    enable(33);
    EXPECT_TRUE(gic.lines(0).irq) << "forwarded once enabled";
}

TEST_F(Distributor, a_level_interrupt_still_high_at_its_end_comes_again) {
    open();
    enable(33);
    gic.set_spi(1, true);
    EXPECT_EQ(cpu_if(gicc::iar), 33u) << "acknowledged";
    EXPECT_TRUE(in(gicd::isactiver, 33)) << "active";
    EXPECT_FALSE(gic.lines(0).irq) << "active and pending isn't signalled";
    cpu_if(gicc::eoir, 33, 0);
    EXPECT_FALSE(in(gicd::isactiver, 33)) << "ended";
    EXPECT_TRUE(gic.lines(0).irq) << "the line is still high";
}

TEST_F(Distributor, active_bits_can_be_set_and_cleared_by_software) {
    open();
    enable(33);
    gic.set_spi(1, true);
    dist(gicd::isactiver + 4, 2, 0);
    EXPECT_FALSE(gic.lines(0).irq) << "an active interrupt isn't forwarded";
    dist(gicd::icactiver + 4, 2, 0);
    EXPECT_TRUE(gic.lines(0).irq) << "an inactive one is";
}

TEST_F(Distributor, group_enables_choose_what_is_forwarded) {
    open();
    enable(33, 0x20);
    enable(34, 0x40);
    make_group1(34);
    gic.set_spi(1, true);
    gic.set_spi(2, true);
    dist(gicd::ctlr, 2, 0);
    EXPECT_EQ(cpu_if(gicc::ahppir), 34u) << "a disabled Group 0 doesn't stand in the way of Group 1";
    dist(gicd::ctlr, 1, 0);
    EXPECT_EQ(cpu_if(gicc::hppir), 33u) << "Group 0 alone";
    dist(gicd::ctlr, 0, 0);
    EXPECT_FALSE(gic.lines(0).irq) << "distributor off";
    EXPECT_EQ(cpu_if(gicc::iar), 1023u) << "nothing to acknowledge";
}

TEST_F(Distributor, equal_priorities_go_by_number) {
    open();
    enable(70);
    enable(35);
    gic.set_spi(38, true);
    gic.set_spi(3, true);
    EXPECT_EQ(cpu_if(gicc::iar), 35u) << "the lower INTID first";
}

TEST_F(DistributorOfTwo, sgi_filters_choose_the_targets) {
    open(0);
    open(1);
    dist(gicd::sgir, 2u << 24 | 5, 0);
    EXPECT_TRUE(gic.lines(0).irq && !gic.lines(1).irq) << "filter 2 is the sender itself";
    EXPECT_EQ(cpu_if(gicc::iar, 0), 5u) << "from processor 0";
    cpu_if(gicc::eoir, 5, 0);
    dist(gicd::sgir, 1u << 24 | 6, 0);
    EXPECT_TRUE(!gic.lines(0).irq && gic.lines(1).irq) << "filter 1 is everyone else";
    EXPECT_EQ(cpu_if(gicc::iar, 1), 6u) << "from processor 0";
    cpu_if(gicc::eoir, 6, 1);
    dist(gicd::sgir, 0xFFu << 16 | 7, 1);
    EXPECT_EQ(cpu_if(gicc::iar, 0), 7u | 1u << 10) << "a list names its targets; the sender is processor 1";
    EXPECT_EQ(cpu_if(gicc::iar, 1), 7u | 1u << 10) << "the sender may be in its own list";
    dist(gicd::sgir, 3u << 24 | 0xFFu << 16 | 8, 0);
    EXPECT_EQ(dist(gicd::spendsgir + 8, 0), 0u) << "the reserved filter sends nothing";
}

TEST_F(DistributorOfTwo, an_sgi_from_two_senders_is_delivered_twice) {
    open(0);
    dist(gicd::sgir, 1u << 16 | 4, 0);
    dist(gicd::sgir, 1u << 16 | 4, 1);
    EXPECT_EQ(dist(gicd::spendsgir + 4, 0), 3u) << "both senders are on record";
    EXPECT_EQ(cpu_if(gicc::iar), 4u) << "lowest sender first";
    EXPECT_TRUE(in(gicd::ispendr, 4)) << "the other request is still pending";
    EXPECT_EQ(cpu_if(gicc::iar), 1023u) << "an active SGI isn't signalled again";
    cpu_if(gicc::eoir, 4, 0);
    EXPECT_EQ(cpu_if(gicc::iar), 4u | 1u << 10) << "then the other sender";
    cpu_if(gicc::eoir, 4 | 1u << 10, 0);
    EXPECT_EQ(cpu_if(gicc::iar), 1023u) << "and no more";
}

TEST_F(DistributorOfTwo, sgi_pending_registers_are_banked_and_byte_wide) {
    open(1);
    wr(Frame::gicd, gicd::spendsgir + 9, 0x03, 1, 1);
    EXPECT_EQ(dist(gicd::cpendsgir + 8, 1), 0x0300u) << "SGI 9 of processor 1, from both";
    EXPECT_EQ(dist(gicd::cpendsgir + 8, 0), 0u) << "not of processor 0";
    EXPECT_TRUE(gic.lines(1).irq) << "and it is pending";
    wr(Frame::gicd, gicd::cpendsgir + 9, 0x01, 1, 1);
    EXPECT_EQ(cpu_if(gicc::iar, 1), 9u | 1u << 10) << "the sender left is processor 1";
    dist(gicd::spendsgir + 8, 0x0200, 1);
    dist(gicd::cpendsgir + 8, 0xFF00, 1);
    EXPECT_FALSE(in(gicd::ispendr, 9, 1)) << "clearing the last sender ends it";
}

TEST_F(Distributor, set_pending_does_not_apply_to_sgis) {
    dist(gicd::ispendr, 0xFFFF, 0);
    EXPECT_EQ(dist(gicd::ispendr) & 0xFFFF, 0u) << "SGIs need a sender";
    dist(gicd::sgir, 2u << 24 | 3, 0);
    dist(gicd::icpendr, 0xFFFF, 0);
    EXPECT_TRUE(in(gicd::ispendr, 3)) << "nor can it be cleared that way";
}

TEST_F(DistributorOfTwo, ppi_lines_belong_to_one_processor) {
    open(0);
    open(1);
    enable(30, 0x80, 0);
    enable(30, 0x80, 1);
    gic.set_ppi(1, 14, true);
    EXPECT_FALSE(gic.lines(0).irq) << "PPI 14 of processor 1 isn't processor 0's";
    EXPECT_EQ(cpu_if(gicc::iar, 1), 30u) << "INTID 30";
}

TEST_F(Distributor, lines_that_do_not_exist_are_ignored) {
    open();
    dist(gicd::isenabler + 4, ~0u, 0);
    gic.set_spi(256, true);
    gic.set_ppi(0, 16, true);
    gic.set_ppi(1, 3, true);
    EXPECT_EQ(gic.lines(0), Lines{}) << "no output moves";
}

TEST_F(Distributor, registers_have_names) {
    EXPECT_EQ(Gic::register_name(Frame::gicd, gicd::isenabler + 4), "GICD_ISENABLER1") << "with index";
    EXPECT_EQ(Gic::register_name(Frame::gicc, gicc::dir), "GICC_DIR") << "of the second page";
    EXPECT_EQ(Gic::register_name(Frame::gicv, gicc::iar), "GICV_IAR") << "the guest's";
    EXPECT_EQ(Gic::register_name(Frame::gich, gich::lr0 + 8), "GICH_LR2") << "list register";
    EXPECT_EQ(Gic::register_name(Frame::gich, 0x00C), "") << "a hole";
}

}  // namespace
}  // namespace vtoll::gic::test
