/**
 * MANAGE CHANNEL: opens logical channels and closes them.
 *
 *     00 70 00 00 01    opens the lowest that is closed; its number is the answer
 *     00 70 00 P2       opens channel P2, 1 to 19
 *     00 70 80 P2       closes channel P2, 1 to 19
 *
 * How many there are, and who says the number, is what the ATR announces. A channel that is opened
 * from the basic one begins at the MF; one that is opened from another begins in its directory and
 * application. Verified keys and the toolkit session are the card's and belong to no channel.
 *
 * @see ETSI TS 102 221 §11.1.17, §6.3 (card capabilities)
 * @module
 */

import {
  type ChannelCapability,
  channelCapabilityOf,
  decodeAtr,
  decodeHistoricalBytes,
} from '../../apdu/atr.ts';
import type { CommandApdu } from '../../apdu/command.ts';
import { SW } from '../../apdu/status-words.ts';
import { DecodeError } from '../../bytes/errors.ts';
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
import { START } from '../file-system.ts';

const P1 = { open: 0x00, close: 0x80 } as const;
const CHANNEL_MAX = 19;
/** Three bits cannot count further: so many, or more. */
const EIGHT_OR_MORE = 8;
const BASIC_ALONE: ChannelCapability = {
  count: 1,
  assignedBy: { card: false, terminal: false },
};

/** What the ATR announces; historical bytes that make no sense announce nothing. */
function capabilityOf(atr: Uint8Array): ChannelCapability {
  try {
    const capability = channelCapabilityOf(decodeHistoricalBytes(decodeAtr(atr).historicalBytes));
    return capability.count < EIGHT_OR_MORE
      ? capability
      : { ...capability, count: CHANNEL_MAX + 1 };
  } catch (error) {
    if (error instanceof DecodeError) return BASIC_ALONE;
    throw error;
  }
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
  const capability = capabilityOf(card.memory.image.atr);
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
