package dev.diskless.discover;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.host.Command;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPInputStream;

/**
 * Reads leases, logs and the journal below a root. The first call reads everything, and later calls
 * read what was added. A changed lease file is read completely, because servers rewrite their lease
 * files.
 */
final class Follower implements Closeable {

  private static final List<String> ISC = List.of("var/lib/dhcp/dhcpd.leases");
  private static final List<String> KEA =
      List.of(
          "var/lib/kea/kea-leases4.csv",
          "var/lib/kea/kea-leases4.csv.1",
          "var/lib/kea/kea-leases4.csv.2");
  private static final List<String> DNSMASQ =
      List.of("var/lib/misc/dnsmasq.leases", "var/lib/dnsmasq/dnsmasq.leases");
  private static final List<String> LOGS =
      List.of(
          "var/log/syslog", "var/log/messages", "var/log/daemon.log", "var/log/kea/kea-dhcp4.log");

  /** Maximum length of a log line in bytes. Longer lines are not log lines. */
  private static final int LONGEST = 1 << 20;

  private final Path root;
  private final Optional<String> journal;
  private final ZoneId zone;
  private final Map<Path, Object> states = new HashMap<>();
  private final Map<Path, Place> places = new HashMap<>();
  private final Set<String> read = new LinkedHashSet<>();
  private final List<String> notes = new ArrayList<>();
  private final Queue<String> entries = new ConcurrentLinkedQueue<>();
  private final LogLines journalLines;
  private Process following;
  private boolean begun;

  /** Position up to which a log was read. */
  private static final class Place {
    private Object file;
    private long offset;
    private LogLines lines;
    private String rest = "";
  }

  /**
   * Creates a reader without reading.
   *
   * @param root directory to use instead of {@code /}
   * @param journal journalctl(1), or a program with the same arguments; empty to skip the journal
   * @param zone time zone of log lines without a zone
   */
  Follower(Path root, Optional<String> journal, ZoneId zone) {
    this.root = root;
    this.journal = journal;
    this.zone = zone;
    this.journalLines = new LogLines(zone);
  }

  /** Returns the sources that exist. */
  List<String> read() {
    return List.copyOf(read);
  }

  /** Returns messages for the user about sources that were not readable. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  /**
   * Starts journalctl, which prints new entries until the end. Call this method before the first
   * {@link #poll}.
   */
  void follow() {
    if (journal.isEmpty()) {
      return;
    }
    try {
      Process process = Command.of(journalctl("-f", "-n", "0")).startWithPipes();
      following = process;
      Thread reader =
          new Thread(
              () -> {
                try (BufferedReader out = process.inputReader(UTF_8)) {
                  out.lines().forEach(entries::add);
                } catch (IOException | java.io.UncheckedIOException ended) {
                  // The process has ended. Files are still read.
                }
              },
              "diskless-journal");
      reader.setDaemon(true);
      reader.start();
    } catch (Command.CannotStart missing) {
      // The first poll reports it.
    }
  }

  /** Returns the traces since the last call. */
  List<Sighting> poll() throws IOException {
    List<Sighting> found = new ArrayList<>();
    for (String name : ISC) {
      changed(name).ifPresent(text -> found.addAll(IscLeases.read(text)));
    }
    for (String name : KEA) {
      Optional<String> text = changed(name);
      if (text.isPresent()) {
        found.addAll(KeaLeases.read(text.get()));
      }
    }
    for (String name : DNSMASQ) {
      changed(name).ifPresent(text -> found.addAll(DnsmasqLeases.read(text)));
    }
    if (!begun) {
      begun = true;
      for (String name : LOGS) {
        rotated(name + ".1", found);
        rotated(name + ".1.gz", found);
      }
      journal(found);
    }
    for (String name : LOGS) {
      log(name, found);
    }
    for (String entry = entries.poll(); entry != null; entry = entries.poll()) {
      journalLines.journal(entry).ifPresent(found::add);
    }
    return found;
  }

  private Optional<String> changed(String name) throws IOException {
    Path file = root.resolve(name);
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      Object state =
          List.of(
              attributes.size(),
              attributes.lastModifiedTime(),
              String.valueOf(attributes.fileKey()));
      if (!attributes.isRegularFile() || state.equals(states.put(file, state))) {
        return Optional.empty();
      }
      // ISO 8859-1 accepts all bytes. Only names of machines can contain other bytes, and they are
      // not used.
      String text = Files.readString(file, ISO_8859_1);
      read.add("/" + name);
      return Optional.of(text);
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (java.nio.file.AccessDeniedException denied) {
      note("/" + name + " is not readable; run Maven as root");
      return Optional.empty();
    }
  }

  private void rotated(String name, List<Sighting> found) throws IOException {
    Path file = root.resolve(name);
    if (!Files.isRegularFile(file)) {
      return;
    }
    Instant written = Files.getLastModifiedTime(file).toInstant();
    LogLines lines = new LogLines(zone);
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = name.endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        BufferedReader reader = new BufferedReader(new InputStreamReader(in, ISO_8859_1))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.line(line, written).ifPresent(found::add);
      }
      read.add("/" + name);
    } catch (IOException unreadable) {
      note("/" + name + " cannot be read: " + unreadable.getMessage());
    }
  }

  /**
   * Reads a log from the last position. A new file with the same name is read from its beginning.
   */
  private void log(String name, List<Sighting> found) throws IOException {
    Path file = root.resolve(name);
    if (!Files.isRegularFile(file)) {
      return;
    }
    Place place = places.computeIfAbsent(file, f -> new Place());
    try (SeekableByteChannel in = Files.newByteChannel(file)) {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      Object key = String.valueOf(attributes.fileKey());
      if (!key.equals(place.file) || in.size() < place.offset) {
        place.file = key;
        place.offset = 0;
        place.rest = "";
        place.lines = new LogLines(zone);
      }
      Instant written = attributes.lastModifiedTime().toInstant();
      in.position(place.offset);
      ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
      while (in.read(buffer) > 0) {
        place.offset += buffer.position();
        String text = place.rest + new String(buffer.array(), 0, buffer.position(), ISO_8859_1);
        int from = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
          place.lines.line(text.substring(from, end), written).ifPresent(found::add);
          from = end + 1;
        }
        place.rest = text.length() - from > LONGEST ? "" : text.substring(from);
        buffer.clear();
      }
      read.add("/" + name);
    } catch (java.nio.file.AccessDeniedException denied) {
      note("/" + name + " is not readable; run Maven as root");
    } catch (NoSuchFileException rotatedJustNow) {
      // The next call reads the next line.
      return;
    }
  }

  private List<String> journalctl(String... options) {
    List<String> command = new ArrayList<>(List.of(journal.orElseThrow()));
    command.addAll(List.of("-o", "json", "--no-pager", "-q"));
    command.addAll(List.of(options));
    LogLines.PROGRAMS.forEach(p -> command.addAll(List.of("-t", p)));
    if (!root.equals(root.getRoot())) {
      command.addAll(List.of("-D", root.resolve("var/log/journal").toString()));
    }
    return command;
  }

  private void journal(List<Sighting> found) throws IOException {
    if (journal.isEmpty()) {
      return;
    }
    LogLines lines = new LogLines(zone);
    boolean[] any = {false};
    Command.Result result;
    try {
      result =
          Command.of(journalctl())
              .read(
                  UTF_8,
                  out -> {
                    for (String line = out.readLine(); line != null; line = out.readLine()) {
                      any[0] = true;
                      lines.journal(line).ifPresent(found::add);
                    }
                  });
    } catch (Command.CannotStart missing) {
      note("the journal is not read, because " + journal.get() + " is not installed");
      return;
    }
    // The exit status of journalctl is 1 if no entry matches.
    if (result.code() > 1) {
      note("the journal cannot be read: " + journal.get() + " ended with " + result.code());
    }
    if (any[0]) {
      read.add("the journal");
    }
  }

  private void note(String note) {
    if (!notes.contains(note)) {
      notes.add(note);
    }
  }

  @Override
  public void close() {
    if (following != null) {
      following.destroy();
    }
  }
}
