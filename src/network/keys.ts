/**
 * A Ki/OTA pair outside of the card: what a UICC manufacturer tells the operator of an ICCID.
 *
 *     pair   algorithm, K, OPc or TOPc … | width of IND | key sets: key version, KIc, KID, CNTR
 *
 * The octets go from a card profile to the manufacturer and from there to one operator, which makes
 * expanded keys of them. Who holds a pair holds the subscription: it travels as a {@link Secret}.
 *
 * @see docs/architecture.md, "Key release"; 3GPP TR 33.812 §5.4.2 (alternative 3b)
 * @module
 */

import { fromHex } from '../bytes/hex.ts';
import { copyOf } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import {
  type AuthenticationAlgorithms,
  type AuthenticationSecret,
  expandAuthenticationKey,
} from '../crypto/algorithms.ts';
import { type KeySet, type OtaAlgorithm, otaKey } from '../ota/key-set.ts';
import { authenticationSecret } from '../profile/authentication.ts';
import type { KeySetProfile, KeyTableEntryProfile, OtaKeyProfile } from '../profile/profile.ts';
import type { SubscriberAuthentication } from './auc.ts';
import { SEQUENCE_PROFILES } from './sequence-generation.ts';

/** A value that no text shows, be it JSON or a template string: only `reveal` gives it. */
export interface Secret<T> {
  reveal(): T;
  toJSON(): string;
}

/** Hides a value from whatever prints or stores what holds it. */
export function secret<T>(value: T): Secret<T> {
  return { reveal: () => value, toJSON: () => '(secret)' };
}

/** An OTA key as octets. Secret. */
export interface PairOtaKey {
  readonly type: OtaAlgorithm;
  readonly octets: Uint8Array;
}

/** The OTA keys of one key version number, with the counter that the card has stored. Secret. */
export interface PairKeySet {
  /** 0 to 15. */
  readonly kvn: number;
  readonly kic: PairOtaKey;
  readonly kid: PairOtaKey;
  /** Octets of the checksum that a packet carries. */
  readonly macLength: 4 | 8;
  /** 40 bits. */
  readonly cntr: number;
}

/** One Ki/OTA pair. Secret. */
export interface SubscriptionPair extends AuthenticationSecret {
  /** Width of IND in bits. */
  readonly indBits: number;
  readonly keySets: readonly PairKeySet[];
}

function octetsOf(key: OtaKeyProfile): PairOtaKey {
  return { type: key.type, octets: fromHex(key.key) };
}

function pairKeySet(profile: KeySetProfile): PairKeySet {
  const { kvn, kic, kid, cntr } = profile;
  return {
    kvn,
    kic: octetsOf(kic),
    kid: octetsOf(kid),
    macLength: kid.macLength ?? 8,
    cntr: new ByteReader(fromHex(cntr), 'cntr').uint(5, 'CNTR'),
  };
}

/**
 * Reads a pair out of an entry of a profile's key table.
 *
 * @param entry an entry of a profile that was checked
 * @see docs/profile.md
 */
export function pairFromProfile(entry: KeyTableEntryProfile): SubscriptionPair {
  return {
    ...authenticationSecret(entry),
    indBits: entry.sqn.indBits,
    keySets: entry.keySets.map(pairKeySet),
  };
}

/**
 * Makes the state of the AuC from a pair: no vector so far, SEQ of a counter, IND from 0.
 *
 * @param amf AMF of the vectors, 2 octets
 * @param algorithms those that the AuC was given beside MILENAGE, TUAK and XOR
 * @throws {RangeError} an octet string of the pair has another length than its kind, or nobody has
 *   registered its algorithm
 */
export function authenticationOf(
  pair: SubscriptionPair,
  amf: Uint8Array,
  algorithms: AuthenticationAlgorithms = {},
): SubscriberAuthentication {
  const key = expandAuthenticationKey(pair, algorithms);
  const scheme = SEQUENCE_PROFILES[2];
  return { key, seqHe: 0, indBits: pair.indBits, ind: 0, amf: copyOf(amf), scheme };
}

/**
 * Expands the keys of one key version number.
 *
 * @throws {RangeError} a key has another length than its kind
 */
export function keySetOf({ kvn, kic, kid, macLength }: PairKeySet): KeySet {
  const cipheringKey = otaKey(kic.type, kic.octets);
  return { kvn, cipheringKey, checksumKey: otaKey(kid.type, kid.octets), macLength };
}
