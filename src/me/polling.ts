/**
 * Proactive polling: STATUS in each poll interval, so that the card can say what it wants.
 *
 * @see ETSI TS 102 223 §6.2; ETSI TS 102 221 §11.1.2 (STATUS)
 * @module
 */

import { commandApdu } from '../apdu/command.ts';
import type { StatusWord } from '../apdu/response.ts';
import { type Aftermath, settle } from './boot.ts';
import { type Procedure, wait } from './procedure.ts';
import { isOk, type MeState, send } from './state.ts';

/** How polling ended. It ends early when the card refuses STATUS, or was reset. */
export type PollOutcome = (
  | { readonly kind: 'polled' }
  | { readonly kind: 'card-refused'; readonly sw: StatusWord }
  | { readonly kind: 'card-lost' }
  | { readonly kind: 'no-subscription' }
) &
  Aftermath;

/**
 * Lets some poll intervals pass. An ME that does not poll lets them pass in silence.
 *
 * @param times how many intervals
 * @see ETSI TS 102 223 §6.2
 */
export function* poll(me: MeState, times: number): Procedure<PollOutcome> {
  for (let n = 0; n < times; n++) {
    if (me.subscription === undefined) return { kind: 'no-subscription', restarted: false };
    yield* wait(me.pollSeconds);
    if (!me.manners.polls) continue;
    const { sw } = yield* send(me, commandApdu([0x80, 0xf2, 0x00, 0x0c]));
    if (!isOk(sw)) return { kind: 'card-refused', sw, restarted: false };
    const aftermath = yield* settle(me);
    if (aftermath.restarted) return { kind: 'polled', ...aftermath };
  }
  return { kind: 'polled', restarted: false };
}
