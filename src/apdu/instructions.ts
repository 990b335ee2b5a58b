/**
 * The instructions of the UICC: name, classes and case of each.
 *
 * The case says in which direction data goes. T=0 needs it to know what P3 is, and so does
 * everybody who reads a trace, because the octets alone do not tell. Class A0 has a list of its
 * own: the same instructions, in the same cases, some by another name.
 *
 * @see ETSI TS 102 221 §10.1.2, table 10.5; 3GPP TS 51.011 §9.2
 * @module
 */

import type { CommandClass } from './class-byte.ts';

/** One row: how a command is called and in which case it goes. */
export interface Instruction {
  readonly ins: number;
  readonly name: string;
  readonly classes: readonly CommandClass[];
  /** 1 no data, 2 data from the card, 3 data to the card, 4 both. */
  readonly apduCase: 1 | 2 | 3 | 4;
}

const ISO = ['interindustry'] as const;
const UICC = ['uicc'] as const;
const BOTH = ['interindustry', 'uicc'] as const;

/** All instructions that have a name, whether this card has the command or not. */
export const INSTRUCTIONS: readonly Instruction[] = [
  { ins: 0x04, name: 'DEACTIVATE FILE', classes: ISO, apduCase: 3 },
  { ins: 0x10, name: 'TERMINAL PROFILE', classes: UICC, apduCase: 3 },
  { ins: 0x12, name: 'FETCH', classes: UICC, apduCase: 2 },
  { ins: 0x14, name: 'TERMINAL RESPONSE', classes: UICC, apduCase: 3 },
  { ins: 0x20, name: 'VERIFY PIN', classes: ISO, apduCase: 3 },
  { ins: 0x24, name: 'CHANGE PIN', classes: ISO, apduCase: 3 },
  { ins: 0x26, name: 'DISABLE PIN', classes: ISO, apduCase: 3 },
  { ins: 0x28, name: 'ENABLE PIN', classes: ISO, apduCase: 3 },
  { ins: 0x2c, name: 'UNBLOCK PIN', classes: ISO, apduCase: 3 },
  { ins: 0x32, name: 'INCREASE', classes: UICC, apduCase: 4 },
  { ins: 0x44, name: 'ACTIVATE FILE', classes: ISO, apduCase: 3 },
  { ins: 0x70, name: 'MANAGE CHANNEL', classes: ISO, apduCase: 2 },
  { ins: 0x73, name: 'MANAGE SECURE CHANNEL', classes: ISO, apduCase: 4 },
  { ins: 0x75, name: 'TRANSACT DATA', classes: ISO, apduCase: 4 },
  { ins: 0x76, name: 'SUSPEND UICC', classes: UICC, apduCase: 4 },
  { ins: 0x78, name: 'GET IDENTITY', classes: UICC, apduCase: 4 },
  { ins: 0x7a, name: 'EXCHANGE CAPABILITIES', classes: UICC, apduCase: 4 },
  { ins: 0x84, name: 'GET CHALLENGE', classes: ISO, apduCase: 2 },
  { ins: 0x88, name: 'AUTHENTICATE', classes: ISO, apduCase: 4 },
  { ins: 0x89, name: 'AUTHENTICATE', classes: ISO, apduCase: 4 },
  { ins: 0xa2, name: 'SEARCH RECORD', classes: ISO, apduCase: 4 },
  { ins: 0xa4, name: 'SELECT', classes: ISO, apduCase: 4 },
  { ins: 0xaa, name: 'TERMINAL CAPABILITY', classes: UICC, apduCase: 3 },
  { ins: 0xb0, name: 'READ BINARY', classes: ISO, apduCase: 2 },
  { ins: 0xb2, name: 'READ RECORD', classes: ISO, apduCase: 2 },
  { ins: 0xc0, name: 'GET RESPONSE', classes: BOTH, apduCase: 2 },
  { ins: 0xc2, name: 'ENVELOPE', classes: UICC, apduCase: 4 },
  { ins: 0xca, name: 'GET DATA', classes: BOTH, apduCase: 2 },
  { ins: 0xcb, name: 'RETRIEVE DATA', classes: UICC, apduCase: 4 },
  { ins: 0xd4, name: 'RESIZE FILE', classes: UICC, apduCase: 3 },
  { ins: 0xd6, name: 'UPDATE BINARY', classes: ISO, apduCase: 3 },
  { ins: 0xdb, name: 'SET DATA', classes: UICC, apduCase: 3 },
  { ins: 0xdc, name: 'UPDATE RECORD', classes: ISO, apduCase: 3 },
  { ins: 0xe0, name: 'CREATE FILE', classes: ISO, apduCase: 3 },
  { ins: 0xe4, name: 'DELETE FILE', classes: ISO, apduCase: 3 },
  { ins: 0xe6, name: 'TERMINATE DF', classes: ISO, apduCase: 3 },
  { ins: 0xe8, name: 'TERMINATE EF', classes: ISO, apduCase: 3 },
  { ins: 0xf2, name: 'STATUS', classes: UICC, apduCase: 2 },
  { ins: 0xfe, name: 'TERMINATE CARD USAGE', classes: ISO, apduCase: 1 },
];

const BY_INS: ReadonlyMap<number, Instruction> = new Map(INSTRUCTIONS.map((row) => [row.ins, row]));

/** Finds the row of an instruction; `undefined` when it has no name here. */
export function instructionOf(ins: number): Instruction | undefined {
  return BY_INS.get(ins);
}

const GSM_NAMES: ReadonlyMap<number, string> = new Map([
  [0x04, 'INVALIDATE'],
  [0x10, 'TERMINAL PROFILE'],
  [0x12, 'FETCH'],
  [0x14, 'TERMINAL RESPONSE'],
  [0x20, 'VERIFY CHV'],
  [0x24, 'CHANGE CHV'],
  [0x26, 'DISABLE CHV'],
  [0x28, 'ENABLE CHV'],
  [0x2c, 'UNBLOCK CHV'],
  [0x32, 'INCREASE'],
  [0x44, 'REHABILITATE'],
  [0x88, 'RUN GSM ALGORITHM'],
  [0xa2, 'SEEK'],
  [0xa4, 'SELECT'],
  [0xb0, 'READ BINARY'],
  [0xb2, 'READ RECORD'],
  [0xc0, 'GET RESPONSE'],
  [0xc2, 'ENVELOPE'],
  [0xd6, 'UPDATE BINARY'],
  [0xdc, 'UPDATE RECORD'],
  [0xf2, 'STATUS'],
  [0xfa, 'SLEEP'],
]);

/**
 * Gives the name of an instruction of class A0; `undefined` when the class does not have it.
 *
 * @see 3GPP TS 51.011 §9.2
 */
export function gsmInstructionName(ins: number): string | undefined {
  return GSM_NAMES.get(ins);
}
