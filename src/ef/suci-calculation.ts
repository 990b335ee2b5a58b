/**
 * The SUCI as EF_SUCI_Calc_Info wants it, by whoever makes it: the USIM or the ME.
 *
 *     SUPI, in clear and to be concealed | scheme of the first priority that is known | its key
 *
 * The null scheme counts only where it is the first of all: what an operator wants concealed does
 * not go out in clear because a key is missing or wrong.
 *
 * @see 3GPP TS 31.102 §4.4.11.8; 3GPP TS 33.501 (concealed identities)
 * @module
 */

import { homePlmn, type Imsi, type Plmn } from '../bytes/identity.ts';
import {
  type Concealment,
  encodeMsin,
  encodeSuci,
  isSuciProfile,
  NULL_SCHEME,
  type SuciProfile,
} from '../bytes/suci.ts';
import { concealSupi, isSuciPrivateKey, SUCI_PRIVATE_KEY_OCTETS } from '../crypto/suci.ts';
import type { HomeNetworkKey, SuciCalcInfo } from './concealment.ts';
import type { Nai } from './five-gs.ts';

/** The part of a SUPI that stays in clear, and the part that does not. */
export type ConcealableSupi =
  | { readonly kind: 'imsi'; readonly plmn: Plmn; readonly plain: Uint8Array }
  | { readonly kind: 'nai'; readonly realm: string; readonly plain: Uint8Array };

/** Gives that many octets, unpredictable; `undefined` when there are none. */
export type Dice = (octets: number) => Uint8Array | undefined;

const NO_KEY = 0;
/** Of a subscriber for whom the operator has none. */
const ROUTING_INDICATOR_NONE = '0';
/** One draw in 2^32 is no private key of profile B; as many in a row come from broken dice. */
const DRAWS_MAX = 4;

/** EF_SUCI_Calc_Info of an operator who conceals nothing. */
export const NULL_SCHEME_ALONE: SuciCalcInfo = {
  schemes: [{ identifier: NULL_SCHEME, keyIndex: 0 }],
  keys: [],
};

/** Splits an IMSI; `undefined` for one that ends with its MNC and is nobody's. */
export function supiOfImsi(imsi: Imsi, mncLength: 2 | 3): ConcealableSupi | undefined {
  const plain = encodeMsin(imsi, mncLength);
  return plain.length === 0 ? undefined : { kind: 'imsi', plmn: homePlmn(imsi, mncLength), plain };
}

/** Splits a NAI; `undefined` when it has no user name or no realm. */
export function supiOfNai(nai: string): ConcealableSupi | undefined {
  const [, userName, realm] = /^([^@]+)@([^@]+)$/.exec(nai) ?? [];
  if (userName === undefined || realm === undefined) return undefined;
  return { kind: 'nai', realm, plain: new TextEncoder().encode(userName) };
}

/** Splits what EF_SUPI_NAI says; `undefined` when it has no network specific identifier. */
export function supiOfNais(nais: readonly Nai[] | undefined): ConcealableSupi | undefined {
  return supiOfNai(nais?.find(({ kind }) => kind === 'network-specific')?.nai ?? '');
}

/** A scheme, and the key that goes with it. */
type Protection =
  | { readonly scheme: typeof NULL_SCHEME }
  | { readonly scheme: SuciProfile; readonly key: HomeNetworkKey };

function protectionOf({ schemes, keys }: SuciCalcInfo): Protection | undefined {
  if (schemes[0]?.identifier === NULL_SCHEME) return { scheme: NULL_SCHEME };
  for (const { identifier, keyIndex } of schemes) {
    if (!isSuciProfile(identifier)) continue;
    const key = keys[keyIndex - 1];
    return key && { scheme: identifier, key };
  }
  return undefined;
}

/** Draws a private key for once; `undefined` without dice, or when they are broken. */
function ephemeralKeyOf(dice: Dice, scheme: SuciProfile): Uint8Array | undefined {
  for (let n = 0; n < DRAWS_MAX; n++) {
    const drawn = dice(SUCI_PRIVATE_KEY_OCTETS);
    if (drawn === undefined || isSuciPrivateKey(scheme, drawn)) return drawn;
  }
  return undefined;
}

type Concealed = Omit<Concealment, 'routingIndicator'>;

function conceal(protection: Protection, plain: Uint8Array, dice: Dice): Concealed | undefined {
  const { scheme } = protection;
  if (scheme === NULL_SCHEME) return { scheme, keyIdentifier: NO_KEY, schemeOutput: plain };
  const { identifier: keyIdentifier, key: homeNetworkKey } = protection.key;
  const ephemeralKey = ephemeralKeyOf(dice, scheme);
  if (ephemeralKey === undefined) return undefined;
  const result = concealSupi(plain, { scheme, homeNetworkKey, ephemeralKey });
  return result.ok ? { scheme, keyIdentifier, schemeOutput: result.schemeOutput } : undefined;
}

/**
 * Makes a SUCI.
 *
 * @param by EF_SUCI_Calc_Info; digits of EF_Routing_Indicator, perhaps none
 * @returns as it goes over the air; `undefined` when no scheme is known, its key is missing or none
 *   of its curve, or there are no dice for it
 * @see 3GPP TS 33.501 (concealed identities)
 */
export function calculateSuci(
  supi: ConcealableSupi,
  by: { readonly info: SuciCalcInfo; readonly routingIndicator: string },
  dice: Dice,
): Uint8Array | undefined {
  const protection = protectionOf(by.info);
  const concealed = protection && conceal(protection, supi.plain, dice);
  if (concealed === undefined) return undefined;
  const routingIndicator = by.routingIndicator || ROUTING_INDICATOR_NONE;
  return encodeSuci({ ...supi, ...concealed, routingIndicator });
}
