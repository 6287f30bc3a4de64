@ SPDX-License-Identifier: Apache-2.0
@ The head of stock:openssl-code.bin: where the functions of Debian's libcrypto.a went. workloads/validate/openssl.c reads it.
        .section .head, "a", %progbits
        .word   0x4c53534f              @ "OSSL"
        .word   OPENSSL_armcap_P        @ what the functions that choose by the processor's features look at
        .word   SHA3_absorb, SHA3_squeeze, SHA3_absorb_neon, SHA3_squeeze_neon
        .word   AES_set_encrypt_key, AES_encrypt, CRYPTO_cbc128_encrypt
        .word   ChaCha20_ctr32
        .word   poly1305_init, poly1305_blocks, poly1305_emit
        .word   sha1_block_data_order

@ What compiled C code of Debian's asks for.
        .text
        .global __stack_chk_fail
__stack_chk_fail:
        b       __stack_chk_fail
        .data
        .global __stack_chk_guard
__stack_chk_guard:
        .word   0
