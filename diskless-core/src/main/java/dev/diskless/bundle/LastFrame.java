package dev.diskless.bundle;

import dev.diskless.archive.Compression;
import dev.diskless.archive.TarStream;
import dev.diskless.archive.TarWriter;
import dev.diskless.bundle.PackedImages.Frame;
import dev.diskless.host.ForcedFile;
import dev.diskless.model.Cluster;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Digest;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The last frame of a bundle. It has the signature, if the bundle is signed, and the end of the tar
 * archive. All frames before it are the same bytes, whether the bundle is signed or not.
 */
public final class LastFrame {

  /** A signature by RSA 16384 has less than 5 kB. */
  private static final int MAX_SIGNATURE = 1 << 16;

  private LastFrame() {}

  /**
   * Describes a bundle whose last frame was replaced.
   *
   * @param digest SHA-256 of the file
   * @param signature empty if the bundle is not signed
   */
  public record Replaced(Digest digest, Optional<BundleSignature> signature) {}

  /** Writes the last frame. */
  static void write(Frames frames, Optional<BundleSignature> signature, Instant timestamp)
      throws IOException {
    frames.cut();
    try (TarWriter tar = new TarWriter(frames)) {
      if (signature.isPresent()) {
        tar.write(
            BundleLayout.SIGNATURE,
            Entry.file(
                BundleLayout.SIGNATURE,
                Metadata.root(0644, timestamp),
                new BytesContent(signature.get().entry()),
                "signature"));
      }
    }
    frames.cut();
  }

  /**
   * Reads the signature of a bundle. It is not verified.
   *
   * @param content the frames before the last one
   * @return empty if the bundle is not signed, or the last frame cannot be read
   */
  public static Optional<BundleSignature> signature(
      Path bundle, BundleContent content, Compression compression) throws IOException {
    try (InputStream file = Files.newInputStream(bundle)) {
      file.skipNBytes(content.size());
      TarStream tar = new TarStream(compression.decompress(new BufferedInputStream(file)));
      Optional<TarStream.Header> entry = tar.next();
      return entry.isPresent() && entry.get().name().equals(BundleLayout.SIGNATURE)
          ? BundleSignature.parse(tar.content().readNBytes(MAX_SIGNATURE))
          : Optional.empty();
    } catch (IOException damaged) {
      return Optional.empty();
    }
  }

  /**
   * Replaces the last frame of a bundle. The file is written beside, flushed and renamed.
   *
   * @param packedImages the folder that keeps packed images; links to the old file become links to
   *     the new one
   * @param content the frames before the last one
   * @param signer empty if the bundle shall not be signed
   * @return empty, with the file untouched, if the file has another content
   */
  public static Optional<Replaced> replace(
      Path bundle,
      Path packedImages,
      BundleContent content,
      Cluster cluster,
      Compression compression,
      Instant timestamp,
      Optional<BundleSigner> signer)
      throws IOException {
    if (!hasContent(bundle, content)) {
      return Optional.empty();
    }
    // First, because a build that is killed while a person is asked must not leave a partial file.
    Optional<BundleSignature> signature = Optional.empty();
    if (signer.isPresent()) {
      Map<TreePath, Digest> digests = coveredDigests(bundle);
      signature =
          Optional.of(signer.get().sign(cluster.name(), cluster.version(), content, digests));
    }
    Path partial = bundle.resolveSibling(bundle.getFileName() + ".partial");
    try {
      Digest digest;
      try (Frames frames = new Frames(ForcedFile.ofOwner(partial), compression)) {
        frames.add(bundle, new Frame(0, content.size(), 0));
        write(frames, signature, timestamp);
        digest = frames.digest();
      }
      new PackedImages(packedImages).replace(bundle, partial);
      return Optional.of(new Replaced(digest, signature));
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private static boolean hasContent(Path bundle, BundleContent content) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    byte[] buffer = new byte[1 << 18];
    try (InputStream in = Files.newInputStream(bundle)) {
      for (long left = content.size(); left > 0; ) {
        int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (count < 0) {
          return false;
        }
        sha256.update(buffer, 0, count);
        left -= count;
      }
    }
    return Digest.of(sha256).equals(content.digest());
  }

  private static Map<TreePath, Digest> coveredDigests(Path bundle) throws IOException {
    Map<String, byte[]> meta = BundleReader.meta(bundle);
    Map<TreePath, Digest> digests = new HashMap<>();
    for (TreePath name : SignedText.COVERED) {
      byte[] bytes = meta.get(name.relativeTo(BundleLayout.META).raw());
      if (bytes != null) {
        digests.put(name, Digest.of(bytes));
      }
    }
    return digests;
  }
}
