// SPDX-License-Identifier: Apache-2.0
// Images: ELF files, zImages, what is neither. What is accepted is placed in memory, as a run does.
#include "core/scenario/image.hpp"
#include "tests/fuzz/entry.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace vtoll;
    using namespace vtoll::core;
    static Ram ram(0x4000'0000, 16u << 20);
    const InputFile file{"x", fuzz::text_of(bytes, size), {}};
    fuzz::attempt([&] {
        std::vector<Image> images;
        images.push_back(make_image(file, ImageKind::automatic, std::nullopt, ram));
        check_placement(images, ram);
        place(images[0], ram);
    });
    fuzz::attempt([&] { read_symbols(file).describe(0x4000'8000); });
    fuzz::attempt([&] {
        for (const CodeRun& run : read_code_runs(file, CodeRun::Kind::arm))
            fuzz::expect(run.file_offset + run.size <= file.bytes.size(), "a run of code beyond the file");
    });
    return 0;
}
