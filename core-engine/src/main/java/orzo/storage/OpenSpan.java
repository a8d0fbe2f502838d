package orzo.storage;

import java.util.BitSet;

/**
 * The open raw splits of one span: those with samples that their aggregates do not have.
 *
 * @param startMillis the span's start, epoch milliseconds
 * @param series the series' integers in their sack, at least one
 */
public record OpenSpan(long startMillis, BitSet series) {}
