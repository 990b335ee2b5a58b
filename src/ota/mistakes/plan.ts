/**
 * How a packet may have been made: a plan, which a mistake changes into another plan.
 *
 *     packet = clear | layout(counters, checksum by `check` over what `span` says, data, padding)
 *                      ciphered by `ciphering`
 *
 * The plan that the header asks for is the one by which the receiver reads the packet.
 *
 * @see ETSI TS 102 225 §5.1
 * @module
 */

import { keyVersion, type OtaAlgorithm } from '../key-set.ts';
import { decodeSpi, type Spi } from '../spi.ts';
import { CHECKSUM_IN_FRONT, type Layout, type Span, WHOLE } from './coverage.ts';
import { type CrcForm, KeyRing, type KeyRole, type KeyUse, type MacMethod } from './methods.ts';
import type { CandidateKeySet, ReceiverFacts } from './mistake.ts';

/** Octets from CPL to TAR. */
export const CLEAR_OCTETS = 10;
/** Octets of CNTR and PCNTR. */
export const COUNTERS_OCTETS = 6;
/** CPL, and as many octets as it can count. */
const PACKET_OCTETS_MAX = 2 + 0xffff;
/** CHL without a checksum. */
export const CHL_MIN = 13;

/** A cipher: its key, how blocks are chained, and how many octets behind TAR it leaves in clear. */
export interface Ciphering {
  readonly key: KeyUse;
  readonly mode: 'CBC' | 'ECB';
  readonly from: number;
}

/** A checksum of so many octets. */
export type Check =
  | { readonly kind: 'none'; readonly octets: 0 }
  | { readonly kind: 'rc'; readonly octets: 2 | 4; readonly form: CrcForm }
  | {
      readonly kind: 'cc';
      readonly octets: number;
      readonly key: KeyUse;
      readonly method: MacMethod;
    };

/** How a packet may have been made. */
export interface Plan {
  /** CPL to TAR, as the checksum covers them. */
  readonly clear: Uint8Array;
  /** What stands behind TAR. */
  readonly body: Uint8Array;
  readonly ciphering: Ciphering | undefined;
  readonly check: Check;
  readonly span: Span;
  readonly layout: Layout;
}

/** A packet, as far as it can be read without keys; and who is to take it. */
export interface Inquiry {
  readonly octets: Uint8Array;
  readonly cpl: number;
  readonly chl: number;
  readonly spi1: number;
  readonly spi: Spi;
  readonly kic: number;
  readonly kid: number;
  readonly tar: Uint8Array;
  readonly receiver: ReceiverFacts;
  readonly ring: KeyRing;
  /** The plan that the header asks for. */
  readonly base: Plan;
}

/** Finds a key set by its version. */
export function keySetOf(receiver: ReceiverFacts, kvn: number): CandidateKeySet | undefined {
  return receiver.keySets.find((set) => set.kvn === kvn);
}

/** The use of a stored key as it is meant; that of one that does not exist has no key. */
export function storedUse(receiver: ReceiverFacts, kvn: number, role: KeyRole): KeyUse {
  const set = keySetOf(receiver, kvn);
  const stored = role === 'KIc' ? set?.kic : set?.kid;
  return { kvn, role, algorithm: stored?.type ?? 'AES', octets: stored?.key.length ?? 16 };
}

/** The cipher that a key is meant for: in CBC, but single DES as KIc says. */
export function cipheringBy(key: KeyUse, kic: number): Ciphering {
  const isEcb = key.algorithm === 'DES' && (kic & 0x0f) === 0x0d;
  return { key, mode: isEcb ? 'ECB' : 'CBC', from: 0 };
}

/** The cryptographic checksum that a key is meant for. */
export function checkBy(receiver: ReceiverFacts, key: KeyUse): Check {
  const octets = macOctets(receiver, key.kvn, key.algorithm);
  return { kind: 'cc', octets, key, method: 'standard' };
}

/** How many octets of a MAC a packet carries. */
export function macOctets(receiver: ReceiverFacts, kvn: number, algorithm: OtaAlgorithm): number {
  return algorithm === 'AES' ? (keySetOf(receiver, kvn)?.macLength ?? 8) : 8;
}

const CRC_OCTETS: Readonly<Record<number, 2 | 4>> = { 0: 4, 1: 2, 5: 4 };

function baseCheck(spi: Spi, kid: number, chl: number, receiver: ReceiverFacts): Check {
  if (spi.integrity === 'cc') {
    return checkBy(receiver, storedUse(receiver, keyVersion(kid), 'KID'));
  }
  if (spi.integrity === 'rc') {
    const octets = CRC_OCTETS[kid & 0x0f] ?? (chl === CHL_MIN + 2 ? 2 : 4);
    return { kind: 'rc', octets, form: 'standard' };
  }
  return { kind: 'none', octets: 0 };
}

/**
 * Reads a packet as far as no key is needed, whatever CPL and CHL say.
 *
 * @param octets CPL first
 * @returns `undefined` when they are fewer than a packet has without checksum, data and PCNTR, or
 *   more than CPL counts
 */
export function inquire(octets: Uint8Array, receiver: ReceiverFacts): Inquiry | undefined {
  const { length } = octets;
  if (length < CLEAR_OCTETS + COUNTERS_OCTETS - 1 || length > PACKET_OCTETS_MAX) return undefined;
  const at = (n: number): number => octets[n]!;
  const spi = decodeSpi([at(3), at(4)]);
  const [chl, kic, kid] = [at(2), at(5), at(6)];
  const base: Plan = {
    clear: octets.slice(0, CLEAR_OCTETS),
    body: octets.slice(CLEAR_OCTETS),
    ciphering: spi.isCiphered
      ? cipheringBy(storedUse(receiver, keyVersion(kic), 'KIc'), kic)
      : undefined,
    check: baseCheck(spi, kid, chl, receiver),
    span: WHOLE,
    layout: CHECKSUM_IN_FRONT,
  };
  const [cpl, tar] = [at(0) * 256 + at(1), octets.slice(7, CLEAR_OCTETS)];
  const ring = new KeyRing(receiver.keySets);
  return { octets, cpl, chl, spi1: at(3), spi, kic, kid, tar, receiver, ring, base };
}
