package orzo.promql.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.atn.DecisionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import orzo.promql.grammar.PromQlGrammar;
import orzo.promql.grammar.PromQlLexer;

class WellFormedQueriesTest {
  static List<Queries.Case> queries() {
    return Queries.wellFormed();
  }

  @ParameterizedTest
  @MethodSource("queries")
  void parse_givesTheCanonicalForm(Queries.Case wanted) {
    assertThat(PromQlPrinter.print(PromQlParser.parse(wanted.query()))).isEqualTo(wanted.outcome());
  }

  @ParameterizedTest
  @MethodSource("queries")
  void canonicalForm_isReadToItself(Queries.Case wanted) {
    assertThat(PromQlPrinter.print(PromQlParser.parse(wanted.outcome())))
        .isEqualTo(wanted.outcome());
  }

  @Test
  void resource_isRead() {
    assertThat(queries()).hasSizeGreaterThan(270);
  }

  /** A choice that looks far ahead costs time and memory that the asker chooses. */
  @Test
  void grammar_looksTwoTokensAheadAtMost() {
    for (Queries.Case wanted : queries()) {
      PromQlGrammar parser =
          new PromQlGrammar(new CommonTokenStream(new PromQlLexer(new QueryText(wanted.query()))));
      parser.setProfile(true);
      assertThat(parser.query()).isNotNull();
      for (DecisionInfo decision : parser.getParseInfo().getDecisionInfo()) {
        assertThat(Math.max(decision.SLL_MaxLook, decision.LL_MaxLook))
            .as("%s, decision %s", wanted.query(), decision)
            .isLessThanOrEqualTo(2);
        assertThat(decision.ambiguities).as(wanted.query()).isEmpty();
      }
    }
  }
}
