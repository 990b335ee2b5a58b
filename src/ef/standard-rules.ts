/**
 * The access rules that the files of a card commonly have: nine records of an EF_ARR.
 *
 *     1  read always                        5  read PIN1, update PIN2
 *     2  read PIN1                          6  everything ADM1
 *     3  read and update PIN1               7  read always, the rest never
 *     4  read always, update PIN1           8  read, update and INCREASE PIN1
 *     9  administration of directories ADM1
 *
 * What a record does not give to another is for ADM1. What it does not name, nobody may do.
 *
 * @see ETSI TS 102 221 §9.2.4, §13.4
 * @module
 */

/** The records, hex, in their order and without filler. */
export const STANDARD_RULES: readonly string[] = [
  '800101900080011AA40683010A950108',
  '800101A40683010195010880011AA40683010A950108',
  '800103A406830101950108800118A40683010A950108',
  '8001019000800102A406830101950108800118A40683010A950108',
  '800101A406830101950108800102A406830181950108800118A40683010A950108',
  '80011BA40683010A950108',
  '800101900080011A9700',
  '800101A406830101950108800102A406830101950108840132A406830101950108800118A40683010A950108',
  '80015FA40683010A950108',
];

/** What a standard rule lets do with an EF; the number is its record. */
export const RULE = {
  readAlways: 1,
  readPin1: 2,
  usePin1: 3,
  readAlwaysUpdatePin1: 4,
  readPin1UpdatePin2: 5,
  adm1: 6,
  readAlwaysUpdateNever: 7,
  increasePin1: 8,
  directory: 9,
} as const;
