// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gelf.h>

#include <memory>

#include "core/scenario/image.hpp"

namespace vtoll::core {

namespace {

struct ElfEnd {
    void operator()(Elf* elf) const { elf_end(elf); }
};
using ElfHandle = std::unique_ptr<Elf, ElfEnd>;

ElfHandle open_elf(const InputFile& file) {
    elf_version(EV_CURRENT);
    // libelf doesn't write to memory opened for reading.
    ElfHandle elf(elf_memory(const_cast<char*>(file.bytes.data()), file.bytes.size()));
    if (!elf || elf_kind(elf.get()) != ELF_K_ELF) throw InputError(file.name + ": not an ELF file");
    return elf;
}

GElf_Ehdr check_header(const InputFile& file, Elf* elf) {
    GElf_Ehdr header{};
    if (gelf_getehdr(elf, &header) == nullptr)
        throw InputError(file.name + ": truncated: the ELF header ends beyond the file");
    if (gelf_getclass(elf) != ELFCLASS32 || header.e_ident[EI_DATA] != ELFDATA2LSB)
        throw InputError(file.name + ": expected a 32-bit little-endian ELF file");
    if (header.e_machine != EM_ARM)
        throw InputError(fmt::format("{}: expected an ELF file for ARM (machine {}), found machine {}", file.name,
                                     int{EM_ARM}, header.e_machine));
    return header;
}

Segment check_segment(const InputFile& file, const GElf_Phdr& header, std::size_t index) {
    const u64 size = file.bytes.size();
    if (header.p_offset > size || header.p_filesz > size - header.p_offset)
        throw InputError(fmt::format("{}: truncated: segment {} needs bytes {:#x}..{:#x}, the file has {:#x}",
                                     file.name, index, header.p_offset, header.p_offset + header.p_filesz, size));
    if (header.p_memsz < header.p_filesz)
        throw InputError(fmt::format("{}: segment {} has {:#x} bytes in the file and {:#x} in memory; expected no more "
                                     "in the file than in memory", file.name, index, header.p_filesz, header.p_memsz));
    return {header.p_paddr, header.p_offset, header.p_filesz, header.p_memsz, fmt::format("segment {}", index)};
}

void collect(Elf* elf, Elf_Scn* section, const GElf_Shdr& header, std::vector<Symbol>& out) {
    Elf_Data* data = elf_getdata(section, nullptr);
    if (data == nullptr || header.sh_entsize == 0) return;
    for (u64 i = 0; i < header.sh_size / header.sh_entsize; ++i) {
        GElf_Sym symbol{};
        if (gelf_getsym(data, static_cast<int>(i), &symbol) == nullptr) break;
        const auto type = GELF_ST_TYPE(symbol.st_info);
        if (symbol.st_shndx == SHN_UNDEF || type > STT_FUNC) continue;  // sections, files, thread-local storage
        const char* name = elf_strptr(elf, header.sh_link, symbol.st_name);
        if (name == nullptr || *name == '\0' || *name == '$') continue;  // $a, $t, $d: mapping symbols
        const bool function = type == STT_FUNC;
        const bool thumb = function && (symbol.st_value & 1);
        out.push_back({static_cast<u32>(symbol.st_value) & ~u32{thumb}, static_cast<u32>(symbol.st_size), function,
                       thumb, name});
    }
}

Symbols collect_symbols(Elf* elf) {
    std::vector<Symbol> symbols;
    Elf_Scn* section = nullptr;
    while ((section = elf_nextscn(elf, section)) != nullptr) {
        GElf_Shdr header{};
        if (gelf_getshdr(section, &header) != nullptr && header.sh_type == SHT_SYMTAB)
            collect(elf, section, header, symbols);
    }
    return Symbols(std::move(symbols));
}

}  // namespace

Image read_elf(InputFile file) {
    Image image{std::move(file), ImageKind::elf, {}, {}, {}};
    const ElfHandle elf = open_elf(image.file);
    const GElf_Ehdr header = check_header(image.file, elf.get());
    if (header.e_type != ET_EXEC)
        throw InputError(image.file.name + ": expected an executable (ET_EXEC); link it to fixed addresses");
    std::size_t count = 0;
    if (elf_getphdrnum(elf.get(), &count) != 0 || header.e_phoff > image.file.bytes.size() ||
        u64{header.e_phentsize} * count > image.file.bytes.size() - header.e_phoff)
        throw InputError(image.file.name + ": truncated: the program headers end beyond the file");
    for (std::size_t i = 0; i < count; ++i) {
        GElf_Phdr segment{};
        if (gelf_getphdr(elf.get(), static_cast<int>(i), &segment) == nullptr)
            throw InputError(fmt::format("{}: program header {} can't be read: {}", image.file.name, i, elf_errmsg(-1)));
        if (segment.p_type == PT_LOAD && segment.p_memsz != 0)
            image.segments.push_back(check_segment(image.file, segment, i));
    }
    if (image.segments.empty()) throw InputError(image.file.name + ": nothing to load: no PT_LOAD segment");
    image.entry = static_cast<u32>(header.e_entry);
    image.symbols = collect_symbols(elf.get());
    return image;
}

Symbols read_elf_symbols(const InputFile& file) {
    const ElfHandle elf = open_elf(file);
    check_header(file, elf.get());
    return collect_symbols(elf.get());
}

}  // namespace vtoll::core
