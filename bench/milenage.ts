/**
 * Is MILENAGE, as a USIM runs it, at most as slow as libosmogsm's in C?
 *
 *     npx tsx bench/milenage.ts
 *
 * A USIM computes AK, RES, CK and IK from RAND, and MAC-A from the SQN that it finds. Its key is
 * expanded once and kept; libosmogsm expands it for each block, because its functions take K.
 * Needs a C compiler and Debian's libosmocore-dev.
 *
 * @see 3GPP TS 35.206 §4.1
 * @module
 */

import { fileURLToPath } from 'node:url';
import { expandMilenageKey, milenageChallenge } from '../src/crypto/milenage.ts';
import { compare, cPeer, nsPerOp, pinToOneCore } from './peer.ts';

const RANDS = 100_000;

const key = expandMilenageKey(
  Uint8Array.from({ length: 16 }, (_, n) => n),
  Uint8Array.from({ length: 16 }, (_, n) => 255 - n),
);
const sqn = Uint8Array.of(0, 0, 0, 0, 0, 32);
const amf = Uint8Array.of(0x80, 0);

/** XOR of the first and last octets of all outputs in one round; the C driver prints the same. */
let sum = 0;

function ends(octets: Uint8Array): number {
  return octets[0]! ^ octets[octets.length - 1]!;
}

function ours(): void {
  const rand = new Uint8Array(16);
  sum = 0;
  for (let n = 0; n < RANDS; n++) {
    rand[0] = n;
    rand[1] = n >> 8;
    rand[2] = n >> 16;
    const challenge = milenageChallenge(key, rand);
    const { res, ck, ik, ak } = challenge;
    sum ^= ends(res) ^ ends(ck) ^ ends(ik) ^ ends(ak) ^ ends(challenge.macA(sqn, amf));
  }
}

const libosmogsm = cPeer(fileURLToPath(new URL('milenage.c', import.meta.url)), ['osmogsm']);

pinToOneCore();
compare({
  name: 'AK, RES, CK, IK, MAC-A for a RAND',
  ours: () => nsPerOp(RANDS, ours),
  peer: () => {
    const [ns, theirs] = libosmogsm(String(RANDS)).split(' ').map(Number);
    if (theirs !== sum) throw new Error(`other results than libosmogsm: ${sum}, ${theirs}`);
    return ns ?? Number.NaN;
  },
  target: 1,
});
