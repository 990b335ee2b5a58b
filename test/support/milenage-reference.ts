/**
 * MILENAGE a second time, to compare with: on one number of 128 bits instead of words, over the AES
 * of OpenSSL instead of our own. Slow, and as close to the formulas as can be.
 *
 *     TEMP = E(RAND ^ OPc)
 *     OUT1 = E(TEMP ^ rot(SQN AMF SQN AMF ^ OPc, r1) ^ c1) ^ OPc
 *     OUTn = E(rot(TEMP ^ OPc, rn) ^ cn) ^ OPc
 *
 * @see 3GPP TS 35.206 §4.1
 * @module
 */

import { createCipheriv } from 'node:crypto';

const BLOCK_BITS = 128n;

function toNumber(octets: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(octets).toString('hex')}`);
}

function toOctets(value: bigint): Uint8Array {
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(32, '0'), 'hex'));
}

/** E with the key K, of 16 octets. */
function cipher(k: Uint8Array): (block: bigint) => bigint {
  return (block) => {
    const aes = createCipheriv('aes-128-ecb', k, null).setAutoPadding(false);
    return toNumber(Buffer.concat([aes.update(toOctets(block)), aes.final()]));
  };
}

function rot(value: bigint, bits: number): bigint {
  const left = BigInt(bits);
  return BigInt.asUintN(128, (value << left) | (value >> (BLOCK_BITS - left)));
}

/** Everything that goes in; octet strings of 16, SQN of 6, AMF of 2. */
export interface ReferenceInput {
  readonly k: Uint8Array;
  readonly opc: Uint8Array;
  readonly rand: Uint8Array;
  readonly sqn: Uint8Array;
  readonly amf: Uint8Array;
  /** r1 to r5, bits. */
  readonly r: readonly number[];
  /** c1 to c5. */
  readonly c: readonly Uint8Array[];
}

/** Everything that comes out, under the names of our own implementation. */
export type ReferenceOutput = Readonly<
  Record<'macA' | 'macS' | 'res' | 'ck' | 'ik' | 'ak' | 'akStar', Uint8Array>
>;

/** Computes OPc, of 16 octets, from K and OP. */
export function referenceOpc(k: Uint8Array, op: Uint8Array): Uint8Array {
  return toOctets(toNumber(op) ^ cipher(k)(toNumber(op)));
}

/** Computes f1 to f5*. */
export function referenceMilenage(input: ReferenceInput): ReferenceOutput {
  const e = cipher(input.k);
  const opc = toNumber(input.opc);
  const c = input.c.map(toNumber);
  const r = input.r;
  const temp = e(toNumber(input.rand) ^ opc);
  const half = Buffer.concat([input.sqn, input.amf]);
  const in1 = toNumber(Buffer.concat([half, half]));
  const out1 = toOctets(e(temp ^ rot(in1 ^ opc, r[0] ?? 0) ^ (c[0] ?? 0n)) ^ opc);
  const [out2, out3, out4, out5] = [1, 2, 3, 4].map((n) =>
    toOctets(e(rot(temp ^ opc, r[n] ?? 0) ^ (c[n] ?? 0n)) ^ opc),
  ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  return {
    macA: out1.slice(0, 8),
    macS: out1.slice(8),
    res: out2.slice(8),
    ak: out2.slice(0, 6),
    ck: out3,
    ik: out4,
    akStar: out5.slice(0, 6),
  };
}
