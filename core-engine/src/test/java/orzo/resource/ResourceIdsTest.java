package orzo.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The expected UUIDs are what Python's uuid5 makes of namespace, id, zero and creator. */
class ResourceIdsTest {
  @Test
  void uuid_ofAName_isWhatGnocchiDerives() {
    assertThat(ResourceIds.uuid("prometheus@localhost:9090", "admin"))
        .isEqualTo(UUID.fromString("a943787c-3e17-584c-b236-a5597aeabd2e"));
    assertThat(ResourceIds.uuid("web01", null))
        .isEqualTo(UUID.fromString("7c6dd7fe-45ca-5baa-aa14-fa769334a5db"));
    assertThat(ResourceIds.uuid("é", "0123:4567"))
        .isEqualTo(UUID.fromString("a7e45ab4-0edf-57c9-88cb-ce5bcb3bd232"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01234567-89ab-cdef-0123-456789abcdef",
        "01234567-89AB-CDEF-0123-456789ABCDEF",
        "0123456789abcdef0123456789abcdef",
        "{01234567-89ab-cdef-0123-456789abcdef}",
        "urn:uuid:01234567-89ab-cdef-0123-456789abcdef"
      })
  void uuid_ofAUuid_isThat_asPythonReadsIt(String id) {
    assertThat(ResourceIds.uuid(id, "admin"))
        .isEqualTo(UUID.fromString("01234567-89ab-cdef-0123-456789abcdef"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdeg"})
  void uuid_ofWhatIsNoUuid_isOfVersionFive(String id) {
    assertThat(ResourceIds.uuid(id, "admin").version()).isEqualTo(5);
    assertThat(ResourceIds.uuid(id, "admin").variant()).isEqualTo(2);
    assertThat(ResourceIds.uuid(id, "admin")).isNotEqualTo(ResourceIds.uuid(id, "other"));
  }
}
