/**
 * What a file is, without its place and content, as octets: the FCP template that creates it.
 *
 *     62 len | 82 file descriptor | 83 FID | [84 AID] | 8A life cycle | 8B, AB or 8C
 *            | 80 size, or 81 and C6 PIN status | [88 SFI] | [A5 C0, C1 or C2, 86]
 *
 * The objects come in any order. What SELECT tells of a file creates one like it.
 *
 * @see ETSI TS 102 222 §6.3.2 (CREATE FILE); ETSI TS 102 221 §11.1.1.3
 * @module
 */

import { DecodeError } from '../../bytes/errors.ts';
import { ByteReader } from '../../bytes/reader.ts';
import { decodeBerTlvs, type Tlv } from '../../tlv/ber.ts';
import {
  FID_APPLICATION,
  FID_MF,
  type FileDescription,
  LIFE_CYCLE_OCTET,
  type LifeCycle,
  RECORDS_MAX,
  type SecurityAttributes,
} from '../memory.ts';
import { decodeSecurityAttributes } from './security-attributes.ts';

/** What the content of a new EF is made of; `undefined`: nothing but 'FF'. */
export interface Filling {
  /** Behind the pattern its last octet follows, or the pattern again. */
  readonly kind: 'last-octet' | 'pattern';
  /** One octet at least. */
  readonly pattern: Uint8Array;
}

/** An FCP template that creates a file. */
export interface CreationTemplate {
  readonly description: FileDescription;
  /** The template has no short file identifier: the FID gives it. */
  readonly sfiFollowsFid: boolean;
  readonly filling: Filling | undefined;
}

/** A template that gives a file another size. */
export interface ResizingTemplate {
  readonly fid: number;
  readonly size: number;
  /** The size is that of a directory. */
  readonly isTotal: boolean;
}

const NAME = 'FCP';
const TEMPLATE = 0x62;
const TAG = {
  size: 0x80,
  totalSize: 0x81,
  descriptor: 0x82,
  fid: 0x83,
  name: 0x84,
  sfi: 0x88,
  lifeCycle: 0x8a,
  referenced: 0x8b,
  compact: 0x8c,
  proprietary: 0xa5,
  expanded: 0xab,
  pinStatus: 0xc6,
} as const;
const TAGS: readonly number[] = Object.values(TAG);
const RESIZING_TAGS: readonly number[] = [TAG.fid, TAG.size, TAG.totalSize];

const IN_PROPRIETARY = { maximumSize: 0x86, special: 0xc0, filling: 0xc1, repeated: 0xc2 } as const;
const IN_PIN_STATUS = { bitmap: 0x90, usage: 0x95, key: 0x83 } as const;

/** FIDs that stand for something else. */
const RESERVED: readonly number[] = [0x0000, FID_MF, 0x3fff, 0xffff];

const SHAREABLE = 0x40;
const STRUCTURES = {
  1: 'transparent',
  2: 'linear',
  6: 'cyclic',
  57: 'ber-tlv',
} as const;
const DIRECTORY = 0x38;
const SFI_MAX = 30;
const AID_OCTETS = { least: 5, most: 16 } as const;

type Objects = ReadonlyMap<number, Uint8Array>;

function wrong(field: string, problem: string): DecodeError {
  return new DecodeError(`${NAME}/${field}`, 0, problem);
}

/** Reads data objects of which each may be there once. */
function objectsOf(octets: Uint8Array, field: string, known?: readonly number[]): Objects {
  const objects = new Map<number, Uint8Array>();
  for (const { tag, value } of decodeBerTlvs(octets, field)) {
    if (objects.has(tag)) throw wrong(field, `expected '${tag.toString(16)}' once`);
    if (known?.includes(tag) === false) throw wrong(field, `'${tag.toString(16)}' has no meaning`);
    objects.set(tag, value);
  }
  return objects;
}

function required(objects: Objects, tag: number): Uint8Array {
  const value = objects.get(tag);
  if (value === undefined) throw wrong(`'${tag.toString(16)}'`, 'expected one');
  return value;
}

function uintOf(value: Uint8Array, octets: number, field: string): number {
  const reader = new ByteReader(value, `${NAME}/${field}`);
  const number = reader.uint(octets, field);
  reader.end();
  return number;
}

/** A size has two octets or more; no file has more octets than two can tell. */
function sizeOf(value: Uint8Array, field: string): number {
  if (value.length < 2 || value.length > 4) throw wrong(field, 'expected 2 to 4 octets');
  return uintOf(value, value.length, field);
}

function lifeCycleOf(value: Uint8Array): LifeCycle {
  const octet = uintOf(value, 1, 'life cycle');
  // b1 of the operational states says nothing: '05' and '07', '04' and '06' are the same.
  const state = octet === 0x07 ? 0x05 : octet === 0x06 ? 0x04 : octet;
  const found = (Object.keys(LIFE_CYCLE_OCTET) as LifeCycle[]).find(
    (lifeCycle) => LIFE_CYCLE_OCTET[lifeCycle] === state,
  );
  if (found === undefined || found === 'terminated') {
    throw wrong('life cycle', "expected '01', '03', '04' or '05'");
  }
  return found;
}

function ruleOf(objects: Objects): SecurityAttributes {
  const given = [TAG.referenced, TAG.expanded, TAG.compact].flatMap((tag) => {
    const value = objects.get(tag);
    return value === undefined ? [] : [{ tag, value }];
  });
  const [attributes, ...others] = given;
  if (attributes === undefined || others.length > 0) {
    throw wrong('security attributes', 'expected one of 8B, 8C and AB');
  }
  return decodeSecurityAttributes(attributes);
}

/** The keys of a PIN status template. Whether each is enabled is the card's to know. */
function pinsOf(value: Uint8Array): number[] {
  const [bitmap, ...others] = decodeBerTlvs(value, `${NAME}/C6`);
  if (bitmap?.tag !== IN_PIN_STATUS.bitmap) throw wrong('C6', "expected '90' first");
  const keys = others.filter(({ tag }) => tag === IN_PIN_STATUS.key);
  const isWhole = others.every(({ tag, value: of }) => {
    return of.length === 1 && (tag === IN_PIN_STATUS.key || tag === IN_PIN_STATUS.usage);
  });
  if (!isWhole || bitmap.value.length !== Math.ceil(keys.length / 8)) {
    throw wrong('C6', 'expected a bit for each key reference');
  }
  return keys.map(({ value: of }) => of[0]!);
}

function fidOf(objects: Objects, isApplication: boolean): number {
  const fid = uintOf(required(objects, TAG.fid), 2, 'FID');
  if (RESERVED.includes(fid) || (fid === FID_APPLICATION && !isApplication)) {
    throw wrong('FID', 'expected one that is not reserved');
  }
  return fid;
}

type Common = Pick<FileDescription, 'fid' | 'rule' | 'lifeCycle'>;

function commonOf(objects: Objects, isApplication: boolean): Common {
  const lifeCycle = lifeCycleOf(required(objects, TAG.lifeCycle));
  return {
    fid: fidOf(objects, isApplication),
    rule: ruleOf(objects),
    lifeCycle: lifeCycle === 'activated' ? undefined : lifeCycle,
  };
}

function directoryOf(objects: Objects): FileDescription {
  const aid = objects.get(TAG.name);
  if (aid !== undefined && (aid.length < AID_OCTETS.least || aid.length > AID_OCTETS.most)) {
    throw wrong('AID', 'expected 5 to 16 octets');
  }
  if (objects.has(TAG.size) || objects.has(TAG.sfi)) throw wrong('80', 'expected none for a DF');
  const totalSize = objects.get(TAG.totalSize);
  if (totalSize !== undefined) sizeOf(totalSize, '81');
  const pins = pinsOf(required(objects, TAG.pinStatus));
  const common = commonOf(objects, aid !== undefined);
  if (common.lifeCycle === 'deactivated') throw wrong('8A', 'expected another state for a DF');
  return { kind: 'directory', ...common, aid, pins };
}

/** Reads what follows the data coding octet: the length of a record, perhaps how many there are. */
function recordsOf(reader: ByteReader, size: number): number {
  const recordLength = reader.uint(2, 'record length');
  const count = reader.remaining > 0 ? reader.uint(1, 'records') : undefined;
  const records = recordLength === 0 ? 0 : size / recordLength;
  const isWhole = Number.isInteger(records) && records >= 1 && records <= RECORDS_MAX;
  if (!isWhole || recordLength > 255 || (count !== undefined && count !== records)) {
    throw wrong('descriptor', 'expected whole records in the size, 1 to 254 of 1 to 255 octets');
  }
  return recordLength;
}

function elementaryOf(objects: Objects, type: number, rest: ByteReader): FileDescription {
  const structure = STRUCTURES[(type & ~SHAREABLE) as keyof typeof STRUCTURES];
  if (structure === undefined) throw wrong('descriptor', 'expected an EF or a DF');
  if (objects.has(TAG.name) || objects.has(TAG.pinStatus)) {
    throw wrong('C6', 'expected none for an EF');
  }
  const own = objects.get(TAG.proprietary);
  const proprietary = own === undefined ? undefined : objectsOf(own, `${NAME}/A5`);
  const reserved = sizeOf(required(objects, TAG.size), '80');
  const most = proprietary?.get(IN_PROPRIETARY.maximumSize);
  const isBerTlv = structure === 'ber-tlv';
  if (most !== undefined && !isBerTlv) throw wrong('86', 'expected none for this structure');
  const size = Math.max(reserved, most === undefined ? 0 : sizeOf(most, '86'));
  if (size < 1) throw wrong('80', 'expected 1 at least');
  const hasRecords = structure === 'linear' || structure === 'cyclic';
  const recordLength = hasRecords ? recordsOf(rest, size) : 0;
  rest.end();
  const special = proprietary?.get(IN_PROPRIETARY.special);
  return {
    kind: 'ef',
    ...commonOf(objects, false),
    structure,
    recordLength,
    size,
    ...((type & SHAREABLE) === 0 && { isNotShareable: true as const }),
    sfi: sfiOf(objects.get(TAG.sfi)),
    specialInformation: special === undefined ? undefined : uintOf(special, 1, 'C0'),
  };
}

function sfiOf(value: Uint8Array | undefined): number | undefined {
  if (value === undefined || value.length === 0) return undefined;
  const octet = uintOf(value, 1, 'SFI');
  const sfi = octet >> 3;
  if ((octet & 0x07) !== 0 || sfi < 1 || sfi > SFI_MAX) {
    throw wrong('SFI', 'expected 1 to 30 in b8 to b4');
  }
  return sfi;
}

function fillingOf(objects: Objects): Filling | undefined {
  const own = objects.get(TAG.proprietary);
  if (own === undefined) return undefined;
  const proprietary = objectsOf(own, `${NAME}/A5`);
  const last = proprietary.get(IN_PROPRIETARY.filling);
  const repeated = proprietary.get(IN_PROPRIETARY.repeated);
  const pattern = last ?? repeated;
  if (pattern === undefined) return undefined;
  if ((last !== undefined && repeated !== undefined) || pattern.length === 0) {
    throw wrong('A5', 'expected one pattern, C1 or C2, of one octet at least');
  }
  return { kind: last === undefined ? 'pattern' : 'last-octet', pattern };
}

/**
 * Makes the content of a new EF from its pattern, which begins again in each record.
 *
 * @param length of the EF, or of one record
 */
export function fillingContent(
  { kind, pattern }: Filling,
  length: number,
  size: number,
): Uint8Array {
  const content = new Uint8Array(size);
  for (let at = 0; at < size; at++) {
    const place = at % length;
    content[at] =
      pattern[kind === 'pattern' ? place % pattern.length : Math.min(place, pattern.length - 1)]!;
  }
  return content;
}

function templateOf(octets: Uint8Array): Tlv {
  const [template, ...others] = decodeBerTlvs(octets, NAME);
  if (template?.tag !== TEMPLATE || others.length > 0) throw wrong("'62'", 'expected it alone');
  return template;
}

/**
 * Reads a template that creates a file.
 *
 * @throws {DecodeError} an object that must be there is not, or says what no file can be
 * @see ETSI TS 102 222 §6.3.2
 */
export function decodeCreationTemplate(octets: Uint8Array): CreationTemplate {
  const objects = objectsOf(templateOf(octets).value, NAME, TAGS);
  const descriptor = new ByteReader(required(objects, TAG.descriptor), `${NAME}/82`);
  const type = descriptor.uint(1, 'file descriptor');
  descriptor.uint(1, 'data coding');
  const isDirectory = (type & ~SHAREABLE) === DIRECTORY;
  if (isDirectory) descriptor.end();
  const description = isDirectory ? directoryOf(objects) : elementaryOf(objects, type, descriptor);
  const filling = fillingOf(objects);
  const isFilled = description.kind === 'ef' && description.structure !== 'ber-tlv';
  if (filling !== undefined && !isFilled) throw wrong('A5', 'expected no pattern for this file');
  return { description, sfiFollowsFid: !objects.has(TAG.sfi), filling };
}

/**
 * Reads a template that gives a file another size: its FID, and the size of an EF or a DF.
 *
 * @throws {DecodeError} one of the two is not there, or something else is
 * @see ETSI TS 102 222 §6.10
 */
export function decodeResizingTemplate(octets: Uint8Array): ResizingTemplate {
  const objects = objectsOf(templateOf(octets).value, NAME, RESIZING_TAGS);
  if (objects.size !== 2) throw wrong("'62'", "expected '83' with '80' or '81'");
  const isTotal = objects.has(TAG.totalSize);
  const size = required(objects, isTotal ? TAG.totalSize : TAG.size);
  return {
    fid: uintOf(required(objects, TAG.fid), 2, 'FID'),
    size: sizeOf(size, 'size'),
    isTotal,
  };
}
