/* SPDX-License-Identifier: Apache-2.0 */
/* Quick, heap, merge, shell and radix sort, by functions that compare. */
#include "user.h"

#define N 700

typedef struct {
    u32 key;
    s16 second;
    u8 tag[5];
} Item;

typedef int (*Compare)(const Item *a, const Item *b);

static int by_key(const Item *a, const Item *b) { return a->key < b->key ? -1 : a->key > b->key; }
static int by_second(const Item *a, const Item *b) { return a->second - b->second; }
static int by_tag(const Item *a, const Item *b) { return memcmp(a->tag, b->tag, sizeof a->tag); }
static int by_all(const Item *a, const Item *b) {
    int result = by_tag(a, b);
    return result ? result : (result = by_second(a, b)) ? -result : by_key(a, b);
}

static inline void swap(Item *a, Item *b) {
    Item t = *a;
    *a = *b;
    *b = t;
}

static NOINLINE void quick(Item *items, int low, int high, Compare compare) {
    while (low < high) {
        Item pivot = items[(low + high) / 2];
        int i = low, j = high;
        while (i <= j) {
            while (compare(&items[i], &pivot) < 0)
                i++;
            while (compare(&pivot, &items[j]) < 0)
                j--;
            if (i <= j)
                swap(&items[i++], &items[j--]);
        }
        quick(items, low, j, compare);
        low = i;
    }
}

static void sift(Item *items, u32 at, u32 n, Compare compare) {
    for (u32 child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && compare(&items[child], &items[child + 1]) < 0)
            child++;
        if (compare(&items[at], &items[child]) >= 0)
            return;
        swap(&items[at], &items[child]);
    }
}

static NOINLINE void heap(Item *items, u32 n, Compare compare) {
    for (u32 i = n / 2; i-- > 0;)
        sift(items, i, n, compare);
    while (n-- > 1) {
        swap(&items[0], &items[n]);
        sift(items, 0, n, compare);
    }
}

static NOINLINE void merge(Item *items, Item *spare, u32 n, Compare compare) {
    if (n < 2)
        return;
    u32 half = n / 2, a = 0, b = half;
    merge(items, spare, half, compare);
    merge(items + half, spare, n - half, compare);
    for (u32 i = 0; i < n; i++)
        spare[i] = b == n || (a < half && compare(&items[a], &items[b]) <= 0) ? items[a++] : items[b++];
    memcpy(items, spare, n * sizeof *items);
}

static NOINLINE void radix(Item *items, Item *spare, u32 n) {
    for (u32 shift = 0; shift < 32; shift += 8) {
        u32 starts[257] = {0};
        for (u32 i = 0; i < n; i++)
            starts[(items[i].key >> shift & 255) + 1]++;
        for (u32 i = 0; i < 256; i++)
            starts[i + 1] += starts[i];
        for (u32 i = 0; i < n; i++)
            spare[starts[items[i].key >> shift & 255]++] = items[i];
        memcpy(items, spare, n * sizeof *items);
    }
}

static void fill(Item *items) {
    u64 seed = 99;
    for (u32 i = 0; i < N; i++) {
        u64 r = next_random(&seed);
        items[i] = (Item){(u32)r % 1000 << (r >> 60), (s16)(r >> 20), {0}};
        for (u32 j = 0; j < sizeof items[i].tag; j++)
            items[i].tag[j] = (u8)(r >> (8 * j) & 3);
    }
}

static void report(const char *how, const char *by, const Item *items) {
    u64 sum = MIX_START;
    for (u32 i = 0; i < N; i++) {
        sum = mix(sum, (u64)items[i].key << 16 ^ (u16)items[i].second);
        for (u32 j = 0; j < sizeof items[i].tag; j++)
            sum = mix(sum, items[i].tag[j]);
    }
    printf("%s by %s: %016llx, first %u, last %u\n", how, by, sum, items[0].key, items[N - 1].key);
}

int main(void) {
    static const struct {
        const char *name;
        Compare compare;
    } orders[] = {{"key", by_key}, {"second", by_second}, {"tag", by_tag}, {"all", by_all}};
    static Item items[N], spare[N];
    for (u32 i = 0; i < COUNT(orders); i++) {
        fill(items);
        quick(items, 0, N - 1, orders[i].compare);
        report("quick", orders[i].name, items);
        fill(items);
        heap(items, N, orders[i].compare);
        report("heap", orders[i].name, items);
        fill(items);
        merge(items, spare, N, orders[i].compare);
        report("merge", orders[i].name, items);
    }
    fill(items);
    radix(items, spare, N);
    report("radix", "key", items);
    return 0;
}
