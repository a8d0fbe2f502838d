package orzo.gateway;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which module and which package may know which; the modules' READMEs give the reasons. */
class ArchitectureTest {
  private static final DescribedPredicate<JavaClass> CORE_ENGINE = module("core-engine");
  private static final DescribedPredicate<JavaClass> QUERY_LANGUAGE = module("query-language");
  private static final DescribedPredicate<JavaClass> STORAGE_REDIS = module("storage-redis");
  private static final DescribedPredicate<JavaClass> PROTOCOL_ADAPTERS =
      module("protocol-adapters");
  private static final DescribedPredicate<JavaClass> GATEWAY = module("gateway");

  /** What may appear anywhere: the language, its null marks, and the logging facade. */
  private static final String[] EVERYWHERE = {
    "java.lang..",
    "java.util..",
    "java.time..",
    "java.math..",
    "java.text..",
    "org.jspecify..",
    "org.slf4j.."
  };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("orzo");

  @Test
  void modules_dependOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("orzo..")
        .layer("core-engine")
        .definedBy(CORE_ENGINE)
        .layer("query-language")
        .definedBy(QUERY_LANGUAGE)
        .layer("storage-redis")
        .definedBy(STORAGE_REDIS)
        .layer("protocol-adapters")
        .definedBy(PROTOCOL_ADAPTERS)
        .layer("gateway")
        .definedBy(GATEWAY)
        .whereLayer("core-engine")
        .mayNotAccessAnyLayer()
        .whereLayer("query-language")
        .mayOnlyAccessLayers("core-engine")
        .whereLayer("storage-redis")
        .mayOnlyAccessLayers("core-engine")
        .whereLayer("protocol-adapters")
        .mayOnlyAccessLayers("core-engine", "query-language")
        .whereLayer("gateway")
        .mayNotBeAccessedByAnyLayer()
        .ensureAllClassesAreContainedInArchitecture()
        .check(CLASSES);
  }

  @Test
  void coreEngine_knowsNoLibraryThatDoesInputOrOutput() {
    classes()
        .that(CORE_ENGINE)
        .should()
        .onlyDependOnClassesThat(
            CORE_ENGINE
                .or(
                    resideInAnyPackage(
                        concat(
                            EVERYWHERE,
                            "com.google.re2j..",
                            "com.github.benmanes.caffeine.cache..",
                            "org.roaringbitmap..",
                            "com.dynatrace.hash4j..",
                            "java.nio",
                            "java.nio.charset..",
                            "java.security")))
                .or(nameMatching("java\\.io\\.(Serializable|UncheckedIOException|IOException)"))
                .or(nameMatching("\\[.*")))
        .because("core-engine decides and computes; whoever calls it reads and writes")
        .check(CLASSES);
  }

  @Test
  void queryLanguage_readsAndWritesNothing() {
    classes()
        .that(QUERY_LANGUAGE)
        .should()
        .onlyDependOnClassesThat(
            QUERY_LANGUAGE
                .or(CORE_ENGINE)
                .or(
                    resideInAnyPackage(
                        concat(
                            EVERYWHERE,
                            "org.antlr.v4.runtime..",
                            "com.google.re2j..",
                            "com.dynatrace.hash4j..",
                            "com.github.benmanes.caffeine..",
                            "java.nio",
                            "java.nio.charset..")))
                .or(
                    nameMatching(
                        "java\\.io\\.(Serializable|UncheckedIOException|IOException|ByteArray.*Stream)"))
                .or(nameMatching("\\[.*")))
        .check(CLASSES);
  }

  @Test
  void redis_isKnownToItsModuleOnly() {
    noClasses()
        .that(resideOutsideOfPackages("orzo.redis..", "orzo.gateway.."))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.lettuce..", "orzo.redis..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("orzo.gateway..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.lettuce..")
        .because("the gateway starts storage and does not look inside")
        .check(CLASSES);
  }

  @Test
  void storageRedis_knowsNoProtocol() {
    noClasses()
        .that(STORAGE_REDIS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx..", "io.netty.handler.codec.http..", "org.xerial.snappy..")
        .check(CLASSES);
  }

  @Test
  void webLibrary_isKnownToTheWebPackagesOnly() {
    noClasses()
        .that(resideOutsideOfPackages("orzo.http..", "orzo.gateway"))
        .and()
        .haveNameNotMatching("orzo\\.remotewrite\\.RemoteWriteRoute.*")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.vertx..")
        .check(CLASSES);
  }

  @Test
  void packages_haveNoCycles() {
    slices()
        .matching("orzo.(*)..")
        .should()
        .beFreeOfCycles()
        // Every package may fail with it; it lies with the ports that state what they throw.
        .ignoreDependency(
            alwaysTrue(), nameMatching("orzo\\.storage\\.(GatewayException|Kind)(\\$.*)?"))
        .check(CLASSES);
  }

  /** The classes of a module, told by where they were loaded from. */
  private static DescribedPredicate<JavaClass> module(String name) {
    Pattern place = Pattern.compile("/" + name + "(/target/classes/|-[0-9][^/]*\\.jar!)");
    return DescribedPredicate.describe(
        "classes of " + name,
        type ->
            type.getBaseComponentType().getSource().stream()
                .anyMatch(source -> place.matcher(source.getUri().toString()).find()));
  }

  private static String[] concat(String[] first, String... second) {
    return Stream.of(first, second).flatMap(Stream::of).toArray(String[]::new);
  }
}
