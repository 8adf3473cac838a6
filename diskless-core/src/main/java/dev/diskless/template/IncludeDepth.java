package dev.diskless.template;

import org.apache.velocity.app.event.IncludeEventHandler;
import org.apache.velocity.context.Context;
import org.apache.velocity.context.InternalContextAdapter;
import org.apache.velocity.exception.VelocityException;

/**
 * Stops templates that {@code #parse} each other without end; Velocity itself would stop at its own
 * limit without a word. Velocity makes it, by name.
 */
public final class IncludeDepth implements IncludeEventHandler {

  /** How the message starts. */
  static final String TOO_DEEP = "these templates include each other endlessly with #parse: ";

  private static final int MAX = 8;

  @Override
  public String includeEvent(Context context, String name, String from, String directive) {
    if (context instanceof InternalContextAdapter inner
        && inner.getTemplateNameStack().length > MAX) {
      throw new VelocityException(TOO_DEEP + "'" + name + "'");
    }
    return name;
  }
}
