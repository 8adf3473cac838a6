"""Swaps names as fast as it can until it is killed: python3 racing.py PAUSE PATH TARGET...

Each PATH changes place with a symbolic link to TARGET, and sometimes with a FIFO. Between two swaps, PATH is itself for PAUSE seconds.
"""

import ctypes
import os
import sys
import time

AT_FDCWD = -100
RENAME_EXCHANGE = 2


def main(pause, names):
    libc = ctypes.CDLL(None, use_errno=True)
    swaps = []
    for path, target in zip(names[::2], names[1::2]):
        link, fifo = path + '.link', path + '.fifo'
        os.symlink(target, link)
        os.mkfifo(fifo)
        swaps.append((os.fsencode(path), os.fsencode(link), os.fsencode(fifo)))
    open('racing', 'w').close()
    number = 0
    while True:
        number += 1
        for path, link, fifo in swaps:
            other = fifo if number % 4 == 0 else link
            for _ in (0, 1):
                libc.renameat2(AT_FDCWD, path, AT_FDCWD, other, RENAME_EXCHANGE)
        if pause:
            time.sleep(pause)


main(float(sys.argv[1]), sys.argv[2:])
