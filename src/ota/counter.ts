/**
 * Freshness: whether the receiver takes a command packet with this CNTR.
 *
 *     mode                   accepted if                  stored afterwards
 *     00 not available       always                       what was stored
 *     01 not checked         always                       what was stored
 *     10 higher              CNTR > stored                CNTR
 *     11 one higher          CNTR = stored + 1            CNTR
 *
 * A counter that has reached its highest value is blocked for good.
 *
 * @see ETSI TS 102 225 §5.1.4
 * @module
 */

import type { VerifiedCommandPacket } from './secured-packet.ts';

/** The highest CNTR; a counter that has it is blocked. */
export const CNTR_MAX: number = 2 ** 40 - 1;

declare const fresh: unique symbol;

/**
 * A verified packet that is no replay. Only {@link judgeCounter} makes one, and only it is
 * executed.
 */
export interface FreshCommandPacket extends VerifiedCommandPacket {
  readonly [fresh]: true;
}

/** Why CNTR is refused. */
export type CounterFailure = 'cntr-low' | 'cntr-high' | 'cntr-blocked';

/** The packet with the counter to store before it is executed, or the status for its PoR. */
export type CounterResult =
  | { readonly ok: true; readonly packet: FreshCommandPacket; readonly store: number }
  | { readonly ok: false; readonly status: CounterFailure };

/**
 * Judges CNTR of a verified packet.
 *
 * @param stored the receiver's counter for the key set, 40 bits
 * @see ETSI TS 102 225 §5.1.4
 */
export function judgeCounter(packet: VerifiedCommandPacket, stored: number): CounterResult {
  const { cntr } = packet;
  const mode = packet.spi.counterMode;
  const accept = (store: number): CounterResult => ({
    ok: true,
    packet: packet as FreshCommandPacket,
    store,
  });
  if (mode === 'not-available' || mode === 'not-checked') return accept(stored);
  if (stored >= CNTR_MAX) return { ok: false, status: 'cntr-blocked' };
  if (cntr <= stored) return { ok: false, status: 'cntr-low' };
  if (mode === 'one-higher' && cntr > stored + 1) return { ok: false, status: 'cntr-high' };
  return accept(cntr);
}
