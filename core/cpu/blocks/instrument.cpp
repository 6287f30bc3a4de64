// SPDX-License-Identifier: Apache-2.0
// Third pass: which instructions a listener may want to be in front of, or a stand-in has to carry out. Who listens
// changes while the block lasts: Hooks::watch goes by what is found here.
#include "core/cpu/blocks/draft.hpp"

namespace vtoll::core {

void instrument(BlockDraft& draft) {
    draft.changes_processor = draft.barriers = 0;
    for (unsigned i = 0; i < draft.insns; ++i) {
        const isa::Decoding& op = draft.ops[i];
        const bool sets = op.properties.sets != isa::Sets::nothing;
        draft.changes_processor |= u64{sets} << i;
        draft.barriers |= u64{op.cls == isa::CostClass::barrier && !sets} << i;  // CP15's are system register writes
    }
}

}  // namespace vtoll::core
