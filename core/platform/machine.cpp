// SPDX-License-Identifier: Apache-2.0
#include "core/platform/machine.hpp"

#include <algorithm>
#include <ctime>
#include <optional>
#include <vector>

#include "core/platform/device_entry.hpp"
#include "core/platform/devices/cfi_flash.hpp"
#include "core/platform/memory_map.hpp"
#include "core/platform/psci.hpp"
#include "core/platform/tlm/bus_shell.hpp"
#include "core/platform/tlm/cpu_port.hpp"
#include "core/platform/tlm/cpu_shell.hpp"
#include "core/platform/tlm/device_shell.hpp"
#include "core/platform/tlm/meeting.hpp"
#include "gic/timers.hpp"

namespace vtoll::core {

namespace {

// A processor that is alone meets nobody but its own timers, which bound the run by themselves: a turn is only how
// often progress is reported. Turns has those of several.
constexpr u64 turn_alone = 1'000'000;
// Ticks after which WFE is over when nothing else ends it.
constexpr u64 longest_wait_for_event = 10'000;

/// Guest memory as one processor sees it now.
class View : public Semihosting::Memory {
public:
    explicit View(CpuIf& cpu) : cpu_(cpu) {}
    bool read(u32 va, void* bytes, std::size_t size) override {
        moved_ += size;
        return cpu_.read_virtual(va, bytes, size);
    }
    bool write(u32 va, const void* bytes, std::size_t size) override {
        moved_ += size;
        return cpu_.write_virtual(va, bytes, size);
    }
    u64 moved() const { return moved_; }

private:
    CpuIf& cpu_;
    u64 moved_ = 0;
};

}  // namespace

std::optional<u32> seconds_of_1970(const std::string& date) {
    std::tm parts{};
    const char* end = strptime(date.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
    if (end == nullptr || *end != '\0') return std::nullopt;
    const std::time_t seconds = timegm(&parts);
    if (seconds < 0 || seconds > 0xffff'ffff) return std::nullopt;
    return static_cast<u32>(seconds);
}

const char* outcome_name(Outcome::Kind kind) {
    switch (kind) {
    case Outcome::Kind::running: return "running";
    case Outcome::Kind::power_off: return "power_off";
    case Outcome::Kind::exited: return "exited";
    case Outcome::Kind::reset: return "reset";
    case Outcome::Kind::instruction_limit: return "instruction_limit";
    case Outcome::Kind::time_limit: return "time_limit";
    case Outcome::Kind::stop_point: return "stop_point";
    case Outcome::Kind::fault: return "fault";
    case Outcome::Kind::idle_forever: return "idle_forever";
    case Outcome::Kind::interrupted: return "interrupted";
    case Outcome::Kind::output_limit: return "output_limit";
    }
    return "?";
}

struct Machine::Parts : MachineIf, CpuSchedule, PowerControl {
    explicit Parts(const MachineKeys& c)
        : config(c),
          clock(c.clock_hz(), counter_hz),
          ram(memory_map::ram_base, c.ram),
          semihosting(console),
          gic(gic::Config{.cpus = c.cpus}),
          timers(gic),
          dma(
              ram,
              [this](u64 pa, u64 size) {
                  for (auto& cpu : cpus) cpu->memory_written(pa, size);
              },
              // A signal is noticed between turns: one is over when devices have had the host busy.
              [this] { cpus[running]->end_run_by(0); }),
          bus("bus", c.cpus),
          meeting({cpus, shells, gic, run_end, [this](unsigned cpu, u64 tick) { return deadline(cpu, tick); }}, c.cpus,
                  c.turn) {}

    void build(const CpuFactory& make_cpu) {
        Board board{config,
                    gic,
                    console,
                    dma,
                    [this] { return clock.nanoseconds(cpus[running]->now()); },
                    [this] { deadline_moved(running, cpus[running]->now()); },
                    [this] {
                        for (unsigned cpu = 0; cpu < config.cpus; ++cpu)
                            if (cpu != running) shells[cpu]->wake(cpus[running]->now());
                    },
                    [this] { end_here(Outcome::Kind::reset); }};
        for (const DeviceEntry* entry : device_list())
            if (entry->make && entry->is_on(config)) attach(*entry, board);
        bus.attach({ram.base(), ram.size()}, memory.socket);
        for (unsigned i = 0; i < config.cpus; ++i) {
            ports.push_back(std::make_unique<CpuPort>(("port" + std::to_string(i)).c_str(), i));
            ports[i]->socket.bind(bus.in[i]);
            cpus.push_back(make_cpu(i, *ports[i], *this));
            ports[i]->on_revoked([this, i](u64 pa, u64 size) { cpus[i]->direct_memory_revoked(pa, size); });
            shells.push_back(std::make_unique<CpuShell>(("cpu" + std::to_string(i)).c_str(), i, *this));
            shells[i]->set_cpu(*cpus[i]);
        }
        run_end.assign(config.cpus, 0);
        gic.on_lines_changed([this](unsigned cpu, const gic::Lines& lines) {
            meeting.lines_changed(restoring ? cpu : running, cpu, lines);
        });
        semihosting.on_exit([this](int code) { finish({Outcome::Kind::exited, code, running}); });
    }

    void attach(const DeviceEntry& entry, Board& board) {
        Attached& device = devices.emplace_back(Attached{&entry, entry.make(entry, board), {}});
        if (auto* flash = dynamic_cast<CfiFlash*>(device.device.get()))
            device.shell = std::make_unique<FlashShell>(entry.name, *flash);
        else device.shell = std::make_unique<DeviceShell>(entry.name, *device.device);
        if (auto* one = dynamic_cast<TimedDevice*>(device.device.get())) timed.push_back(one);
        bus.attach(entry.window, device.shell->socket);
    }

    void finish(Outcome o) {
        if (finished()) return;
        outcome = o;
        sc_core::sc_pause();
    }

    /// As soon as the running processor's block has ended.
    void end_here(Outcome::Kind kind) {
        finish({kind, 0, running});
        cpus[running]->end_run_by(0);
    }

    u64 instructions() const {
        u64 sum = 0;
        for (const auto& cpu : cpus) sum += cpu->instructions();
        return sum;
    }

    // --- CpuSchedule
    bool finished() const override { return outcome.kind != Outcome::Kind::running; }

    u64 prepare(unsigned cpu, u64 tick) override {
        running = cpu;
        if (unfinished != cpu) {
            if (!config.private_timers) timers.update(cpu, clock.counter(tick));
            for (TimedDevice* device : timed) device->update(cpu, clock.nanoseconds(tick));
            run_end[cpu] = config.cpus == 1 ? tick + turn_alone : meeting.begin_turn(cpu, tick);
        }
        unfinished.reset();
        if (tick >= limits.ticks) finish({Outcome::Kind::time_limit, 0, cpu});
        if (progress && !progress()) finish({Outcome::Kind::interrupted, 0, cpu});
        if (limits.instructions != never) {
            const u64 done = instructions();
            const u64 left = limits.instructions > done ? limits.instructions - done : 0;
            cpus[cpu]->set_instruction_limit(cpus[cpu]->instructions() + left);
        }
        run_end[cpu] = std::min(run_end[cpu], deadline(cpu, tick));
        return std::min(run_end[cpu], limits.ticks);
    }

    /// When time by itself changes an interrupt next: this processor's timers, an alarm of a device.
    u64 deadline(unsigned cpu, u64 tick) const {
        u64 first = clock.tick_of_count(timers.next_deadline(cpu, clock.counter(tick)));
        for (const TimedDevice* device : timed)
            if (const u64 alarm = device->alarm(cpu); alarm != TimedDevice::no_alarm)
                first = std::min(first, clock.tick_of_nanoseconds(alarm));
        return first;
    }

    u64 wake_up(unsigned cpu, u64 tick, bool for_event) override {
        return std::min(
            {deadline(cpu, tick), for_event ? next_event(cpu, tick) : never, meeting.arrival(cpu), limits.ticks});
    }

    /// An event of the timers' event streams (ARM DDI 0406C §B8.1.4). Without a stream a bounded sleep: WFE may end for
    /// any reason (§B1.8.14), and software that relies on it is not to hang.
    u64 next_event(unsigned cpu, u64 tick) const {
        const isa::SysRegs& sys = cpus[cpu]->state().sys;
        const u64 count = clock.counter(tick), offset = timers.cntvoff(cpu);
        const u64 of_virtual = gic::EventStream::decode(sys.cntkctl).next(count - offset);
        const u64 of_physical = gic::EventStream::decode(sys.cnthctl).next(count);
        const u64 next = std::min(of_physical, of_virtual == never ? never : of_virtual + offset);
        return next == never ? tick + longest_wait_for_event : clock.tick_of_count(next);
    }

    void stopped(unsigned cpu, StopReason reason) override {
        switch (reason) {
        case StopReason::limit: finish({Outcome::Kind::instruction_limit, 0, cpu}); break;
        case StopReason::stop_point: finish({Outcome::Kind::stop_point, 0, cpu}); break;
        case StopReason::fault: finish({Outcome::Kind::fault, 0, cpu}); break;
        default: break;  // halted: whoever asked for it has said why
        }
    }

    u64 picoseconds(u64 tick) const override { return tick == never ? never : clock.picoseconds(tick); }

    // --- MachineIf
    u64 counter(u64 tick) override { return clock.counter(tick); }
    u64 counter_virtual_offset(unsigned cpu) override { return timers.cntvoff(cpu); }

    void set_counter_virtual_offset(unsigned cpu, u64 offset, u64 tick) override {
        timers.set_cntvoff(cpu, offset, clock.counter(tick));
        deadline_moved(cpu, tick);
    }

    u64 timer_read(unsigned cpu, isa::Timer timer, isa::TimerReg reg, u64 tick) override {
        const auto id = static_cast<gic::TimerId>(timer);
        const u64 count = clock.counter(tick);
        switch (reg) {
        case isa::TimerReg::cval: return timers.cval(cpu, id);
        case isa::TimerReg::tval: return timers.tval(cpu, id, count);
        case isa::TimerReg::ctl: return timers.ctl(cpu, id, count);
        }
        return 0;
    }

    void performance_interrupt(unsigned cpu, bool level) override {
        gic.set_ppi(cpu, gic::intid::performance_monitors - 16, level);
    }
    void timer_write(unsigned cpu, isa::Timer timer, isa::TimerReg reg, u64 value, u64 tick) override {
        const auto id = static_cast<gic::TimerId>(timer);
        const u64 count = clock.counter(tick);
        switch (reg) {
        case isa::TimerReg::cval: timers.set_cval(cpu, id, value, count); break;
        case isa::TimerReg::tval: timers.set_tval(cpu, id, static_cast<u32>(value), count); break;
        case isa::TimerReg::ctl: timers.set_ctl(cpu, id, static_cast<u32>(value), count); break;
        }
        deadline_moved(cpu, tick);
    }

    void deadline_moved(unsigned cpu, u64 tick) {
        const u64 next = deadline(cpu, tick);
        if (next >= run_end[cpu]) return;
        run_end[cpu] = next;
        cpus[cpu]->end_run_by(next);
    }

    void send_event(unsigned cpu) override {
        for (unsigned other = 0; other < config.cpus; ++other)
            if (other != cpu) meeting.event_sent(cpu, other);
    }

    void broadcast_tlb(unsigned cpu, isa::TlbOp op, isa::TlbSide side, u32 operand, u8 vmid) override {
        for (unsigned other = 0; other < config.cpus; ++other)
            if (other != cpu) cpus[other]->tlb_maintenance_from_other(op, side, operand, vmid);
        if (config.cpus > 1) meeting.end_turn(cpu);  // the barrier behind it waits until the others have done it
    }

    void broadcast_cache(unsigned cpu, isa::CacheOp op, u32 operand, u64 pa) override {
        for (unsigned other = 0; other < config.cpus; ++other)
            if (other != cpu) cpus[other]->cache_maintenance_from_other(op, operand, pa);
    }

    void polls(unsigned cpu, bool waits, std::span<const u64> granules, bool devices) override {
        meeting.polls(cpu, waits, granules, devices);
    }

    bool reached(unsigned cpu, u32 pollers, u64 tick) override { return meeting.reached(cpu, pollers, tick); }

    void code_decoded(unsigned cpu, u64 pa) override {
        for (unsigned other = 0; other < config.cpus; ++other)
            if (other != cpu) cpus[other]->code_elsewhere(pa);
    }

    bool code_written(unsigned cpu, u64 pa, u32 bytes) override {
        bool none_left = true;
        for (unsigned other = 0; other < config.cpus; ++other)
            if (other != cpu) none_left &= cpus[other]->code_overwritten(pa, bytes);
        return none_left;
    }

    bool firmware_call(unsigned cpu, isa::CpuState& state, bool smc) override {
        if (smc != config.virtualization) return false;
        state.r[0] = psci::call(*this, cpu, {state.r[0], state.r[1], state.r[2], state.r[3]});
        return true;
    }

    bool semihosting_call(unsigned cpu, isa::CpuState& state) override {
        if (!config.semihosting) return false;
        View view(*cpus[cpu]);
        state.r[0] = semihosting.call(view, state.r[0], state.r[1], clock.nanoseconds(cpus[cpu]->now()));
        if (view.moved() >= Dma::much) cpus[cpu]->end_run_by(0);
        return true;
    }

    bool stop_requested(unsigned cpu) override { return finished() || !shells[cpu]->powered(); }

    // --- PowerControl
    unsigned cpu_count() const override { return config.cpus; }
    Power power(unsigned cpu) const override { return shells[cpu]->powered() ? Power::on : Power::off; }
    void power_on(unsigned cpu, u32 entry, u32 context, unsigned by) override {
        shells[cpu]->power_on({entry, {context}, start_mode()}, cpus[by]->now());
        meeting.deal(by);
    }
    void power_off(unsigned cpu) override { shells[cpu]->power_off(); }
    void system_off() override { finish({Outcome::Kind::power_off, 0, running}); }
    void system_reset() override { finish({Outcome::Kind::reset, 0, running}); }

    // --- checkpoints
    using Section = std::function<void(const std::string& name, const std::function<void(Archive&)>& part)>;
    void serialize(const Section& section) {
        section("machine", [&](Archive& ar) {
            ar(running, run_end, clock, dma);
            if (running >= config.cpus || run_end.size() != config.cpus)
                ar.refuse("is of another number of processors");
        });
        // The controller tells the processors of its lines: they come after it, and their turns last.
        section("gic", [&](Archive& ar) {
            gic::State state = gic.state();
            ar(state);
            restoring = ar.restoring();
            if (restoring) gic.restore(state);
            restoring = false;
        });
        section("timers", [&](Archive& ar) { ar(timers); });
        section("console", [&](Archive& ar) { ar(console); });
        section("semihosting", [&](Archive& ar) { ar(semihosting); });
        for (const Attached& each : devices)
            section(std::string("device.") + each.entry->name, [&](Archive& ar) { each.device->serialize(ar); });
        for (unsigned i = 0; i < config.cpus; ++i)
            section("cpu" + std::to_string(i), [&](Archive& ar) { ar(*cpus[i]); });
        section("turns", [&](Archive& ar) {
            for (const auto& shell : shells) ar(*shell);
            if (config.cpus > 1) ar(meeting);
        });
    }

    /// The processor that was stopped goes on with the turn it had.
    void go_on() {
        outcome = {};
        unfinished = running;
        shells[running]->resume();
    }

    /// After everything was restored.
    void resume() {
        const u64 now = cpus[running]->now();
        u64 earliest = now, latest = now;
        for (unsigned i = 0; i < config.cpus; ++i) {
            if (!shells[i]->powered()) continue;
            earliest = std::min(earliest, cpus[i]->now());
            latest = std::max(latest, cpus[i]->now());
        }
        const bool same_frequency = clock.tick_hz() == config.clock_hz();
        Clock restored(config.clock_hz(), counter_hz);
        restored.continue_from(clock, earliest, latest);
        clock = restored;
        meeting.restored();
        for (const auto& shell : shells) {
            shell->resume();
            if (!same_frequency) shell->wake(now);  // sleepers look again when to get up
        }
        go_on();
    }

    isa::Mode start_mode() const { return config.virtualization ? isa::Mode::hyp : isa::Mode::svc; }

    MachineKeys config;
    Clock clock;
    Ram ram;
    Console console;
    Semihosting semihosting;
    gic::Gic gic;
    gic::Timers timers;
    Dma dma;

    BusShell bus;
    MemoryShell memory{"memory", ram};
    struct Attached {
        const DeviceEntry* entry;
        std::unique_ptr<Device> device;
        std::unique_ptr<DeviceShell> shell;
    };
    std::vector<Attached> devices;    ///< all that are on the bus
    std::vector<TimedDevice*> timed;  ///< those of them whom time concerns
    std::vector<std::unique_ptr<CpuPort>> ports;
    std::vector<std::unique_ptr<CpuIf>> cpus;
    std::vector<std::unique_ptr<CpuShell>> shells;

    RunLimits limits;
    Outcome outcome;
    std::function<bool()> progress;
    unsigned running = 0;      ///< the processor whose turn it is
    std::vector<u64> run_end;  ///< per processor: where its run is to end
    Meeting meeting;
    bool restoring = false;
    std::optional<unsigned> unfinished;  ///< the processor that was stopped in the middle of its turn
};

Machine::Machine(const MachineKeys& config, const CpuFactory& make_cpu) : parts_(std::make_unique<Parts>(config)) {
    parts_->build(make_cpu);
}

Machine::~Machine() = default;

const MachineKeys& Machine::config() const { return parts_->config; }
isa::Mode Machine::start_mode() const { return parts_->start_mode(); }
Ram& Machine::ram() { return parts_->ram; }
Console& Machine::console() { return parts_->console; }
Semihosting& Machine::semihosting() { return parts_->semihosting; }
gic::Gic& Machine::gic() { return parts_->gic; }
Device* Machine::device_at(u64 pa) {
    for (const auto& each : parts_->devices)
        if (each.entry->window.holds(pa)) return each.device.get();
    return nullptr;
}
std::vector<Device*> Machine::devices() {
    std::vector<Device*> all;
    for (const auto& each : parts_->devices) all.push_back(each.device.get());
    return all;
}
const Clock& Machine::clock() const { return parts_->clock; }
CpuIf& Machine::cpu(unsigned index) { return *parts_->cpus.at(index); }
PhysicalBus& Machine::bus(unsigned index) { return *parts_->ports.at(index); }

void Machine::start(CpuStart start) {
    start.mode = parts_->start_mode();
    parts_->shells[0]->power_on(start, 0);
}

void Machine::stop() { parts_->end_here(Outcome::Kind::stop_point); }

void Machine::output_full() { parts_->end_here(Outcome::Kind::output_limit); }

void Machine::on_progress(std::function<bool()> progress) { parts_->progress = std::move(progress); }

void Machine::save(const SaveSection& section) {
    parts_->serialize([&](const std::string& name, const std::function<void(Archive&)>& part) {
        Archive ar;
        part(ar);
        section(name, ar.take());
    });
}

void Machine::restore(const RestoreSection& section) {
    parts_->serialize([&](const std::string& name, const std::function<void(Archive&)>& part) {
        Archive ar(section(name), name);
        part(ar);
        ar.finish();
    });
    parts_->resume();
}

Outcome Machine::run(const RunLimits& limits) {
    parts_->limits = limits;
    if (parts_->finished()) parts_->go_on();
    sc_core::sc_start();
    // Without another event the kernel comes back by itself: everybody sleeps and no timer is set.
    if (!parts_->finished()) parts_->outcome = {Outcome::Kind::idle_forever, 0, 0};
    return parts_->outcome;
}

void Machine::interrupt() { parts_->finish({Outcome::Kind::interrupted, 0, parts_->running}); }

u64 Machine::instructions() const { return parts_->instructions(); }

u64 Machine::ticks() const {
    u64 furthest = 0;
    for (const auto& cpu : parts_->cpus) furthest = std::max(furthest, cpu->now());
    return furthest;
}

}  // namespace vtoll::core
