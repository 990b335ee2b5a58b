/**
 * How many logical channels a card has, which its ATR announces.
 *
 *     ATR ─▶ card capabilities ─▶ count, and who says the number
 *
 * The first four are in the class byte of every terminal. The others are for a terminal that has
 * said in TERMINAL CAPABILITY that it knows them, and so a card that has them asks for it.
 *
 * @see ETSI TS 102 221 §6.3 (card capabilities), §11.1.19 (TERMINAL CAPABILITY)
 * @module
 */

import {
  type ChannelCapability,
  channelCapabilityOf,
  decodeAtr,
  decodeHistoricalBytes,
} from '../apdu/atr.ts';
import { understood } from '../bytes/errors.ts';
import type { CardImage } from './memory.ts';

/** Channels that every terminal knows: 0 to 3. */
export const BASIC_CHANNELS = 4;
/** The highest channel that a class byte can name. */
export const CHANNEL_MAX = 19;
/** Three bits cannot count further: so many, or more. */
const EIGHT_OR_MORE = 8;
const BASIC_ALONE: ChannelCapability = {
  count: 1,
  assignedBy: { card: false, terminal: false },
};

/** Kept by the image, which never changes: SELECT of a directory asks each time. */
const CAPABILITIES = new WeakMap<CardImage, ChannelCapability>();

function announced(atr: Uint8Array): ChannelCapability {
  const capability = channelCapabilityOf(decodeHistoricalBytes(decodeAtr(atr).historicalBytes));
  return capability.count < EIGHT_OR_MORE ? capability : { ...capability, count: CHANNEL_MAX + 1 };
}

/**
 * Gives the logical channels of a card; historical bytes that make no sense announce none.
 *
 * @returns a count of 1, the basic channel alone, to 20
 * @see ETSI TS 102 221 §6.3
 */
export function channelCapability(image: CardImage): ChannelCapability {
  let capability = CAPABILITIES.get(image);
  if (capability === undefined) {
    capability = understood(() => announced(image.atr)) ?? BASIC_ALONE;
    CAPABILITIES.set(image, capability);
  }
  return capability;
}

/**
 * Tells whether a card has a use for TERMINAL CAPABILITY, and so asks for it.
 *
 * @see ETSI TS 102 221 §11.1.1.3 (supported commands), §11.1.19
 */
export function wantsTerminalCapability(image: CardImage): boolean {
  return channelCapability(image).count > BASIC_CHANNELS;
}
