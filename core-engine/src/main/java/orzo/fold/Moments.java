package orzo.fold;

import static orzo.fold.AggregateRows.NONE;
import static orzo.fold.AggregateRows.isNone;

/**
 * What is known of a growing set of numbers, some of which come as sums and extremes of many. What
 * was {@link AggregateRows#NONE} once stays so.
 */
final class Moments {
  private static final int SUM = 1;
  private static final int MIN = 2;
  private static final int MAX = 4;
  private static final int SECOND_MOMENT = 8;
  private static final int FIRST = 16;
  private static final int LAST = 32;

  private long count;
  private double sum;
  private double compensation;
  private double min;
  private double max;
  private double secondMoment;
  private double first;
  private double last;
  private int unknown;

  void clear() {
    count = 0;
    sum = 0;
    compensation = 0;
    secondMoment = 0;
    unknown = 0;
  }

  void add(double value) {
    add(1, value, value, value, 0, value, value);
  }

  /** Adds {@code number} numbers, which is more than 0, behind the others. */
  void add(
      long number,
      double itsSum,
      double itsMin,
      double itsMax,
      double itsSecondMoment,
      double itsFirst,
      double itsLast) {
    unknown |=
        (isNone(itsSum) ? SUM | SECOND_MOMENT : 0)
            | (isNone(itsMin) ? MIN : 0)
            | (isNone(itsMax) ? MAX : 0)
            | (isNone(itsSecondMoment) ? SECOND_MOMENT : 0)
            | (isNone(itsLast) ? LAST : 0);
    if (count == 0) {
      min = itsMin;
      max = itsMax;
      first = itsFirst;
      unknown |= isNone(itsFirst) ? FIRST : 0;
      secondMoment = itsSecondMoment;
    } else {
      min = itsMin < min || Double.isNaN(min) ? itsMin : min;
      max = itsMax > max || Double.isNaN(max) ? itsMax : max;
      // Chan, Golub, LeVeque: Updating formulae and a pairwise algorithm for sample variances.
      double delta = itsSum / number - (sum + compensation) / count;
      double weight = (double) count * number / (count + number);
      secondMoment += itsSecondMoment + delta * delta * weight;
    }
    last = itsLast;
    // Neumaier's variant of Kahan's summation.
    double total = sum + itsSum;
    compensation += Math.abs(sum) >= Math.abs(itsSum) ? sum - total + itsSum : itsSum - total + sum;
    sum = total;
    count += number;
  }

  /** Corrects the ends, where numbers were added that do not lie behind the others. */
  void setEnds(double first, double last) {
    unknown &= ~(FIRST | LAST);
    unknown |= (isNone(first) ? FIRST : 0) | (isNone(last) ? LAST : 0);
    this.first = first;
    this.last = last;
  }

  void forgetSums() {
    unknown |= SUM | MIN | MAX | SECOND_MOMENT | LAST | (count == 0 ? FIRST : 0);
  }

  private double known(int what, double value) {
    return count == 0 || (unknown & what) != 0 ? NONE : value;
  }

  long count() {
    return count;
  }

  double sum() {
    return known(SUM, Double.isFinite(sum) ? sum + compensation : sum);
  }

  double mean() {
    return known(SUM, sum() / count);
  }

  double min() {
    return known(MIN, min);
  }

  double max() {
    return known(MAX, max);
  }

  double first() {
    return known(FIRST, first);
  }

  double last() {
    return known(LAST, last);
  }

  double secondMoment() {
    // No mean, no distance from it: infinities leave nothing else.
    return known(SECOND_MOMENT, Double.isFinite(sum) ? secondMoment : Double.NaN);
  }

  /** The standard deviation of a sample. */
  double deviation() {
    return count < 2 ? NONE : known(SECOND_MOMENT, Math.sqrt(secondMoment() / (count - 1)));
  }
}
