#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Stock software for the simulated machine: `vtoll fetch`, and what scenarios that name `stock:` files go through.

  stock.py fetch [NAME...] [--update]   have the named images (default: all) in the cache
  stock.py list [NAME...]               what there is, and what of it is in the cache
  stock.py locate NAME                  have it in the cache, then print {path, sha256, packages}, or {error}, as JSON
"""
import argparse
import difflib
import json
import os
import sys

sys.dont_write_bytecode = True

from images import Images, RECIPES  # noqa: E402
from packages import FetchError, Packages, say  # noqa: E402


def show(images, names):
    for name in names:
        recipe = RECIPES[name]
        ready = images.is_ready(name)
        size = f"{os.path.getsize(images.folder / name) / 1e6:.1f} MB" if ready else "not fetched"
        print(f"stock:{name:16} {size:>12}  {recipe.description}")
        for origin in images.origin(recipe) if ready else []:
            print(f"{'':36}{origin['package']} {origin['version']} {origin['architecture']} "
                  f"sha256:{origin['sha256'][:16]}")
    print(f"cache: {images.packages.folder}")


def serve(options):
    names = [name.removeprefix("stock:") for name in options.names] or list(RECIPES)
    for name in names:
        if name not in RECIPES:
            near = difflib.get_close_matches(name, RECIPES, 1)
            meant = f" (did you mean '{near[0]}'?)" if near else ""
            raise FetchError(f"stock:{name}: no such image{meant}; expected one of: {', '.join(RECIPES)}")
    images = Images(Packages(filling=False))
    if options.action == "list":
        show(images, names)
        return
    if options.update or not all(images.is_ready(name) for name in names):
        images.packages.close()
        images = Images(Packages())
        images.ensure(names, options.update)
    if options.action == "fetch":
        say(f"{len(names)} images in {images.folder}")
    else:
        print(json.dumps(images.location(names[0])))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["fetch", "list", "locate"])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    try:
        serve(options)
    except (FetchError, OSError) as error:
        text = str(error) if isinstance(error, FetchError) else f"{error.filename or 'the cache'}: {error.strerror}"
        if options.action == "locate":
            print(json.dumps({"error": text}))
        else:
            say(text)
        sys.exit(3)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
