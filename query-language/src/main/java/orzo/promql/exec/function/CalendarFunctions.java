package orzo.promql.exec.function;

/**
 * Parts of the UTC date of a number of seconds since 1970, fractions cut off. NaN for what is no
 * number of seconds in 64 bits.
 *
 * <p>Years are counted from March, so that a leap day is the last of its year, in eras of 400
 * years, which all have the same number of days; proleptic Gregorian calendar.
 */
final class CalendarFunctions {
  private static final long SECONDS_PER_DAY = 86_400;
  private static final long DAYS_PER_ERA = 146_097;
  private static final long DAYS_TO_EPOCH = 719_468; // from 1 March of year 0 to 1 January 1970

  private CalendarFunctions() {}

  static double minute(double seconds) {
    if (!isTime(seconds)) {
      return Double.NaN;
    }
    long minute = Math.floorMod((long) seconds, 3600L) / 60;
    return minute;
  }

  static double hour(double seconds) {
    if (!isTime(seconds)) {
      return Double.NaN;
    }
    long hour = Math.floorMod((long) seconds, SECONDS_PER_DAY) / 3600;
    return hour;
  }

  static double dayOfWeek(double seconds) {
    // 1 January 1970 was a Thursday; Sunday is 0.
    return isTime(seconds) ? Math.floorMod(epochDay(seconds) + 4, 7L) : Double.NaN;
  }

  static double dayOfMonth(double seconds) {
    return isTime(seconds) ? dayOfMonth(dayOfMarchYear(epochDay(seconds))) : Double.NaN;
  }

  static double dayOfYear(double seconds) {
    if (!isTime(seconds)) {
      return Double.NaN;
    }
    long day = epochDay(seconds);
    long ofMarchYear = dayOfMarchYear(day);
    // January and February, the last 31 + 28 (or 29) days of a March year, begin the next one.
    return ofMarchYear >= 306 ? ofMarchYear - 305 : ofMarchYear + (isLeap(year(day)) ? 61 : 60);
  }

  static double daysInMonth(double seconds) {
    if (!isTime(seconds)) {
      return Double.NaN;
    }
    long day = epochDay(seconds);
    return switch ((int) month(dayOfMarchYear(day))) {
      case 2 -> isLeap(year(day)) ? 29 : 28;
      case 4, 6, 9, 11 -> 30;
      default -> 31;
    };
  }

  static double month(double seconds) {
    return isTime(seconds) ? month(dayOfMarchYear(epochDay(seconds))) : Double.NaN;
  }

  static double year(double seconds) {
    return isTime(seconds) ? year(epochDay(seconds)) : Double.NaN;
  }

  private static boolean isTime(double seconds) {
    return Math.abs(seconds) < 0x1p63;
  }

  private static long epochDay(double seconds) {
    return Math.floorDiv((long) seconds, SECONDS_PER_DAY);
  }

  private static long dayOfEra(long epochDay) {
    return Math.floorMod(epochDay + DAYS_TO_EPOCH, DAYS_PER_ERA);
  }

  /** The year of the era, from 0, whose first day is 1 March. */
  private static long marchYearOfEra(long dayOfEra) {
    return (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
  }

  /** The day, from 0, of the year that began on 1 March. */
  private static long dayOfMarchYear(long epochDay) {
    long day = dayOfEra(epochDay);
    long year = marchYearOfEra(day);
    return day - (365 * year + year / 4 - year / 100);
  }

  /** The month from 0 for March; five months have 153 days, whichever of the year's three fives. */
  private static long marchMonth(long dayOfMarchYear) {
    return (5 * dayOfMarchYear + 2) / 153;
  }

  private static double dayOfMonth(long dayOfMarchYear) {
    return dayOfMarchYear - (153 * marchMonth(dayOfMarchYear) + 2) / 5 + 1;
  }

  private static double month(long dayOfMarchYear) {
    long month = marchMonth(dayOfMarchYear);
    return month < 10 ? month + 3 : month - 9;
  }

  private static long year(long epochDay) {
    long era = Math.floorDiv(epochDay + DAYS_TO_EPOCH, DAYS_PER_ERA);
    long year = marchYearOfEra(dayOfEra(epochDay)) + era * 400;
    return dayOfMarchYear(epochDay) >= 306 ? year + 1 : year;
  }

  private static boolean isLeap(long year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  }
}
