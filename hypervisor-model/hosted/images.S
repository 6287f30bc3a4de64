@ SPDX-License-Identifier: Apache-2.0
@ The tasks' programs.
        .section .rodata.images, "a", %progbits
        .macro  image name, file
        .balign 4
        .global image_\name, image_\name\()_end
image_\name:
        .incbin "\file"
image_\name\()_end:
        .endm
        image   hypervisor, "hosted-hypervisor.img"
        image   app, "hosted-app.img"
