// SPDX-License-Identifier: Apache-2.0
// Memory mix: a chase of pointers through 4 MiB in an order without locality, and copies of 256 KiB.
#include "print.h"
#include "speed.h"
#include "string.h"

#define NODES (1u << 16)
#define NODE_BYTES 64u
#define HOPS (10000000u * SPEED_SCALE)
#define COPY_BYTES (256u << 10)
#define COPIES (512u * SPEED_SCALE)

struct node {
    struct node* next;
    u32 value;
    u8 rest[NODE_BYTES - 8];
};

#define HEAP (SPEED_RAM + 0x01000000u)
static struct node* const nodes = (struct node*)HEAP;
static u8* const from = (u8*)HEAP + NODES * NODE_BYTES;
static u8* const to = (u8*)HEAP + NODES * NODE_BYTES + COPY_BYTES;

// One cycle through all nodes: a full-period linear congruence gives the order.
static void link(void) {
    u32 at = 0;
    for (u32 i = 0; i < NODES; i++) {
        u32 next = (at * 1664525u + 1013904223u) & (NODES - 1);
        nodes[at].next = &nodes[next];
        nodes[at].value = at;
        at = next;
    }
}

void speed_main(void) {
    u32 sum = 0;
    print("speed: memory\n");
    link();
    struct node* n = nodes;
    for (u32 i = 0; i < HOPS; i++) {
        sum += n->value;
        n->value = sum;
        n = n->next;
    }
    for (u32 i = 0; i < COPY_BYTES; i += 4) *(u32*)(from + i) = i * sum;
    for (u32 i = 0; i < COPIES; i++) {
        memcpy(to, from, COPY_BYTES);
        from[i] ^= to[COPY_BYTES - 1 - i];
    }
    for (u32 i = 0; i < COPY_BYTES; i += 4) sum = sum * 31 + *(u32*)(to + i);
    print("speed: memory %x\n", sum);
}
