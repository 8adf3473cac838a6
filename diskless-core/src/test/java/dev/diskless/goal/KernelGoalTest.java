package dev.diskless.goal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.archive.Compression;
import dev.diskless.boot.KernelPatch;
import dev.diskless.host.Progress;
import dev.diskless.image.DebianOptions;
import dev.diskless.it.TinyImage;
import dev.diskless.it.TinyKernel;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.project.BuildMemory;
import dev.diskless.project.ClusterProject;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the goals do with kernels: what is refused, what is packed, what is told. */
@RequiresProgram({"tar", "zstd"})
class KernelGoalTest {

  /** Everything that a kernel needs to mount its root by itself. */
  private static final String ALONE =
      """
      CONFIG_NET=y
      CONFIG_INET=y
      CONFIG_IP_PNP=y
      CONFIG_IP_PNP_DHCP=y
      CONFIG_PCI=y
      CONFIG_NETDEVICES=y
      CONFIG_ETHERNET=y
      CONFIG_NET_VENDOR_INTEL=y
      CONFIG_E1000=y
      CONFIG_MULTIUSER=y
      CONFIG_FILE_LOCKING=y
      CONFIG_NETWORK_FILESYSTEMS=y
      CONFIG_NFS_FS=y
      CONFIG_NFS_V3=y
      CONFIG_ROOT_NFS=y
      CONFIG_BINFMT_ELF=y
      CONFIG_BINFMT_SCRIPT=y
      CONFIG_UNIX=y
      CONFIG_PROC_FS=y
      CONFIG_SYSFS=y
      CONFIG_TMPFS=y
      CONFIG_DEVTMPFS=y
      CONFIG_DEVTMPFS_MOUNT=y
      CONFIG_CGROUPS=y
      CONFIG_EPOLL=y
      CONFIG_FHANDLE=y
      CONFIG_INOTIFY_USER=y
      CONFIG_SIGNALFD=y
      CONFIG_TIMERFD=y
      """;

  private static final String DESCRIPTOR =
      """
      cluster: lab
      master: { name: master, address: 192.168.45.1, interface: eth0 }
      networks:
        - { subnet: 192.168.45.0/24, gateway: 192.168.45.1 }
      images:
        golden: { directory: golden }
      groups:
        small: { image: golden, root: full, initramfs: none }
        ipxe: { extends: small, boot: ipxe, interface: enp1s0 }
      nodes:
        - { name: one, mac: "52:54:00:00:00:01", address: 192.168.45.11, group: small }
        - { name: two, mac: "52:54:00:00:00:02", address: 192.168.45.12, group: ipxe }
      """;

  @TempDir private Path folder;
  private ClusterProject project;
  private Path golden;

  @BeforeEach
  void makeProject() throws IOException {
    Path source = folder.resolve("src/main/cluster");
    golden = folder.resolve("golden");
    TinyImage.at(golden.toFile());
    write(source.resolve("cluster.yaml"), DESCRIPTOR);
    project =
        new ClusterProject(
            folder,
            source.resolve("cluster.yaml"),
            folder.resolve("target/diskless"),
            folder.resolve("target/lab-1.0-tftpboot.tar.zst"),
            Optional.empty(),
            "1.0",
            Instant.parse("2026-01-01T00:00:00Z"),
            folder.resolve("cache"),
            Compression.ZSTD,
            name -> Optional.empty(),
            artifact -> {
              throw new AssertionError("no artifact is wanted");
            },
            new DebianOptions(Optional.empty(), false, true),
            "0.0-test",
            Progress.SILENT,
            new BuildMemory(new HashMap<>()));
  }

  private static void write(Path file, String text) throws IOException {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void write(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private void ownKernel(String path, byte[] content) throws IOException {
    write(project.files().resolve("groups/small/boot").resolve(path), content);
  }

  private void assemble() throws IOException {
    new GenerateGoal().run(project);
    new AssembleGoal().run(project);
  }

  private List<Problem> problems() {
    try {
      assemble();
    } catch (ProblemException e) {
      return e.problems().stream().filter(Problem::isError).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("nothing was refused");
  }

  private String bundled(String name) throws IOException {
    return Shell.run(folder, "zstd -dcq " + project.bundle() + " | tar -xO " + name).output();
  }

  @Test
  void aKernelOfTheGroupsOwnStartsWithoutAnInitramfs() throws IOException {
    byte[] kernel = TinyKernel.bzImage("6.1-own", TinyKernel.withConfiguration(ALONE));
    ownKernel("vmlinuz-6.1-own", kernel);
    assemble();
    new PackageGoal(SigningOptions.UNSIGNED).run(project);

    String names = Shell.run(folder, "zstd -dcq " + project.bundle() + " | tar -t").output();
    assertThat(names)
        .contains("boot/1.0/groups/small/vmlinuz\n", "boot/1.0/groups/ipxe/vmlinuz\n")
        .doesNotContain("boot/1.0/golden/");
    write(folder.resolve("expected"), kernel);
    assertThat(
            Shell.run(
                    folder,
                    "zstd -dcq %s | tar -xO boot/1.0/groups/small/vmlinuz | cmp - expected"
                        .formatted(project.bundle()))
                .exit())
        .isZero();
    String pxe = bundled("boot/pxelinux.cfg/01-52-54-00-00-00-01");
    assertThat(pxe)
        .contains(
            "  KERNEL 1.0/groups/small/vmlinuz\n"
                + "  APPEND root=/dev/nfs nfsroot=192.168.45.1:/srv/diskless/lab/releases/1.0/192.168.45.11,vers=3,tcp"
                + " ip=::::one:eth0:dhcp rw net.ifnames=0\n");
    assertThat(bundled("boot/grub/grub.cfg-01-52-54-00-00-00-01")).doesNotContain("initrd");
    // The kernel knows no names but its own, so it asks on all.
    assertThat(bundled("boot/ipxe/52-54-00-00-00-02.ipxe"))
        .contains("kernel /1.0/groups/ipxe/vmlinuz root=/dev/nfs", " ip=::::two::dhcp rw")
        .doesNotContain("initrd");
  }

  @Test
  void aKernelThatCannotIsRefusedWithWhatItLacks() throws IOException {
    String lacking =
        ALONE.replace("CONFIG_ROOT_NFS=y\n", "").replace("NFS_V3=y", "NFS_V3=m")
            + "CONFIG_MODULES=y\n";
    ownKernel("vmlinuz-6.1-own", TinyKernel.bzImage("6.1-own"));
    ownKernel("config-6.1-own", lacking.getBytes(StandardCharsets.UTF_8));

    assertThat(problems())
        .extracting(Problem::toString)
        .anyMatch(
            p ->
                p.startsWith(
                    "group small: its kernel 6.1-own cannot start without an initramfs; it lacks"
                        + " NFS_V3 (only a module), ROOT_NFS (not set); build a kernel"))
        .anyMatch(
            p ->
                p.contains("(folder /lib/modules/6.1-own)")
                    && p.contains("it has modules for 6.1.0-test"));
    assertThat(project.bundle()).doesNotExist();
  }

  @Test
  void aKernelWithoutAConfigurationIsRefused() throws IOException {
    ownKernel("vmlinuz-6.1-own", TinyKernel.bzImage("6.1-own"));

    assertThat(problems())
        .extracting(Problem::toString)
        .first()
        .asString()
        .contains(
            "the kernel contains no configuration",
            "put its configuration beside it as /boot/config-6.1-own");
  }

  @Test
  void aFileThatIsNoKernelIsRefused() throws IOException {
    ownKernel("vmlinuz-6.1-own", "of another architecture".getBytes(StandardCharsets.UTF_8));

    assertThat(problems())
        .extracting(Problem::message)
        .first()
        .asString()
        .startsWith("group small, /boot/vmlinuz-6.1-own is not a kernel");
  }

  @Test
  void aFormThatIsNotKnownIsOnlyWarnedOfWhereAnInitramfsDoesTheWork() throws IOException {
    write(project.descriptor(), DESCRIPTOR.replace(", initramfs: none", ""));
    write(golden.resolve("boot/vmlinuz-6.1.0-test"), "of another architecture");
    new GenerateGoal().run(project);

    assertThat(new AssembleGoal().run(project).problems())
        .extracting(Problem::message)
        .anyMatch(
            m ->
                m.contains(
                    "is neither a bzImage nor an arm64 Image, so diskless does not check whether"));
  }

  @Test
  void aGroupWithoutAnInitramfsSelectsAKernel() throws IOException {
    ownKernel("vmlinuz-6.1-new", TinyKernel.bzImage("6.1-new"));
    byte[] kernel = TinyKernel.bzImage("6.0-old", TinyKernel.withConfiguration(ALONE));
    ownKernel("vmlinuz-6.0-old", kernel);
    write(
        project.descriptor(),
        DESCRIPTOR.replace("initramfs: none", "initramfs: none, kernel: 6.0-*"));
    assemble();
    new PackageGoal(SigningOptions.UNSIGNED).run(project);

    assertThat(bundled("boot/1.0/groups/small/vmlinuz | tr -cd '[:print:]'")).contains("6.0-old");
  }

  @Test
  void theImagesOwnKernelWillDo() throws IOException {
    Files.delete(golden.resolve("boot/initrd.img-6.1.0-test"));
    write(golden.resolve("boot/config-6.1.0-test"), ALONE);
    assemble();
    new PackageGoal(SigningOptions.UNSIGNED).run(project);

    assertThat(bundled("boot/1.0/groups/small/vmlinuz | tr -cd '[:print:]'"))
        .contains("6.1.0-test");
  }

  @Test
  void onlyFullRootsCanDoWithout() throws IOException {
    write(project.descriptor(), DESCRIPTOR.replace("boot: ipxe", "root: overlay"));

    assertThatThrownBy(() -> new ValidateGoal().run(project))
        .hasMessageContaining(
            "src/main/cluster/cluster.yaml:8:50: the group \"ipxe\" has root: overlay, which needs an"
                + " initramfs");
  }

  @Test
  void imagesThatDoNotFitAreRefused() throws IOException {
    write(project.descriptor(), DESCRIPTOR.replace(", initramfs: none", ""));
    assemble();

    write(golden.resolve("usr/lib/modules/6.1.0-test/modules.dep"), "kernel/fs/nfs/nfs.ko:\n");
    assertThat(problems())
        .extracting(Problem::message)
        .containsExactly(
            "image golden: /lib/modules/6.1.0-test/modules.dep lists"
                + " /lib/modules/6.1.0-test/kernel/fs/nfs/nfs.ko, which does not exist");
    write(golden.resolve("usr/lib/modules/6.1.0-test/kernel/fs/nfs/nfs.ko"), "no ELF");
    assertThat(problems().get(0).message())
        .contains("nfs.ko cannot be read: it is not an ELF" + " file");

    Files.delete(golden.resolve("usr/lib/modules/6.1.0-test/modules.dep"));
    assertThat(problems().get(0).toString()).contains("run depmod 6.1.0-test in the image");

    write(golden.resolve("usr/lib/modules/6.1.0-test/modules.dep"), "");
    write(golden.resolve("boot/config-6.1.0-test"), "CONFIG_NFS_FS=m\n");
    assertThat(problems().get(0).message())
        .startsWith("image golden: its kernel does not support root: full")
        .contains("BLK_DEV_INITRD (not set)");

    write(golden.resolve("boot/config-6.1.0-test"), TinyKernel.configuration());
    write(
        project.descriptor(),
        DESCRIPTOR.replace("initramfs: none", "kernelArgs: [ " + "x".repeat(2000) + " ]"));
    assertThat(problems().get(0).message())
        .contains("its kernel accepts a command line of 2,047 bytes, but that of one has 2,1");

    byte[] kernel = TinyKernel.bzImage("6.1.0-test", new byte[5000]);
    write(golden.resolve("boot/vmlinuz-6.1.0-test"), java.util.Arrays.copyOf(kernel, 4000));
    assertThat(problems().get(0).message())
        .startsWith(
            "image golden, /boot/vmlinuz-6.1.0-test cannot be read as a kernel: it is cut off");
  }

  @Test
  void theGoalTellsWhatAKernelLacksAndPatchesACopy() throws IOException {
    Path kernel = folder.resolve("vmlinuz");
    write(
        kernel,
        TinyKernel.bzImage(
            "6.1-own", TinyKernel.withConfiguration(ALONE.replace("IP_PNP_DHCP=y", "IP_PNP_X=y"))));

    List<String> lines = inspect(Optional.of(kernel), List.of("e1000"), "/dev/nfs").report();

    assertThat(lines)
        .contains(
            "    for root: full it lacks BLK_DEV_INITRD (not set), PACKET (not set)",
            "  without an initramfs: no",
            "    not set: IP_PNP_DHCP",
            "  network cards built in: e1000",
            "  configuration: in the kernel itself",
            "  what it lacks, for merge_config.sh: target/diskless/kernel/6.1-own.config",
            "target/diskless/kernel/vmlinuz: root device 0x00FF, root flags 1 (read-only)");
    assertThat(project.work().resolve("kernel/6.1-own.config"))
        .content()
        .endsWith("\nCONFIG_IP_PNP_DHCP=y\n");

    write(kernel, TinyKernel.bzImage("6.1-own", TinyKernel.withConfiguration(ALONE)));
    assertThat(inspect(Optional.of(kernel), List.of(), null).report())
        .contains("  without an initramfs: root: full");
    assertThat(project.work().resolve("kernel/6.1-own.config")).doesNotExist();
    assertThat(inspect(Optional.of(kernel), List.of("igb"), null).report())
        .contains("    not set: IGB");
  }

  @Test
  void theGoalTellsOfTheImagesKernelsWhereNoneIsNamed() throws IOException {
    assertThat(inspect(Optional.empty(), List.of(), null).report())
        .first()
        .asString()
        .startsWith("image golden, /boot/vmlinuz-6.1.0-test: Linux 6.1.0-test (somebody@example)");
    assertThatThrownBy(() -> inspect(Optional.empty(), List.of("nosuch"), "/dev/nfs"))
        .hasMessageContaining("the network driver nosuch is unknown")
        .hasMessageContaining("give the file with -Ddiskless.kernel=");
    assertThatThrownBy(() -> inspect(Optional.of(folder.resolve("nosuch")), List.of(), null))
        .hasMessageContaining("nosuch does not exist");
  }

  private GoalResult inspect(Optional<Path> kernel, List<String> drivers, String rootDevice)
      throws IOException {
    return new KernelGoal(
            kernel, Optional.empty(), drivers, KernelPatch.of(rootDevice, null), Optional.empty())
        .run(project);
  }
}
