/**
 * The programs for which cards are exported, and what each can hold.
 *
 *     open5gs free5gc osmohlr          the network
 *     srsran  oai                      the network, and the UE that plays card and ME
 *     ueransim                         the UE
 *
 * Formats are pure: the same cards give the same text.
 *
 * @see docs/export.md
 * @module
 */

import { writeFree5gc } from './free5gc.ts';
import { writeOaiCore, writeOaiUe } from './oai.ts';
import { writeOpen5gs } from './open5gs.ts';
import { writeOsmoHlr } from './osmo-hlr.ts';
import type { ExportedServices, FormatWriter } from './services.ts';
import { writeSrsEpc, writeSrsUe } from './srsran.ts';
import type { ExportedSubscription } from './subscription.ts';
import { writeUeransim } from './ueransim.ts';

/** A program, by the name that the command line has for it. */
export type ExportFormat = 'open5gs' | 'free5gc' | 'osmohlr' | 'srsran' | 'ueransim' | 'oai';

/** Whose configuration is written. */
export type ExportSide = 'network' | 'ue';

/** The text, or why there is none. */
export type ExportResult =
  | { readonly ok: true; readonly side: ExportSide; readonly text: string }
  | { readonly ok: false; readonly problem: string };

type Writers = Readonly<Partial<Record<ExportSide, FormatWriter>>>;

const WRITERS: Readonly<Record<ExportFormat, Writers>> = {
  open5gs: { network: writeOpen5gs },
  free5gc: { network: writeFree5gc },
  osmohlr: { network: writeOsmoHlr },
  srsran: { network: writeSrsEpc, ue: writeSrsUe },
  ueransim: { ue: writeUeransim },
  oai: { network: writeOaiCore, ue: writeOaiUe },
};

/** All programs, in the order in which they are told. */
export const EXPORT_FORMATS: readonly ExportFormat[] = Object.keys(WRITERS) as ExportFormat[];

/** What a subscriber may use when nothing else is said. */
export const DEFAULT_SERVICES: ExportedServices = {
  apn: 'internet',
  slice: { sst: 1, sd: undefined },
};

const APN = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/u;
const SD = /^[0-9a-f]{6}$/u;
const SST_MAX = 255;

function problemOf({ apn, slice: { sst, sd } }: ExportedServices): string | undefined {
  if (!APN.test(apn)) return 'apn: expected 1 to 63 letters, digits, "-" and "."';
  if (!Number.isInteger(sst) || sst < 1 || sst > SST_MAX) return 'slice: expected SST 1 to 255';
  if (sd !== undefined && !SD.test(sd)) return 'slice: expected SD of 6 hex digits';
  return undefined;
}

/** Two cards of one subscriber would be one row. */
function repeatedImsi(subscriptions: readonly ExportedSubscription[]): string | undefined {
  const seen = new Set<string>();
  return subscriptions.find(({ imsi }) => seen.size === seen.add(imsi).size)?.imsi;
}

/**
 * Writes subscriptions in the form of a program. The keys are in it.
 *
 * @param side left out: the network, where the program has one
 * @param services what the card does not tell; left out: access point "internet", SST 1
 * @returns the text ends with a line feed; a problem when the program has no such side, a UE is not
 *   one card, or two cards have one IMSI
 * @throws {RangeError} access point or slice cannot be one
 * @see docs/export.md
 * @example
 * ```ts
 * import { DEFAULT_PROFILE, exportedSubscription, exportSubscriptions } from 'vuicc';
 *
 * const result = exportedSubscription(DEFAULT_PROFILE);
 * if (!result.ok) throw new Error(result.fault.expected);
 * const exported = exportSubscriptions('osmohlr', [result.subscription]);
 * if (!exported.ok || !exported.text.includes("'001010123456789'")) throw new Error('no SQL');
 * ```
 */
export function exportSubscriptions(
  format: ExportFormat,
  subscriptions: readonly ExportedSubscription[],
  side?: ExportSide,
  services: ExportedServices = DEFAULT_SERVICES,
): ExportResult {
  const problem = problemOf(services);
  if (problem !== undefined) throw new RangeError(problem);
  const writers = WRITERS[format];
  const own = side ?? (writers.network === undefined ? 'ue' : 'network');
  const write = writers[own];
  if (write === undefined) return { ok: false, problem: `${format} has no ${own} to configure` };
  if (own === 'ue' && subscriptions.length !== 1) {
    return { ok: false, problem: `expected one card for a UE, found ${subscriptions.length}` };
  }
  const repeated = repeatedImsi(subscriptions);
  if (repeated !== undefined) {
    return { ok: false, problem: `expected an IMSI a card, found ${repeated} twice` };
  }
  return { ok: true, side: own, text: write(subscriptions, services) };
}
