// SPDX-License-Identifier: Apache-2.0
#include "core/scenario/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/platform/device_tree.hpp"
#include "core/scenario/stock_image.hpp"
#include "core/timing/core_profile.hpp"
#include "core/timing/profile_path.hpp"

namespace vtoll::core {

namespace {

constexpr u64 page(u64 address) { return (address + 0xfff) & ~u64{0xfff}; }

isa::Features features_of(const Scenario& s) {
    isa::Features features;
    features.virtualization = s.machine.virtualization;
    features.smc_is_firmware = s.machine.virtualization;
    features.hvc_is_firmware = !s.machine.virtualization;
    features.semihosting = s.machine.semihosting;
    return features;
}

}  // namespace

void settle(Scenario& scenario) {
    if (!scenario.machine.clock_mhz) scenario.machine.clock_mhz = pricing_for(scenario.timing.rung).clock_mhz();
}

Simulation::Simulation(Scenario scenario, const SearchPath& search, std::optional<InputFile> file)
    : scenario_(std::move(scenario)) {
    if (file) inputs_.push_back(std::move(*file));
    settle(scenario_);
    note_price_table();
    make_machine();
    load(search);
    boot();
    set_triggers();
}

InputFile Simulation::read(const SearchPath& search, const std::string& name, const std::string& asked_by) {
    inputs_.push_back(is_stock_image(name) ? read_stock_image(name, asked_by)
                                           : read_input(search.find(name, asked_by), name));
    return inputs_.back();
}

/// The price table is an input like any other, and so is what it extends. Shipped ones are known by name.
void Simulation::note_price_table() {
    const std::string& rung = scenario_.timing.rung;
    const bool own = rung.ends_with(".toml");
    const auto path = own ? std::filesystem::path(rung) : profile_directory() / (rung + ".toml");
    if (!std::filesystem::exists(path)) return;
    for (const std::filesystem::path file : profile_files(path.string()))
        inputs_.push_back(read_input(file, own ? file.string() : file.filename().string()));
}

void Simulation::make_machine() {
    const Pricing pricing = pricing_for(scenario_.timing.rung, scenario_.timing.set);
    const MachineConfig config{
        .virtualization = scenario_.machine.virtualization,
        .cpus = scenario_.machine.cpus,
        .ram_size = scenario_.machine.ram,
        .clock_hz = *scenario_.machine.clock_mhz * 1'000'000,
        .semihosting = scenario_.machine.semihosting,
    };
    machine_ = std::make_unique<Machine>(config, [&](unsigned index, PhysicalBus& bus, MachineIf& machine) {
        CpuConfig cpu;
        cpu.index = index;
        cpu.features = features_of(scenario_);
        cpu.pricing = pricing;
        cpu.clock_hz = config.clock_hz;
        cpu.use_l0 = scenario_.engine.l0;
        cpu.use_links = scenario_.engine.links;
        auto made = std::make_unique<Cpu>(cpu, bus, machine);
        cpus_.push_back(made.get());
        return made;
    });
}

void Simulation::load(const SearchPath& search) {
    const Ram& ram = machine_->ram();
    std::vector<Image> placed;
    for (std::size_t i = 0; i < scenario_.images.size(); ++i) {
        const ImageSpec& spec = scenario_.images[i];
        const std::string asked_by = fmt::format("{}: image[{}].file", scenario_.name, i);
        LoadedImage loaded{spec, make_image(read(search, spec.file, asked_by), spec.kind, spec.address, ram), {}};
        if (!spec.phases.empty())
            loaded.phases = read(search, spec.phases, fmt::format("{}: image[{}].phases", scenario_.name, i));
        images_.push_back(std::move(loaded));
    }
    load_domains(search);
    for (const LoadedImage& loaded : images_) placed.push_back(loaded.image);
    check_placement(placed, ram);
    for (const Image& image : placed) place(image, machine_->ram());

    for (const SymbolsSpec& spec : scenario_.symbols) {
        LoadedSymbols loaded{spec, read_symbols(read(search, spec.file, scenario_.name + ": symbols.file")), {}};
        if (!spec.phases.empty()) loaded.phases = read(search, spec.phases, scenario_.name + ": symbols.phases");
        symbols_.push_back(std::move(loaded));
    }
    if (!scenario_.machine.dtb.empty()) dtb_ = read(search, scenario_.machine.dtb, scenario_.name + ": machine.dtb");
    machine_->console().set_input(scenario_.console.input);
    if (!scenario_.console.input_file.empty())
        machine_->console().set_input(
            read(search, scenario_.console.input_file, scenario_.name + ": console.input_file").bytes);
}

/// Where QEMU puts it: at the start of RAM, or behind the initial RAM disk for a Linux image. When images cover the
/// start of RAM: behind the last of them.
u64 Simulation::place_device_tree(u64 size, bool linux_image, u64 initrd_end) const {
    const Ram& ram = machine_->ram();
    u64 lowest = ram.base() + ram.size(), highest = ram.base();
    for (const LoadedImage& loaded : images_)
        for (const Segment& segment : loaded.image.segments) {
            lowest = std::min(lowest, segment.pa);
            highest = std::max(highest, segment.pa + segment.memory_size);
        }
    const u64 behind_initrd = initrd_end ? page(initrd_end) : ram.base() + std::min<u64>(ram.size() / 2, 128u << 20);
    u64 address = linux_image ? behind_initrd : ram.base();
    const bool collides = linux_image ? highest > address && !initrd_end : ram.base() + size > lowest;
    if (collides) address = page(highest);
    if (!ram.holds(address, size))
        throw InputError(fmt::format("{}: no room in RAM for the device tree ({} bytes)", scenario_.name, size));
    return address;
}

void Simulation::boot() {
    BootInfo info{scenario_.machine.bootargs, 0, 0};
    std::optional<u64> entry = scenario_.machine.entry;
    bool linux_image = false;
    u64 highest = machine_->ram().base();
    for (const LoadedImage& loaded : images_) {
        if (!entry && loaded.image.entry) entry = *loaded.image.entry;
        linux_image |= loaded.image.kind == ImageKind::zimage;
        for (const Segment& segment : loaded.image.segments) {
            highest = std::max(highest, segment.pa + segment.memory_size);
            if (loaded.image.kind != ImageKind::initrd) continue;
            info.initrd_start = segment.pa;
            info.initrd_end = segment.pa + segment.memory_size;
        }
    }
    if (!entry)
        throw InputError(scenario_.name + ": no image says where to start; expected an ELF file, a zImage or machine.entry");

    const MachineConfig& config = machine_->config();
    std::string& tree = device_tree_;
    tree = dtb_ ? adapt_device_tree(dtb_->bytes, dtb_->name, config, info) : make_device_tree(config, info);
    if (!domains_.empty()) tree = add_boot_domains(tree, info.bootargs, domains_);
    const u64 at = place_device_tree(tree.size(), linux_image, info.initrd_end);
    std::memcpy(machine_->ram().at(at), tree.data(), tree.size());

    const u64 end = machine_->ram().base() + machine_->ram().size();
    const u64 heap = page(std::max(highest, at + tree.size()));
    machine_->semihosting().set_heap({static_cast<u32>(std::min(heap, end)), static_cast<u32>(end),
                                      static_cast<u32>(end), static_cast<u32>(std::min(heap, end))});
    machine_->semihosting().set_command_line(scenario_.machine.bootargs);
    // The registers of the Linux boot protocol; other images may ignore them.
    machine_->start({.pc = static_cast<u32>(*entry), .args = {0, ~u32{0}, static_cast<u32>(at), 0}});
}

void Simulation::set_triggers() {
    for (const TriggerSpec& trigger : scenario_.triggers) {
        u32 address = trigger.address;
        if (!trigger.symbol.empty()) {
            const Symbol* found = nullptr;
            for (const LoadedImage& loaded : images_)
                if (!found) found = loaded.image.symbols.named(trigger.symbol);
            for (const LoadedSymbols& loaded : symbols_)
                if (!found) found = loaded.symbols.named(trigger.symbol);
            if (!found)
                throw InputError(fmt::format("{}: trigger.at: no symbol '{}' in any image", scenario_.name, trigger.symbol));
            address = found->address;
        }
        for (Cpu* cpu : cpus_) cpu->add_trigger(trigger.level, address, trigger.marker);
    }
}

Outcome Simulation::run() {
    for (Watcher* watcher : watchers_) watcher->attach(*this);
    RunLimits limits;
    limits.instructions = scenario_.limits.instructions;
    if (scenario_.limits.seconds > 0) limits.ticks = machine_->clock().ticks_in(scenario_.limits.seconds);
    outcome_ = machine_->run(limits);
    for (Watcher* watcher : watchers_) watcher->finish(*this);
    return outcome_;
}

void Simulation::write(RunDirectory& directory) {
    directory.add("config.toml", to_toml(scenario_));
    directory.add("manifest.json", make_manifest(scenario_, inputs_));
    directory.add("machine.dtb", device_tree_);
    directory.add("console.log", machine_->console().log());
    for (Watcher* watcher : watchers_) watcher->write(*this, directory);
}

std::string Simulation::describe_pc(unsigned cpu) {
    const isa::CpuState& s = cpus_.at(cpu)->state();
    const u32 pc = s.r[15];
    std::string name;
    for (const LoadedSymbols& loaded : symbols_)
        if (name.empty() && (loaded.spec.world == "hypervisor") == s.is_hyp()) name = loaded.symbols.describe(pc);
    for (const LoadedImage& loaded : images_)
        if (name.empty() && (loaded.spec.symbols != "hypervisor" || s.is_hyp())) name = loaded.image.symbols.describe(pc);
    return fmt::format("pc {:#010x}{} in {} mode", pc, name.empty() ? "" : " <" + name + ">", isa::mode_name(s.mode()));
}

std::string Simulation::summary() {
    const std::string place = fmt::format("processor {} at {}", outcome_.cpu, describe_pc(outcome_.cpu));
    switch (outcome_.kind) {
    case Outcome::Kind::power_off: return "powered off by the guest";
    case Outcome::Kind::exited: return fmt::format("the guest exited with code {}", outcome_.guest_code);
    case Outcome::Kind::reset: return "the guest asked for a reset: " + place;
    case Outcome::Kind::instruction_limit:
        return fmt::format("stopped at the limit of {} instructions: {}", scenario_.limits.instructions, place);
    case Outcome::Kind::time_limit:
        return fmt::format("stopped at the limit of {} s of the machine's time: {}", scenario_.limits.seconds, place);
    case Outcome::Kind::marker: return "stopped by a marker: " + place;
    case Outcome::Kind::fault: return "the guest is stuck: its exceptions have no handler it can fetch: " + place;
    case Outcome::Kind::idle_forever: return "the guest waits for ever: every processor sleeps and no timer is set: " + place;
    case Outcome::Kind::interrupted: return "interrupted: " + place;
    case Outcome::Kind::running: break;
    }
    return "running";
}

}  // namespace vtoll::core
