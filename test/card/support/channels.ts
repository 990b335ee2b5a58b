/**
 * Commands on logical channels.
 *
 * @see ETSI TS 102 221 §10.1.1, §11.1.17
 * @module
 */

import { octet, TestCard, type TestCardOptions, withChannels } from './test-card.ts';

/** The card opens a channel and says its number. */
export const OPEN = '0070000001';

/** TERMINAL CAPABILITY of a terminal that knows channels 4 to 19, and of one that does not. */
export const KNOWS_ALL = '80AA000004A9028100';
export const KNOWS_FOUR = '80AA000007A9058003043C32';

/** Gives a command of class 0X or 8X another channel; what else its class says stays. */
export function on(channel: number, command: string): string {
  const cla = Number.parseInt(command.slice(0, 2), 16);
  if (channel < 4) return octet((cla & 0xfc) | channel) + command.slice(2);
  return octet((cla & 0x80) | 0x40 | (channel - 4)) + command.slice(2);
}

/**
 * Makes a card of four logical channels, some of which are open beside the basic one.
 *
 * @param opened 0 to 3
 */
export function channelCard(opened: number, options: TestCardOptions = {}): TestCard {
  const card = new TestCard({ profile: withChannels(), ...options });
  for (let channel = 1; channel <= opened; channel++) {
    const answer = card.send(OPEN);
    if (answer !== `${octet(channel)}9000`) throw new Error(`channel ${channel}: ${answer}`);
  }
  return card;
}
