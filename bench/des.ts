/**
 * Is 3DES-CBC, with a key that is kept, at most a fifth slower than OpenSSL's in C?
 *
 *     npx tsx bench/des.ts
 *
 * 104 octets are thirteen blocks, as a secured packet that nearly fills a short message has them.
 * OpenSSL's context keeps its key too, and only its initial vector is set back. Needs a C compiler
 * and Debian's libssl-dev.
 *
 * @see ETSI TS 102 225 §5.1.2
 * @module
 */

import { fileURLToPath } from 'node:url';
import { type DesKey, decryptDesCbc, encryptDesCbc, expandDesKey } from '../src/crypto/des.ts';
import { compare, cPeer, nsPerOp, pinToOneCore } from './peer.ts';

const MESSAGES = 20_000;
const OCTETS = 104;

const key = expandDesKey(Uint8Array.from({ length: 16 }, (_, n) => n * 17));

/** XOR of four octets of each output in one round; the C driver prints the same. */
let sum = 0;

function ours(crypt: (key: DesKey, octets: Uint8Array) => Uint8Array): void {
  const message = Uint8Array.from({ length: OCTETS }, (_, n) => n);
  sum = 0;
  for (let n = 0; n < MESSAGES; n++) {
    message[0] = n;
    message[1] = n >> 8;
    message[2] = n >> 16;
    const out = crypt(key, message);
    sum ^= out[0]! ^ out[7]! ^ out[OCTETS - 8]! ^ out[OCTETS - 1]!;
  }
}

const openssl = cPeer(fileURLToPath(new URL('des.c', import.meta.url)), ['crypto']);

pinToOneCore();
for (const [direction, crypt] of [
  ['encrypt', encryptDesCbc],
  ['decrypt', decryptDesCbc],
] as const) {
  compare({
    name: `3DES-CBC, two keys, 104 octets, ${direction}`,
    ours: () => nsPerOp(MESSAGES, () => ours(crypt)),
    peer: () => {
      const [ns, theirs] = openssl(direction, String(MESSAGES)).split(' ').map(Number);
      if (theirs !== sum) throw new Error(`other results than OpenSSL: ${sum}, ${theirs}`);
      return ns ?? Number.NaN;
    },
    target: 1.2,
  });
}
