// SPDX-License-Identifier: Apache-2.0
// A small run, made by driving a ledger: two machines, hypercalls, an emulated device, a page fault, interrupts.
#pragma once

#include "tests/unit/core/book_driver.hpp"

namespace vtoll::core {

inline RunRecord example_run() {
    using isa::ExceptionKind;
    using isa::Mode;
    RunRecord run;
    run.scenario = "example";
    run.timing = "weights";
    run.timing_title = "Trace weights";
    run.clock_hz = 1'000'000'000;
    run.outcome = "power_off";
    run.phases.divide(World::hypervisor);
    for (u32 number : {0u, 2u}) run.calls[{CallInstruction::hvc, 0, number}] = "hypercall " + std::to_string(number);
    const u16 save = run.phases.number("save"), restore = run.phases.number("restore");

    BookDriver d(Mode::hyp);
    d.run(1000, 2000);
    d.set_vm(1);
    d.leave(Mode::svc);
    const auto exit = [&](auto enter, u64 insns, u64 ticks, u32 pc) {
        d.mark(3);
        enter();
        d.phase(save);
        d.run(8, 20);
        d.phase(0);
        d.run(insns, ticks);
        d.phase(restore);
        d.run(6, 30);
        d.leave(Mode::svc, pc);
        d.phase(0);
        d.mark(4);
        d.run(3, 3);
    };
    const auto data_abort = [&] { d.take(ExceptionKind::hyp_trap, Mode::hyp, hsr(ec_data_abort, iss_valid)); };
    exit([&] { d.hvc(0); }, 99, 900, 0x8000);
    d.mark(1);
    for (u64 i = 0; i < 10; ++i) exit([&] { d.hvc(0); }, 20 + i % 2, 40 + i % 3, 0x8000);
    for (int i = 0; i < 3; ++i) exit(data_abort, 50, 120, 0x8000);
    exit(
        [&] {
            data_abort();
            d.device(150);
        },
        60, 200, 0x8004);
    d.mark(2);
    exit([&] { d.hvc(2); }, 10, 10, 0x8000);
    d.idle(5000);
    run.cpus.push_back(d.close());
    return run;
}

}  // namespace vtoll::core
