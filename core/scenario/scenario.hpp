// SPDX-License-Identifier: Apache-2.0
// A scenario: one machine, what is loaded into it, how time is priced, and when to stop. A key is declared here (or, of
// [machine] and [worlds], where its struct is) and nowhere else: docs/how-to/scenario-key.md.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/base/input_file.hpp"
#include "core/base/keys.hpp"
#include "core/ledger/book/world_policy.hpp"
#include "core/platform/console.hpp"
#include "core/platform/machine_keys.hpp"
#include "core/scenario/image.hpp"
#include "core/scenario/stop_point.hpp"
#include "core/timing/pricing.hpp"
#include "isa/state/modes.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

/// Whose symbols a file has.
namespace symbols_of {
inline constexpr const char *hypervisor = "hypervisor", *kernel = "kernel", *native = "native";
}
inline const std::vector<std::string>& symbol_worlds() {
    static const std::vector<std::string> words{symbols_of::hypervisor, symbols_of::kernel, symbols_of::native};
    return words;
}

/// Where code with the symbols of `world` may run; without a world, anywhere.
std::vector<isa::Privilege> levels_of(const std::string& world, bool virtualization);

struct ImageSpec {
    std::string file;
    ImageKind kind = ImageKind::automatic;
    std::optional<u64> address;
    std::string symbols, phases;

    static constexpr std::array<Named<ImageKind>, 7> kinds{{{"auto", ImageKind::automatic},
                                                            {"elf", ImageKind::elf},
                                                            {"raw", ImageKind::raw},
                                                            {"zimage", ImageKind::zimage},
                                                            {"initrd", ImageKind::initrd},
                                                            {"flash", ImageKind::flash},
                                                            {"kernel", ImageKind::kernel}}};
    bool operator==(const ImageSpec&) const = default;
    void declare(Keys& keys) {
        keys.text("file", file,
                  "file to load: looked for beside the scenario, in the working directory, beside the program, in the "
                  "source tree; `stock:NAME` is Debian's software, see [stock.md](stock.md)")
            .needed();
        keys.choice(
            "kind", kind, kinds,
            "auto: by its contents; kernel: a file that is neither ELF nor zImage is raw, placed 64 KiB into RAM and "
            "started there");
        keys.number("address", address, 0, 0xffff'ffff, "where it goes; an ELF file says itself")
            .address()
            .absent("zImage: 64 KiB into RAM; initrd: half of RAM or 128 MiB; flash: its start");
        keys.word("symbols", symbols, symbol_worlds(), "whose symbols an ELF file has");
        keys.text("phases", phases,
                  "file of symbol patterns: the part of an exit that a function belongs to, see [phases.md](phases.md)")
            .quiet();
    }
};

/// A virtual machine that the hypervisor is told of in the device tree.
struct DomainSpec {
    static constexpr const char* first = "dom0";  ///< name of the one whose size the hypervisor's command line says
    std::string name, kernel, initrd, bootargs;
    u64 memory = 0;
    unsigned cpus = 1;

    bool is_first() const { return name == first; }

    bool operator==(const DomainSpec&) const = default;
    void declare(Keys& keys) {
        const auto sized = [this] { return !is_first(); };
        const char* why = "of dom0 the hypervisor's command line says it (machine.bootargs)";
        keys.text("name", name,
                  "a virtual machine that a hypervisor finds in the device tree, see below; `dom0` is its first")
            .needed()
            .check([this] { return is_node_name(name) ? "" : "expected 1 to 31 letters, digits or any of ,._+-"; })
            .example("\"domU1\"");
        keys.text("kernel", kernel, "its kernel, placed behind everything else").needed();
        keys.text("initrd", initrd, "its RAM disk, likewise").quiet();
        keys.text("bootargs", bootargs, "command line of its kernel").quiet();
        keys.size("memory", memory, 0, "its size; not of dom0, where the hypervisor's command line says it")
            .needed_if(sized)
            .only_if(sized, why)
            .shown_if(sized);
        keys.number("cpus", cpus, 1, gic::max_cpus, "its processors; not of dom0 either")
            .only_if(sized, why)
            .shown_if(sized);
    }

private:
    /// Names become names of nodes: devicetree specification §2.2.1.
    static bool is_node_name(const std::string& name) {
        constexpr const char* allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789,._+-";
        return !name.empty() && name.size() <= 31 && name.find_first_not_of(allowed) == std::string::npos;
    }
};

/// A device in one of the virtio slots.
struct VirtioSpec {
    enum class Kind : u8 { block, console, network, random };
    Kind kind = Kind::block;
    std::string file, cable;
    bool keep = false;
    std::optional<unsigned> slot;

    static constexpr std::array<Named<Kind>, 4> kinds{
        {{"block", Kind::block}, {"console", Kind::console}, {"network", Kind::network}, {"random", Kind::random}}};
    bool operator==(const VirtioSpec&) const = default;
    void declare(Keys& keys) {
        keys.choice("kind", kind, kinds, "a device in a virtio slot, see [devices.md](devices.md)")
            .needed()
            .example("\"block\"");
        keys.text("file", file, "block: the disk's contents; console: its input")
            .needed_if([this] { return kind == Kind::block; })
            .only_if([this] { return kind == Kind::block || kind == Kind::console; }, "only for block and console")
            .quiet();
        keys.text("cable", cable, "network: cards on cables of one name hear each other")
            .only_if([this] { return kind == Kind::network; }, "only for network")
            .quiet();
        keys.flag("keep", keep, "block: the disk as it is at the end goes into the run directory")
            .only_if([this] { return kind == Kind::block; }, "only for block")
            .quiet();
        keys.number("slot", slot, 0, memory_map::virtio_slots - 1, "which slot").absent("the highest that is free");
    }
};

struct SymbolsSpec {
    std::string file, world, phases;
    u32 offset = 0;
    std::optional<unsigned> vm;

    bool operator==(const SymbolsSpec&) const = default;
    void declare(Keys& keys) {
        keys.text("file", file,
                  "symbols for a program that has none: an ELF file that isn't loaded, or lines `address type "
                  "name` (`nm`, `System.map`). `vtoll run --symbols [WORLD:]FILE[@OFFSET]` is the same")
            .needed();
        keys.word("world", world, symbol_worlds(), "whose symbols they are; without it names are those of all");
        keys.text("phases", phases, "as `[[image]] phases`; `vtoll run --phases FILE`").quiet();
        keys.number("offset", offset, 0, 0xffff'ffff,
                    "added to every address of the file: where it runs, less where it was linked")
            .quiet();
        keys.number("vm", vm, 0, 255, "the virtual machine that they are of").absent("any");
    }
};

struct TriggerSpec {
    Place at;
    isa::Privilege level = isa::Privilege::pl2;
    unsigned marker = 0;

    static constexpr std::array<Named<isa::Privilege>, 3> levels{
        {{"pl0", isa::Privilege::pl0}, {"pl1", isa::Privilege::pl1}, {"pl2", isa::Privilege::pl2}}};
    bool operator==(const TriggerSpec&) const = default;
    void declare(Keys& keys) {
        keys.place("at", at, "reaching this counts as the guest's `DBG #marker`").needed();
        keys.choice("level", level, levels, "at this privilege level");
        keys.number("marker", marker, 0, 15, "the marker").needed();
    }
};

inline void declare(Keys& keys, Typing& typing) {
    keys.text("after", typing.after, "`text` is typed as soon as the console has shown this, one after the other")
        .needed()
        .check([&typing] {
            return typing.after.empty() ? "expected what the console shows before the text is typed" : "";
        });
    keys.text("text", typing.text, "the text to type").needed();
}

struct ConsoleSpec {
    std::string input, input_file;
    std::vector<Typing> typing;

    bool operator==(const ConsoleSpec&) const = default;
    void declare(Keys& keys) {
        keys.text("input", input, "the input of the serial port and of semihosting").absent("nothing").quiet();
        keys.text("input_file", input_file, "the file that has it")
            .only_if([this] { return input.empty(); }, "expected either `input` or `input_file`")
            .quiet();
        keys.list("type", typing);
    }
};

struct TimingKeys {
    std::string rung = "functional";
    u64 placement = 0;
    std::vector<std::string> free;
    Settings set;

    bool operator==(const TimingKeys&) const = default;
    void declare(Keys& keys) {
        keys.text("rung", rung, "`functional`, a model of `vtoll models list`, or the path of a price table");
        keys.number("placement", placement, 0, 0xffff'ffff,
                    "core profiles: which pages share sets of the caches, as from boot to boot; software sees none of "
                    "it, and 0 is as the addresses say ([timing.md](timing.md))")
            .quiet();
        keys.words("free", free, free_part_names(),
                   "parts of the machine that cost nothing, to measure their worth; their work stays the same, but for "
                   "`refill` ([whatif.md](whatif.md))")
            .quiet();
        keys.settings("set", set,
                      "numbers of that model that are different here: `cache.l2.size = \"256K\"`, `class.load.latency "
                      "= 5` (one field of a class); every key that `vtoll models show` lists. Results name the model "
                      "with them: `cortex-a15 [cache.l2.size=262144]`");
    }
};

/// The model that the keys mean. Throws InputError.
Pricing pricing_for(const TimingKeys& timing);

struct LimitKeys {
    u64 instructions = 100'000'000'000;
    double seconds = 0;
    u64 output = u64{256} << 20;
    std::string until;  ///< stop point; "": none

    bool operator==(const LimitKeys&) const = default;
    void declare(Keys& keys) {
        keys.count("instructions", instructions, "of all processors together");
        keys.real("seconds", seconds,
                  "of the machine's time (and, for another simulator running the scenario, of the host's)")
            .absent("none");
        keys.size("output", output, 1 << 20,
                  "of the output of one console; a run whose guest writes more ends there. The files of semihosting, "
                  "together, may get as much: then the guest's writes fail with ENOSPC");
        keys.text("until", until,
                  "end there, at a point as of [checkpoints.md](checkpoints.md); a run that does not "
                  "come to it has failed")
            .check([this] { return until.empty() ? "" : complaint_of_stop_point(until); })
            .absent("none")
            .example("\"console:login:\"");
    }
};

/// Where the run starts: in a checkpoint of the same machine.
struct BootKeys {
    std::string until;  ///< stop point; "": the run starts at the machine's first instruction
    std::string name;
    std::string rung = "functional";
    ConsoleSpec console;

    bool operator==(const BootKeys&) const = default;
    void declare(Keys& keys) {
        keys.text("until", until,
                  "start where a run of the same machine has come to this point; the checkpoint is made when needed "
                  "and kept: [checkpoints.md](checkpoints.md)")
            .needed()
            .check([this] { return complaint_of_stop_point(until); })
            .absent("at the first instruction")
            .example("\"marker:3\"");
        keys.elsewhere("scenario",
                       "the scenario that boots; this one takes from it everything that it doesn't say of the machine")
            .absent("this one");
        keys.text("name", name, "how messages call the run that boots").absent("that scenario's");
        keys.text("rung", rung, "timing rung of the boot");
        keys.section("console", console);
    }
};

struct EngineKeys {
    bool l0 = true, links = true, translate = true;
    u32 hot = 400;

    bool operator==(const EngineKeys&) const = default;
    void declare(Keys& keys) {
        const char* what = "a shortcut of the run loop; no result depends on it, a test holds it to that";
        keys.flag("l0", l0, what);
        keys.flag("links", links, what);
        keys.flag("translate", translate, what);
        keys.number("hot", hot, 1, 1'000'000, "times that a block is entered before it is translated to host code");
    }
};

struct RowKeys {
    std::string operation, cause;

    bool operator==(const RowKeys&) const = default;
    void declare(Keys& keys) {
        keys.text("operation", operation, "the row of the published table that the scenario measures");
        keys.text("cause", cause, "and the cause whose exits are its samples");
    }
};

struct ExpectKeys {
    std::optional<std::string> console;
    std::vector<std::pair<std::string, u64>> entries;

    bool operator==(const ExpectKeys&) const = default;
    void declare(Keys& keys) {
        keys.text("console", console, "the whole text of the console; a run that shows another fails");
        keys.counts("entries", entries, "entries into Hyp mode by cause, for comparison with another simulator");
    }
};

/// One part of a path that leads nowhere else.
inline bool is_file_name(const std::string& name) {
    return name.empty() ||
           (name.size() <= 200 && name != "." && name != ".." && std::none_of(name.begin(), name.end(), [](char c) {
                return c == '/' || static_cast<unsigned char>(c) < 0x20;
            }));
}

struct Scenario {
    std::string name, description;
    MachineKeys machine;
    std::vector<ImageSpec> images;
    std::vector<DomainSpec> domains;
    std::vector<SymbolsSpec> symbols;
    std::vector<TriggerSpec> triggers;
    std::vector<VirtioSpec> virtio;
    TimingKeys timing;
    LimitKeys limits;
    ConsoleSpec console;
    BootKeys boot;
    EngineKeys engine;
    WorldPolicy worlds;
    RowKeys row;
    ExpectKeys expect;

    bool operator==(const Scenario&) const = default;
    void declare(Keys& keys) {
        keys.text("name", name, "how results call the run, and its run directory in `runs`")
            .absent("the file's name")
            .check([this] { return is_file_name(name) ? "" : "expected a name that a folder can have: no / in it"; })
            .example("\"another\"")
            .of_run();
        keys.text("description", description, "its work, in a sentence").of_run();
        keys.section("machine", machine);
        keys.list("image", images);
        keys.list("domain", domains).each("name", [this] {
            const auto same = [&](const DomainSpec& other) { return other.name == domains.back().name; };
            return std::count_if(domains.begin(), domains.end(), same) > 1 ? "another domain has this name" : "";
        });
        keys.list("symbols", symbols);
        keys.list("trigger", triggers);
        keys.list("virtio", virtio).each("kind", [this] {
            return machine.all_devices ? "" : "this machine has no slots; expected machine.devices = \"all\"";
        });
        keys.section("timing", timing).of_run();
        keys.section("limits", limits).of_run();
        keys.section("console", console).of_run();
        keys.section("boot", boot).quiet().of_run();
        keys.section("engine", engine).quiet();
        keys.section("worlds", worlds);
        keys.section("row", row).quiet().of_run();
        keys.section("expect", expect).quiet().of_run();
    }
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

/// Every key that a scenario file may have.
std::vector<KeyFacts> scenario_keys();

/// What is given on the command line instead of a scenario, with QEMU's habits: a kernel, a hypervisor, or both.
struct DirectBoot {
    std::string hypervisor, kernel, initrd, dtb, append, hypervisor_append, memory, guest_memory;
    std::vector<std::string> loads;  ///< FILE@ADDRESS
    std::optional<unsigned> cpus;

    bool any() const { return *this != DirectBoot{}; }  ///< something was given
    bool operator==(const DirectBoot&) const = default;
};
Scenario scenario_for_boot(const DirectBoot& boot, const std::vector<std::string>& overrides);

}  // namespace vtoll::core
