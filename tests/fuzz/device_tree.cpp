// SPDX-License-Identifier: Apache-2.0
// A user's device tree. What is accepted is a tree again, with the machine's memory.
#include <libfdt.h>

#include "core/platform/device_tree.hpp"
#include "tests/fuzz/entry.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace vtoll;
    using namespace vtoll::core;
    fuzz::attempt([&] {
        const std::string tree =
            adapt_device_tree(fuzz::text_of(bytes, size), "x.dtb", {}, {"quiet", 0x4800'0000, 0x4800'1000});
        fuzz::expect(fdt_check_full(tree.data(), tree.size()) == 0, "what came of it is no device tree");
        fuzz::expect(fdt_path_offset(tree.data(), "/memory@40000000") > 0, "what came of it has no memory");
    });
    return 0;
}
