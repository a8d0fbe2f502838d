package orzo.promql.exec;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import orzo.metric.Tenant;
import orzo.promql.syntax.PromQlFeature;
import orzo.query.SourceResolution;
import orzo.read.SeriesReader;

/**
 * What all parts of one evaluation share.
 *
 * @param startMillis the first time of the query
 * @param endMillis the last time of the query as asked for, which may lie off the grid
 * @param stepMillis the step of the query, 0 for an instant query
 * @param lookbackMillis how far back an instant selector looks
 * @param defaultStepMillis the step of a subquery that names none
 * @param features what of evaluation is on that can be switched off
 * @param resolution how coarse the data may be
 * @param scans where scans are noted, if the query is to be explained
 * @param counts where samples are counted, if statistics are wanted
 */
record QueryContext(
    Tenant tenant,
    SeriesReader reader,
    QueryBudget budget,
    Annotations annotations,
    long startMillis,
    long endMillis,
    long stepMillis,
    long lookbackMillis,
    long defaultStepMillis,
    Set<PromQlFeature> features,
    SourceResolution resolution,
    @Nullable ScanRecord scans,
    @Nullable SampleCounts counts) {}
