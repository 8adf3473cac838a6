package dev.diskless.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Marks tests that only root can run. JUnit skips them, with a reason, for other users. {@code
 * -Pfast} leaves them out.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Tag("programs")
@ExtendWith(RequiresRoot.Condition.class)
public @interface RequiresRoot {

  /** What only root can do in these tests, such as "mounting". */
  String value();

  /** Looks at the user of this process. */
  final class Condition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      Optional<RequiresRoot> annotation =
          AnnotationSupport.findAnnotation(context.getElement(), RequiresRoot.class);
      try {
        return annotation.isEmpty() || Shell.isRoot()
            ? ConditionEvaluationResult.enabled(null)
            : ConditionEvaluationResult.disabled(
                "Skipped: %s requires root. Run the tests as root."
                    .formatted(annotation.get().value()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
