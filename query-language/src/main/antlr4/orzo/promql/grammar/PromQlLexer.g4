/*
 * The words of PromQL, as Prometheus 3.14 splits a query (its promql/parser/lex.go).
 *
 * Every character of every input becomes a token: what PromQL has no word for becomes UNKNOWN or UNTERMINATED, so that
 * one place, SyntaxErrors, words all complaints. Keywords are taken in any case; units of durations are not.
 */
lexer grammar PromQlLexer;

options { caseInsensitive = true; }

tokens { IDENTIFIER, NUMBER, STRING, UNTERMINATED, UNKNOWN, COMMA, COLON, EQUALS, NOT_EQUAL, MATCHES, NOT_MATCHES, RIGHT_BRACE }

// Operators.
AND : 'and';
OR : 'or';
UNLESS : 'unless';
ATAN2 : 'atan2';
ADD : '+';
SUB : '-';
MUL : '*';
DIV : '/';
MOD : '%';
POW : '^';
EQUAL : '==';
BANG_EQUAL : '!=' -> type(NOT_EQUAL);
LESS_OR_EQUAL : '<=';
LESS : '<';
GREATER_OR_EQUAL : '>=';
GREATER : '>';
TRIM_UPPER : '</';
TRIM_LOWER : '>/';

// Aggregation operators.
SUM : 'sum';
AVG : 'avg';
COUNT : 'count';
MIN : 'min';
MAX : 'max';
GROUP : 'group';
STDDEV : 'stddev';
STDVAR : 'stdvar';
TOPK : 'topk';
BOTTOMK : 'bottomk';
COUNT_VALUES : 'count_values';
QUANTILE : 'quantile';
LIMITK : 'limitk';
LIMIT_RATIO : 'limit_ratio';

// Modifiers.
OFFSET : 'offset';
ANCHORED : 'anchored';
SMOOTHED : 'smoothed';
BY : 'by';
WITHOUT : 'without';
ON : 'on';
IGNORING : 'ignoring';
GROUP_LEFT : 'group_left';
GROUP_RIGHT : 'group_right';
// With the parenthesis after it, for that always begins a list of labels: "group_left (a) - b" has no operand "(a)".
GROUP_LEFT_LABELS : 'group_left' Gap '(';
GROUP_RIGHT_LABELS : 'group_right' Gap '(';
FILL : 'fill';
FILL_LEFT : 'fill_left';
FILL_RIGHT : 'fill_right';
BOOL : 'bool';

// Names of times and durations; functions too.
START : 'start';
END : 'end';
STEP : 'step';
RANGE : 'range';
MAX_OF : 'max_of';
MIN_OF : 'min_of';

LEFT_PAREN : '(';
RIGHT_PAREN : ')';
LEFT_BRACE : '{' -> pushMode(BRACES);
LEFT_BRACKET : '[' -> pushMode(BRACKETS);
RIGHT_BRACKET : ']';
AT : '@';

DEFAULT_RIGHT_BRACE : '}' -> type(RIGHT_BRACE);
DEFAULT_COMMA : ',' -> type(COMMA);
DEFAULT_EQUALS : '=' -> type(EQUALS);
DEFAULT_MATCHES : '=~' -> type(MATCHES);
DEFAULT_NOT_MATCHES : '!~' -> type(NOT_MATCHES);

DEFAULT_SPECIAL_NUMBER : ( 'inf' | 'nan' ) -> type(NUMBER);
DEFAULT_NUMBER : Numeral -> type(NUMBER);
DEFAULT_IDENTIFIER : Letter Word* -> type(IDENTIFIER);
METRIC_IDENTIFIER : ( Letter | ':' ) ( Word | ':' )*;
DEFAULT_STRING : Quoted -> type(STRING);
DEFAULT_UNTERMINATED : Unclosed -> type(UNTERMINATED);
DEFAULT_COMMENT : Comment -> skip;
DEFAULT_SPACE : Space -> skip;
DEFAULT_UNKNOWN : . -> type(UNKNOWN);

// Inside {...} nothing is a keyword.
mode BRACES;

BRACES_RIGHT_BRACE : '}' -> type(RIGHT_BRACE), popMode;
BRACES_LEFT_BRACE : '{' -> type(LEFT_BRACE);
BRACES_COMMA : ',' -> type(COMMA);
BRACES_EQUALS : '=' -> type(EQUALS);
BRACES_NOT_EQUAL : '!=' -> type(NOT_EQUAL);
BRACES_MATCHES : '=~' -> type(MATCHES);
BRACES_NOT_MATCHES : '!~' -> type(NOT_MATCHES);
BRACES_NUMBER : Numeral -> type(NUMBER);
BRACES_IDENTIFIER : Letter Word* -> type(IDENTIFIER);
BRACES_STRING : Quoted -> type(STRING);
BRACES_UNTERMINATED : Unclosed -> type(UNTERMINATED);
BRACES_COMMENT : Comment -> skip;
BRACES_SPACE : Space -> skip;
BRACES_UNKNOWN : . -> type(UNKNOWN);

// Inside [...] stand durations, and the colon is no letter.
mode BRACKETS;

BRACKETS_RIGHT_BRACKET : ']' -> type(RIGHT_BRACKET), popMode;
BRACKETS_LEFT_BRACKET : '[' -> type(LEFT_BRACKET);
BRACKETS_LEFT_PAREN : '(' -> type(LEFT_PAREN);
BRACKETS_RIGHT_PAREN : ')' -> type(RIGHT_PAREN);
BRACKETS_COLON : ':' -> type(COLON);
BRACKETS_COMMA : ',' -> type(COMMA);
BRACKETS_ADD : '+' -> type(ADD);
BRACKETS_SUB : '-' -> type(SUB);
BRACKETS_MUL : '*' -> type(MUL);
BRACKETS_DIV : '/' -> type(DIV);
BRACKETS_MOD : '%' -> type(MOD);
BRACKETS_POW : '^' -> type(POW);
BRACKETS_STEP : 'step' -> type(STEP);
BRACKETS_RANGE : 'range' -> type(RANGE);
BRACKETS_MAX_OF : 'max_of' -> type(MAX_OF);
BRACKETS_MIN_OF : 'min_of' -> type(MIN_OF);
BRACKETS_MAX : 'max' -> type(MAX);
BRACKETS_MIN : 'min' -> type(MIN);
BRACKETS_NUMBER : Numeral -> type(NUMBER);
BRACKETS_IDENTIFIER : Letter Word* -> type(IDENTIFIER);
BRACKETS_STRING : Quoted -> type(STRING);
BRACKETS_UNTERMINATED : Unclosed -> type(UNTERMINATED);
BRACKETS_COMMENT : Comment -> skip;
BRACKETS_SPACE : Space -> skip;
BRACKETS_UNKNOWN : . -> type(UNKNOWN);

fragment Letter : [a-z_];
fragment Digit : [0-9];
fragment Word : [a-z_0-9];

// A number or a duration, with whatever letters hang on it: Literals says what is wrong with "5x" better than a split
// into "5" and "x" would. The sign of an exponent belongs to a decimal number only: 0x1e+1 is a sum.
fragment Numeral : ( Digit ( Digit | '_' )* ( '.' ( Digit | '_' )* )? | '.' Digit ( Digit | '_' )* ) ( 'e' [+-]? Digit+ )? ( Word | '.' )*;

// An escape sequence is any two characters here; Literals checks them.
fragment Quoted
  : '"' ( '\\' ~[\n] | ~["\\\n] )* '"'
  | '\'' ( '\\' ~[\n] | ~['\\\n] )* '\''
  | '`' ~[`]* '`'
  ;
fragment Unclosed
  : '"' ( '\\' ~[\n] | ~["\\\n] )* '\\'?
  | '\'' ( '\\' ~[\n] | ~['\\\n] )* '\\'?
  | '`' ~[`]*
  ;
fragment Comment : '#' ~[\r\n]*;
// Comments here end with their line: else a parenthesis inside one would do.
fragment Gap : ( Space | Comment [\r\n] )*;
fragment Space : [ \t\r\n]+;
