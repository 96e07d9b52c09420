#!/usr/bin/env python3
"""Cuts a label volume (NIfTI, gzip or not) into one PNG a slice: slices_of_mask.py mask.nii.gz FOLDER FIRST LAST

Slice n becomes FOLDER/00000n.dcm.png, as the mask of the DICOM file 00000n.dcm is called. Rows and columns stay as they lie
in the file, which of this series is how the DICOM slices lie. Nothing beyond Python is needed.
"""
import gzip
import pathlib
import struct
import sys
import zlib

DEPTHS = {2: "B", 256: "b", 4: "h", 512: "H", 8: "i", 16: "f", 64: "d"}


def read(path):
    """The values of the volume, slice by slice, row by row, with columns, rows and slices."""
    data = pathlib.Path(path).read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    order = "<" if struct.unpack("<i", data[:4])[0] == 348 else ">"
    columns, rows, slices = struct.unpack(order + "3h", data[42:48])
    depth = DEPTHS[struct.unpack(order + "h", data[70:72])[0]]
    begin = int(struct.unpack(order + "f", data[108:112])[0])
    values = struct.unpack_from(f"{order}{columns * rows * slices}{depth}", data, begin)
    return values, columns, rows, slices


def png(labels, columns, rows):
    """8 bit, grey."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    lines = b"".join(b"\0" + bytes(labels[row * columns : (row + 1) * columns]) for row in range(rows))
    header = struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def main(path, folder, first, last):
    values, columns, rows, slices = read(path)
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    for n in range(int(first), min(int(last), slices - 1) + 1):
        one = values[n * columns * rows : (n + 1) * columns * rows]
        labels = [int(value) for value in one]
        pathlib.Path(folder, f"{n:06}.dcm.png").write_bytes(png(labels, columns, rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
