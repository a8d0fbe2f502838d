/*
 * The grammar of PromQL, as Prometheus 3.14 reads a query (its promql/parser/generated_parser.y).
 *
 * Only the form is decided here. What a form means, and which forms are senseless ("1 offset 5m"), is decided where the
 * syntax tree is built (SyntaxTreeBuilder) and where its types are checked (TypeChecker).
 *
 * Every choice is made by looking two tokens ahead at most. A choice that needed more could be made to look at the rest
 * of the query, again and again, and to fill the parser's caches for good; a test watches over it.
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

labels : LEFT_PAREN labelList;

// From after the opening parenthesis, which GROUP_LEFT_LABELS contains, to the closing one.
labelList : ( labelName ( COMMA labelName )* COMMA? )? RIGHT_PAREN;

// Between two operands.

binaryModifiers : BOOL? matching? fill?;

matching : ( ON | IGNORING ) labels group?;

group
  : ( GROUP_LEFT | GROUP_RIGHT )
  | ( GROUP_LEFT_LABELS | GROUP_RIGHT_LABELS ) labelList
  ;

fill
  : FILL both = fillValue
  | FILL_LEFT left = fillValue ( FILL_RIGHT right = fillValue )?
  | FILL_RIGHT right = fillValue ( FILL_LEFT left = fillValue )?
  ;

fillValue : LEFT_PAREN sign = ( ADD | SUB )? NUMBER RIGHT_PAREN;

// Durations, with the precedences of expressions.

duration
  : <assoc = right> duration operator = POW duration # ArithmeticDuration
  | sign = ( ADD | SUB ) duration # SignedDuration
  | duration operator = ( MUL | DIV | MOD ) duration # ArithmeticDuration
  | duration operator = ( ADD | SUB ) duration # ArithmeticDuration
  | durationValue # ValueDuration
  | LEFT_PAREN duration RIGHT_PAREN # ParenDuration
  ;

durationValue
  : NUMBER # LiteralDuration
  | STEP LEFT_PAREN RIGHT_PAREN # StepDuration
  | RANGE LEFT_PAREN RIGHT_PAREN # RangeDuration
  | name = ( MAX_OF | MIN_OF | MAX | MIN ) LEFT_PAREN duration COMMA duration RIGHT_PAREN # ExtremeDuration
  ;

// What follows is no more part of the offset: "x offset 5m + 1" is "(x offset 5m) + 1".
offset : signs += ( ADD | SUB )* ( durationValue | LEFT_PAREN duration RIGHT_PAREN );

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
