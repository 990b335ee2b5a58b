/**
 * How many blocks of SHA3-256 does TUAK cost, as a USIM runs it?
 *
 *     npx tsx bench/tuak.ts
 *
 * A USIM computes AK, RES, CK and IK from RAND, and MAC-A from the SQN that it finds: two
 * permutations of Keccak, in JavaScript. The peer is one permutation in OpenSSL: SHA3-256 of 32
 * octets by node:crypto, calls included.
 *
 * @see 3GPP TS 35.231; FIPS 202 §6.1
 * @module
 */

import { createHash } from 'node:crypto';
import { expandTuakKey } from '../src/crypto/tuak.ts';
import { compare, nsPerOp, pinToOneCore } from './peer.ts';

const RANDS = 20_000;

const key = expandTuakKey(
  Uint8Array.from({ length: 32 }, (_, n) => n),
  Uint8Array.from({ length: 32 }, (_, n) => 255 - n),
);
const sqn = Uint8Array.of(0, 0, 0, 0, 0, 32);
const amf = Uint8Array.of(0x80, 0);

function ours(): void {
  const rand = new Uint8Array(16);
  for (let n = 0; n < RANDS; n++) {
    rand[0] = n;
    rand[1] = n >> 8;
    const { length } = key.challenge(rand).macA(sqn, amf);
    if (length !== 8) throw new Error('MAC-A has 8 octets');
  }
}

function oneBlock(): void {
  const octets = new Uint8Array(32);
  for (let n = 0; n < RANDS; n++) {
    octets[0] = n;
    octets[1] = n >> 8;
    createHash('sha3-256').update(octets).digest();
  }
}

pinToOneCore();
compare({
  name: 'TUAK: AK, RES, CK, IK, MAC-A for a RAND',
  ours: () => nsPerOp(RANDS, ours),
  peer: () => nsPerOp(RANDS, oneBlock),
  target: 7,
});
