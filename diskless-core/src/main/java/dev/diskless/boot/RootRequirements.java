package dev.diskless.boot;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.ReleaseLayout;
import dev.diskless.model.RootMode;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Rejects groups whose image cannot provide their root. The initramfs may lack files that the root
 * mode needs, or a folder may be missing.
 */
public final class RootRequirements {

  private static final String SCRIPT = "scripts/nfs-bottom/diskless";

  /** Folder with a file for each supported root mode, which the initramfs hook creates. */
  private static final String MODES = "conf/diskless/";

  /** Programs that mount a root over NFS: of klibc for initramfs-tools, nfs-utils and dracut. */
  private static final Set<String> MOUNTING = Set.of("nfsmount", "mount.nfs", "nfsroot");

  private static final String REMEDY =
      "put the two files of docs/images.md (\"The initramfs of a node\") into the image and run"
          + " update-initramfs -u in it, or write root: full";

  /** Kernel modules, and the options that build them (Linux, fs/Kconfig and others). */
  private static final Map<String, String> OVER_NFS = new LinkedHashMap<>();

  private static final Map<String, String> OVER_LAYERS = new LinkedHashMap<>();

  private static final Map<String, String> IN_MEMORY = new LinkedHashMap<>();

  static {
    OVER_NFS.put("nfs", "CONFIG_NFS_FS");
    OVER_NFS.put("nfsv3", "CONFIG_NFS_V3");
    OVER_LAYERS.putAll(OVER_NFS);
    OVER_LAYERS.put("overlay", "CONFIG_OVERLAY_FS");
    IN_MEMORY.putAll(OVER_LAYERS);
    IN_MEMORY.put("squashfs", "CONFIG_SQUASHFS");
    IN_MEMORY.put("loop", "CONFIG_BLK_DEV_LOOP");
  }

  private RootRequirements() {}

  /**
   * Checks the initramfs of each image.
   *
   * @param images the trees by the images' names
   * @param problems receives an error for each image that cannot provide the root
   */
  public static void check(Cluster cluster, Map<String, FileTree> images, Problems problems)
      throws IOException {
    for (KernelChoice choice : KernelChoice.of(cluster.usedGroups())) {
      FileTree tree = images.get(choice.image());
      Map<RootMode, String> groups =
          choice.groups().stream()
              .collect(
                  Collectors.groupingBy(
                      Group::root,
                      LinkedHashMap::new,
                      Collectors.mapping(Group::name, Collectors.joining(", "))));
      // BootFiles reports a missing kernel or initramfs.
      Optional<KernelFiles> kernel =
          tree == null
              ? Optional.empty()
              : KernelFiles.find(choice.image(), tree, choice.version(), new Problems());
      if (kernel.isPresent()) {
        check(choice.image(), tree, kernel.get(), groups, problems);
      }
    }
  }

  private static void check(
      String image,
      FileTree tree,
      KernelFiles kernel,
      Map<RootMode, String> groups,
      Problems problems)
      throws IOException {
    String what = "image %s, initramfs %s: ".formatted(image, kernel.initrd().path());
    Initramfs initramfs;
    try {
      initramfs = Initramfs.of(kernel.initrd());
    } catch (IOException e) {
      problems.add(
          Problem.error(
              what
                  + "%s, so it is unknown whether %s works"
                      .formatted(
                          e.getMessage(),
                          groups.entrySet().stream()
                              .map(g -> asked(g.getKey(), g.getValue()))
                              .collect(Collectors.joining(" and "))),
              "create it again, compressed with zstd, xz or gzip (COMPRESS in"
                  + " /etc/initramfs-tools/initramfs.conf)"));
      return;
    }
    Set<String> builtIn = lines(tree, "lib/modules/" + kernel.version() + "/modules.builtin");
    groups.forEach(
        (mode, names) -> {
          String cannot = "so %s does not work".formatted(asked(mode, names));
          boolean ours = mode != RootMode.FULL;
          if (MOUNTING.stream().noneMatch(initramfs::hasProgram)) {
            problems.add(
                Problem.error(
                    what + "it contains no program that mounts a root over NFS, " + cannot,
                    "create it in the image with initramfs-tools and klibc-utils (update-initramfs"
                        + " -u), or with dracut and its module nfs (add_dracutmodules+=\" nfs \" in"
                        + " /etc/dracut.conf.d, then dracut --force)"));
          } else if (ours && !initramfs.has(SCRIPT)) {
            problems.add(Problem.error(what + "it has no " + SCRIPT + ", " + cannot, REMEDY));
          } else if (ours && !initramfs.has(MODES + mode.keyword())) {
            problems.add(
                Problem.error(
                    what + "it contains an older version of the files of diskless, " + cannot,
                    REMEDY.replaceFirst("put", "put the current version of")));
          } else {
            checkKernel(image, kernel, mode, initramfs, builtIn, cannot, problems);
          }
        });
  }

  private static String asked(RootMode mode, String groups) {
    return "root: %s of %s".formatted(mode.keyword(), groups);
  }

  private static void checkKernel(
      String image,
      KernelFiles kernel,
      RootMode mode,
      Initramfs initramfs,
      Set<String> builtIn,
      String cannot,
      Problems problems) {
    List<String> missing = new ArrayList<>();
    List<String> remedies = new ArrayList<>();
    needs(mode)
        .forEach(
            (module, option) -> {
              if (!initramfs.hasModule(module)
                  && builtIn.stream().noneMatch(b -> b.endsWith("/" + module + ".ko"))) {
                missing.add(module);
                remedies.add(option);
              }
            });
    if (!missing.isEmpty()) {
      problems.add(
          Problem.error(
              "image %s, kernel %s: neither the kernel nor its initramfs has %s, %s"
                  .formatted(image, kernel.version(), String.join(", ", missing), cannot),
              "use a kernel with %s, built in or as a module, and create its initramfs with all"
                      .formatted(String.join(", ", remedies))
                  + " modules: MODULES=most in /etc/initramfs-tools/initramfs.conf of the image, and"
                  + " update-initramfs -u in it; with dracut, dracut --no-hostonly --force"));
    }
  }

  private static Map<String, String> needs(RootMode mode) {
    return switch (mode) {
      case FULL -> OVER_NFS;
      case SHARED, OVERLAY -> OVER_LAYERS;
      case RAM -> IN_MEMORY;
    };
  }

  /** Returns the lines of a file; empty if the file does not exist. */
  private static Set<String> lines(FileTree tree, String path) throws IOException {
    Optional<Entry> file = tree.resolve(TreePath.of(path)).filter(Entry::isFile);
    if (file.isEmpty()) {
      return Set.of();
    }
    return file.get().content().text(UTF_8).lines().collect(Collectors.toSet());
  }

  /**
   * Checks that a complete tree has the folders that are private to each node in root mode shared.
   *
   * @param owner owner of the tree for messages, such as {@code group compute}
   */
  public static void checkFolders(String owner, FileTree tree, Problems problems) {
    for (String folder : ReleaseLayout.PRIVATE_FOLDERS) {
      Optional<Entry> found = tree.get(TreePath.of(folder));
      if (found.isEmpty() || !found.get().isDirectory()) {
        problems.add(
            Problem.error(
                "%s: /%s is %s, but with root: shared each node has its own folder there"
                    .formatted(
                        owner, folder, found.isEmpty() ? "missing" : "not a folder in the image"),
                "make it a folder in the image, or choose another root:"));
      }
    }
  }
}
