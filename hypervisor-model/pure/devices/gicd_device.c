// SPDX-License-Identifier: Apache-2.0
// The interrupt distributor's registers as a processor of a machine sees them, ARM IHI 0048B 4.3. Registers are arrays
// of fields; a table says which array an offset lies in. The first words of an array, for interrupts 0 to 31, are each
// processor's own.
#include "devices/device.h"
#include "devices/distributor.h"
#include "gicv2.h"
#include "interrupts/gic.h"
#include "interrupts/irq.h"
#include "interrupts/vgic.h"
#include "machine/platform.h"
#include "vcpu/lock.h"

#define IIDR_VALUE 0x0200043bu
#define TYPER_CPUS_SHIFT 5
#define SGI_BITS 0x0000ffffu
#define PRIORITY_BITS 0xf8
#define CONFIG_BITS 0xaaaaaaaau

struct gicd_array {
    u16 start, end;
    u32 (*read)(struct vcpu* vcpu, u32 word);
    void (*write)(struct vcpu* vcpu, u32 word, u32 value);  // bits an access does not cover are zero
    bool bytes;                                             // may be accessed by byte
};

static struct distributor* distributor(struct vcpu* vcpu) { return &vcpu->vm->distributor; }

static u32 ctlr_read(struct vcpu* vcpu, u32 word) { return word == 0 ? distributor(vcpu)->ctlr : 0; }

static void ctlr_write(struct vcpu* vcpu, u32 word, u32 value) {
    (void)word;
    distributor_control(vcpu->vm, value & 1);
}

// No security extensions.
static u32 typer_read(struct vcpu* vcpu, u32 word) {
    return word == 0 ? (vcpu->vm->vcpu_count - 1) << TYPER_CPUS_SHIFT | (VGIC_WORDS - 1) : IIDR_VALUE;
}

static u32 enabled_read(struct vcpu* vcpu, u32 word) {
    return word == 0 ? vcpu->vgic.enabled[0] : distributor(vcpu)->enabled[word];
}

// A forwarded interrupt is enabled where it comes from as well.
static void follow_enable(struct vcpu* vcpu, u32 word, u32 changed, bool on) {
    for (u32 bits = changed & vcpu->vgic.forwarded[word]; bits; bits &= bits - 1) {
        u32 irq = 32 * word + (u32)__builtin_ctz(bits);
        if (irq == platform.irq_virtual_timer || irq_owner_of[irq] == vcpu->vm) gic_set_enabled(irq, on);
    }
}

static void enable_write(struct vcpu* vcpu, u32 word, u32 value) {
    follow_enable(vcpu, word, value, true);
    if (word > 0) {
        distributor_enable(vcpu->vm, word, value);
    } else {
        vcpu->vgic.enabled[0] |= value;
        vgic_deliver(vcpu);
    }
}

static void disable_write(struct vcpu* vcpu, u32 word, u32 value) {
    if (word > 0) {
        distributor_disable(vcpu->vm, word, value);
    } else {
        value &= ~SGI_BITS;
        vcpu->vgic.enabled[0] &= ~value;
        vgic_hold(vcpu, 0, value);
    }
    follow_enable(vcpu, word, value, false);
}

static u32 pending_read(struct vcpu* vcpu, u32 word) {
    if (word > 0) return distributor_pending(vcpu->vm, word);
    return vcpu->vgic.pending[0] | vgic_lr_bits(vcpu, 0, LR_PENDING);
}

static u32 active_read(struct vcpu* vcpu, u32 word) {
    return word > 0 ? distributor_active(vcpu->vm, word) : vgic_lr_bits(vcpu, 0, LR_ACTIVE);
}

static void deactivate_write(struct vcpu* vcpu, u32 word, u32 value) {
    if (word > 0) distributor_end_active(vcpu->vm, word, value);
    else vgic_end_active(vcpu, 0, value);
}

// Software may pend and unpend what no physical line drives; SGIs have registers of their own.
static u32 software_pendable(struct vcpu* vcpu, u32 word) {
    return ~vcpu->vgic.forwarded[word] & (word == 0 ? ~SGI_BITS : ~0u);
}

static void pend_write(struct vcpu* vcpu, u32 word, u32 value) {
    for (u32 bits = value & software_pendable(vcpu, word); bits; bits &= bits - 1) {
        u32 irq = 32 * word + (u32)__builtin_ctz(bits);
        if (word > 0) distributor_raise(vcpu->vm, irq);
        else vgic_raise(vcpu, irq);
    }
}

static void unpend_write(struct vcpu* vcpu, u32 word, u32 value) {
    value &= software_pendable(vcpu, word);
    if (word > 0) distributor_withdraw(vcpu->vm, word, value);
    else vgic_withdraw(vcpu, 0, value);
}

static u32 word_of_bytes(const u8* bytes, u32 word) {
    const u8* b = bytes + 4 * word;
    return b[0] | (u32)b[1] << 8 | (u32)b[2] << 16 | (u32)b[3] << 24;
}

static u32 priority_read(struct vcpu* vcpu, u32 word) { return word_of_bytes(vcpu->vgic.priority, word); }

static void priority_write(struct vcpu* vcpu, u32 word, u32 value) {
    for (u32 i = 0, irq = 4 * word; i < 4; i++, irq++) {
        u8 priority = value >> 8 * i & PRIORITY_BITS;
        if (irq < 32) vcpu->vgic.priority[irq] = priority;
        else distributor_set_priority(vcpu->vm, irq, priority);
    }
}

static u32 targets_read(struct vcpu* vcpu, u32 word) {
    return word < 8 ? 0x01010101u << vcpu->id : word_of_bytes(distributor(vcpu)->targets, word);
}

static void targets_write(struct vcpu* vcpu, u32 word, u32 value) {
    for (u32 i = 0; word >= 8 && i < 4; i++) distributor_set_targets(vcpu->vm, 4 * word + i, (u8)(value >> 8 * i));
}

static u32 config_read(struct vcpu* vcpu, u32 word) { return distributor(vcpu)->config[word]; }

static void config_write(struct vcpu* vcpu, u32 word, u32 value) {
    if (word > 1) distributor(vcpu)->config[word] = value & CONFIG_BITS;
}

static void sgir_write(struct vcpu* vcpu, u32 word, u32 value) {
    (void)word;
    distributor_send(vcpu->vm, vcpu->id, value);
}

static u32 sources_read(struct vcpu* vcpu, u32 word) {
    u32 value = 0;
    for (u32 i = 0; i < 4; i++) value |= vgic_sgi_sources(vcpu, 4 * word + i) << 8 * i;
    return value;
}

static void sources_set(struct vcpu* vcpu, u32 word, u32 value) {
    for (u32 left = value; left; left &= left - 1) {
        u32 at = (u32)__builtin_ctz(left);
        if (at % 8 < vcpu->vm->vcpu_count) vgic_raise_sgi(vcpu, 4 * word + at / 8, at % 8);
    }
}

static void sources_clear(struct vcpu* vcpu, u32 word, u32 value) {
    for (u32 i = 0; i < 4; i++)
        if (value >> 8 * i & 0xff) vgic_withdraw_sgi(vcpu, 4 * word + i, value >> 8 * i & 0xff);
}

static u32 peripheral_id(struct vcpu* vcpu, u32 word) {
    (void)vcpu;
    static const u8 id[12] = {4, 0, 0, 0, 0x90, 0xb4, 0x2b, 0, 0x0d, 0xf0, 0x05, 0xb1};  // GICv2
    return id[word];
}

#define BITS(reg) (reg), (reg) + VGIC_IRQS / 8
#define BYTES(reg) (reg), (reg) + VGIC_IRQS

// The register a running system writes stands first.
static const struct gicd_array arrays[] = {
    {GICD_SGIR, GICD_SGIR + 4, NULL, sgir_write, false},
    {GICD_CTLR, GICD_CTLR + 4, ctlr_read, ctlr_write, false},
    {GICD_TYPER, GICD_IIDR + 4, typer_read, NULL, false},
    {BITS(GICD_ISENABLER), enabled_read, enable_write, false},
    {BITS(GICD_ICENABLER), enabled_read, disable_write, false},
    {BITS(GICD_ISPENDR), pending_read, pend_write, false},
    {BITS(GICD_ICPENDR), pending_read, unpend_write, false},
    {BITS(GICD_ISACTIVER), active_read, NULL, false},
    {BITS(GICD_ICACTIVER), active_read, deactivate_write, false},
    {BYTES(GICD_IPRIORITYR), priority_read, priority_write, true},
    {BYTES(GICD_ITARGETSR), targets_read, targets_write, true},
    {GICD_ICFGR, GICD_ICFGR + VGIC_IRQS / 4, config_read, config_write, false},
    {GICD_CPENDSGIR, GICD_CPENDSGIR + VGIC_SGIS, sources_read, sources_clear, true},
    {GICD_SPENDSGIR, GICD_SPENDSGIR + VGIC_SGIS, sources_read, sources_set, true},
    {0xfd0, 0x1000, peripheral_id, NULL, true},
};

static void access_array(struct vcpu* vcpu, const struct gicd_array* a, struct access* access) {
    u32 word = (access->offset - a->start) / 4;
    if (access->write && !a->write) return;
    u32 old = a->read && (!access->write || access->size != 4) ? a->read(vcpu, word) : 0;
    if (!access->write) access->value = access_extract(access, old);
    else a->write(vcpu, word, access_merge(access, old));
}

// Software-generated interrupts pass without the lock: they touch nothing that is not made for it.
bool gicd_access(struct vcpu* vcpu, struct device* device, struct access* access) {
    (void)device;
    if (access->offset % access->size) return false;
    for (u32 i = 0; i < ARRAY_SIZE(arrays); i++) {
        const struct gicd_array* a = &arrays[i];
        if (access->offset < a->start || access->offset >= a->end) continue;
        if (access->size != 4 && !(a->bytes && access->size == 1)) return false;
        bool shared = a->start != GICD_SGIR;
        if (shared) lock_take();
        access_array(vcpu, a, access);
        if (shared) lock_drop();
        return true;
    }
    access->value = 0;  // reserved and groups: read as zero, writes ignored
    return true;
}
