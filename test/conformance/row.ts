/**
 * One row of the suite: what is sent to a card, and which answers are right.
 *
 *     '6A82'       these octets
 *     '61..'       '..' is one octet, whichever
 *     '62...9000'  '...' is any number of octets
 *
 * A row begins with a card that was just made and reset. Where documents or cards differ, `expect`
 * is a list. The letter of an identifier says what a row is about: transport (T), class and
 * instruction (E), selection (S), reading and updating (R), PIN (P), authentication and
 * administration (A), toolkit (C), class A0 (G), habits of programs (H).
 *
 * @see ETSI TS 102 221 §10, §11
 * @module
 */

/** What an answer may be. */
export type Expected = string | readonly string[];

/** One exchange. */
export type Step =
  /** A C-APDU, or `reset`; the answer as it comes. */
  | {
      readonly send: string;
      readonly expect: Expected;
      /** No answer before it in this row was the same. */
      readonly isNew?: true;
    }
  /** A C-APDU whose '61XX' and '6CXX' are followed; all data, and the last SW. */
  | { readonly ask: string; readonly expect: Expected };

/** One row. */
export interface Row {
  readonly id: string;
  /** What it shows, in a few words. */
  readonly shows: string;
  readonly steps: readonly Step[];
}

/** Rows that begin with the same steps. */
export function after(setUp: readonly Step[], rows: readonly Row[]): readonly Row[] {
  return rows.map((row) => ({ ...row, steps: [...setUp, ...row.steps] }));
}

/** A card's answer to RESET that is no more looked at. */
export const RESET: Step = { send: 'reset', expect: '3B...' };

/** Selects the USIM of the built-in profile. */
export const USIM: Step = {
  send: '00A4040C10A0000000871002FFFFFFFF8900000100',
  expect: '9000',
};

/** Selects the ISIM of the built-in profile. */
export const ISIM: Step = {
  send: '00A4040C10A0000000871004FFFFFFFF8900000100',
  expect: '9000',
};

/** PIN1 is '1234'. */
export const PIN1: Step = { send: '002000010831323334FFFFFFFF', expect: '9000' };

/** PIN2 is '0000'. */
export const PIN2: Step = { send: '002000810830303030FFFFFFFF', expect: '9000' };

/** ADM1 is '31' eight times. */
export const ADM1: Step = { send: '0020000A083131313131313131', expect: '9000' };

/** A wrong PIN1. */
export const WRONG_PIN1 = '002000010839393939FFFFFFFF';

/**
 * Selects a file of the MF or, from '7FFF' on, of the selected application, without response data.
 */
export function file(path: string): Step {
  const length = (path.length / 2).toString(16).padStart(2, '0');
  return { send: `00A4080C${length}${path}`, expect: '9000' };
}
