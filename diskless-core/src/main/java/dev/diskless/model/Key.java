package dev.diskless.model;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes how the descriptor and {@code cluster.json} write a component of a record. Without this
 * annotation, the key is the component's name, and the key is required unless its type has an empty
 * value.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Key {

  /** Key in the descriptor; the component's name if empty. */
  String value() default "";

  /** Value of a component whose key is missing, as the descriptor writes it; none if empty. */
  String defaultsTo() default "";

  /** Whether an empty list or map is left out of {@code cluster.json}. */
  boolean omitEmpty() default false;

  /** Whether a list of records is written as a mapping, whose keys are the names of the records. */
  boolean byName() default false;

  /** Whether only the name of a record is written, because the record itself is elsewhere. */
  boolean reference() default false;

  /** How a number is written. */
  NumberForm form() default NumberForm.PLAIN;

  /** How a number is written. */
  enum NumberForm {
    /** A number of JSON. */
    PLAIN,
    /** Four octal digits, such as permission bits (chmod(1)). */
    OCTAL,
    /** Number of MiB with the unit M. */
    MEBIBYTES;

    Object write(Number value) {
      return switch (this) {
        case PLAIN -> value;
        case OCTAL -> "%04o".formatted(value.longValue());
        case MEBIBYTES -> value + "M";
      };
    }

    /**
     * Returns a number as this form writes it.
     *
     * @throws IllegalArgumentException if the value has another form
     */
    Number read(Object value) {
      if (value instanceof Number number) {
        return number;
      }
      String text = value.toString();
      return switch (this) {
        case PLAIN -> throw new IllegalArgumentException("not a number: " + text);
        case OCTAL -> Long.parseLong(text, 8);
        case MEBIBYTES -> Long.parseLong(text.replaceFirst("M$", ""));
      };
    }
  }
}
