"""Attacks on nodefiles: everything that root on a node can plant, also while an operation runs."""
import mmap
import os
import random
import resource
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from typing import Any, Callable, Iterator, List

from diskless_master import nodepath
from diskless_master.nodefiles import NodeFiles, node_state, node_tree
from diskless_master.nodepath import NodeFilesError

SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../main/python")
IS_ROOT = os.geteuid() == 0
ROUNDS = int(os.environ.get("DISKLESS_RACE_ROUNDS", "150"))


def plant(path: str, content: str = "") -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(content)


def deep_directories(root: str, depth: int, name: str = "d") -> None:
    """Makes nested directories whose path is longer than the system permits."""
    current = os.open(root, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(name, dir_fd=current)
        below = os.open(name, os.O_RDONLY, dir_fd=current)
        os.close(current)
        current = below
    os.close(os.open("end", os.O_CREAT, dir_fd=current))
    os.close(current)


class Case(unittest.TestCase):
    def setUp(self) -> None:
        nodepath.raise_file_limit()
        self.base = tempfile.mkdtemp(prefix="nodefiles-")
        self.addCleanup(lambda: subprocess.run(["rm", "-rf", self.base], check=True))
        self.root = self.base + "/tree"
        self.outside = self.base + "/outside"
        self.private = self.base + "/private"
        for folder in (self.root, self.outside, self.private):
            os.mkdir(folder)
        plant(self.outside + "/secret", "secret of the master")
        self.files = NodeFiles(self.root)
        self.addCleanup(lambda: self.files.__exit__())
        self.addCleanup(self.check_descriptors)

    def check_descriptors(self) -> None:
        """Only the root is open."""
        opened = []
        for number in os.listdir("/proc/self/fd"):
            try:
                opened.append(os.readlink("/proc/self/fd/" + number))
            except FileNotFoundError:
                continue
        self.assertEqual([path for path in opened if path.startswith(self.base)], [self.root])

    def outside_is_untouched(self) -> None:
        self.assertEqual(os.listdir(self.outside), ["secret"])
        with open(self.outside + "/secret", encoding="utf-8") as file:
            self.assertEqual(file.read(), "secret of the master")

    def hostile(self, path: str) -> Iterator[str]:
        """Puts each kind of hostile entry at a path, one after the other."""
        def sock() -> None:
            made = socket.socket(socket.AF_UNIX)
            here = os.getcwd()
            os.chdir(os.path.dirname(path))
            made.bind(os.path.basename(path))
            os.chdir(here)
            made.close()
        makers = [
            ("link", lambda: os.symlink(self.outside, path)),
            ("link to file", lambda: os.symlink(self.outside + "/secret", path)),
            ("relative link", lambda: os.symlink("../../../../../../.." + self.outside, path)),
            ("dangling link", lambda: os.symlink(self.outside + "/new", path)),
            ("link to itself", lambda: os.symlink(os.path.basename(path), path)),
            ("fifo", lambda: os.mkfifo(path)),
            ("socket", sock),
        ]  # type: List[Any]
        if IS_ROOT:
            makers.append(("device", lambda: os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))))
            makers.append(("tape", lambda: os.mknod(path, stat.S_IFBLK | 0o666, os.makedev(7, 200))))
        for name, make in makers:
            make()
            with self.subTest(name):
                yield name
            os.unlink(path)
            self.outside_is_untouched()


class ComponentsTest(Case):
    """Each kind of file at each component of a path, for each operation."""

    def check(self, operation: Callable[[str], Any]) -> None:
        for depth in range(3):
            folder = "/".join(["a", "b", "c"][:depth])
            os.makedirs(os.path.join(self.root, folder), exist_ok=True)
            for _ in self.hostile(os.path.join(self.root, folder, "abcd"[depth])):
                start = time.monotonic()
                with self.assertRaisesRegex(NodeFilesError, "^a(/b(/c)?)?: is (a|an) .*, not a directory"):
                    operation("a/b/c/d")
                self.assertLess(time.monotonic() - start, 5)

    def test_stat(self) -> None:
        self.check(lambda path: self.files.stat(path))

    def test_read(self) -> None:
        self.check(lambda path: self.files.read(path, 100))

    def test_children(self) -> None:
        self.check(lambda path: self.files.children(path))

    def test_make_directories(self) -> None:
        self.check(self.files.make_directories)

    def test_write(self) -> None:
        self.check(lambda path: self.files.write(path, b"x", 0o600, os.getuid(), os.getgid()))

    def test_copy_in(self) -> None:
        plant(self.private + "/new/file")
        self.check(lambda path: self.files.copy_in(self.private + "/new", path))
        self.assertEqual(os.listdir(self.private), ["new"])

    def test_copy_out(self) -> None:
        self.check(lambda path: self.files.copy_out(path, self.private + "/copy"))
        self.assertEqual(os.listdir(self.private), [])

    def test_remove(self) -> None:
        self.check(self.files.remove)


class LastComponentTest(Case):
    """Each kind of file at the path itself."""

    def test_read(self) -> None:
        for _ in self.hostile(self.root + "/a"):
            with self.assertRaisesRegex(NodeFilesError, "^a: is .*, not a regular file"):
                self.files.read("a", 100)

    def test_read_directory(self) -> None:
        os.mkdir(self.root + "/a")
        with self.assertRaisesRegex(NodeFilesError, "^a: is a directory, not a regular file"):
            self.files.read("a", 100)

    def test_directories(self) -> None:
        for _ in self.hostile(self.root + "/a"):
            with self.assertRaisesRegex(NodeFilesError, "not a directory"):
                self.files.make_directories("a")
            with self.assertRaisesRegex(NodeFilesError, "not a directory"):
                self.files.children("a")

    def test_write_replaces(self) -> None:
        for _ in self.hostile(self.root + "/a"):
            self.files.write("a", b"new", 0o640, os.getuid(), os.getgid())
            status = os.lstat(self.root + "/a")
            self.assertTrue(stat.S_ISREG(status.st_mode))
            self.assertEqual(stat.S_IMODE(status.st_mode), 0o640)
            self.assertEqual(os.listdir(self.root), ["a"])

    def test_write_over_directory(self) -> None:
        os.mkdir(self.root + "/a")
        with self.assertRaisesRegex(NodeFilesError, "^a: cannot write: Is a directory"):
            self.files.write("a", b"new", 0o640, os.getuid(), os.getgid())
        self.assertEqual(os.listdir(self.root), ["a"])

    def test_copy_in_replaces_nothing(self) -> None:
        plant(self.private + "/new/file")
        for _ in self.hostile(self.root + "/a"):
            with self.assertRaisesRegex(NodeFilesError, "^a: exists already"):
                self.files.copy_in(self.private + "/new", "a")
        self.files.copy_in(self.private + "/new", "a")
        self.assertEqual(self.files.read("a/file", 0), b"")

    def test_copy_out_copies_the_entry_itself(self) -> None:
        for _ in self.hostile(self.root + "/a"):
            before = os.lstat(self.root + "/a")
            self.files.copy_out("a", self.private + "/copy")
            after = os.lstat(self.private + "/copy")
            self.assertEqual((before.st_mode, before.st_rdev, before.st_mtime_ns), (after.st_mode, after.st_rdev, after.st_mtime_ns))
            os.unlink(self.private + "/copy")

    def test_remove(self) -> None:
        for name in self.hostile(self.root + "/a"):
            self.files.remove("a")
            self.assertEqual(os.listdir(self.root), [])
            os.symlink("for", self.root + "/a")  # the next kind
            del name

    def test_root_is_a_link(self) -> None:
        os.symlink(self.root, self.base + "/link")
        with self.assertRaises(OSError):
            NodeFiles(self.base + "/link")

    def test_invalid_paths(self) -> None:
        for path in ("/etc", "..", "a/../b", "a//b", "a/", "./a", "a\0b"):
            with self.assertRaisesRegex(NodeFilesError, "not a valid path"):
                self.files.stat(path)
        for operation in (self.files.remove, lambda path: self.files.copy_out(path, self.private + "/x")):
            with self.assertRaisesRegex(NodeFilesError, "root"):
                operation("")  # type: ignore


class OrdinaryTest(Case):
    def test_missing(self) -> None:
        for path in ("a", "a/b/c"):
            self.assertIsNone(self.files.stat(path))
            self.assertIsNone(self.files.read(path, 1))
            self.assertEqual(self.files.children(path), [])
            self.files.remove(path)
        with self.assertRaisesRegex(NodeFilesError, "^a/b: the directory of this path does not exist"):
            self.files.write("a/b", b"", 0o600, 0, 0)
        with self.assertRaisesRegex(NodeFilesError, "^a: cannot copy: No such file"):
            self.files.copy_out("a", self.private + "/copy")

    def test_factories(self) -> None:
        os.makedirs(self.base + "/state/first/paths/var")
        with node_state(self.base + "/state", "first") as files:
            self.assertEqual(files.children(""), ["var"])
        with node_tree(self.base, "tree") as files:
            self.assertEqual(files.children(""), [])
        with self.assertRaises(FileNotFoundError):
            node_tree(self.base, "10.0.0.1")

    def test_directories(self) -> None:
        old = os.umask(0o077)
        try:
            self.files.make_directories("a/b")
            self.files.make_directories("a/b")
        finally:
            os.umask(old)
        self.assertEqual(stat.S_IMODE(os.stat(self.root + "/a/b").st_mode), 0o755)

    def test_limit(self) -> None:
        plant(self.root + "/a", "12345")
        self.assertEqual(self.files.read("a", 5), b"12345")
        with self.assertRaisesRegex(NodeFilesError, "^a: larger than 4 bytes"):
            self.files.read("a", 4)

    def test_growing_file(self) -> None:
        stop = threading.Event()

        def grow() -> None:
            with open(self.root + "/a", "ab") as file:
                while not stop.is_set() and file.tell() < 1 << 30:
                    file.write(b"x" * 65536)
                    file.flush()
        thread = threading.Thread(target=grow)
        thread.start()
        try:
            time.sleep(0.05)
            with self.assertRaisesRegex(NodeFilesError, "larger"):
                self.files.read("a", 1000)
            self.files.copy_out("a", self.private + "/copy")
            self.assertIn(run_goal(["digest", self.root], b"a\0"), ([b"-\0"]))
        finally:
            stop.set()
            thread.join()

    def test_names(self) -> None:
        names = [b"new\nline", b"\xff\xfe", b"-rf", b" ", "ä".encode(), b"\x1b[31m", b"x" * 255]
        for name in names:
            os.mkdir(os.fsencode(self.root) + b"/" + name)
            with open(os.fsencode(self.root) + b"/" + name + b"/" + name, "wb") as file:
                file.write(name)
        self.assertEqual(sorted(map(os.fsencode, self.files.children(""))), sorted(names))
        listed = [line.split(b"\0") for line in [run_goal(["list", self.root])]][0]
        self.assertEqual(sorted(listed[2::3]), sorted(names + [name + b"/" + name for name in names]))
        self.assertEqual(run_goal(["digest", self.root], b"".join(n + b"/" + n + b"\0" for n in names)).count(b"-"), 0)
        for name in names:
            path = os.fsdecode(name)
            self.assertEqual(self.files.read(path + "/" + path, 300), name)
            self.files.copy_out(path, self.private + "/copy")
            self.files.remove(path)
            self.files.copy_in(self.private + "/copy", path)
        with self.assertRaises(NodeFilesError) as raised:
            self.files.children("\x1b[31m/\x1b[31m/x")
        self.assertTrue(str(raised.exception).isprintable(), raised.exception)

    def test_tree_survives(self) -> None:
        tree = self.root + "/t"
        plant(tree + "/sub/one", "content")
        os.link(tree + "/sub/one", tree + "/two")
        os.link(tree + "/sub/one", self.root + "/three")
        os.symlink("nowhere", tree + "/link")
        os.mkfifo(tree + "/fifo")
        with open(tree + "/sparse", "wb") as file:
            file.truncate(1 << 30)
            os.pwrite(file.fileno(), b"x", 1 << 29)
        os.setxattr(tree + "/two", "user.colour", b"red")
        os.setxattr(tree + "/sub", "user.colour", b"blue")
        if IS_ROOT:
            os.mknod(tree + "/null", stat.S_IFCHR | 0o666, os.makedev(1, 3))
            os.chown(tree + "/two", 1234, 4321)
            capability = bytes.fromhex("0100000200200000000000000000000000000000")
            os.setxattr(tree + "/two", "security.capability", capability)
            os.chown(tree + "/link", 12, 13, follow_symlinks=False)
        os.chmod(tree + "/sparse", 0o4710)
        os.chmod(tree + "/sub", 0o3551)
        for number, (folder, _, names) in enumerate(os.walk(tree, topdown=False)):
            for name in names + ["."]:
                os.utime(folder + "/" + name, ns=(10**18 + 1, 10**18 + number * 1001), follow_symlinks=False)
        self.files.copy_out("t", self.private + "/copy")
        for folder, _, names in os.walk(tree):
            for name in names + ["."]:
                before, after = folder + "/" + name, self.private + "/copy" + folder[len(tree):] + "/" + name
                a, b = os.lstat(before), os.lstat(after)
                fields = ("st_mode", "st_uid", "st_gid", "st_size", "st_mtime_ns", "st_rdev")
                self.assertEqual([getattr(a, f) for f in fields], [getattr(b, f) for f in fields], before)
                for xattr in os.listxattr(before, follow_symlinks=False):
                    self.assertEqual(os.getxattr(before, xattr, follow_symlinks=False), os.getxattr(after, xattr, follow_symlinks=False))
        one, two = os.stat(self.private + "/copy/sub/one"), os.stat(self.private + "/copy/two")
        self.assertEqual((one.st_ino, one.st_nlink), (two.st_ino, 2))
        self.assertLess(os.stat(self.private + "/copy/sparse").st_blocks, 100)
        with open(self.private + "/copy/sparse", "rb") as copied:
            self.assertEqual(os.pread(copied.fileno(), 3, (1 << 29) - 1), b"\0x\0")
        self.assertEqual(os.listdir(self.private), ["copy"])

    def test_deep(self) -> None:
        deep_directories(self.root, 3000)
        start = time.monotonic()
        self.assertEqual(run_goal(["list", self.root]).count(b"\0"), 3 * 3001)
        self.assertIn(b"root 0 ", run_goal(["measure", self.root]))
        self.files.copy_out("d", self.private + "/copy")
        self.files.remove("d")
        self.files.copy_in(self.private + "/copy", "d")
        self.assertIsNotNone(self.files.stat("/".join("d" * 3000) + "/end"))
        self.assertLess(time.monotonic() - start, 20)

    def test_too_deep(self) -> None:
        deep_directories(self.root, 5000)
        with self.assertRaisesRegex(NodeFilesError, "nested directories"):
            self.files.copy_out("d", self.private + "/copy")
        self.assertEqual(run_goal(["list", self.root]).count(b"\0"), 3 * 4096)
        self.files.remove("d")
        self.assertEqual(os.listdir(self.root), [])

    def test_few_open_files(self) -> None:
        deep_directories(self.root, 600)
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (300, limits[1]))
        try:
            with self.assertRaisesRegex(NodeFilesError, "cannot copy: Too many open files"):
                self.files.copy_out("d", self.private + "/copy")
            self.assertLess(len(list(self.files.list())), 300)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)

    def test_speed(self) -> None:
        for folder in range(200):
            for name in range(100):
                plant("%s/%d/%d" % (self.root, folder, name))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.assertEqual(run_goal(["list", self.root]).count(b"\0"), 3 * 20200)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        # Time of the processor, because other tests run beside.
        self.assertLess(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, 1)


class Attacker:
    """A process that replaces a name by something else, as fast as possible."""

    def __init__(self, path: str, makers: List[Callable[[str], None]]) -> None:
        self.path = path
        self.makers = makers
        self.count = mmap.mmap(-1, 8)  # shared
        self.process = 0

    @property
    def swaps(self) -> int:
        return int.from_bytes(self.count[:], "little")

    def run(self) -> None:
        number = 0
        while True:
            number += 1
            beside = "%s.%d" % (self.path, number)
            self.makers[number % len(self.makers)](beside)
            try:
                os.rename(beside, self.path)
            except OSError:
                try:
                    os.rename(self.path, beside + ".old")
                    os.rename(beside, self.path)
                except OSError:
                    pass
            self.count[:] = number.to_bytes(8, "little")
            for each in (beside, beside + ".old"):
                if os.path.islink(each) or os.path.isfile(each):
                    os.unlink(each)
                elif os.path.isdir(each):
                    shutil.rmtree(each, ignore_errors=True)

    def __exit__(self, *_: Any) -> None:
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)

    def __enter__(self) -> "Attacker":
        self.process = os.fork()
        if self.process == 0:
            try:
                self.run()
            finally:
                os._exit(1)
        return self


class RaceTest(Case):
    """A name that alternates between directory, file, FIFO and symbolic link while an operation uses the name."""

    def attack(self, operation: Callable[[], Any], wanted: str = "") -> None:
        """Runs an operation until it also met what is wanted, which shows that the attacker swaps while it runs."""
        def directory(path: str) -> None:
            os.mkdir(path)
            plant(path + "/secret", "of the node")

        makers = [
            directory,
            lambda path: os.symlink(self.outside, path),
            os.mkfifo,
            lambda path: plant(path, "of the node"),
            lambda path: os.symlink(self.outside + "/secret", path),
        ]  # type: List[Callable[[str], None]]
        outcomes = []  # type: List[str]
        os.mkdir(self.root + "/x")
        with Attacker(self.root + "/x/a", makers) as attacker:
            end = time.monotonic() + 60
            while len(outcomes) < ROUNDS or attacker.swaps < ROUNDS or not any(wanted in each for each in outcomes):
                self.assertLess(time.monotonic(), end, outcomes[-20:])
                start = time.monotonic()
                try:
                    outcomes.append(repr(operation()))
                except NodeFilesError as problem:
                    outcomes.append(str(problem))
                self.assertLess(time.monotonic() - start, 5)
                self.outside_is_untouched()
        self.assertFalse([each for each in outcomes if "of the master" in each])

    def test_read(self) -> None:
        self.attack(lambda: self.files.read("x/a", 100), "of the node")

    def test_read_below(self) -> None:
        self.attack(lambda: self.files.read("x/a/secret", 100), "of the node")

    def test_write(self) -> None:
        self.attack(lambda: self.files.write("x/a/secret", b"of the installer", 0o600, os.getuid(), os.getgid()))

    def test_make_directories(self) -> None:
        self.attack(lambda: self.files.make_directories("x/a/b/c"))

    def test_remove(self) -> None:
        self.attack(lambda: self.files.remove("x/a/secret"))
        self.attack_again(lambda: self.files.remove("x/a"))

    def attack_again(self, operation: Callable[[], Any]) -> None:
        shutil.rmtree(self.root + "/x")
        self.attack(operation)

    def test_copy_in(self) -> None:
        def copy() -> None:
            folder = self.private + "/%d" % random.getrandbits(60)
            plant(folder + "/file")
            self.files.copy_in(folder, "x/a/new")
        self.attack(copy)

    def test_copy_out(self) -> None:
        def copy() -> str:
            place = self.private + "/copy"
            try:
                self.files.copy_out("x", place)
                return content_below(place)
            finally:
                subprocess.run(["rm", "-rf", place], check=True)
        self.attack(copy, "of the node")

    def test_list(self) -> None:
        self.attack(lambda: [entry.path for entry in self.files.list()])


def content_below(folder: str) -> str:
    """Returns the content of all regular files, without following links."""
    found = []
    for above, _, names in os.walk(folder):
        for name in names:
            if stat.S_ISREG(os.lstat(above + "/" + name).st_mode):
                with open(above + "/" + name, encoding="utf-8") as file:
                    found.append(file.read())
    return " ".join(found)


def run_goal(arguments: List[str], content: bytes = b"") -> bytes:
    """Runs the program as a process of its own."""
    code = "import sys; from diskless_master.nodegoals import nodefiles_main; sys.exit(nodefiles_main(sys.argv[1:]))"
    run = subprocess.run(
        [sys.executable, "-c", code] + arguments,
        input=content,
        stdout=subprocess.PIPE,
        timeout=60,
        env=dict(os.environ, PYTHONPATH=SOURCES, PYTHONDONTWRITEBYTECODE="1"),
    )
    if run.returncode != 0:
        raise AssertionError("status %d" % run.returncode)
    return run.stdout


if __name__ == "__main__":
    unittest.main()
