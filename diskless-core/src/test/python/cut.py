"""Starts a program that was cut off at each byte of a list: cut.py PROGRAM CUTS ARGUMENT...

Prints each end with status 0, with output, or after which there is a new file in the working directory; at last the number of starts.
Most starts are forks of this process, which compiled each complete statement of the program once.
"""

import ast
import bisect
import os
import subprocess
import sys
from typing import Any, List


def start(program: bytes, cut: int, arguments: List[str]) -> Any:
    """Starts a program as an administrator may, from standard input."""
    return subprocess.run([sys.executable, '-'] + arguments, input=program[:cut], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def fork(codes: List[Any], arguments: List[str]) -> int:
    """Runs statements in a process of its own; returns how it ended."""
    child = os.fork()
    if child == 0:
        for descriptor in (1, 2):
            os.dup2(os.open('output.%d' % descriptor, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
        sys.argv = ['-'] + arguments
        names = {'__name__': '__main__'}
        for code in codes:
            exec(code, names)
        sys.exit(0)  # with the hooks of the program
    return os.waitpid(child, 0)[1]


def main() -> None:
    path, cuts, arguments = sys.argv[1], sys.argv[2], sys.argv[3:]
    with open(path, 'rb') as file:
        program = file.read()
    lines = program.splitlines(True)
    statements = ast.parse(program).body
    starts = [sum(map(len, lines[:node.lineno - 1])) for node in statements] + [len(program)]
    codes = [compile(program[begin:end], 'program', 'exec') for begin, end in zip(starts, starts[1:])]
    open('output.1', 'w').close()
    open('output.2', 'w').close()
    before = sorted(os.listdir('.'))
    count = 0
    for cut in map(int, cuts.split(',')):
        complete = bisect.bisect_right(starts, cut) - 1
        try:
            rest = compile(program[starts[complete]:cut], 'rest', 'exec') if complete >= 0 else None
        except SyntaxError:
            rest = None
        if rest and cut % 20000:
            count += 1
            end = fork(codes[:complete] + [rest], arguments)
            is_good = end != 0 and os.path.getsize('output.1') == 0
        elif rest or cut % 5000 == 0:
            count += 1
            real = start(program, cut, arguments)
            is_good = real.returncode != 0 and not real.stdout
        else:
            continue  # Python rejects the whole program before it runs any of it
        if not is_good or sorted(os.listdir('.')) != before:
            print('cut off at byte %d, the program does something' % cut)
    print('started: %d' % count)


if __name__ == '__main__':
    main()
