/*
 * The grammar of PromQL, as Prometheus 3.14 reads a query (its promql/parser/generated_parser.y).
 *
 * Only the form is decided here. What a form means, and which forms are senseless ("1 offset 5m"), is decided where the
 * syntax tree is built (SyntaxTreeBuilder) and where its types are checked (TypeChecker).
 */
parser grammar PromQlGrammar;

options { tokenVocab = PromQlLexer; }

query : expression EOF;

selector : vectorSelector EOF;

// From the tightest operator to the loosest. A sign is as loose as a multiplication: -1 ^ 2 is -(1 ^ 2).
expression
  : expression LEFT_BRACKET range = duration ( colon = COLON step = duration? )? RIGHT_BRACKET # RangeExpression
  | expression OFFSET offset # OffsetExpression
  | expression AT timestamp # AtExpression
  | expression extension = ( ANCHORED | SMOOTHED ) # ExtensionExpression
  | <assoc = right> expression operator = POW binaryModifiers expression # BinaryExpression
  | sign = ( ADD | SUB ) expression # UnaryExpression
  | expression operator = ( MUL | DIV | MOD | ATAN2 ) binaryModifiers expression # BinaryExpression
  | expression operator = ( ADD | SUB ) binaryModifiers expression # BinaryExpression
  | expression
    operator = ( EQUAL | NOT_EQUAL | LESS | LESS_OR_EQUAL | GREATER | GREATER_OR_EQUAL | TRIM_UPPER | TRIM_LOWER )
    binaryModifiers expression # BinaryExpression
  | expression operator = ( AND | UNLESS ) binaryModifiers expression # BinaryExpression
  | expression operator = OR binaryModifiers expression # BinaryExpression
  | aggregateOperator ( grouping arguments | arguments grouping? ) # AggregateExpression
  | functionName arguments # CallExpression
  | LEFT_PAREN expression RIGHT_PAREN # ParenExpression
  | vectorSelector # SelectorExpression
  | NUMBER # NumberExpression
  | STRING # StringExpression
  ;

// Selectors.

vectorSelector : metricName matchers? | matchers;

matchers : LEFT_BRACE ( matcher ( COMMA matcher )* COMMA? )? RIGHT_BRACE;

// A string alone is the metric's name.
matcher
  : name = ( IDENTIFIER | STRING ) matcherOperator STRING # LabelMatcher
  | STRING # NameMatcher
  ;

matcherOperator : EQUALS | NOT_EQUAL | MATCHES | NOT_MATCHES;

timestamp
  : sign = ( ADD | SUB )? NUMBER # NumberTimestamp
  | boundary = ( START | END ) LEFT_PAREN RIGHT_PAREN # BoundaryTimestamp
  ;

// Calls and aggregations.

arguments : LEFT_PAREN ( expression ( COMMA expression )* )? RIGHT_PAREN;

grouping : ( BY | WITHOUT ) labels;

labels : LEFT_PAREN ( labelName ( COMMA labelName )* COMMA? )? RIGHT_PAREN;

// Between two operands.

binaryModifiers : BOOL? matching? fill?;

matching : ( ON | IGNORING ) on = labels ( group = ( GROUP_LEFT | GROUP_RIGHT ) include = labels? )?;

fill
  : FILL both = fillValue
  | FILL_LEFT left = fillValue ( FILL_RIGHT right = fillValue )?
  | FILL_RIGHT right = fillValue ( FILL_LEFT left = fillValue )?
  ;

fillValue : LEFT_PAREN sign = ( ADD | SUB )? NUMBER RIGHT_PAREN;

// Durations. One rule per precedence, because an offset begins in the middle of them.

duration : durationTerm ( durationSumOperator durationTerm )*;

durationTerm : durationFactor ( durationProductOperator durationFactor )*;

durationFactor : signs += ( ADD | SUB )* durationPower;

durationPower : durationAtom ( POW durationFactor )?;

durationAtom
  : durationValue # ValueDuration
  | LEFT_PAREN duration RIGHT_PAREN # ParenDuration
  ;

durationValue
  : NUMBER # LiteralDuration
  | STEP LEFT_PAREN RIGHT_PAREN # StepDuration
  | RANGE LEFT_PAREN RIGHT_PAREN # RangeDuration
  | name = ( MAX_OF | MIN_OF | MAX | MIN ) LEFT_PAREN duration COMMA duration RIGHT_PAREN # ExtremeDuration
  ;

durationSumOperator : ADD | SUB;

durationProductOperator : MUL | DIV | MOD;

// What follows a value, signed or not, or a signed parenthesis, is no more part of the offset: "x offset 5m + 1" is
// "(x offset 5m) + 1". An operator after an unsigned parenthesis goes on with the duration: "x offset (5m) + 1" looks
// back 301 seconds. Prometheus reads both so.
offset
  : signs += ( ADD | SUB )* durationValue # ValueOffset
  | signs += ( ADD | SUB )+ LEFT_PAREN duration RIGHT_PAREN # SignedOffset
  | offsetTerm ( durationSumOperator durationTerm )* # ComputedOffset
  ;

offsetTerm : offsetPower ( durationProductOperator durationFactor )*;

offsetPower : LEFT_PAREN duration RIGHT_PAREN ( POW durationFactor )?;

// Names: which keywords may stand for a name differs from place to place.

metricName
  : IDENTIFIER | METRIC_IDENTIFIER | aggregateOperator | AND | OR | UNLESS | OFFSET | ANCHORED | SMOOTHED | BY
  | WITHOUT | FILL | FILL_LEFT | FILL_RIGHT | START | END | STEP | RANGE | MAX_OF | MIN_OF
  ;

labelName
  : IDENTIFIER | METRIC_IDENTIFIER | aggregateOperator | AND | OR | UNLESS | ATAN2 | OFFSET | ANCHORED | SMOOTHED | BY
  | ON | IGNORING | GROUP_LEFT | GROUP_RIGHT | FILL | FILL_LEFT | FILL_RIGHT | BOOL | START | END | STEP | RANGE
  | MAX_OF | MIN_OF | STRING
  ;

functionName : IDENTIFIER | START | END | STEP | RANGE | MAX_OF | MIN_OF;

aggregateOperator
  : SUM | AVG | COUNT | MIN | MAX | GROUP | STDDEV | STDVAR | TOPK | BOTTOMK | COUNT_VALUES | QUANTILE | LIMITK
  | LIMIT_RATIO
  ;
