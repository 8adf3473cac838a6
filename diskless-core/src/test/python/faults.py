"""Ends a program at one of its steps, or records each step. The program itself knows nothing of this.

usage: faults.py [--all] kill|fail|count AT COUNTER PROGRAM ARGUMENT...
       faults.py record FOLDER TREE PROGRAM ARGUMENT...

A step is a call of the operating system that changes a name or waits for the disk, or the start of a program that does so: renames,
links, fsync(2), sync(1), tar(1). --all counts every call that changes anything, and every program. COUNTER is a file that gets the
number of steps. kill ends the process group at step AT; fail lets step AT fail, as on a full disk.

record copies TREE to FOLDER/N before step N, and writes the step to FOLDER/N.command. Removals, and changes of owners, modes and
times, are steps, too.
"""

import errno
import os
import runpy
import signal
import subprocess
import sys
import threading

NAMES = ['rename', 'replace', 'link', 'symlink']
REMOVALS = ['unlink', 'rmdir', 'remove']
ATTRIBUTES = ['mkdir', 'mknod', 'chmod', 'chown', 'utime']
OTHERS = ATTRIBUTES + ['fchmod', 'fchown', 'open', 'listdir', 'lstat', 'readlink', 'scandir']
PROGRAMS = ['sync', 'tar', 'rm', 'ssh-keygen']


class Steps:
    """Counts steps, and does at each what is asked for."""

    def __init__(self, at_step):
        self.count = 0
        self.at_step = at_step
        self.lock = threading.RLock()
        self.is_inside = False

    def take(self, words):
        with self.lock:
            if self.is_inside:
                return
            self.is_inside = True
            try:
                self.count += 1
                self.at_step(self.count, words)
            finally:
                self.is_inside = False


def path_of(value):
    if isinstance(value, int):
        try:
            return os.readlink('/proc/self/fd/%d' % value)
        except OSError:
            return str(value)
    return os.path.abspath(os.fsdecode(value)) if isinstance(value, (str, bytes)) else str(value)


def stand_in_front(steps, names, programs):
    for name in names:
        def wrapper(*arguments, _name=name, _real=getattr(os, name), **options):
            steps.take([_name] + [path_of(each) for each in arguments])
            return _real(*arguments, **options)
        setattr(os, name, wrapper)
    real_fsync = os.fsync

    def fsync(descriptor):
        steps.take(['sync', path_of(descriptor)])
        return real_fsync(descriptor)
    os.fsync = fsync
    real_start = subprocess.Popen.__init__

    def start(self, arguments, *rest, **options):
        if isinstance(arguments, list) and (programs is None or os.path.basename(arguments[0]) in programs):
            steps.take([os.path.basename(arguments[0])] + arguments[1:])
        return real_start(self, arguments, *rest, **options)
    subprocess.Popen.__init__ = start


def ending(how, at, counter):
    def at_step(count, words):
        with open(counter, 'w') as file:
            file.write('%d\n' % count)
        if count != at:
            return
        if how == 'kill':
            os.killpg(0, signal.SIGKILL)
        if how == 'fail':
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), words[-1])
    return at_step


def recording(folder, tree):
    def at_step(count, words):
        subprocess.run(['cp', '-a', tree, '%s/%d' % (folder, count)], check=True)
        with open('%s/%d.command' % (folder, count), 'w') as file:
            file.write(' '.join(words) + '\n')
        with open(folder + '/count', 'w') as file:
            file.write('%d\n' % count)
    return at_step


def main(arguments):
    is_all = arguments[0] == '--all'
    arguments = arguments[1:] if is_all else arguments
    if arguments[0] == 'record':
        steps = Steps(recording(arguments[1], arguments[2]))
        names = NAMES + REMOVALS + ATTRIBUTES
        programs = PROGRAMS
        rest = arguments[3:]
    else:
        steps = Steps(ending(arguments[0], int(arguments[1]), arguments[2]))
        names = NAMES + (REMOVALS + OTHERS if is_all else [])
        programs = None if is_all else PROGRAMS
        rest = arguments[3:]
    sys.argv = rest
    # Modules that the program may import must not count.
    import argparse, base64, concurrent.futures.thread, filecmp, hashlib, json, random, shutil, tempfile  # noqa: F401, E401
    sys.path.insert(0, os.path.dirname(os.path.abspath(rest[0])))
    stand_in_front(steps, names, programs)
    runpy.run_path(rest[0], run_name='__main__')


if __name__ == '__main__':
    main(sys.argv[1:])
