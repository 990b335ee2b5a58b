/**
 * Faults that are made on purpose: the name that each must get, in which world, and how it is made.
 *
 * @see 3GPP TS 33.102 §6.3, §C.2.2
 * @module
 */

import { sha1 } from '@noble/hashes/legacy.js';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { concat, filled } from '../../../src/bytes/octets.ts';
import type { AkaExchange, AkaMistakeName } from '../../../src/card/aka/mistake.ts';
import { deriveOpc, expandMilenageKey, MILENAGE_CONSTANTS } from '../../../src/crypto/milenage.ts';
import { deriveTopc, expandTuakKey } from '../../../src/crypto/tuak.ts';
import { expandXorKey } from '../../../src/crypto/xor.ts';
import { backwards, drawn, FRESH, IND_MS, octetsOf, SEQ_MS, SQN, World, xor } from './world.ts';

const ZEROS = filled(16, 0);
const { r, c } = MILENAGE_CONSTANTS;

/** A fault: the name it must get, in which world it is made, and how. */
export interface Fault {
  readonly name: AkaMistakeName;
  readonly what: string;
  readonly make: (world: World) => AkaExchange;
  readonly worldOf?: ((seed: number) => World) | undefined;
}

type FaultRow = readonly [
  name: AkaMistakeName,
  what: string,
  make: (world: World) => AkaExchange,
  worldOf?: (seed: number) => World,
];

const words = (octets: Uint8Array): Uint8Array =>
  concat(...[0, 4, 8, 12].map((at) => backwards(octets.slice(at, at + 4))));
const digits = (octets: Uint8Array): Uint8Array =>
  fromHex(toHex(octets).replace(/(?<high>.)(?<low>.)/gu, '$<low>$<high>'));
const flipped = (octets: Uint8Array, at: number): Uint8Array => octets.with(at, octets[at]! ^ 0x10);
const mistyped = (octets: Uint8Array): Uint8Array => octets.with(15, octets[15]! ^ 0x07);

const OWN_CONSTANTS = {
  r: [8, 16, 24, 40, 72] as [number, number, number, number, number],
  c: [1, 2, 3, 4, 5].map((value) => filled(16, value)),
};
/** A card whose operator has r and c of its own. */
export function ownConstants(seed: number): World {
  const [k, op] = [drawn(seed, 'K'), drawn(seed, 'OP')];
  const [c1, c2, c3, c4, c5] = OWN_CONSTANTS.c as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const key = expandMilenageKey(k, deriveOpc(k, op), {
    r: OWN_CONSTANTS.r,
    c: [c1, c2, c3, c4, c5],
  });
  return new World(seed, { r: OWN_CONSTANTS.r, c: OWN_CONSTANTS.c.map(toHex) as never }, key);
}

/** TOPc of the TUAK world of a seed. */
export const topcOf = (seed: number): Uint8Array => drawn(seed, 'TOPc', 32);
/** A card with TUAK, two iterations. */
export function tuakWorld(seed: number): World {
  const topc = topcOf(seed);
  const key = expandTuakKey(drawn(seed, 'K'), topc, { iterations: 2 });
  return new World(seed, { algorithm: 'tuak', topc: toHex(topc), iterations: 2 }, key);
}
/** A card with the XOR test algorithm. */
export const xorWorld = (seed: number): World =>
  new World(seed, { algorithm: 'xor' }, expandXorKey(drawn(seed, 'K')));
const counting =
  (sqn: Partial<typeof SQN>) =>
  (seed: number): World =>
    new World(seed, { sqn: { ...SQN, ...sqn } });

const KEY_FAULTS: readonly FaultRow[] = [
  [
    'other-pair',
    'the next pair of the key table',
    ({ seed }) => {
      const key = expandMilenageKey(drawn(seed, 'another K'), drawn(seed, 'another OPc'));
      return new World(seed).by(key);
    },
  ],
  [
    'opc-for-op',
    'OPc in the field of OP',
    (w) => w.by(expandMilenageKey(w.k, deriveOpc(w.k, w.opc))),
  ],
  [
    'op-for-opc',
    'OP in the field of OPc, the profile has OP',
    (w) => w.by(expandMilenageKey(w.k, w.op)),
  ],
  [
    'op-for-opc',
    'OP in the field of OPc, the sender tells it',
    (w) => w.by(expandMilenageKey(w.k, w.op), { k: w.k, opc: w.op }),
    (seed) => {
      const world = new World(seed);
      return Object.assign(world, { card: { root: world.card.root } });
    },
  ],
  ['opc-missing', 'OPc of zeros', (w) => w.by(expandMilenageKey(w.k, ZEROS))],
  ['opc-missing', 'OP of zeros', (w) => w.by(expandMilenageKey(w.k, deriveOpc(w.k, ZEROS)))],
  ['opc-reversed', 'OPc backwards', (w) => w.by(expandMilenageKey(w.k, backwards(w.opc)))],
  ['opc-reversed', 'words of OPc backwards', (w) => w.by(expandMilenageKey(w.k, words(w.opc)))],
  ['k-reversed', 'K backwards, with OPc', (w) => w.by(expandMilenageKey(backwards(w.k), w.opc))],
  [
    'k-reversed',
    'K backwards, OPc derived by it',
    (w) => w.by(expandMilenageKey(backwards(w.k), deriveOpc(backwards(w.k), w.op))),
  ],
  ['k-words-reversed', 'words of K backwards', (w) => w.by(expandMilenageKey(words(w.k), w.opc))],
  ['k-digits-swapped', 'digits of K swapped', (w) => w.by(expandMilenageKey(digits(w.k), w.opc))],
  [
    'k-digits-swapped',
    'digits of K and of OPc swapped',
    (w) => w.by(expandMilenageKey(digits(w.k), digits(w.opc))),
  ],
  ['opc-digits-swapped', 'digits of OPc', (w) => w.by(expandMilenageKey(w.k, digits(w.opc)))],
  ['k-mistyped', 'the last digit of K', (w) => w.by(expandMilenageKey(mistyped(w.k), w.opc))],
  [
    'k-mistyped',
    'the last digit of K, OPc derived by it',
    (w) => w.by(expandMilenageKey(mistyped(w.k), deriveOpc(mistyped(w.k), w.op))),
  ],
  ['opc-mistyped', 'a digit of OPc', (w) => w.by(expandMilenageKey(w.k, flipped(w.opc, 0)))],
  [
    'opc-mistyped',
    'a digit of OP',
    (w) => w.by(expandMilenageKey(w.k, deriveOpc(w.k, mistyped(w.op)))),
  ],
  ['k-opc-swapped', 'K for OPc, and OPc for K', (w) => w.by(expandMilenageKey(w.opc, w.k))],
  [
    'k-opc-swapped',
    'K for OP, and OP for K',
    (w) => w.by(expandMilenageKey(w.op, deriveOpc(w.op, w.k))),
  ],
  [
    'k-wrong',
    'another K, as the sender tells',
    (w) => {
      const k = drawn(w.seed, 'a wrong K');
      return w.by(expandMilenageKey(k, w.opc), { k });
    },
  ],
  [
    'k-mistyped',
    'one digit of K, as the sender tells, with OP',
    (w) => {
      const k = flipped(w.k, 7);
      return w.by(expandMilenageKey(k, deriveOpc(k, w.op)), { k, op: w.op });
    },
  ],
  [
    'k-wrong',
    'K as the sender tells, but AUTN of nobody',
    (w) =>
      w.exchange({
        autn: drawn(w.seed, 'AUTN'),
        sender: { k: flipped(w.k, 0), opc: w.opc },
      }),
  ],
  [
    'opc-wrong',
    'another OPc, as the sender tells',
    (w) => {
      const opc = drawn(w.seed, 'a wrong OPc');
      return w.by(expandMilenageKey(w.k, opc), { k: w.k, opc });
    },
  ],
  [
    'opc-wrong',
    'another OP, as the sender tells',
    (w) => {
      const op = drawn(w.seed, 'a wrong OP');
      return w.by(expandMilenageKey(w.k, deriveOpc(w.k, op)), { op });
    },
  ],
  [
    'keys-differ',
    'another K, and the sender is silent',
    (w) => w.by(expandMilenageKey(drawn(w.seed, 'a wrong K'), w.opc)),
  ],
  ['keys-differ', 'AUTN of chance', (w) => w.exchange({ autn: drawn(w.seed, 'AUTN') })],
  ['other-algorithm', 'XOR for MILENAGE', (w) => w.by(expandXorKey(w.k))],
  [
    'other-algorithm',
    'TUAK for MILENAGE, as the sender tells',
    (w) => {
      const opc = topcOf(w.seed);
      return w.by(expandTuakKey(w.k, opc), { algorithm: 'tuak', opc });
    },
  ],
  [
    'other-algorithm',
    'MILENAGE for XOR, with an OPc of zeros',
    (w) => w.by(expandMilenageKey(w.k, ZEROS)),
    xorWorld,
  ],
  [
    'other-algorithm',
    'MILENAGE for XOR, as the sender tells',
    (w) => w.by(expandMilenageKey(w.k, w.opc), { algorithm: 'milenage', opc: w.opc }),
    xorWorld,
  ],
  [
    'other-algorithm',
    'MILENAGE for TUAK, as the sender tells',
    (w) => w.by(expandMilenageKey(w.k, w.opc), { algorithm: 'milenage', op: w.op }),
    tuakWorld,
  ],
  [
    'constants-standard',
    'r and c of the document',
    (w) => w.by(expandMilenageKey(w.k, w.opc)),
    ownConstants,
  ],
  [
    'rotations-in-octets',
    'r as octets',
    (w) => w.by(expandMilenageKey(w.k, w.opc, { r: [8, 0, 4, 8, 12], c })),
  ],
  [
    'constants-misplaced',
    'c in the first octet',
    (w) => {
      const [c1, c2, c3, c4, c5] = c;
      const turned = { r, c: [c1, c2, c3, c4, c5].map(backwards) as never };
      return w.by(expandMilenageKey(w.k, w.opc, turned));
    },
  ],
  ['tuak-iterations', 'Keccak once', (w) => w.by(expandTuakKey(w.k, topcOf(w.seed))), tuakWorld],
  [
    'tuak-lengths',
    'RES of 16 octets',
    (w) => w.by(expandTuakKey(w.k, topcOf(w.seed), { iterations: 2, resLength: 16 })),
    tuakWorld,
  ],
  [
    'tuak-lengths',
    'IK of 32 octets',
    (w) => w.by(expandTuakKey(w.k, topcOf(w.seed), { iterations: 2, ikLength: 32 })),
    tuakWorld,
  ],
  [
    'opc-for-op',
    'TOPc in the field of TOP',
    (w) => w.by(expandTuakKey(w.k, deriveTopc(w.k, topcOf(w.seed), 2), { iterations: 2 })),
    tuakWorld,
  ],
];

const challengeOf = (w: World, rand = w.rand) => w.key.challenge(rand);
const FRESH_OCTETS = octetsOf(FRESH);

const TOKEN_FAULTS: readonly FaultRow[] = [
  ['sqn-in-clear', 'SQN not concealed', (w) => w.exchange({ autn: w.autn({ ak: filled(6, 0) }) })],
  [
    'sqn-in-clear',
    'SQN concealed twice',
    (w) => {
      const { ak } = challengeOf(w);
      return w.exchange({ autn: w.autn({ ak: xor(ak, ak) }) });
    },
  ],
  [
    'sqn-by-ak-star',
    'SQN concealed by AK*',
    (w) => w.exchange({ autn: w.autn({ ak: challengeOf(w).akStar() }) }),
  ],
  [
    'ak-reversed',
    'SQN concealed by AK backwards',
    (w) => w.exchange({ autn: w.autn({ ak: backwards(challengeOf(w).ak) }) }),
  ],
  [
    'mac-over-concealed-sqn',
    'MAC over SQN ^ AK',
    (w) => {
      const challenge = challengeOf(w);
      const mac = challenge.macA(xor(FRESH_OCTETS, challenge.ak), w.amf);
      return w.exchange({ autn: w.autn({ mac }) });
    },
  ],
  [
    'mac-over-reversed-sqn',
    'MAC over SQN backwards',
    (w) =>
      w.exchange({ autn: w.autn({ mac: challengeOf(w).macA(backwards(FRESH_OCTETS), w.amf) }) }),
  ],
  [
    'mac-over-other-sqn',
    'MAC over the SQN before',
    (w) => w.exchange({ autn: w.autn({ mac: challengeOf(w).macA(octetsOf(FRESH - 32), w.amf) }) }),
  ],
  [
    'mac-over-other-sqn',
    'MAC over SQN + 1',
    (w) => w.exchange({ autn: w.autn({ mac: challengeOf(w).macA(octetsOf(FRESH + 1), w.amf) }) }),
  ],
  [
    'mac-over-other-amf',
    'MAC over AMF 0000',
    (w) =>
      w.exchange({ autn: w.autn({ mac: challengeOf(w).macA(FRESH_OCTETS, fromHex('0000')) }) }),
  ],
  [
    'mac-over-other-amf',
    'MAC over AMF 0000, with TUAK',
    (w) =>
      w.exchange({ autn: w.autn({ mac: challengeOf(w).macA(FRESH_OCTETS, fromHex('0000')) }) }),
    tuakWorld,
  ],
  [
    'mac-over-other-amf',
    'AMF changed on the way',
    (w) => w.exchange({ autn: flipped(w.autn(), 7) }),
  ],
  [
    'mac-of-bootstrapping',
    'AUTN of a challenge for GBA',
    (w) => {
      const { ik } = challengeOf(w);
      const mac = xor(w.autn().slice(8), sha1(ik).slice(0, 8));
      return w.exchange({ autn: w.autn({ mac }) });
    },
  ],
  [
    'mac-input-order',
    'MAC over AMF and SQN',
    (w) => {
      const input = concat(w.amf, FRESH_OCTETS);
      const mac = challengeOf(w).macA(input.slice(0, 6), input.slice(6));
      return w.exchange({ autn: w.autn({ mac }) });
    },
  ],
  [
    'mac-s-for-mac-a',
    'MAC by f1*',
    (w) => w.exchange({ autn: w.autn({ mac: challengeOf(w).macS(FRESH_OCTETS, w.amf) }) }),
  ],
  [
    'mac-reversed',
    'MAC backwards',
    (w) => w.exchange({ autn: w.autn({ mac: backwards(w.autn().slice(8)) }) }),
  ],
  [
    'autn-halves-swapped',
    'MAC first',
    (w) => w.exchange({ autn: concat(w.autn().slice(8), w.autn().slice(0, 8)) }),
  ],
  [
    'autn-amf-first',
    'AMF first',
    (w) => {
      const autn = w.autn();
      return w.exchange({ autn: concat(autn.slice(6, 8), autn.slice(0, 6), autn.slice(8)) });
    },
  ],
  [
    'autn-amf-last',
    'AMF last',
    (w) => {
      const autn = w.autn();
      return w.exchange({ autn: concat(autn.slice(0, 6), autn.slice(8), autn.slice(6, 8)) });
    },
  ],
  ['autn-reversed', 'AUTN backwards', (w) => w.exchange({ autn: backwards(w.autn()) })],
  [
    'rand-reversed',
    'RAND backwards',
    (w) => w.exchange({ autn: w.autn({ rand: backwards(w.rand) }) }),
  ],
  [
    'rand-words-reversed',
    'words of RAND backwards',
    (w) => w.exchange({ autn: w.autn({ rand: words(w.rand) }) }),
  ],
  [
    'rand-autn-swapped',
    'AUTN and RAND swapped',
    (w) => w.exchange({ rand: w.autn(), autn: w.rand }),
  ],
  [
    'other-rand',
    'RAND of another vector',
    (w) =>
      w.exchange({
        autn: w.autn({ rand: w.otherRand }),
        otherRands: [drawn(w.seed, 'a third'), w.otherRand],
      }),
  ],
  [
    'token-altered',
    'a bit of SQN ^ AK turned, and the keys are the same',
    (w) => w.exchange({ autn: flipped(w.autn(), 0), sender: { k: w.k, opc: w.opc } }),
  ],
  [
    'token-altered',
    'a bit of RAND turned, and the keys are the same',
    (w) => w.exchange({ rand: flipped(w.rand, 3), sender: { k: w.k, op: w.op } }),
  ],
  [
    'keys-differ',
    'a bit of MAC turned, and the sender is silent',
    (w) => w.exchange({ autn: flipped(w.autn(), 12) }),
  ],
];

/** SQN of a SEQ and an IND. */
export const seq = (value: number, ind = 4): number => value * 32 + ind;

const SQN_FAULTS: readonly FaultRow[] = [
  ['sqn-replayed', 'the newest vector again', (w) => w.counting(seq(SEQ_MS, IND_MS))],
  ['sqn-replayed', 'an older one again', (w) => w.counting(seq(904))],
  ['sqn-low', 'an AuC that begins again', (w) => w.counting(32)],
  ['sqn-low', 'SQN 0', (w) => w.counting(0)],
  ['sqn-low', 'one below that of the IND', (w) => w.counting(seq(903))],
  ['sqn-low', 'SEQ that others have passed on its IND', (w) => w.counting(seq(SEQ_MS - 1, 3))],
  ['sqn-too-far-ahead', 'one more than delta', (w) => w.counting(seq(SEQ_MS + 2 ** 28 + 1))],
  ['sqn-too-far-ahead', 'the highest SQN', (w) => w.counting(2 ** 48 - 1)],
  [
    'sqn-too-far-ahead',
    'a clock of seconds in SQN, with a small delta',
    (w) => w.counting(1_767_225_600),
    counting({ delta: 1000 }),
  ],
  ['sqn-too-old', 'L', (w) => w.counting(seq(SEQ_MS - 50)), counting({ ageLimit: 50 })],
  [
    'sqn-little-endian',
    'SQN backwards',
    (w) => w.counting(Number.parseInt(toHex(backwards(FRESH_OCTETS)), 16)),
  ],
  [
    'sqn-little-endian',
    'SQN backwards, as the sender tells',
    (w) => w.counting(0x000000000601, { sender: { sqn: 0x010600000000 } }),
  ],
  [
    'sqn-shifted',
    'IND twice, as the sender tells',
    (w) => w.counting(FRESH * 32 * 2 ** 14, { sender: { sqn: FRESH * 2 ** 14 } }),
  ],
  [
    'sqn-shifted',
    'SEQ for SQN, as the sender tells',
    (w) => w.counting(SEQ_MS + 1, { sender: { sqn: FRESH } }),
  ],
  [
    'ind-width',
    'a network without IND, and a new card',
    (w) => w.counting(1, { sender: { indBits: 0 } }),
    counting({ array: filled(32, 0).reduce<number[]>((all) => [...all, 0], []) }),
  ],
  [
    'ind-width',
    'a card without IND, and another domain that is a little behind',
    (w) => w.counting(32 * 32 + 1, { sender: { indBits: 5 } }),
    counting({ indBits: 0, array: [33 * 32 + 2] }),
  ],
  [
    'ind-width',
    'a card without IND, whose delta is smaller than a step of SEQ',
    (w) => w.counting(34 * 32 + 2, { sender: { indBits: 5 } }),
    counting({ indBits: 0, delta: 10, array: [33 * 32 + 2] }),
  ],
  [
    'sqn-low',
    'an AuC that begins again, and has another width',
    (w) => w.counting(64, { sender: { indBits: 6 } }),
  ],
  [
    'sqn-replayed',
    'a vector again, and another width',
    (w) => w.counting(seq(SEQ_MS, IND_MS), { sender: { indBits: 6 } }),
  ],
  [
    'sqn-exhausted',
    'a card at its end',
    (w) => w.counting(32),
    counting({ array: filled(32, 1).reduce<number[]>((all) => [...all, 2 ** 43 - 1], []) }),
  ],
];

const AMF_FAULTS: readonly FaultRow[] = [
  [
    'separation-bit-missing',
    'AMF 0000 in EPS',
    (w) => w.exchange({ autn: w.autn({ amf: fromHex('0000') }), needsSeparationBit: true }),
  ],
  [
    'separation-bit-missing',
    'the bit in the other octet',
    (w) => w.exchange({ autn: w.autn({ amf: fromHex('0080') }), needsSeparationBit: true }),
  ],
  [
    'amf-other',
    'another AMF than the sender tells',
    (w) => w.exchange({ sender: { amf: fromHex('9000') } }),
  ],
];

const AUTS_FAULTS: readonly FaultRow[] = [
  ['auts-amf', 'MAC-S over AMF of AUTN', (w) => w.failing(w.auts({ amf: w.amf }))],
  ['auts-by-ak', 'SQN_MS concealed by AK', (w) => w.failing(w.auts({ ak: challengeOf(w).ak }))],
  ['auts-in-clear', 'SQN_MS not concealed', (w) => w.failing(w.auts({ ak: filled(6, 0) }))],
  [
    'auts-by-mac-a',
    'MAC by f1',
    (w) =>
      w.failing(
        w.auts({ mac: challengeOf(w).macA(octetsOf(seq(SEQ_MS, IND_MS)), new Uint8Array(2)) }),
      ),
  ],
  [
    'auts-halves-swapped',
    'MAC-S first',
    (w) => w.failing(concat(w.auts().slice(6), w.auts().slice(0, 6))),
  ],
  [
    'auts-sqn-reversed',
    'MAC-S over SQN_MS backwards',
    (w) =>
      w.failing(
        w.auts({
          mac: challengeOf(w).macS(backwards(octetsOf(seq(SEQ_MS, IND_MS))), new Uint8Array(2)),
        }),
      ),
  ],
  ['auts-rand-reversed', 'RAND backwards', (w) => w.failing(w.auts({ rand: backwards(w.rand) }))],
  [
    'auts-other-rand',
    'AUTS of another challenge',
    (w) => w.failing(w.auts({ rand: w.otherRand }), { otherRands: [w.otherRand] }),
  ],
  [
    'auts-other-key',
    'AUTS of another card',
    (w) => {
      const [k, opc] = [drawn(w.seed, 'a wrong K'), drawn(w.seed, 'a wrong OPc')];
      return w.failing(w.auts({ key: expandMilenageKey(k, opc) }), { sender: { k, opc } });
    },
  ],
  ['auts-old', 'AUTS of before', (w) => w.failing(w.auts({ sqn: seq(SEQ_MS - 1, IND_MS) }))],
  ['auts-mac-s-wrong', 'a bit turned', (w) => w.failing(flipped(w.auts(), 9))],
  [
    'auts-mac-s-wrong',
    'AUTS of chance for a sound AUTN',
    (w) => w.exchange({ auts: drawn(w.seed, 'AUTS', 14) }),
  ],
];

/** All of them. */
export const FAULTS: readonly Fault[] = [
  ...KEY_FAULTS,
  ...TOKEN_FAULTS,
  ...SQN_FAULTS,
  ...AMF_FAULTS,
  ...AUTS_FAULTS,
].map(([name, what, make, worldOf]) => ({ name, what, make, worldOf }));
