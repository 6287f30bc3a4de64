// SPDX-License-Identifier: Apache-2.0
#define RC "stress 10000\n"
