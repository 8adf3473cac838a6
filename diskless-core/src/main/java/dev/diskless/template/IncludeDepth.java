package dev.diskless.template;

import org.apache.velocity.app.event.IncludeEventHandler;
import org.apache.velocity.context.Context;
import org.apache.velocity.context.InternalContextAdapter;
import org.apache.velocity.exception.VelocityException;

/**
 * Reports templates that {@code #parse} each other without end. Velocity's own limit would stop
 * without a message. Velocity creates the instance by the name of this class.
 */
public final class IncludeDepth implements IncludeEventHandler {

  /** Start of the message. */
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
