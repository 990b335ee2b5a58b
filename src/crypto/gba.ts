/**
 * Keys of GBA_U: what a UICC makes of AKA for applications of the network (NAF).
 *
 *     MAC*       = MAC ^ first 8 octets of SHA-1(IK)     so that no other AKA takes the challenge
 *     Ks         = CK || IK                              stays in the UICC
 *     Ks_ext_NAF = KDF(Ks, '01', "gba-me", RAND, IMPI, NAF_Id)
 *
 * @see 3GPP TS 33.220 §5.3.2, §B.3
 * @module
 */

import { sha1 } from '@noble/hashes/legacy.js';
import { expectLength } from '../bytes/octets.ts';
import { kdf } from './key-derivation.ts';

const FC_NAF = 0x01;
const GBA_ME = new TextEncoder().encode('gba-me');
const RAND_OCTETS = 16;
const MAC_OCTETS = 8;

/**
 * What the MAC of a challenge for bootstrapping is changed with.
 *
 * @param ik 16 or 32 octets
 * @returns 8 octets, for an exclusive or with MAC or MAC*. Secret
 * @see 3GPP TS 33.220 §5.3.2
 */
export function macModifier(ik: Uint8Array): Uint8Array {
  return sha1(ik).slice(0, MAC_OCTETS);
}

/**
 * Ks_ext_NAF: the key that the ME shares with an application of the network.
 *
 * @param ks CK || IK: 32, 48 or 64 octets
 * @param of RAND of the bootstrapping (16 octets); IMPI and NAF_Id as octets of UTF-8
 * @returns 32 octets. Secret
 * @throws {RangeError} RAND has another length
 * @see 3GPP TS 33.220 §B.3
 */
export function deriveKsExtNaf(
  ks: Uint8Array,
  of: { readonly rand: Uint8Array; readonly impi: Uint8Array; readonly nafId: Uint8Array },
): Uint8Array {
  expectLength(of.rand, RAND_OCTETS, 'rand');
  return kdf(ks, FC_NAF, GBA_ME, of.rand, of.impi, of.nafId);
}
