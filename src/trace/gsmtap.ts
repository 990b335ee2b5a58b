/**
 * GSMTAP packets of type SIM, in the form that Wireshark dissects. In octets:
 *
 *     header 16 | CLA INS P1 P2 P3 | command data, or response data | SW1 SW2      sub-type 0
 *     header 16 | ATR                                                              sub-type 1
 *
 * A packet is what a card sees over T=0, where data goes in one direction only and P3 counts it.
 * Wireshark tells the direction from INS. What a card answered at once, as over T=1, becomes two
 * packets, as if it had said '61XX' or '6CXX':
 *
 *     case 4                       command, data, '61XX'    GET RESPONSE, response data, SW
 *     Le is not the data's length  command, '6CXX'          command with Le 'XX', response data, SW
 *
 * P3 counts the octets that are there: where a command was refused and nothing stands between its
 * header and SW, P3 is '00', whatever Le the terminal asked for. Wireshark 4.0 takes P3 octets of
 * data for granted, and marks packets that do without them as malformed. FETCH it reads in its own
 * way, '00' as 256 octets, and always a TLV: there P3 is '02', which is SW.
 *
 * Captures are handed around, so octets of PINs and keys become 'FF'.
 *
 * @see docs/architecture.md, "Traces"; ISO/IEC 7816-3 §12.2 (cases over T=0)
 * @module
 */

import type { Exchange } from '../apdu/connection.ts';
import { type FixedLayout, fixedLayout, oneOf, uint } from '../bytes/layout.ts';
import { concat, copyOf, padded } from '../bytes/octets.ts';
import { DATA_OFFSET, secretOctets } from './secrets.ts';

/** What a packet holds, by its number. */
export type GsmtapSubType = (typeof SUB_TYPES)[number];

const SUB_TYPES = [
  'apdu',
  'atr',
  'pps-request',
  'pps-response',
  'tpdu-header',
  'tpdu-command',
  'tpdu-response',
  'tpdu-sw',
] as const;

/** The header in front of each packet. What belongs to a radio link is 0 here. */
export interface GsmtapHeader {
  readonly version: number;
  /** Length of the header in units of 4 octets. */
  readonly headerWords: number;
  readonly type: number;
  readonly timeslot: number;
  readonly arfcn: number;
  readonly signalDbm: number;
  readonly signalToNoiseDb: number;
  readonly frameNumber: number;
  readonly subType: GsmtapSubType;
  readonly antenna: number;
  readonly subSlot: number;
  readonly reserved: number;
}

/** The header, field by field. */
export const GSMTAP_HEADER: FixedLayout<GsmtapHeader> = fixedLayout('GSMTAP header', {
  version: uint(1),
  headerWords: uint(1),
  type: uint(1),
  timeslot: uint(1),
  arfcn: uint(2),
  signalDbm: uint(1),
  signalToNoiseDb: uint(1),
  frameNumber: uint(4),
  subType: oneOf(SUB_TYPES),
  antenna: uint(1),
  subSlot: uint(1),
  reserved: uint(1),
});

/** The UDP port on which GSMTAP is expected. */
export const GSMTAP_PORT = 4729;

const VERSION = 2;
const TYPE_SIM = 4;
const P3_OFFSET = 4;
const FETCH = 0x12;
const GET_RESPONSE = 0xc0;
const SW1_RESPONSE_READY = 0x61;
const SW1_WRONG_LE = 0x6c;

function encodeGsmtap(subType: GsmtapSubType, payload: Uint8Array, subSlot: number): Uint8Array {
  const header = GSMTAP_HEADER.encode({
    version: VERSION,
    headerWords: GSMTAP_HEADER.octets / 4,
    type: TYPE_SIM,
    timeslot: 0,
    arfcn: 0,
    signalDbm: 0,
    signalToNoiseDb: 0,
    frameNumber: 0,
    subType,
    antenna: 0,
    subSlot,
    reserved: 0,
  });
  return concat(header, payload);
}

/**
 * Writes one exchange with a card.
 *
 * @param exchange as an observer of a card sees it; a command that is no C-APDU is written as it is
 * @param options the slot of the reader, 0 to 255, becomes the sub-slot; 0 when left out
 * @returns one packet; two where T=0 needs two commands
 * @throws {RangeError} there is no such slot
 * @see ISO/IEC 7816-3 §12.2
 * @example
 * ```ts
 * import { fromHex, gsmtapPackets, toHex } from 'vuicc';
 *
 * const command = fromHex('00A40004023F00');
 * const [packet] = gsmtapPackets({ kind: 'apdu', command, response: fromHex('612F') });
 * if (!packet || toHex(packet.slice(16)) !== '00a40004023f00612f') throw new Error('SELECT MF');
 * ```
 */
export function gsmtapPackets(
  exchange: Exchange,
  { slot = 0 }: { readonly slot?: number } = {},
): Uint8Array[] {
  if (exchange.kind === 'reset') return [encodeGsmtap('atr', exchange.atr, slot)];
  return tpdusOf(exchange).map((tpdu) => encodeGsmtap('apdu', tpdu, slot));
}

/** What a card sees over T=0, each with its answer. */
function tpdusOf(exchange: Extract<Exchange, { readonly kind: 'apdu' }>): Uint8Array[] {
  const { command, response } = exchange;
  const header = padded(command.subarray(0, DATA_OFFSET), DATA_OFFSET, 0);
  const sent = commandData(command);
  const received = Math.max(0, response.length - 2);
  const length = received % 256;
  if (received > 0 && sent.length === 0 && length === header[P3_OFFSET]) {
    return [concat(header, response)];
  }
  const first = concat(sent.length > 0 ? header : withoutLe(header), sent);
  if (received === 0) return [concat(first, response)];
  const [cla, ins, p1, p2] = header;
  const isCase4 = sent.length > 0;
  const again = isCase4 ? [cla!, GET_RESPONSE, 0, 0] : [cla!, ins!, p1!, p2!];
  const sw1 = isCase4 ? SW1_RESPONSE_READY : SW1_WRONG_LE;
  return [
    concat(first, Uint8Array.of(sw1, length)),
    concat(Uint8Array.of(...again, length), response),
  ];
}

/** The header of a command that neither brings data nor gets any. */
function withoutLe(header: Uint8Array): Uint8Array {
  return header.with(P3_OFFSET, header[1] === FETCH ? 2 : 0);
}

/** What P3 counts, without Le; all that is there when P3 counts wrong. */
function commandData(command: Uint8Array): Uint8Array {
  const hidden = copyOf(command);
  hidden.fill(0xff, DATA_OFFSET, DATA_OFFSET + secretOctets(command));
  const lc = command[4] ?? 0;
  const isWhole = lc > 0 && command.length === DATA_OFFSET + lc + 1;
  return hidden.subarray(DATA_OFFSET, isWhole ? DATA_OFFSET + lc : command.length);
}
