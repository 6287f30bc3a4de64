// SPDX-License-Identifier: Apache-2.0
// Lines of source by address, as the DWARF of an ELF file has them.
#pragma once

#include <string>
#include <vector>

#include "core/base/input_file.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

class SourceLines {
public:
    /// False: the program was built without libdw, and no file has any.
    static bool built_in();
    /// Of code that lies `moved` bytes higher than it was linked. None when the file has no DWARF.
    explicit SourceLines(const InputFile& file, u32 moved = 0);

    /// "exits.c:117"; "" when nothing says so.
    std::string at(u32 address) const;

private:
    struct Row {
        u32 address = 0;
        u32 line = 0;  ///< 0: no code from here on
        u32 file = 0;
    };
    void read(const InputFile& file, u32 moved);

    std::vector<Row> rows_;  ///< by address
    std::vector<std::string> files_;
};

}  // namespace vtoll::core
