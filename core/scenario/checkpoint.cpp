// SPDX-License-Identifier: Apache-2.0
#include "core/scenario/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <sstream>

#include "core/scenario/simulation.hpp"

namespace vtoll::core {

namespace {

constexpr u64 page_size = 4096;
constexpr u64 piece_size = u64{16} << 20;  ///< of memory, in one section
constexpr u64 map_size = piece_size / page_size / 8;

constexpr const char* memory_prefix = "memory.";
std::string name_of_piece(u64 pa) { return fmt::format("{}{:x}", memory_prefix, pa); }

bool is_zero(const u8* page) { return page[0] == 0 && std::memcmp(page, page + 1, page_size - 1) == 0; }

/// A bit per page that isn't zero, then those pages. Empty when there are none.
std::string pack_piece(const u8* memory, u64 size) {
    std::string packed(map_size, '\0');
    for (u64 page = 0; page < size / page_size; ++page) {
        const u8* bytes = memory + page * page_size;
        if (is_zero(bytes)) continue;
        packed[page / 8] = static_cast<char>(packed[page / 8] | 1 << page % 8);
        packed.append(reinterpret_cast<const char*>(bytes), page_size);
    }
    return packed.size() == map_size ? std::string() : packed;
}

/// False: not what pack_piece() makes of a piece of this size.
bool unpack_piece(std::string_view packed, u8* memory, u64 size) {
    if (packed.size() < map_size) return false;
    std::string_view pages = packed.substr(map_size);
    for (u64 page = 0; page < map_size * 8; ++page) {
        if (!(packed[page / 8] >> page % 8 & 1)) continue;
        if (page >= size / page_size || pages.size() < page_size) return false;
        std::memcpy(memory + page * page_size, pages.data(), page_size);
        pages.remove_prefix(page_size);
    }
    return pages.empty();
}

template <class Visit>
void for_each_piece(Ram& ram, Visit visit) {
    for (u64 at = 0; at < ram.size(); at += piece_size)
        visit(ram.base() + at, ram.at(ram.base() + at), std::min(piece_size, ram.size() - at));
}

}  // namespace

void save_checkpoint(Simulation& run, const std::string& asked, const std::string& point,
                     const std::filesystem::path& path) {
    Machine& machine = run.machine();
    CheckpointWriter writer;
    machine.save([&](const std::string& name, const std::string& bytes) { writer.add(name, bytes); });
    Archive watched;
    run.serialize_watchers(watched);
    writer.add("watchers", watched.take());
    for_each_piece(machine.ram(), [&](u64 pa, const u8* memory, u64 size) {
        const std::string packed = pack_piece(memory, size);
        if (!packed.empty()) writer.add(name_of_piece(pa), packed);
    });
    CheckpointHead head;
    head.tool_version = tool_version();
    head.tool_commit = tool_commit();
    head.asked = asked;
    head.scenario = run.declared();
    head.point = point;
    head.timing = run.cpu(0).config().pricing.name;
    head.instructions = machine.instructions();
    head.ticks = machine.ticks();
    head.nanoseconds = machine.clock().nanoseconds(machine.ticks());
    head.inputs = run.inputs_in_memory();
    writer.write(head, path);
}

bool is_memory(const std::string& section) { return section.starts_with(memory_prefix); }

void restore_machine(const CheckpointFile& file, Machine& machine) {
    Ram& ram = machine.ram();
    for_each_piece(ram, [&](u64 pa, u8* memory, u64 size) {
        const std::string name = name_of_piece(pa);
        const auto found = std::find_if(file.sections().begin(), file.sections().end(),
                                        [&](const auto& section) { return section.name == name; });
        if (found == file.sections().end()) return;
        if (!unpack_piece(file.unpack(*found), memory, size))
            file.refuse("has pages of no such memory in '" + name + "'");
    });
    std::string bytes;  // of the section being read
    machine.restore([&](const std::string& name) -> std::string_view {
        bytes = file.unpack(name);
        return bytes;
    });
}

std::string machine_description(const Scenario& scenario) {
    Scenario bare;
    bare.machine = scenario.machine;
    bare.machine.clock_mhz.reset();
    bare.images = scenario.images;
    for (ImageSpec& image : bare.images) image.symbols = image.phases = "";
    bare.domains = scenario.domains;
    bare.virtio = scenario.virtio;
    return to_toml(bare);
}

std::vector<std::string> files_in_memory(const Scenario& scenario) {
    std::vector<std::string> names;
    for (const ImageSpec& image : scenario.images) names.push_back(image.file);
    for (const DomainSpec& domain : scenario.domains) {
        names.push_back(domain.kernel);
        if (!domain.initrd.empty()) names.push_back(domain.initrd);
    }
    for (const VirtioSpec& device : scenario.virtio)
        if (!device.file.empty()) names.push_back(device.file);
    if (!scenario.machine.dtb.empty()) names.push_back(scenario.machine.dtb);
    return names;
}

void check_same_machine(const CheckpointFile& file, const Scenario& saved, const Scenario& scenario,
                        const std::vector<CheckpointHead::Input>& inputs) {
    std::istringstream then(machine_description(saved)), now(machine_description(scenario));
    for (;;) {
        std::string a, b;
        const bool more = static_cast<bool>(std::getline(then, a));
        if (!std::getline(now, b) && !more) break;
        if (a != b)
            file.refuse(
                fmt::format("is of another machine: '{}' there, '{}' in {}; expected the same", a, b, scenario.name));
    }
    for (std::size_t i = 0; i < std::min(inputs.size(), file.head().inputs.size()); ++i) {
        const auto& expected = file.head().inputs[i];
        if (expected.sha256 != inputs[i].sha256)
            file.refuse(fmt::format("was saved with another {} (SHA-256 {:.12}, now {:.12}); expected the same file",
                                    expected.name, expected.sha256, inputs[i].sha256));
    }
}

}  // namespace vtoll::core
