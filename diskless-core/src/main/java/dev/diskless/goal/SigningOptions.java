package dev.diskless.goal;

import dev.diskless.bundle.BundleSigner;
import dev.diskless.bundle.SshKey;
import dev.diskless.host.Progress;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How the goal {@code package} signs a bundle.
 *
 * @param key file of the SSH key; empty if the bundle shall not be signed
 * @param serial serial number of the bundle, at least 0; empty for the time of the signature in
 *     seconds since 1970 (UTC)
 */
public record SigningOptions(Optional<Path> key, OptionalLong serial) {

  /** The bundle is not signed. */
  public static final SigningOptions UNSIGNED =
      new SigningOptions(Optional.empty(), OptionalLong.empty());

  /** More digits than the verifier on a master reads. */
  private static final long TOO_LARGE = 1_000_000_000_000_000_000L;

  /**
   * Returns what signs the bundle.
   *
   * @throws ProblemException if the serial number is not valid, or the key cannot be used
   */
  Optional<BundleSigner> signer(Progress progress) throws IOException {
    if (serial.isPresent() && (serial.getAsLong() < 0 || serial.getAsLong() >= TOO_LARGE)) {
      throw new ProblemException(
          "diskless.serial: %d is not a valid serial number".formatted(serial.getAsLong()),
          "set a number from 0 to 999999999999999999");
    }
    return key.isEmpty()
        ? Optional.empty()
        : Optional.of(new BundleSigner(SshKey.at(key.get(), progress), serial));
  }
}
