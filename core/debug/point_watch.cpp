// SPDX-License-Identifier: Apache-2.0
#include "core/debug/point_watch.hpp"

#include <utility>

namespace vtoll::core {

using Kind = StopPoint::Kind;

PointWatch::PointWatch(Simulation& run) : run_(run) {
    for (unsigned i = 0; i < run.machine().config().cpus; ++i) run.cpu(i).set_debugger(this);
}

PointWatch::~PointWatch() {
    forget();
    for (unsigned i = 0; i < run_.machine().config().cpus; ++i) run_.cpu(i).set_debugger(nullptr);
}

void PointWatch::wait_for(const StopPoint& point, std::function<void()> reached) {
    forget();
    point_ = point;
    reached_ = std::move(reached);
    const unsigned cpus = run_.machine().config().cpus;
    switch (point.kind) {
    case Kind::marker: break;
    case Kind::console: run_.machine().console().await(this, point.text, [this] { reach(); }); break;
    case Kind::instructions:
        for (unsigned i = 0; i < cpus; ++i) count_down(run_.cpu(i));
        break;
    case Kind::symbol: {
        const Simulation::Place place = run_.place_of(point);
        Breakpoint& breakpoint = breakpoints_.emplace_back();
        breakpoint.va = place.address;
        if (place.hypervisor) breakpoint.level = isa::Privilege::pl2;
        for (unsigned i = 0; i < cpus; ++i) run_.cpu(i).debugging().add(breakpoint);
        break;
    }
    }
}

void PointWatch::forget() {
    for (unsigned i = 0; i < run_.machine().config().cpus; ++i) {
        Debugging& debugging = run_.cpu(i).debugging();
        for (const Breakpoint& breakpoint : breakpoints_) debugging.remove(breakpoint);
        if (waits_for(Kind::instructions)) debugging.forget_orders();
    }
    breakpoints_.clear();
    run_.machine().console().forget_awaited(this);
    point_.reset();
}

void PointWatch::reach() {
    const auto reached = std::exchange(reached_, nullptr);
    forget();
    reached();
}

void PointWatch::stopped(Processor&, const CpuStop& stop) {
    using Why = CpuStop::Why;
    const bool here = (stop.why == Why::marker && waits_for(Kind::marker)) ||
                      (stop.why == Why::breakpoint && waits_for(Kind::symbol)) ||
                      (stop.why == Why::instructions && waits_for(Kind::instructions));
    if (here) reach();
}

void PointWatch::turn(Processor& cpu) {
    if (waits_for(Kind::instructions)) count_down(cpu);
}

/// What the others have executed counts too: a turn is one processor's alone.
void PointWatch::count_down(Processor& cpu) {
    const u64 done = run_.machine().instructions(), wanted = point_->number;
    cpu.debugging().stop_at_instruction(cpu.instructions() + (wanted > done ? wanted - done : 0));
}

bool PointWatch::wants_marker(Processor&, unsigned option) {
    return waits_for(Kind::marker) && option == point_->number;
}

}  // namespace vtoll::core
