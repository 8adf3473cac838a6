package dev.diskless.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Marks tests that use a {@link PrivateRoot}. JUnit skips them, with a reason, if this machine
 * cannot mount one. {@code -Pfast} leaves them out.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Tag("programs")
@ExtendWith(RequiresPrivateRoot.Condition.class)
public @interface RequiresPrivateRoot {

  /** Runs true(1) in a private root, once for all tests. */
  final class Condition implements ExecutionCondition {

    private static PrivateRoot.Outcome outcome;

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      PrivateRoot.Outcome tried = outcome();
      return tried.code() == 0
          ? ConditionEvaluationResult.enabled(null)
          : ConditionEvaluationResult.disabled(
              "Skipped: mounting an overlay in a namespace requires root and overlayfs: "
                  + tried.output());
    }

    private static synchronized PrivateRoot.Outcome outcome() {
      if (outcome == null) {
        try {
          Path directory = Files.createTempDirectory("private-root");
          outcome = new PrivateRoot(directory).run("true");
          Shell.check(Path.of("/"), "rm -r '%s'".formatted(directory));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException(e);
        }
      }
      return outcome;
    }
  }
}
