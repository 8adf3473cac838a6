"""The machine: messages, programs, and the end of the run."""

import os
import shutil
import signal
import subprocess
import sys
from typing import Any, List, Optional, Sequence, Tuple


class Stop(Exception):
    """A mistake of the user or a fault of the machine; its text is the message that ends the run."""


# Descriptors of locks. Programs inherit them, so that a lock is held until the last program of a killed run has ended.
LOCKS = []  # type: List[int]


def say(text: str) -> None:
    """Prints a message for the administrator to standard error."""
    _write(2, 'install: ' + text)


def report(text: str) -> None:
    """Prints a line of output to standard output."""
    _write(1, text)


def _write(descriptor: int, text: str) -> None:
    data = (text + '\n').encode('utf-8', 'backslashreplace')
    while data:
        data = data[os.write(descriptor, data):]


def has_program(name: str) -> bool:
    """Whether a program is on the search path."""
    return shutil.which(name) is not None


def need_program(name: str, reason: str = '') -> None:
    """Stops if a program is not on the search path."""
    if not has_program(name):
        raise Stop('%s is missing%s. Install it.' % (name, reason and ' (' + reason + ')'))


def start(arguments: Sequence[str], **options: Any) -> 'subprocess.Popen[bytes]':
    """Starts a program that inherits the locks."""
    environment = dict(os.environ, LC_ALL='C')
    environment.pop('SOURCE_DATE_EPOCH', None)  # mksquashfs takes the times of files from it
    return subprocess.Popen(list(arguments), env=environment, pass_fds=LOCKS, **options)


def run(arguments: Sequence[str], **options: Any) -> Tuple[int, str]:
    """Runs a program; returns its exit status and all its output."""
    options.setdefault('stdin', subprocess.DEVNULL)
    process = start(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    output = process.communicate()[0].decode('utf-8', 'backslashreplace')
    return process.returncode, output.strip()


def need_success(arguments: Sequence[str], problem: str, **options: Any) -> str:
    """Runs a program and returns its output; stops if it fails."""
    code, output = run(arguments, **options)
    if code != 0:
        raise Stop(problem + ': ' + last_line(output, code))
    return output


def last_line(output: str, code: int) -> str:
    """What a failed program said at its end. tar(1) ends with a line that has no reason."""
    lines = [line for line in output.splitlines() if line and not line.startswith(('tar: Exiting with', 'tar: Error is not'))]
    return lines[-1] if lines else 'exit status %d' % code


def explain(error: OSError, what: str = '') -> str:
    """The message for an input/output error."""
    reason = error.strerror or str(error)
    name = what or (os.fsdecode(error.filename) if error.filename else '')
    text = '%s: %s' % (name, reason) if name else reason
    return text + ('. Free space on this disk and run this again: the disk is full.' if error.errno in (28, 122) else '')


def stop_on_signals() -> None:
    """Lets signals end the run as an exception, so that everything is cleaned up."""
    def end(number: int, _frame: Any) -> None:
        # A second signal must not interrupt the clean-up.
        for each in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        sys.exit(128 + number)

    for each in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(each, end)


def lock(path: str) -> Optional[int]:
    """Takes a lock as flock(1) does; returns None if another process holds it."""
    import fcntl
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    os.fchmod(descriptor, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    LOCKS.append(descriptor)
    return descriptor


def holder_of(path: str) -> str:
    """Who has a lock's file open, for a message."""
    wanted = os.path.realpath(path)
    for process in sorted(os.listdir('/proc'), key=lambda name: int(name) if name.isdigit() else 0):
        if not process.isdigit() or int(process) == os.getpid():
            continue
        try:
            descriptors = '/proc/%s/fd' % process
            if any(os.readlink('%s/%s' % (descriptors, each)) == wanted for each in os.listdir(descriptors)):
                with open('/proc/%s/cmdline' % process, 'rb') as command:
                    text = command.read(200).replace(b'\0', b' ').decode('utf-8', 'backslashreplace').strip()
                return 'process %s of user %d: %s' % (process, os.stat('/proc/' + process).st_uid, text)
        except OSError:
            continue  # it has ended, or belongs to another user
    return 'an unknown process'
