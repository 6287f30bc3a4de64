// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "machine/device.h"

bool cpu_interface_access(struct vcpu* vcpu, struct device* device, struct access* access);
