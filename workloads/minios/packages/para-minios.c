// SPDX-License-Identifier: Apache-2.0
#include "para.h"

VM_IMAGE(guest, "minios-para-kernel.img");

VM_TABLE = {VM_TABLE_HEAD, .vm_count = 1, .vm = {MINIOS_MACHINE(guest)}};
