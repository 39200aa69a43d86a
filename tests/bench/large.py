#!/usr/bin/env python3
"""Writes a large arm64 program, signed ad hoc, for tests/bench/inspect.sh.

usage: large.py FILE MEGABYTES

A Mach-O header of tests/fixtures/macho/macho.py's kind, zeros, and a SuperBlob
with one CodeDirectory of SHA-256 over pages of 16 KiB, and an empty set of
requirements.
"""
import hashlib
import struct
import sys

PAGE = 16384


def segment(name, at, size, protection):
    return struct.pack("<2I16s4Q4I", 0x19, 72, name, 0x100000000 + at,
                       size, at, size, protection, protection, 0, 0)


def directory(pages, limit, hashes, requirements):
    identifier = b"org.example.large\0"
    special = [hashlib.sha256(requirements).digest(), b"\0" * 32]
    at = 88 + len(identifier)
    body = identifier + b"".join(special) + b"".join(hashes)
    head = struct.pack(">9I4BI", 0xFADE0C02, 88 + len(body), 0x20400, 2,
                       at + 64, 88, 2, pages, limit, 32, 2, 0, 14, 0)
    return head + struct.pack(">3I4Q", 0, 0, 0, 0, 0, limit - PAGE, 1) + body


def main():
    path, size = sys.argv[1], int(sys.argv[2]) * 1000000
    limit = size - size % PAGE
    pages = limit // PAGE
    requirements = struct.pack(">3I", 0xFADE0C01, 12, 0)
    signature = 12 + 2 * 8 + 88 + 18 + 64 + 32 * pages + len(requirements)
    commands = (segment(b"__TEXT", 0, limit - PAGE, 5)
                + segment(b"__LINKEDIT", limit - PAGE, PAGE + signature, 1)
                + struct.pack("<6I", 0x32, 24, 1, 13 << 16, 14 << 16, 0)
                + struct.pack("<4I", 0x1D, 16, limit, signature))
    head = struct.pack("<8I", 0xFEEDFACF, 0x0100000C, 0, 2, 4, len(commands),
                       0x85, 0) + commands
    first = head + b"\0" * (PAGE - len(head))
    zeros = b"\0" * PAGE
    hashes = [hashlib.sha256(first).digest()]
    hashes += [hashlib.sha256(zeros).digest()] * (pages - 1)
    with open(path, "wb") as out:
        out.write(first)
        for _ in range(pages - 1):
            out.write(zeros)
        code = directory(pages, limit, hashes, requirements)
        out.write(struct.pack(">7I", 0xFADE0CC0, signature, 2, 0, 28, 2,
                              28 + len(code)) + code + requirements)


if __name__ == "__main__":
    main()
