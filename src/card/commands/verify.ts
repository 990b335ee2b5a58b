/**
 * VERIFY PIN.
 *
 *     00 20 00 P2 08 PIN       checks it
 *     00 20 00 P2              asks how many tries are left
 *
 * The retry counter is decremented and stored before the comparison, so that no power cut gives a
 * try back; a right PIN restores it.
 *
 * @see ETSI TS 102 221 §11.1.9, §9.5
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import { equalsInConstantTime } from '../../bytes/octets.ts';
import { pinOf } from '../access.ts';
import {
  type CommandContext,
  type CommandRow,
  DONE,
  type Reply,
  refuse,
  refuseWith,
} from '../command.ts';

const TRIES_LEFT = 0x63c0;

function verify(card: CommandContext, { p2, data }: CommandApdu): Reply {
  const { memory, session } = card;
  const pin = pinOf(memory.root.pins, p2);
  if (pin === undefined) return refuse('reference-not-found');
  const { reference, retriesLeft, retriesMax } = pin;
  if (data.length === 0) return refuseWith(TRIES_LEFT + retriesLeft);
  if (retriesLeft === 0) return refuse('pin-blocked');
  if (!pin.isEnabled) return refuse('pin-disabled');
  const left = retriesLeft - 1;
  if (!memory.commit([{ kind: 'retries', reference, retriesLeft: left }]))
    return refuse('not-stored');
  if (!equalsInConstantTime(data, pin.value)) {
    // What an earlier verification gave is gone: a PIN that gets blocked opens nothing.
    session.verified.delete(reference);
    return refuseWith(TRIES_LEFT + left);
  }
  if (!memory.commit([{ kind: 'retries', reference, retriesLeft: retriesMax }])) {
    return refuse('not-stored');
  }
  session.verified.add(reference);
  return DONE;
}

/** VERIFY PIN. */
export const VERIFY: CommandRow = {
  ins: 0x20,
  name: 'VERIFY PIN',
  class: 'interindustry',
  mayHaveP1P2: (p1) => p1 === 0,
  mayHaveLc: (lc) => lc === 0 || lc === 8,
  handle: verify,
};
