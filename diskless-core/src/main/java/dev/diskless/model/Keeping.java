package dev.diskless.model;

import java.util.List;

/**
 * Files of nodes that the master keeps outside of releases.
 *
 * @param state absolute paths of files and directories that outlive releases and reboots; none
 *     within another
 * @param secrets paths unique, none within a path of the state
 */
public record Keeping(
    @Key(omitEmpty = true) List<String> state,
    @Key(value = "secret", omitEmpty = true) List<Secret> secrets) {

  /** Only files that the master always keeps. */
  public static final Keeping NOTHING = new Keeping(List.of(), List.of());

  public Keeping {
    state = List.copyOf(state);
    secrets = List.copyOf(secrets);
  }

  /** Whether a file of nodes is a secret, so that no bundle contains it. */
  public boolean hasSecret(String path) {
    return secrets.stream().anyMatch(secret -> secret.path().equals(path));
  }
}
