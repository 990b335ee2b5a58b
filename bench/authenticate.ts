/**
 * What does a whole AUTHENTICATE cost, against libosmogsm's bare computation?
 *
 *     npx tsx bench/authenticate.ts
 *
 * Ours is the command as an ME sends it over T=0, and its GET RESPONSE: class, channel, PIN,
 * context, AUTN, the SEQ array, a commit, RES, CK, IK and Kc. The peer computes RES, CK, IK, AK and
 * MAC-A and nothing else. Needs a C compiler and Debian's libosmocore-dev.
 *
 * @see 3GPP TS 31.102 §7.1
 * @module
 */

import { fileURLToPath } from 'node:url';
import { fromHex } from '../src/bytes/hex.ts';
import { concat } from '../src/bytes/octets.ts';
import { createUicc } from '../src/card/uicc.ts';
import { expandMilenageKey, milenage } from '../src/crypto/milenage.ts';
import { DEFAULT_PROFILE } from '../src/profile/default-profile.ts';
import { compare, cPeer, nsPerOp, pinToOneCore } from './peer.ts';

/** Few enough to stay in the cache, as a command does that an ME has just written. */
const COMMANDS = 500;
const PASSES = 40;
const AMF = Uint8Array.of(0x80, 0);

const [entry] = DEFAULT_PROFILE.keyTable.entries;
const key = expandMilenageKey(fromHex(entry?.k ?? ''), fromHex(entry?.opc ?? ''));

/** The n-th AUTHENTICATE: SEQ n, IND n mod 32. */
function command(n: number): Uint8Array {
  const value = n * 32 + (n % 32);
  const sqn = Uint8Array.of(0, 0, value / 2 ** 24, value / 2 ** 16, value / 2 ** 8, value);
  const rand = new Uint8Array(16).fill(n);
  const { ak, macA } = milenage(key, { rand, sqn, amf: AMF });
  const autn = concat(
    sqn.map((octet, at) => octet ^ ak[at]!),
    AMF,
    macA,
  );
  return concat(fromHex('008800812210'), rand, Uint8Array.of(16), autn);
}

const commands = Array.from({ length: COMMANDS }, (_, n) => command(n + 1));
const getResponse = fromHex('00C0000035');
const card = createUicc();
card.reset();
card.transmit(fromHex('00A4040C07A0000000871002'));
card.transmit(fromHex('002000010831323334FFFFFFFF'));
const start = card.root;

/** All commands once, from the same sequence numbers. */
function pass(): void {
  card.rewind(start);
  card.reset();
  card.transmit(fromHex('00A4040C07A0000000871002'));
  card.transmit(fromHex('002000010831323334FFFFFFFF'));
  for (const authenticate of commands) {
    card.transmit(authenticate);
    const response = card.transmit(getResponse);
    if (response[0] !== 0xdb) throw new Error('AUTHENTICATE was refused');
  }
}

function ours(): void {
  for (let n = 0; n < PASSES; n++) pass();
}

const libosmogsm = cPeer(fileURLToPath(new URL('milenage.c', import.meta.url)), ['osmogsm']);

pinToOneCore();
compare({
  name: 'AUTHENTICATE and GET RESPONSE',
  ours: () => nsPerOp(COMMANDS * PASSES, ours),
  peer: () => Number(libosmogsm(String(COMMANDS * PASSES)).split(' ')[0]),
  target: 2.5,
});
