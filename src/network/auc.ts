/**
 * The authentication centre (AuC) for one subscription: vectors, and resynchronisation.
 *
 *     SQN  = SEQ || IND, 48 bits                     SEQ above SEQ_HE, by one or by the clock
 *     AUTN = (SQN ^ AK) || AMF || MAC-A, 16 octets
 *     AUTS = (SQN_MS ^ AK*) || MAC-S, 14 octets      MAC-S over SQN_MS and AMF* = '0000'
 *
 * State goes in and comes out; nothing is kept here. SQN and SEQ have more bits than a shift takes.
 *
 * @see 3GPP TS 33.102 §6.3, §C.3
 * @module
 */

import {
  concat,
  copyOf,
  equalsInConstantTime,
  exclusiveOr,
  expectLength,
} from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import { decodeSqn, encodeSqn, SQN_OCTETS } from '../bytes/sqn.ts';
import type { AuthenticationKey } from '../crypto/authentication-key.ts';
import {
  allottedIndex,
  type IndexDomain,
  nextSequence,
  resynchronisedScheme,
  type SequenceScheme,
} from './sequence-generation.ts';

const SQN_BITS = 48;
const MAC_OCTETS = 8;
const AUTS_OCTETS = SQN_OCTETS + MAC_OCTETS;
/** AMF* of MAC-S, whatever AMF was in AUTN. */
const AMF_STAR = new Uint8Array(2);

/** What the AuC knows of one subscription. Treat as secret. */
export interface SubscriberAuthentication {
  /** Of whatever algorithm. */
  readonly key: AuthenticationKey;
  /** SEQ of the newest vector; 0 before the first. */
  readonly seqHe: number;
  /** Width of IND in bits, 0 to 8; 5 is usual. */
  readonly indBits: number;
  /** IND of the next vector. */
  readonly ind: number;
  /** 2 octets. */
  readonly amf: Uint8Array;
  /** How SEQ is made. */
  readonly scheme: SequenceScheme;
}

/** What a vector is made for, and when. */
export interface VectorOptions {
  /** The time in milliseconds from any moment that stays: for schemes with a clock. */
  readonly atMs?: number;
  /** The kind of serving node; left out: IND is allotted among all. */
  readonly domain?: IndexDomain;
}

/** One authentication vector. XRES, CK and IK are secret. */
export interface AuthenticationVector {
  /** 16 octets. */
  readonly rand: Uint8Array;
  /** 16 octets. */
  readonly autn: Uint8Array;
  /** 4 to 32 octets: 8 by MILENAGE. */
  readonly xres: Uint8Array;
  /** 16 or 32 octets. */
  readonly ck: Uint8Array;
  /** 16 or 32 octets. */
  readonly ik: Uint8Array;
}

/** The vector, and the state that must be kept before the vector is used. */
export type VectorResult =
  | {
      readonly ok: true;
      readonly vector: AuthenticationVector;
      readonly next: SubscriberAuthentication;
    }
  | { readonly ok: false; readonly failure: 'sqn-exhausted' };

/** The state after resynchronisation, or why AUTS is refused. */
export type ResynchronisationResult =
  | { readonly ok: true; readonly next: SubscriberAuthentication }
  | { readonly ok: false; readonly failure: 'mac-s-wrong' };

/**
 * Makes the next vector: its SEQ is above that of the newest.
 *
 * @param rand 16 octets, unpredictable; copied
 * @throws {RangeError} `rand` has another length, the scheme needs a time that is not there, or
 *   there is no such domain
 * @see 3GPP TS 33.102 §6.3, §C.3
 */
export function nextVector(
  state: SubscriberAuthentication,
  rand: Uint8Array,
  { atMs, domain }: VectorOptions = {},
): VectorResult {
  const { key, indBits, ind, amf } = state;
  const slots = 2 ** indBits;
  const { seq, scheme } = nextSequence(state.scheme, state.seqHe, atMs);
  if (seq >= 2 ** (SQN_BITS - indBits)) return { ok: false, failure: 'sqn-exhausted' };
  const challenge = key.challenge(rand);
  const index = allottedIndex(ind, slots, domain);
  const sqn = encodeSqn(seq * slots + index);
  const autn = concat(exclusiveOr(sqn, challenge.ak), amf, challenge.macA(sqn, amf));
  const { res: xres, ck, ik } = challenge;
  const vector = { rand: copyOf(rand), autn, xres, ck, ik };
  return { ok: true, vector, next: { ...state, seqHe: seq, ind: (ind + 1) % slots, scheme } };
}

/**
 * Takes over the sequence number of a USIM that has refused a vector.
 *
 * The next vector has a SEQ above SEQ_MS, with the IND that was its turn anyway.
 *
 * @param failure AUTS (14 octets; refused if it has another length) and RAND (16) of the vector
 * @param options the time, as for {@link nextVector}
 * @throws {RangeError} RAND has another length, or the scheme needs a time that is not there
 * @see 3GPP TS 33.102 §6.3.5, §C.3
 */
export function resynchronise(
  state: SubscriberAuthentication,
  failure: { readonly auts: Uint8Array; readonly rand: Uint8Array },
  { atMs }: VectorOptions = {},
): ResynchronisationResult {
  const { auts, rand } = failure;
  expectLength(rand, 16, 'rand');
  if (auts.length !== AUTS_OCTETS) return { ok: false, failure: 'mac-s-wrong' };
  const challenge = state.key.challenge(rand);
  const reader = new ByteReader(auts, 'AUTS');
  const sqnMs = exclusiveOr(reader.take(SQN_OCTETS, 'SQN_MS'), challenge.akStar());
  const macS = reader.rest();
  if (!equalsInConstantTime(challenge.macS(sqnMs, AMF_STAR), macS)) {
    return { ok: false, failure: 'mac-s-wrong' };
  }
  const sqn = decodeSqn(sqnMs);
  const seqHe = Math.floor(sqn / 2 ** state.indBits);
  const scheme = resynchronisedScheme(state.scheme, seqHe, atMs);
  return { ok: true, next: { ...state, seqHe, scheme } };
}
