// SPDX-License-Identifier: Apache-2.0
#include "fdt_writer.h"
#include "string.h"

enum { FDT_BEGIN_NODE = 1, FDT_END_NODE = 2, FDT_PROP = 3, FDT_END = 9 };

#define FDT_MAGIC 0xd00dfeedu
#define FDT_VERSION 17u
#define FDT_LAST_COMPATIBLE 16u
#define FDT_HEADER_SIZE 40u
#define FDT_RESERVATIONS_SIZE 16u  // the entry of zeroes that ends the list

static void put_be32(u8* to, u32 value) {
    for (u32 i = 0; i < 4; i++) to[i] = (u8)(value >> (24 - 8 * i));
}

static void put_bytes(struct fdt_writer* w, const void* data, u32 size) {
    if (w->full || size > w->room - w->at) {
        w->full = true;
        return;
    }
    memcpy(w->base + w->at, data, size);
    w->at += size;
}

static void put_cell(struct fdt_writer* w, u32 value) {
    u8 cell[4];
    put_be32(cell, value);
    put_bytes(w, cell, sizeof(cell));
}

static void pad(struct fdt_writer* w) {
    while (!w->full && w->at % 4) put_bytes(w, "", 1);
}

static u32 length(const char* s) { return (u32)strnlen(s, FDT_STRINGS_MAX); }

static u32 string_offset(struct fdt_writer* w, const char* name) {
    u32 size = length(name) + 1;
    for (u32 at = 0; at < w->strings_size; at += length(w->strings + at) + 1)
        if (strcmp(w->strings + at, name) == 0) return at;
    if (size > FDT_STRINGS_MAX - w->strings_size) {
        w->full = true;
        return 0;
    }
    memcpy(w->strings + w->strings_size, name, size);
    w->strings_size += size;
    return w->strings_size - size;
}

void fdt_write_start(struct fdt_writer* w, void* base, u32 room) {
    w->base = base;
    w->room = room;
    w->at = FDT_HEADER_SIZE + FDT_RESERVATIONS_SIZE;
    w->strings_size = 0;
    w->full = room < w->at;
    if (!w->full) memset(base, 0, w->at);
}

void fdt_begin(struct fdt_writer* w, const char* name) {
    put_cell(w, FDT_BEGIN_NODE);
    put_bytes(w, name, length(name) + 1);
    pad(w);
}

void fdt_begin_at(struct fdt_writer* w, const char* name, u32 unit_address) {
    put_cell(w, FDT_BEGIN_NODE);
    put_bytes(w, name, length(name));
    put_bytes(w, "@", 1);
    u32 shift = 28;
    while (shift && !(unit_address >> shift)) shift -= 4;
    for (;; shift -= 4) {
        put_bytes(w, &"0123456789abcdef"[unit_address >> shift & 15], 1);
        if (shift == 0) break;
    }
    put_bytes(w, "", 1);
    pad(w);
}

void fdt_end(struct fdt_writer* w) { put_cell(w, FDT_END_NODE); }

static void put_property_head(struct fdt_writer* w, const char* name, u32 size) {
    put_cell(w, FDT_PROP);
    put_cell(w, size);
    put_cell(w, string_offset(w, name));
}

void fdt_put(struct fdt_writer* w, const char* name, const void* data, u32 size) {
    put_property_head(w, name, size);
    put_bytes(w, data, size);
    pad(w);
}

void fdt_put_text(struct fdt_writer* w, const char* name, const char* text) {
    fdt_put(w, name, text, (u32)strnlen(text, w->room) + 1);
}

void fdt_put_cells(struct fdt_writer* w, const char* name, const u32* cells, u32 count) {
    put_property_head(w, name, 4 * count);
    for (u32 i = 0; i < count; i++) put_cell(w, cells[i]);
}

u32 fdt_write_finish(struct fdt_writer* w) {
    put_cell(w, FDT_END);
    u32 structure = FDT_HEADER_SIZE + FDT_RESERVATIONS_SIZE, strings = w->at;
    put_bytes(w, w->strings, w->strings_size);
    pad(w);
    if (w->full) return 0;
    const u32 header[FDT_HEADER_SIZE / 4] = {
        FDT_MAGIC, w->at,           structure,           strings, FDT_HEADER_SIZE, FDT_VERSION, FDT_LAST_COMPATIBLE,
        0,         w->strings_size, strings - structure,
    };
    for (u32 i = 0; i < FDT_HEADER_SIZE / 4; i++) put_be32(w->base + 4 * i, header[i]);
    return w->at;
}
