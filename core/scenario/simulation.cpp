// SPDX-License-Identifier: Apache-2.0
#include "core/scenario/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/base/profile_path.hpp"
#include "core/base/sha256.hpp"
#include "core/platform/device_tree.hpp"
#include "core/platform/devices/cfi_flash.hpp"
#include "core/platform/devices/fw_cfg.hpp"
#include "core/scenario/processor.hpp"
#include "core/scenario/stock_image.hpp"
#include "core/timing/core_profile.hpp"

namespace vtoll::core {

namespace {

constexpr u64 page(u64 address) { return (address + 0xfff) & ~u64{0xfff}; }

void settle_clock(Scenario& scenario) {
    if (!scenario.machine.clock_mhz) scenario.machine.clock_mhz = pricing_for(scenario.timing.rung).clock_mhz();
}

}  // namespace

void settle(Scenario& scenario) {
    settle_core(scenario);
    settle_clock(scenario);
}

Simulation::Simulation(Scenario scenario, const SearchPath& search, std::optional<InputFile> file,
                       const CheckpointFile* checkpoint)
    : scenario_(std::move(scenario)), checkpoint_(checkpoint) {
    if (file) inputs_.push_back(std::move(*file));
    if (checkpoint_) keep_core(scenario_, parse_scenario(checkpoint_->head().scenario, checkpoint_->name(), {}));
    else settle_core(scenario_);
    declared_ = to_toml(scenario_);
    own_clock_ = scenario_.machine.clock_mhz.has_value();
    settle_clock(scenario_);
    note_price_table();
    make_machine();
    load(search);
    boot();
    if (checkpoint_) restore();
    open_semihosting_folder();
    set_triggers();
}

InputFile Simulation::read(const SearchPath& search, const std::string& name, const std::string& asked_by) {
    inputs_.push_back(read_named(search, name, asked_by));
    return inputs_.back();
}

/// A file, or a shipped one by its name.
InputFile Simulation::calls_file(const SearchPath& search, const std::string& what) {
    std::optional<InputFile> shipped = shipped_calls_file(what);
    if (!shipped) return read(search, what, scenario_.name + ": worlds.calls");
    inputs_.push_back(std::move(*shipped));
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
    const Pricing pricing = pricing_for(scenario_.timing);
    const ProcessorIdentity who = processor_identity(scenario_);
    compatible_ = who.compatible;
    scenario_.machine.scu = who.scu;
    std::shared_ptr<Cluster> cluster;
    if (pricing.core && scenario_.machine.cpus > 1)
        cluster = std::make_shared<Cluster>(pricing.core->l2, Placement(scenario_.timing.placement),
                                            pricing.core->free.has(FreePart::refill));
    machine_ = std::make_unique<Machine>(scenario_.machine, [&](unsigned index, PhysicalBus& bus, MachineIf& machine) {
        ProcessorConfig cpu;
        cpu.index = index;
        cpu.alone = scenario_.machine.cpus == 1;
        cpu.features = who.features;
        cpu.identity = who.of_processor(index);
        cpu.pmu_events = who.pmu_events;
        cpu.pmu_instructions = who.pmu_instructions;
        cpu.pricing = pricing;
        cpu.cluster = cluster;
        cpu.clock_hz = scenario_.machine.clock_hz();
        cpu.placement = scenario_.timing.placement;
        cpu.use_l0 = scenario_.engine.l0;
        cpu.use_links = scenario_.engine.links;
        cpu.hot = scenario_.engine.translate ? scenario_.engine.hot : 0;
        auto made = std::make_unique<Processor>(cpu, bus, machine);
        cpus_.push_back(made.get());
        return made;
    });
}

void Simulation::load(const SearchPath& search) {
    const Ram& ram = machine_->ram();
    std::vector<Image> placed;
    const bool firmware = std::any_of(scenario_.images.begin(), scenario_.images.end(),
                                      [](const ImageSpec& spec) { return spec.kind == ImageKind::flash; });
    if (firmware && !machine_->device<CfiFlash>())
        throw InputError(scenario_.name +
                         ": image.kind \"flash\": this machine has no flash; expected machine.devices = \"all\"");
    for (std::size_t i = 0; i < scenario_.images.size(); ++i) {
        const ImageSpec& spec = scenario_.images[i];
        const std::string asked_by = fmt::format("{}: image[{}].file", scenario_.name, i);
        LoadedImage loaded{spec, make_image(read(search, spec.file, asked_by), spec.kind, spec.address, ram), {}};
        if (!spec.phases.empty())
            loaded.phases = read(search, spec.phases, fmt::format("{}: image[{}].phases", scenario_.name, i));
        if (firmware && !spec.address) hand_to_firmware(loaded.image);
        images_.push_back(std::move(loaded));
    }
    load_domains(search);
    plug_virtio(search);
    for (const LoadedImage& loaded : images_) placed.push_back(loaded.image);
    check_placement(placed, ram);
    if (!checkpoint_)
        for (const Image& image : placed)
            place(image, image.kind == ImageKind::flash ? flash_holding(image) : machine_->ram());

    for (const SymbolsSpec& spec : scenario_.symbols) {
        const InputFile file = read(search, spec.file, scenario_.name + ": symbols.file");
        LoadedSymbols loaded{spec, read_symbols(file).moved(spec.offset), {}};
        if (!spec.phases.empty()) loaded.phases = read(search, spec.phases, scenario_.name + ": symbols.phases");
        symbols_.push_back(std::move(loaded));
    }
    if (const std::string& calls = scenario_.worlds.calls; !calls.empty()) calls_ = calls_file(search, calls);
    if (!scenario_.machine.dtb.empty()) dtb_ = read(search, scenario_.machine.dtb, scenario_.name + ": machine.dtb");
    machine_->console().limit(scenario_.limits.output, [this] { machine_->output_full(); });
    machine_->semihosting().files().limit(scenario_.limits.output);
    machine_->console().set_input(scenario_.console.input);
    machine_->console().set_typing(scenario_.console.typing);
    if (!scenario_.console.input_file.empty())
        machine_->console().set_input(
            read(search, scenario_.console.input_file, scenario_.name + ": console.input_file").bytes);
}

void Simulation::plug_virtio(const SearchPath& search) {
    for (std::size_t i = 0; i < scenario_.virtio.size(); ++i) {
        const VirtioSpec& spec = scenario_.virtio[i];
        const std::string place = fmt::format("{}: virtio[{}]", scenario_.name, i);
        std::string bytes;
        if (!spec.file.empty()) bytes = read(search, spec.file, place + ".file").bytes;
        virtio_.plug(*machine_->device<VirtioSlots>(), spec, std::move(bytes), scenario_.machine.seed, place);
    }
    virtio_.limit_consoles(scenario_.limits.output, [this] { machine_->output_full(); });
}

Ram& Simulation::flash_holding(const Image& image) {
    return dynamic_cast<CfiFlash&>(*machine_->device_at(image.segments.at(0).pa)).contents();
}

/// Firmware in flash is to find kernel and RAM disk in the configuration device, as on QEMU.
void Simulation::hand_to_firmware(Image& image) {
    if (image.kind != ImageKind::zimage && image.kind != ImageKind::initrd) return;
    FwCfg& fw_cfg = *machine_->device<FwCfg>();
    const bool kernel = image.kind == ImageKind::zimage;
    fw_cfg.set_with_size(kernel ? FwCfg::kernel_size : FwCfg::initrd_size,
                         kernel ? FwCfg::kernel_data : FwCfg::initrd_data, image.file.bytes);
    if (kernel) fw_cfg.set_with_size(FwCfg::cmdline_size, FwCfg::cmdline_data, scenario_.machine.bootargs + '\0');
    image.segments.clear();
    image.entry.reset();
}

/// Where QEMU puts it: at the start of RAM, or behind the initial RAM disk for a Linux image. When images cover the
/// start of RAM: behind the last of them.
u64 Simulation::place_device_tree(u64 size, bool linux_image, u64 initrd_end) const {
    const Ram& ram = machine_->ram();
    u64 lowest = ram.base() + ram.size(), highest = ram.base();
    for (const LoadedImage& loaded : images_)
        for (const Segment& segment : loaded.image.segments) {
            if (loaded.image.kind == ImageKind::flash) continue;
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
    BootInfo info{scenario_.machine.bootargs, 0, 0, compatible_};
    std::optional<u64> entry = scenario_.machine.entry;
    bool linux_image = false, from_flash = false;
    u64 highest = machine_->ram().base();
    for (const LoadedImage& loaded : images_) {
        if (!entry && loaded.image.entry) entry = *loaded.image.entry;
        linux_image |= (loaded.image.kind == ImageKind::zimage && !loaded.image.segments.empty()) ||
                       (loaded.spec.kind == ImageKind::kernel && loaded.image.kind == ImageKind::raw);
        from_flash |= loaded.image.kind == ImageKind::flash;
        if (loaded.image.kind == ImageKind::flash) continue;
        for (const Segment& segment : loaded.image.segments) {
            highest = std::max(highest, segment.pa + segment.memory_size);
            if (loaded.image.kind != ImageKind::initrd) continue;
            info.initrd_start = segment.pa;
            info.initrd_end = segment.pa + segment.memory_size;
        }
    }
    if (!entry)
        throw InputError(scenario_.name +
                         ": no image says where to start; expected an ELF file, a zImage or machine.entry");

    const MachineKeys& config = machine_->config();
    std::string& tree = device_tree_;
    tree = dtb_ ? adapt_device_tree(dtb_->bytes, dtb_->name, config, info) : make_device_tree(config, info);
    if (!domains_.empty()) tree = add_boot_domains(tree, info.bootargs, domains_);
    const u64 at = place_device_tree(tree.size(), linux_image, info.initrd_end);
    if (checkpoint_) return;
    std::memcpy(machine_->ram().at(at), tree.data(), tree.size());

    const u64 end = machine_->ram().base() + machine_->ram().size();
    const u64 heap = page(std::max(highest, at + tree.size()));
    machine_->semihosting().set_heap({static_cast<u32>(std::min(heap, end)), static_cast<u32>(end),
                                      static_cast<u32>(end), static_cast<u32>(std::min(heap, end))});
    machine_->semihosting().set_command_line(scenario_.machine.bootargs);
    // The registers of the Linux boot protocol; other images may ignore them. Firmware comes out of reset.
    CpuStart start{.pc = static_cast<u32>(*entry), .args = {0, ~u32{0}, static_cast<u32>(at), 0}};
    if (from_flash) start.args = {};
    machine_->start(start);
}

/// Input that the saved run had and has not read is read first, then the scenario's, unless this is that run going on.
void Simulation::restore() {
    const Scenario saved = parse_scenario(checkpoint_->head().scenario, checkpoint_->name(), {});
    check_same_machine(*checkpoint_, saved, scenario_, inputs_in_memory());
    const std::string input = machine_->console().input();
    restore_machine(*checkpoint_, *machine_);
    const bool same_run = saved.console == scenario_.console && saved.boot.until == scenario_.boot.until;
    if (!same_run) {
        machine_->console().add_input(input);
        machine_->console().set_typing(scenario_.console.typing);
    }
    inputs_.push_back(checkpoint_->input());
}

std::vector<CheckpointHead::Input> Simulation::inputs_in_memory() const {
    std::vector<CheckpointHead::Input> found;
    for (const std::string& name : files_in_memory(scenario_))
        for (const InputFile& input : inputs_)
            if (input.name == name) {
                found.push_back({name, input.sha256});
                break;
            }
    return found;
}

void Simulation::serialize_watchers(Archive& ar) {
    for (Watcher* watcher : watchers_) watcher->serialize(ar);
}

std::optional<Simulation::Place> Simulation::find_symbol(const std::string& name) const {
    for (const LoadedImage& loaded : images_)
        if (const Symbol* found = loaded.image.symbols.named(name))
            return Place{found->address,
                         scenario_.machine.virtualization && loaded.spec.symbols == symbols_of::hypervisor};
    for (const LoadedSymbols& loaded : symbols_)
        if (const Symbol* found = loaded.symbols.named(name)) return Place{found->address, false};
    return std::nullopt;
}

Simulation::Place Simulation::place_of(const StopPoint& point) const {
    if (point.text.empty()) return {static_cast<u32>(point.number), false};
    const auto found = find_symbol(point.text);
    if (!found) throw InputError(fmt::format("{}: symbol:{}: no such symbol in any image", scenario_.name, point.text));
    return *found;
}

/// What the guest reads there is an input of the run like any other.
void Simulation::open_semihosting_folder() {
    const std::string& folder = scenario_.machine.semihosting_folder;
    if (folder.empty()) return;
    if (!std::filesystem::is_directory(folder))
        throw InputError(fmt::format("{}: machine.semihosting_folder: '{}' is no folder", scenario_.name, folder));
    HostFiles& files = machine_->semihosting().files();
    files.allow(folder);
    files.on_read([this](const std::string& name, const std::string& bytes) {
        inputs_.push_back({.name = name, .bytes = bytes, .sha256 = sha256(bytes)});
    });
}

void Simulation::set_triggers() {
    for (const TriggerSpec& trigger : scenario_.triggers) {
        u32 address = trigger.at.address;
        if (!trigger.at.symbol.empty()) {
            const auto found = find_symbol(trigger.at.symbol);
            if (!found)
                throw InputError(
                    fmt::format("{}: trigger.at: no symbol '{}' in any image", scenario_.name, trigger.at.symbol));
            address = found->address;
        }
        for (Processor* cpu : cpus_) cpu->add_trigger(trigger.level, address, trigger.marker);
    }
}

void Simulation::attach() {
    if (attached_) return;
    attached_ = true;
    started_ = {machine_->instructions(), machine_->ticks()};
    if (checkpoint_) {
        const std::string bytes = checkpoint_->unpack("watchers");
        Archive ar(bytes, checkpoint_->name() + ": watchers");
        serialize_watchers(ar);
        ar.finish();
    }
    for (Watcher* watcher : watchers_) watcher->attach(*this);
}

/// The scenario's limits are of this run, whatever the machine did before it was saved.
RunLimits Simulation::limits() const {
    const auto later = [](u64 base, u64 more) { return more > never - base ? never : base + more; };
    RunLimits limits;
    limits.instructions = later(started_.insns, scenario_.limits.instructions);
    if (scenario_.limits.seconds > 0)
        limits.ticks = later(started_.ticks, machine_->clock().ticks_in(scenario_.limits.seconds));
    return limits;
}

Outcome Simulation::run() {
    attach();
    if (const std::string& until = scenario_.limits.until; !until.empty())
        run_until(parse_stop_point(until, scenario_.name + ": limits.until"));
    else outcome_ = machine_->run(limits());
    finish();
    return outcome_;
}

void Simulation::finish() {
    if (finished_) return;
    finished_ = true;
    machine_->semihosting().files().close_all();
    for (Watcher* watcher : watchers_) watcher->finish(*this);
}

bool Simulation::run_until(const StopPoint& point) {
    attach();
    arm(point);
    RunLimits limit = limits();
    const bool counted = point.kind == StopPoint::Kind::instructions;
    if (counted) limit.instructions = std::min(limit.instructions, point.number);
    outcome_ = machine_->run(limit);
    disarm();
    if (counted && outcome_.kind == Outcome::Kind::instruction_limit && machine_->instructions() >= point.number)
        outcome_.kind = Outcome::Kind::stop_point;
    return outcome_.kind == Outcome::Kind::stop_point;
}

void Simulation::arm(const StopPoint& point) {
    switch (point.kind) {
    case StopPoint::Kind::instructions: break;
    case StopPoint::Kind::console: machine_->console().await(this, point.text, [this] { machine_->stop(); }); break;
    case StopPoint::Kind::marker:
        for (Processor* cpu : cpus_) cpu->stop_at_marker(static_cast<unsigned>(point.number));
        break;
    case StopPoint::Kind::symbol: {
        const Place place = place_of(point);
        for (Processor* cpu : cpus_)
            for (const isa::Privilege level : {isa::Privilege::pl0, isa::Privilege::pl1, isa::Privilege::pl2})
                if (!place.hypervisor || level == isa::Privilege::pl2) cpu->stop_at(level, place.address);
        break;
    }
    }
}

void Simulation::disarm() {
    machine_->console().forget_awaited(this);
    for (Processor* cpu : cpus_) cpu->clear_stops();
}

void Simulation::write(RunDirectory& directory) {
    directory.add("config.toml", to_toml(scenario_));
    if (begun_) {
        begun_->own_clock = own_clock_;
        begun_->changed = changed_;
    }
    directory.add(Manifest::file_name, make_manifest(scenario_, inputs_, begun_));
    directory.add("machine.dtb", device_tree_);
    directory.add("console.log", machine_->console().log());
    for (auto& [name, bytes] : virtio_.documents()) directory.add(name, std::move(bytes));
    for (Watcher* watcher : watchers_) watcher->write(*this, directory);
}

const Symbol* Simulation::symbol_at(u32 address, bool hyp) const {
    const Symbol* found = nullptr;
    for (const LoadedSymbols& loaded : symbols_)
        if (!found && (loaded.spec.world.empty() || (loaded.spec.world == symbols_of::hypervisor) == hyp))
            found = loaded.symbols.at(address);
    for (const LoadedImage& loaded : images_)
        if (!found && (loaded.spec.symbols != symbols_of::hypervisor || hyp)) found = loaded.image.symbols.at(address);
    return found;
}

std::string Simulation::describe(u32 address, bool hyp) const {
    const Symbol* symbol = symbol_at(address, hyp);
    return symbol ? symbol->describe(address) : "";
}

std::string Simulation::describe_pc(unsigned cpu) {
    const isa::CpuState& s = cpus_.at(cpu)->state();
    const u32 pc = s.r[15];
    const std::string name = describe(pc, s.is_hyp());
    return fmt::format("pc {:#010x}{} in {} mode", pc, name.empty() ? "" : " <" + name + ">", isa::mode_name(s.mode()));
}

std::string Simulation::summary() {
    using Kind = Outcome::Kind;
    std::string text = summary_of_outcome();
    if (outcome_.kind == Kind::power_off || outcome_.kind == Kind::exited || outcome_.kind == Kind::stop_point)
        return text;
    for (unsigned i = 0; i < cpus_.size(); ++i) {
        const bool here = i == outcome_.cpu;  // of the others, only what will never end is told
        if ((here && outcome_.kind == Kind::fault) || outcome_.kind == Kind::idle_forever || cpus_[i]->hangs())
            if (const auto fault = first_fault(i))
                text +=
                    fmt::format("; {}the first fault: {}",
                                here ? "" : fmt::format("processor {} at {}, ", i, describe_pc(i)), words_of(*fault));
    }
    return text;
}

std::string Simulation::summary_of_outcome() {
    const std::string place = fmt::format("processor {} at {}", outcome_.cpu, describe_pc(outcome_.cpu));
    switch (outcome_.kind) {
    case Outcome::Kind::power_off: return "powered off by the guest";
    case Outcome::Kind::exited: return fmt::format("the guest exited with code {}", outcome_.guest_code);
    case Outcome::Kind::reset: return "the guest asked for a reset: " + place;
    case Outcome::Kind::instruction_limit:
        return fmt::format("stopped at the limit of {} instructions: {}", scenario_.limits.instructions, place);
    case Outcome::Kind::time_limit:
        return fmt::format("stopped at the limit of {} s of the machine's time: {}", scenario_.limits.seconds, place);
    case Outcome::Kind::output_limit:
        return fmt::format("stopped at the limit of {} MiB of output: {}", scenario_.limits.output >> 20, place);
    case Outcome::Kind::stop_point: return "stopped where it was asked to: " + place;
    case Outcome::Kind::fault:
        return fmt::format("the guest is stuck: {}: {}",
                           cpus_.at(outcome_.cpu)->hangs() ? "it branches to itself, and no interrupt will end that"
                                                           : "it takes the same exceptions again and again",
                           place);
    case Outcome::Kind::idle_forever:
        return "the guest waits for ever: every processor sleeps and no timer is set: " + place;
    case Outcome::Kind::interrupted: return "interrupted: " + place;
    case Outcome::Kind::running: break;
    }
    return "running";
}

}  // namespace vtoll::core
