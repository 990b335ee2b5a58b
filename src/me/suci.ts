/**
 * The SUCI that an ME registers with: the USIM's, or made of the USIM's files.
 *
 *     services 124 and 125    GET IDENTITY                      the dice are the card's
 *     service 124             EF_SUCI_Calc_Info and the others  the dice are the ME's
 *     neither                 the null scheme
 *
 * @see 3GPP TS 31.102 §7.5; 3GPP TS 33.501 (concealed identities)
 * @module
 */

import { commandApdu } from '../apdu/command.ts';
import type { StatusWord } from '../apdu/response.ts';
import { understood } from '../bytes/errors.ts';
import { EF_Routing_Indicator, EF_SUCI_Calc_Info, type SuciCalcInfo } from '../ef/concealment.ts';
import { EF_SUPI_NAI } from '../ef/five-gs.ts';
import { isAvailable, type ServiceTable } from '../ef/services.ts';
import {
  type ConcealableSupi,
  calculateSuci,
  NULL_SCHEME_ALONE,
  supiOfImsi,
  supiOfNais,
} from '../ef/suci-calculation.ts';
import { decodeBerTlvs } from '../tlv/ber.ts';
import type { Procedure } from './procedure.ts';
import { contentOf, isOk, type MeState, type Subscription, send } from './state.ts';

const SERVICE = { identifierPrivacy: 124, suciByUsim: 125, supiNai: 130 } as const;
const GET_IDENTITY = [0x80, 0x78, 0x00, 0x01] as const;
const NO_DATA = new Uint8Array(0);
const LE_MAX = 256;
const SUCI_OBJECT = 0xa1;

/** The SUCI, or the SW with which the card refused it; neither: there is none. */
export type SuciResult =
  | { readonly kind: 'suci'; readonly suci: Uint8Array }
  | { readonly kind: 'card-refused'; readonly sw: StatusWord }
  | { readonly kind: 'no-suci' };

const NONE: SuciResult = { kind: 'no-suci' };

function* suciOfUsim(me: MeState): Procedure<SuciResult> {
  const { data, sw } = yield* send(me, commandApdu(GET_IDENTITY, NO_DATA, LE_MAX));
  if (!isOk(sw)) return { kind: 'card-refused', sw };
  const [object, ...others] = understood(() => decodeBerTlvs(data, 'GET IDENTITY')) ?? [];
  if (object?.tag !== SUCI_OBJECT || others.length > 0) return NONE;
  return { kind: 'suci', suci: object.value };
}

/**
 * What the file says; the null scheme without identifier privacy, and where nobody has written the
 * file. One that could not be read says neither.
 */
function calcInfoOf(me: MeState, services: ServiceTable): SuciCalcInfo | undefined {
  if (!isAvailable(services, SERVICE.identifierPrivacy)) return NULL_SCHEME_ALONE;
  const octets = me.session.contents.get(EF_SUCI_Calc_Info)?.[0];
  const isEmpty = octets?.every((octet) => octet === 0xff) === true;
  return isEmpty ? NULL_SCHEME_ALONE : contentOf(me, EF_SUCI_Calc_Info);
}

function supiOf(
  me: MeState,
  { imsi, mncLength, services }: Subscription,
): ConcealableSupi | undefined {
  if (!isAvailable(services, SERVICE.supiNai)) return supiOfImsi(imsi, mncLength);
  return supiOfNais(contentOf(me, EF_SUPI_NAI));
}

function suciOfMe(me: MeState, subscription: Subscription): SuciResult {
  const info = calcInfoOf(me, subscription.services);
  const supi = supiOf(me, subscription);
  if (info === undefined || supi === undefined) return NONE;
  const { routingIndicator = '' } = contentOf(me, EF_Routing_Indicator) ?? {};
  const suci = calculateSuci(supi, { info, routingIndicator }, me.random);
  return suci === undefined ? NONE : { kind: 'suci', suci };
}

/**
 * Tells whether the USIM makes the SUCI; else the ME does.
 *
 * @see 3GPP TS 31.102 §7.5
 */
export function isSuciByUsim(services: ServiceTable): boolean {
  return (
    isAvailable(services, SERVICE.identifierPrivacy) && isAvailable(services, SERVICE.suciByUsim)
  );
}

/**
 * Makes the SUCI for one registration. The files of DF_5GS were read.
 *
 * @see 3GPP TS 33.501 (concealed identities)
 */
export function* makeSuci(me: MeState, subscription: Subscription): Procedure<SuciResult> {
  if (isSuciByUsim(subscription.services)) return yield* suciOfUsim(me);
  return suciOfMe(me, subscription);
}
