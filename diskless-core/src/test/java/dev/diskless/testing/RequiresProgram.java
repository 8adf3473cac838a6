package dev.diskless.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Marks tests that run programs of this machine. JUnit skips them, with a reason, if one of the
 * programs is not installed. {@code -Pfast} leaves them out.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Tag("programs")
@ExtendWith(RequiresProgram.Condition.class)
public @interface RequiresProgram {

  /** Names of the programs, as in sh(1). */
  String[] value();

  /** Looks the programs up in the PATH. */
  final class Condition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      List<String> missing =
          AnnotationSupport.findAnnotation(context.getElement(), RequiresProgram.class)
              .map(a -> Shell.missing(a.value()))
              .orElse(List.of());
      return missing.isEmpty()
          ? ConditionEvaluationResult.enabled(null)
          : ConditionEvaluationResult.disabled(Shell.notInstalled(missing));
    }
  }
}
