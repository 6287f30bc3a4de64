// SPDX-License-Identifier: Apache-2.0
#include "core/cli/support/placements.hpp"

#include <fmt/format.h>

#include <numeric>

namespace vtoll::cli {

CLI::Option* add_placements(CLI::App& verb, unsigned& count) {
    return verb
        .add_option("--placements", count,
                    "Core models: run in N placements of memory in the caches; figures are means (docs/timing.md)")
        ->check(CLI::Range(1u, 100u))
        ->capture_default_str();
}

std::vector<u64> placements_of(unsigned count, const core::Pricing& pricing) {
    std::vector<u64> numbers(pricing.core ? count : 1);
    std::iota(numbers.begin(), numbers.end(), u64{0});
    return numbers;
}

std::vector<std::string> placed(std::vector<std::string> overrides, u64 placement) {
    if (placement) overrides.push_back(fmt::format("timing.placement={}", placement));
    return overrides;
}

std::string placed_name(const std::string& name, u64 placement) {
    return placement ? fmt::format("{}-placement-{}", name, placement) : name;
}

std::vector<std::string> run_words(const std::string& scenario, const std::string& timing, u64 placement,
                                   const std::string& output) {
    std::vector<std::string> words{"run", scenario, "--quiet", "--timing", timing};
    for (const std::string& text : placed({}, placement)) words.insert(words.end(), {"-c", text});
    words.insert(words.end(), {"-o", output});
    return words;
}

}  // namespace vtoll::cli
