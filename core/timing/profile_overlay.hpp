// SPDX-License-Identifier: Apache-2.0
// How replaced numbers get into the document of a profile or price table before it is read.
#pragma once

#include <toml++/toml.h>

#include <functional>
#include <string>

#include "core/base/toml_values.hpp"

namespace vtoll::core {

/// " [cache.l2.size=262144, memory.ns=90]", "" when there are none: what sets such a model apart by name.
std::string name_suffix(const Settings&);

/// Puts changed copies of entries into `overlay`; their source says so. `find` gives the node that has a dotted key
/// now, overlay included, or nullptr. Throws InputError for a number that `file` doesn't have.
void apply_settings(const Settings& settings, toml::table& overlay,
                    const std::function<const toml::node*(const std::string& key)>& find, const std::string& file);

}  // namespace vtoll::core
