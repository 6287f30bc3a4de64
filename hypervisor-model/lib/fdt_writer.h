// SPDX-License-Identifier: Apache-2.0
// Makes a flattened device tree, in the order of its text: begin a node, its properties, its sub-nodes, end it.
#pragma once
#include "types.h"

#define FDT_STRINGS_MAX 512

struct fdt_writer {
    u8* base;
    u32 room, at;
    char strings[FDT_STRINGS_MAX];
    u32 strings_size;
    bool full;  // something did not fit: what follows is dropped
};

void fdt_write_start(struct fdt_writer* w, void* base, u32 room);
void fdt_begin(struct fdt_writer* w, const char* name);
void fdt_begin_at(struct fdt_writer* w, const char* name, u32 unit_address);  // name@address, in hexadecimal
void fdt_end(struct fdt_writer* w);
void fdt_put(struct fdt_writer* w, const char* name, const void* data, u32 size);
void fdt_put_text(struct fdt_writer* w, const char* name, const char* text);
void fdt_put_cells(struct fdt_writer* w, const char* name, const u32* cells, u32 count);
#define FDT_CELLS(w, name, ...) \
    fdt_put_cells(w, name, (const u32[]){__VA_ARGS__}, sizeof((const u32[]){__VA_ARGS__}) / sizeof(u32))

// Size of the finished blob, 0 when it did not fit.
u32 fdt_write_finish(struct fdt_writer* w);
