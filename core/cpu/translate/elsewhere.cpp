// SPDX-License-Identifier: Apache-2.0
// On hosts for which nobody has written a translator: every block is run by handlers.
#include "core/cpu/translate/translator.hpp"

namespace vtoll::core {

struct Translator::Host {};

Translator::Translator(isa::CpuState& state, CpuClock& clock, const CoreModel* core, const FetchPages& pages,
                       const Calls& calls)
    : s_(state), clock_(clock), core_(core), pages_(pages), calls_(calls) {}

Translator::~Translator() = default;

bool Translator::available() { return false; }

bool Translator::has_room() { return false; }

isa::Handler Translator::translate(const Block&, BlockSlot*, bool) { return nullptr; }

void Translator::remember(const Block&) {}

void Translator::forget() {}

bool Translator::full() const { return false; }

}  // namespace vtoll::core
