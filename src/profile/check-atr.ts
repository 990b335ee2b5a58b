/**
 * Checks that an ATR can be one, and offers the protocol of the profile.
 *
 * @see ISO/IEC 7816-3 §8; ETSI TS 102 221 §6.3
 * @module
 */

import { type Atr, decodeAtr } from '../apdu/atr.ts';
import { DecodeError } from '../bytes/errors.ts';
import { fromHex } from '../bytes/hex.ts';
import { count, type Report } from './faults.ts';
import type { CardProfile } from './profile.ts';

/** Checks the ATR and the protocol. */
export function checkAtr(profile: CardProfile, report: Report): void {
  const octets = fromHex(profile.atr, 'ATR');
  let atr: Atr;
  try {
    atr = decodeAtr(octets);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    report(['atr'], `an ATR (${error.message})`, count(octets.length, 'octet'));
    return;
  }
  const names = atr.protocols.map((protocol) => `T=${protocol}`);
  if (!names.includes(profile.protocol)) {
    const list = names.map((name) => `"${name}"`).join(' or ');
    report(['protocol'], `${list}, as the ATR offers`, `"${profile.protocol}"`);
  }
}
