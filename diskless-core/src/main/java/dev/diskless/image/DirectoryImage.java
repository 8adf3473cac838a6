package dev.diskless.image;

import dev.diskless.host.Progress;
import dev.diskless.image.Exclusions.Fate;
import dev.diskless.model.ImageSource;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Content;
import dev.diskless.tree.Content.Extent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Entry.Type;
import dev.diskless.tree.FileContent;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.RawPaths;
import dev.diskless.tree.TreePath;
import dev.diskless.tree.Xattrs;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * A root file system that is copied from a directory, as the howto copies the master, with all that
 * its inodes know.
 */
final class DirectoryImage {

  /** Part of each fingerprint; to be changed with what is left out. */
  private static final String RULES = "directory 2";

  private static final int MAX_THREADS = 4;
  private static final long IDLE_NANOS = 20_000;
  private static final int NAMED = 5;

  private final String name;
  private final Path top;
  private final String rawTop;
  private final Exclusions exclusions;
  private final Instant timestamp;

  /**
   * @param name of the image
   * @param projectDirectory what a relative path starts from; left out where it lies inside
   * @param cache left out where it lies inside
   * @param timestamp the time of what does not come from the directory
   * @throws ProblemException if there is no such directory
   */
  DirectoryImage(
      String name,
      ImageSource.Directory source,
      Path projectDirectory,
      Path cache,
      Instant timestamp)
      throws IOException {
    this.name = name;
    this.top = existing(name, source, projectDirectory);
    String raw = RawPaths.raw(top);
    this.rawTop = raw.equals("/") ? "" : raw;
    this.exclusions =
        new Exclusions(top, source.exclude(), source.mounted(), List.of(projectDirectory, cache));
    this.timestamp = timestamp;
  }

  private static Path existing(String name, ImageSource.Directory source, Path project)
      throws IOException {
    Path path;
    try {
      path = project.resolve(source.path());
    } catch (InvalidPathException notHere) {
      throw new ProblemException(
          Problem.error(
              "the directory %s of image %s cannot be written in the locale of this build"
                  .formatted(source.path(), name),
              "run Maven with LC_ALL=C.UTF-8"),
          notHere);
    }
    if (!Files.exists(path)) {
      throw new ProblemException(
          Problem.error(
              "the directory %s of image %s does not exist".formatted(path, name),
              "correct its path, which is absolute or relative to the project"));
    }
    if (!Files.isDirectory(path)) {
      throw new ProblemException(
          Problem.error(
              "%s of image %s is not a directory".formatted(path, name),
              "give a directory, or write `archive:` instead of `directory:` for a tar archive"));
    }
    return path.toRealPath();
  }

  /** A digest of what lstat(2) says of every name that is copied; no content is read. */
  String fingerprint() throws IOException {
    Walk walk = walk(false);
    walk.throwUnlessReadable();
    return walk.fingerprint();
  }

  /**
   * Reads the directory.
   *
   * @param problems takes warnings
   * @param progress hears what was left out
   * @throws ProblemException if some of it cannot be read; names it all
   */
  Tree read(Problems problems, Progress progress) throws IOException {
    Walk walk = walk(true);
    walk.throwUnlessReadable();
    if (walk.found.size() == 1) {
      throw new ProblemException(
          Problem.error(
              "the directory %s of image %s is empty".formatted(top, name),
              "fill it with a root file system, or correct its path"));
    }
    walk.warn(problems);
    CompletableFuture<String> fingerprint = CompletableFuture.supplyAsync(walk::fingerprint);
    return new Tree(walk.tree(progress), fingerprint.join());
  }

  /**
   * Tree with the fingerprint of the same moment.
   *
   * @param tree the tree
   * @param fingerprint digest of the state of the directory
   */
  record Tree(FileTree tree, String fingerprint) {}

  private Walk walk(boolean complete) throws IOException {
    Supplier<FileReader> readers;
    String limited = null;
    if (LinuxFileReader.open().isPresent()) {
      readers = () -> LinuxFileReader.open().orElseThrow();
    } else if (top.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      readers = JavaFileReader::new;
      limited = LinuxFileReader.unavailable();
    } else {
      throw new ProblemException(
          Problem.error(
              "image %s is a directory, but this system does not support owners and modes of files"
                  .formatted(name),
              "build on Linux, or create a tar archive of it on Linux and write `archive:`"));
    }
    Walk walk = new Walk(complete, limited);
    walk.run(readers);
    return walk;
  }

  /**
   * File that the walk found.
   *
   * @param path path in the image
   * @param status result of lstat(2)
   * @param fate whether the image contains the file
   * @param personal kind of a machine-specific file, empty for all other files
   * @param linkTarget target of a symbolic link, or null
   * @param xattrs extended attributes
   * @param content content of a regular file, or null
   */
  private record Found(
      TreePath path,
      FileStatus status,
      Fate fate,
      Optional<MachineSpecificFile> personal,
      String linkTarget,
      Xattrs xattrs,
      Content content) {}

  /** Walk through the whole directory with several threads. */
  private final class Walk {

    private final boolean complete;
    private final String limited;
    private final ImageEntries root = new ImageEntries(name, timestamp, /* fromMaster= */ true);

    private final ConcurrentLinkedDeque<String> open = new ConcurrentLinkedDeque<>();
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private long topFileSystem;

    /** All that is not left out, sorted by path; complete when the threads are done. */
    private final List<Found> found = new ArrayList<>();

    private final List<String> unreadable = new ArrayList<>();
    private final List<String> mounts = new ArrayList<>();

    private Walk(boolean complete, String limited) {
      this.complete = complete;
      this.limited = limited;
    }

    private void run(Supplier<FileReader> readers) throws IOException {
      FileReader first = readers.get();
      FileStatus status = first.status(rawTop.isEmpty() ? "/" : rawTop);
      topFileSystem = status.fileSystem();
      found.add(
          new Found(
              TreePath.ROOT,
              status,
              Fate.KEPT,
              Optional.empty(),
              null,
              complete ? first.xattrs(rawTop.isEmpty() ? "/" : rawTop) : Xattrs.NONE,
              null));
      push("");
      int count = Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());
      List<Worker> workers = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 1; i < count; i++) {
        Worker worker = new Worker(readers.get());
        Thread thread = new Thread(worker, "diskless image " + name);
        thread.setDaemon(true);
        workers.add(worker);
        threads.add(thread);
        thread.start();
      }
      Worker own = new Worker(first);
      workers.add(own);
      own.run();
      boolean interrupted = false;
      for (Thread thread : threads) {
        while (thread.isAlive()) {
          try {
            thread.join();
          } catch (InterruptedException stop) {
            failure.compareAndSet(null, new IOException("interrupted"));
            interrupted = true;
          }
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      rethrow(failure.get());
      Map<String, List<Found>> directories = new HashMap<>();
      for (Worker worker : workers) {
        directories.putAll(worker.directories);
        unreadable.addAll(worker.unreadable);
        mounts.addAll(worker.mounts);
      }
      addBelow("", directories);
      Collections.sort(unreadable);
      Collections.sort(mounts);
    }

    /** Adds entries in the order of TreePath: each directory directly before its contents. */
    private void addBelow(String directory, Map<String, List<Found>> directories) {
      for (Found each : directories.getOrDefault(directory, List.of())) {
        found.add(each);
        if (each.status.isDirectory()) {
          addBelow(each.path.raw(), directories);
        }
      }
    }

    private void rethrow(Throwable thrown) throws IOException {
      if (thrown instanceof IOException failed) {
        throw failed;
      }
      if (thrown instanceof RuntimeException failed) {
        throw failed;
      }
      if (thrown instanceof Error failed) {
        throw failed;
      }
    }

    private void push(String directory) {
      pending.incrementAndGet();
      open.push(directory);
    }

    private void throwUnlessReadable() {
      if (unreadable.isEmpty()) {
        return;
      }
      int count = unreadable.size();
      throw new ProblemException(
          Problem.error(
              "%d %s of image %s cannot be read by this user: %s%s"
                  .formatted(
                      count,
                      count == 1 ? "file or directory" : "files or directories",
                      name,
                      String.join(
                          ", ", unreadable.stream().limit(NAMED).map(RawPaths::display).toList()),
                      count > NAMED ? ", …" : ""),
              "run Maven as root, or add files that the nodes do not need to `exclude:`"));
    }

    private void warn(Problems problems) throws IOException {
      if (!mounts.isEmpty()) {
        problems.add(
            Problem.warning(
                "image %s does not contain the file system mounted at %s"
                    .formatted(
                        name, String.join(", ", mounts.stream().map(RawPaths::display).toList())),
                "copy what the nodes need into one file system, or list the path under"
                    + " `mounts:`. To hide this warning, add the path to `exclude:`"));
      }
      if (limited != null) {
        problems.add(
            Problem.warning(
                "image %s is read without extended attributes, so without file capabilities: %s"
                    .formatted(name, limited),
                "build on 64-bit Linux with a temporary directory that allows execution"
                    + " (-Djna.tmpdir=DIRECTORY)"));
      }
      List<String> changed = changedDirectories();
      if (!changed.isEmpty()) {
        problems.add(
            Problem.warning(
                "image %s changed during the build, in %s%s"
                    .formatted(
                        name,
                        String.join(", ", changed.stream().limit(NAMED).toList()),
                        changed.size() > NAMED ? ", …" : ""),
                "stop the programs that write there and build again, or add it to `exclude:`"));
      }
    }

    private List<String> changedDirectories() throws IOException {
      FileReader reader = LinuxFileReader.open().orElseGet(JavaFileReader::new);
      List<String> changed = new ArrayList<>();
      for (Found each : found) {
        if (!each.status.isDirectory() || each.fate == Fate.EMPTIED) {
          continue;
        }
        String raw = each.path.raw();
        try {
          FileStatus now = reader.status(absolute(raw));
          if (now.changed().equals(each.status.changed())) {
            continue;
          }
        } catch (NoSuchFileException gone) {
          // Told below.
        }
        changed.add(each.path.toString());
      }
      return changed;
    }

    private String absolute(String raw) {
      return raw.isEmpty() ? (rawTop.isEmpty() ? "/" : rawTop) : rawTop + "/" + raw;
    }

    private String fingerprint() {
      Fingerprint fingerprint = new Fingerprint();
      fingerprint.add(RULES).add(rawTop).add(timestamp.toString()).add(limited == null ? "" : "-");
      for (Found each : found) {
        FileStatus status = each.status;
        fingerprint.add(each.path.raw()).add(status.mode()).add(status.uid()).add(status.gid());
        if (each.fate == Fate.EMPTIED || each.personal.isPresent()) {
          continue;
        }
        fingerprint.add(status.changed()).add(status.modified()).add(status.inode());
        if (!status.isDirectory()) {
          fingerprint.add(status.size());
        }
      }
      return fingerprint.hex();
    }

    private FileTree tree(Progress progress) {
      Map<List<Long>, List<Found>> linked = new HashMap<>();
      for (Found each : found) {
        if (isLinked(each)) {
          linked.computeIfAbsent(inode(each), i -> new ArrayList<>()).add(each);
        }
      }
      Map<List<Long>, Long> numbers = new HashMap<>();
      for (Found each : found) {
        Metadata metadata = metadata(each);
        if (each.personal.isPresent()) {
          root.leaveOut(each.path, metadata, each.personal.get(), each.status.size());
          continue;
        }
        List<Found> names = isLinked(each) ? linked.get(inode(each)) : List.of();
        if (names.size() < 2) {
          root.add(entry(each, metadata, each.content));
        } else {
          long number = numbers.computeIfAbsent(inode(each), i -> numbers.size() + 1L);
          root.add(entry(each, metadata, names.get(0).content).withInode(number));
        }
      }
      return root.finish(progress);
    }

    private boolean isLinked(Found each) {
      return each.status.links() > 1 && !each.status.isDirectory() && each.personal.isEmpty();
    }

    private List<Long> inode(Found each) {
      return List.of(each.status.fileSystem(), each.status.inode());
    }

    private Metadata metadata(Found each) {
      FileStatus status = each.status;
      return new Metadata(
          status.permissions(),
          status.uid(),
          status.gid(),
          each.fate == Fate.EMPTIED ? timestamp : status.modified(),
          each.xattrs);
    }

    private Entry entry(Found each, Metadata metadata, Content content) {
      String layer = ImageEntries.layer(name);
      return switch (each.status.type()) {
        case FILE -> Entry.file(each.path, metadata, content, layer);
        case DIRECTORY -> Entry.directory(each.path, metadata, layer);
        case SYMLINK -> Entry.symlink(each.path, metadata, each.linkTarget, layer);
        case FIFO -> Entry.fifo(each.path, metadata, layer);
        case CHARACTER_DEVICE, BLOCK_DEVICE ->
            Entry.device(each.path, each.status.type(), metadata, each.status.device(), layer);
        case SOCKET -> throw new IllegalStateException("an image has no sockets: " + each.path);
      };
    }

    /** Work of a single thread. */
    private final class Worker implements Runnable {

      private final FileReader reader;

      /** Files that this thread found in each directory, sorted by name. */
      private final Map<String, List<Found>> directories = new HashMap<>();

      private final List<String> unreadable = new ArrayList<>();
      private final List<String> mounts = new ArrayList<>();

      private Worker(FileReader reader) {
        this.reader = reader;
      }

      @Override
      public void run() {
        try {
          while (pending.get() > 0 && failure.get() == null) {
            String directory = open.poll();
            if (directory == null) {
              LockSupport.parkNanos(IDLE_NANOS);
              continue;
            }
            readDirectory(directory);
            pending.decrementAndGet();
          }
        } catch (IOException | RuntimeException | Error failed) {
          failure.compareAndSet(null, failed);
        }
      }

      private void readDirectory(String directory) throws IOException {
        List<String> names;
        try {
          names = reader.list(absolute(directory));
        } catch (AccessDeniedException denied) {
          unreadable.add("/" + directory);
          return;
        } catch (NoSuchFileException | NotDirectoryException gone) {
          throw new ProblemException(
              Problem.error(
                  "%s of image %s was removed during the build"
                      .formatted(RawPaths.display(absolute(directory)), name),
                  "stop the programs that change it and build again, or add it to `exclude:`"),
              gone);
        }
        Collections.sort(names);
        List<Found> found = new ArrayList<>(names.size());
        directories.put(directory, found);
        for (String child : names) {
          String raw = directory.isEmpty() ? child : directory + "/" + child;
          try {
            readName(raw, found);
          } catch (AccessDeniedException denied) {
            unreadable.add("/" + raw);
          } catch (NoSuchFileException gone) {
            // As if it had been removed before its directory was read.
          }
        }
      }

      private void readName(String raw, List<Found> found) throws IOException {
        String absolute = absolute(raw);
        FileStatus status = reader.status(absolute);
        Fate fate = exclusions.of(raw, status);
        if (fate == Fate.LEFT_OUT) {
          return;
        }
        TreePath path = TreePath.ofRaw(raw);
        Optional<MachineSpecificFile> personal = root.personal(path, status.type());
        String target = null;
        Xattrs xattrs = Xattrs.NONE;
        Content content = null;
        if (personal.isEmpty()) {
          if (status.isFile() && (status.mode() & 0444) != 0444 && !reader.isReadable(absolute)) {
            unreadable.add("/" + raw);
            return;
          }
          if (complete) {
            target = status.type() == Type.SYMLINK ? reader.linkTarget(absolute) : null;
            xattrs = reader.xattrs(absolute);
            content = status.isFile() ? content(absolute, status) : null;
          }
        }
        found.add(new Found(path, status, fate, personal, target, xattrs, content));
        if (status.isDirectory() && fate == Fate.KEPT) {
          if (status.fileSystem() != topFileSystem || status.mountRoot()) {
            mounts.add("/" + raw);
          } else {
            push(raw);
          }
        }
      }

      private Content content(String absolute, FileStatus status) throws IOException {
        List<Extent> extents = null;
        if (status.allocated() >= 0 && status.allocated() < status.size()) {
          extents = reader.extents(absolute, status.size());
        }
        return new FileContent(RawPaths.path(absolute), status.size(), extents, Optional.empty());
      }
    }
  }
}
