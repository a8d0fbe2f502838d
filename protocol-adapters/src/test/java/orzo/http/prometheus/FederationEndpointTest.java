package orzo.http.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import orzo.federate.oracle.Histogram;
import orzo.federate.oracle.LabelPair;
import orzo.federate.oracle.MetricFamily;
import orzo.federate.oracle.MetricType;
import orzo.histogram.Buckets;
import orzo.histogram.NativeHistogram;
import orzo.histogram.ResetHint;
import orzo.http.HttpConfig;
import orzo.metric.Labels;
import orzo.remoteread.ReadBounds;

class FederationEndpointTest {
  private static final long NOW = ApiUnderTest.NOW.toEpochMilli();
  private static final String ALL = "/federate?match[]={__name__=~\"..*\"}";
  private static final String PROTOBUF =
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

  private final ApiUnderTest api =
      new ApiUnderTest(
          HttpConfig.of("127.0.0.1", 0),
          new QueryLimits(
              Duration.ofMinutes(2),
              Duration.ofMinutes(5),
              50,
              Long.MAX_VALUE,
              Long.MAX_VALUE,
              20,
              500,
              Duration.ofSeconds(15)),
          ReadBounds.DEFAULT,
          false);

  @AfterEach
  void stop() {
    api.close();
  }

  private String text(String path, String... headers) {
    HttpResponse<String> response = api.get(path, headers);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.body();
  }

  @Test
  void federate_text_hasTheNewestSamplesByName() {
    api.reader
        .add(Labels.of("__name__", "up", "job", "a", "instance", "h:1"), NOW - 20_000, 0)
        .add(Labels.of("__name__", "up", "job", "a", "instance", "h:1"), NOW - 5_000, 1)
        .add(Labels.of("__name__", "up", "job", "b\\\"\n"), NOW, 1e9)
        .add(Labels.of("__name__", "cpu"), NOW - 300_000, -0.0)
        .add(Labels.of("__name__", "future"), NOW + 1, 1)
        .add(Labels.of("__name__", "old"), NOW - 300_001, 1)
        .add(Labels.of("__name__", "gone"), NOW - 10, 1)
        .add(
            Labels.of("__name__", "gone"),
            NOW - 9,
            Double.longBitsToDouble(NativeHistogram.STALE_SUM_BITS));
    HttpResponse<String> response = api.get(ALL);
    assertThat(response.body())
        .isEqualTo(
            "# TYPE cpu untyped\n"
                + "cpu{instance=\"\"} 0 "
                + (NOW - 300_000)
                + "\n# TYPE up untyped\n"
                + "up{instance=\"h:1\",job=\"a\"} 1 "
                + (NOW - 5_000)
                + "\nup{job=\"b\\\\\\\"\\n\",instance=\"\"} 1e+09 "
                + NOW
                + "\n");
    assertThat(response.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8; escaping=underscores");
    assertThat(text("/prometheus" + ALL)).isEqualTo(response.body());
  }

  @Test
  void federate_severalSelectors_areUnited() {
    api.reader
        .add(Labels.of("__name__", "a", "x", "1"), NOW, 1)
        .add(Labels.of("__name__", "b", "x", "1"), NOW, 2)
        .add(Labels.of("__name__", "c"), NOW, 3);
    String both = text("/federate?match[]=a&match[]={x=\"1\"}");
    assertThat(both.lines().filter(line -> !line.startsWith("#")))
        .containsExactly("a{x=\"1\",instance=\"\"} 1 " + NOW, "b{x=\"1\",instance=\"\"} 2 " + NOW);
    assertThat(text("/federate")).isEmpty();
    assertThat(text("/federate?match[]=d")).isEmpty();
    assertThat(text(ALL, "X-Scope-OrgID", "other")).isEmpty();
  }

  @Test
  void federate_wrongSelector_isBad() {
    HttpResponse<String> response = api.get("/federate?match[]=a{");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).isEqualTo("1:3: parse error: unexpected end of input\n");
    assertThat(response.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
  }

  @Test
  void federate_beyondTheSampleLimit_isBad() {
    for (int i = 0; i < 51; i++) {
      api.reader.add(Labels.of("__name__", "up", "i", "" + i), NOW, 1);
    }
    HttpResponse<String> response = api.get(ALL);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .isEqualTo("federation: more than 50 samples to look at; select fewer series\n");
  }

  @Test
  void federate_namesBeyondTheOldCharacters_areEscapedAsAsked() {
    api.reader.add(Labels.of("__name__", "http.état_x", "a.b", "c", "instance", "i"), NOW, 1);
    assertThat(sample("text/plain;version=0.0.4"))
        .isEqualTo("http__tat_x{a_b=\"c\",instance=\"i\"} 1 " + NOW);
    assertThat(sample("text/plain;escaping=allow-utf-8"))
        .isEqualTo("{\"http.état_x\",\"a.b\"=\"c\",instance=\"i\"} 1 " + NOW);
    assertThat(sample("*/*;q=0.1, text/plain;escaping=dots;q=0.5"))
        .isEqualTo("http_dot___tat__x{a_dot_b=\"c\",instance=\"i\"} 1 " + NOW);
    assertThat(sample("text/plain;escaping=values"))
        .isEqualTo("U__http_2e__e9_tat__x{U__a_2e_b=\"c\",instance=\"i\"} 1 " + NOW);
  }

  private String sample(String accept) {
    String[] lines = text(ALL, "Accept", accept).split("\n", -1);
    assertThat(lines).hasSize(3);
    return lines[1];
  }

  private static NativeHistogram exponential(ResetHint hint) {
    return NativeHistogram.exponential(
        hint,
        true,
        3,
        0.5,
        0,
        12,
        5.5,
        Buckets.of(new int[] {-1, 0, 4}, new double[] {5, 3, 1}),
        Buckets.of(new int[] {2}, new double[] {3}));
  }

  private static NativeHistogram custom() {
    return NativeHistogram.custom(
        ResetHint.UNKNOWN,
        true,
        9,
        4.25,
        new double[] {0.5, 1, 2.5},
        Buckets.of(new int[] {0, 2, 3}, new double[] {4, 3, 2}));
  }

  @Test
  void federate_histogramsAsText_areClassicOnesWhereTheyHaveBounds() {
    api.reader
        .add(Labels.of("__name__", "e", "instance", "i"), NOW, exponential(ResetHint.UNKNOWN))
        .add(Labels.of("__name__", "h", "instance", "i"), NOW, custom())
        .add(Labels.of("__name__", "s", "instance", "i"), NOW, NativeHistogram.stale());
    assertThat(text(ALL).replace(" " + NOW, ""))
        .isEqualTo(
            """
            # TYPE h histogram
            h_bucket{instance="i",le="0.5"} 4
            h_bucket{instance="i",le="1"} 4
            h_bucket{instance="i",le="2.5"} 7
            h_bucket{instance="i",le="+Inf"} 9
            h_sum{instance="i"} 4.25
            h_count{instance="i"} 9
            """);
  }

  @Test
  void federate_protobuf_hasNativeHistograms() throws IOException {
    api.reader
        .add(Labels.of("__name__", "e", "a", "1"), NOW, exponential(ResetHint.UNKNOWN))
        .add(Labels.of("__name__", "e", "a", "2"), NOW, exponential(ResetHint.GAUGE))
        .add(Labels.of("__name__", "e", "a", "3", "instance", "i"), NOW, 7)
        .add(Labels.of("__name__", "h"), NOW, custom());
    HttpResponse<byte[]> response =
        api.send(
            api.request(ALL, "Accept", "text/plain;q=0.5," + PROTOBUF).GET().build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(response.headers().firstValue("Content-Type"))
        .contains(
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily;"
                + " encoding=delimited; escaping=underscores");
    List<MetricFamily> families = new ArrayList<>();
    ByteArrayInputStream in = new ByteArrayInputStream(response.body());
    for (MetricFamily family = MetricFamily.parseDelimitedFrom(in);
        family != null;
        family = MetricFamily.parseDelimitedFrom(in)) {
      families.add(family);
    }
    assertThat(families.stream().map(family -> family.getName() + " " + family.getType()))
        .containsExactly(
            "e " + MetricType.HISTOGRAM,
            "e " + MetricType.GAUGE_HISTOGRAM,
            "e " + MetricType.UNTYPED,
            "h " + MetricType.HISTOGRAM);
    assertThat(families.get(0).getMetric(0).getLabelList())
        .containsExactly(pair("a", "1"), pair("instance", ""));
    assertThat(families.get(0).getMetric(0).getTimestampMs()).isEqualTo(NOW);
    Histogram histogram = families.get(0).getMetric(0).getHistogram();
    assertThat(histogram.getSampleCountFloat()).isEqualTo(12);
    assertThat(histogram.getSampleSum()).isEqualTo(5.5);
    assertThat(histogram.getSchema()).isEqualTo(3);
    assertThat(histogram.getZeroThreshold()).isEqualTo(0.5);
    assertThat(histogram.hasZeroCountFloat()).isTrue();
    assertThat(histogram.getPositiveCountList()).containsExactly(5.0, 3.0, 1.0);
    assertThat(histogram.getPositiveSpan(0).getOffset()).isEqualTo(-1);
    assertThat(histogram.getPositiveSpan(0).getLength()).isEqualTo(2);
    assertThat(histogram.getPositiveSpan(1).getOffset()).isEqualTo(3);
    assertThat(histogram.getNegativeCountList()).containsExactly(3.0);
    assertThat(histogram.getNegativeSpan(0).getOffset()).isEqualTo(2);
    assertThat(families.get(2).getMetric(0).getUntyped().getValue()).isEqualTo(7);
    assertThat(families.get(2).getMetric(0).getLabelList())
        .containsExactly(pair("a", "3"), pair("instance", "i"));
    Histogram classic = families.get(3).getMetric(0).getHistogram();
    assertThat(classic.hasSchema()).isFalse();
    assertThat(classic.getBucketList())
        .extracting(bucket -> bucket.getUpperBound() + ":" + bucket.getCumulativeCountFloat())
        .containsExactly("0.5:4.0", "1.0:4.0", "2.5:7.0");
    assertThat(classic.getSampleCountFloat()).isEqualTo(9);
  }

  private static LabelPair pair(String name, String value) {
    return LabelPair.newBuilder().setName(name).setValue(value).build();
  }
}
