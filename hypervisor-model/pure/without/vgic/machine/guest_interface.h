// SPDX-License-Identifier: Apache-2.0
// Without a virtual CPU interface its two pages are devices as well.
#pragma once

#define VM_INTERFACE_DEVICES 3
