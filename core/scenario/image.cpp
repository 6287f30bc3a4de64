// SPDX-License-Identifier: Apache-2.0
#include "core/scenario/image.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/platform/memory_map.hpp"

namespace vtoll::core {

namespace {

constexpr u64 zimage_magic_offset = 0x24;
constexpr u32 zimage_magic = 0x016f'2818;
constexpr u64 kernel_load_offset = 0x1'0000;  ///< from the start of RAM; QEMU's choice

bool is_elf(const std::string& bytes) { return bytes.starts_with("\177ELF"); }

bool is_zimage(const std::string& bytes) {
    u32 magic = 0;
    if (bytes.size() < zimage_magic_offset + sizeof magic) return false;
    std::memcpy(&magic, bytes.data() + zimage_magic_offset, sizeof magic);
    return magic == zimage_magic;
}

/// Wrappings that a boot loader takes off: nobody does it here.
void refuse_wrapped(const InputFile& file) {
    const std::string& b = file.bytes;
    if (b.starts_with("\x27\x05\x19\x56"))
        throw InputError(file.name +
                         ": a U-Boot image (magic number 0x27051956); expected the kernel inside it: "
                         "`dumpimage -T kernel -p 0 -o zImage " +
                         file.name + "`");
    if (b.starts_with("\xd0\x0d\xfe\xed"))
        throw InputError(file.name +
                         ": a device tree or U-Boot FIT image (magic number 0xd00dfeed); expected a kernel");
    if (b.starts_with("\x1f\x8b"))
        throw InputError(file.name + ": gzip-compressed; expected what `gunzip` makes of it");
    if (b.size() >= 0x3c && b.compare(0x38, 4, "ARM\x64") == 0)
        throw InputError(file.name +
                         ": an AArch64 Linux image (magic number \"ARM\\x64\" at offset 0x38); expected AArch32 code");
}

ImageKind look(const InputFile& file, std::optional<u64> address, bool kernel) {
    if (is_elf(file.bytes) && !address) return ImageKind::elf;
    if (address) return ImageKind::raw;
    if (is_zimage(file.bytes)) return ImageKind::zimage;
    refuse_wrapped(file);
    if (kernel) return ImageKind::raw;
    throw InputError(file.name + ": neither ELF nor zImage; expected `address` for a raw image");
}

/// The memory an image is for: RAM, or the bank of flash it starts in.
std::pair<const char*, memory_map::Window> home_of(const Image& image, const Segment& segment, const Ram& ram) {
    if (image.kind != ImageKind::flash) return {"RAM", {ram.base(), ram.size()}};
    const bool second = segment.pa >= memory_map::flash(1).base;
    return {second ? "the second bank of flash" : "the first bank of flash", memory_map::flash(second)};
}

}  // namespace

Image make_image(InputFile file, ImageKind kind, std::optional<u64> address, const Ram& ram) {
    const bool kernel = kind == ImageKind::kernel;
    if (kernel || kind == ImageKind::automatic) kind = look(file, address, kernel);
    if (kind == ImageKind::elf) {
        if (address) throw InputError(file.name + ": an ELF file says where it goes; expected no `address`");
        return read_elf(std::move(file));
    }
    if (kind == ImageKind::zimage && !is_zimage(file.bytes))
        throw InputError(file.name + ": not a zImage: no magic number 0x016f2818 at offset 0x24");
    if (file.bytes.empty()) throw InputError(file.name + ": empty file");
    if (kind == ImageKind::flash) {
        Image image{std::move(file), kind, {}, static_cast<u32>(address.value_or(memory_map::flash(0).base)), {}};
        const u64 size = image.file.bytes.size();
        image.segments.push_back({*image.entry, 0, size, size, "the image"});
        return image;
    }
    if (!address) {
        if (kind == ImageKind::raw && !kernel) throw InputError(file.name + ": expected `address` for a raw image");
        // The boot protocol's usual places, as QEMU has them.
        address =
            ram.base() + (kind == ImageKind::initrd ? std::min<u64>(ram.size() / 2, 128u << 20) : kernel_load_offset);
    }
    Image image{std::move(file), kind, {}, {}, {}};
    const u64 size = image.file.bytes.size();
    image.segments.push_back({*address, 0, size, size, "the image"});
    if (kind == ImageKind::zimage || kernel) image.entry = static_cast<u32>(*address);
    return image;
}

void check_placement(const std::vector<Image>& images, const Ram& ram) {
    struct Placed {
        const Image* image;
        const Segment* segment;
    };
    std::vector<Placed> placed;
    for (const Image& image : images)
        for (const Segment& segment : image.segments) {
            const auto [what, home] = home_of(image, segment, ram);
            if (segment.pa < home.base || segment.pa + segment.memory_size > home.base + home.size)
                throw InputError(fmt::format("{}: {} at {:#x}..{:#x} lies outside {} {:#x}..{:#x}", image.file.name,
                                             segment.name, segment.pa, segment.pa + segment.memory_size, what,
                                             home.base, home.base + home.size));
            placed.push_back({&image, &segment});
        }
    std::sort(placed.begin(), placed.end(),
              [](const Placed& a, const Placed& b) { return a.segment->pa < b.segment->pa; });
    for (std::size_t i = 1; i < placed.size(); ++i) {
        const Placed &low = placed[i - 1], &high = placed[i];
        if (low.segment->pa + low.segment->memory_size > high.segment->pa)
            throw InputError(fmt::format("{}: {} at {:#x} overlaps {} of {} at {:#x}..{:#x}", high.image->file.name,
                                         high.segment->name, high.segment->pa, low.segment->name, low.image->file.name,
                                         low.segment->pa, low.segment->pa + low.segment->memory_size));
    }
}

void place(const Image& image, Ram& ram) {
    for (const Segment& segment : image.segments)  // memory is zero already: the rest of a segment needs nothing
        std::memcpy(ram.at(segment.pa), image.file.bytes.data() + segment.file_offset, segment.file_size);
}

}  // namespace vtoll::core
