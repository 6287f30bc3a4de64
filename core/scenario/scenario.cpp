// SPDX-License-Identifier: Apache-2.0
#include "core/scenario/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>
#include <sstream>

#include "core/base/toml_table.hpp"
#include "core/platform/memory_map.hpp"
#include "core/scenario/stop_point.hpp"
#include "gic/constants.hpp"

namespace vtoll::core {

namespace {

template <class Value>
struct Named {
    const char* name;
    Value value;
};
constexpr std::array<Named<ImageKind>, 7> image_kinds{{{"auto", ImageKind::automatic},
                                                       {"elf", ImageKind::elf},
                                                       {"raw", ImageKind::raw},
                                                       {"zimage", ImageKind::zimage},
                                                       {"initrd", ImageKind::initrd},
                                                       {"flash", ImageKind::flash},
                                                       {"kernel", ImageKind::kernel}}};
constexpr std::array<Named<VirtioSpec::Kind>, 4> virtio_kinds{{{"block", VirtioSpec::Kind::block},
                                                               {"console", VirtioSpec::Kind::console},
                                                               {"network", VirtioSpec::Kind::network},
                                                               {"random", VirtioSpec::Kind::random}}};
constexpr std::array<Named<bool>, 2> device_sets{{{"minimal", false}, {"all", true}}};
constexpr std::array<Named<isa::Privilege>, 3> levels{
    {{"pl0", isa::Privilege::pl0}, {"pl1", isa::Privilege::pl1}, {"pl2", isa::Privilege::pl2}}};
constexpr std::array<Named<int>, 3> worlds{{{"hypervisor", 0}, {"kernel", 1}, {"native", 2}}};

template <class Value, std::size_t n>
Value choose(TomlTable& table, const char* key, const std::array<Named<Value>, n>& choices, Value absent) {
    const auto text = table.text(key);
    if (!text) return absent;
    std::string expected;
    for (const auto& choice : choices) {
        if (*text == choice.name) return choice.value;
        expected += (expected.empty() ? "" : ", ") + std::string(choice.name);
    }
    table.refuse(key, "expected one of " + expected + "; found '" + *text + "'");
}

template <class Value, std::size_t n>
const char* name_of(const std::array<Named<Value>, n>& choices, Value value) {
    return std::find_if(choices.begin(), choices.end(), [&](const auto& c) { return c.value == value; })->name;
}

/// One of the worlds' names, or "".
std::string read_world(TomlTable& table, const char* key) {
    const int world = choose(table, key, worlds, -1);
    return world < 0 ? std::string() : worlds[static_cast<std::size_t>(world)].name;
}

void read_machine(TomlTable table, Scenario& s) {
    auto& m = s.machine;
    m.virtualization = table.flag("virtualization").value_or(m.virtualization);
    m.cpus = static_cast<unsigned>(table.number("cpus", 1, gic::max_cpus).value_or(m.cpus));
    m.ram = table.size("ram").value_or(m.ram);
    if (m.ram == 0 || m.ram % (1u << 20) != 0 || m.ram > memory_map::ram_limit)
        table.refuse("ram", "expected whole megabytes, 1M to 3072M");
    m.clock_mhz = table.number("clock_mhz", 1, 100'000);
    m.semihosting = table.flag("semihosting").value_or(m.semihosting);
    m.semihosting_folder = table.text("semihosting_folder").value_or(m.semihosting_folder);
    m.bootargs = table.text("bootargs").value_or(m.bootargs);
    m.dtb = table.text("dtb").value_or(m.dtb);
    m.entry = table.number("entry", 0, 0xffff'ffff);
    m.all_devices = choose(table, "devices", device_sets, m.all_devices);
    m.rtc = table.text("rtc").value_or(m.rtc);
    if (!seconds_of_1970(m.rtc)) table.refuse("rtc", "expected a date such as \"2024-01-31T12:00:00\", 1970 to 2105");
    m.seed = table.number("seed", 0, ~u64{0} >> 1).value_or(m.seed);
    m.virtio_version = static_cast<unsigned>(table.number("virtio_version", 1, 2).value_or(m.virtio_version));
    table.finish();
}

ImageSpec read_image(TomlTable& table) {
    ImageSpec image;
    table.require("file");
    image.file = *table.text("file");
    image.kind = choose(table, "kind", image_kinds, image.kind);
    image.address = table.number("address", 0, 0xffff'ffff);
    image.symbols = read_world(table, "symbols");
    image.phases = table.text("phases").value_or("");
    table.finish();
    return image;
}

/// Names become names of nodes: devicetree specification §2.2.1.
bool is_node_name(const std::string& name) {
    constexpr const char* allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789,._+-";
    return !name.empty() && name.size() <= 31 && name.find_first_not_of(allowed) == std::string::npos;
}

DomainSpec read_domain(TomlTable& table) {
    DomainSpec domain;
    table.require("name");
    table.require("kernel");
    domain.name = *table.text("name");
    if (!is_node_name(domain.name)) table.refuse("name", "expected 1 to 31 letters, digits or any of ,._+-");
    domain.kernel = *table.text("kernel");
    domain.initrd = table.text("initrd").value_or("");
    domain.bootargs = table.text("bootargs").value_or("");
    const auto memory = table.size("memory");
    const auto cpus = table.number("cpus", 1, gic::max_cpus);
    if (domain.is_first()) {
        if (memory || cpus)
            table.refuse(memory ? "memory" : "cpus",
                         "of dom0 the hypervisor's command line says it (machine.bootargs)");
    } else {
        table.require("memory");
        domain.memory = *memory;
        domain.cpus = static_cast<unsigned>(cpus.value_or(domain.cpus));
        if (domain.memory == 0 || domain.memory % (1u << 20) != 0) table.refuse("memory", "expected whole megabytes");
    }
    table.finish();
    return domain;
}

std::vector<DomainSpec> read_domains(TomlTable& top) {
    std::vector<DomainSpec> domains;
    for (auto& table : top.tables("domain")) {
        domains.push_back(read_domain(table));
        for (std::size_t i = 0; i + 1 < domains.size(); ++i)
            if (domains[i].name == domains.back().name) table.refuse("name", "another domain has this name");
    }
    return domains;
}

SymbolsSpec read_symbols(TomlTable& table) {
    SymbolsSpec symbols;
    table.require("file");
    symbols.file = *table.text("file");
    symbols.world = read_world(table, "world");
    symbols.phases = table.text("phases").value_or("");
    symbols.offset = static_cast<u32>(table.number("offset", 0, 0xffff'ffff).value_or(0));
    if (const auto vm = table.number("vm", 0, 255)) symbols.vm = static_cast<unsigned>(*vm);
    table.finish();
    return symbols;
}

TriggerSpec read_trigger(TomlTable& table) {
    TriggerSpec trigger;
    table.require("at");
    table.require("marker");
    const auto place = *table.place("at");
    trigger.symbol = place.symbol;
    trigger.address = static_cast<u32>(place.address.value_or(0));
    trigger.level = choose(table, "level", levels, trigger.level);
    trigger.marker = static_cast<unsigned>(*table.number("marker", 0, 15));
    table.finish();
    return trigger;
}

VirtioSpec read_virtio(TomlTable& table) {
    using Kind = VirtioSpec::Kind;
    VirtioSpec device;
    table.require("kind");
    device.kind = choose(table, "kind", virtio_kinds, device.kind);
    if (device.kind == Kind::block) table.require("file");
    if (const auto file = table.text("file")) {
        if (device.kind != Kind::block && device.kind != Kind::console)
            table.refuse("file", "only for block and console");
        device.file = *file;
    }
    if (const auto cable = table.text("cable")) {
        if (device.kind != Kind::network) table.refuse("cable", "only for network");
        device.cable = *cable;
    }
    if (const auto keep = table.flag("keep")) {
        if (device.kind != Kind::block) table.refuse("keep", "only for block");
        device.keep = *keep;
    }
    if (const auto slot = table.number("slot", 0, memory_map::virtio_slots - 1))
        device.slot = static_cast<unsigned>(*slot);
    table.finish();
    return device;
}

Typing read_typing(TomlTable& table) {
    table.require("after");
    table.require("text");
    Typing typing{*table.text("after"), *table.text("text")};
    if (typing.after.empty()) table.refuse("after", "expected what the console shows before the text is typed");
    table.finish();
    return typing;
}

ConsoleSpec read_console(TomlTable table) {
    ConsoleSpec console;
    console.input = table.text("input").value_or("");
    console.input_file = table.text("input_file").value_or("");
    if (!console.input.empty() && !console.input_file.empty())
        table.refuse("input_file", "expected either `input` or `input_file`");
    for (auto& typing : table.tables("type")) console.typing.push_back(read_typing(typing));
    table.finish();
    return console;
}

void read_boot(TomlTable table, Scenario& s) {
    table.require("until");
    s.boot.until = *table.text("until");
    parse_stop_point(s.boot.until, s.name + ": boot.until");
    s.boot.name = table.text("name").value_or(s.name);
    s.boot.rung = table.text("rung").value_or(s.boot.rung);
    if (auto console = table.table("console")) s.boot.console = read_console(*console);
    table.finish();
}

/// What `base` says and `document` doesn't, table by table.
void inherit(toml::table& document, const toml::table& base) {
    for (const auto& [key, value] : base) {
        toml::node* own = document.get(key);
        if (!own) document.insert(key, value);
        else if (own->is_table() && value.is_table()) inherit(*own->as_table(), *value.as_table());
    }
}

/// A document with boot.scenario takes from it what makes the machine; that one's console is the boot's.
void inherit_machine(toml::table& document, const InputFile& base, const std::string& file) {
    toml::table from = parse_toml(base.bytes, base.name);
    if (from.contains("boot"))
        throw InputError(
            fmt::format("{}: boot.scenario: {} has [boot] itself; expected one that boots", file, base.name));
    toml::table& boot = *document["boot"].as_table();
    boot.erase("scenario");
    if (!boot.contains("name"))
        boot.insert("name", from["name"].value_or(std::filesystem::path(base.name).stem().string()));
    if (const toml::node* console = from.get("console"); console && !boot.contains("console"))
        boot.insert("console", *console);
    for (const char* own : {"name", "description", "timing", "limits", "console", "row", "expect"}) from.erase(own);
    inherit(document, from);
}

Scenario read_scenario(const toml::table& document, const std::string& file) {
    Scenario s;
    TomlTable top(document, file, "");
    s.name = top.text("name").value_or(std::filesystem::path(file).stem().string());
    s.description = top.text("description").value_or("");
    if (auto table = top.table("machine")) read_machine(*table, s);
    for (auto& table : top.tables("image")) s.images.push_back(read_image(table));
    s.domains = read_domains(top);
    for (auto& table : top.tables("symbols")) s.symbols.push_back(read_symbols(table));
    for (auto& table : top.tables("trigger")) s.triggers.push_back(read_trigger(table));
    for (auto& table : top.tables("virtio")) {
        s.virtio.push_back(read_virtio(table));
        if (!s.machine.all_devices)
            table.refuse("kind", "this machine has no slots; expected machine.devices = \"all\"");
    }
    if (auto table = top.table("timing")) {
        s.timing.rung = table->text("rung").value_or(s.timing.rung);
        if (auto set = table->table("set")) s.timing.set = set->leaves();
        table->finish();
    }
    if (auto table = top.table("limits")) {
        s.limits.instructions = table->number("instructions", 1, ~u64{0} >> 1).value_or(s.limits.instructions);
        s.limits.seconds = table->real("seconds").value_or(s.limits.seconds);
        table->finish();
    }
    if (auto table = top.table("console")) s.console = read_console(*table);
    if (auto table = top.table("boot")) read_boot(*table, s);
    if (auto table = top.table("engine")) {
        s.engine.l0 = table->flag("l0").value_or(s.engine.l0);
        s.engine.links = table->flag("links").value_or(s.engine.links);
        table->finish();
    }
    if (auto table = top.table("worlds")) {
        if (const auto domain = table->number("kernel_domain", 0, 15))
            s.worlds.kernel_domain = static_cast<int>(*domain);
        if (const auto asid = table->number("hypervisor_asid", 0, 255))
            s.worlds.hypervisor_asid = static_cast<int>(*asid);
        if (const auto number = table->number("hypercall_register", 0, 14))
            s.worlds.hypercall_register = static_cast<u8>(*number);
        table->finish();
    }
    if (auto table = top.table("row")) {
        s.row.operation = table->text("operation").value_or("");
        s.row.cause = table->text("cause").value_or("");
        table->finish();
    }
    if (auto table = top.table("expect")) {
        s.expect.console = table->text("console");
        s.expect.entries = table->counts("entries");
        table->finish();
    }
    top.finish();
    if (s.images.empty()) throw InputError(file + ": nothing to run: expected at least one [[image]]");
    return s;
}

/// TOML basic string.
std::string quoted(const std::string& text) {
    std::ostringstream out;
    out << toml::value<std::string>(text);
    return out.str();
}

}  // namespace

std::optional<u32> seconds_of_1970(const std::string& date) {
    std::tm parts{};
    const char* end = strptime(date.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
    if (end == nullptr || *end != '\0') return std::nullopt;
    const std::time_t seconds = timegm(&parts);
    if (seconds < 0 || seconds > 0xffff'ffff) return std::nullopt;
    return static_cast<u32>(seconds);
}

const char* image_kind_name(ImageKind kind) { return name_of(image_kinds, kind); }
const char* virtio_kind_name(VirtioSpec::Kind kind) { return name_of(virtio_kinds, kind); }

Scenario parse_scenario(const std::string& text, const std::string& file, const std::vector<std::string>& overrides,
                        const InputFile* base) {
    toml::table document = parse_toml(text, file);
    if (base) inherit_machine(document, *base, file);
    for (const auto& assignment : overrides) apply_override(document, assignment);
    return read_scenario(document, file);
}

std::string base_of_scenario(const std::string& text, const std::string& file) {
    return parse_toml(text, file)["boot"]["scenario"].value_or(std::string());
}

Scenario boot_of(const Scenario& scenario) {
    const Scenario fresh;
    Scenario boot = scenario;
    boot.name = scenario.boot.name;
    boot.description.clear();
    boot.console = scenario.boot.console;
    boot.timing = fresh.timing;
    boot.timing.rung = scenario.boot.rung;
    boot.limits = fresh.limits;
    boot.row = fresh.row;
    boot.expect = fresh.expect;
    boot.boot = fresh.boot;
    return boot;
}

Scenario scenario_for_image(const std::string& file, const std::vector<std::string>& overrides) {
    toml::table document;
    document.insert("name", std::filesystem::path(file).stem().string());
    document.insert("image", toml::array{toml::table{{"file", file}}});
    for (const auto& assignment : overrides) apply_override(document, assignment);
    return read_scenario(document, file);
}

std::string to_toml(const Scenario& s) {
    std::ostringstream out;
    const auto address_if = [&out](const char* key, const auto& value) {
        if (value) out << key << " = 0x" << std::hex << *value << std::dec << "\n";
    };
    const auto text = [&out](const char* key, const std::string& value) {
        out << key << " = " << quoted(value) << "\n";
    };
    const auto text_if = [&text](const char* key, const std::string& value) {
        if (!value.empty()) text(key, value);
    };
    out << std::boolalpha;
    text("name", s.name);
    text("description", s.description);
    out << "\n[machine]\n"
        << "virtualization = " << s.machine.virtualization << "\ncpus = " << s.machine.cpus << "\nram = \""
        << (s.machine.ram >> 20) << "M\"\n";
    if (s.machine.clock_mhz) out << "clock_mhz = " << *s.machine.clock_mhz << "\n";
    out << "semihosting = " << s.machine.semihosting << "\n";
    text_if("semihosting_folder", s.machine.semihosting_folder);
    text("bootargs", s.machine.bootargs);
    text_if("dtb", s.machine.dtb);
    text("devices", name_of(device_sets, s.machine.all_devices));
    if (s.machine.all_devices) {
        text("rtc", s.machine.rtc);
        out << "seed = " << s.machine.seed << "\nvirtio_version = " << s.machine.virtio_version << "\n";
    }
    address_if("entry", s.machine.entry);
    for (const auto& image : s.images) {
        out << "\n[[image]]\n";
        text("file", image.file);
        text("kind", image_kind_name(image.kind));
        address_if("address", image.address);
        text_if("symbols", image.symbols);
        text_if("phases", image.phases);
    }
    for (const auto& domain : s.domains) {
        out << "\n[[domain]]\n";
        text("name", domain.name);
        text("kernel", domain.kernel);
        text_if("initrd", domain.initrd);
        text_if("bootargs", domain.bootargs);
        if (!domain.is_first()) out << "memory = \"" << (domain.memory >> 20) << "M\"\ncpus = " << domain.cpus << "\n";
    }
    for (const auto& symbols : s.symbols) {
        out << "\n[[symbols]]\n";
        text("file", symbols.file);
        text_if("world", symbols.world);
        text_if("phases", symbols.phases);
        if (symbols.offset) out << "offset = " << symbols.offset << "\n";
        if (symbols.vm) out << "vm = " << *symbols.vm << "\n";
    }
    for (const auto& trigger : s.triggers) {
        out << "\n[[trigger]]\n";
        if (trigger.symbol.empty()) out << "at = 0x" << std::hex << trigger.address << std::dec << "\n";
        else text("at", trigger.symbol);
        text("level", name_of(levels, trigger.level));
        out << "marker = " << trigger.marker << "\n";
    }
    for (const auto& device : s.virtio) {
        out << "\n[[virtio]]\n";
        text("kind", virtio_kind_name(device.kind));
        text_if("file", device.file);
        text_if("cable", device.cable);
        if (device.keep) out << "keep = true\n";
        if (device.slot) out << "slot = " << *device.slot << "\n";
    }
    out << "\n[timing]\n";
    text("rung", s.timing.rung);
    if (!s.timing.set.empty()) out << "\n[timing.set]\n";
    for (const ProfileSetting& setting : s.timing.set) out << setting.key << " = " << value_text(setting) << "\n";
    out << "\n[limits]\ninstructions = " << s.limits.instructions
        << "\nseconds = " << toml::value<double>(s.limits.seconds) << "\n";
    const auto console = [&](const char* name, const ConsoleSpec& spec) {
        out << "\n[" << name << "]\n";
        text_if("input", spec.input);
        text_if("input_file", spec.input_file);
        for (const Typing& typing : spec.typing) {
            out << "[[" << name << ".type]]\n";
            text("after", typing.after);
            text("text", typing.text);
        }
    };
    console("console", s.console);
    if (!s.boot.until.empty()) {
        out << "\n[boot]\n";
        text("until", s.boot.until);
        text("name", s.boot.name);
        text("rung", s.boot.rung);
        console("boot.console", s.boot.console);
    }
    if (!s.engine.l0 || !s.engine.links)
        out << "\n[engine]\nl0 = " << (s.engine.l0 ? "true" : "false")
            << "\nlinks = " << (s.engine.links ? "true" : "false") << "\n";
    out << "\n[worlds]\n";
    if (s.worlds.kernel_domain >= 0) out << "kernel_domain = " << s.worlds.kernel_domain << "\n";
    if (s.worlds.hypervisor_asid >= 0) out << "hypervisor_asid = " << s.worlds.hypervisor_asid << "\n";
    out << "hypercall_register = " << unsigned{s.worlds.hypercall_register} << "\n";
    if (!s.row.operation.empty() || !s.row.cause.empty()) {
        out << "\n[row]\n";
        text("operation", s.row.operation);
        text("cause", s.row.cause);
    }
    if (s.expect.console || !s.expect.entries.empty()) {
        out << "\n[expect]\n";
        if (s.expect.console) text("console", *s.expect.console);
        out << "entries = {";
        const char* separator = " ";
        for (const auto& [name, count] : s.expect.entries) {
            out << separator << quoted(name) << " = " << count;
            separator = ", ";
        }
        out << " }\n";
    }
    return out.str();
}

}  // namespace vtoll::core
