// SPDX-License-Identifier: Apache-2.0
// Pipes, and UNIX stream sockets as pairs of them. A pipe is one page: its head and its bytes.
#include "kernel.h"
#include "string.h"
#include "syscalls.h"

#define PIPE_BYTES 2048u

struct pipe {
    u32 readers, writers;
    u32 head, count;
    struct waitq read_waiters, write_waiters;
    u8 data[PIPE_BYTES];
};
_Static_assert(sizeof(struct pipe) <= PAGE_SIZE, "a pipe is a page");

struct waitq select_waiters;

static struct pipe* pipe_make(void) {
    struct pipe* p = page_take();
    if (!p) return NULL;
    memset(p, 0, offsetof(struct pipe, data));
    p->readers = p->writers = 1;
    return p;
}

static void changed(struct waitq* q) {
    sched_wake(q);
    if (select_waiters.first) sched_wake(&select_waiters);
}

static s32 pipe_read(struct file* f, void* to, u32 size) {
    struct pipe* p = f->in;
    if (size == 0) return 0;
    while (p->count == 0) {
        if (p->writers == 0) return 0;
        if (current->signals) return -EINTR;
        sched_block(&p->read_waiters);
    }
    if (size > p->count) size = p->count;
    u32 first = PIPE_BYTES - p->head < size ? PIPE_BYTES - p->head : size;
    memcpy(to, p->data + p->head, first);
    memcpy((u8*)to + first, p->data, size - first);
    p->head = (p->head + size) & (PIPE_BYTES - 1);
    p->count -= size;
    changed(&p->write_waiters);
    return (s32)size;
}

static s32 pipe_write(struct file* f, const void* from, u32 size) {
    struct pipe* p = f->out;
    u32 done = 0;
    while (done < size) {
        if (p->readers == 0) return -EPIPE;
        u32 room = PIPE_BYTES - p->count;
        if (room == 0) {
            if (current->signals) return done ? (s32)done : -EINTR;
            sched_block(&p->write_waiters);
            continue;
        }
        u32 part = size - done < room ? size - done : room;
        u32 at = (p->head + p->count) & (PIPE_BYTES - 1);
        if (part > PIPE_BYTES - at) part = PIPE_BYTES - at;
        memcpy(p->data + at, (const u8*)from + done, part);
        p->count += part;
        done += part;
        changed(&p->read_waiters);
    }
    return (s32)done;
}

static u32 pipe_poll(struct file* f) {
    u32 ready = 0;
    if (f->in && (f->in->count || !f->in->writers)) ready |= POLL_READ;
    if (f->out && (f->out->count < PIPE_BYTES || !f->out->readers)) ready |= POLL_WRITE;
    return ready;
}

static void drop_end(struct pipe* p, u32* end) {
    if (--*end) return;
    changed(&p->read_waiters);
    changed(&p->write_waiters);
    if (p->readers + p->writers == 0) page_put((u32)p);
}

static void pipe_release(struct file* f) {
    if (f->in) drop_end(f->in, &f->in->readers);
    if (f->out) drop_end(f->out, &f->out->writers);
}

const struct file_ops pipe_ops = {pipe_read, pipe_write, pipe_poll, pipe_release};

// Two descriptors: [0] reads `a` and writes `b`, [1] reads `b` and writes `a`; either pipe may be absent.
static s32 connect(u32 fds, u32 kind, struct pipe* a, struct pipe* b) {
    struct file *f = file_take(&pipe_ops, kind, b ? O_RDWR : O_RDONLY), *g = NULL;
    if (f) {
        f->in = a, f->out = b;
        g = file_take(&pipe_ops, kind, b ? O_RDWR : O_WRONLY);
    }
    if (!g) {
        page_put((u32)a);
        if (b) page_put((u32)b);
        if (f) f->in = f->out = NULL, file_put(f);
        return -EMFILE;
    }
    g->in = b, g->out = a;
    s32 first = fd_take(f), second = first < 0 ? first : fd_take(g);
    if (second < 0) {
        if (first >= 0) current->fd[first] = NULL;
        file_put(f);
        file_put(g);
        return -EMFILE;
    }
    ((s32*)fds)[0] = first;
    ((s32*)fds)[1] = second;
    return 0;
}

s32 sys_pipe(u32 fds) {
    if (fds & 3 || !user_range(fds, 8, true)) return -EFAULT;
    struct pipe* p = pipe_make();
    return p ? connect(fds, S_PIPE, p, NULL) : -ENOMEM;
}

s32 sys_socketpair(u32 fds) {
    if (fds & 3 || !user_range(fds, 8, true)) return -EFAULT;
    struct pipe *a = pipe_make(), *b = a ? pipe_make() : NULL;
    if (b) return connect(fds, S_SOCKET, a, b);
    if (a) page_put((u32)a);
    return -ENOMEM;
}
