// SPDX-License-Identifier: Apache-2.0
// Saving and restoring, as a checkpoint does it.
#include "core/state/archive.hpp"
#include "tests/unit/gic/board.hpp"

namespace vtoll::gic::test {
namespace {

class StateTest : public Board2 {
protected:
    /// Something of everything: pending, active, an SGI, a group, list registers, an EOI count.
    void live() {
        open(0);
        open(1, 3 | interface_ctlr::eoi_mode);
        enable(40, 0x60, 1);
        enable(41, 0x20, 0);
        make_edge(41);
        make_group1(50);
        gic.set_spi(8, true);
        EXPECT_EQ(cpu_if(gicc::iar, 1), 40u) << "active on processor 1";
        gic.set_spi(9, true);
        gic.set_spi(9, false);
        dist(gicd::sgir, 1u << 24 | 3, 0);
        open_virtual(1);
        list(0, {.id = 27, .priority = 9, .hardware = true, .physical = 27}, 1);
        list(2, {.id = 60, .priority = 11, .state = 2}, 1);
        hyp(gich::apr, 1u << 11, 1);
        hyp(gich::hcr, 1u | 5u << 27, 1);
    }
    static std::string archive(Gic& gic) {
        State state = gic.state();
        core::Archive ar;
        ar(state);
        return ar.take();
    }
};

TEST_F(StateTest, a_restored_controller_behaves_like_the_saved_one) {
    live();
    const std::string bytes = archive(gic);
    State state;
    core::Archive ar(bytes, "controller");
    ar(state);
    ar.finish();

    Gic other({.cpus = 2});
    other.restore(state);
    EXPECT_EQ(archive(other), bytes) << "the same state, byte for byte";
    for (unsigned cpu = 0; cpu < 2; ++cpu) EXPECT_EQ(other.lines(cpu), gic.lines(cpu)) << "outputs of " << cpu;
    for (Gic* each : {&gic, &other}) {
        EXPECT_EQ(each->read(Frame::gicc, gicc::iar, 4, 0), 41u) << "the latched edge";
        EXPECT_EQ(each->read(Frame::gicv, gicc::iar, 4, 1), 27u) << "the listed interrupt";
        each->write(Frame::gicc, gicc::eoir, 40, 4, 1);
        EXPECT_EQ(each->read(Frame::gicc, gicc::iar, 4, 1), 3u) << "the SGI, once the priority dropped";
    }
    EXPECT_EQ(archive(other), archive(gic)) << "still the same after the same accesses";
}

TEST_F(StateTest, a_state_of_another_shape_is_refused) {
    Gic other({.cpus = 1});
    EXPECT_THROW(other.restore(gic.state()), InputError) << "two processors don't fit into one";
    Gic fewer({.cpus = 2, .spis = 64});
    EXPECT_THROW(fewer.restore(gic.state()), InputError) << "288 interrupts don't fit into 96";
}

TEST_F(StateTest, reset_brings_back_the_first_state) {
    const std::string first = archive(gic);
    live();
    EXPECT_NE(archive(gic), first) << "something happened";
    gic.reset();
    EXPECT_EQ(archive(gic), first) << "and is gone";
    EXPECT_EQ(gic.lines(0), Lines{}) << "outputs too";
    EXPECT_EQ(gic.lines(1), Lines{}) << "outputs too";
}

}  // namespace
}  // namespace vtoll::gic::test
