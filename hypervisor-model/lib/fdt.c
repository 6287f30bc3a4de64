// SPDX-License-Identifier: Apache-2.0
#include "fdt.h"
#include "string.h"

enum { FDT_BEGIN_NODE = 1, FDT_END_NODE = 2, FDT_PROP = 3, FDT_NOP = 4, FDT_END = 9 };

#define FDT_MAGIC 0xd00dfeedu
#define FDT_MAX_SIZE (2u << 20)

struct token {
    u32 kind;
    u32 next;  // offset of the following token
    const char* name;
    struct fdt_prop prop;
};

static u32 be32(const void* p) {
    const u8* b = p;
    return (u32)b[0] << 24 | (u32)b[1] << 16 | (u32)b[2] << 8 | b[3];
}

bool fdt_open(struct fdt* fdt, const void* blob) {
    const u8* h = blob;
    if (be32(h) != FDT_MAGIC || be32(h + 4) > FDT_MAX_SIZE || be32(h + 24) > 17) return false;
    u32 total = be32(h + 4), structure = be32(h + 8), strings = be32(h + 12);
    u32 strings_size = be32(h + 32), structure_size = be32(h + 36);
    if (structure > total || structure_size > total - structure || strings > total || strings_size > total - strings)
        return false;
    fdt->base = h;
    fdt->structure = h + structure;
    fdt->end = fdt->structure + structure_size;
    fdt->strings = (const char*)h + strings;
    fdt->strings_size = strings_size;
    return true;
}

u32 fdt_size(const struct fdt* fdt) { return be32(fdt->base + 4); }

static bool token_at(const struct fdt* fdt, u32 offset, struct token* t) {
    u32 room = (u32)(fdt->end - fdt->structure);
    if (offset + 4 > room) return false;
    const u8* p = fdt->structure + offset;
    t->kind = be32(p);
    t->next = offset + 4;
    if (t->kind == FDT_BEGIN_NODE) {
        t->name = (const char*)p + 4;
        t->next += ALIGN_UP((u32)strnlen(t->name, room - offset - 4) + 1, 4u);
    } else if (t->kind == FDT_PROP) {
        if (offset + 12 > room) return false;
        u32 name = be32(p + 8);
        t->prop.size = be32(p + 4);
        t->prop.data = p + 12;
        if (name >= fdt->strings_size || t->prop.size > room - offset - 12) return false;
        t->name = fdt->strings + name;
        t->next += 8 + ALIGN_UP(t->prop.size, 4u);
    }
    return t->kind != FDT_END && t->next <= room;
}

bool fdt_property(const struct fdt* fdt, u32 node, const char* name, struct fdt_prop* prop) {
    struct token t;
    for (u32 at = node; token_at(fdt, at, &t); at = t.next) {
        if (t.kind == FDT_BEGIN_NODE || t.kind == FDT_END_NODE) return false;  // properties come before sub-nodes
        if (t.kind == FDT_PROP && strcmp(t.name, name) == 0) {
            *prop = t.prop;
            return true;
        }
    }
    return false;
}

static bool has_string(const struct fdt_prop* prop, const char* wanted) {
    for (u32 at = 0; at < prop->size;) {
        const char* s = (const char*)prop->data + at;
        u32 length = (u32)strnlen(s, prop->size - at);
        if (at + length < prop->size && strcmp(s, wanted) == 0) return true;
        at += length + 1;
    }
    return false;
}

static u32 find_by_string(const struct fdt* fdt, u32 from, const char* property, const char* wanted) {
    struct token t;
    struct fdt_prop prop;
    for (u32 at = from; token_at(fdt, at, &t); at = t.next)
        if (t.kind == FDT_BEGIN_NODE && fdt_property(fdt, t.next, property, &prop) && has_string(&prop, wanted))
            return t.next;
    return 0;
}

u32 fdt_next_compatible(const struct fdt* fdt, u32 from, const char* compatible) {
    return find_by_string(fdt, from, "compatible", compatible);
}

u32 fdt_next_device_type(const struct fdt* fdt, u32 from, const char* type) {
    return find_by_string(fdt, from, "device_type", type);
}

u32 fdt_find_compatible(const struct fdt* fdt, const char* compatible) {
    return fdt_next_compatible(fdt, 0, compatible);
}

u32 fdt_find_device_type(const struct fdt* fdt, const char* type) { return fdt_next_device_type(fdt, 0, type); }

u32 fdt_node_end(const struct fdt* fdt, u32 node) {
    struct token t;
    u32 at = node;
    for (u32 depth = 1; token_at(fdt, at, &t); at = t.next) {
        if (t.kind == FDT_BEGIN_NODE) depth++;
        if (t.kind == FDT_END_NODE && --depth == 0) break;
    }
    return at;
}

const char* fdt_name(const struct fdt* fdt, u32 node) {
    struct token t;
    for (u32 at = 0; at < node && token_at(fdt, at, &t); at = t.next)
        if (t.next == node && t.kind == FDT_BEGIN_NODE) return t.name;
    return "";
}

const char* fdt_text(const struct fdt* fdt, u32 node, const char* name) {
    struct fdt_prop prop;
    if (!fdt_property(fdt, node, name, &prop) || strnlen((const char*)prop.data, prop.size) == prop.size) return NULL;
    return (const char*)prop.data;
}

u32 fdt_cell(const struct fdt_prop* prop, u32 index) {
    return index < prop->size / 4 ? be32(prop->data + 4 * index) : 0;
}

bool fdt_reg(const struct fdt* fdt, u32 node, u32 index, u32* address, u32* size) {
    struct fdt_prop reg;
    if (!fdt_property(fdt, node, "reg", &reg) || reg.size < 16 * (index + 1)) return false;
    if (fdt_cell(&reg, 4 * index) != 0 || fdt_cell(&reg, 4 * index + 2) != 0) return false;
    *address = fdt_cell(&reg, 4 * index + 1);
    *size = fdt_cell(&reg, 4 * index + 3);
    return true;
}

u32 fdt_irq(const struct fdt* fdt, u32 node, u32 index) {
    struct fdt_prop irqs;
    if (!fdt_property(fdt, node, "interrupts", &irqs) || irqs.size < 12 * (index + 1)) return 0;
    return fdt_cell(&irqs, 3 * index + 1) + (fdt_cell(&irqs, 3 * index) == 0 ? 32 : 16);
}
