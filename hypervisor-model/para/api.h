/* SPDX-License-Identifier: Apache-2.0 */
/* What `para` offers a guest kernel. Shared by C and assembly, by the microvisor and its guests.

   The machine of a guest has two halves, both in User mode of the processor: the guest kernel and the guest user. Its
   virtual addresses:

     00000000..3fffffff  guest user: one per space; made, filled and switched by hypercalls
     40000000..          the machine's memory, linear: address == guest-physical address; guest kernel only
     80000000..bfffffff  window for the guest kernel's own mappings, and its passed-through devices; guest kernel only
     d0000000..          channels: one page each, shared with the peer machine; guest kernel only
     dffff000            the shared page, struct para_vcpu; guest kernel only
     e0000000..ffffffff  the microvisor

   "Guest kernel only" is a domain (2) that DACR opens while the guest kernel runs; the guest user's pages are domain 1
   in both halves, so the guest kernel reaches the current space with plain loads and stores (a page mapped without
   PARA_WRITE is read-only for it as well). Kernel and user change places without a change of tables or TLB entries.

   Upcalls. The guest kernel is entered like an ARM processor takes an exception, through entry[] of the shared page:

     from the guest user     r0-r12 are the user's, sp = kernel_sp, lr is anything; user.{sp,lr,pc,psr} hold the rest.
                             The user frame stays untouched until PARA_RETURN_USER: copy it only to change threads.
     from the guest kernel   r0-r12 and sp are the interrupted code's, lr is anything; kernel.{sp,lr,pc,psr} hold the
                             rest. The next upcall from the guest kernel overwrites it: copy it before unmasking or
                             touching what may fault. The mode bits of kernel.psr read as Supervisor, its I bit is the
                             interrupted code's mask.

   Every upcall sets `masked` (as exceptions set CPSR.I). pc of an abort or an undefined instruction is the instruction
   itself, of a system call the one behind the SVC. Entries are A32 code.

   Interrupts. Virtual interrupt n is bit n. `pending` is written by the microvisor alone, `enabled` and `masked` by the
   guest whenever it likes, without a call: the microvisor looks at them when it has an interrupt to deliver. At the
   upcall it moves pending & enabled into `delivered`, which no one else touches while masked. After unmasking by a
   plain store, a guest kernel that finds pending & enabled not zero calls PARA_DELIVER (see para_unmask() in
   workloads/micro/para/lib/para_guest.h).
   PARA_RETURN_* look for themselves. A guest kernel that would rather poll stays masked, waits by PARA_WAIT, and takes
   bits out of `pending` itself, by LDREX and STREX (para_take() there).

   Hypercalls: SVC #0 by the guest kernel, number in r12, arguments in r0..r3, result in r0 (negative: an error); r1-r3
   and r12 are lost, everything else is kept. Any SVC by the guest user is a system call and goes to entry[SYSCALL]
   whatever its number and registers. PSCI, HVC, SMC and privileged instructions are undefined for both halves. */
#pragma once

#define PARA_USER_END 0x40000000
#define PARA_RAM 0x40000000
#define PARA_WINDOW 0x80000000
#define PARA_WINDOW_END 0xc0000000
#define PARA_CHANNEL_PAGES 0xd0000000 /* page of channel n: + n * 4 KiB */
#define PARA_VCPU 0xdffff000

/* Entry of the image: the guest kernel starts there with sp = 0, masked, r0 = PARA_VCPU, the space is the empty one
 * (0). */

/* Virtual interrupts */
#define PARA_VIRQ_TIMER 0
#define PARA_VIRQ_CHANNEL(n) (8 + (n))
#define PARA_VIRQ_DEVICE(n) (16 + (n)) /* interrupt of passed-through device n: masked until PARA_IRQ_ACK */

/* Indices of entry[] */
#define PARA_ENTRY_SYSCALL 0      /* guest user: SVC */
#define PARA_ENTRY_USER_FAULT 1   /* guest user: abort or undefined instruction, see fault */
#define PARA_ENTRY_USER_IRQ 2     /* guest user: interrupted, see delivered */
#define PARA_ENTRY_KERNEL_FAULT 3 /* guest kernel: the same two */
#define PARA_ENTRY_KERNEL_IRQ 4
#define PARA_ENTRIES 5

/* fault_kind; fault_status is DFSR or IFSR, fault_address DFAR or IFAR, both 0 for an undefined instruction */
#define PARA_FAULT_UNDEFINED 1
#define PARA_FAULT_PREFETCH 2
#define PARA_FAULT_DATA 3

/* Results */
#define PARA_OK 0
#define PARA_UNKNOWN (-1) /* no such hypercall */
#define PARA_INVALID (-2) /* an argument is wrong */
#define PARA_DENIED (-3)  /* the argument exists and is not the caller's */
#define PARA_NO_MEMORY (-4)

/* Hypercalls. The first five are fast paths, written in assembly. */
#define PARA_NULL 0          /* nothing */
#define PARA_RETURN_USER 1   /* r0-r11 are the user's; user.{ip,sp,lr,pc,psr} the rest; unmasks; does not return */
#define PARA_RETURN_KERNEL 2 /* the same by the kernel frame; psr's I bit is the new mask; does not return */
#define PARA_DELIVER 3 /* take the interrupts that wait, as if unmasking had done it: an upcall, then the result 0 */
#define PARA_SPACE_SWITCH 4 /* (space): whose user half is addressed; space 0 is the empty one */

#define PARA_YIELD 5   /* let another machine run */
#define PARA_WAIT 6    /* until an enabled interrupt pends, masked or not */
#define PARA_OFF 7     /* this machine is done; does not return */
#define PARA_CONSOLE 8 /* (text, length <= 256): text in its memory; printable characters, tabs, newlines */
#define PARA_VM 9      /* number of this machine */
#define PARA_VM_COUNT 10
#define PARA_TIMER 11         /* (low, high): PARA_VIRQ_TIMER pends once CNTVCT reaches it; ~0, ~0 is never */
#define PARA_SPACE_CREATE 12  /* a new empty space's number, >= 1, or PARA_NO_MEMORY */
#define PARA_SPACE_DESTROY 13 /* (space): not the current one */
#define PARA_MAP 14           /* (space, entries, count): see struct para_map; stops at the first wrong entry */
#define PARA_UNMAP 15         /* (space, entries, count) */
#define PARA_NOTIFY 16        /* (channel): its virtual interrupt pends at the peer */
#define PARA_NOTIFY_WAIT 17   /* (channel): the same, then PARA_WAIT, in one crossing; the peer runs next */
#define PARA_IRQ_ACK 18       /* (virtual interrupt): a passed-through device's interrupt may come again */
#define PARA_CACHE_SYNC 19 /* (start, size <= 1 MiB): written instructions in the machine's memory may be executed; */
                           /* (0, 0): all that were cleaned to there before may be */
#define PARA_SET_TLS 20    /* (value): TPIDRURO, readable by both halves */
#define PARA_FP 21         /* (on): VFP/Advanced SIMD instructions work, or are undefined for both halves */
#define PARA_HYPERCALLS 22

/* Rights and kind of a mapping, in the low bits of para_map.gpa. */
#define PARA_READ 1
#define PARA_WRITE 2
#define PARA_EXEC 4
#define PARA_RIGHTS 7
#define PARA_BATCH_MAX 64   /* entries of one call */
#define PARA_PAGES_MAX 1024 /* pages of one call, all entries together */

/* Where the shared page keeps what assembly needs; checked against struct para_vcpu below. */
#define PARA_USER_SP 0x00
#define PARA_USER_PC 0x08
#define PARA_USER_PSR 0x0c
#define PARA_USER_IP 0x10
#define PARA_KERNEL_SP 0x14
#define PARA_MASKED 0x18
#define PARA_PENDING 0x1c
#define PARA_ENABLED 0x20
#define PARA_DELIVERED 0x24
#define PARA_KFRAME_SP 0x28
#define PARA_KFRAME_PC 0x30
#define PARA_KFRAME_PSR 0x34
#define PARA_KFRAME_IP 0x38
#define PARA_FAULT_KIND_AT 0x3c
#define PARA_FAULT_STATUS_AT 0x40
#define PARA_FAULT_ADDRESS_AT 0x44
#define PARA_ENTRY 0x48

#ifndef __ASSEMBLER__
#include "types.h"

struct para_frame {
    u32 sp, lr, pc, psr;
    u32 ip; /* r12 for PARA_RETURN_*; not written by upcalls, which leave r12 in the register */
};

/* The shared page. The microvisor believes nothing in it: it sanitizes psr and reads every word once. */
struct para_vcpu {
    struct para_frame user;
    u32 kernel_sp; /* sp at the next upcall from the guest user */
    u32 masked;    /* not zero: no interrupt upcalls */
    u32 pending, enabled, delivered;
    struct para_frame kernel;
    u32 fault_kind, fault_status, fault_address;
    u32 entry[PARA_ENTRIES]; /* where upcalls go; 0: a machine that would need it is stopped */
    u32 batch_done;          /* entries carried out by the last PARA_MAP or PARA_UNMAP */
    u32 ram_size;            /* bytes of memory at PARA_RAM */
};

/* An entry of PARA_MAP and PARA_UNMAP: `pages` pages at `va` get the guest-physical pages from `gpa` on. Mapping over a
   mapping replaces it (rights may shrink: copy on write). PARA_UNMAP ignores gpa, and pages that are not mapped.
   space 0 means the guest kernel's window. The list lies in the machine's memory, word aligned. */
struct para_map {
    u32 va;
    u32 gpa; /* page address | rights; PARA_READ must be there */
    u32 pages;
};

_Static_assert(offsetof(struct para_vcpu, user.pc) == PARA_USER_PC, "shared page");
_Static_assert(offsetof(struct para_vcpu, user.ip) == PARA_USER_IP, "shared page");
_Static_assert(offsetof(struct para_vcpu, kernel_sp) == PARA_KERNEL_SP, "shared page");
_Static_assert(offsetof(struct para_vcpu, masked) == PARA_MASKED, "shared page");
_Static_assert(offsetof(struct para_vcpu, delivered) == PARA_DELIVERED, "shared page");
_Static_assert(offsetof(struct para_vcpu, kernel) == PARA_KFRAME_SP, "shared page");
_Static_assert(offsetof(struct para_vcpu, kernel.ip) == PARA_KFRAME_IP, "shared page");
_Static_assert(offsetof(struct para_vcpu, fault_address) == PARA_FAULT_ADDRESS_AT, "shared page");
_Static_assert(offsetof(struct para_vcpu, entry) == PARA_ENTRY, "shared page");
#endif
