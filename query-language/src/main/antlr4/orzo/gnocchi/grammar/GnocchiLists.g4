/*
 * Nested lists of words in parentheses, the form in which Gnocchi's operations are written as one string:
 *
 *   (aggregate mean (metric (cpu.idle mean) (cpu.user mean)))
 *
 * Which lists are operations is decided by OperationsParser, for this form and for JSON alike. Every character becomes a
 * token, and each choice is made by looking at one.
 */
grammar GnocchiLists;

// What comes after the first list is not read; Gnocchi's own tests have a parenthesis too many there.
text : list ;

list : LEFT element* RIGHT ;

element
  : list # ListElement
  | QUOTED # QuotedElement
  | WORD # WordElement
  ;

LEFT : '(' ;
RIGHT : ')' ;

// A quote begins a quoted word only where a word begins, and only if one ends it on the same line.
QUOTED
  : '"' ( ~["\\\r\n] | '\\' ~[\r\n] )* '"'
  | '\'' ( ~['\\\r\n] | '\\' ~[\r\n] )* '\''
  ;
WORD : ~[ \t\r\n()]+ ;

BLANKS : [ \t\r\n]+ -> skip ;
