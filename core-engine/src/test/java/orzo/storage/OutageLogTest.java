package orzo.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.helpers.MessageFormatter;

class OutageLogTest {
  private final GatewayException away = new GatewayException(Kind.UNAVAILABLE, "no answer");

  private final List<String> lines = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private final OutageLog outages = new OutageLog(nanos::get, recorder());

  @Test
  void failed_manyParts_isOneLine_andTheLastToSucceedAnother() {
    outages.failed("one", away);
    outages.failed("two", away);
    outages.failed("one", away);
    nanos.set(1_500_000_000);
    outages.succeeded("one");
    outages.succeeded("three");
    assertThat(lines).containsExactly("warn storage fails: no answer; trying until it works again");

    outages.succeeded("two");
    assertThat(lines).hasSize(2).last().isEqualTo("info storage works again, after 1500 ms");
  }

  @Test
  void failed_afterTheEndOfAnOutage_isAnotherOutage() {
    outages.failed("one", away);
    outages.succeeded("one");
    outages.failed("one", away);
    assertThat(lines).hasSize(3);
  }

  @Test
  void failed_withWrongData_isALineEachTime_andNoOutage() {
    GatewayException corrupt = new GatewayException(Kind.CORRUPT, "sack 3: not a position");
    outages.failed("one", corrupt);
    outages.failed("one", corrupt);
    outages.succeeded("one");
    assertThat(lines).hasSize(2).containsOnly("warn one: sack 3: not a position");
  }

  /** Keeps what is logged above the level DEBUG. */
  private Logger recorder() {
    return (Logger)
        Proxy.newProxyInstance(
            Logger.class.getClassLoader(),
            new Class<?>[] {Logger.class},
            (_, method, arguments) -> {
              if (!method.getName().equals("debug")) {
                Object[] values = new Object[arguments.length - 1];
                System.arraycopy(arguments, 1, values, 0, values.length);
                lines.add(
                    method.getName()
                        + " "
                        + MessageFormatter.arrayFormat((String) arguments[0], values).getMessage());
              }
              return null;
            });
  }
}
