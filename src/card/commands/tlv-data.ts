/**
 * RETRIEVE DATA and SET DATA: the data objects of a BER-TLV EF, in blocks.
 *
 *     80 CB 00 P2 Lc tag Le    P2: b8 first block, b7 the last one again, neither: the next
 *     80 DB 00 P2 Lc data          b5 to b1 SFI, 0 for the current EF
 *
 *     RETRIEVE DATA   object in blocks; '62F1' while there is more. Tag '5C': the list of all tags
 *     SET DATA        tag, length, value in blocks; '63F1' while there is more to come. An object
 *                     of the same tag is replaced; a tag alone takes it away
 *
 * A transfer belongs to where the channel stands: SELECT ends it, another content of the EF, too.
 * SET DATA writes nothing before the object is whole.
 *
 * @see ETSI TS 102 221 §11.3.1, §11.3.2
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import { SW } from '../../apdu/status-words.ts';
import { understood } from '../../bytes/errors.ts';
import { concat } from '../../bytes/octets.ts';
import { ByteReader } from '../../bytes/reader.ts';
import { offeredCommand } from '../../cat/session.ts';
import { berTlv, readBerLength, readBerTag, readBerTlv } from '../../tlv/ber.ts';
import { AM } from '../access.ts';
import {
  answer,
  type CommandContext,
  type CommandRow,
  cursorOf,
  DONE,
  LE_ALL,
  type Reply,
  refuse,
  setCursor,
  warn,
} from '../command.ts';
import type { DataTransfer, FoundEf } from '../files/file-system.ts';
import { sizeOf } from '../files/file-tree.ts';
import type { ElementaryNode } from '../memory.ts';
import { openEf } from '../open-ef.ts';
import { type Result, refusal, success } from '../refusal.ts';

const FIRST = 0x80;
const AGAIN = 0x40;
const RFU = 0x20;
const SFI = 0x1f;
const TAG_OCTETS_MAX = 3;
/** Stands for the list of all tags, and is nobody's own. */
const TAG_LIST = 0x5c;
/** In place of a tag they are filler: so says the data coding octet of the FCP. */
const FILLERS: readonly number[] = [0x00, 0xff];
const NAME = 'data object';

function isBerTlv({ structure }: ElementaryNode): boolean {
  return structure === 'ber-tlv';
}

/** '62F1' or '63F1'; while a proactive command waits, the one behind it. */
function moreSw(card: CommandContext, sw: number): number {
  return offeredCommand(card.session.toolkit) === undefined ? sw : sw + 1;
}

/** Keeps where a transfer is, and makes its EF current. */
function keep(card: CommandContext, { file }: FoundEf, transfer?: DataTransfer): void {
  const { application, directory } = cursorOf(card);
  const cursor = { application, directory, ef: file, record: undefined };
  setCursor(card, transfer === undefined ? cursor : { ...cursor, transfer });
}

/** The transfer that the next block belongs to, as long as its EF is what it was. */
function transferOf(
  card: CommandContext,
  kind: DataTransfer['kind'],
  { file, node }: FoundEf,
): DataTransfer | undefined {
  const { ef, transfer } = cursorOf(card);
  if (ef !== file || transfer?.kind !== kind || transfer.node !== node) return undefined;
  return transfer;
}

/** A data object with its octets as they are in the EF. */
interface StoredObject {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

function storedObjects({ content }: ElementaryNode): StoredObject[] {
  const reader = new ByteReader(content, NAME);
  const objects: StoredObject[] = [];
  while (reader.remaining > 0) {
    const start = reader.offset;
    const { tag } = readBerTlv(reader);
    objects.push({ tag, start, end: reader.offset });
  }
  return objects;
}

function tagOf(octets: Uint8Array): number {
  const reader = new ByteReader(octets, NAME);
  const tag = readBerTag(reader);
  reader.end();
  return tag;
}

/** The object that a tag asks for, as octets. */
function asked(node: ElementaryNode, data: Uint8Array): Result<Uint8Array> {
  const tag = understood(() => tagOf(data));
  if (tag === undefined) return refusal('wrong-data');
  const objects = storedObjects(node);
  if (tag === TAG_LIST) {
    return success(berTlv(TAG_LIST, ...objects.map((object) => tagOctets(object.tag))));
  }
  const found = objects.find((object) => object.tag === tag);
  if (found === undefined) return refusal('reference-not-found');
  return success(node.content.slice(found.start, found.end));
}

function tagOctets(tag: number): Uint8Array {
  return berTlv(tag).slice(0, -1);
}

/** Gives a block of an object, and remembers how far it has come. */
function block(card: CommandContext, found: FoundEf, transfer: DataTransfer): Reply {
  const { octets, start, end } = transfer;
  keep(card, found, transfer);
  const data = octets.slice(start, end);
  return end === octets.length ? answer(data) : warn(moreSw(card, SW.moreDataAvailable), data);
}

function retrieve(card: CommandContext, command: CommandApdu): Reply {
  const { p2, data, ne } = command;
  const isFirst = (p2 & FIRST) !== 0;
  const most = isFirst ? TAG_OCTETS_MAX : 0;
  if (data.length > most || (isFirst && data.length === 0)) return refuse('wrong-length');
  const opened = openEf(card, command, { sfi: p2 & SFI, am: AM.read, suits: isBerTlv });
  if (!opened.ok) return refuse(opened.failure);
  const found = opened.value;
  const { node } = found;
  const room = ne === 0 ? LE_ALL : Math.min(ne, LE_ALL);
  if (isFirst) {
    const object = asked(node, data);
    if (!object.ok) return refuse(object.failure);
    const octets = object.value;
    const end = Math.min(room, octets.length);
    return block(card, found, { kind: 'retrieve', node, octets, start: 0, end });
  }
  const transfer = transferOf(card, 'retrieve', found);
  if (transfer === undefined) return refuse('conditions-not-satisfied');
  const { octets, end } = transfer;
  if ((p2 & AGAIN) !== 0) return block(card, found, transfer);
  if (end === octets.length) return refuse('conditions-not-satisfied');
  const next = { ...transfer, start: end, end: Math.min(end + room, octets.length) };
  return block(card, found, next);
}

/** What SET DATA begins with: the tag alone, or also how long the object is as a whole. */
interface Beginning {
  readonly tag: number;
  /** Octets with tag and length; `undefined` for a tag alone. */
  readonly whole: number | undefined;
}

function beginningOf(data: Uint8Array): Beginning | undefined {
  const reader = new ByteReader(data, NAME);
  const tag = readBerTag(reader);
  if (FILLERS.includes(data[0] ?? 0) || tag === TAG_LIST) return undefined;
  if (reader.remaining === 0) return { tag, whole: undefined };
  const length = readBerLength(reader);
  return { tag, whole: reader.offset + length };
}

/** Gives the content without an object, and where that was; at the end when it is a new one. */
function without(node: ElementaryNode, tag: number): { rest: Uint8Array; at: number } | undefined {
  const object = storedObjects(node).find((one) => one.tag === tag);
  if (object === undefined) return undefined;
  const { content } = node;
  const { start, end } = object;
  return { rest: concat(content.slice(0, start), content.slice(end)), at: start };
}

function store(card: CommandContext, found: FoundEf, content: Uint8Array): Reply {
  const { file } = found;
  if (!card.memory.commit([{ kind: 'content', file, content }])) return refuse('not-stored');
  keep(card, found);
  return DONE;
}

/** Writes an object when all of it has come, else keeps what has come. */
function take(card: CommandContext, found: FoundEf, tag: number, transfer: DataTransfer): Reply {
  const { octets, end } = transfer;
  if (octets.length < end) {
    keep(card, found, transfer);
    return warn(moreSw(card, SW.moreDataExpected));
  }
  const { node } = found;
  const { rest, at } = without(node, tag) ?? { rest: node.content, at: node.content.length };
  return store(card, found, concat(rest.slice(0, at), octets, rest.slice(at)));
}

function setFirst(card: CommandContext, found: FoundEf, data: Uint8Array): Reply {
  const beginning = understood(() => beginningOf(data));
  if (beginning === undefined) return refuse('wrong-data');
  const { node } = found;
  const { tag, whole } = beginning;
  const old = without(node, tag);
  if (whole === undefined) {
    return old === undefined ? refuse('reference-not-found') : store(card, found, old.rest);
  }
  if (data.length > whole) return refuse('wrong-data');
  if ((old?.rest ?? node.content).length + whole > sizeOf(node)) {
    return refuse('not-enough-memory');
  }
  const octets = data.slice();
  return take(card, found, tag, { kind: 'set', node, octets, start: 0, end: whole });
}

function set(card: CommandContext, command: CommandApdu): Reply {
  const { p2, data } = command;
  const opened = openEf(card, command, { sfi: p2 & SFI, am: AM.update, suits: isBerTlv });
  if (!opened.ok) return refuse(opened.failure);
  const found = opened.value;
  if ((p2 & FIRST) !== 0) return setFirst(card, found, data);
  const transfer = transferOf(card, 'set', found);
  if (transfer === undefined) return refuse('conditions-not-satisfied');
  const octets = concat(transfer.octets, data);
  const beginning = understood(() => beginningOf(octets));
  if (beginning === undefined || octets.length > transfer.end) return refuse('wrong-data');
  return take(card, found, beginning.tag, { ...transfer, octets });
}

/** RETRIEVE DATA. */
export const RETRIEVE_DATA: CommandRow = {
  ins: 0xcb,
  name: 'RETRIEVE DATA',
  class: 'uicc',
  isRemote: true,
  mayHaveP1P2: (p1, p2) =>
    p1 === 0 && (p2 & RFU) === 0 && (p2 & (FIRST | AGAIN)) !== (FIRST | AGAIN),
  mayHaveLc: (lc) => lc <= TAG_OCTETS_MAX,
  handle: retrieve,
};

/** SET DATA. */
export const SET_DATA: CommandRow = {
  ins: 0xdb,
  name: 'SET DATA',
  class: 'uicc',
  isRemote: true,
  mayHaveP1P2: (p1, p2) => p1 === 0 && (p2 & (RFU | AGAIN)) === 0,
  mayHaveLc: (lc) => lc > 0,
  handle: set,
};
