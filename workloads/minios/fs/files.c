// SPDX-License-Identifier: Apache-2.0
// The files of the kernel's image. RC is what the system does: the text of /etc/rc.
#include "kernel.h"

#define EMBED(symbol, file)                                                                               \
    asm(".section .files, \"a\", %progbits\n .balign 4096\n" #symbol ":\n .incbin \"" file "\"\n" #symbol \
        "_end:\n .previous\n");                                                                           \
    extern const u8 symbol[], symbol##_end[]

EMBED(file_init, "minios-init.prog");
EMBED(file_sh, "minios-sh.prog");
EMBED(file_hello, "minios-hello.prog");
EMBED(file_cat, "minios-cat.prog");
EMBED(file_lmbench, "minios-lmbench.prog");
EMBED(file_stress, "minios-stress.prog");
EMBED(file_check, "minios-check.prog");

static const u8 rc[] = RC;
static const u8 types_h[] = "typedef unsigned size_t;\n";

const struct embedded embedded_files[] = {
    {"/bin/init", file_init, file_init_end},
    {"/bin/sh", file_sh, file_sh_end},
    {"/bin/hello", file_hello, file_hello_end},
    {"/bin/cat", file_cat, file_cat_end},
    {"/bin/lmbench", file_lmbench, file_lmbench_end},
    {"/bin/stress", file_stress, file_stress_end},
    {"/bin/check", file_check, file_check_end},
    {"/etc/rc", rc, rc + sizeof(rc) - 1},
    {"/usr/include/sys/types.h", types_h, types_h + sizeof(types_h) - 1},
};
const u32 embedded_count = ARRAY_SIZE(embedded_files);
