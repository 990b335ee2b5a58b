/**
 * The table of instructions, compared with the one of the specification, typed again.
 *
 * @see ETSI TS 102 221 §10.1.2, table 10.5; ETSI TS 102 222 (CREATE FILE to RESIZE FILE)
 * @module
 */

import { describe, expect, it } from 'vitest';
import { gsmInstructionName, INSTRUCTIONS, instructionOf } from '../../src/apdu/instructions.ts';

/** Instruction, classes as '0' and '8', cases, name. Where the case varies, all are named. */
const TABLE = `
  a4 0  34 SELECT
  f2 8  2  STATUS
  b0 0  2  READ BINARY
  d6 0  3  UPDATE BINARY
  b2 0  2  READ RECORD
  dc 0  3  UPDATE RECORD
  a2 0  4  SEARCH RECORD
  32 8  4  INCREASE
  20 0  31 VERIFY PIN
  24 0  3  CHANGE PIN
  26 0  3  DISABLE PIN
  28 0  3  ENABLE PIN
  2c 0  31 UNBLOCK PIN
  04 0  13 DEACTIVATE FILE
  44 0  13 ACTIVATE FILE
  88 0  4  AUTHENTICATE
  89 0  4  AUTHENTICATE
  70 0  21 MANAGE CHANNEL
  84 0  2  GET CHALLENGE
  aa 8  3  TERMINAL CAPABILITY
  73 0  4  MANAGE SECURE CHANNEL
  75 0  4  TRANSACT DATA
  76 8  43 SUSPEND UICC
  78 8  42 GET IDENTITY
  7a 8  4  EXCHANGE CAPABILITIES
  10 8  3  TERMINAL PROFILE
  c2 8  4  ENVELOPE
  12 8  2  FETCH
  14 8  3  TERMINAL RESPONSE
  cb 8  4  RETRIEVE DATA
  db 8  3  SET DATA
  c0 08 2  GET RESPONSE
  e0 0  3  CREATE FILE
  e4 0  3  DELETE FILE
  e6 0  3  TERMINATE DF
  e8 0  3  TERMINATE EF
  fe 0  1  TERMINATE CARD USAGE
  d4 8  3  RESIZE FILE
  ca 08 24 GET DATA`
  .trim()
  .split('\n')
  .map((row) => row.trim().split(/\s+/))
  .map(([ins = '', classes = '', cases = '', ...name]) => ({
    ins: Number.parseInt(ins, 16),
    name: name.join(' '),
    classes: [...classes].map((digit) => (digit === '8' ? 'uicc' : 'interindustry')),
    cases: [...cases].map(Number),
  }));

describe('the table of instructions', () => {
  it.each(TABLE)('has $name', ({ ins, name, classes, cases }) => {
    const row = instructionOf(ins);
    expect(row).toMatchObject({ ins, name, classes });
    expect(cases).toContain(row?.apduCase);
  });

  it('has nothing else, and nothing twice', () => {
    const listed = INSTRUCTIONS.map(({ ins }) => ins);
    expect(listed).toEqual([...new Set(listed)].sort((a, b) => a - b));
    expect(listed).toHaveLength(TABLE.length);
  });

  it(`has no '6X' and no '9X', which T=0 would take for SW1`, () => {
    for (let low = 0; low < 16; low++) {
      expect(instructionOf(0x60 + low)).toBeUndefined();
      expect(instructionOf(0x90 + low)).toBeUndefined();
    }
  });

  it.each([0x00, 0x05, 0xa5, 0xb1, 0xd7, 0xff, -1, 256])('has no name for %d', (ins) => {
    expect(instructionOf(ins)).toBeUndefined();
  });
});

/** Instructions of class A0, typed again from the notes. */
const GSM = `
  a4 SELECT
  f2 STATUS
  b0 READ BINARY
  d6 UPDATE BINARY
  b2 READ RECORD
  dc UPDATE RECORD
  a2 SEEK
  32 INCREASE
  20 VERIFY CHV
  24 CHANGE CHV
  26 DISABLE CHV
  28 ENABLE CHV
  2c UNBLOCK CHV
  04 INVALIDATE
  44 REHABILITATE
  88 RUN GSM ALGORITHM
  fa SLEEP
  c0 GET RESPONSE
  10 TERMINAL PROFILE
  c2 ENVELOPE
  12 FETCH
  14 TERMINAL RESPONSE`
  .trim()
  .split('\n')
  .map((row) => /^\s*(?<ins>..) (?<name>.+)$/u.exec(row)?.groups ?? {});

describe('the instructions of class A0', () => {
  it('have the names of the document, and no other has one', () => {
    for (let ins = 0; ins < 256; ins++) {
      const listed = GSM.find((row) => Number.parseInt(row.ins ?? '', 16) === ins);
      expect(gsmInstructionName(ins)).toBe(listed?.name);
    }
  });

  it('go in the cases that T=0 knows; SLEEP has no data', () => {
    for (const { ins = '' } of GSM) {
      const known = instructionOf(Number.parseInt(ins, 16));
      expect(known === undefined).toBe(ins === 'fa');
    }
  });
});
