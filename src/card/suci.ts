/**
 * The SUCI that the card makes of what its files say.
 *
 *     EF_SUCI_Calc_Info     which scheme, with which key of the home network
 *     EF_Routing_Indicator  where in the home network
 *     EF_IMSI, EF_AD        who; or EF_SUPI_NAI, with service 130
 *
 * Of the schemes the first counts that the card knows. The null scheme counts only where it is the
 * first of all: what an operator wants concealed does not go out in clear because a key is missing
 * or wrong.
 *
 * @see 3GPP TS 31.102 §7.5; 3GPP TS 33.501 (concealed identities)
 * @module
 */

import { homePlmn } from '../bytes/identity.ts';
import {
  type Concealment,
  encodeMsin,
  encodeSuci,
  isSuciProfile,
  NULL_SCHEME,
  type SuciProfile,
} from '../bytes/suci.ts';
import { concealSupi, isSuciPrivateKey, SUCI_PRIVATE_KEY_OCTETS } from '../crypto/suci.ts';
import { EF_AD } from '../ef/administration.ts';
import {
  EF_Routing_Indicator,
  EF_SUCI_Calc_Info,
  type HomeNetworkKey,
  type SuciCalcInfo,
} from '../ef/concealment.ts';
import { EF_SUPI_NAI } from '../ef/five-gs.ts';
import { EF_IMSI } from '../ef/identity.ts';
import { contentIn, hasService, valueIn } from './active-application.ts';
import { type CommandContext, cursorOf, filesOf, randomOctets } from './command.ts';
import { childOf } from './files/file-system.ts';
import type { FileNumber } from './memory.ts';

const DF_5GS = 0x5fc0;
const SERVICE_SUPI_NAI = 130;
/** Where EF_AD says the length of the MNC: in b4 to b1. */
const MNC_LENGTH_OFFSET = 3;
/** Of a subscriber for whom the operator has none. */
const ROUTING_INDICATOR_NONE = '0';
const NO_KEY = 0;
/** One draw in 2^32 is no private key of profile B; as many in a row come from broken dice. */
const DRAWS_MAX = 4;

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

/** Draws a private key for once; `undefined` when the card has no dice, or they are broken. */
function ephemeralKeyOf(card: CommandContext, scheme: SuciProfile): Uint8Array | undefined {
  for (let n = 0; n < DRAWS_MAX; n++) {
    const drawn = randomOctets(card, SUCI_PRIVATE_KEY_OCTETS);
    if (drawn === undefined || isSuciPrivateKey(scheme, drawn)) return drawn;
  }
  return undefined;
}

type Concealed = Omit<Concealment, 'routingIndicator'>;

function conceal(
  card: CommandContext,
  protection: Protection,
  plain: Uint8Array,
): Concealed | undefined {
  const { scheme } = protection;
  if (scheme === NULL_SCHEME) return { scheme, keyIdentifier: NO_KEY, schemeOutput: plain };
  const { identifier: keyIdentifier, key: homeNetworkKey } = protection.key;
  const ephemeralKey = ephemeralKeyOf(card, scheme);
  if (ephemeralKey === undefined) return undefined;
  const result = concealSupi(plain, { scheme, homeNetworkKey, ephemeralKey });
  return result.ok ? { scheme, keyIdentifier, schemeOutput: result.schemeOutput } : undefined;
}

/** The part of a SUPI that stays in clear, and the part that does not. */
type Supi =
  | {
      readonly kind: 'imsi';
      readonly plmn: ReturnType<typeof homePlmn>;
      readonly plain: Uint8Array;
    }
  | { readonly kind: 'nai'; readonly realm: string; readonly plain: Uint8Array };

function imsiIn(card: CommandContext): Supi | undefined {
  const { application } = cursorOf(card);
  const imsi = valueIn(card, application, EF_IMSI);
  const mncLength = (contentIn(card, application, EF_AD.fid)?.[MNC_LENGTH_OFFSET] ?? 0) & 0x0f;
  if (imsi === undefined || (mncLength !== 2 && mncLength !== 3)) return undefined;
  const plain = encodeMsin(imsi, mncLength);
  // An IMSI that ends with its MNC is nobody's.
  return plain.length === 0 ? undefined : { kind: 'imsi', plmn: homePlmn(imsi, mncLength), plain };
}

function naiIn(card: CommandContext, directory: FileNumber | undefined): Supi | undefined {
  const nais = valueIn(card, directory, EF_SUPI_NAI);
  const nai = nais?.find(({ kind }) => kind === 'network-specific')?.nai ?? '';
  const [, userName, realm] = /^([^@]+)@([^@]+)$/.exec(nai) ?? [];
  if (userName === undefined || realm === undefined) return undefined;
  return { kind: 'nai', realm, plain: new TextEncoder().encode(userName) };
}

/**
 * Makes the SUCI.
 *
 * @returns `undefined` when the files do not say how, what they say makes no sense, or the card has
 *   no dice for a scheme that needs them
 * @see 3GPP TS 31.102 §7.5
 */
export function suciOf(card: CommandContext): Uint8Array | undefined {
  const { application } = cursorOf(card);
  const directory =
    application === undefined ? undefined : childOf(filesOf(card), application, DF_5GS);
  const info = valueIn(card, directory, EF_SUCI_Calc_Info);
  const protection = info && protectionOf(info);
  const routing = valueIn(card, directory, EF_Routing_Indicator)?.routingIndicator;
  const supi = hasService(card, SERVICE_SUPI_NAI) ? naiIn(card, directory) : imsiIn(card);
  if (protection === undefined || routing === undefined || supi === undefined) return undefined;
  const concealed = conceal(card, protection, supi.plain);
  if (concealed === undefined) return undefined;
  const routingIndicator = routing || ROUTING_INDICATOR_NONE;
  return encodeSuci({ ...supi, ...concealed, routingIndicator });
}
