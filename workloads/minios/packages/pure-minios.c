// SPDX-License-Identifier: Apache-2.0
#include "pure.h"

VM_IMAGE(guest, "minios.img");

VM_TABLE = {VM_TABLE_HEAD, .vm_count = 1, .vm = {MINIOS_MACHINE(guest)}};
