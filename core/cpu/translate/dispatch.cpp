// SPDX-License-Identifier: Apache-2.0
#include "core/cpu/translate/dispatch.hpp"

#include <bit>
#include <cstddef>

namespace vtoll::core {

using namespace Xbyak::util;

void make_dispatch(Assembler& a, const isa::CpuState& s, const KnownTargets& targets, const FetchPages& pages) {
    const auto at = [&](const void* member, u32 size) {
        const auto offset = static_cast<const char*>(member) - reinterpret_cast<const char*>(&s);
        return Xbyak::AddressFrame(static_cast<int>(8 * size))[rdi + static_cast<std::size_t>(offset)];
    };
    const auto of_target = [](std::size_t offset, u32 size) {
        return Xbyak::AddressFrame(static_cast<int>(8 * size))[r8 + offset];
    };
    const auto of_page = [](std::size_t offset) { return qword[r9 + offset]; };
    Xbyak::Label engine;
    // What the engine does between blocks: interrupts, and links to where a block was left by a direct branch.
    a.cmp(at(&s.attention, 1), 0);
    a.jne(engine);
    a.cmp(at(&s.exit_op, 8), 0);
    a.jne(engine);
    a.mov(eax, at(&s.r[15], 4));
    a.mov(rdx, at(&s.l0_ctx, 8));
    a.or_(rdx, rax);
    a.shr(eax, 1);
    a.and_(eax, KnownTargets::count - 1);
    a.shl(eax, std::countr_zero(sizeof(KnownTarget)));
    a.mov(r8, reinterpret_cast<u64>(targets.data()));
    a.add(r8, rax);
    a.cmp(rdx, of_target(offsetof(KnownTarget, tag), 8));
    a.jne(engine);
    a.mov(eax, at(&s.psr, 4));
    a.and_(eax, KnownTarget::state_mask);
    a.cmp(eax, of_target(offsetof(KnownTarget, state), 4));
    a.jne(engine);
    // The page of code is known still, and the same.
    static_assert(sizeof(FetchPage) == 32 && std::has_single_bit(std::tuple_size_v<FetchPages>));
    a.mov(rax, rdx);
    a.shr(eax, 12 - std::countr_zero(sizeof(FetchPage)));
    a.and_(eax, static_cast<u32>((std::tuple_size_v<FetchPages> - 1) * sizeof(FetchPage)));
    a.mov(r9, reinterpret_cast<u64>(pages.data()));
    a.add(r9, rax);
    a.and_(rdx, -4096);
    a.cmp(rdx, of_page(offsetof(FetchPage, tag)));
    a.jne(engine);
    a.mov(rax, of_page(offsetof(FetchPage, pa)));
    a.cmp(rax, of_target(offsetof(KnownTarget, page), 8));
    a.jne(engine);
    a.movzx(eax, at(&s.thumb, 1));
    a.cmp(eax, of_target(offsetof(KnownTarget, thumb), 4));
    a.jne(engine);
    a.cmp(at(&s.itstate, 1), 0);
    a.jne(engine);
    a.mov(rsi, of_target(offsetof(KnownTarget, entry), 8));
    a.jmp(qword[rsi]);
    a.L(engine);
    a.xor_(eax, eax);
    a.ret();
}

}  // namespace vtoll::core
