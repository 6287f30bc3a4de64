// SPDX-License-Identifier: Apache-2.0
// A controller with short names for the accesses the tests make, and the registers by name.
#pragma once

#include "gic/gic.hpp"

#include <gtest/gtest.h>

namespace vtoll::gic::test {

namespace gicd {
inline constexpr u32 ctlr = 0x000, typer = 0x004, iidr = 0x008, igroupr = 0x080, isenabler = 0x100, icenabler = 0x180,
                     ispendr = 0x200, icpendr = 0x280, isactiver = 0x300, icactiver = 0x380, ipriorityr = 0x400,
                     itargetsr = 0x800, icfgr = 0xC00, sgir = 0xF00, cpendsgir = 0xF10, spendsgir = 0xF20;
}
/// GICC, and GICV just as well.
namespace gicc {
inline constexpr u32 ctlr = 0x00, pmr = 0x04, bpr = 0x08, iar = 0x0C, eoir = 0x10, rpr = 0x14, hppir = 0x18,
                     abpr = 0x1C, aiar = 0x20, aeoir = 0x24, ahppir = 0x28, apr = 0xD0, nsapr = 0xE0, iidr = 0xFC,
                     dir = 0x1000;
}
namespace gich {
inline constexpr u32 hcr = 0x00, vtr = 0x04, vmcr = 0x08, misr = 0x10, eisr0 = 0x20, elrsr0 = 0x30, apr = 0xF0,
                     lr0 = 0x100;
}

/// The value of a list register, field by field.
struct Lr {
    unsigned id = 0;
    unsigned priority = 0;  ///< five bits
    unsigned state = 1;     ///< 0 invalid, 1 pending, 2 active, 3 both
    bool group1 = false;
    bool hardware = false;
    unsigned physical = 0;  ///< physical INTID, or sender in the low bits
    bool eoi = false;

    u32 value() const {
        return id | physical << 10 | static_cast<u32>(eoi) << 19 | priority << 23 | state << 28 |
               static_cast<u32>(group1) << 30 | static_cast<u32>(hardware) << 31;
    }
};

class Board : public ::testing::Test {
protected:
    explicit Board(const Config& config = {}) : gic(config) {}

    u32 rd(Frame frame, u32 offset, unsigned cpu = 0, unsigned size = 4) { return gic.read(frame, offset, size, cpu); }
    void wr(Frame frame, u32 offset, u32 value, unsigned cpu = 0, unsigned size = 4) {
        gic.write(frame, offset, value, size, cpu);
    }
    u32 dist(u32 offset, unsigned cpu = 0) { return rd(Frame::gicd, offset, cpu); }
    void dist(u32 offset, u32 value, unsigned cpu) { wr(Frame::gicd, offset, value, cpu); }
    u32 cpu_if(u32 offset, unsigned cpu = 0) { return rd(Frame::gicc, offset, cpu); }
    void cpu_if(u32 offset, u32 value, unsigned cpu) { wr(Frame::gicc, offset, value, cpu); }
    u32 hyp(u32 offset, unsigned cpu = 0) { return rd(Frame::gich, offset, cpu); }
    void hyp(u32 offset, u32 value, unsigned cpu) { wr(Frame::gich, offset, value, cpu); }
    u32 guest(u32 offset, unsigned cpu = 0) { return rd(Frame::gicv, offset, cpu); }
    void guest(u32 offset, u32 value, unsigned cpu) { wr(Frame::gicv, offset, value, cpu); }

    /// Distributor on for both groups; the interface of `cpu` on for both, nothing masked.
    void open(unsigned cpu = 0, u32 ctlr = interface_ctlr::enable_group0 | interface_ctlr::enable_group1) {
        dist(gicd::ctlr, 3, cpu);
        cpu_if(gicc::ctlr, ctlr, cpu);
        cpu_if(gicc::pmr, 0xFF, cpu);
    }
    /// Give an interrupt a priority, send it to `cpu` and enable it.
    void enable(unsigned id, unsigned priority = 0x80, unsigned cpu = 0) {
        wr(Frame::gicd, gicd::ipriorityr + id, priority, cpu, 1);
        wr(Frame::gicd, gicd::itargetsr + id, 1u << cpu, cpu, 1);
        dist(gicd::isenabler + id / 32 * 4, 1u << id % 32, cpu);
    }
    void make_edge(unsigned id, unsigned cpu = 0) {
        const u32 offset = gicd::icfgr + id / 16 * 4;
        dist(offset, dist(offset, cpu) | 2u << id % 16 * 2, cpu);
    }
    void make_group1(unsigned id, unsigned cpu = 0) {
        const u32 offset = gicd::igroupr + id / 32 * 4;
        dist(offset, dist(offset, cpu) | 1u << id % 32, cpu);
    }
    bool in(u32 array, unsigned id, unsigned cpu = 0) { return dist(array + id / 32 * 4, cpu) >> id % 32 & 1; }

    /// Virtual interface on, the guest's interface open.
    void open_virtual(unsigned cpu = 0, u32 ctlr = interface_ctlr::enable_group0) {
        hyp(gich::hcr, hyp_control::enable, cpu);
        guest(gicc::ctlr, ctlr, cpu);
        guest(gicc::pmr, 0xFF, cpu);
    }
    void list(unsigned index, const Lr& entry, unsigned cpu = 0) { hyp(gich::lr0 + index * 4, entry.value(), cpu); }
    unsigned lr_state(unsigned index, unsigned cpu = 0) { return hyp(gich::lr0 + index * 4, cpu) >> 28 & 3; }

    Gic gic;
};

class Board2 : public Board {
protected:
    Board2() : Board({.cpus = 2}) {}
};

}  // namespace vtoll::gic::test
