"""Set-uid files and devices that nodes create, in the hands of a local user of the master."""
import ctypes
import os
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import traceback
import unittest
from typing import Callable, List
from unittest import mock

from diskless_master import protection

NOBODY = 65534
CLONE_NEWNS = 0x20000
CLONE_NEWNET = 0x40000000
NGINX = """\
user nobody nogroup; pid %(folder)s/nginx.pid; error_log %(folder)s/nginx.log;
events {}
http { access_log off; server { listen 127.0.0.1:80; location / { root %(folder)s/tftpboot/boot; } } }
"""
IS_ROOT = os.geteuid() == 0
MOUNTINFO = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 8:1 /srv/diskless/lab /srv/diskless/lab rw,nosuid,nodev,relatime shared:1 - ext4 /dev/sda1 rw
31 30 8:2 / /srv/diskless/lab/state rw,noexec - ext4 /dev/sdb1 rw
32 22 8:3 / /srv/diskless/lab2 rw - ext4 /dev/sdc1 rw
33 22 8:4 / /srv/odd\\040name rw - ext4 /dev/sdd1 rw
"""
TREES = ["releases/1.0/192.168.45.101", "releases/2.0/192.168.45.102", "state/node01/paths", "state/disk"]


def isolated(test: Callable[["ProtectionTest"], None]) -> Callable[["ProtectionTest"], None]:
    """Runs a test in mount and network namespaces of its own, in a child process, as root."""
    def run(self: "ProtectionTest") -> None:
        if not IS_ROOT:
            self.skipTest("SKIPPED: needs root")
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS | CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), "unshare")
                subprocess.check_call(["mount", "--make-rprivate", "/"])
                subprocess.check_call(["ip", "link", "set", "lo", "up"])
                test(self)
                code = 0
            except BaseException:  # the child must not go on as a second test run
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(code)
        self.assertEqual(os.waitpid(pid, 0)[1], 0, "see the traceback above")
    return run


def as_nobody(*command: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"] + list(command),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def plant(tree: str) -> None:
    """Creates what root of a node can create over NFS."""
    os.makedirs(tree, exist_ok=True)
    shutil.copy(shutil.which("id") or "", tree + "/evil")
    os.chmod(tree + "/evil", 0o4755)
    os.mknod(tree + "/zero", stat.S_IFCHR | 0o666, os.makedev(1, 5))
    os.chmod(tree + "/zero", 0o666)


def gains_root(tree: str) -> bool:
    result = as_nobody(tree + "/evil")
    assert b"uid=65534" in result.stdout, result.stdout
    return b"euid=0" in result.stdout


def opens_device(tree: str) -> bool:
    result = as_nobody("head", "-c", "1", tree + "/zero")
    assert result.returncode == 0 or b"Permission denied" in result.stdout, result.stdout
    return result.returncode == 0


class ProtectionTest(unittest.TestCase):

    def setUp(self) -> None:
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        os.chmod(self.folder, 0o755)
        self.base = self.folder + "/srv/odd name/lab"
        os.makedirs(self.base)
        self.said: List[str] = []
        patch = mock.patch.object(protection, "say", self.said.append)
        patch.start()
        self.addCleanup(patch.stop)
        no_unit = mock.patch.object(protection, "write_unit")
        no_unit.start()
        self.addCleanup(no_unit.stop)
        log = mock.patch.object(protection, "SHARED_LOG", self.folder + "/log")
        log.start()
        self.addCleanup(log.stop)

    def trees(self) -> List[str]:
        return [self.base + "/" + tree for tree in TREES] + [self.folder + "/log"]

    def plant_everywhere(self) -> None:
        os.makedirs(self.base + "/state/disk")
        # A volume of its own below the directory of the cluster.
        subprocess.check_call(["mount", "-t", "tmpfs", "-o", "noexec", "disk", self.base + "/state/disk"])
        subprocess.check_call(["mount", "-o", "remount,exec", self.base + "/state/disk"])
        for tree in self.trees():
            plant(tree)

    @isolated
    def test_control_set_uid_files_and_devices_work_without_protection(self) -> None:
        self.plant_everywhere()
        for tree in self.trees():
            self.assertTrue(gains_root(tree), tree)
            self.assertTrue(opens_device(tree), tree)

    @isolated
    def test_set_uid_files_and_devices_are_useless(self) -> None:
        self.plant_everywhere()
        protection.protect(self.base)
        # A release that is installed later, and what nodes write later.
        later = self.base + "/releases/3.0/192.168.45.103"
        plant(later)
        for tree in self.trees() + [later]:
            self.assertFalse(gains_root(tree), tree)
            self.assertFalse(opens_device(tree), tree)
        self.assertEqual(self.said, [])

    def releases_before_protection(self) -> None:
        """Two releases in the layout of older versions, the first of which is active."""
        for version in ["1.0", "2.0"]:
            os.makedirs(self.base + "/releases/" + version + "/boot")
            with open(self.base + "/releases/" + version + "/boot/vmlinuz", "w") as file:
                file.write("kernel " + version)
            plant(self.base + "/releases/" + version + "/192.168.45.101")
        os.symlink("releases/1.0", self.base + "/active")
        os.symlink(self.base + "/active", self.folder + "/tftpboot")

    @isolated
    def test_servers_still_read_boot_files_and_trees(self) -> None:
        self.releases_before_protection()
        protection.protect(self.base)
        # tftpd and nginx run as ordinary users.
        self.assertEqual(as_nobody("cat", self.folder + "/tftpboot/boot/vmlinuz").stdout, b"kernel 1.0")
        self.assertTrue(os.path.isfile(self.folder + "/tftpboot/192.168.45.101/evil"))
        self.assertEqual(os.stat(self.folder + "/tftpboot/192.168.45.101/evil").st_mode & 0o7777, 0o4755)

    def fetch(self, url: str, server: List[str]) -> bytes:
        """Runs a server in the foreground, and returns what it serves."""
        process = subprocess.Popen(server, stderr=subprocess.DEVNULL)
        try:
            for _ in range(50):
                result = subprocess.run(
                    ["curl", "-sf", "--max-time", "2", url], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                if result.returncode == 0:
                    return result.stdout
                time.sleep(0.1)
            return b"no answer"
        finally:
            process.terminate()
            process.wait()

    @isolated
    def test_nginx_serves_boot_files(self) -> None:
        if not shutil.which("nginx") or not shutil.which("curl"):
            sys.stderr.write("SKIPPED: nginx or curl is not installed\n")
            return
        self.releases_before_protection()
        protection.protect(self.base)
        with open(self.folder + "/nginx.conf", "w") as file:
            file.write(NGINX % {"folder": self.folder})
        server = ["nginx", "-c", self.folder + "/nginx.conf", "-g", "daemon off;"]
        self.assertEqual(self.fetch("http://127.0.0.1/vmlinuz", server), b"kernel 1.0")

    @isolated
    def test_a_tftp_server_serves_boot_files(self) -> None:
        if not shutil.which("dnsmasq") or not shutil.which("curl"):
            sys.stderr.write("SKIPPED: dnsmasq or curl is not installed\n")
            return
        self.releases_before_protection()
        protection.protect(self.base)
        server = ["dnsmasq", "--conf-file=/dev/null", "--keep-in-foreground", "--port=0", "--enable-tftp",
                  "--tftp-root=" + self.folder + "/tftpboot/boot", "--user=nobody", "--pid-file="]
        self.assertEqual(self.fetch("tftp://127.0.0.1/vmlinuz", server), b"kernel 1.0")

    @isolated
    def test_rollback_to_a_release_of_an_older_version(self) -> None:
        self.releases_before_protection()
        protection.protect(self.base)
        os.symlink("releases/2.0", self.base + "/.active.new")
        os.rename(self.base + "/.active.new", self.base + "/active")
        self.assertEqual(as_nobody("cat", self.folder + "/tftpboot/boot/vmlinuz").stdout, b"kernel 2.0")
        self.assertFalse(gains_root(self.folder + "/tftpboot/192.168.45.101"))
        self.assertFalse(opens_device(self.folder + "/tftpboot/192.168.45.101"))

    @isolated
    def test_releases_share_files_and_are_renamed_as_before(self) -> None:
        self.releases_before_protection()
        protection.protect(self.base)
        releases = self.base + "/releases"
        os.makedirs(releases + "/.new/boot")
        os.link(releases + "/1.0/boot/vmlinuz", releases + "/.new/boot/vmlinuz")
        os.rename(releases + "/.new", releases + "/3.0")
        self.assertTrue(os.path.samefile(releases + "/1.0/boot/vmlinuz", releases + "/3.0/boot/vmlinuz"))

    @isolated
    def test_a_second_call_changes_nothing(self) -> None:
        self.plant_everywhere()
        protection.protect(self.base)
        with open("/proc/self/mountinfo") as file:
            before = file.read()
        with mock.patch.object(subprocess, "Popen", side_effect=AssertionError):
            protection.protect(self.base)
        with open("/proc/self/mountinfo") as file:
            self.assertEqual(file.read(), before)

    @isolated
    def test_a_mount_keeps_its_other_options(self) -> None:
        subprocess.check_call(["mount", "-t", "tmpfs", "-o", "noexec,noatime", "volume", self.base])
        protection.protect(self.base)
        with open("/proc/self/mountinfo") as file:
            mounts = protection.reachable_mounts(self.base, protection.read_mounts(file.read()))
        self.assertEqual(len(mounts), 1)
        self.assertEqual(set(mounts[0].options), {"rw", "nosuid", "nodev", "noexec", "noatime"})

    def test_a_failure_is_a_warning(self) -> None:
        with mock.patch.object(protection, "MOUNT_SCRIPT", "echo mount: permission denied; exit 32"):
            protection.protect(self.base)
        self.assertEqual(len(self.said), 1)
        self.assertIn("with nosuid,nodev: mount: permission denied. Set-uid files", self.said[0])

    def test_reads_mountinfo(self) -> None:
        mounts = protection.read_mounts(MOUNTINFO)
        self.assertEqual(
            [m.point for m in protection.reachable_mounts("/srv/diskless/lab", mounts)],
            ["/srv/diskless/lab", "/srv/diskless/lab/state"])
        self.assertEqual(len(protection.reachable_mounts("/srv/odd name", mounts)), 1)
        self.assertEqual(protection.reachable_mounts("/srv", mounts), [])
        self.assertFalse(protection.is_protected("/srv/diskless/lab", MOUNTINFO))
        self.assertTrue(protection.is_protected(
            "/srv/diskless/lab", MOUNTINFO.replace("noexec", "nosuid,nodev")))
        self.assertFalse(protection.is_protected("/srv/diskless/lab3", MOUNTINFO))

    def test_a_mount_counts_only_if_no_other_hides_it(self) -> None:
        over = "40 31 8:9 / /srv/diskless/lab/state rw%s - tmpfs x rw\n"
        self.assertTrue(protection.is_protected("/srv/diskless/lab", MOUNTINFO + over % ",nosuid,nodev"))
        self.assertFalse(protection.is_protected(
            "/srv/diskless/lab", MOUNTINFO.replace("noexec", "nosuid,nodev") + over % ""))
        below = over % ",nosuid,nodev" + "41 40 8:10 / /srv/diskless/lab/state/x rw - tmpfs x rw\n"
        self.assertFalse(protection.is_protected("/srv/diskless/lab", MOUNTINFO + below))


class UnitTest(unittest.TestCase):

    def setUp(self) -> None:
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def test_the_unit_runs_the_same_commands(self) -> None:
        odd = '/srv/a "b" \\ 100% $HOME'
        text = protection.unit_text([odd, "/var/log/diskless"])
        start = [line for line in text.splitlines() if line.startswith("ExecStart=")][0][len("ExecStart="):]
        command = shlex.split(start.replace("$$", "$").replace("%%", "%"))
        self.assertEqual(command[:2], ["/bin/sh", "-ec"])
        self.assertEqual(command[2:], [protection.MOUNT_SCRIPT, "sh", odd, "/var/log/diskless"])

    def test_the_unit_is_enabled_and_below_destdir_nothing_is_mounted(self) -> None:
        with mock.patch.object(subprocess, "Popen", side_effect=AssertionError):
            protection.protect("/srv/diskless/lab", self.folder)
            protection.protect("/srv/diskless/lab", self.folder)
        units = self.folder + "/etc/systemd/system"
        name = "diskless-lab-nosuid.service"
        wants = units + "/multi-user.target.wants/" + name
        self.assertEqual(os.readlink(wants), "../" + name)
        self.assertEqual(stat.S_IMODE(os.stat(wants).st_mode), 0o644)
        self.assertEqual(sorted(os.listdir(units)), [name, "multi-user.target.wants"])
        with open(units + "/" + name) as file:
            self.assertIn('\nRequiresMountsFor="/srv/diskless/lab" "/var/log/diskless"\n', file.read())

    def test_systemd_accepts_the_unit(self) -> None:
        if shutil.which("systemd-analyze") is None:
            self.skipTest("SKIPPED: systemd-analyze is not installed")
        protection.write_unit("/srv/100% diskless/lab", self.folder)
        unit = self.folder + "/etc/systemd/system/diskless-lab-nosuid.service"
        result = subprocess.run(
            ["systemd-analyze", "verify", unit], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertNotIn(b"diskless-lab-nosuid.service:", result.stdout)
        self.assertEqual(result.returncode, 0, result.stdout)


if __name__ == "__main__":
    unittest.main()
