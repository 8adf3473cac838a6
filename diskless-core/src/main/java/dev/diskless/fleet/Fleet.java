package dev.diskless.fleet;

import dev.diskless.host.Progress;
import dev.diskless.model.Node;
import dev.diskless.ssh.Ssh;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Runs the same command on many nodes in parallel.
 *
 * @param ssh connection to the nodes
 * @param atOnce maximum number of nodes at the same time
 * @param progress output for the user
 */
public record Fleet(Ssh ssh, int atOnce, Progress progress) {

  private static final long BETWEEN_LINES = 5_000_000_000L;

  /**
   * Runs a command line in the shell of each node, as root.
   *
   * @param targets nodes
   * @param command command line
   * @param input file for standard input; empty for no input
   * @return results in the order of the nodes
   */
  public Answers run(List<Node> targets, String command, Optional<Path> input) throws IOException {
    return run(targets, command, target -> input);
  }

  /**
   * Runs a command line in the shell of each node, as root.
   *
   * @param targets nodes
   * @param command command line
   * @param inputs returns the file for standard input of a node; empty for no input
   * @return results in the order of the nodes
   */
  public Answers run(List<Node> targets, String command, Function<Node, Optional<Path>> inputs)
      throws IOException {
    ExecutorService workers = Executors.newFixedThreadPool(Math.min(atOnce, targets.size()));
    try {
      AtomicInteger done = new AtomicInteger();
      AtomicLong last = new AtomicLong(System.nanoTime());
      List<Future<Answer>> running = new ArrayList<>();
      for (Node target : targets) {
        running.add(
            workers.submit(
                () -> {
                  Answer answer =
                      new Answer(
                          target.name(),
                          ssh.run(target.address().toString(), command, inputs.apply(target)));
                  tell(done.incrementAndGet(), targets.size(), last);
                  return answer;
                }));
      }
      List<Answer> answers = new ArrayList<>();
      for (Future<Answer> each : running) {
        answers.add(each.get());
      }
      return new Answers(answers);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while nodes were at work");
    } finally {
      workers.shutdownNow();
    }
  }

  /** Prints the number of finished nodes from time to time. */
  private void tell(int done, int of, AtomicLong last) {
    long before = last.get();
    long now = System.nanoTime();
    if (now - before > BETWEEN_LINES && done < of && last.compareAndSet(before, now)) {
      progress.say("%d of %d nodes are done".formatted(done, of));
    }
  }
}
