/**
 * The network's half of AKA, for tests of AUTHENTICATE: AUTN from K, OPc, RAND and SQN.
 *
 * @see 3GPP TS 33.102 §6.3
 * @module
 */

import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { concat } from '../../../src/bytes/octets.ts';
import { ByteWriter } from '../../../src/bytes/writer.ts';
import {
  expandMilenageKey,
  type MilenageKey,
  milenageChallenge,
} from '../../../src/crypto/milenage.ts';
import type { CardProfile, KeyTableEntryProfile } from '../../../src/profile/profile.ts';

/** RAND of test set 1 of TS 35.208. */
export const RAND = '23553CBE9637A89D218AE64DAE47BF35';

/** K and OPc in hex. */
export type AkaKeys = Pick<KeyTableEntryProfile, 'k' | 'opc'>;

/** Expands K and OPc. */
export function milenageKeyOf({ k, opc = '' }: AkaKeys): MilenageKey {
  return expandMilenageKey(fromHex(k), fromHex(opc));
}

/** Gives AUTN in hex for {@link RAND} and AMF 8000. */
export function autnFor(keys: AkaKeys, sqn: number): string {
  const amf = Uint8Array.of(0x80, 0x00);
  const octets = new ByteWriter().uint(6, sqn, 'SQN').finish();
  const challenge = milenageChallenge(milenageKeyOf(keys), fromHex(RAND));
  const concealed = octets.map((octet, at) => octet ^ (challenge.ak[at] ?? 0));
  return toHex(concat(concealed, amf, challenge.macA(octets, amf))).toUpperCase();
}

/** Gives the C-APDU of AUTHENTICATE in the 3G context with {@link RAND}. */
export function challengeFor(keys: AkaKeys, sqn: number): string {
  return `008800812210${RAND}10${autnFor(keys, sqn)}`;
}

/** Reads SQN_MS out of the answer DC 0E AUTS 9000 to {@link RAND}; does not look at MAC-S. */
export function sqnMsOf(keys: AkaKeys, answer: string): number {
  const challenge = milenageChallenge(milenageKeyOf(keys), fromHex(RAND));
  const concealed = fromHex(answer.slice(4, 16));
  return concealed.reduce(
    (sqn, octet, at) => sqn * 256 + (octet ^ (challenge.akStar()[at] ?? 0)),
    0,
  );
}

/** Gives a profile with another key table. */
export function withEntries(
  profile: CardProfile,
  entries: readonly KeyTableEntryProfile[],
  active = 0,
): CardProfile {
  return { ...profile, keyTable: { active, entries } };
}
