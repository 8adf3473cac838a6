package dev.diskless.files;

import dev.diskless.model.Owner;
import dev.diskless.model.PermissionRule;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Layer;
import dev.diskless.tree.Metadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Files of a folder before the names of owners become numbers. Each image can have other numbers
 * for a user.
 */
final class FilesLayer {

  static final FilesLayer NONE =
      new FilesLayer(Path.of(""), Layer.builder("none").build(), List.of());

  private static final String WILDCARDS = ".*[*?].*";

  private final Path folder;
  private final Layer asRead;
  private final List<PermissionRule> rules;

  /**
   * @param folder from which the layer was read
   */
  FilesLayer(Path folder, Layer asRead, List<PermissionRule> rules) {
    this.folder = folder;
    this.asRead = asRead;
    this.rules = List.copyOf(rules);
  }

  /**
   * Returns the layer for an image.
   *
   * @param accounts users and groups of the image
   * @param image name of the image, for messages
   * @param problems receives an error for each owner that the image does not have
   */
  Layer layer(Accounts accounts, String image, Problems problems) {
    if (rules.isEmpty() || asRead.isEmpty()) {
      return asRead;
    }
    Layer.Builder ruled = Layer.builder(asRead.name());
    asRead.deleted().forEach(ruled::delete);
    for (Entry directory : asRead.ensured()) {
      Metadata metadata = metadata(directory, accounts, image, problems);
      if (metadata.equals(directory.metadata())) {
        ruled.ensure(directory);
      } else {
        ruled.add(directory.withMetadata(metadata));
      }
    }
    for (Entry entry : asRead.entries()) {
      ruled.add(entry.withMetadata(metadata(entry, accounts, image, problems)));
    }
    return ruled.build();
  }

  /** Returns the rules that match a path of this layer. */
  Set<PermissionRule> matchingRules() {
    Set<PermissionRule> matching = new HashSet<>();
    for (PermissionRule rule : rules) {
      if (Stream.concat(asRead.entries().stream(), asRead.ensured().stream())
          .anyMatch(entry -> isFor(rule, entry))) {
        matching.add(rule);
      }
    }
    return matching;
  }

  /** Returns warnings about files that should be secret. */
  List<Problem> secretFiles() throws IOException {
    Layer.Builder withModes = Layer.builder(asRead.name());
    Set<String> hasRule = new HashSet<>();
    for (Entry entry : asRead.entries()) {
      OptionalInt mode = OptionalInt.empty();
      for (PermissionRule rule : rules) {
        mode = rule.mode().isPresent() && isFor(rule, entry) ? rule.mode() : mode;
      }
      if (mode.isPresent()) {
        hasRule.add(entry.path().toString());
      }
      withModes.add(
          entry.withMetadata(entry.metadata().withMode(mode.orElse(entry.metadata().mode()))));
    }
    return SecretFiles.warnings(folder, withModes.build(), hasRule);
  }

  /**
   * Whether a rule applies to an entry. A pattern with wildcards applies to files only, so that a
   * mode for files never makes a directory inaccessible.
   */
  private static boolean isFor(PermissionRule rule, Entry entry) {
    return rule.matches(entry.path().toString())
        && !(entry.isDirectory() && rule.pattern().matches(WILDCARDS));
  }

  /** Returns the attributes of an entry. The last matching rule for an attribute wins. */
  private Metadata metadata(Entry entry, Accounts accounts, String image, Problems problems) {
    Metadata metadata = entry.metadata();
    for (PermissionRule rule : rules) {
      if (!isFor(rule, entry)) {
        continue;
      }
      OptionalInt mode = entry.isSymlink() ? OptionalInt.empty() : rule.mode();
      metadata =
          new Metadata(
              mode.orElse(metadata.mode()),
              number(rule, rule.owner(), "user", accounts, image, problems).orElse(metadata.uid()),
              number(rule, rule.group(), "group", accounts, image, problems).orElse(metadata.gid()),
              metadata.mtime(),
              metadata.xattrs());
    }
    return metadata;
  }

  private static Optional<Long> number(
      PermissionRule rule,
      Optional<Owner> owner,
      String kind,
      Accounts accounts,
      String image,
      Problems problems) {
    if (owner.isEmpty()) {
      return Optional.empty();
    }
    Optional<Long> number =
        kind.equals("user") ? accounts.uid(owner.get()) : accounts.gid(owner.get());
    if (number.isEmpty()) {
      Problem unknown =
          Problem.error(
              rule.location(),
              "image %s has no %s %s".formatted(image, kind, ((Owner.Name) owner.get()).name()),
              "add the package that creates it to the image, or write its number");
      problems.addOnce(unknown);
    }
    return number;
  }
}
