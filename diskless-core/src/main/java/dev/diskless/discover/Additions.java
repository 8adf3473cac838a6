package dev.diskless.discover;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.host.AtomicFile;
import dev.diskless.model.Cluster;
import dev.diskless.model.Node;
import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Appends nodes to a descriptor or its inventory without a change to other lines. It writes the new
 * text beside the file and reads it like a build. The new text replaces the file only if the result
 * contains all existing nodes unchanged, followed by the new nodes.
 */
final class Additions {

  private Additions() {}

  /**
   * Appends nodes to the descriptor or its inventory.
   *
   * @param files descriptor and inventory
   * @param newcomers nodes to append
   * @throws ProblemException if the change is not safe; the file is then unchanged
   */
  static void append(DescriptorFiles files, List<Newcomer> newcomers) throws IOException {
    Path file = files.target();
    if (Files.isSymbolicLink(file)) {
      throw refused(file, "it is a symbolic link", "replace it by the file, or add these lines");
    }
    byte[] before = Files.readAllBytes(file);
    Cluster old = files.trial().read(file, file);
    String text = new String(before, UTF_8);
    String changed =
        files.inventory().isPresent()
            ? InventoryText.with(file, text, newcomers)
            : NodesText.with(file, text, newcomers);
    Path candidate =
        Files.createTempFile(
            file.toAbsolutePath().getParent(), "." + file.getFileName() + ".", ".new");
    try {
      Files.writeString(candidate, changed);
      keepOwner(file, candidate);
      check(file, old, read(files, file, candidate), newcomers);
      if (!Arrays.equals(before, Files.readAllBytes(file))) {
        throw refused(file, "another program has just changed it", "run the goal again");
      }
      AtomicFile.publish(candidate, file);
    } finally {
      Files.deleteIfExists(candidate);
    }
  }

  static ProblemException refused(Path file, String why, String remedy) {
    return new ProblemException(
        Problem.error(Location.of(file.toString()), "nothing is appended, because " + why, remedy));
  }

  private static Cluster read(DescriptorFiles files, Path file, Path candidate) throws IOException {
    try {
      return files.trial().read(file, candidate);
    } catch (ProblemException wrong) {
      throw new ProblemException(
          Problem.error(
              Location.of(file.toString()),
              "nothing is appended, because the result would not be valid: "
                  + wrong.problems().get(0).message(),
              "add the lines by hand"),
          wrong);
    }
  }

  private static void check(Path file, Cluster old, Cluster made, List<Newcomer> newcomers) {
    List<Node> left = new ArrayList<>(made.nodes());
    List<String> macs = newcomers.stream().map(Newcomer::mac).toList();
    List<Newcomer> added =
        left.stream()
            .filter(n -> macs.contains(n.colonMac()))
            .map(
                n -> new Newcomer(n.name(), n.colonMac(), n.address().toString(), n.group().name()))
            .toList();
    left.removeIf(n -> macs.contains(n.colonMac()));
    if (!added.equals(newcomers)
        || !left.equals(old.nodes())
        || !made.groups().equals(old.groups())
        || !made.networks().equals(old.networks())
        || !made.masters().equals(old.masters())
        || !made.images().equals(old.images())
        || !made.resources().equals(old.resources())) {
      throw refused(file, "the change would affect more than these nodes", "add the lines by hand");
    }
  }

  /**
   * Gives the new file the owner of the old one, because root may run the goal for another user.
   */
  private static void keepOwner(Path file, Path candidate) throws IOException {
    PosixFileAttributeView from =
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    PosixFileAttributeView to =
        Files.getFileAttributeView(
            candidate, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (from == null || to == null) {
      return;
    }
    PosixFileAttributes is = from.readAttributes();
    PosixFileAttributes made = to.readAttributes();
    if (!is.group().equals(made.group())) {
      to.setGroup(is.group());
    }
    if (!is.owner().equals(made.owner())) {
      to.setOwner(is.owner());
    }
    to.setPermissions(is.permissions());
  }
}
