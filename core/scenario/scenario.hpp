// SPDX-License-Identifier: Apache-2.0
// A scenario: one machine, what is loaded into it, how time is priced, and when to stop. The keys are described in
// docs/scenario.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/input_file.hpp"
#include "core/base/profile_settings.hpp"
#include "core/platform/console.hpp"
#include "core/scenario/image.hpp"
#include "isa/state/modes.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

struct ImageSpec {
    std::string file;
    ImageKind kind = ImageKind::automatic;
    std::optional<u64> address;
    std::string symbols;  ///< whose symbols the file has: "", "hypervisor", "kernel", "native"
    std::string phases;   ///< file of symbol patterns
};

/// A virtual machine that the hypervisor is told of in the device tree.
struct DomainSpec {
    static constexpr const char* first = "dom0";  ///< name of the one whose size the hypervisor's command line says
    std::string name, kernel, initrd, bootargs;
    u64 memory = 0;
    unsigned cpus = 1;

    bool is_first() const { return name == first; }
};

/// A device in one of the virtio slots.
struct VirtioSpec {
    enum class Kind : u8 { block, console, network, random };
    Kind kind = Kind::block;
    std::string file;              ///< block: the disk's contents; console: what it reads
    std::string cable;             ///< network: cards on cables of one name hear each other
    bool keep = false;             ///< block: the disk as it is at the end goes into the run directory
    std::optional<unsigned> slot;  ///< absent: the highest that is free
};

struct SymbolsSpec {
    std::string file, world;
    std::string phases;  ///< file of symbol patterns
    u32 offset = 0;      ///< what is added to every address of the file
    std::optional<unsigned> vm;
};

struct TriggerSpec {
    std::string symbol;  ///< or
    u32 address = 0;
    isa::Privilege level = isa::Privilege::pl2;
    unsigned marker = 0;
};

struct ConsoleSpec {
    std::string input, input_file;
    std::vector<Typing> typing;
    bool operator==(const ConsoleSpec&) const = default;
};

struct Scenario {
    std::string name, description;
    struct {
        bool virtualization = true;
        unsigned cpus = 1;
        u64 ram = 128u << 20;
        std::optional<u64> clock_mhz;  ///< absent: that of the timing model
        bool semihosting = true;
        std::string semihosting_folder;  ///< whose files it may use; "": none
        std::string bootargs;
        std::string dtb;                          ///< file; "": made
        bool all_devices = false;                 ///< of QEMU's machine; otherwise what a guest needs to run
        std::string rtc = "2024-01-01T00:00:00";  ///< what the real-time clock says at the start
        u64 seed = 0;                             ///< of the random numbers the machine hands out
        unsigned virtio_version = 1;              ///< of the registers of the virtio slots
        std::optional<u64> entry;  ///< where the first processor starts; absent: the first image with an entry
    } machine;
    std::vector<ImageSpec> images;
    std::vector<DomainSpec> domains;
    std::vector<SymbolsSpec> symbols;
    std::vector<TriggerSpec> triggers;
    std::vector<VirtioSpec> virtio;
    struct {
        std::string rung = "functional";
        ProfileSettings set;  ///< numbers of that model which are different here
    } timing;
    struct {
        u64 instructions = 100'000'000'000;
        double seconds = 0;  ///< of the machine's time; 0: no limit
    } limits;
    ConsoleSpec console;
    struct {
        std::string until;  ///< stop point; "": the run starts at the machine's first instruction
        std::string name;   ///< of the scenario that boots
        std::string rung = "functional";
        ConsoleSpec console;
    } boot;  ///< where the run starts: in a checkpoint of the same machine
    struct {
        bool l0 = true, links = true;  ///< shortcuts of the run loop: no result depends on them
    } engine;
    struct {
        int kernel_domain = -1;      ///< a hypervisor at PL1: the domain DACR opens for guest kernels only; -1: none
        int hypervisor_asid = -1;    ///< of a hypervisor that is a task of a host kernel at PL1; -1: it is none
        u8 hypercall_register = 12;  ///< that has the number of a guest kernel's SVC
    } worlds;
    struct {
        std::string operation, cause;
    } row;
    struct {
        std::optional<std::string> console;
        std::vector<std::pair<std::string, u64>> entries;
    } expect;
};

/// `text` is the document, `file` how messages call it. Overrides are "key.path=value". `base` is the document that
/// boot.scenario means: what this one doesn't say of the machine is said there.
Scenario parse_scenario(const std::string& text, const std::string& file, const std::vector<std::string>& overrides,
                        const InputFile* base = nullptr);

/// Its boot.scenario, "" when there is none.
std::string base_of_scenario(const std::string& text, const std::string& file);

/// The run up to the point where a scenario with [boot] starts, as a scenario.
Scenario boot_of(const Scenario& scenario);

/// A scenario that only loads one image.
Scenario scenario_for_image(const std::string& file, const std::vector<std::string>& overrides);

/// `--symbols` and `--phases` of the command line: [[symbols]] tables, "[WORLD:]FILE[@OFFSET]", and the patterns of the
/// hypervisor's phases. Throws InputError.
void add_symbols(Scenario& scenario, const std::vector<std::string>& files, const std::string& phases);

/// Every key with the value it has: parses to an equal scenario.
std::string to_toml(const Scenario& scenario);

/// "2024-01-31T12:00:00", UTC; nothing when it isn't such a date, or not in 32 bits.
std::optional<u32> seconds_of_1970(const std::string& date);

/// What is given on the command line instead of a scenario, with QEMU's habits: a kernel, a hypervisor, or both.
struct DirectBoot {
    std::string hypervisor, kernel, initrd, dtb, append, hypervisor_append, memory, guest_memory;
    std::vector<std::string> loads;  ///< FILE@ADDRESS
    std::optional<unsigned> cpus;

    bool any() const { return *this != DirectBoot{}; }  ///< something was given
    bool operator==(const DirectBoot&) const = default;
};
Scenario scenario_for_boot(const DirectBoot& boot, const std::vector<std::string>& overrides);

const char* image_kind_name(ImageKind kind);
const char* virtio_kind_name(VirtioSpec::Kind kind);

}  // namespace vtoll::core
