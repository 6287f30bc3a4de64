// SPDX-License-Identifier: Apache-2.0
// The kernel's library expects a program's entry here. vtoll has a main() of its own and starts the kernel itself.
extern "C" int sc_main(int, char**);
extern "C" int sc_main(int, char**) { return 0; }
