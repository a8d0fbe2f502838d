package orzo.http.gnocchi;

/** A part of the API. */
public interface GnocchiPart {
  /** Adds its routes. */
  void mount(Routes routes);
}
