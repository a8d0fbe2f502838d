package orzo.resource;

import orzo.metric.Labels;
import orzo.metric.ResourceRef;

/**
 * A resource as it was when it was asked for.
 *
 * @param ref its type and id
 * @param attributes the labels of its series that make up its id; none when the id is stated
 * @param series references of its series, in no set order; belongs to the caller
 */
public record Resource(ResourceRef ref, Labels attributes, long[] series) {}
