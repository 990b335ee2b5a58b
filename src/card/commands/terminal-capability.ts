/**
 * TERMINAL CAPABILITY: what the terminal has to tell of itself before the card is used.
 *
 *     'A9' | '80' supply class, current, frequency | '81' extended channels | '82' interfaces | …
 *
 * What the card has a use for is that a terminal knows channels 4 to 19, which holds until the next
 * reset. There is no power to manage, and tags that have no name here are for other cards.
 *
 * @see ETSI TS 102 221 §11.1.19
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import { understood } from '../../bytes/errors.ts';
import { decodeBerTlvs, type Tlv } from '../../tlv/ber.ts';
import { type CommandContext, type CommandRow, DONE, type Reply, refuse } from '../command.ts';

const TEMPLATE = 0xa9;
const EXTENDED_CHANNELS = 0x81;

/** Reads the objects of the template; `undefined` for what is none. */
function capabilitiesOf(data: Uint8Array): readonly Tlv[] | undefined {
  const [template, ...others] = decodeBerTlvs(data, 'TERMINAL CAPABILITY');
  if (template?.tag !== TEMPLATE || others.length > 0) return undefined;
  return decodeBerTlvs(template.value, 'terminal capabilities');
}

function terminalCapability({ session }: CommandContext, { data }: CommandApdu): Reply {
  const capabilities = understood(() => capabilitiesOf(data));
  if (capabilities === undefined) return refuse('wrong-data');
  if (capabilities.some(({ tag }) => tag === EXTENDED_CHANNELS)) {
    session.knowsExtendedChannels = true;
  }
  return DONE;
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
