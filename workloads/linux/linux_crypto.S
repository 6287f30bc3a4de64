@ SPDX-License-Identifier: Apache-2.0
@ The head of stock:linux-crypto.bin: where the functions of Debian's kernel modules went. workloads/validate/linux_crypto.c
@ reads it. What the modules want of a kernel stays unresolved: nobody calls it here.
        .section .head, "a", %progbits
        .word   0x43584e4c              @ "LNXC"
        .word   sha1_block_data_order, sha1_transform_neon
        .word   sha256_block_data_order, sha256_block_data_order_neon
        .word   blake2b_compress_neon
        .word   chacha_4block_xor_neon
        .word   nh_neon
