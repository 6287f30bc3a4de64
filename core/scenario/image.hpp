// SPDX-License-Identifier: Apache-2.0
// Programs and data to be placed in memory before a run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/input_file.hpp"
#include "core/ledger/names/symbols.hpp"
#include "core/platform/ram.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

/// `kernel` looks at the contents like `automatic`; what is neither ELF nor zImage is raw, placed and started where
/// QEMU does it.
enum class ImageKind : u8 { automatic, elf, raw, zimage, initrd, flash, kernel };

/// A piece of an image and where it goes. Bytes beyond `file_size` are zero.
struct Segment {
    u64 pa = 0;
    u64 file_offset = 0, file_size = 0, memory_size = 0;
    std::string name;  ///< "segment 2": for messages
};

struct Image {
    InputFile file;
    ImageKind kind = ImageKind::raw;
    std::vector<Segment> segments;
    std::optional<u32> entry;  ///< where execution starts, for kinds that say so
    Symbols symbols;
};

/// Takes the bytes apart. `address` is needed for raw images and refused for ELF; `automatic` looks at the contents.
/// Throws InputError for anything that isn't what it claims to be.
Image make_image(InputFile file, ImageKind kind, std::optional<u64> address, const Ram& ram);

/// Where two images of one machine would lie on each other, or outside RAM: InputError.
void check_placement(const std::vector<Image>& images, const Ram& ram);
void place(const Image& image, Ram& ram);

/// The ELF reader behind make_image: 32-bit little-endian ARM executables.
Image read_elf(InputFile file);

/// Executable contents of an ELF file: runs of one kind, in order of address. Mapping symbols ($a, $t, $d; "ELF for the
/// ARM Architecture" §4.5.5) tell the kinds apart; without any, `otherwise` is everything's kind.
struct CodeRun {
    enum class Kind : u8 { arm, thumb, data } kind = Kind::arm;
    u32 address = 0;
    u64 file_offset = 0, size = 0;
};
std::vector<CodeRun> read_code_runs(const InputFile& file, CodeRun::Kind otherwise);

/// Symbols only, for images whose symbols come in a file of their own: an ELF file, or lines "address type name" as nm
/// prints them and System.map has them.
Symbols read_symbols(const InputFile& file);

}  // namespace vtoll::core
