/*
 * The string form of Gnocchi's searches:
 *
 *   host like "web-%" and (ended_at = null or not id in [a9, "b 7"])
 *
 * Only the form is decided here; what attributes there are, and what they compare with, is for those who know the
 * resource type. Each choice is made by looking at one token.
 */
grammar SearchText;

search : condition EOF ;

condition
  : NOT condition # NotCondition
  | condition operator = ( AND | ALL ) condition # AndCondition
  | condition operator = ( OR | ANY ) condition # OrCondition
  | LEFT condition RIGHT # ParenCondition
  | attribute operator = ( COMPARE | IN | LIKE ) value # Comparison
  ;

attribute : IDENTIFIER | ID | QUOTED ;

value
  : NULL # NullValue
  | ( TRUE | FALSE ) # BoolValue
  | NUMBER # NumberValue
  | ( IDENTIFIER | ID ) # WordValue
  | QUOTED # QuotedValue
  | BEGIN ( value ( COMMA value )* )? END # ListValue
  ;

NOT : 'not' ;
AND : 'and' ;
ALL : '∧' ;
OR : 'or' ;
ANY : '∨' ;
IN : 'in' ;
LIKE : 'like' ;
NULL : 'None' | 'none' | 'null' ;
TRUE : 'True' | 'true' ;
FALSE : 'False' | 'false' ;

// Gnocchi reads "==" here as "=" and something that is no value, so that "==" is an error in this form.
COMPARE : '>=' | '<=' | '!=' | '>' | '<' | '=' | '≠' | '≥' | '≤' | 'eq' | 'ne' | 'lt' | 'gt' | 'ge' | 'le' ;

LEFT : '(' ;
RIGHT : ')' ;
BEGIN : '[' ;
END : ']' ;
COMMA : ',' ;

// A UUID may do without its hyphens.
ID : HEX4 HEX4 '-'? HEX4 '-'? HEX4 '-'? HEX4 '-'? HEX4 HEX4 HEX4 ;
NUMBER : [+-]? [0-9]+ ( '.' [0-9]* )? ( [eE] [+-]? [0-9]+ )? ;
IDENTIFIER : [a-zA-Z] [a-zA-Z0-9_]* ;
QUOTED : '"' ~["\r\n]* '"' | '\'' ~['\r\n]* '\'' ;

BLANKS : [ \t\r\n]+ -> skip ;
OTHER : . ;

fragment HEX4 : [0-9a-fA-F] [0-9a-fA-F] [0-9a-fA-F] [0-9a-fA-F] ;
