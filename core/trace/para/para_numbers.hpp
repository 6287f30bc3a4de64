// SPDX-License-Identifier: Apache-2.0
// The numbers of api.h that the host's side of a replay uses, from that file itself.
#pragma once

#include "isa/types.hpp"

#define __ASSEMBLER__  // its C part is for guests
#include "hypervisor-model/para/api.h"
#undef __ASSEMBLER__

namespace vtoll::para {

inline constexpr u32 user_end = PARA_USER_END, shared_page = PARA_VCPU, batch_most = PARA_BATCH_MAX;
inline constexpr u32 guest_ram = 128u << 20;  ///< of the machine in packages/trace-port.c
inline constexpr u32 user_pc = PARA_USER_PC, user_psr = PARA_USER_PSR, masked = PARA_MASKED;
inline constexpr u32 kernel_frame_pc = PARA_KFRAME_PC, kernel_frame_psr = PARA_KFRAME_PSR;
inline constexpr u32 call_null = PARA_NULL, call_return_user = PARA_RETURN_USER,
                     call_return_kernel = PARA_RETURN_KERNEL, call_space_switch = PARA_SPACE_SWITCH,
                     call_yield = PARA_YIELD, call_timer = PARA_TIMER, call_space_create = PARA_SPACE_CREATE,
                     call_map = PARA_MAP, call_unmap = PARA_UNMAP, call_cache_sync = PARA_CACHE_SYNC,
                     call_set_tls = PARA_SET_TLS;

}  // namespace vtoll::para
