package orzo.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResourceRefTest {
  private static final Labels LABELS =
      Labels.of("__name__", "up", "instance", "web:9100", "job", "node");

  @Test
  void ofLabels_joinsTheirValues() {
    assertThat(ResourceRef.ofLabels("prometheus", LABELS, List.of("job", "instance")))
        .isEqualTo(new ResourceRef("prometheus", "node@web:9100"));
    assertThat(ResourceRef.ofLabels("host", LABELS, List.of("instance")))
        .isEqualTo(new ResourceRef("host", "web:9100"));
  }

  @Test
  void ofLabels_oneThatLacks_isNone() {
    assertThat(ResourceRef.ofLabels("prometheus", LABELS, List.of("job", "zone"))).isNull();
    assertThat(ResourceRef.ofLabels("prometheus", LABELS, List.of())).isNull();
    assertThat(ResourceRef.ofLabels("prometheus", Labels.EMPTY, List.of("job"))).isNull();
  }

  @Test
  void ofLabels_valuesWithTheJoint_areTwoResources() {
    List<String> names = List.of("job", "instance");
    Labels one = Labels.of("job", "a@b", "instance", "c");
    Labels other = Labels.of("job", "a", "instance", "b@c");
    Labels third = Labels.of("job", "a%40b", "instance", "c");

    assertThat(ResourceRef.ofLabels("x", one, names)).isEqualTo(new ResourceRef("x", "a%40b@c"));
    assertThat(ResourceRef.ofLabels("x", other, names)).isEqualTo(new ResourceRef("x", "a@b%40c"));
    assertThat(ResourceRef.ofLabels("x", third, names))
        .isEqualTo(new ResourceRef("x", "a%2540b@c"));
  }

  @Test
  void labelsOf_findsWhatTheIdIsMadeOf() {
    assertThat(new ResourceRef("prometheus", "node@web:9100").labelsOf(LABELS))
        .containsExactly("job", "instance");
    assertThat(new ResourceRef("x", "web:9100@node").labelsOf(LABELS))
        .containsExactly("instance", "job");
    assertThat(new ResourceRef("x", "node").labelsOf(LABELS)).containsExactly("job");
    assertThat(new ResourceRef("x", "node@").labelsOf(LABELS)).isEmpty();
    assertThat(new ResourceRef("x", "node@web").labelsOf(LABELS)).isEmpty();
  }

  @Test
  void labelsOf_valuesThatOtherLabelsHave_areThoseOfJobAndInstance() {
    Labels same = Labels.of("app", "node", "instance", "node", "job", "node");
    assertThat(new ResourceRef("prometheus", "node@node").labelsOf(same))
        .containsExactly("job", "instance");
  }

  @Test
  void new_withAnEmptyPart_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ResourceRef("", "a"))
        .withMessage("resource type: '' (expected: one character or more)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ResourceRef("a", ""))
        .withMessage("resource id: '' (expected: one character or more)");
  }
}
