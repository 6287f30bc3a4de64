// SPDX-License-Identifier: Apache-2.0
// Scenario files. What is accepted is printed, and reads the same again.
#include "core/scenario/scenario.hpp"
#include "tests/fuzz/entry.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace vtoll;
    using namespace vtoll::core;
    const std::string text = fuzz::text_of(bytes, size);
    fuzz::attempt([&] {
        const Scenario once = parse_scenario(text, "x.toml", {});
        const std::string printed = to_toml(once);
        Scenario again;
        try {
            again = parse_scenario(printed, "x.toml", {});
        } catch (const InputError& refused) {
            fmt::print(stderr, "{}\n", refused.what());
            fuzz::expect(false, "a scenario is refused as it was printed");
        }
        fuzz::expect(once == again, "a scenario differs from what was printed of it");
    });
    // The same words on a command line.
    const auto line = text.substr(0, text.find('\n'));
    fuzz::attempt([&] { parse_scenario("[[image]]\nfile = \"x\"\n", "x.toml", {line}); });
    return 0;
}
