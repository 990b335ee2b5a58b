/**
 * Captures as a reader sees them that knows nothing but the lengths of blocks.
 *
 * @see docs/architecture.md, "Traces"
 * @module
 */

/** One block. */
export interface Block {
  readonly type: 'section' | 'interface' | 'packet';
  /** All of it, with its two lengths. */
  readonly octets: Uint8Array;
}

const TYPES: ReadonlyMap<number, Block['type']> = new Map([
  [0x0a0d0d0a, 'section'],
  [1, 'interface'],
  [6, 'packet'],
]);
/** What stands in front of the IP header of a packet, and what up to the UDP payload. */
const PACKET_HEAD = 28;
const IP_AND_UDP = 28;

/**
 * Walks over the blocks of a file.
 *
 * @throws {Error} it does not end with a whole block, or the lengths of one are wrong
 */
export function blocksOf(file: Uint8Array): Block[] {
  const blocks: Block[] = [];
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  for (let at = 0; at < file.length; ) {
    const type = file.length - at < 12 ? undefined : TYPES.get(view.getUint32(at, true));
    if (type === undefined) throw new Error(`octet ${at}: no block`);
    const length = view.getUint32(at + 4, true);
    if (length % 4 !== 0) throw new Error(`octet ${at}: length ${length}, no multiple of 4`);
    if (at + length > file.length) throw new Error(`octet ${at}: length ${length}, cut`);
    const again = view.getUint32(at + length - 4, true);
    if (again !== length) throw new Error(`octet ${at}: lengths ${length} and ${again}`);
    blocks.push({ type, octets: file.subarray(at, at + length) });
    at += length;
  }
  return blocks;
}

/** The UDP payloads of a file. */
export function payloadsOf(file: Uint8Array): Uint8Array[] {
  return blocksOf(file)
    .filter(({ type }) => type === 'packet')
    .map(({ octets }) => {
      const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
      const length = view.getUint32(20, true);
      return Uint8Array.from(octets.subarray(PACKET_HEAD + IP_AND_UDP, PACKET_HEAD + length));
    });
}
