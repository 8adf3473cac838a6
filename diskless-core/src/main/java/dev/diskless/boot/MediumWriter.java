package dev.diskless.boot;

import dev.diskless.boot.MediumFile.Place;
import dev.diskless.host.AtomicFile;
import dev.diskless.host.Command;
import dev.diskless.host.SearchPath;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.tree.Content;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Writes a medium as an image. The image is an ISO 9660 file system and also a disk with a master
 * boot record. The second partition is a FAT file system of the type EFI (0xEF). El Torito has two
 * entries: ISOLINUX for BIOS, and the second partition for UEFI. The same medium and time give the
 * same bytes with the same versions of xorriso and mtools.
 */
public final class MediumWriter {

  private static final long MEBIBYTE = 1 << 20;
  private static final int SECTOR = 512;

  /** Maximum size of the allocation tables and folders of a small FAT file system, in bytes. */
  private static final long FAT_OVERHEAD = MEBIBYTE;

  /** Earliest time of FAT (Microsoft's FAT specification, "Date and Time Formats"). */
  private static final Instant FIRST_FAT_TIME = Instant.parse("1980-01-01T00:00:00Z");

  private final Path folder;
  private final Instant time;
  private final SearchPath path;

  private MediumWriter(Path folder, Instant time, SearchPath path) {
    this.folder = folder;
    this.time = time.isBefore(FIRST_FAT_TIME) ? FIRST_FAT_TIME : time;
    this.path = path;
  }

  /**
   * Writes a medium.
   *
   * @param target path of the image. A temporary file in the same folder is renamed to it
   * @param folder folder for temporary files; it is deleted before and after
   * @param time time of all files on the medium
   * @throws ProblemException if xorriso or mtools is missing
   */
  public static void write(Medium medium, Path target, Path folder, Instant time)
      throws IOException {
    write(medium, target, folder, time, SearchPath.ofThisProcess());
  }

  /**
   * @param path directories of programs
   */
  static void write(Medium medium, Path target, Path folder, Instant time, SearchPath path)
      throws IOException {
    requirePrograms(path);
    delete(folder);
    Files.createDirectories(folder);
    MediumWriter writer = new MediumWriter(folder.toAbsolutePath(), time, path);
    try {
      writer.stage(medium, Place.DISC);
      long bytes = writer.stage(medium, Place.ESP);
      copy(medium.bootRecord(), folder.resolve("mbr"));
      writer.makeEsp(bytes);
      writer.makeDisc();
      Files.createDirectories(target.toAbsolutePath().getParent());
      AtomicFile.publish(folder.resolve("iso"), target);
    } finally {
      delete(folder);
    }
  }

  private static void requirePrograms(SearchPath path) {
    List<Problem> missing = new ArrayList<>();
    for (List<String> program :
        List.of(
            List.of("xorriso", "xorriso"),
            List.of("mformat", "mtools"),
            List.of("mcopy", "mtools"))) {
      if (path.find(program.get(0)).isEmpty()) {
        missing.add(
            Problem.error(
                "a boot medium needs the program " + program.get(0) + ", which is not on the PATH",
                "run `apt-get install " + program.get(1) + "` as root"));
      }
    }
    if (!missing.isEmpty()) {
      throw new ProblemException(missing);
    }
  }

  /** Copies the files of a file system to a folder. Returns their size in clusters of 4 KiB. */
  private long stage(Medium medium, Place place) throws IOException {
    Path root = Files.createDirectory(staged(place));
    long bytes = 0;
    for (MediumFile file : medium.files()) {
      if (file.places().contains(place)) {
        Path to = root.resolve(file.path());
        Files.createDirectories(to.getParent());
        copy(file.content(), to);
        bytes += file.content().size() + 4096;
      }
    }
    try (Stream<Path> all = Files.walk(root)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        // The umask must not change the mode.
        Files.setPosixFilePermissions(
            each,
            PosixFilePermissions.fromString(Files.isDirectory(each) ? "rwxr-xr-x" : "rw-r--r--"));
        Files.setLastModifiedTime(each, FileTime.from(time));
      }
    }
    return bytes;
  }

  private Path staged(Place place) {
    return folder.resolve(place == Place.DISC ? "disc" : "esp");
  }

  private void makeEsp(long bytes) throws IOException {
    long size = (bytes + FAT_OVERHEAD + MEBIBYTE - 1) / MEBIBYTE * MEBIBYTE;
    try (FileChannel image =
        FileChannel.open(
            folder.resolve("esp.img"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      image.write(java.nio.ByteBuffer.allocate(1), size - 1);
    }
    String serial = "%08x".formatted((int) time.getEpochSecond());
    String sectors = Long.toString(size / SECTOR);
    run(
        "mformat",
        "-i",
        "esp.img",
        "-T",
        sectors,
        "-h",
        "64",
        "-s",
        "32",
        "-N",
        serial,
        "-v",
        "DISKLESS",
        "::");
    List<String> copy = new ArrayList<>(List.of("mcopy", "-i", "esp.img", "-s", "-m", "-Q"));
    try (Stream<Path> top = Files.list(staged(Place.ESP))) {
      // The order of names in a folder depends on the file system.
      for (Path each : new TreeSet<>(top.toList())) {
        copy.add("esp/" + each.getFileName());
      }
    }
    copy.add("::");
    run(copy.toArray(String[]::new));
  }

  private void makeDisc() throws IOException {
    run(
        "xorriso",
        "-no_rc",
        "-as",
        "mkisofs",
        "-quiet",
        "-o",
        "iso",
        "-V",
        "DISKLESS",
        "-r",
        "-iso-level",
        "3",
        // BIOS from CD: El Torito without emulation, as ISOLINUX wants it.
        "-b",
        "isolinux/isolinux.bin",
        "-c",
        "isolinux/boot.cat",
        "-no-emul-boot",
        "-boot-load-size",
        "4",
        "-boot-info-table",
        // BIOS from a stick: ISOLINUX's master boot record.
        "-isohybrid-mbr",
        "mbr",
        "-partition_offset",
        "16",
        // UEFI: one copy, found as partition on a stick and through El Torito on a CD.
        "-append_partition",
        "2",
        "0xef",
        "esp.img",
        "-eltorito-alt-boot",
        "-e",
        "--interval:appended_partition_2:all::",
        "-no-emul-boot",
        "disc");
  }

  private void run(String... command) throws IOException {
    Command.Result result =
        Command.of(command)
            .in(folder)
            .reproducible(time)
            .without("MTOOLS")
            .with("MTOOLSRC", "/dev/null")
            .with("PATH", path.toString())
            .run();
    if (result.code() != 0) {
      throw new IOException(
          "%s ended with %d: %s"
              .formatted(command[0], result.code(), String.join("\n", result.lines()).strip()));
    }
  }

  private static void copy(Content content, Path to) throws IOException {
    try (InputStream in = content.open()) {
      Files.copy(in, to);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }
}
