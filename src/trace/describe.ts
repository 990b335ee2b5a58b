/**
 * What a command is, in a few words for people: `SELECT MF`, `READ RECORD 3`, `VERIFY PIN 01`.
 *
 * From the octets of the command alone, so a file has a name here only if its FID means the same
 * wherever one stands. Data of commands that carry secrets is never looked at.
 *
 * @see ETSI TS 102 221 §10.1.2, §11; 3GPP TS 31.102 §7 (AUTHENTICATE); 3GPP TS 51.011 §9.2
 * @module
 */

import { decodeClassByte } from '../apdu/class-byte.ts';
import type { Exchange } from '../apdu/connection.ts';
import { gsmInstructionName, instructionOf } from '../apdu/instructions.ts';
import type { StatusWord } from '../apdu/response.ts';
import { describeStatusWord } from '../apdu/status-words.ts';
import { toHex } from '../bytes/hex.ts';
import { commandTypeName, TAG } from '../cat/proactive-command.ts';
import { ISIM_AID, USIM_AID } from '../profile/tree.ts';
import { DATA_OFFSET } from './secrets.ts';

interface Command {
  readonly p1: number;
  readonly p2: number;
  /** All that stands behind P3, Le too. */
  readonly data: Uint8Array;
}

/** Says what the name of the instruction does not: which file, which record, which PIN. */
type Detail = (command: Command) => string;

const hex = (value: number, digits = 2): string =>
  value.toString(16).toUpperCase().padStart(digits, '0');

const FILES: Readonly<Record<string, string>> = {
  '3F00': 'MF',
  '2F00': 'EF_DIR',
  '2F05': 'EF_PL',
  '2F06': 'EF_ARR',
  '2F08': 'EF_UMPC',
  '2FE2': 'EF_ICCID',
  '7F10': 'DF_TELECOM',
  '7F20': 'DF_GSM',
  '7FFF': 'ADF',
};
const APPLICATIONS: Readonly<Record<string, string>> = {
  [USIM_AID]: 'USIM',
  [ISIM_AID]: 'ISIM',
};
const CONTEXTS: Readonly<Record<number, string>> = {
  0x80: 'GSM',
  0x81: '3G',
  0x82: 'VGCS/VBS',
  0x84: 'GBA',
  0x85: 'MBMS',
  0x86: 'local key',
};
const IDENTITIES: Readonly<Record<number, string>> = { 1: 'SUCI', 2: 'SUCI for 5G NSWO' };
const ENVELOPES: Readonly<Record<number, string>> = {
  0xd1: 'SMS-PP download',
  0xd2: 'cell broadcast download',
  0xd3: 'menu selection',
  0xd4: 'call control',
  0xd5: 'MO short message control',
  0xd6: 'event download',
  0xd7: 'timer expiration',
  0xd9: 'USSD download',
};

function file(fid: Uint8Array): string {
  const text = toHex(fid).toUpperCase();
  return FILES[text] ?? text;
}

function path(octets: Uint8Array): string {
  const names: string[] = [];
  for (let at = 0; at < octets.length; at += 2) names.push(file(octets.subarray(at, at + 2)));
  return names.join('/');
}

function application(aid: Uint8Array): string {
  const text = toHex(aid).toUpperCase();
  return APPLICATIONS[text.slice(0, USIM_AID.length)] ?? `AID ${text}`;
}

const ofSelect: Detail = ({ p1, p2, data }) => {
  if (p1 === 0x03) return 'parent DF';
  if (p1 === 0x04) return application(data) + ((p2 & 0x60) === 0x40 ? ', session ends' : '');
  if (p1 === 0x08) return `MF/${path(data)}`;
  return data.length === 0 ? 'MF' : path(data);
};

/** The current EF has no name here. */
const ofFile: Detail = ({ p1, data }) => (p1 === 0x08 ? `MF/${path(data)}` : path(data));

const inFile = (sfi: number): string => (sfi === 0 ? '' : ` SFI ${hex(sfi)}`);

const ofBinary: Detail = ({ p1, p2 }) => {
  const hasSfi = p1 >= 0x80;
  const offset = hasSfi ? p2 : p1 * 256 + p2;
  return inFile(hasSfi ? p1 & 0x1f : 0) + (offset === 0 ? '' : ` offset ${offset}`);
};

const ofRecord: Detail = ({ p1, p2 }) => {
  const mode = p2 & 0x07;
  const current = p1 === 0 ? ' CURRENT' : ` ${p1}`;
  const which = mode === 2 ? ' NEXT' : mode === 3 ? ' PREVIOUS' : current;
  return which + inFile(p2 >> 3);
};

/** The type in command details, which come first in all that ME and toolkit tell each other. */
function proactiveCommand(objects: Uint8Array): string {
  const [tag = 0, length, , type = 0] = objects;
  return (tag & 0x7f) === TAG.commandDetails && length === 3 ? commandTypeName(type) : '';
}

const ofPin: Detail = ({ p2 }) => hex(p2);
const ofPinOrQuery: Detail = ({ p2, data }) => hex(p2) + (data.length === 0 ? ' (query)' : '');

const DETAILS: Readonly<Record<number, Detail>> = {
  0x04: ofFile,
  0x14: ({ data }) => proactiveCommand(data),
  0x20: ofPinOrQuery,
  0x24: ofPin,
  0x26: ofPin,
  0x28: ofPin,
  0x2c: ofPinOrQuery,
  0x32: ({ p1 }) => inFile(p1 & 0x1f),
  0x44: ofFile,
  0x70: ({ p1, p2 }) => (p1 === 0x80 ? 'close ' : 'open ') + (p2 === 0 && p1 === 0 ? '' : p2),
  0x76: ({ p1 }) => (p1 === 0x01 ? 'resume' : ''),
  0x78: ({ p2 }) => IDENTITIES[p2 & 0x7f] ?? '',
  0x88: ({ p2 }) => CONTEXTS[p2] ?? '',
  0x89: ({ p2 }) => CONTEXTS[p2] ?? '',
  0xa2: ({ p2 }) => inFile(p2 >> 3),
  0xa4: ofSelect,
  0xb0: ofBinary,
  0xb2: ofRecord,
  0xc2: ({ data }) => ENVELOPES[data[0] ?? 0] ?? '',
  0xca: ({ p1, p2 }) => hex(p1 * 256 + p2, 4),
  0xd6: ofBinary,
  0xdc: ofRecord,
  0xf2: ({ p1 }) => ['', 'application is initialised', 'application ends'][p1] ?? '',
};

/** UNBLOCK CHV says 00 where the others say 01. */
const ofUnblockChv: Detail = ({ p2 }) => hex(p2 === 0 ? 1 : p2);
const ofOffset: Detail = ({ p1, p2 }) => {
  const offset = p1 * 256 + p2;
  return offset === 0 ? '' : `offset ${offset}`;
};
/** The same for class A0, which has no SFI and no context. */
const GSM_DETAILS: Readonly<Record<number, Detail>> = {
  0x14: ({ data }) => proactiveCommand(data),
  0x20: ofPin,
  0x24: ofPin,
  0x26: ofPin,
  0x28: ofPin,
  0x2c: ofUnblockChv,
  0xa4: ({ data }) => path(data),
  0xb0: ofOffset,
  0xb2: ofRecord,
  0xc2: ({ data }) => ENVELOPES[data[0] ?? 0] ?? '',
  0xd6: ofOffset,
  0xdc: ofRecord,
};

const FETCH = 0x12;
const PROACTIVE_COMMAND = 0xd0;
/** Its name is needed so that a trace can say which octets it hides; the UICC need not have it. */
const PUT_KEY = 0xd8;

/**
 * Says what a command is.
 *
 * @param command C-APDU, or octets that try to be one
 * @returns one line without secrets
 * @see ETSI TS 102 221 §11
 * @example
 * ```ts
 * import { describeCommand, fromHex } from 'vuicc';
 *
 * if (describeCommand(fromHex('00A40004023F00')) !== 'SELECT MF') throw new Error('SELECT MF');
 * ```
 */
export function describeCommand(command: Uint8Array): string {
  const [cla, ins, p1, p2, p3 = 0] = command;
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) {
    return `${command.length} octets, too few for a C-APDU`;
  }
  const of = decodeClassByte(cla);
  const isGsm = of?.commands === 'gsm';
  const row = instructionOf(ins);
  const known = (isGsm ? gsmInstructionName(ins) : undefined) ?? row?.name;
  const name = known ?? (ins === PUT_KEY ? 'PUT KEY' : `instruction ${hex(ins)}`);
  const behind = command.subarray(DATA_OFFSET);
  const data = behind.length > p3 ? behind.subarray(0, p3) : behind;
  const detail = (isGsm ? GSM_DETAILS : DETAILS)[ins]?.({ p1, p2, data }).trim() ?? '';
  const isForeign =
    of === undefined || isGsm || (row !== undefined && !row.classes.includes(of.commands));
  const notes = [
    ...(isForeign ? [`class ${hex(cla)}`] : []),
    ...(of === undefined || of.channel === 0 ? [] : [`channel ${of.channel}`]),
  ];
  return inOneLine([name, detail, notes.length === 0 ? '' : `(${notes.join(', ')})`], ' ');
}

/** Says what a status word is: `'6A82' (file not found)`. */
export function describeSw(sw: StatusWord): string {
  return `'${hex(sw, 4)}' (${describeStatusWord(sw)})`;
}

/**
 * Says what an answer tells beside data and '9000': which command was fetched, what SW means.
 *
 * @param command C-APDU that was answered
 * @param response R-APDU, or octets that try to be one
 * @returns a few words without data; nothing when there is nothing to say
 * @see ETSI TS 102 221 §10.2.1
 */
export function describeResponse(command: Uint8Array, response: Uint8Array): string {
  const [sw1, sw2] = response.subarray(-2);
  if (sw1 === undefined || sw2 === undefined) return 'too few octets for an R-APDU';
  const meaning = describeStatusWord(sw1 * 256 + sw2);
  const isQuiet = meaning === 'ok' || meaning === 'unknown';
  return inOneLine([fetchedCommand(command, response), isQuiet ? '' : meaning], '; ');
}

function fetchedCommand(command: Uint8Array, response: Uint8Array): string {
  if (command[1] !== FETCH || response[0] !== PROACTIVE_COMMAND) return '';
  return proactiveCommand(response.subarray(response[1] === 0x81 ? 3 : 2));
}

function inOneLine(parts: readonly string[], between: string): string {
  return parts.filter((part) => part !== '').join(between);
}

/**
 * Says what went to the card and what came back, without the data.
 *
 * @param exchange as an observer of a card sees it
 * @returns one line without secrets: `READ BINARY SFI 07: 9 octets, '9000' (ok)`
 * @see ETSI TS 102 221 §11
 */
export function describeExchange(exchange: Exchange): string {
  if (exchange.kind === 'reset') return `reset: ATR of ${exchange.atr.length} octets`;
  const { command, response } = exchange;
  const name = describeCommand(command);
  const data = response.length - 2;
  if (data < 0) return `${name}: ${describeResponse(command, response)}`;
  const sw = describeSw(response[data]! * 256 + response[data + 1]!);
  const octets = data === 0 ? '' : `${data} ${data === 1 ? 'octet' : 'octets'}`;
  return `${name}: ${inOneLine([fetchedCommand(command, response), octets, sw], ', ')}`;
}
