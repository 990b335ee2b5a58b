/**
 * The end of a session with the card, before it is reset or switched off.
 *
 *     detach, deregistration | STATUS: about to terminate | EF_LOCI, EF_EPSLOCI
 *
 * @see 3GPP TS 31.102 (session termination); ETSI TS 102 221 §11.1.2 (STATUS)
 * @module
 */

import { commandApdu } from '../apdu/command.ts';
import type { Procedure } from './procedure.ts';
import { leaveNetwork, storeLocation } from './registration.ts';
import { type MeState, send } from './state.ts';

/**
 * Leaves the network, and lets the card know what it should remember.
 *
 * Whatever the card offers now is left for after the reset.
 */
export function* endSession(me: MeState): Procedure<void> {
  const { subscription, registration } = me;
  // Without one the ME is registered nowhere.
  if (subscription === undefined) return;
  yield* leaveNetwork(me, subscription.imsi);
  yield* send(me, commandApdu([0x80, 0xf2, 0x02, 0x0c]));
  if (registration !== undefined) yield* storeLocation(me, registration);
}
