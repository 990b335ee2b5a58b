/**
 * Boot: the start-up with the toolkit in between, and again when the card wants to be reset.
 *
 *     step ─▶ toolkit ─▶ step ─▶ toolkit …            REFRESH by UICC reset: end the session, boot
 *
 * @see 3GPP TS 31.102 (initialisation procedure); ETSI TS 102 223 §6.4.7
 * @module
 */

import type { StatusWord } from '../apdu/response.ts';
import type { Procedure } from './procedure.ts';
import { endSession } from './shut-down.ts';
import { START_UP, type StartUpFailure, type StepOutcome } from './start-up.ts';
import { guarded, type MeState, type Subscription } from './state.ts';
import { runToolkit } from './toolkit.ts';

/**
 * Why there is no subscription. `refresh-without-end`: the card wants a reset each time that it is
 * started.
 */
export type BootFailure = StartUpFailure | 'refresh-without-end' | 'card-lost';

/** How a boot ended. */
export type BootOutcome =
  | { readonly ok: true; readonly subscription: Subscription }
  | {
      readonly ok: false;
      readonly failure: BootFailure;
      /** The status word that decided it, if one did. */
      readonly sw: StatusWord | undefined;
    };

/** Whether the card wanted to be reset behind a procedure, and how the ME came up again. */
export type Aftermath =
  | { readonly restarted: false }
  | { readonly restarted: true; readonly boot: BootOutcome };

/** A card that wants to be reset more often than this, one time after the other, is broken. */
const RESETS_MAX = 4;

function* startUp(me: MeState): Procedure<StepOutcome> {
  for (const step of START_UP) {
    const outcome = yield* step(me);
    if (outcome !== undefined) return outcome;
    yield* runToolkit(me);
    if (me.session.resetWanted) return undefined;
  }
  return undefined;
}

function* bootUntilDone(me: MeState): Procedure<BootOutcome> {
  for (let resets = 0; resets < RESETS_MAX; resets++) {
    const stopped = yield* startUp(me);
    if (stopped !== undefined) return { ok: false, ...stopped };
    if (!me.session.resetWanted) {
      const { subscription } = me;
      if (subscription === undefined) return { ok: false, failure: 'no-imsi', sw: undefined };
      return { ok: true, subscription };
    }
    yield* endSession(me);
  }
  return { ok: false, failure: 'refresh-without-end', sw: undefined };
}

/**
 * Resets the card and reads it, whatever was before.
 *
 * @see 3GPP TS 31.102 (initialisation procedure)
 */
export function* boot(me: MeState): Procedure<BootOutcome> {
  const lost: BootOutcome = { ok: false, failure: 'card-lost', sw: undefined };
  const outcome = yield* guarded(me, bootUntilDone(me), lost);
  if (!outcome.ok) me.subscription = undefined;
  return outcome;
}

/**
 * Gives the toolkit its turn behind another procedure, and resets the card if it wants that.
 *
 * @see ETSI TS 102 223 §6.4.7
 */
export function* settle(me: MeState): Procedure<Aftermath> {
  yield* guarded(me, runToolkit(me), undefined);
  if (!me.session.resetWanted) return { restarted: false };
  // What the end of the session was for is lost with the card; the reset is wanted all the same.
  yield* guarded(me, endSession(me), undefined);
  return { restarted: true, boot: yield* boot(me) };
}
