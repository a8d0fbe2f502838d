package orzo.http.access;

import static orzo.http.access.Permission.Grant.ADMIN;
import static orzo.http.access.Permission.Grant.ANYONE;
import static orzo.http.access.Permission.Grant.CREATOR;
import static orzo.http.access.Permission.Grant.OWNER;
import static orzo.http.access.Permission.Grant.SERVICE;

/** What can be done, and who may do it: Gnocchi's default policy. */
public enum Permission {
  /** Create a resource. */
  CREATE_RESOURCE(ANYONE),
  /** See a resource or its history. */
  GET_RESOURCE(ADMIN, CREATOR, OWNER),
  /** Change a resource, or add metrics to it. */
  UPDATE_RESOURCE(ADMIN, SERVICE, CREATOR),
  /** Delete a resource. */
  DELETE_RESOURCE(ADMIN, CREATOR),
  /** Delete the resources that a filter finds. */
  DELETE_RESOURCES(ADMIN, CREATOR),
  /** Find a resource in a list. */
  LIST_RESOURCE(ADMIN, CREATOR, OWNER),
  /** Find a resource in a search. */
  SEARCH_RESOURCE(ADMIN, SERVICE, CREATOR, OWNER),
  /** Create a resource type. */
  CREATE_RESOURCE_TYPE(ADMIN, SERVICE),
  /** See a resource type. */
  GET_RESOURCE_TYPE(ANYONE),
  /** Change a resource type. */
  UPDATE_RESOURCE_TYPE(ADMIN, SERVICE),
  /** Delete a resource type. */
  DELETE_RESOURCE_TYPE(ADMIN),
  /** List the resource types. */
  LIST_RESOURCE_TYPE(ANYONE),
  /** Create an archive policy. */
  CREATE_ARCHIVE_POLICY(ADMIN, SERVICE),
  /** See an archive policy, or all. */
  GET_ARCHIVE_POLICY(ANYONE),
  /** Change an archive policy. */
  UPDATE_ARCHIVE_POLICY(ADMIN),
  /** Delete an archive policy. */
  DELETE_ARCHIVE_POLICY(ADMIN),
  /** Create, rename or delete an archive policy rule. */
  CHANGE_ARCHIVE_POLICY_RULE(ADMIN),
  /** See an archive policy rule, or all. */
  GET_ARCHIVE_POLICY_RULE(ANYONE),
  /** Create a metric. */
  CREATE_METRIC(ANYONE),
  /** See a metric. */
  GET_METRIC(ADMIN, SERVICE, CREATOR, OWNER),
  /** Delete a metric. */
  DELETE_METRIC(ADMIN, CREATOR),
  /** Find a metric in a list. */
  LIST_METRIC(ADMIN, CREATOR, OWNER),
  /** Find a metric by its values. */
  SEARCH_METRIC(ADMIN, CREATOR, OWNER),
  /** Write measures. */
  POST_MEASURES(ADMIN, SERVICE, CREATOR),
  /** Read measures. */
  GET_MEASURES(ADMIN, SERVICE, CREATOR, OWNER),
  /** See how far processing is. */
  GET_STATUS(ADMIN);

  /** A reason for which something is allowed. */
  enum Grant {
    /** It is to everybody. */
    ANYONE,
    /** The caller has the role {@code admin}. */
    ADMIN,
    /** The caller has the role {@code service}. */
    SERVICE,
    /** The caller, or somebody of the same project, created it. */
    CREATOR,
    /** It belongs to the caller's project. */
    OWNER
  }

  private final int grants; // a bit for each

  Permission(Grant first, Grant... others) {
    int bits = 1 << first.ordinal();
    for (Grant other : others) {
      bits |= 1 << other.ordinal();
    }
    grants = bits;
  }

  /** Whether nothing is changed. */
  boolean isReading() {
    return switch (this) {
      case GET_RESOURCE, LIST_RESOURCE, SEARCH_RESOURCE -> true;
      case GET_RESOURCE_TYPE, LIST_RESOURCE_TYPE -> true;
      case GET_ARCHIVE_POLICY, GET_ARCHIVE_POLICY_RULE, GET_STATUS -> true;
      case GET_METRIC, LIST_METRIC, SEARCH_METRIC, GET_MEASURES -> true;
      case CREATE_RESOURCE, UPDATE_RESOURCE, DELETE_RESOURCE, DELETE_RESOURCES -> false;
      case CREATE_RESOURCE_TYPE, UPDATE_RESOURCE_TYPE, DELETE_RESOURCE_TYPE -> false;
      case CREATE_ARCHIVE_POLICY, UPDATE_ARCHIVE_POLICY, DELETE_ARCHIVE_POLICY -> false;
      case CHANGE_ARCHIVE_POLICY_RULE -> false;
      case CREATE_METRIC, DELETE_METRIC, POST_MEASURES -> false;
    };
  }

  boolean has(Grant grant) {
    return (grants & 1 << grant.ordinal()) != 0;
  }
}
