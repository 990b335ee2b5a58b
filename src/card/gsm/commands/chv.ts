/**
 * VERIFY, CHANGE, DISABLE, ENABLE and UNBLOCK CHV: the PINs of the card by other numbers.
 *
 *     A0 20 00 P2 08 CHV                    P2: 01 CHV1, which is PIN1; 02 CHV2, which is PIN2
 *     A0 24 00 P2 10 CHV new CHV                '0A' to '0E', '8A' to '8E' ADM keys
 *     A0 26 00 01 08 CHV1
 *     A0 28 00 01 08 CHV1
 *     A0 2C 00 P2 10 UNBLOCK CHV new CHV    P2: 00 CHV1, 02 CHV2
 *
 * Values, tries and verifications are those of the PINs: there is one of each.
 *
 * @see 3GPP TS 51.011 §8.9 to §8.13
 * @module
 */

import { isAdm, PIN1, PIN2 } from '../../../ef/key-references.ts';
import type { CommandRow } from '../../command.ts';
import { PIN_COMMANDS } from '../../commands/pin.ts';
import type { SimCommandRow } from '../command.ts';

const CHV_OCTETS = 8;

/** Gives the key reference that P2 stands for; `undefined` when it stands for none. */
type Reference = (p2: number) => number | undefined;

const anyKey: Reference = (p2) => {
  if (isAdm(p2)) return p2;
  return p2 === 0x01 ? PIN1 : p2 === 0x02 ? PIN2 : undefined;
};
const chv1Alone: Reference = (p2) => (p2 === 0x01 ? PIN1 : undefined);
const unblocked: Reference = (p2) => (p2 === 0x00 ? PIN1 : p2 === 0x02 ? PIN2 : undefined);

function pinCommand(ins: number): CommandRow {
  const found = PIN_COMMANDS.find((row) => row.ins === ins);
  if (found === undefined) throw new Error(`no PIN command has the instruction ${ins}`);
  return found;
}

function row(ins: number, name: string, brings: number, reference: Reference): SimCommandRow {
  const { handle } = pinCommand(ins);
  return {
    ins,
    name,
    mayHaveP1P2: (p1, p2) => p1 === 0 && reference(p2) !== undefined,
    brings,
    handle: (card, command) => handle(card, { ...command, p2: reference(command.p2) ?? 0 }),
  };
}

/** The commands of CHVs. */
export const CHV_COMMANDS: readonly SimCommandRow[] = [
  row(0x20, 'VERIFY CHV', CHV_OCTETS, anyKey),
  row(0x24, 'CHANGE CHV', 2 * CHV_OCTETS, anyKey),
  row(0x26, 'DISABLE CHV', CHV_OCTETS, chv1Alone),
  row(0x28, 'ENABLE CHV', CHV_OCTETS, chv1Alone),
  row(0x2c, 'UNBLOCK CHV', 2 * CHV_OCTETS, unblocked),
];
