/**
 * What an operator knows of a device that it has sent, or will send, to another operator.
 *
 *     plain --change--> sent --list--> listed --first attach reported--> moved
 *       ^                 |
 *       +-- proven: nothing is staged, and never will be by what was sent
 *
 * Who has sent a change knows no more than that the card may have it, now or later; a PoR whose CC
 * was right says that it has it. So a `sent` device is given no other IMSI before a confirmed
 * cancel, and a `listed` device nothing but the same change again: the new operator counts on it.
 *
 * @see docs/architecture.md, "What a sender knows"
 * @module
 */

import type { StatusWord } from '../apdu/response.ts';
import { SW } from '../apdu/status-words.ts';
import type { Imsi } from '../bytes/identity.ts';
import { equals } from '../bytes/octets.ts';
import type { QueryAnswer } from '../ota/subscription-change.ts';

/** A change, as it was ordered. */
export interface ChangeOrder {
  /** The new operator. */
  readonly to: string;
  readonly imsi: Imsi;
  /** The whole command, guard included. */
  readonly command: Uint8Array;
}

/** A change is on its way to the card, or staged there. */
export interface SentChange {
  readonly state: 'sent';
  readonly order: ChangeOrder;
  /** How many packets with this change were sent. */
  readonly attempts: number;
  /** The last word of the card: staged. */
  readonly isConfirmed: boolean;
  /** Since the last attempt a cancel found nothing to cancel. */
  readonly foundNothing: boolean;
  /** Since the last attempt a query showed the old index, and none staged. */
  readonly showedNothing: boolean;
}

/** Where a device stands. */
export type DeviceState =
  | { readonly state: 'plain' }
  | SentChange
  | { readonly state: 'listed'; readonly order: ChangeOrder; readonly isConfirmed: boolean }
  | { readonly state: 'moved'; readonly to: string };

/** Nothing was sent. */
export const PLAIN: DeviceState = { state: 'plain' };

/** A command to the applet, as far as it matters here. */
export type CommandToSend =
  | { readonly kind: 'change'; readonly order: ChangeOrder }
  | { readonly kind: 'query' }
  | { readonly kind: 'cancel' };

/**
 * Why a command is not sent.
 *
 * - `change-outstanding`: another change was sent, and no cancel of it is confirmed
 * - `listed-device`: the new operator counts on the change; only that change is sent, again
 * - `no-change-sent`: there is nothing to cancel
 */
export type StateRefusal =
  | 'change-outstanding'
  | 'listed-device'
  | 'moved-device'
  | 'no-change-sent';

function isSame(a: ChangeOrder, b: ChangeOrder): boolean {
  return a.to === b.to && equals(a.command, b.command);
}

/**
 * Judges whether a command may be sent to a device.
 *
 * @returns why not, or `undefined`
 * @see docs/architecture.md, "What a sender knows"
 */
export function refusalToSend(of: DeviceState, command: CommandToSend): StateRefusal | undefined {
  if (of.state === 'moved') return 'moved-device';
  if (of.state === 'plain') return command.kind === 'cancel' ? 'no-change-sent' : undefined;
  const isTheSame = command.kind === 'change' && isSame(of.order, command.order);
  if (of.state === 'listed') return isTheSame ? undefined : 'listed-device';
  return command.kind === 'change' && !isTheSame ? 'change-outstanding' : undefined;
}

/**
 * Gives the state of a device from the moment when a command may reach it.
 *
 * @param command one that {@link refusalToSend} does not refuse
 */
export function afterSending(of: DeviceState, command: CommandToSend): DeviceState {
  if (command.kind === 'change' && (of.state === 'plain' || of.state === 'sent')) {
    return {
      state: 'sent',
      order: command.order,
      attempts: (of.state === 'sent' ? of.attempts : 0) + 1,
      isConfirmed: of.state === 'sent' && of.isConfirmed,
      foundNothing: false,
      showedNothing: false,
    };
  }
  // The cancel may arrive, and its PoR not.
  if (command.kind === 'cancel' && of.state === 'sent') return { ...of, isConfirmed: false };
  return of;
}

/** What a card said, in a PoR that is proven to be its own and to answer the last packet. */
export type CardAnswer =
  | { readonly kind: 'change'; readonly sw: StatusWord }
  | { readonly kind: 'cancel'; readonly sw: StatusWord }
  | { readonly kind: 'query'; readonly sw: StatusWord; readonly answer: QueryAnswer | undefined };

/**
 * Gives the state of a device after a proven answer.
 *
 * The answer is to the last packet, so every packet before has a CNTR that the card takes no more:
 * what is not staged now will never be.
 *
 * @param guard the index that the device has as far as this operator knows
 */
export function afterAnswer(of: DeviceState, answer: CardAnswer, guard: number): DeviceState {
  const { kind, sw } = answer;
  if (of.state === 'listed') {
    const isConfirmed = of.isConfirmed || (kind === 'change' && sw === SW.ok);
    return { ...of, isConfirmed };
  }
  if (of.state !== 'sent') return of;
  if (kind === 'change') {
    if (sw === SW.ok) return { ...of, isConfirmed: true };
    // Refused the first time, so never staged. Later, an earlier packet may have been heard.
    return of.attempts === 1 ? PLAIN : of;
  }
  if (kind === 'cancel') {
    if (sw === SW.ok) return PLAIN;
    return withoutDoubt({ ...of, foundNothing: of.foundNothing || sw === SW.referenceNotFound });
  }
  if (answer.answer === undefined) return of;
  const { active, staged } = answer.answer;
  return withoutDoubt({ ...of, showedNothing: active === guard && staged === undefined });
}

/** Cancel and query agree: the change is not on the card. */
function withoutDoubt(of: SentChange): DeviceState {
  return of.foundNothing && of.showedNothing ? PLAIN : of;
}
