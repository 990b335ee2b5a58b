/**
 * What bootstrapping has left on the card for applications of the network (GBA_U), as octets.
 *
 *     keys   application 2 | RAND 16 | Ks octets 1 | Ks | records 1 | record 1 …
 *
 * The file number of the ADF says whose keys they are: USIM and ISIM have theirs each.
 *
 * @see 3GPP TS 33.220 §G.1, §G.2; docs/architecture.md, "The card changes by commits"
 * @module
 */

import type { ByteReader } from '../../bytes/reader.ts';
import type { ByteWriter } from '../../bytes/writer.ts';
import {
  type BootstrappedKeys,
  type CardImage,
  type CardRoot,
  type FileNumber,
  findNode,
} from '../memory.ts';

const RAND_OCTETS = 16;
/** CK and IK have 16 octets or 32. */
const KS_OCTETS: readonly number[] = [32, 48, 64];

/** Finds the keys of an application; `undefined` when nothing was bootstrapped there. */
export function bootstrappedOf(
  { bootstrapped }: CardRoot,
  application: FileNumber,
): BootstrappedKeys | undefined {
  return bootstrapped.find((keys) => keys.application === application);
}

/** Tells whether keys can be of this card: their application is there. */
export function fitsApplication(
  image: CardImage,
  root: CardRoot,
  { application }: BootstrappedKeys,
): boolean {
  const node = findNode(image, root, application);
  return node?.kind === 'directory' && node.aid !== undefined;
}

/** Writes the keys of one application. Secret. */
export function writeBootstrapped(
  writer: ByteWriter,
  { application, rand, ks, records }: BootstrappedKeys,
): void {
  writer.uint(2, application, 'application').bytes(rand).uint(1, ks.length, 'Ks octets').bytes(ks);
  writer.uint(1, records.length, 'records').bytes(Uint8Array.from(records));
}

/**
 * Reads the keys of one application.
 *
 * @throws {DecodeError} a field does not fit
 * @see docs/architecture.md, "The card changes by commits"
 */
export function readBootstrapped(reader: ByteReader): BootstrappedKeys {
  const application = reader.uint(2, 'application');
  const rand = reader.take(RAND_OCTETS, 'RAND');
  const at = reader.offset;
  const octets = reader.uint(1, 'Ks octets');
  if (!KS_OCTETS.includes(octets)) throw reader.error('Ks octets', 'expected 32, 48 or 64', at);
  const ks = reader.take(octets, 'Ks');
  const records = [...reader.take(reader.uint(1, 'records'), 'record')];
  return { application, rand, ks, records };
}
