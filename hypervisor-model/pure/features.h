/* SPDX-License-Identifier: Apache-2.0 */
/* What this build of the hypervisor does without. pure.elf does without nothing. pure-without-*.elf leave one thing of
 * the hardware unused and do its work in software, for `vtoll whatif` (docs/whatif.md). Shared by C and assembly. */
#pragma once

#define WITHOUT_NOTHING 0
#define WITHOUT_SYNDROME 1       /* HSR.ISV: device accesses are fetched and decoded */
#define WITHOUT_TRAP_SELECTION 2 /* all classes that HCR can trap selectively do */
#define WITHOUT_OPTIONAL_TRAPS 3 /* only those traps that keep machines apart */
#define WITHOUT_FP_TRAP 4        /* HCPTR: VFP registers are exchanged by every world switch */
#define WITHOUT_VGIC 5           /* list registers, virtual CPU interface: the guest's CPU interface is emulated */

#define WITHOUT_BANKED_STATE \
    6                    /* the guest's privileged state goes to memory at each exit and comes back at each entry */
#define WITHOUT_STAGE2 7 /* stage 2 translates nothing: shadow page tables */

#ifndef PURE_WITHOUT
#define PURE_WITHOUT WITHOUT_NOTHING
#endif
#define WITHOUT(feature) (PURE_WITHOUT == WITHOUT_##feature)
