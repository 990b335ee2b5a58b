/**
 * TERMINAL CAPABILITY: what the terminal has to tell of itself before the card is used.
 *
 *     'A9' | '80' supply class, current, frequency | '81' extended channels | '82' interfaces | …
 *
 * The card needs none of it: channels are what the terminal opens, and there is no power to
 * manage. So it is read and forgotten; tags that have no name here are for other cards.
 *
 * @see ETSI TS 102 221 §11.1.19
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import { DecodeError } from '../../bytes/errors.ts';
import { decodeBerTlvs } from '../../tlv/ber.ts';
import { type CommandContext, type CommandRow, DONE, type Reply, refuse } from '../command.ts';

const TEMPLATE = 0xa9;

function isTemplate(data: Uint8Array): boolean {
  try {
    const [template, ...others] = decodeBerTlvs(data, 'TERMINAL CAPABILITY');
    if (template?.tag !== TEMPLATE || others.length > 0) return false;
    decodeBerTlvs(template.value, 'terminal capabilities');
    return true;
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
}

function terminalCapability(_card: CommandContext, { data }: CommandApdu): Reply {
  return isTemplate(data) ? DONE : refuse('wrong-data');
}

/** TERMINAL CAPABILITY. */
export const TERMINAL_CAPABILITY: CommandRow = {
  ins: 0xaa,
  name: 'TERMINAL CAPABILITY',
  class: 'uicc',
  basicChannelOnly: true,
  mayHaveP1P2: (p1, p2) => p1 === 0 && p2 === 0,
  mayHaveLc: (lc) => lc > 0,
  handle: terminalCapability,
};
