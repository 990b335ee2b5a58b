/**
 * The commands of the toolkit in class A0, and SLEEP.
 *
 *     A0 10 00 00 P3 profile     TERMINAL PROFILE
 *     A0 C2 00 00 P3 envelope    ENVELOPE
 *     A0 12 00 00 P3             FETCH
 *     A0 14 00 00 P3 response    TERMINAL RESPONSE
 *     A0 FA 00 00 00             SLEEP
 *
 * They are the commands of the UICC under another class: there is one proactive session.
 *
 * @see 3GPP TS 51.011 §8.17 to §8.21
 * @module
 */

import { type CommandRow, DONE } from '../../command.ts';
import { ENVELOPE, FETCH, TERMINAL_PROFILE, TERMINAL_RESPONSE } from '../../commands/toolkit.ts';
import { noParameters, type SimCommandRow } from '../command.ts';

function row({ ins, name, handle }: CommandRow, brings: 'some' | 'none'): SimCommandRow {
  return { ins, name, mayHaveP1P2: noParameters, brings, handle };
}

/** The commands of the toolkit. */
export const TOOLKIT: readonly SimCommandRow[] = [
  row(TERMINAL_PROFILE, 'some'),
  row(ENVELOPE, 'some'),
  row(FETCH, 'none'),
  row(TERMINAL_RESPONSE, 'some'),
];

/** SLEEP, which a card may forget as soon as it is sent: nothing here gets tired. */
export const SLEEP: SimCommandRow = {
  ins: 0xfa,
  name: 'SLEEP',
  mayHaveP1P2: noParameters,
  brings: 'none',
  handle: () => DONE,
};
