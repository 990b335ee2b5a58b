/**
 * What the home network makes of a SUCI: it alone can tell whose it is.
 *
 *     octets ─▶ a SUCI ─▶ of this network ─▶ key by identifier and scheme ─▶ tag ─▶ SUPI
 *
 * The standard calls this function the SIDF. Nothing is kept here, and no refusal tells more than
 * its name: who sends a SUCI has proven nothing yet.
 *
 * @see 3GPP TS 33.501 (concealed identities)
 * @module
 */

import { decodeDigits, encodeDigits } from '../bytes/bcd.ts';
import { understood } from '../bytes/errors.ts';
import { type Imsi, imsi } from '../bytes/identity.ts';
import { equals } from '../bytes/octets.ts';
import { decodeSuci, homeOf, NULL_SCHEME, type Suci, type SuciProfile } from '../bytes/suci.ts';
import { decodeUtf8 } from '../bytes/text.ts';
import { type RevealFailure, type RevealResult, revealSupi } from '../crypto/suci.ts';

/** A key of the home network whose public half its cards have. Treat as secret. */
export interface HomeNetworkPrivateKey {
  /** 0 to 255, as EF_SUCI_Calc_Info says it. */
  readonly identifier: number;
  /** 1 profile A, 2 profile B: a key is for one of them. */
  readonly scheme: SuciProfile;
  /** 32 octets. */
  readonly privateKey: Uint8Array;
}

/** What a home network reads a SUCI with. */
export interface HomeNetworkKeys {
  /** PLMNs and realms that are this home network. */
  readonly networks: readonly string[];
  readonly keys: readonly HomeNetworkPrivateKey[];
}

/** Who a subscriber is. */
export type Supi =
  | { readonly kind: 'imsi'; readonly imsi: Imsi }
  | { readonly kind: 'nai'; readonly nai: string };

/**
 * Why a SUCI tells nobody. `no-suci`: the octets are none; `no-supi`: what was concealed is none of
 * a subscriber.
 */
export type DeConcealmentFailure =
  | RevealFailure
  | 'no-suci'
  | 'other-network'
  | 'unknown-key'
  | 'no-supi';

/** Who sent a SUCI, or why nobody can tell. */
export type DeConcealmentResult =
  | { readonly ok: true; readonly supi: Supi; readonly suci: Suci }
  | { readonly ok: false; readonly failure: DeConcealmentFailure };

function plainOf(
  suci: Suci,
  keys: readonly HomeNetworkPrivateKey[],
): RevealResult | { readonly ok: false; readonly failure: 'unknown-key' } {
  const { scheme, keyIdentifier, schemeOutput } = suci;
  if (scheme === NULL_SCHEME) return { ok: true, plain: schemeOutput };
  const key = keys.find((one) => one.identifier === keyIdentifier && one.scheme === scheme);
  if (key === undefined) return { ok: false, failure: 'unknown-key' };
  return revealSupi(schemeOutput, key);
}

function supiOf(suci: Suci, plain: Uint8Array): Supi | undefined {
  if (suci.kind === 'imsi') {
    const msin = understood(() => decodeDigits(plain, 'MSIN')) ?? '';
    const digits = `${suci.plmn.replace('-', '')}${msin}`;
    // One filler at most: octets behind it would make many SUCIs of one subscriber.
    const isImsi = msin !== '' && digits.length <= 15 && equals(encodeDigits(msin), plain);
    return isImsi ? { kind: 'imsi', imsi: imsi(digits) } : undefined;
  }
  const userName = understood(() => decodeUtf8(plain, 'user name'));
  if (userName === undefined || !/^[^@]+$/.test(userName)) return undefined;
  return { kind: 'nai', nai: `${userName}@${suci.realm}` };
}

/**
 * Reveals whose a SUCI is.
 *
 * The null scheme is read like the others: it is for the network to say who may use it.
 *
 * @param octets the value that GET IDENTITY gives, without tag and length
 * @throws {RangeError} a key that the SUCI names is no private key of its profile
 * @see 3GPP TS 33.501 (concealed identities)
 * @example
 * ```ts
 * import { fromHex, revealSuci } from 'vuicc';
 *
 * const home = { networks: ['001-01'], keys: [] };
 * const result = revealSuci(fromHex('0100f110f0ff00000000000010'), home); // The null scheme.
 * if (!result.ok || result.supi.kind !== 'imsi') throw new Error('a SUCI of 001-01');
 * if (result.supi.imsi !== '001010000000001') throw new Error(result.supi.imsi);
 * ```
 */
export function revealSuci(octets: Uint8Array, home: HomeNetworkKeys): DeConcealmentResult {
  const suci = understood(() => decodeSuci(octets));
  if (suci === undefined) return { ok: false, failure: 'no-suci' };
  if (!home.networks.includes(homeOf(suci))) return { ok: false, failure: 'other-network' };
  const revealed = plainOf(suci, home.keys);
  if (!revealed.ok) return revealed;
  const supi = supiOf(suci, revealed.plain);
  return supi === undefined ? { ok: false, failure: 'no-supi' } : { ok: true, supi, suci };
}
