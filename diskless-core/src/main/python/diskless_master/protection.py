"""Makes set-uid files and devices that nodes create useless to local users of the master."""
import os
import re
import subprocess
from typing import List, NamedTuple

from diskless_master.host import say

# Nodes with log: shared can create set-uid files there as root, too.
SHARED_LOG = "/var/log/diskless"

# Mounts each directory over itself, with the mounts below it, and then changes the flags of each mount. A bind mount takes
# the flags only in a second step (mount(8)). A remount that names only the mount point keeps all other options.
MOUNT_SCRIPT = (
    'for d; do [ -d "$d" ] || continue; mountpoint -q "$d" || mount --rbind "$d" "$d"; '
    'cut -d" " -f5 /proc/self/mountinfo | while IFS= read -r m; do m=$(printf "%b" "$m"); '
    'case $m in "$d"|"$d"/*) mount -o remount,bind,nosuid,nodev "$m";; esac; done; done')

# Ordinary users can log in after systemd-user-sessions.service.
UNIT = """\
# Written by diskless.
[Unit]
Description=Make set-uid files and devices of nodes useless below {directories}
RequiresMountsFor={quoted}
Before=nfs-server.service nfs-ganesha.service tftpd-hpa.service dnsmasq.service nginx.service
Before=systemd-user-sessions.service cron.service crond.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -ec '{script}' sh {quoted}

[Install]
WantedBy=multi-user.target
"""

Mount = NamedTuple("Mount", [("number", str), ("parent", str), ("point", str), ("options", List[str])])


def read_mounts(mountinfo: str) -> List[Mount]:
    """Returns all mounts, from the text of /proc/self/mountinfo (proc_pid_mountinfo(5))."""
    mounts = []
    for line in mountinfo.splitlines():
        fields = line.split(" ")
        if len(fields) > 5:
            point = re.sub(r"\\([0-7]{3})", lambda m: chr(int(m.group(1), 8)), fields[4])
            mounts.append(Mount(fields[0], fields[1], point, fields[5].split(",")))
    return mounts


def topmost(mount: Mount, mounts: List[Mount]) -> Mount:
    """Returns the last of all mounts that hide each other at one mount point."""
    over = [m for m in mounts if m.parent == mount.number and m.point == mount.point]
    return topmost(over[-1], mounts) if over else mount


def reachable_mounts(directory: str, mounts: List[Mount]) -> List[Mount]:
    """Returns the mount at a directory and those below it; none if the directory is not a mount point.

    Mounts that a later mount hides are left out, because no path leads to them.
    """
    found = [topmost(m, mounts) for m in mounts if m.point == directory][:1]
    for mount in found:
        found.extend(topmost(m, mounts) for m in mounts if m.parent == mount.number)
    return found


def is_protected(directory: str, mountinfo: str) -> bool:
    """Whether the directory is a mount point, and it and all mounts below it have nosuid and nodev."""
    mounts = reachable_mounts(directory, read_mounts(mountinfo))
    return bool(mounts) and all("nosuid" in m.options and "nodev" in m.options for m in mounts)


def unit_text(directories: List[str]) -> str:
    """Returns the unit that protects the directories at each boot (systemd.unit(5))."""
    escaped = [re.sub(r'(["\\])', r"\\\1", d).replace("%", "%%") for d in directories]
    return UNIT.format(
        directories=" and ".join(d.replace("%", "%%") for d in directories),
        quoted=" ".join('"' + d.replace("$", "$$") + '"' for d in escaped),
        script=MOUNT_SCRIPT.replace("%", "%%").replace("$", "$$"))


def write_unit(base: str, destdir: str) -> None:
    """Writes and enables the unit. The unit belongs to no release, so that it survives a rollback to an older release."""
    folder = destdir + "/etc/systemd/system"
    name = "diskless-" + re.sub(r"[^A-Za-z0-9_.-]", "_", os.path.basename(base)) + "-nosuid.service"
    path = folder + "/" + name
    text = os.fsencode(unit_text([base, SHARED_LOG]))
    wants = folder + "/multi-user.target.wants"
    os.makedirs(wants, exist_ok=True)
    if not os.path.lexists(wants + "/" + name):
        os.symlink("../" + name, wants + "/" + name)
    if os.path.isfile(path):
        with open(path, "rb") as old:
            if old.read() == text:
                return
    with open(path + ".new", "wb") as new:
        new.write(text)
        os.fchmod(new.fileno(), 0o644)
        os.fsync(new.fileno())
    os.rename(path + ".new", path)


def protect(base: str, destdir: str = "") -> None:
    """Mounts the directory of a cluster, and that of shared logs, over themselves with nosuid,nodev, now and at each boot.

    To be called before any file below base is opened, because rename(2) and link(2) fail with EXDEV from one mount to the
    other. Below a destdir only the unit is written.
    """
    try:
        write_unit(base, destdir)
    except OSError as e:
        say("WARNING: cannot write the unit that mounts %s with nosuid,nodev at each boot: %s" % (base, e))
    if destdir:
        return
    try:
        with open("/proc/self/mountinfo", errors="surrogateescape") as file:
            mountinfo = file.read()
        missing = [d for d in (base, SHARED_LOG) if os.path.isdir(d) and not is_protected(d, mountinfo)]
        if not missing:
            return
        mount = subprocess.Popen(
            ["sh", "-ec", MOUNT_SCRIPT, "sh"] + missing, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output = os.fsdecode(mount.communicate()[0]).strip()
        if mount.returncode == 0:
            return
    except OSError as e:
        output = str(e)
    say("WARNING: cannot mount %s with nosuid,nodev: %s. Set-uid files that nodes create there work for local users of"
        " this master. Run the installation as root outside of a container, or keep local users away." % (base, output))
