// SPDX-License-Identifier: Apache-2.0
// A reader of flattened device trees: walks the structure block in place, allocates nothing.
#pragma once
#include "types.h"

struct fdt {
    const u8* base;
    const u8* structure;
    const u8* end;
    const char* strings;
    u32 strings_size;
};

struct fdt_prop {
    const u8* data;
    u32 size;
};

// False when the blob is not a version-17 compatible device tree of a believable size.
bool fdt_open(struct fdt* fdt, const void* blob);
u32 fdt_size(const struct fdt* fdt);

// A node is the offset of its first token after FDT_BEGIN_NODE's name; 0 means none.
u32 fdt_find_compatible(const struct fdt* fdt, const char* compatible);
u32 fdt_find_device_type(const struct fdt* fdt, const char* type);
// The same among the nodes that begin at the offset `from` or behind it; pass a node to find those after it.
u32 fdt_next_compatible(const struct fdt* fdt, u32 from, const char* compatible);
u32 fdt_next_device_type(const struct fdt* fdt, u32 from, const char* type);
// Where a node's properties and sub-nodes end.
u32 fdt_node_end(const struct fdt* fdt, u32 node);
const char* fdt_name(const struct fdt* fdt, u32 node);  // as in its path
bool fdt_property(const struct fdt* fdt, u32 node, const char* name, struct fdt_prop* prop);

u32 fdt_cell(const struct fdt_prop* prop, u32 index);
// A property that is one string; NULL when it is absent or does not end.
const char* fdt_text(const struct fdt* fdt, u32 node, const char* name);
// Entry `index` of a `reg` property of two-cell addresses and sizes. False when absent or above 4 GiB.
bool fdt_reg(const struct fdt* fdt, u32 node, u32 index, u32* address, u32* size);
// Interrupt `index` of an `interrupts` property of the GIC's three cells, as a GIC interrupt number; 0 when absent.
u32 fdt_irq(const struct fdt* fdt, u32 node, u32 index);
