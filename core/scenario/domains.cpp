// SPDX-License-Identifier: Apache-2.0
// Files of the virtual machines that a hypervisor is to start: placed behind everything else in memory.
#include <fmt/format.h>

#include <algorithm>

#include "core/scenario/simulation.hpp"

namespace vtoll::core {

namespace {
constexpr u64 module_alignment = 2u << 20;  ///< of a long-descriptor block: no hypervisor maps two of them at once
}

BootModule Simulation::load_module(const SearchPath& search, const std::string& file, const std::string& asked_by) {
    const Ram& ram = machine_->ram();
    u64 behind = ram.base();
    for (const LoadedImage& loaded : images_)
        for (const Segment& segment : loaded.image.segments)
            if (ram.holds(segment.pa, segment.memory_size)) behind = std::max(behind, segment.pa + segment.memory_size);
    ImageSpec spec{.file = file, .kind = ImageKind::raw, .address = {}, .symbols = {}, .phases = {}};
    spec.address = (behind + module_alignment - 1) & ~(module_alignment - 1);
    Image image = make_image(read(search, file, asked_by), spec.kind, spec.address, ram);
    const BootModule module{*spec.address, image.file.bytes.size()};
    images_.push_back({std::move(spec), std::move(image), {}});
    return module;
}

void Simulation::load_domains(const SearchPath& search) {
    for (std::size_t i = 0; i < scenario_.domains.size(); ++i) {
        const DomainSpec& spec = scenario_.domains[i];
        const std::string asked_by = fmt::format("{}: domain[{}].", scenario_.name, i);
        BootDomain domain{spec.is_first() ? "" : spec.name, spec.memory, spec.cpus, spec.bootargs, {}, {}};
        domain.kernel = load_module(search, spec.kernel, asked_by + "kernel");
        if (!spec.initrd.empty()) domain.initrd = load_module(search, spec.initrd, asked_by + "initrd");
        domains_.push_back(std::move(domain));
    }
}

}  // namespace vtoll::core
