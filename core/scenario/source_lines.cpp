// SPDX-License-Identifier: Apache-2.0
#include "core/scenario/source_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <tuple>

#ifdef VTOLL_LIBDW
#include <elfutils/libdw.h>
#endif

namespace vtoll::core {

SourceLines::SourceLines(const InputFile& file, u32 moved) {
    read(file, moved);
    // Where one sequence ends and another begins, the one that begins has the address.
    std::ranges::stable_sort(rows_, {}, [](const Row& row) { return std::pair(row.address, row.line != 0); });
}

std::string SourceLines::at(u32 address) const {
    const auto next = std::ranges::upper_bound(rows_, address, {}, &Row::address);
    if (next == rows_.begin() || std::prev(next)->line == 0) return "";
    return fmt::format("{}:{}", files_[std::prev(next)->file], std::prev(next)->line);
}

#ifdef VTOLL_LIBDW

bool SourceLines::built_in() { return true; }

void SourceLines::read(const InputFile& file, u32 moved) {
    elf_version(EV_CURRENT);
    // libelf doesn't write to memory opened for reading.
    Elf* elf = elf_memory(const_cast<char*>(file.bytes.data()), file.bytes.size());
    Dwarf* dwarf = elf && elf_kind(elf) == ELF_K_ELF ? dwarf_begin_elf(elf, DWARF_C_READ, nullptr) : nullptr;
    std::map<std::string, u32> numbers;
    std::size_t header = 0;
    for (Dwarf_Off at = 0, next = 0; dwarf && dwarf_nextcu(dwarf, at, &next, &header, nullptr, nullptr, nullptr) == 0;
         at = next) {
        Dwarf_Die unit;
        Dwarf_Lines* lines = nullptr;
        std::size_t count = 0;
        if (!dwarf_offdie(dwarf, at + header, &unit) || dwarf_getsrclines(&unit, &lines, &count) != 0) continue;
        for (std::size_t i = 0; i < count; ++i) {
            Dwarf_Line* line = dwarf_onesrcline(lines, i);
            Dwarf_Addr address = 0;
            int number = 0;
            bool ends = false;
            const char* name = dwarf_linesrc(line, nullptr, nullptr);
            if (dwarf_lineaddr(line, &address) != 0 || dwarf_lineno(line, &number) != 0) continue;
            dwarf_lineendsequence(line, &ends);
            const std::string base = std::filesystem::path(name ? name : "?").filename().string();
            const auto [known, fresh] = numbers.try_emplace(base, static_cast<u32>(files_.size()));
            if (fresh) files_.push_back(base);
            rows_.push_back({static_cast<u32>(address) + moved, ends ? 0 : static_cast<u32>(number), known->second});
        }
    }
    if (dwarf) dwarf_end(dwarf);
    if (elf) elf_end(elf);
}

#else

bool SourceLines::built_in() { return false; }
void SourceLines::read(const InputFile&, u32) {}

#endif

}  // namespace vtoll::core
