# SPDX-License-Identifier: Apache-2.0
"""`vtoll advise` on other people's software: it finds nothing that is not so."""
