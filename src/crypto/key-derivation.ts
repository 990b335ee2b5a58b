/**
 * Keys of EPS and 5G from what AKA gives, bound to the network that they are for.
 *
 *     KDF(key, FC, P0, P1 …) = HMAC-SHA-256(key, FC | P0 | its length, 2 | P1 | its length, 2 …)
 *
 *     CK || IK ─▶ K_ASME                                      EPS
 *              ─▶ CK', IK'                                    EAP-AKA'
 *              ─▶ RES*;  K_AUSF ─▶ K_SEAF ─▶ K_AMF            5G
 *
 * The lengths behind the parameters keep one input from being read as another. SQN ^ AK stands in
 * the first 6 octets of AUTN, so the ME needs no more than it has seen.
 *
 * @see 3GPP TS 33.401 §A.2; 3GPP TS 33.402 §A.2; 3GPP TS 33.501 §A.2; 3GPP TS 33.220 §B.2;
 *   test/vectors/key-derivation.json
 * @module
 */

import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { encodePlmn, type Plmn } from '../bytes/identity.ts';
import { concat, expectLength } from '../bytes/octets.ts';
import { SQN_OCTETS } from '../bytes/sqn.ts';
import { ByteWriter } from '../bytes/writer.ts';

/** What each derivation is called in its input. */
const FC = {
  kAsme: 0x10,
  akaPrime: 0x20,
  kAusf: 0x6a,
  resStar: 0x6b,
  kSeaf: 0x6c,
  kAmf: 0x6d,
} as const;

const RAND_OCTETS = 16;
const KEY_OCTETS = 32;
const HALF = 16;

/** CK and IK: 16 octets each, or 32 of algorithms that give as many. Secret. */
export interface AkaKeys {
  readonly ck: Uint8Array;
  readonly ik: Uint8Array;
}

/** For whom, and in which authentication. */
export interface DerivationContext {
  /** What {@link servingNetworkName} gives, or the name of another access network. */
  readonly networkName: string;
  /** SQN ^ AK, 6 octets: the first of AUTN. */
  readonly sqnXorAk: Uint8Array;
}

/** SQN ^ AK as AUTN (16 octets) begins with it. */
export function sqnXorAkOf(autn: Uint8Array): Uint8Array {
  return autn.slice(0, SQN_OCTETS);
}

/**
 * The key derivation function of the documents.
 *
 * @param fc says what is derived: one octet
 * @param parameters P0, P1 …, up to 65535 octets each
 * @returns 32 octets. Secret
 * @see 3GPP TS 33.220 §B.2
 */
export function kdf(key: Uint8Array, fc: number, ...parameters: readonly Uint8Array[]): Uint8Array {
  const input = new ByteWriter().uint(1, fc, 'FC');
  for (const parameter of parameters) input.bytes(parameter).uint(2, parameter.length, 'length');
  return hmac(sha256, key, input.finish());
}

function keyOf({ ck, ik }: AkaKeys): Uint8Array {
  for (const [name, key] of [
    ['ck', ck],
    ['ik', ik],
  ] as const) {
    expectLength(key, key.length === KEY_OCTETS ? KEY_OCTETS : HALF, name);
  }
  return concat(ck, ik);
}

function octetsOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function bound(
  keys: AkaKeys,
  fc: number,
  { networkName, sqnXorAk }: DerivationContext,
): Uint8Array {
  expectLength(sqnXorAk, SQN_OCTETS, 'sqnXorAk');
  return kdf(keyOf(keys), fc, octetsOf(networkName), sqnXorAk);
}

/**
 * Gives the name of a serving network in 5G.
 *
 * @returns `5G:mnc001.mcc001.3gppnetwork.org`, the MNC in three digits
 * @see 3GPP TS 33.501 (serving network name)
 * @example
 * ```ts
 * import { plmn, servingNetworkName } from 'vuicc';
 *
 * const name = servingNetworkName(plmn('262-42'));
 * if (name !== '5G:mnc042.mcc262.3gppnetwork.org') throw new Error(name);
 * ```
 */
export function servingNetworkName(of: Plmn): string {
  const [mcc = '', mnc = ''] = of.split('-');
  return `5G:mnc${mnc.padStart(3, '0')}.mcc${mcc}.3gppnetwork.org`;
}

/**
 * K_ASME of EPS.
 *
 * @param by the serving network; SQN ^ AK, 6 octets
 * @returns 32 octets. Secret
 * @throws {RangeError} an input has another length
 * @see 3GPP TS 33.401 §A.2
 * @example
 * ```ts
 * import { deriveKAsme, plmn } from 'vuicc';
 *
 * const keys = { ck: new Uint8Array(16), ik: new Uint8Array(16) };
 * const by = { servingNetwork: plmn('001-01'), sqnXorAk: new Uint8Array(6) };
 * if (deriveKAsme(keys, by).length !== 32) throw new Error('256 bits');
 * ```
 */
export function deriveKAsme(
  keys: AkaKeys,
  by: { readonly servingNetwork: Plmn; readonly sqnXorAk: Uint8Array },
): Uint8Array {
  expectLength(by.sqnXorAk, SQN_OCTETS, 'sqnXorAk');
  return kdf(keyOf(keys), FC.kAsme, encodePlmn(by.servingNetwork), by.sqnXorAk);
}

/**
 * CK' and IK' of EAP-AKA', for an access network by its name.
 *
 * @returns 16 octets each. Secret
 * @throws {RangeError} an input has another length
 * @see 3GPP TS 33.402 §A.2; 3GPP TS 33.501 §A.3
 * @example
 * ```ts
 * import { deriveAkaPrimeKeys } from 'vuicc';
 *
 * const keys = { ck: new Uint8Array(16), ik: new Uint8Array(16) };
 * const by = { networkName: 'WLAN', sqnXorAk: new Uint8Array(6) };
 * if (deriveAkaPrimeKeys(keys, by).ck.length !== 16) throw new Error('as long as CK');
 * ```
 */
export function deriveAkaPrimeKeys(keys: AkaKeys, by: DerivationContext): AkaKeys {
  const derived = bound(keys, FC.akaPrime, by);
  return { ck: derived.slice(0, HALF), ik: derived.slice(HALF) };
}

/**
 * K_AUSF of 5G AKA.
 *
 * @returns 32 octets. Secret
 * @throws {RangeError} an input has another length
 * @see 3GPP TS 33.501 §A.2
 * @example
 * ```ts
 * import { deriveKAusf, plmn, servingNetworkName } from 'vuicc';
 *
 * const keys = { ck: new Uint8Array(16), ik: new Uint8Array(16) };
 * const networkName = servingNetworkName(plmn('001-01'));
 * const key = deriveKAusf(keys, { networkName, sqnXorAk: new Uint8Array(6) });
 * if (key.length !== 32) throw new Error('256 bits');
 * ```
 */
export function deriveKAusf(keys: AkaKeys, by: DerivationContext): Uint8Array {
  return bound(keys, FC.kAusf, by);
}

/**
 * RES* of the ME, or XRES* of its home network: right for one serving network alone.
 *
 * @param by name of the serving network; RAND, 16 octets; RES or XRES, 4 to 32
 * @returns 16 octets
 * @throws {RangeError} an input has another length
 * @see 3GPP TS 33.501 §A.4
 * @example
 * ```ts
 * import { deriveResStar } from 'vuicc';
 *
 * const keys = { ck: new Uint8Array(16), ik: new Uint8Array(16) };
 * const by = { networkName: '5G:…', rand: new Uint8Array(16), res: new Uint8Array(8) };
 * if (deriveResStar(keys, by).length !== 16) throw new Error('128 bits');
 * ```
 */
export function deriveResStar(
  keys: AkaKeys,
  by: { readonly networkName: string; readonly rand: Uint8Array; readonly res: Uint8Array },
): Uint8Array {
  const { networkName, rand, res } = by;
  expectLength(rand, RAND_OCTETS, 'rand');
  if (res.length < 4 || res.length > 32) {
    throw new RangeError(`res: expected 4 to 32 octets, got ${res.length}`);
  }
  return kdf(keyOf(keys), FC.resStar, octetsOf(networkName), rand, res).slice(HALF);
}

/**
 * HRES* or HXRES*: by it a serving network knows RES* before it has seen XRES*.
 *
 * @param rand 16 octets
 * @param resStar 16 octets
 * @returns 16 octets
 * @throws {RangeError} an input has another length
 * @see 3GPP TS 33.501 §A.5
 * @example
 * ```ts
 * import { deriveHresStar } from 'vuicc';
 *
 * if (deriveHresStar(new Uint8Array(16), new Uint8Array(16)).length !== 16) throw new Error('128');
 * ```
 */
export function deriveHresStar(rand: Uint8Array, resStar: Uint8Array): Uint8Array {
  expectLength(rand, RAND_OCTETS, 'rand');
  expectLength(resStar, HALF, 'resStar');
  return sha256(concat(rand, resStar)).slice(HALF);
}

/**
 * K_SEAF, which the home network gives to a serving one.
 *
 * @param kAusf 32 octets
 * @returns 32 octets. Secret
 * @throws {RangeError} K_AUSF has another length
 * @see 3GPP TS 33.501 §A.6
 * @example
 * ```ts
 * import { deriveKSeaf } from 'vuicc';
 *
 * if (deriveKSeaf(new Uint8Array(32), '5G:…').length !== 32) throw new Error('256 bits');
 * ```
 */
export function deriveKSeaf(kAusf: Uint8Array, networkName: string): Uint8Array {
  expectLength(kAusf, KEY_OCTETS, 'kAusf');
  return kdf(kAusf, FC.kSeaf, octetsOf(networkName));
}

/**
 * K_AMF, bound to the subscriber.
 *
 * @param kSeaf 32 octets
 * @param by `supi`: the digits of an IMSI, or a NAI; `abba`: 2 octets or more, '0000' at first
 * @returns 32 octets. Secret
 * @throws {RangeError} K_SEAF has another length, or ABBA has less than 2 octets
 * @see 3GPP TS 33.501 §A.7
 * @example
 * ```ts
 * import { deriveKAmf } from 'vuicc';
 *
 * const by = { supi: '001010123456789', abba: new Uint8Array(2) };
 * if (deriveKAmf(new Uint8Array(32), by).length !== 32) throw new Error('256 bits');
 * ```
 */
export function deriveKAmf(
  kSeaf: Uint8Array,
  { supi, abba }: { readonly supi: string; readonly abba: Uint8Array },
): Uint8Array {
  expectLength(kSeaf, KEY_OCTETS, 'kSeaf');
  if (abba.length < 2) {
    throw new RangeError(`abba: expected 2 octets or more, got ${abba.length}`);
  }
  return kdf(kSeaf, FC.kAmf, octetsOf(supi), abba);
}
