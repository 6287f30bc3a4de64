// SPDX-License-Identifier: Apache-2.0
// Notices every mutant of sample.hpp.
#include "tests/mutation/sample.hpp"

using namespace vtoll::sample;

int main() {
    Books books;
    books.book({3, 20});
    books.enter();
    const bool right = books.cost.insns == 3 && books.cost.ticks == 27 && books.entries == 1 &&
                       cause_of(0x12) == Cause::hypercall && cause_of(0x24) == Cause::stage2_fault &&
                       cause_of(0) == Cause::hyp_other && longest(3, 4) == 4 && in_row(5, 5, 6) && !in_row(4, 5, 6) &&
                       !in_row(6, 5, 6) && half(true, 7) == 4 && half(true, 8) == 4 && half(false, 7) == 3;
    return right ? 0 : 1;
}
