/**
 * The FCP template: what SELECT and STATUS tell about a file.
 *
 *     62 len | 82 file descriptor | 83 FID | [84 AID] | [A5 proprietary] | 8A life cycle
 *            | access rules | [C6 PIN status] | [80 size | 88 SFI]
 *
 * @see ETSI TS 102 221 §11.1.1.3
 * @module
 */

import { concat } from '../../bytes/octets.ts';
import { ByteWriter } from '../../bytes/writer.ts';
import { UNIVERSAL_PIN } from '../../ef/key-references.ts';
import { berTlv } from '../../tlv/ber.ts';
import { wantsTerminalCapability } from '../channel-capability.ts';
import {
  type CardImage,
  type CardRoot,
  type ElementaryNode,
  FID_MF,
  type FileNode,
  LIFE_CYCLE_OCTET,
  lifeCycleOf,
  type PinState,
  pinOf,
} from '../memory.ts';
import { recordCount } from './file-system.ts';
import { memoryLeft, sizeOf } from './file-tree.ts';
import { encodeSecurityAttributes } from './security-attributes.ts';

/** File descriptor octet: shareable (b7), and the structure. */
const DESCRIPTOR = {
  directory: 0x78,
  transparent: 0x41,
  linear: 0x42,
  cyclic: 0x46,
  'ber-tlv': 0x79,
} as const;
const SHAREABLE = 0x40;
/** Data coding octet: data units of one octet, as on every card seen. */
const DATA_CODING = 0x21;
/** Clock stop allowed without a preferred level; classes A, B and C. */
const UICC_CHARACTERISTICS = 0x71;
/** Of the commands that not every card has: TERMINAL CAPABILITY. */
const SUPPORTED_COMMANDS = 0x01;
/** Of the amount of available memory, as on cards seen. */
const MEMORY_OCTETS = 4;
/** Usage qualifier in front of the universal PIN: whether it must be verified for another PIN. */
const USAGE = { verification: 0x08, none: 0x00 } as const;

/** A card that tells of itself in the FCPs of its directories. */
interface TellingCard {
  readonly image: CardImage;
  readonly root: CardRoot;
}

function twoOctets(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

function descriptor(node: FileNode): Uint8Array {
  if (node.kind === 'directory') return Uint8Array.of(DESCRIPTOR.directory, DATA_CODING);
  const octet = DESCRIPTOR[node.structure];
  const first = Uint8Array.of(node.isNotShareable ? octet & ~SHAREABLE : octet, DATA_CODING);
  if (node.recordLength === 0) return first;
  return concat(first, twoOctets(node.recordLength), Uint8Array.of(recordCount(node)));
}

/** One bit a key, b8 of the first octet for the first key: enabled. Then the key references. */
function pinStatus(references: readonly number[], pins: readonly PinState[]): Uint8Array {
  const statuses = references.map((reference) => pinOf(pins, reference)?.status);
  const bitmap = new Uint8Array(Math.ceil(references.length / 8));
  statuses.forEach((status, n) => {
    if (status === 'enabled') bitmap[n >> 3]! |= 0x80 >> (n & 7);
  });
  const usage = statuses.includes('replaced') ? USAGE.verification : USAGE.none;
  const keys = references.flatMap((reference) => {
    const key = berTlv(0x83, Uint8Array.of(reference));
    return reference === UNIVERSAL_PIN ? [berTlv(0x95, Uint8Array.of(usage)), key] : [key];
  });
  return berTlv(0xc6, berTlv(0x90, bitmap), ...keys);
}

/**
 * Characteristics of a directory, the memory that is left, and of the MF and an ADF the commands
 * that the card asks for; special file information of an EF.
 */
function proprietary(node: FileNode, card: TellingCard | undefined): Uint8Array[] {
  if (node.kind === 'directory') {
    const objects = [berTlv(0x80, Uint8Array.of(UICC_CHARACTERISTICS))];
    if (card?.image.freeMemory !== undefined) {
      const left = memoryLeft(card.image, card.root);
      const octets = new ByteWriter().uint(MEMORY_OCTETS, left, 'available memory').finish();
      objects.push(berTlv(0x83, octets));
    }
    const isRoot = node.fid === FID_MF || node.aid !== undefined;
    if (isRoot && card !== undefined && wantsTerminalCapability(card.image)) {
      objects.push(berTlv(0x87, Uint8Array.of(SUPPORTED_COMMANDS)));
    }
    return [berTlv(0xa5, ...objects)];
  }
  const { specialInformation } = node;
  if (specialInformation === undefined) return [];
  return [berTlv(0xa5, berTlv(0xc0, Uint8Array.of(specialInformation)))];
}

function efObjects(node: ElementaryNode): Uint8Array[] {
  const sfi = node.sfi === undefined ? new Uint8Array(0) : Uint8Array.of(node.sfi << 3);
  return [berTlv(0x80, twoOctets(sizeOf(node))), berTlv(0x88, sfi)];
}

/**
 * Writes the FCP template of a file.
 *
 * @param card the file's: what memory is left, if its profile says how much there is, and whether
 *   it asks for TERMINAL CAPABILITY; left out: of the file alone
 * @see ETSI TS 102 221 §11.1.1.3
 */
export function encodeFcp(
  node: FileNode,
  pins: readonly PinState[],
  card?: TellingCard,
): Uint8Array {
  const aid = node.kind === 'directory' ? node.aid : undefined;
  return berTlv(
    0x62,
    berTlv(0x82, descriptor(node)),
    berTlv(0x83, twoOctets(node.fid)),
    ...(aid === undefined ? [] : [berTlv(0x84, aid)]),
    ...proprietary(node, card),
    berTlv(0x8a, Uint8Array.of(LIFE_CYCLE_OCTET[lifeCycleOf(node)])),
    encodeSecurityAttributes(node.rule),
    ...(node.kind === 'directory' ? [pinStatus(node.pins, pins)] : efObjects(node)),
  );
}
