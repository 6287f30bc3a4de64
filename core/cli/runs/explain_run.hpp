// SPDX-License-Identifier: Apache-2.0
// `vtoll explain RUN [EXIT]`: a finished run's exits, taken apart.
#pragma once

#include <string>

#include "core/cli/support/table_output.hpp"

namespace vtoll::cli {

struct RunQuestion {
    std::string run;
    std::string exit;               ///< by its name in vtoll exits; "": all of them
    std::string against;            ///< another run; "": none
    bool measured = false;          ///< exits between the markers DBG #1 and DBG #2 alone
    bool books = false;             ///< from the books alone: nothing is run again
    std::vector<std::string> free;  ///< of an exit: in the run as it is again with these parts free
    TableOutput output;
};

/// The exit code.
int explain_run(const RunQuestion& question);

}  // namespace vtoll::cli
