/**
 * Cards that do GBA, and the network's half of bootstrapping.
 *
 * @see 3GPP TS 31.102 §7.1; 3GPP TS 33.220 §5.3.2
 * @module
 */

import { createHash } from 'node:crypto';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { milenage } from '../../../src/crypto/milenage.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { CardProfile } from '../../../src/profile/profile.ts';
import { withServices } from '../../../src/profile/services.ts';
import { type AkaKeys, autnFor, milenageKeyOf, RAND } from './aka.ts';
import { octet } from './test-card.ts';

/** The built-in profile with service 68 of the USIM and service 2 of the ISIM, and their files. */
export const GBA: CardProfile = withServices(DEFAULT_PROFILE, { usim: [68], isim: [2] });

/** MAC* in the place of MAC-A, in hex. */
export function modifiedMac(mac: string, ik: Uint8Array): string {
  const digest = createHash('sha1').update(ik).digest();
  return toHex(fromHex(mac).map((value, at) => value ^ (digest[at] ?? 0))).toUpperCase();
}

/** The C-APDU of bootstrapping for a RAND and an AUTN*. */
export function bootstrapping(autn: string, rand: string = RAND): string {
  return `0088008423DD10${rand}10${autn}`;
}

/** The same for K, OPc and SQN, with {@link RAND} and AMF 8000. */
export function bootstrappingFor(keys: AkaKeys, sqn: number): string {
  const autn = autnFor(keys, sqn);
  const input = { rand: fromHex(RAND), sqn: new Uint8Array(6), amf: new Uint8Array(2) };
  const { ik } = milenage(milenageKeyOf(keys), input);
  return bootstrapping(autn.slice(0, 16) + modifiedMac(autn.slice(16), ik));
}

/** The C-APDU of a derivation. */
export function derivation(nafId: string, impi: string): string {
  const data = [nafId, impi].map((hex) => octet(hex.length / 2) + hex).join('');
  return `00880084${octet(1 + data.length / 2)}DE${data}`;
}
