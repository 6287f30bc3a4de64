# SPDX-License-Identifier: Apache-2.0
"""Archives in the "newc" format, as the kernel unpacks an initramfs (Documentation/driver-api/early-userspace/
buffer-format.rst). Same tree, same bytes: entries are sorted, owned by root, without a time."""
import stat

DIRECTORY, PROGRAM, DATA, LINK = stat.S_IFDIR | 0o755, stat.S_IFREG | 0o755, stat.S_IFREG | 0o644, stat.S_IFLNK | 0o777
BLOCK = 512


class Tree:
    """Files by path, without the leading slash; the folders they lie in come by themselves."""

    def __init__(self):
        self._entries = {}

    def _add(self, path, mode, data):
        parent = path.rpartition("/")[0]
        if parent and parent not in self._entries:
            self.folder(parent)
        self._entries[path] = (mode, data)

    def folder(self, path):
        self._add(path, DIRECTORY, b"")

    def program(self, path, data):
        self._add(path, PROGRAM, data)

    def data(self, path, data):
        self._add(path, DATA, data)

    def link(self, path, target):
        self._add(path, LINK, target.encode())

    def archive(self):
        out = bytearray()
        for inode, (path, (mode, data)) in enumerate(sorted(self._entries.items()), 1):
            _append(out, inode, mode, path, data)
        _append(out, 0, 0, "TRAILER!!!", b"")
        out += b"\0" * (-len(out) % BLOCK)
        return bytes(out)


def _append(out, inode, mode, path, data):
    name = path.encode() + b"\0"
    links = 2 if stat.S_ISDIR(mode) else 1
    # ino, mode, uid, gid, nlink, mtime, filesize, major and minor of the device it is on, and of that it is, namesize,
    # check
    fields = (inode, mode, 0, 0, links, 0, len(data), 0, 0, 0, 0, len(name), 0)
    out += b"070701" + b"".join(b"%08X" % field for field in fields) + name
    out += b"\0" * (-len(out) % 4) + data
    out += b"\0" * (-len(out) % 4)
