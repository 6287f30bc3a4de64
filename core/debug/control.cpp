// SPDX-License-Identifier: Apache-2.0
#include "core/debug/control.hpp"

#include <algorithm>
#include <chrono>

namespace vtoll::core {

const char* stop_name(Stop::Kind kind) {
    switch (kind) {
    case Stop::Kind::ready: return "ready";
    case Stop::Kind::asked: return "asked";
    case Stop::Kind::step: return "step";
    case Stop::Kind::breakpoint: return "breakpoint";
    case Stop::Kind::watchpoint: return "watchpoint";
    case Stop::Kind::exception: return "exception";
    case Stop::Kind::marker: return "marker";
    case Stop::Kind::instructions: return "instructions";
    case Stop::Kind::ticks: return "ticks";
    case Stop::Kind::ended: return "ended";
    }
    return "?";
}

namespace {

Stop::Kind kind_of(CpuStop::Why why) {
    switch (why) {
    case CpuStop::Why::asked: return Stop::Kind::asked;
    case CpuStop::Why::step: return Stop::Kind::step;
    case CpuStop::Why::breakpoint: return Stop::Kind::breakpoint;
    case CpuStop::Why::watchpoint: return Stop::Kind::watchpoint;
    case CpuStop::Why::exception: return Stop::Kind::exception;
    case CpuStop::Why::marker: return Stop::Kind::marker;
    case CpuStop::Why::instructions: return Stop::Kind::instructions;
    case CpuStop::Why::ticks: return Stop::Kind::ticks;
    }
    return Stop::Kind::asked;
}

}  // namespace

Control::Control(Simulation& simulation) : simulation_(simulation) {
    for (unsigned i = 0; i < cpus(); ++i) cpu(i).set_debugger(this);
}

Control::~Control() {
    if (thread_.joinable()) kill();
    if (thread_.joinable()) thread_.join();
    for (unsigned i = 0; i < cpus(); ++i) cpu(i).set_debugger(nullptr);
}

// --- running ---------------------------------------------------------------------------------------------------------

void Control::resume(const Until& until) {
    std::unique_lock lock(mutex_);
    if (phase_ == Phase::ended || phase_ == Phase::running) return;
    until_ = until;
    for (unsigned i = 0; i < cpus(); ++i) give_orders(cpu(i));
    if (phase_ == Phase::ready) thread_ = std::thread([this] { main(); });
    phase_ = Phase::running;
    changed_.notify_all();
}

Stop Control::wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return phase_ != Phase::running; });
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
    return stop_;
}

bool Control::wait_for(unsigned milliseconds) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::milliseconds(milliseconds),
                             [this] { return phase_ != Phase::running; });
}

bool Control::running() const {
    std::unique_lock lock(mutex_);
    return phase_ == Phase::running;
}

void Control::interrupt_turn() {
    for (unsigned i = 0; i < cpus(); ++i) cpu(i).debugging().stop_soon();  // whichever has its turn
}

void Control::kill() {
    interrupt();
    if (!thread_.joinable()) resume();  // into its first turn: whoever watches the run sees it begin and end
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return phase_ != Phase::running; });
    if (phase_ != Phase::standing) return;
    killed_ = true;
    phase_ = Phase::running;
    changed_.notify_all();
    changed_.wait(lock, [this] { return phase_ == Phase::ended; });
}

void Control::detach() {
    forget_points();
    resume();
}

void Control::main() {
    std::exception_ptr thrown;
    try {
        simulation_.run();
    } catch (...) {
        thrown = std::current_exception();
    }
    {
        std::unique_lock lock(mutex_);
        thrown_ = thrown;
    }
    Stop stop;
    stop.kind = Stop::Kind::ended;
    stop.outcome = simulation_.outcome();
    stop.cpu = stop.outcome.cpu;
    announce(stop, Phase::ended);
}

void Control::announce(const Stop& stop, Phase phase) {
    {
        std::unique_lock lock(mutex_);
        stop_ = stop;
        phase_ = phase;
        if (stopped_) stopped_();
    }
    changed_.notify_all();
}

void Control::on_stop(std::function<void()> stopped) {
    std::unique_lock lock(mutex_);
    stopped_ = std::move(stopped);
}

// --- Debugger --------------------------------------------------------------------------------------------------------

void Control::stopped(Processor& cpu, const CpuStop& detail) {
    Stop stop;
    stop.kind = kind_of(detail.why);
    stop.cpu = cpu.config().index;
    stop.detail = detail;
    if (detail.why == CpuStop::Why::breakpoint)
        for (const auto& [number, breakpoint] : breakpoints_)
            if (breakpoint.va == detail.address && !stop.point) stop.point = number;
    if (detail.why == CpuStop::Why::watchpoint)
        for (const auto& [number, watchpoint] : watchpoints_)
            if (watchpoint == detail.watch && !stop.point) stop.point = number;
    // Orders are for one stop only, on every processor.
    for (unsigned i = 0; i < cpus(); ++i) this->cpu(i).debugging().forget_orders();
    asked_ = false;
    announce(stop, Phase::standing);
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return phase_ == Phase::running; });
    if (killed_) machine().interrupt();
}

void Control::give_orders(Processor& cpu) {
    Debugging& debugging = cpu.debugging();
    if (until_.step_cpu == cpu.config().index) debugging.step(until_.steps);
    if (until_.ticks) debugging.stop_at_tick(*until_.ticks);
    if (until_.instructions) {
        const u64 done = machine().instructions();
        debugging.stop_at_instruction(cpu.instructions() +
                                      (*until_.instructions > done ? *until_.instructions - done : 0));
    }
}

void Control::turn(Processor& cpu) {
    // What the others have executed since counts for this one's target; steps are counted down where they are made.
    if (until_.instructions) {
        const u64 done = machine().instructions();
        cpu.debugging().stop_at_instruction(cpu.instructions() +
                                            (*until_.instructions > done ? *until_.instructions - done : 0));
    }
    if (asked_.exchange(false)) cpu.debugging().stop_here();
}

bool Control::wants(Processor& cpu, const isa::ExceptionTaken& e) {
    return which_exceptions_ && which_exceptions_(cpu.config().index, e);
}

bool Control::wants_marker(Processor& cpu, unsigned option) {
    return which_markers_ && which_markers_(cpu.config().index, option);
}

void Control::catch_exceptions(std::function<bool(unsigned, const isa::ExceptionTaken&)> which) {
    which_exceptions_ = std::move(which);
}

void Control::catch_markers(std::function<bool(unsigned, unsigned)> which) { which_markers_ = std::move(which); }

// --- break- and watchpoints ------------------------------------------------------------------------------------------

unsigned Control::add(const Breakpoint& breakpoint) {
    for (unsigned i = 0; i < cpus(); ++i) cpu(i).debugging().add(breakpoint);
    breakpoints_[next_point_] = breakpoint;
    return next_point_++;
}

unsigned Control::add(const Watchpoint& watchpoint) {
    for (unsigned i = 0; i < cpus(); ++i) cpu(i).debugging().add(watchpoint);
    watchpoints_[next_point_] = watchpoint;
    return next_point_++;
}

bool Control::remove(unsigned number) {
    if (const auto it = breakpoints_.find(number); it != breakpoints_.end()) {
        for (unsigned i = 0; i < cpus(); ++i) cpu(i).debugging().remove(it->second);
        breakpoints_.erase(it);
        return true;
    }
    if (const auto it = watchpoints_.find(number); it != watchpoints_.end()) {
        for (unsigned i = 0; i < cpus(); ++i) cpu(i).debugging().remove(it->second);
        watchpoints_.erase(it);
        return true;
    }
    return false;
}

void Control::forget_points() {
    while (!breakpoints_.empty()) remove(breakpoints_.begin()->first);
    while (!watchpoints_.empty()) remove(watchpoints_.begin()->first);
    which_exceptions_ = {};
    which_markers_ = {};
}

void Control::state_changed(unsigned index) {
    simulation_.note_change();
    cpu(index).debugging().state_changed();
}

// --- memory ----------------------------------------------------------------------------------------------------------

namespace {

/// Pieces of [address, address + size) that lie in one page each.
template <class Address, class Piece>
bool by_pages(Address address, std::size_t size, Piece piece) {
    for (std::size_t done = 0; done < size;) {
        const std::size_t here = std::min<std::size_t>(size - done, 0x1000 - (address & 0xfff));
        if (!piece(address, done, here)) return false;
        address = static_cast<Address>(address + here);
        done += here;
    }
    return true;
}

}  // namespace

std::optional<u64> Control::translate(unsigned index, u32 va, std::optional<isa::Privilege> level) {
    return cpu(index).look_up(va, level.value_or(cpu(index).state().privilege()));
}

bool Control::read(unsigned index, u32 va, void* bytes, std::size_t size, std::optional<isa::Privilege> level) {
    return by_pages(va, size, [&](u32 at, std::size_t done, std::size_t here) {
        const auto pa = translate(index, at, level);
        return pa && read_physical(index, *pa, static_cast<u8*>(bytes) + done, here);
    });
}

bool Control::write(unsigned index, u32 va, const void* bytes, std::size_t size, std::optional<isa::Privilege> level) {
    return by_pages(va, size, [&](u32 at, std::size_t done, std::size_t here) {
        const auto pa = translate(index, at, level);
        return pa && write_physical(*pa, static_cast<const u8*>(bytes) + done, here);
    });
}

bool Control::read_physical(unsigned index, u64 pa, void* bytes, std::size_t size) {
    PhysicalBus& bus = machine().bus(index);
    return by_pages(pa, size, [&](u64 at, std::size_t done, std::size_t here) {
        u8* out = static_cast<u8*>(bytes) + done;
        if (const DmiPage page = bus.dmi(at)) {
            std::copy_n(page.host + (at & 0xfff), here, out);
            return true;
        }
        for (const u64 end = at + here; at < end;) {
            // Registers are words where the piece allows it.
            const unsigned part = at % 4 == 0 && end - at >= 4 ? 4 : at % 2 == 0 && end - at >= 2 ? 2 : 1;
            u32 value = 0;
            if (bus.read(at, part, value, index, true) != BusResult::ok) return false;
            for (unsigned i = 0; i < part; ++i) *out++ = static_cast<u8>(value >> (8 * i));
            at += part;
        }
        return true;
    });
}

bool Control::write_physical(u64 pa, const void* bytes, std::size_t size) {
    return by_pages(pa, size, [&](u64 at, std::size_t done, std::size_t here) {
        const DmiPage page = machine().bus(0).dmi(at);
        if (!page || page.is_rom) return false;
        std::copy_n(static_cast<const u8*>(bytes) + done, here, page.host + (at & 0xfff));
        for (unsigned i = 0; i < cpus(); ++i) {
            cpu(i).memory_written(at, here);
            state_changed(i);
        }
        return true;
    });
}

}  // namespace vtoll::core
