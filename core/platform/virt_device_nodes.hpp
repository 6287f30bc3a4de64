// SPDX-License-Identifier: Apache-2.0
// The device tree nodes of what a lean machine leaves out.
#pragma once

#include "core/platform/fdt_writer.hpp"

namespace vtoll::core {

/// From the platform bus to the real-time clock, in QEMU's order.
void virt_device_nodes(FdtWriter& fdt);
void flash_node(FdtWriter& fdt);
/// Inside the interrupt controller's node.
void gicv2m_node(FdtWriter& fdt);
/// Inside the node of the processors.
void cpu_map_node(FdtWriter& fdt, unsigned cpus);

}  // namespace vtoll::core
