// SPDX-License-Identifier: Apache-2.0
// Runs a scenario under a restless debugger: stops it at random places in every way there is, looks at everything, goes
// on. Its run directory has to be that of an undisturbed run (test_debugged.py compares them).
//
//   debugged-run SCENARIO TIMING SEED DIRECTORY
#include <fmt/format.h>

#include <cstdlib>
#include <random>

#include "core/cli/support/find.hpp"
#include "core/debug/control.hpp"
#include "core/platform/device_entry.hpp"
#include "core/scenario/books.hpp"

namespace {

using namespace vtoll;
using namespace vtoll::core;

[[noreturn]] void fail(const std::string& text) {
    fmt::print(stderr, "debugged-run: {}\n", text);
    std::exit(1);
}

class Restless {
public:
    Restless(Control& control, unsigned seed) : control_(control), random_(seed) {}

    void run() {
        for (unsigned round = 0; control_.stop().kind != Stop::Kind::ended; ++round) {
            look_around();
            // A burst of stops, then a good piece of the run at once.
            switch (round % 40 < 36 ? round % 6 : 6) {
            case 0: step(); break;
            case 1: expect_count(); break;
            case 2: until([this](Until& u) { u.ticks = control_.machine().ticks() + up_to(5000); }); break;
            case 3: breakpoint(); break;
            case 4: watch(); break;
            case 5: exception(); break;
            default: until([this](Until& u) { u.instructions = now() + 100'000; }); break;
            }
        }
    }

private:
    u32 up_to(u32 most) { return std::uniform_int_distribution<u32>(0, most)(random_); }
    u64 now() { return control_.machine().instructions(); }
    bool ended() { return control_.stop().kind == Stop::Kind::ended; }

    template <class Set>
    Stop until(Set set) {
        Until u;
        set(u);
        const Stop stop = control_.run(u);
        ++stops[stop_name(stop.kind)];
        return stop;
    }

    void step() {
        const unsigned cpu = up_to(control_.cpus() - 1);
        for (u32 n = up_to(60); n && !ended(); --n) {
            const u64 before = control_.cpu(cpu).instructions();
            const Stop stop = until([&](Until& u) { u.step_cpu = cpu; });
            const u64 done = control_.cpu(cpu).instructions() - before;
            if (stop.kind == Stop::Kind::step && done > 1) fail(fmt::format("a step took {} instructions", done));
            pcs_[up_to(pcs_.size() - 1)] = control_.cpu(cpu).state().r[15];
        }
    }

    void expect_count() {
        const u64 target = now() + 1 + up_to(3000);
        const Stop stop = until([&](Until& u) { u.instructions = target; });
        if (stop.kind == Stop::Kind::instructions && now() != target)
            fail(fmt::format("stopped at instruction {}, asked for {}", now(), target));
    }

    void breakpoint() {
        Breakpoint b;
        b.va = pcs_[up_to(pcs_.size() - 1)];
        if (up_to(1)) b.level = static_cast<isa::Privilege>(up_to(2));
        const unsigned number = control_.add(b);
        for (u32 n = 1 + up_to(4); n && !ended(); --n) {
            const Stop stop = until([&](Until& u) { u.instructions = now() + 20'000; });
            if (stop.kind != Stop::Kind::breakpoint) continue;
            const auto& s = control_.cpu(stop.cpu).state();
            if (stop.point != number || s.r[15] != b.va || (b.level && *b.level != s.privilege()))
                fail(fmt::format("breakpoint at {:#x} stopped at {:#x}", b.va, s.r[15]));
            if (up_to(1)) step();
        }
        control_.remove(number);
    }

    void watch() {
        const auto& s = control_.cpu(up_to(control_.cpus() - 1)).state();
        Watchpoint w;
        w.va = s.r[up_to(14)] + 4 * up_to(16) - 32;
        w.size = 1 + up_to(63);
        w.reads = up_to(1);
        w.writes = !w.reads || up_to(1);
        const unsigned number = control_.add(w);
        for (u32 n = 1 + up_to(4); n && !ended(); --n) {
            const Stop stop = until([&](Until& u) { u.instructions = now() + 10'000; });
            if (stop.kind != Stop::Kind::watchpoint) continue;
            const u32 at = stop.detail.address;
            if (at + stop.detail.size <= w.va || at >= w.va + w.size)
                fail(fmt::format("watchpoint stopped at {:#x}", at));
            if (up_to(1)) step();
        }
        control_.remove(number);
    }

    void exception() {
        control_.catch_exceptions([](unsigned, const isa::ExceptionTaken&) { return true; });
        for (u32 n = 1 + up_to(5); n && !ended(); --n) {
            const Stop stop = until([&](Until& u) { u.instructions = now() + 20'000; });
            if (stop.kind == Stop::Kind::exception && control_.cpu(stop.cpu).state().r[15] != stop.detail.address)
                fail("stopped for an exception elsewhere than at its vector");
        }
        control_.catch_exceptions({});
    }

    /// Memory by the tables of every level, and every device: a look must not change them.
    void look_around() {
        std::array<u8, 64> bytes{};
        for (unsigned i = 0; i < control_.cpus(); ++i) {
            const auto& s = control_.cpu(i).state();
            for (auto level : {isa::Privilege::pl0, isa::Privilege::pl1, isa::Privilege::pl2})
                control_.read(i, s.r[13], bytes.data(), bytes.size(), level);
            for (const DeviceEntry* entry : {&gicd_device, &gicc_device, &gich_device, &gicv_device, &pl011_device})
                control_.read_physical(i, entry->window.base + 64 * up_to(63), bytes.data(), bytes.size());
        }
    }

    Control& control_;
    std::mt19937 random_;
    std::array<u32, 64> pcs_{};

public:
    std::map<std::string, u64> stops;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) fail("usage: debugged-run SCENARIO TIMING SEED DIRECTORY");
    try {
        auto found = cli::find_scenario(argv[1], {std::string("timing.rung=") + argv[2]});
        RunDirectory directory(argv[4]);
        Simulation simulation(std::move(found.scenario), found.search, std::move(found.file));
        simulation.begin({.asked = argv[1]});
        Books books;
        simulation.add(books);
        Control control(simulation);
        Restless restless(control, static_cast<unsigned>(std::atoi(argv[3])));
        restless.run();
        simulation.write(directory);
        directory.commit();
        for (const auto& [name, count] : restless.stops) fmt::print("{} {}\n", name, count);
    } catch (const InputError& error) {
        fail(error.what());
    }
}
