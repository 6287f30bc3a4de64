// SPDX-License-Identifier: Apache-2.0
// The interrupt distributor as a machine with one processor sees it, ARM IHI 0048B 4.3. Registers are arrays of fields;
// a table says which array an offset lies in.
#include "gic.h"
#include "gicv2.h"
#include "irq.h"
#include "platform.h"
#include "vm.h"

struct gicd_array {
    u16 start, end;
    u32 (*read)(struct vcpu* vcpu, u32 word);
    void (*write)(struct vcpu* vcpu, u32 word, u32 value);  // bits an access does not cover are zero
    bool bytes;                                             // may be accessed by byte
};

static u32 ctlr_read(struct vcpu* vcpu, u32 word) { return word == 0 ? vcpu->vgic.ctlr : 0; }

static void ctlr_write(struct vcpu* vcpu, u32 word, u32 value) {
    (void)word;
    vcpu->vgic.ctlr = value & 1;
    if (!(value & 1))
        for (u32 w = 0; w < VGIC_WORDS; w++) vgic_hold(vcpu, w, ~0u);
    vgic_deliver(vcpu);
}

// One processor, no security extensions.
static u32 typer_read(struct vcpu* vcpu, u32 word) {
    (void)vcpu;
    return word == 0 ? VGIC_WORDS - 1 : 0x0200043b;  // TYPER, then IIDR
}

static u32 enabled_read(struct vcpu* vcpu, u32 word) { return vcpu->vgic.enabled[word]; }

// A forwarded interrupt is enabled where it comes from as well.
static void follow_enable(struct vcpu* vcpu, u32 word, u32 changed, bool on) {
    for (u32 bits = changed & vcpu->vgic.forwarded[word]; bits; bits &= bits - 1) {
        u32 irq = 32 * word + (u32)__builtin_ctz(bits);
        if (irq == platform.irq_virtual_timer || irq_owner(irq) == vcpu) gic_set_enabled(irq, on);
    }
}

static void enable_write(struct vcpu* vcpu, u32 word, u32 value) {
    vcpu->vgic.enabled[word] |= value;
    follow_enable(vcpu, word, value, true);
    vgic_deliver(vcpu);
}

static void disable_write(struct vcpu* vcpu, u32 word, u32 value) {
    if (word == 0) value &= 0xffff0000;
    vcpu->vgic.enabled[word] &= ~value;
    vgic_hold(vcpu, word, value);
    follow_enable(vcpu, word, value, false);
}

static u32 pending_read(struct vcpu* vcpu, u32 word) {
    return vcpu->vgic.pending[word] | vgic_lr_bits(vcpu, word, LR_PENDING);
}

static u32 active_read(struct vcpu* vcpu, u32 word) { return vgic_lr_bits(vcpu, word, LR_ACTIVE); }

// Software may pend and unpend what no physical line drives; SGIs have registers of their own.
static u32 software_pendable(struct vcpu* vcpu, u32 word) {
    return ~vcpu->vgic.forwarded[word] & (word == 0 ? 0xffff0000 : ~0u);
}

static void pend_write(struct vcpu* vcpu, u32 word, u32 value) {
    for (u32 bits = value & software_pendable(vcpu, word); bits; bits &= bits - 1)
        vgic_raise(vcpu, 32 * word + (u32)__builtin_ctz(bits));
}

static void unpend_write(struct vcpu* vcpu, u32 word, u32 value) {
    vgic_withdraw(vcpu, word, value & software_pendable(vcpu, word));
}

static u32 word_of_bytes(const u8* bytes, u32 word) {
    const u8* b = bytes + 4 * word;
    return b[0] | (u32)b[1] << 8 | (u32)b[2] << 16 | (u32)b[3] << 24;
}

static u32 priority_read(struct vcpu* vcpu, u32 word) { return word_of_bytes(vcpu->vgic.priority, word); }

static void priority_write(struct vcpu* vcpu, u32 word, u32 value) {
    for (u32 i = 0; i < 4; i++) vcpu->vgic.priority[4 * word + i] = value >> 8 * i & 0xf8;
}

static u32 targets_read(struct vcpu* vcpu, u32 word) { return word_of_bytes(vcpu->vgic.targets, word); }

static u32 config_read(struct vcpu* vcpu, u32 word) { return vcpu->vgic.config[word]; }

static void config_write(struct vcpu* vcpu, u32 word, u32 value) {
    if (word > 0) vcpu->vgic.config[word] = value & 0xaaaaaaaa;
}

#define SGIR_FILTER(v) ((v) >> 24 & 3)
#define SGIR_TARGETS(v) ((v) >> 16 & 0xff)

static void sgir_write(struct vcpu* vcpu, u32 word, u32 value) {
    (void)word;
    bool to_self = SGIR_FILTER(value) == 2 || (SGIR_FILTER(value) == 0 && (SGIR_TARGETS(value) & 1));
    if (to_self) vgic_raise(vcpu, value & 15);
}

static u32 peripheral_id(struct vcpu* vcpu, u32 word) {
    (void)vcpu;
    static const u8 id[12] = {4, 0, 0, 0, 0x90, 0xb4, 0x2b, 0, 0x0d, 0xf0, 0x05, 0xb1};  // GICv2
    return id[word];
}

#define BITS(reg) (reg), (reg) + VGIC_IRQS / 8
#define BYTES(reg) (reg), (reg) + VGIC_IRQS

static const struct gicd_array arrays[] = {
    {GICD_CTLR, GICD_CTLR + 4, ctlr_read, ctlr_write, false},
    {GICD_TYPER, GICD_IIDR + 4, typer_read, NULL, false},
    {BITS(GICD_ISENABLER), enabled_read, enable_write, false},
    {BITS(GICD_ICENABLER), enabled_read, disable_write, false},
    {BITS(GICD_ISPENDR), pending_read, pend_write, false},
    {BITS(GICD_ICPENDR), pending_read, unpend_write, false},
    {BITS(GICD_ISACTIVER), active_read, NULL, false},
    {BITS(GICD_ICACTIVER), active_read, NULL, false},
    {BYTES(GICD_IPRIORITYR), priority_read, priority_write, true},
    {BYTES(GICD_ITARGETSR), targets_read, NULL, true},
    {GICD_ICFGR, GICD_ICFGR + VGIC_IRQS / 4, config_read, config_write, false},
    {GICD_SGIR, GICD_SGIR + 4, NULL, sgir_write, false},
    {0xfd0, 0x1000, peripheral_id, NULL, true},
};

bool gicd_access(struct vcpu* vcpu, struct device* device, struct access* access) {
    (void)device;
    if (access->offset % access->size) return false;
    for (u32 i = 0; i < ARRAY_SIZE(arrays); i++) {
        const struct gicd_array* a = &arrays[i];
        if (access->offset < a->start || access->offset >= a->end) continue;
        if (access->size != 4 && !(a->bytes && access->size == 1)) return false;
        u32 word = (access->offset - a->start) / 4;
        u32 old = a->read ? a->read(vcpu, word) : 0;
        if (!access->write)
            access->value = access_extract(access, old);
        else if (a->write)
            a->write(vcpu, word, access_merge(access, a->bytes ? old : 0));
        return true;
    }
    access->value = 0;  // reserved and groups: read as zero, writes ignored
    return true;
}
