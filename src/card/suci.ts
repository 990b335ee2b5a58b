/**
 * The SUCI that the card makes of what its files say.
 *
 *     EF_SUCI_Calc_Info     which scheme, with which key of the home network
 *     EF_Routing_Indicator  where in the home network
 *     EF_IMSI, EF_AD        who; or EF_SUPI_NAI, with service 130
 *
 * @see 3GPP TS 31.102 §7.5; 3GPP TS 33.501 (concealed identities)
 * @module
 */

import { EF_AD } from '../ef/administration.ts';
import { EF_Routing_Indicator, EF_SUCI_Calc_Info } from '../ef/concealment.ts';
import { EF_SUPI_NAI } from '../ef/five-gs.ts';
import { EF_IMSI } from '../ef/identity.ts';
import {
  type ConcealableSupi,
  calculateSuci,
  supiOfImsi,
  supiOfNais,
} from '../ef/suci-calculation.ts';
import { contentIn, hasService, valueIn } from './active-application.ts';
import { type CommandContext, cursorOf, filesOf, randomOctets } from './command.ts';
import { childOf } from './files/file-system.ts';
import type { FileNumber } from './memory.ts';

const DF_5GS = 0x5fc0;
const SERVICE_SUPI_NAI = 130;
/** Where EF_AD says the length of the MNC: in b4 to b1. */
const MNC_LENGTH_OFFSET = 3;

function imsiIn(card: CommandContext): ConcealableSupi | undefined {
  const { application } = cursorOf(card);
  const imsi = valueIn(card, application, EF_IMSI);
  const mncLength = (contentIn(card, application, EF_AD.fid)?.[MNC_LENGTH_OFFSET] ?? 0) & 0x0f;
  if (imsi === undefined || (mncLength !== 2 && mncLength !== 3)) return undefined;
  return supiOfImsi(imsi, mncLength);
}

function naiIn(
  card: CommandContext,
  directory: FileNumber | undefined,
): ConcealableSupi | undefined {
  return supiOfNais(valueIn(card, directory, EF_SUPI_NAI));
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
  const routing = valueIn(card, directory, EF_Routing_Indicator);
  const supi = hasService(card, SERVICE_SUPI_NAI) ? naiIn(card, directory) : imsiIn(card);
  if (info === undefined || routing === undefined || supi === undefined) return undefined;
  return calculateSuci(supi, { info, ...routing }, (octets) => randomOctets(card, octets));
}
