/**
 * Parameters of the packets in `.ota` files:
 *
 *     card                                    for the whole file
 *     tar, spi, key-set, kic, kid, format     how packets are sent: hold until they are changed
 *     cntr, status, proven, way, why          of the next packet alone
 *
 * What a packet must come to is told for each, so that no packet is refused by mistake because the
 * one before it was to be.
 *
 * @see docs/ota-tests.md, "Parameters"
 * @module
 */

import { RESPONSE_STATUS, type ResponseStatus } from '../../ota/response-packet.ts';
import { decodeSpi, type Spi } from '../../ota/spi.ts';
import { DEFAULT_SPI } from './sender.ts';

/** The names of parameters. */
export type ParameterName =
  | 'card'
  | 'tar'
  | 'spi'
  | 'key-set'
  | 'kic'
  | 'kid'
  | 'format'
  | 'cntr'
  | 'status'
  | 'proven'
  | 'way'
  | 'why';

/** A parameter as it was written; in lower case and without spaces unless it is text. */
export interface Parameter {
  readonly value: string;
  readonly line: number;
}

/** Parameters by name; what is left out is as for `card.ota`. */
export type Parameters = Readonly<Partial<Record<ParameterName, Parameter>>>;

type Kind = 'hex' | 'word' | 'text';

/** How far a parameter reaches: the whole file, all packets from here on, the next packet alone. */
type Reach = 'file' | 'on' | 'packet';

interface ParameterRow {
  readonly kind: Kind;
  readonly reach: Reach;
  readonly form: RegExp;
  readonly expected: string;
}

const STATUS_NAMES = Object.keys(RESPONSE_STATUS);

function hex(octets: number, reach: Reach): ParameterRow {
  const form = new RegExp(`^[0-9a-f]{${2 * octets}}$`, 'u');
  return { kind: 'hex', reach, form, expected: `${2 * octets} hex digits` };
}

function word(reach: Reach, ...words: readonly string[]): ParameterRow {
  const form = new RegExp(`^(?:${words.join('|')})$`, 'u');
  return { kind: 'word', reach, form, expected: words.join(', ') };
}

function text(reach: Reach, expected: string): ParameterRow {
  return { kind: 'text', reach, form: /./u, expected };
}

/** KIc and KID that name the keys, as if nothing had been said of them. */
export const OWN = 'own';
const KEY_OCTET: ParameterRow = {
  kind: 'hex',
  reach: 'on',
  form: new RegExp(`^(?:${OWN}|[0-9a-f]{2})$`, 'u'),
  expected: `2 hex digits, or ${OWN}`,
};

const PARAMETERS: Readonly<Record<ParameterName, ParameterRow>> = {
  card: text('file', 'the path of a card profile'),
  tar: hex(3, 'on'),
  spi: hex(2, 'on'),
  'key-set': { kind: 'word', reach: 'on', form: /^(?:\d|1[0-5])$/u, expected: '0 to 15' },
  kic: KEY_OCTET,
  kid: KEY_OCTET,
  format: word('on', 'compact', 'expanded'),
  cntr: {
    kind: 'hex',
    reach: 'packet',
    form: /^(?:next|[0-9a-f]{1,10})$/u,
    expected: 'next, or 1 to 10 hex digits',
  },
  status: {
    kind: 'word',
    reach: 'packet',
    form: new RegExp(`^(?:[0-9a-f]{2}|${STATUS_NAMES.join('|')})$`, 'u'),
    expected: `2 hex digits, or one of ${STATUS_NAMES.join(', ')}`,
  },
  proven: word('packet', 'yes', 'no'),
  way: word('packet', 'report', 'submit', 'none'),
  why: text('packet', 'a title'),
};

const SHOWN_MAX = 12;

/** What stands in front of two spaces. */
export function withoutRemark(text: string): string {
  return text.replace(/\s{2}.*$/u, '').trim();
}

/** A long value may be a key in the wrong place. */
function shown(value: string): string {
  return value.length <= SHOWN_MAX ? `'${value}'` : `${value.length} characters`;
}

/**
 * Reads a parameter.
 *
 * @returns its value, or what is wrong with it
 */
export function readParameter(
  name: string,
  text: string,
): { readonly name: ParameterName; readonly value: string } | { readonly problem: string } {
  if (!Object.hasOwn(PARAMETERS, name)) {
    const names = Object.keys(PARAMETERS).join(', ');
    return { problem: `expected one of ${names}, found ${shown(name)}` };
  }
  const known = name as ParameterName;
  const { kind, form, expected } = PARAMETERS[known];
  const plain = kind === 'text' ? text.trim() : withoutRemark(text).toLowerCase();
  const value = kind === 'hex' ? plain.replaceAll(' ', '') : plain;
  if (form.test(value)) return { name: known, value };
  return { problem: `${name}: expected ${expected}, found ${shown(value)}` };
}

/** The parameters that hold for the next packet, too. */
export function stayingOf(parameters: Parameters): Parameters {
  const entries = Object.entries(parameters);
  const staying = entries.filter(([name]) => PARAMETERS[name as ParameterName].reach === 'on');
  return Object.fromEntries(staying);
}

/** The SPI of a packet. */
export function spiOf({ spi }: Parameters): Spi {
  const octets = Number.parseInt(spi?.value ?? DEFAULT_SPI, 16);
  return decodeSpi([octets >> 8, octets & 0xff]);
}

/** The status that a packet must come to. */
export function statusOf({ status }: Parameters): number {
  const value = status?.value ?? 'por-ok';
  const isName = Object.hasOwn(RESPONSE_STATUS, value);
  return isName ? RESPONSE_STATUS[value as ResponseStatus] : Number.parseInt(value, 16);
}
