// SPDX-License-Identifier: Apache-2.0
// One run: a scenario becomes a machine with its images loaded, is run to its end, and is asked what happened.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/input_file.hpp"
#include "core/cpu/processor.hpp"
#include "core/ledger/names/call_interfaces.hpp"
#include "core/ledger/store/facts.hpp"
#include "core/platform/boot_domains.hpp"
#include "core/platform/machine.hpp"
#include "core/scenario/checkpoint.hpp"
#include "core/scenario/image.hpp"
#include "core/scenario/manifest.hpp"
#include "core/scenario/run_directory.hpp"
#include "core/scenario/scenario.hpp"
#include "core/scenario/stop_point.hpp"
#include "core/scenario/virtio_plugs.hpp"

namespace vtoll::core {

class Simulation;

/// Follows a run and leaves documents in its run directory: the ledger, logs.
class Watcher {
public:
    virtual ~Watcher() = default;
    virtual void attach(Simulation& run) = 0;          ///< machine built, images placed, nothing executed yet
    virtual void finish(Simulation& run) = 0;          ///< the run is over
    virtual void serialize(Archive&) {}                ///< what it must know in a restored run, before attach()
    virtual void write(Simulation&, RunDirectory&) {}  ///< after finish()
};

struct LoadedImage {
    ImageSpec spec;
    Image image;
    std::optional<InputFile> phases;
};

struct LoadedSymbols {
    SymbolsSpec spec;
    Symbols symbols;
    std::optional<InputFile> phases;
};

/// Puts in what the scenario leaves to its timing model: core and clock. Throws InputError when there is no such model.
void settle(Scenario& scenario);

class Simulation {
public:
    /// Reads every input and builds the machine. Throws InputError. `file`: the scenario's own, when it has one.
    /// With a checkpoint the machine is where that was saved, and reads the scenario's console input after the saved
    /// one.
    Simulation(Scenario scenario, const SearchPath& search, std::optional<InputFile> file = {},
               const CheckpointFile* checkpoint = nullptr);

    void add(Watcher& watcher) { watchers_.push_back(&watcher); }
    /// To the end.
    Outcome run();
    /// False when the run ended before: outcome() says how.
    bool run_until(const StopPoint& point);
    /// The run is over for the watchers. Part of run().
    void finish();
    /// How it is begun, for its manifest.
    void begin(Beginning begun) { begun_ = std::move(begun); }
    /// A debugger wrote to registers or memory: the scenario alone does not say any more what happens.
    void note_change() { changed_ = true; }
    /// config.toml, manifest.json, console.log, and what the watchers have.
    void write(RunDirectory& directory);

    const Scenario& scenario() const { return scenario_; }
    Machine& machine() { return *machine_; }
    Processor& cpu(unsigned index) { return *cpus_.at(index); }
    const std::vector<LoadedImage>& images() const { return images_; }
    const std::vector<LoadedSymbols>& symbols() const { return symbols_; }
    const std::optional<InputFile>& calls() const { return calls_; }  ///< [worlds] calls
    const std::vector<InputFile>& inputs() const { return inputs_; }  ///< every file read, in order
    const Outcome& outcome() const { return outcome_; }
    /// The scenario as TOML: with its core, which software acted on, without what else settle() put in.
    const std::string& declared() const { return declared_; }
    std::vector<CheckpointHead::Input> inputs_in_memory() const;
    void serialize_watchers(Archive& ar);
    u64 instructions() const { return machine_->instructions() - started_.insns; }  ///< of this run
    u64 ticks() const { return machine_->ticks() - started_.ticks; }

    struct Place {
        u32 address;
        bool hypervisor;  ///< of an image that runs in Hyp mode
    };
    /// Of a point of kind `symbol`. Throws InputError when no image has it.
    Place place_of(const StopPoint& point) const;
    /// The symbol that covers the address, by the symbols of what runs in Hyp mode, or outside of it; nullptr: none.
    const Symbol* symbol_at(u32 address, bool hyp) const;
    /// "handle_exit+0x14" by the symbols of what runs in Hyp mode, or outside of it; "" when none covers the address.
    std::string describe(u32 address, bool hyp) const;
    /// The first of that name in the images, then the guests.
    std::optional<Place> find_symbol(const std::string& name) const;
    /// The best name for an address that `cpu` executes at now: by mode, from the images' and guests' symbols.
    std::string describe_pc(unsigned cpu);
    /// Where `cpu` stands; nothing when it has executed nothing.
    std::optional<Ending> ending(unsigned cpu);
    /// One line on how the run ended, with the place when it ended badly.
    std::string summary();

private:
    InputFile read(const SearchPath& search, const std::string& name, const std::string& asked_by);
    InputFile calls_file(const SearchPath& search, const std::string& what);
    void note_price_table();
    void load(const SearchPath& search);
    BootModule load_module(const SearchPath& search, const std::string& file, const std::string& asked_by);
    void load_domains(const SearchPath& search);
    Ram& flash_holding(const Image& image);
    void hand_to_firmware(Image& image);
    void plug_virtio(const SearchPath& search);
    void make_machine();
    void boot();
    u64 place_device_tree(u64 size, bool linux_image, u64 initrd_end) const;
    void restore();
    void open_semihosting_folder();
    void set_triggers();
    void attach();
    RunLimits limits() const;
    void arm(const StopPoint& point);
    void disarm();
    std::string summary_of_outcome();
    std::optional<FirstFault> first_fault(unsigned cpu) const;

    Scenario scenario_;
    std::string declared_;
    const CheckpointFile* checkpoint_;
    std::vector<InputFile> inputs_;
    std::vector<LoadedImage> images_;
    std::vector<BootDomain> domains_;
    std::string compatible_;   ///< of the device tree's processor nodes
    std::string device_tree_;  ///< as it lies in memory at the start
    std::vector<LoadedSymbols> symbols_;
    std::optional<InputFile> dtb_, calls_;
    VirtioPlugs virtio_;
    std::unique_ptr<Machine> machine_;
    std::vector<Processor*> cpus_;  ///< owned by the machine
    std::vector<Watcher*> watchers_;
    std::optional<Beginning> begun_;
    bool attached_ = false, finished_ = false, changed_ = false;
    bool own_clock_ = false;  ///< the scenario says it
    Counts started_;          ///< what the machine had behind it
    Outcome outcome_;
};

}  // namespace vtoll::core
