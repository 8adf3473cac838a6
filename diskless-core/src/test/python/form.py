"""Checks the form of the parts: form.py FOLDER; or of joined programs: form.py --joined FILE...

A part is Python 3.6 with its standard library, has at most 250 lines, and functions of at most 40. As it is imported it does nothing
but define names.
"""

import ast
import os
import sys
from typing import Dict, Iterator, List, Set

# Modules of the standard library of Python 3.6 that exist in every later version and are in the package python3-minimal or python3.
MODULES = set("""argparse ast atexit base64 binascii bisect calendar codecs collections concurrent contextlib copy csv ctypes datetime
decimal difflib errno fcntl filecmp fnmatch functools getopt getpass glob grp gzip hashlib heapq io ipaddress itertools json locale
logging math mmap operator os pathlib pickle platform pwd queue random re resource select shlex shutil signal socket stat string struct
subprocess sys syslog tarfile tempfile textwrap threading time traceback types typing unicodedata uuid weakref zlib""".split())

# Calls that have no effects but their result. Other calls are not expected at the top level.
PURE = {'re.compile', 'set', 'frozenset', 'NamedTuple', 'dict'}


def name_of(node: ast.AST) -> str:
    """The dotted name of a called function."""
    if isinstance(node, ast.Attribute):
        return name_of(node.value) + '.' + node.attr
    return node.id if isinstance(node, ast.Name) else '?'


def definitions(tree: ast.Module) -> Iterator[str]:
    """The names that a part defines at its top level, but not those that it imports."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                yield from (each.id for each in ast.walk(target) if isinstance(each, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def effects(tree: ast.Module) -> Iterator[str]:
    """Statements that do more than define a name."""
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)):
            # Decorators and defaults run as the part is imported, and so do statements of a class.
            roots = list(getattr(node, 'decorator_list', []))  # type: List[ast.AST]
            if isinstance(node, ast.ClassDef):
                roots += [each for each in node.body if not isinstance(each, ast.FunctionDef)]
            if isinstance(node, ast.FunctionDef):
                roots += node.args.defaults
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) or isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            roots = [node]
        else:
            yield 'line %d: a statement with effects' % node.lineno
            continue
        for root in roots:
            for each in ast.walk(root):
                if isinstance(each, ast.Call) and name_of(each.func) not in PURE:
                    yield 'line %d: a call of %s' % (each.lineno, name_of(each.func))


def imports(tree: ast.Module) -> Iterator[str]:
    """The modules that a part imports, anywhere in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split('.')[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or '').split('.')[0]


def check_part(path: str) -> Iterator[str]:
    """What is wrong with a part."""
    with open(path, encoding='utf-8') as file:
        text = file.read()
    try:
        tree = ast.parse(text, path, feature_version=(3, 6))
    except SyntaxError as error:
        yield 'line %s: not Python 3.6: %s' % (error.lineno, error.msg)
        return
    if len(text.splitlines()) > 250:
        yield 'has %d lines, more than 250' % len(text.splitlines())
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or 0) - node.lineno + 1
            if length > 40:
                yield '%s has %d lines, more than 40' % (node.name, length)
        elif isinstance(node, (ast.NamedExpr, ast.AsyncFor, ast.AsyncWith, ast.Await)):
            yield 'line %d: not Python 3.6' % node.lineno
        elif isinstance(node, ast.Call) and any(each.arg in ('capture_output', 'text') for each in node.keywords):
            if name_of(node.func) in ('subprocess.run', 'subprocess.Popen', 'start', 'run'):
                yield 'line %d: an option of subprocess that Python 3.6 does not have' % node.lineno
    for module in imports(tree):
        if module not in MODULES and module != 'diskless_master':
            yield 'imports %s, which may not exist in Python 3.6' % module
    yield from effects(tree)


def check_program(path: str) -> Iterator[str]:
    """Names that a joined program defines twice, or defines and imports."""
    with open(path, encoding='utf-8') as file:
        tree = ast.parse(file.read(), path, feature_version=(3, 6))
    seen = set()  # type: Set[str]
    for name in definitions(tree):
        if name in seen:
            yield 'defines %s twice' % name
        seen.add(name)
    sources = {}  # type: Dict[str, str]
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            module = getattr(node, 'module', None) or ''
            for alias in node.names:
                name = (alias.asname or alias.name).split('.')[0]
                source = module + ':' + (name if not module and not alias.asname else alias.name)
                if name in seen:
                    yield 'defines and imports %s' % name
                if sources.setdefault(name, source) != source:
                    yield 'imports two things as %s' % name


def main(arguments: List[str]) -> int:
    """Prints what is wrong, or how many were checked."""
    is_joined = arguments[0] == '--joined'
    paths = arguments[1:] if is_joined else sorted(
        os.path.join(arguments[0], name) for name in os.listdir(arguments[0]) if name.endswith('.py'))
    problems = ['%s: %s' % (os.path.basename(path), problem)
                for path in paths for problem in (check_program(path) if is_joined else check_part(path))]
    print('\n'.join(problems) or '%d %s are as they should be' % (len(paths), 'programs' if is_joined else 'parts'))
    return 1 if problems or not paths else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
