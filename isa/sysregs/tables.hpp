// SPDX-License-Identifier: Apache-2.0
// The tables, one per file, in the order of documentation.
#pragma once

#include <vector>

#include "isa/sysregs/sys_reg.hpp"

namespace vtoll::isa {

void add_identification(std::vector<SysReg>& rows);
void add_control(std::vector<SysReg>& rows);
void add_maintenance(std::vector<SysReg>& rows);
void add_performance(std::vector<SysReg>& rows);
void add_hyp(std::vector<SysReg>& rows);
void add_timers(std::vector<SysReg>& rows);
void add_debug(std::vector<SysReg>& rows);

}  // namespace vtoll::isa
