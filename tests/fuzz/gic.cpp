// SPDX-License-Identifier: Apache-2.0
// The interrupt controller under software of several processors that keeps to no rule: every bank, any offset and size
// of access, in any order, while interrupt inputs change.
#include "tests/fuzz/hostile.hpp"

namespace {

using namespace vtoll;

struct Guest {
    explicit Guest(const gic::Config& config) : gic(config) {
        gic.on_lines_changed([this](unsigned cpu, const gic::Lines& lines) {
            fuzz::expect(cpu < gic.config().cpus, "lines of a processor that doesn't exist");
            fuzz::expect(lines == gic.lines(cpu), "lines other than those that were told");
            told(lines);
        });
    }

    void act(fuzz::Bytes& bytes) {
        const u8 what = bytes.take<u8>(), where = bytes.take<u8>();
        const u16 offset = bytes.take<u16>();
        const u32 value = bytes.take<u32>();
        const auto frame = static_cast<gic::Frame>(what & 3);
        const unsigned cpu = where & 7, size = 1u << (where >> 3) % 3;
        switch (what >> 2 & 7) {
        case 0: gic.set_spi(offset, value & 1); break;
        case 1: gic.set_ppi(cpu, offset & 0x1f, value & 1); break;
        case 2: told(gic.read(frame, offset, size, cpu, where >> 7)); break;
        case 3: told(gic.read(frame, offset & 0xff, 4, cpu)); break;
        case 4: gic.write(frame, offset & 0x1ff, value, 4, cpu); break;
        case 5: {  // software that wants interrupts to come
            gic.write(gic::Frame::gicd, 0, 3, 4, cpu);
            gic.write(gic::Frame::gicc, 4, 0xff, 4, cpu);
            gic.write(gic::Frame::gicc, 0, value & 0x3ff, 4, cpu);
            gic.write(gic::Frame::gich, 0, value | 1, 4, cpu);
            gic.write(gic::Frame::gicv, 4, 0xff, 4, cpu);
            gic.write(gic::Frame::gicv, 0, value & 0x3ff, 4, cpu);
            break;
        }
        default: gic.write(frame, offset, value, size, cpu);
        }
    }
    void take_over(Guest& from) {
        fuzz::restore(gic, from.gic);
        for (unsigned cpu = 0; cpu < gic.config().cpus; ++cpu)
            fuzz::expect(gic.lines(cpu) == from.gic.lines(cpu), "lines change when a state is restored");
        told = from.told;
    }
    fuzz::Seen seen() {
        for (unsigned cpu = 0; cpu < gic.config().cpus; ++cpu) told(gic.lines(cpu));
        gic::State state = gic.state();
        told(fuzz::saved(state));
        return told;
    }

    gic::Gic gic;
    fuzz::Seen told;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Bytes bytes(data, size);
    const u8 shape = bytes.take<u8>(), split = bytes.take<u8>();
    const gic::Config config{
        .cpus = 1u + (shape & 7), .spis = shape & 8 ? 960u : 64u, .priority_bits = 4u + (shape >> 4) % 5};
    fuzz::act_twice<Guest>(bytes, split, [&] { return std::make_unique<Guest>(config); });
    return 0;
}
