package orzo.http.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CallerTest {
  private static final Optional<String> NO_OWNER = Optional.empty();
  private static final Caller ALICE = Caller.of("alice", "shop", Set.of("member"));

  @Test
  void creator_isTheUser_andTheProjectIfThereIsOne() {
    assertThat(ALICE.creator()).isEqualTo("alice:shop");
    assertThat(Caller.of("bob").creator()).isEqualTo("bob");
    assertThat(Caller.ANYONE.creator()).isEmpty();
  }

  @Test
  void admin_mayDoEverything() {
    Caller admin = Caller.of("admin");

    assertThat(admin.isAdmin()).isTrue();
    for (Permission permission : Permission.values()) {
      assertThat(admin.may(permission)).as(permission.name()).isTrue();
      assertThat(Caller.ANYONE.may(permission)).as(permission.name()).isTrue();
    }
  }

  @Test
  void user_mayDoWhatNeedsNoRole() {
    Caller bob = Caller.of("bob");

    assertThat(bob.isAdmin()).isFalse();
    assertThat(bob.may(Permission.CREATE_METRIC)).isTrue();
    assertThat(bob.may(Permission.GET_ARCHIVE_POLICY)).isTrue();
    assertThat(bob.may(Permission.CREATE_ARCHIVE_POLICY)).isFalse();
    assertThat(bob.may(Permission.GET_METRIC)).isFalse();
    assertThat(bob.may(Permission.GET_METRIC, "bob", NO_OWNER)).isTrue();
    assertThat(bob.may(Permission.GET_METRIC, "eve", NO_OWNER)).isFalse();
  }

  @Test
  void project_countsForWhatItsMembersCreated_andForWhatItOwns() {
    assertThat(ALICE.may(Permission.DELETE_METRIC, "carol:shop", NO_OWNER)).isTrue();
    assertThat(ALICE.may(Permission.DELETE_METRIC, "alice:bank", NO_OWNER)).isFalse();
    assertThat(ALICE.may(Permission.GET_METRIC, "eve:bank", Optional.of("shop"))).isTrue();
    assertThat(ALICE.may(Permission.DELETE_METRIC, "eve:bank", Optional.of("shop"))).isFalse();
    assertThat(ALICE.may(Permission.GET_METRIC, "eve", Optional.of("bank"))).isFalse();
  }

  @Test
  void service_mayWriteForOthers_andNotDelete() {
    Caller collector = Caller.of("collector", "services", Set.of("service"));

    assertThat(collector.may(Permission.POST_MEASURES, "eve:bank", NO_OWNER)).isTrue();
    assertThat(collector.may(Permission.UPDATE_RESOURCE, "eve:bank", NO_OWNER)).isTrue();
    assertThat(collector.may(Permission.DELETE_RESOURCE, "eve:bank", NO_OWNER)).isFalse();
    assertThat(collector.may(Permission.GET_STATUS)).isFalse();
  }

  @Test
  void whatAProtocolCreated_isForAllToRead() {
    assertThat(ALICE.may(Permission.GET_MEASURES, null, NO_OWNER)).isTrue();
    assertThat(ALICE.sees(Permission.LIST_METRIC, null, NO_OWNER)).isTrue();
    assertThat(ALICE.may(Permission.POST_MEASURES, null, NO_OWNER)).isFalse();
    assertThat(ALICE.may(Permission.DELETE_METRIC, null, NO_OWNER)).isFalse();
  }

  @Test
  void sees_onlyWhatIsPermitted_whereThereAreProjects() {
    assertThat(ALICE.sees(Permission.LIST_METRIC, "eve:bank", NO_OWNER)).isFalse();
    assertThat(ALICE.sees(Permission.LIST_METRIC, "eve:bank", Optional.of("shop"))).isTrue();
    assertThat(Caller.of("bob").sees(Permission.LIST_METRIC, "eve", NO_OWNER)).isTrue();
  }
}
