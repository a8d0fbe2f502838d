package orzo.gateway;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the log to standard error, one line for each event, a stack trace on that same line. Found
 * by Logback through {@code META-INF/services}; plain code because reading an XML file takes a
 * tenth of a second of the start.
 */
public final class Logging extends ContextAwareBase implements Configurator {
  /** Libraries that say at INFO and DEBUG what nobody who runs a gateway asks for. */
  private static final List<String> LIBRARIES =
      List.of("io.netty", "io.vertx", "reactor", "io.prometheus");

  /**
   * It warns of each connection, each time it is lost or can't be made; {@link
   * orzo.storage.OutageLog} says that once.
   */
  private static final String REDIS_CLIENT = "io.lettuce";

  // %replace keeps what a client sent from starting a line of its own.
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSX,UTC} %-5level %logger{0}:"
          + " %replace(%msg%replace( %ex){'^ $',''}){'\\s*[\\r\\n]+\\s*',' | '}%n%nopex";

  /** Creates a configurator; called by Logback. */
  public Logging() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("standard error");
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    setLevel(context, Level.INFO);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Sets the least severity that is logged: {@code error} to {@code trace}. */
  static void setLevel(String level) {
    setLevel((LoggerContext) LoggerFactory.getILoggerFactory(), Level.valueOf(level));
  }

  private static void setLevel(LoggerContext context, Level level) {
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(level);
    Level libraries = level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN;
    for (String library : LIBRARIES) {
      context.getLogger(library).setLevel(libraries);
    }
    context
        .getLogger(REDIS_CLIENT)
        .setLevel(level.isGreaterOrEqual(Level.INFO) ? Level.ERROR : Level.WARN);
  }
}
