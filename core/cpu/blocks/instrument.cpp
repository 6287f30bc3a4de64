// SPDX-License-Identifier: Apache-2.0
// Third pass: which instructions a listener may want to be in front of. Who listens changes while the block lasts:
// Hooks::watch goes by what is found here.
#include "core/cpu/blocks/draft.hpp"

namespace vtoll::core {

void instrument(BlockDraft& draft) {
    draft.changes_processor = 0;
    for (unsigned i = 0; i < draft.insns; ++i)
        draft.changes_processor |= u64{draft.ops[i].properties.sets != isa::Sets::nothing} << i;
}

}  // namespace vtoll::core
