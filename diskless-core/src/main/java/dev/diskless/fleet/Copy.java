package dev.diskless.fleet;

import dev.diskless.host.Command;
import dev.diskless.host.Quoting;
import dev.diskless.master.MasterHost;
import dev.diskless.master.NodeFiles;
import dev.diskless.model.Node;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.ssh.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Copies a file or a folder to a folder of nodes. The copy belongs to root, has the permissions of
 * the source, and replaces an existing file. If a node is not reachable and has a complete tree on
 * this master, the copy goes into this tree.
 */
public final class Copy {

  private final Path source;
  private final String folder;

  /**
   * Creates a copy operation without running it.
   *
   * @param source file or folder to copy
   * @param folder absolute path on the nodes; a missing folder is created
   * @throws ProblemException if the source does not exist, or if the folder is not an absolute path
   */
  public Copy(Path source, String folder) {
    this.source = source.toAbsolutePath().normalize();
    this.folder = folder;
    if (!Files.exists(source)) {
      throw new ProblemException(source + " does not exist", "choose an existing file or folder");
    }
    if (!folder.startsWith("/") || List.of(folder.split("/")).contains("..")) {
      throw new ProblemException(
          "\"%s\" is not an absolute path on a node".formatted(folder),
          "give the target folder on the node, such as /etc");
    }
  }

  /**
   * Copies the source to nodes.
   *
   * @param targets nodes
   * @param fleet connection to the nodes
   * @param host master with the trees of nodes; empty if the copy must not change trees
   * @return a line for each node with the place of the copy
   * @throws ProblemException with the nodes that did not get the copy
   */
  public List<String> to(List<Node> targets, Fleet fleet, Optional<MasterHost> host)
      throws IOException {
    Path packed = Files.createTempFile("diskless-push", ".tar");
    try {
      pack(packed);
      String quoted = Quoting.shell(folder);
      Answers answers =
          fleet.run(
              targets,
              "mkdir -p -- " + quoted + " && tar -C " + quoted + " -xpf -",
              Optional.of(packed));
      List<String> told = new ArrayList<>();
      List<Answer> failed = new ArrayList<>();
      List<Problem> problems = new ArrayList<>();
      for (int i = 0; i < targets.size(); i++) {
        Node target = targets.get(i);
        Answer answer = answers.all().get(i);
        Optional<NodeFiles> tree = tree(target, answer, host);
        if (answer.outcome().isWell()) {
          told.add(target.name() + ": over ssh");
        } else if (tree.isPresent()) {
          try {
            tree.get().unpack(packed, folder);
            told.add(target.name() + ": not reached; copied to its tree " + tree.get());
          } catch (ProblemException hostile) {
            problems.addAll(hostile.problems());
          }
        } else {
          failed.add(answer);
        }
      }
      problems.addAll(new Answers(failed).failures());
      if (!problems.isEmpty()) {
        throw new ProblemException(problems);
      }
      return told;
    } finally {
      Files.delete(packed);
    }
  }

  /** Returns the tree of a node that was not reachable, if the node has a complete one. */
  private static Optional<NodeFiles> tree(Node target, Answer answer, Optional<MasterHost> host)
      throws IOException {
    boolean isAway =
        answer.outcome().isUnreached() || answer.outcome().end() == Outcome.End.TOO_LATE;
    return isAway && host.isPresent() ? host.get().fullTree(target) : Optional.empty();
  }

  private void pack(Path packed) throws IOException {
    List<String> command =
        List.of(
            "tar",
            "-C",
            source.getParent().toString(),
            "--owner=0",
            "--group=0",
            "--numeric-owner",
            "-cf",
            packed.toString(),
            "--",
            "./" + source.getFileName());
    Command.Result result = Command.of(command).run();
    if (result.code() != 0) {
      throw new IOException("tar failed: " + result.end(3));
    }
  }
}
