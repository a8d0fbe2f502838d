package orzo.inventory;

import orzo.book.Books;
import orzo.index.SeriesIndex;
import orzo.metric.Tenant;

/** The resources of all tenants, whether somebody created them or a protocol tells of them. */
public final class Inventory {
  private final Books books;
  private final SeriesIndex index;
  private final Runnable catchUp;

  /**
   * Creates it.
   *
   * @param catchUp brings the index up to all that this node registered; may block
   */
  public Inventory(Books books, SeriesIndex index, Runnable catchUp) {
    this.books = books;
    this.index = index;
    this.catchUp = catchUp;
  }

  /**
   * What a tenant has, with all that was created or changed before the call, and all that protocols
   * told this node of; blocks.
   */
  public Stock current(Tenant tenant) {
    catchUp.run();
    return new Stock(books.current(tenant), index);
  }

  /** What a tenant has as far as this node knows. */
  public Stock known(Tenant tenant) {
    return new Stock(books.known(tenant), index);
  }

  /** Where what was created is kept, and changed. */
  public Books books() {
    return books;
  }
}
