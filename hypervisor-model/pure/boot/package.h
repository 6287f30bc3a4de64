// SPDX-License-Identifier: Apache-2.0
// Machines that a VM package describes.
#pragma once
#include "machine/vm_package.h"

// The package in RAM; NULL when there is none. Stops with a line on the console when it is damaged.
const struct vm_package* package_find(void);
u32 package_pages(const struct vm_package* package);  // that its machines may come to need
bool package_make_machines(const struct vm_package* package);
