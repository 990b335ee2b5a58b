/**
 * What programs want to know of a subscriber and no card tells: access point and slice; and how the
 * values that all formats have are written.
 *
 * @see docs/export.md, "What the card does not tell"
 * @module
 */

import { homePlmn } from '../../bytes/identity.ts';
import type { ExportedSubscription } from './subscription.ts';

/** A network slice. */
export interface Slice {
  /** 1 to 255. */
  readonly sst: number;
  /** 6 hex digits in lower case; `undefined` for none. */
  readonly sd: string | undefined;
}

/** What a subscriber may use. */
export interface ExportedServices {
  /** Access point name, which 5G calls DNN: letters, digits, `-` and `.`, 1 to 63 of them. */
  readonly apn: string;
  readonly slice: Slice;
}

/** Writes subscriptions in the form of one program. */
export type FormatWriter = (
  subscriptions: readonly ExportedSubscription[],
  services: ExportedServices,
) => string;

/** AMF of all vectors: the separation bit, which E-UTRAN and 5G ask for. */
export const AMF = '8000';

/** Gives MCC and MNC of the home network. */
export function homeNetworkOf({ imsi, mncLength }: ExportedSubscription): {
  readonly mcc: string;
  readonly mnc: string;
} {
  const [mcc = '', mnc = ''] = homePlmn(imsi, mncLength).split('-');
  return { mcc, mnc };
}

/** Writes lines, each with its end. */
export function linesText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
