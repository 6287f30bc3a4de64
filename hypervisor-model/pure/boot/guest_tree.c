// SPDX-License-Identifier: Apache-2.0
#include "boot/guest_tree.h"
#include "fdt_writer.h"
#include "gicv2.h"
#include "machine/platform.h"
#include "machine/vm.h"

enum { PHANDLE_GIC = 1, PHANDLE_CLOCK = 2 };

// The interrupt cells of the GIC's binding.
enum { KIND_SPI = 0, KIND_PPI = 1, LEVEL_HIGH = 4, LEVEL_LOW = 8 };
#define UART_CLOCK_HZ 24000000u

static void write_chosen(struct fdt_writer* w, const struct guest_tree* contents) {
    fdt_begin(w, "chosen");
    if (contents->bootargs) fdt_put_text(w, "bootargs", contents->bootargs);
    fdt_put_text(w, "stdout-path", "/pl011@9000000");
    if (contents->ramdisk_size) {
        FDT_CELLS(w, "linux,initrd-start", contents->ramdisk);
        FDT_CELLS(w, "linux,initrd-end", contents->ramdisk + contents->ramdisk_size);
    }
    fdt_end(w);
}

static void write_processors(struct fdt_writer* w, u32 count) {
    u32 cpu = fdt_next_device_type(&platform.fdt, 0, "cpu");  // a guest's VPIDR is the processor's own
    const char* core = cpu ? fdt_text(&platform.fdt, cpu, "compatible") : NULL;
    fdt_begin(w, "cpus");
    FDT_CELLS(w, "#address-cells", 1);
    FDT_CELLS(w, "#size-cells", 0);
    for (u32 i = 0; i < count; i++) {
        fdt_begin_at(w, "cpu", i);
        fdt_put_text(w, "device_type", "cpu");
        fdt_put_text(w, "compatible", core ? core : "arm,armv7");
        fdt_put_text(w, "enable-method", "psci");
        FDT_CELLS(w, "reg", i);
        fdt_end(w);
    }
    fdt_end(w);
    fdt_begin(w, "psci");
    fdt_put(w, "compatible", "arm,psci-1.0\0arm,psci-0.2", sizeof("arm,psci-1.0\0arm,psci-0.2"));
    fdt_put_text(w, "method", "hvc");
    fdt_end(w);
}

static void write_interrupts(struct fdt_writer* w, u32 processors) {
    fdt_begin_at(w, "intc", VM_GICD);
    fdt_put_text(w, "compatible", "arm,cortex-a15-gic");
    FDT_CELLS(w, "reg", 0, VM_GICD, 0, PAGE_SIZE, 0, VM_GICC, 0, VM_GICC_PAGES * PAGE_SIZE);
    fdt_put(w, "interrupt-controller", NULL, 0);
    FDT_CELLS(w, "#interrupt-cells", 3);
    FDT_CELLS(w, "#address-cells", 0);
    FDT_CELLS(w, "phandle", PHANDLE_GIC);
    fdt_end(w);

    // Of the architecture's timers only the virtual one is the guest's; the binding wants those before it named.
    u32 trigger = ((1u << processors) - 1) << 8 | LEVEL_LOW;
    fdt_begin(w, "timer");
    fdt_put_text(w, "compatible", "arm,armv7-timer");
    FDT_CELLS(w, "interrupts", KIND_PPI, 13, trigger, KIND_PPI, 14, trigger, KIND_PPI,
              platform.irq_virtual_timer - PPI(0), trigger);
    fdt_put(w, "always-on", NULL, 0);
    fdt_end(w);
}

static void write_uart(struct fdt_writer* w) {
    fdt_begin(w, "apb-pclk");
    fdt_put_text(w, "compatible", "fixed-clock");
    FDT_CELLS(w, "#clock-cells", 0);
    FDT_CELLS(w, "clock-frequency", UART_CLOCK_HZ);
    FDT_CELLS(w, "phandle", PHANDLE_CLOCK);
    fdt_end(w);
    fdt_begin_at(w, "pl011", GUEST_TREE_UART);
    fdt_put(w, "compatible", "arm,pl011\0arm,primecell", sizeof("arm,pl011\0arm,primecell"));
    FDT_CELLS(w, "reg", 0, GUEST_TREE_UART, 0, PAGE_SIZE);
    FDT_CELLS(w, "interrupts", KIND_SPI, GUEST_TREE_UART_IRQ - SPI(0), LEVEL_HIGH);
    FDT_CELLS(w, "clocks", PHANDLE_CLOCK, PHANDLE_CLOCK);
    fdt_put(w, "clock-names", "uartclk\0apb_pclk", sizeof("uartclk\0apb_pclk"));
    fdt_end(w);
}

u32 guest_tree_write(const struct vm* vm, const struct guest_tree* contents, void* blob) {
    struct fdt_writer w;
    fdt_write_start(&w, blob, GUEST_TREE_ROOM);
    fdt_begin(&w, "");
    FDT_CELLS(&w, "#address-cells", 2);
    FDT_CELLS(&w, "#size-cells", 2);
    FDT_CELLS(&w, "interrupt-parent", PHANDLE_GIC);
    fdt_put_text(&w, "model", "vtoll,pure");
    fdt_put_text(&w, "compatible", "linux,dummy-virt");
    write_chosen(&w, contents);
    fdt_begin_at(&w, "memory", vm->ram_ipa);
    fdt_put_text(&w, "device_type", "memory");
    FDT_CELLS(&w, "reg", 0, vm->ram_ipa, 0, vm->ram_size);
    fdt_end(&w);
    write_processors(&w, vm->vcpu_count);
    write_interrupts(&w, vm->vcpu_count);
    write_uart(&w);
    fdt_end(&w);
    return fdt_write_finish(&w);
}
