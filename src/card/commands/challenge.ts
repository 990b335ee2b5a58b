/**
 * GET CHALLENGE: octets that nobody can foretell.
 *
 *     00 84 00 00 Le           Le octets, '00' for 256
 *
 * The card throws no dice: its owner does, when it makes the card. The challenge is not kept, since
 * no command of this card asks for an answer to it.
 *
 * @see ETSI TS 102 221 §11.1.18
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import {
  type CommandContext,
  type CommandRow,
  LE_ALL,
  outgoing,
  type Reply,
  randomOctets,
  refuse,
} from '../command.ts';

function getChallenge(card: CommandContext, { ne }: CommandApdu): Reply {
  const challenge = randomOctets(card, ne === 0 ? LE_ALL : ne);
  return challenge === undefined ? refuse('conditions-not-satisfied') : outgoing(challenge);
}

/** GET CHALLENGE. */
export const GET_CHALLENGE: CommandRow = {
  ins: 0x84,
  name: 'GET CHALLENGE',
  class: 'interindustry',
  mayHaveP1P2: (p1, p2) => p1 === 0 && p2 === 0,
  mayHaveLc: (lc) => lc === 0,
  handle: getChallenge,
};
