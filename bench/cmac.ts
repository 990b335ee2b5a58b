/**
 * Does an AES-CMAC with a key that is kept take less than a third of noble's, which takes the key
 * itself?
 *
 *     npx tsx bench/cmac.ts
 *
 * Both compute the MAC of the same 104 octets, in the same process. The block function is noble's
 * in both; what differs is the chaining, and when the key is expanded.
 *
 * @see NIST SP 800-38B §6.2; docs/architecture.md, "Keys are expanded once"
 * @module
 */

import { cmac } from '@noble/ciphers/aes.js';
import { expandAesKey } from '../src/crypto/aes.ts';
import { aesCmac } from '../src/crypto/cmac.ts';
import { compare, nsPerOp, pinToOneCore } from './peer.ts';

const MESSAGES = 10_000;
const OCTETS = 104;

const key = Uint8Array.from({ length: 16 }, (_, n) => n);
const expanded = expandAesKey(key);

/** XOR of the first and last octets of all MACs in the last round. */
let sum = 0;

function round(mac: (message: Uint8Array) => Uint8Array): void {
  const message = Uint8Array.from({ length: OCTETS }, (_, n) => n);
  sum = 0;
  for (let n = 0; n < MESSAGES; n++) {
    message[0] = n;
    message[1] = n >> 8;
    const octets = mac(message);
    sum ^= octets[0]! ^ octets[15]!;
  }
}

pinToOneCore();
compare({
  name: 'AES-CMAC of 104 octets',
  ours: () => nsPerOp(MESSAGES, () => round((message) => aesCmac(expanded, message))),
  peer: () => {
    const ours = sum;
    const ns = nsPerOp(MESSAGES, () => round((message) => cmac(message, key)));
    if (ours !== sum) throw new Error(`other results than noble: ${ours}, ${sum}`);
    return ns;
  },
  target: 0.3,
});
