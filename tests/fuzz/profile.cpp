// SPDX-License-Identifier: Apache-2.0
// Price tables and core profiles.
#include "core/timing/pricing.hpp"
#include "tests/fuzz/entry.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace vtoll;
    const fuzz::File file(fuzz::text_of(bytes, size));
    fuzz::attempt([&] { core::describe(core::load_pricing(file.path().string())); });
    return 0;
}
