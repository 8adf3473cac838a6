package dev.diskless.image;

import dev.diskless.model.Image;
import dev.diskless.model.ImageSource;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Prints what a directory holds, or what is wrong with it; run as another user or elsewhere. */
final class ReadAsUser {

  private ReadAsUser() {}

  /**
   * @param arguments the directory
   */
  public static void main(String[] arguments) throws IOException {
    Path nowhere = Path.of("/nonexistent");
    ImageStore store =
        new ImageStore(
            nowhere,
            nowhere,
            artifact -> nowhere,
            DebianOptions.DEFAULT,
            Instant.EPOCH,
            line -> {});
    Image image = new Image("golden", new ImageSource.Directory(arguments[0], List.of()));
    try {
      for (Entry entry : store.prepare(image, new Problems()).tree()) {
        String content = "";
        if (entry.isFile()) {
          try (InputStream in = entry.content().open()) {
            content = " " + new String(in.readAllBytes());
          }
        }
        System.out.print(entry.path() + content + "\n");
      }
    } catch (ProblemException wrong) {
      System.out.println(wrong.getMessage());
    }
  }
}
