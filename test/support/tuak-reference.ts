/**
 * TUAK a second time, to compare with: over SHAKE256 of OpenSSL instead of a permutation.
 *
 * With one iteration the state of TUAK is what SHAKE256 makes of its first 96 octets: '1F' behind
 * them, and '80' at the end of a block of 136. So each function is one call of it.
 *
 * @see 3GPP TS 35.231; FIPS 202 §6.2 (SHAKE256)
 * @module
 */

import { createHash } from 'node:crypto';

const BLOCK = 136;
const ALGONAME = Buffer.from('TUAK1.0', 'ascii');
/** b6 to b4 of INSTANCE for a MAC or RES of so many octets. */
const LENGTH_CODE: Readonly<Record<number, number>> = { 4: 0, 8: 1, 16: 2, 32: 4 };

/** Everything that goes in. */
export interface ReferenceInput {
  /** 16 or 32 octets. */
  readonly k: Uint8Array;
  /** TOPc, 32 octets. */
  readonly topc: Uint8Array;
  readonly rand: Uint8Array;
  readonly sqn: Uint8Array;
  readonly amf: Uint8Array;
  readonly macLength: number;
  readonly resLength: number;
  readonly ckLength: number;
  readonly ikLength: number;
}

/** Everything that comes out, under the names of our own implementation. */
export type ReferenceOutput = Readonly<
  Record<'macA' | 'macS' | 'res' | 'ck' | 'ik' | 'ak' | 'akStar', Uint8Array>
>;

function reversed(octets: Uint8Array): Buffer {
  return Buffer.from(octets).reverse();
}

/** The output as a function that gives the octets from an offset on, last first. */
function computed(
  instance: number,
  { k, top, rand, amf, sqn }: Record<'k' | 'top' | 'rand' | 'amf' | 'sqn', Uint8Array>,
): (offset: number, length: number) => Uint8Array {
  const message = Buffer.concat([
    reversed(top),
    Buffer.from([instance | (k.length === 32 ? 1 : 0)]),
    ...[ALGONAME, rand, amf, sqn, k].map(reversed),
    Buffer.alloc(32 - k.length),
  ]);
  const out = createHash('shake256', { outputLength: BLOCK }).update(message).digest();
  return (offset, length) => Uint8Array.from(reversed(out.subarray(offset, offset + length)));
}

const NOTHING = { rand: new Uint8Array(16), amf: new Uint8Array(2), sqn: new Uint8Array(6) };

/** Computes TOPc, of 32 octets, from K and TOP. */
export function referenceTopc(k: Uint8Array, top: Uint8Array): Uint8Array {
  return computed(0, { k, top, ...NOTHING })(0, 32);
}

/** Computes f1 to f5*. */
export function referenceTuak(input: ReferenceInput): ReferenceOutput {
  const { k, topc: top, rand, sqn, amf, macLength, resLength, ckLength, ikLength } = input;
  const code = (octets: number): number => (LENGTH_CODE[octets] ?? 0) << 3;
  const long = (octets: number, bit: number): number => (octets === 32 ? bit : 0);
  const f1 = code(macLength);
  const f2345 = 0x40 | code(resLength) | long(ckLength, 4) | long(ikLength, 2);
  const out = computed(f2345, { ...NOTHING, k, top, rand });
  return {
    macA: computed(f1, { k, top, rand, sqn, amf })(0, macLength),
    macS: computed(0x80 | f1, { k, top, rand, sqn, amf })(0, macLength),
    res: out(0, resLength),
    ck: out(32, ckLength),
    ik: out(64, ikLength),
    ak: out(96, 6),
    akStar: computed(0xc0, { ...NOTHING, k, top, rand })(96, 6),
  };
}
