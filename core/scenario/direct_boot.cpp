// SPDX-License-Identifier: Apache-2.0
// The command line in place of a scenario: it becomes the document that one would have written.
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "core/base/number_text.hpp"
#include "core/base/toml_table.hpp"
#include "core/scenario/scenario.hpp"

namespace vtoll::core {

namespace {

/// FILE@ADDRESS
toml::table raw_image(const std::string& load) {
    const auto at = load.rfind('@');
    const auto address = at == std::string::npos ? std::nullopt : number_in(load.substr(at + 1), 0xffff'ffff);
    if (at == 0 || !address) throw InputError("--load " + load + ": expected FILE@ADDRESS, as in guest.bin@0x44000000");
    return toml::table{{"file", load.substr(0, at)}, {"kind", "raw"}, {"address", static_cast<s64>(*address)}};
}

/// Hypervisors that have a name: what is loaded, and its phases.
struct NamedHypervisor {
    std::string_view name;
    const char *file, *phases;
    bool has_first_domain;  ///< a domain of no stated size, which its own command line tells of
};
constexpr NamedHypervisor named_hypervisors[] = {
    {"pure", "guest/pure.elf", "hypervisor-model/pure/phases.toml", false},
    {"xen", "stock:xen", "", true},
};

const NamedHypervisor* named(const std::string& hypervisor) {
    const auto* found = std::ranges::find(named_hypervisors, hypervisor, &NamedHypervisor::name);
    return found == std::end(named_hypervisors) ? nullptr : found;
}

/// Half of the machine's; the whole where that is not known from the words.
std::string half_of(const std::string& memory) {
    const auto unit = memory.find_first_not_of("0123456789");
    const auto number = number_in(std::string_view(memory).substr(0, unit), 0xffff);
    const std::string_view suffix = unit == std::string::npos ? "" : std::string_view(memory).substr(unit);
    if (!number || (suffix != "M" && suffix != "G")) return memory;
    return fmt::format("{}M", (suffix == "G" ? *number * 1024 : *number) / 2);
}

/// Xen takes a first domain as it is told on its own command line; a domain of a stated size is one of dom0less.
toml::table domain(DirectBoot boot) {
    const NamedHypervisor* known = named(boot.hypervisor);
    if (known && !known->has_first_domain && boot.guest_memory.empty())
        boot.guest_memory = half_of(boot.memory.empty() ? "128M" : boot.memory);
    const bool first = boot.guest_memory.empty();
    toml::table table{
        {"name", first ? DomainSpec::first : "guest"}, {"kernel", boot.kernel}, {"bootargs", boot.append}};
    if (!boot.initrd.empty()) table.insert("initrd", boot.initrd);
    if (!first) table.insert("memory", boot.guest_memory);
    return table;
}

}  // namespace

Scenario scenario_for_boot(const DirectBoot& boot, const std::vector<std::string>& overrides) {
    const bool hypervisor = !boot.hypervisor.empty();
    const NamedHypervisor* known = named(boot.hypervisor);
    const std::string start = known ? known->file : hypervisor ? boot.hypervisor : boot.kernel;
    toml::table machine{{"bootargs", hypervisor ? boot.hypervisor_append : boot.append}};
    if (boot.cpus) machine.insert("cpus", static_cast<s64>(*boot.cpus));
    if (!boot.memory.empty()) machine.insert("ram", boot.memory);
    if (!boot.dtb.empty()) machine.insert("dtb", boot.dtb);
    toml::table first{{"file", start}, {"kind", "kernel"}};
    if (hypervisor) first.insert("symbols", symbols_of::hypervisor);
    if (known && *known->phases) first.insert("phases", known->phases);
    toml::array images{first};
    if (!hypervisor && !boot.initrd.empty()) images.push_back(toml::table{{"file", boot.initrd}, {"kind", "initrd"}});
    for (const std::string& load : boot.loads) images.push_back(raw_image(load));

    toml::table document{{"name", known ? boot.hypervisor : std::filesystem::path(start).stem().string()},
                         {"machine", machine},
                         {"image", images}};
    if (hypervisor && !boot.kernel.empty()) document.insert("domain", toml::array{domain(boot)});
    std::ostringstream text;
    text << document;
    return parse_scenario(text.str(), "command line", overrides);
}

void add_symbols(Scenario& scenario, const std::vector<std::string>& files, const std::string& phases) {
    for (const std::string& text : files) {
        SymbolsSpec symbols;
        symbols.file = text;
        for (const std::string& world : symbol_worlds())
            if (text.starts_with(world + ":")) {
                symbols.world = world;
                symbols.file = text.substr(world.size() + 1);
            }
        if (const auto at = symbols.file.rfind('@'); at != std::string::npos)
            if (const auto offset = number_in(std::string_view(symbols.file).substr(at + 1), 0xffff'ffff)) {
                symbols.offset = static_cast<u32>(*offset);
                symbols.file.resize(at);
            }
        if (symbols.file.empty())
            throw InputError("--symbols " + text +
                             ": expected [hypervisor:|kernel:]FILE[@OFFSET], as in hypervisor:xen-syms");
        scenario.symbols.push_back(symbols);
    }
    if (phases.empty()) return;
    bool used = false;
    for (SymbolsSpec& symbols : scenario.symbols)
        if (symbols.world == symbols_of::hypervisor) symbols.phases = phases, used = true;
    if (used) return;
    for (ImageSpec& image : scenario.images)
        if (image.symbols == symbols_of::hypervisor) image.phases = phases, used = true;
    if (!used)
        throw InputError("--phases " + phases +
                         ": whose? expected --symbols hypervisor:FILE, or an image whose "
                         "symbols are the hypervisor's");
}

}  // namespace vtoll::core
