// SPDX-License-Identifier: Apache-2.0
// `vtoll validate --system`: lmbench on Linux, on the profiles of boards. Each row is a run, kept until something it
// depends on changes.
#pragma once

#include <string>
#include <vector>

#include "core/report/system_validation.hpp"

namespace vtoll::cli {

struct SystemOptions {
    std::string timing, keep;
    std::vector<std::string> kernels;  ///< none: all
    bool all_processors = false;       ///< as many as the board has, in place of one
    unsigned jobs = 0;
    bool quiet = false;
};

/// Throws InputError when nothing can be run: no package, no such kernel or profile.
core::SystemValidation validate_system(const SystemOptions& options);

}  // namespace vtoll::cli
