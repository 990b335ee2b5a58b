/**
 * PIN1: asked for only where it is enabled, and never at the price of the last try.
 *
 *     enabled? ── VERIFY without data ──▶ '63CX' ── X > 1 ──▶ VERIFY with the PIN ──▶ '9000'
 *
 * A PIN that the card has called wrong is forgotten, so that starting again burns no second try.
 *
 * @see ETSI TS 102 221 §9 (PINs), §11.1.9 (VERIFY PIN)
 * @module
 */

import { commandApdu } from '../apdu/command.ts';
import type { StatusWord } from '../apdu/response.ts';
import { SW } from '../apdu/status-words.ts';
import { padded } from '../bytes/octets.ts';
import { PIN1 } from '../ef/key-references.ts';
import type { Procedure } from './procedure.ts';
import { isOk, type MeState, send } from './state.ts';

/** Why the PIN is in the way. */
export type PinFailure =
  | 'pin-required'
  | 'pin-last-try'
  | 'pin-wrong'
  | 'pin-blocked'
  | 'pin-refused';

const VERIFY = 0x20;
const PIN_OCTETS = 8;
/** Key references of PINs of an application; those above belong to ADM keys. */
const APPLICATION_PIN_LAST = 0x08;

/**
 * Writes a PIN as VERIFY PIN takes it.
 *
 * @param digits 4 to 8 decimal digits
 * @returns 8 octets, 'FF' behind the digits
 * @throws {RangeError} they are none; the message does not tell them
 * @see ETSI TS 102 221 §11.1.9
 */
export function encodePin(digits: string): Uint8Array {
  if (!/^[0-9]{4,8}$/.test(digits)) throw new RangeError('pin: expected 4 to 8 decimal digits');
  return padded(new TextEncoder().encode(digits), PIN_OCTETS);
}

function triesLeft(sw: StatusWord): number | undefined {
  return sw >> 4 === 0x63c ? sw & 0x0f : undefined;
}

/** What an SW of VERIFY means that is no success: the PIN is in the way, or it is not wanted. */
function failureOf(sw: StatusWord): PinFailure | undefined {
  if (sw === SW.referenceInvalidated) return undefined; // It is disabled.
  if (sw === SW.blocked || triesLeft(sw) === 0) return 'pin-blocked';
  return triesLeft(sw) === undefined ? 'pin-refused' : 'pin-wrong';
}

/** The outcome of {@link verifyPin}: nothing in the way, or what. */
export type PinOutcome = { readonly failure: PinFailure; readonly sw: StatusWord } | undefined;

/**
 * Verifies PIN1 of the selected USIM, if it has to be.
 *
 * When the FCP says nothing of PINs, the card is asked: the question without a PIN costs no try.
 *
 * @see ETSI TS 102 221 §11.1.9
 */
export function* verifyPin(me: MeState): Procedure<PinOutcome> {
  const pins = me.session.usim?.pins;
  const known = pins?.find(({ reference }) => reference > 0 && reference <= APPLICATION_PIN_LAST);
  if (pins !== undefined && known?.isEnabled !== true) return undefined;
  const reference = known?.reference ?? PIN1;
  const { sw } = yield* send(me, commandApdu([0x00, VERIFY, 0x00, reference]));
  if (isOk(sw)) return undefined;
  const tries = triesLeft(sw);
  if (tries === undefined || tries === 0) {
    const failure = failureOf(sw);
    return failure && { failure, sw };
  }
  const { pin } = me;
  if (pin === undefined) return { failure: 'pin-required', sw };
  if (tries === 1) return { failure: 'pin-last-try', sw };
  const verified = yield* send(me, commandApdu([0x00, VERIFY, 0x00, reference], pin));
  if (isOk(verified.sw)) return undefined;
  const failure = failureOf(verified.sw);
  if (failure !== undefined) me.pin = undefined;
  return failure && { failure, sw: verified.sw };
}
