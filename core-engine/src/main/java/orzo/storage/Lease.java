package orzo.storage;

/**
 * The right to process a sack and to write its splits.
 *
 * @param sack which sack
 * @param node who holds it
 * @param epoch grows with every change of hands, so that a holder that slept cannot write
 */
public record Lease(int sack, String node, long epoch) {}
