// SPDX-License-Identifier: Apache-2.0
// Files named `stock:NAME`: Debian's own programs and images made of them, out of a cache that fills when it lacks one.
#pragma once

#include <filesystem>
#include <string>

#include "core/base/input_file.hpp"

namespace vtoll::core {

/// The program behind them, see docs/stock.md. `vtoll fetch` is its front door.
std::filesystem::path stock_program();

bool is_stock_image(const std::string& name);

/// Throws InputError, naming `asked_by`, when there is no such image, or it can't be had now.
InputFile read_stock_image(const std::string& name, const std::string& asked_by);

/// What a scenario means by `name`: a stock image, or a file found along the path.
InputFile read_named(const SearchPath& search, const std::string& name, const std::string& asked_by);

}  // namespace vtoll::core
