// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace vtoll::cli {

/// Exit codes, the same for every verb. An interrupted one has exit_of_signal().
enum Exit : int {
    exit_ok = 0,
    exit_guest_failed = 1,
    exit_usage = 2,
    exit_invalid_input = 3,
    exit_limit = 4,
    exit_disagreement = 5,
};

}  // namespace vtoll::cli
