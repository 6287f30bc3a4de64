// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/session.hpp"

#include <fmt/format.h>
#include <pybind11/pybind11.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "core/cli/support/boot_checkpoint.hpp"
#include "core/cli/support/find.hpp"
#include "core/cli/support/outcome.hpp"

namespace vtoll::python {

namespace py = pybind11;

namespace {

constexpr unsigned signals_every_ms = 50;

/// The simulation kernel is elaborated once in the life of a process, and a child that is forked inherits it.
bool machine_was_made = false;

std::unique_ptr<core::Simulation> make(const std::string& scenario, const std::vector<std::string>& overrides,
                                       const std::string& restore) {
    if (machine_was_made)
        throw Misuse(
            "this process has had its machine, and SystemC makes one in a process; expected vtoll.run, or "
            "vtoll.Machine(..., worker=True)");
    std::optional<core::CheckpointFile> checkpoint;
    if (!restore.empty()) checkpoint.emplace(restore, restore);
    if (scenario.empty() && !checkpoint) throw Misuse("expected a scenario, an image, or a checkpoint to restore");
    cli::FoundScenario found =
        scenario.empty() ? cli::scenario_of(*checkpoint, overrides) : cli::find_scenario(scenario, overrides);
    if (!checkpoint && !found.scenario.boot.until.empty()) {
        int status = 0;
        checkpoint = cli::boot_checkpoint(found.scenario, found.search, status);
        if (!checkpoint) throw InputError(fmt::format("{}: its boot ended with exit code {}", scenario, status));
    }
    const std::string asked = scenario.empty() ? checkpoint->head().asked : scenario;
    auto made = std::make_unique<core::Simulation>(std::move(found.scenario), found.search, std::move(found.file),
                                                   checkpoint ? &*checkpoint : nullptr);
    machine_was_made = true;
    made->begin({.asked = asked, .restored = restore});
    return made;
}

}  // namespace

Session::Session(const std::string& scenario, const std::vector<std::string>& overrides, const std::string& restore)
    : process_(getpid()),
      simulation_(make(scenario, overrides, restore)),
      registers_(simulation_->cpu(0).state().features, simulation_->cpu(0).state().sys.id) {
    simulation_->add(books_);
    control_ = std::make_unique<core::Control>(*simulation_);
    last_.kind = core::stop_name(last_.stop.kind);
}

Session::~Session() {
    if (getpid() == process_) {
        const py::gil_scoped_release release;
        control_.reset();
        simulation_.reset();
    } else {  // forked: the thread that has the machine is not here
        static_cast<void>(control_.release());
        static_cast<void>(simulation_.release());
    }
}

core::Control& Session::standing() {
    if (getpid() != process_) throw Misuse("the machine is of another process");
    if (closed_) throw Misuse("the machine is closed");
    if (running_) throw Misuse("the machine is running; expected it to stand still (interrupt() asks for it)");
    return *control_;
}

core::Processor& Session::cpu(unsigned index) {
    core::Control& control = standing();
    if (index >= control.cpus())
        throw Misuse(fmt::format("no processor {}; the machine has {}", index, control.cpus()));
    return control.cpu(index);
}

// --- running ---------------------------------------------------------------------------------------------------------

core::Stop Session::go(const core::Until& until) {
    core::Control& control = standing();
    running_ = true;
    const auto still = [this](void*) { running_ = false; };
    const std::unique_ptr<void, decltype(still)> at_end(this, still);
    control.resume(until);
    for (;;) {
        bool stands = false;
        {
            const py::gil_scoped_release release;
            stands = control.wait_for(signals_every_ms);
        }
        if (stands) return control.wait();  // throws what the simulation threw
        if (PyErr_CheckSignals() == 0) continue;
        py::error_already_set raised;  // KeyboardInterrupt, as a rule
        {
            const py::gil_scoped_release release;
            control.interrupt();
            last_ = {control.wait(), {}, false};
        }
        last_.kind = core::stop_name(last_.stop.kind);
        throw raised;
    }
}

Event Session::run(const std::string& text, std::optional<u64> insns, std::optional<u64> ticks,
                   std::optional<double> seconds) {
    using Kind = core::StopPoint::Kind;
    core::Control& control = standing();
    core::Until until;
    until.instructions = insns;
    until.ticks = ticks;
    if (seconds) {
        constexpr double most = 1e9;
        if (!(*seconds >= 0 && *seconds <= most)) throw Misuse("seconds: expected a time of the machine, 0 to 1e9");
        const auto nanoseconds = static_cast<u64>(std::llround(*seconds * 1e9));
        const u64 then = control.machine().clock().tick_of_nanoseconds(nanoseconds);
        until.ticks = std::min(then, ticks.value_or(then));
    }
    std::optional<core::StopPoint> point;
    if (!text.empty()) point = core::parse_stop_point(text, "until");
    unsigned number = 0;  // of the breakpoint at `place`
    u32 place = 0;
    std::atomic<bool> shown{false};
    if (point && point->kind == Kind::instructions)
        until.instructions = std::min(point->number, insns.value_or(point->number));
    if (point && point->kind == Kind::marker)
        control.catch_markers([wanted = point->number](unsigned, unsigned option) { return option == wanted; });
    if (point && point->kind == Kind::symbol) {
        core::Breakpoint breakpoint;
        const core::Simulation::Place found = simulation_->place_of(*point);
        breakpoint.va = place = found.address;
        if (found.hypervisor) breakpoint.level = isa::Privilege::pl2;
        number = control.add(breakpoint);
    }
    if (point && point->kind == Kind::console)
        control.machine().console().await(this, point->text, [&] {
            shown = true;
            control.interrupt_turn();
        });
    const auto tidy = [&](void*) {
        if (number) control.remove(number);
        control.catch_markers({});
        control.machine().console().forget_awaited(this);
    };
    const std::unique_ptr<void, decltype(tidy)> at_end(this, tidy);

    const core::Stop stop = go(until);
    last_ = {stop, core::stop_name(stop.kind), false};
    switch (stop.kind) {
    case core::Stop::Kind::instructions:
    case core::Stop::Kind::ticks:
    case core::Stop::Kind::marker: last_.reached = true; break;
    case core::Stop::Kind::breakpoint:
        last_.reached = number && stop.detail.address == place;
        if (stop.point == number) last_.stop.point = 0;  // it is gone
        break;
    case core::Stop::Kind::asked:
        if (!shown) break;
        last_.kind = "console";
        last_.reached = true;
        break;
    default: break;
    }
    return last_;
}

Event Session::step(unsigned index, u64 instructions) {
    cpu(index);
    core::Until until;
    until.step_cpu = index;
    until.steps = instructions;
    const core::Stop stop = go(until);
    last_ = {stop, core::stop_name(stop.kind), stop.kind == core::Stop::Kind::step};
    return last_;
}

void Session::interrupt() {
    if (getpid() == process_ && running_) control_->interrupt();
}

std::pair<int, std::string> Session::finish(const std::string& folder) {
    core::RunDirectory directory(folder);
    core::Control& control = standing();
    control.forget_points();
    go({});
    last_ = {control.stop(), core::stop_name(control.stop().kind), true};
    simulation_->finish();
    simulation_->write(directory);
    directory.commit();
    const int code = cli::exit_code(simulation_->outcome());
    if (code != 0) return {code, simulation_->summary()};
    if (const std::string missed = cli::missed_end(*simulation_); !missed.empty())
        return {1, cli::complaint_of_missed(missed)};
    const std::string wrong = cli::unexpected_console(*simulation_);
    return {wrong.empty() ? 0 : 1, wrong};
}

void Session::close() {
    if (closed_ || getpid() != process_) return;
    core::Control& control = standing();
    {
        const py::gil_scoped_release release;
        if (control.stop().kind != core::Stop::Kind::ended) control.kill();
    }
    closed_ = true;
}

}  // namespace vtoll::python
