# SPDX-License-Identifier: Apache-2.0
"""`python3 -m vtoll WORDS...` is `vtoll WORDS...`."""
import os
import sys

from vtoll import errors, program

try:
    os.execv(program.path(), ["vtoll", *sys.argv[1:]])
except errors.InvalidInput as error:
    sys.exit(f"vtoll: {error}")
