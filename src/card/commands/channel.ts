/**
 * MANAGE CHANNEL: opens logical channels and closes them.
 *
 *     00 70 00 00 01    opens the lowest that is closed; its number is the answer
 *     00 70 00 P2       opens channel P2, 1 to 19
 *     00 70 80 P2       closes channel P2, 1 to 19
 *
 * How many there are, and who says the number, is what the ATR announces; those from 4 on are for a
 * terminal that has said in TERMINAL CAPABILITY that it knows them. A channel that is opened from
 * the basic one begins at the MF; one that is opened from another begins in its directory and
 * application. Verified keys and the toolkit session are the card's and belong to no channel.
 *
 * @see ETSI TS 102 221 §11.1.17, §6.3 (card capabilities), §11.1.19
 * @module
 */

import type { ChannelCapability } from '../../apdu/atr.ts';
import type { CommandApdu } from '../../apdu/command.ts';
import { SW } from '../../apdu/status-words.ts';
import { BASIC_CHANNELS, CHANNEL_MAX, channelCapability } from '../channel-capability.ts';
import {
  asksForAll,
  type CommandContext,
  type CommandRow,
  cursorOf,
  DONE,
  outgoing,
  type Reply,
  refuse,
  refuseWith,
} from '../command.ts';
import { START } from '../files/file-system.ts';

const P1 = { open: 0x00, close: 0x80 } as const;

/** What the ATR announces, as far as the terminal has said that it knows such channels. */
function capabilityOf({ memory, session }: CommandContext): ChannelCapability {
  const capability = channelCapability(memory.image);
  if (session.knowsExtendedChannels || capability.count <= BASIC_CHANNELS) return capability;
  return { ...capability, count: BASIC_CHANNELS };
}

function mayHaveP1P2(p1: number, p2: number): boolean {
  if (p2 > CHANNEL_MAX) return false;
  return p1 === P1.open || (p1 === P1.close && p2 !== 0);
}

function open(card: CommandContext, channel: number): void {
  const from = cursorOf(card);
  card.session.channels[channel] =
    card.channel === 0 ? START : { ...from, ef: undefined, record: undefined };
}

/** The card says the number. A wrong Le is answered with the right one, and opens nothing. */
function openAny(
  card: CommandContext,
  ne: number,
  { count, assignedBy }: ChannelCapability,
): Reply {
  const { channels } = card.session;
  let channel = 1;
  while (channel < count && channels[channel] !== undefined) channel++;
  if (channel >= count || !assignedBy.card) return refuseWith(SW.functionNotSupported);
  const answer = outgoing(Uint8Array.of(channel));
  if (asksForAll(card, ne, 1)) open(card, channel);
  return answer;
}

/** The terminal says the number. */
function openThis(card: CommandContext, channel: number, capability: ChannelCapability): Reply {
  if (channel >= capability.count || !capability.assignedBy.terminal) {
    return refuseWith(SW.functionNotSupported);
  }
  if (card.session.channels[channel] !== undefined) return refuse('conditions-not-satisfied');
  open(card, channel);
  return DONE;
}

function close(card: CommandContext, channel: number): Reply {
  const { channels } = card.session;
  if (channels[channel] === undefined) return refuseWith(SW.warning);
  channels[channel] = undefined;
  return DONE;
}

function manageChannel(card: CommandContext, { p1, p2, ne }: CommandApdu): Reply {
  if (p1 === P1.close) return close(card, p2);
  const capability = capabilityOf(card);
  return p2 === 0 ? openAny(card, ne, capability) : openThis(card, p2, capability);
}

/** MANAGE CHANNEL. */
export const MANAGE_CHANNEL: CommandRow = {
  ins: 0x70,
  name: 'MANAGE CHANNEL',
  class: 'interindustry',
  mayHaveP1P2,
  mayHaveLc: (lc) => lc === 0,
  handle: manageChannel,
};
