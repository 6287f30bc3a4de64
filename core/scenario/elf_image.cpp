// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gelf.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <sstream>

#include "core/scenario/image.hpp"

namespace vtoll::core {

namespace {

struct ElfEnd {
    void operator()(Elf* elf) const { elf_end(elf); }
};
using ElfHandle = std::unique_ptr<Elf, ElfEnd>;

ElfHandle open_elf(const InputFile& file) {
    if (file.bytes.starts_with(ELFMAG) && file.bytes.size() < sizeof(Elf32_Ehdr))
        throw InputError(file.name + ": truncated: the ELF header ends beyond the file");
    elf_version(EV_CURRENT);
    // libelf doesn't write to memory opened for reading.
    ElfHandle elf(elf_memory(const_cast<char*>(file.bytes.data()), file.bytes.size()));
    if (!elf || elf_kind(elf.get()) != ELF_K_ELF) throw InputError(file.name + ": not an ELF file");
    return elf;
}

GElf_Ehdr check_header(const InputFile& file, Elf* elf) {
    GElf_Ehdr header{};
    if (gelf_getehdr(elf, &header) == nullptr)
        throw InputError(file.name + ": the ELF header can't be read: " + elf_errmsg(-1));
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
        throw InputError(
            fmt::format("{}: segment {} has {:#x} bytes in the file and {:#x} in memory; expected no more "
                        "in the file than in memory",
                        file.name, index, header.p_filesz, header.p_memsz));
    return {header.p_paddr, header.p_offset, header.p_filesz, header.p_memsz, fmt::format("segment {}", index)};
}

/// Calls `visit(symbol, name)` for every defined symbol that has a name.
template <class Visit>
void for_each_symbol(Elf* elf, Visit visit) {
    Elf_Scn* section = nullptr;
    while ((section = elf_nextscn(elf, section)) != nullptr) {
        GElf_Shdr header{};
        if (gelf_getshdr(section, &header) == nullptr || header.sh_type != SHT_SYMTAB || header.sh_entsize == 0)
            continue;
        Elf_Data* data = elf_getdata(section, nullptr);
        for (u64 i = 0; data != nullptr && i < header.sh_size / header.sh_entsize; ++i) {
            GElf_Sym symbol{};
            if (gelf_getsym(data, static_cast<int>(i), &symbol) == nullptr) break;
            const char* name = elf_strptr(elf, header.sh_link, symbol.st_name);
            if (symbol.st_shndx != SHN_UNDEF && name != nullptr && *name != '\0') visit(symbol, name);
        }
    }
}

std::map<u32, CodeRun::Kind> mapping_symbols(Elf* elf) {
    std::map<u32, CodeRun::Kind> kinds;
    for_each_symbol(elf, [&](const GElf_Sym& symbol, const char* name) {
        if (name[0] != '$' || (name[2] != '\0' && name[2] != '.')) return;
        const auto address = static_cast<u32>(symbol.st_value);
        if (name[1] == 'a') kinds[address] = CodeRun::Kind::arm;
        if (name[1] == 't') kinds[address] = CodeRun::Kind::thumb;
        if (name[1] == 'd') kinds[address] = CodeRun::Kind::data;
    });
    return kinds;
}

/// 0 for what is in no section: absolute symbols.
u32 section_end(Elf* elf, std::size_t index) {
    GElf_Shdr header{};
    Elf_Scn* section = index < SHN_LORESERVE ? elf_getscn(elf, index) : nullptr;
    if (!section || gelf_getshdr(section, &header) == nullptr) return 0;
    return static_cast<u32>(header.sh_addr + header.sh_size);
}

Symbols collect_symbols(Elf* elf) {
    std::vector<Symbol> symbols;
    for_each_symbol(elf, [&](const GElf_Sym& symbol, const char* name) {
        const auto type = GELF_ST_TYPE(symbol.st_info);
        if (type > STT_FUNC || *name == '$') return;  // sections, files, thread-local storage; mapping symbols
        const bool function = type == STT_FUNC;
        const bool thumb = function && (symbol.st_value & 1);
        symbols.push_back({static_cast<u32>(symbol.st_value) & ~u32{thumb}, static_cast<u32>(symbol.st_size), function,
                           thumb, name, section_end(elf, symbol.st_shndx)});
    });
    return Symbols(std::move(symbols));
}

/// Sizes are not in it: a symbol reaches to the next.
Symbols read_symbol_map(const InputFile& file) {
    std::vector<Symbol> symbols;
    std::istringstream lines(file.bytes);
    std::string line;
    for (unsigned number = 1; std::getline(lines, line); ++number) {
        std::istringstream words(line);
        std::string address, name;
        char type = 0;
        words >> address;
        if (address.empty() || address == "U" || address == "w") continue;  // blank, or a symbol without an address
        char* end = nullptr;
        const unsigned long long value = std::strtoull(address.c_str(), &end, 16);
        if (*end != '\0' || !(words >> type >> name))
            throw InputError(fmt::format("{}:{}: expected an address, a type and a name, such as \"00200000 T start\"",
                                         file.name, number));
        if (value > 0xffff'ffff)
            throw InputError(fmt::format("{}:{}: address {} has more than 32 bits", file.name, number, address));
        if (name.front() == '$') continue;  // mapping symbols
        const bool function = type == 't' || type == 'T';
        symbols.push_back(
            {.address = static_cast<u32>(value), .size = 0, .function = function, .thumb = false, .name = name});
    }
    if (symbols.empty()) throw InputError(file.name + ": neither an ELF file nor a list of symbols");
    return Symbols(std::move(symbols));
}

/// Execution starts at physical addresses, with the MMU off. An image that is linked for virtual ones has its entry
/// there too: it lies in the segment that is loaded elsewhere. (QEMU: elf_ops.h.inc.)
u32 physical_entry(const std::vector<GElf_Phdr>& loaded, u64 entry) {
    for (const GElf_Phdr& segment : loaded)
        if ((segment.p_flags & PF_X) && entry >= segment.p_vaddr && entry - segment.p_vaddr < segment.p_filesz)
            return static_cast<u32>(entry - segment.p_vaddr + segment.p_paddr);
    return static_cast<u32>(entry);
}

}  // namespace

Image read_elf(InputFile file) {
    Image image{std::move(file), ImageKind::elf, {}, {}, {}};
    const ElfHandle elf = open_elf(image.file);
    const GElf_Ehdr header = check_header(image.file, elf.get());
    if (header.e_type != ET_EXEC)
        throw InputError(image.file.name + ": expected an executable (ET_EXEC); link it to fixed addresses");
    const std::size_t count = header.e_phnum;
    if (header.e_phoff > image.file.bytes.size() ||
        u64{header.e_phentsize} * count > image.file.bytes.size() - header.e_phoff)
        throw InputError(image.file.name + ": truncated: the program headers end beyond the file");
    std::vector<GElf_Phdr> loaded;
    for (std::size_t i = 0; i < count; ++i) {
        GElf_Phdr segment{};
        if (gelf_getphdr(elf.get(), static_cast<int>(i), &segment) == nullptr)
            throw InputError(
                fmt::format("{}: program header {} can't be read: {}", image.file.name, i, elf_errmsg(-1)));
        if (segment.p_type != PT_LOAD || segment.p_memsz == 0) continue;
        image.segments.push_back(check_segment(image.file, segment, i));
        loaded.push_back(segment);
    }
    if (image.segments.empty()) throw InputError(image.file.name + ": nothing to load: no PT_LOAD segment");
    image.entry = physical_entry(loaded, header.e_entry);
    image.symbols = collect_symbols(elf.get());
    return image;
}

std::vector<CodeRun> read_code_runs(const InputFile& file, CodeRun::Kind otherwise) {
    const ElfHandle elf = open_elf(file);
    check_header(file, elf.get());
    const auto kinds = mapping_symbols(elf.get());
    std::vector<CodeRun> runs;
    Elf_Scn* section = nullptr;
    while ((section = elf_nextscn(elf.get(), section)) != nullptr) {
        GElf_Shdr header{};
        if (gelf_getshdr(section, &header) == nullptr || header.sh_type != SHT_PROGBITS ||
            !(header.sh_flags & SHF_EXECINSTR))
            continue;
        if (header.sh_offset > file.bytes.size() || header.sh_size > file.bytes.size() - header.sh_offset)
            throw InputError(fmt::format("{}: truncated: a section needs bytes {:#x}..{:#x}, the file has {:#x}",
                                         file.name, header.sh_offset, header.sh_offset + header.sh_size,
                                         file.bytes.size()));
        const u32 begin = static_cast<u32>(header.sh_addr), end = static_cast<u32>(header.sh_addr + header.sh_size);
        u32 at = begin;
        CodeRun::Kind kind = otherwise;
        const auto flush = [&](u32 until) {
            if (until > at) runs.push_back({kind, at, header.sh_offset + (at - begin), until - at});
            at = std::max(at, until);
        };
        for (auto next = kinds.lower_bound(begin); next != kinds.end() && next->first < end; ++next) {
            flush(next->first);
            kind = next->second;
        }
        flush(end);
    }
    std::sort(runs.begin(), runs.end(), [](const CodeRun& a, const CodeRun& b) { return a.address < b.address; });
    return runs;
}

Symbols read_symbols(const InputFile& file) {
    if (!file.bytes.starts_with(ELFMAG)) return read_symbol_map(file);
    const ElfHandle elf = open_elf(file);
    check_header(file, elf.get());
    return collect_symbols(elf.get());
}

}  // namespace vtoll::core
