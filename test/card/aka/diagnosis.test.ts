/**
 * Faults that are made on purpose, of several seeds each, get their names; what is sound is sound.
 *
 * @see 3GPP TS 33.102 §6.3, §C.2.2
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { filled } from '../../../src/bytes/octets.ts';
import { diagnoseAka } from '../../../src/card/aka/diagnosis.ts';
import {
  AKA_MISTAKES,
  type AkaExchange,
  type AkaMistake,
  type AkaMistakeName,
  type SenderFacts,
} from '../../../src/card/aka/mistake.ts';
import { deriveOpc, expandMilenageKey } from '../../../src/crypto/milenage.ts';
import { deriveTopc, expandTuakKey, type TuakParameters } from '../../../src/crypto/tuak.ts';
import { challengeFor } from '../support/aka.ts';
import { PIN1, SELECT_USIM, TestCard } from '../support/test-card.ts';
import { FAULTS, ownConstants, seq, topcOf, tuakWorld, xorWorld } from './faults.ts';
import { backwards, drawn, FRESH, IND_MS, octetsOf, SEQ_MS, SQN, World } from './world.ts';

const SEEDS = [1, 2, 3, 4, 5];
const ZEROS = filled(16, 0);
/** How a card says it. */
const ANSWERS = {
  success: 'DB',
  'synchronisation-failure': 'DC',
  'mac-failure': '9862',
} as const;

/** All octets of a diagnosis that could be a key. */
function shown(value: unknown): string {
  return JSON.stringify(value, (_, one) => (one instanceof Uint8Array ? toHex(one) : one));
}

describe('a fault', () => {
  it.each(FAULTS)('gets its name, and no other: $name ($what)', ({ name, make, worldOf }) => {
    for (const seed of SEEDS) {
      const world = worldOf?.(seed) ?? new World(seed);
      const diagnosis = diagnoseAka(world.card, make(world));
      expect([seed, diagnosis.mistake?.name]).toEqual([seed, name]);
      expect(diagnosis.mistake?.remedy).toMatch(/^[A-Z].*\.$/u);
      const text = shown(diagnosis).toLowerCase();
      const secrets = [world.k, world.op, world.opc, topcOf(seed), drawn(seed, 'a wrong K')];
      for (const secret of secrets) {
        expect(text).not.toContain(toHex(secret));
        expect(text).not.toContain(toHex(backwards(secret)));
      }
    }
  });

  it.each(FAULTS)('is answered as the card answers it: $name ($what)', ({ make, worldOf }) => {
    const world = worldOf?.(1) ?? new World(1);
    const exchange = make(world);
    const card = new TestCard({ profile: world.profile, setUp: [SELECT_USIM, PIN1] });
    const data = `10${toHex(exchange.rand)}10${toHex(exchange.autn)}`;
    const answered = card.ask(`0088008122${data}`).toUpperCase();
    const { answer } = diagnoseAka(world.card, exchange);
    expect(answered.startsWith(ANSWERS[answer])).toBe(true);
  });

  it('of each kind is among them', () => {
    const tested = new Set<string>(FAULTS.map(({ name }) => name));
    expect(AKA_MISTAKES.map(([name]) => name).filter((name) => !tested.has(name))).toEqual([]);
  });
});

describe('what a remedy claims', () => {
  const w = new World(6);
  const of = (change: Partial<AkaExchange>, card = w.card): Partial<AkaMistake> =>
    diagnoseAka(card, w.exchange(change)).mistake ?? {};

  it('does not say which side has turned, derived or typed a key', () => {
    for (const key of [
      expandMilenageKey(w.k, deriveOpc(w.k, w.opc)),
      expandMilenageKey(w.k, w.op),
      expandMilenageKey(backwards(w.k), w.opc),
      expandMilenageKey(w.k, backwards(w.opc)),
      expandMilenageKey(w.opc, w.k),
      expandMilenageKey(w.k.with(0, w.k[0]! ^ 1), w.opc),
    ]) {
      expect(of({ autn: w.autn({ key }) }).side).toBe('either');
    }
  });

  it('says that it is the profile, where AUTS is made with the keys of the network', () => {
    const key = expandMilenageKey(w.k, deriveOpc(w.k, w.opc));
    const told = of({ autn: w.autn({ key }), auts: w.auts({ key }) });
    expect(told).toMatchObject({ name: 'opc-for-op', side: 'card' });
    expect(told.remedy).toContain('The card has made AUTS with the keys of the network');
    const other = of({ autn: w.autn({ key }), auts: w.auts({ rand: w.otherRand, key }) });
    expect(other).toMatchObject({ name: 'opc-for-op', side: 'either' });
  });

  it('calls an AUTS that of other keys only if it is made with them', () => {
    const sender = { k: ZEROS, opc: ZEROS };
    const key = expandMilenageKey(ZEROS, ZEROS);
    expect(of({ auts: w.auts({ key }), sender }).name).toBe('auts-other-key');
    expect(of({ auts: drawn(6, 'AUTS', 14), sender }).name).toBe('auts-mac-s-wrong');
  });

  it('draws from an AUTS that the MAC was right for whoever has answered', () => {
    const autn = drawn(6, 'AUTN');
    expect(of({ autn, auts: w.auts() }).remedy).toContain('it is AUTN that is another');
    const strange = of({ autn, auts: drawn(6, 'AUTS', 14) });
    expect(strange.name).toBe('keys-differ');
    expect(strange.remedy).toContain('A card answers AUTS where the MAC was right');
    expect(of({ autn }).remedy).not.toContain('AUTS');
  });

  it.each<[string, SenderFacts, string, string]>([
    ['another algorithm alone', { algorithm: 'tuak' }, 'other-algorithm', 'uses tuak, and the'],
    ['another algorithm, and K', { algorithm: 'tuak', k: w.k }, 'other-algorithm', 'uses tuak'],
    ['the same algorithm', { algorithm: 'milenage' }, 'keys-differ', 'Say K and OPc'],
    ['K alone, the same', { k: w.k }, 'keys-differ', 'what is not said differs'],
    ['OPc alone, the same', { opc: w.opc }, 'keys-differ', 'what is not said differs'],
    ['both, the same', { k: w.k, opc: w.opc }, 'token-altered', 'Both sides have the same keys'],
    ['K alone, another', { k: ZEROS }, 'k-wrong', 'K of the two sides differs: enter'],
    ['OPc alone, another', { opc: ZEROS }, 'opc-wrong', 'OPc differs: enter'],
    ['both, K another', { k: ZEROS, opc: w.opc }, 'k-wrong', 'differs, OPc is the same: enter'],
    ['both, others', { k: ZEROS, opc: ZEROS }, 'k-wrong', 'differs, so does OPc: enter'],
    ['both, OPc another', { k: w.k, opc: ZEROS }, 'opc-wrong', 'K of the two sides is the same'],
  ])('supposes nothing of what is not said: %s', (_what, sender, name, words) => {
    const told = of({ autn: drawn(6, 'AUTN'), sender });
    expect(told.name).toBe(name);
    expect(told.remedy).toContain(words);
  });

  it('is not sure with XOR, where an altered octet looks like another mistake', () => {
    const x = xorWorld(6);
    const autn = x.autn();
    for (const at of [6, 7, 14, 15]) {
      const octets = autn.with(at, autn[at]! ^ 1);
      const { mistake } = diagnoseAka(x.card, x.exchange({ autn: octets }));
      expect(mistake).toMatchObject({ name: 'mac-over-other-amf', side: 'either' });
      expect(mistake?.remedy).toContain('XOR is linear');
    }
    const sure = diagnoseAka(w.card, w.exchange({ autn: w.autn().with(7, 1) })).mistake;
    expect(sure).toMatchObject({ name: 'mac-over-other-amf', side: 'network' });
    expect(sure?.remedy).not.toContain('XOR');
  });

  it('says which digit was typed wrongly, and which two changed places', () => {
    const hex = toHex(w.k);
    const of32 = (k: string): string => {
      const key = expandMilenageKey(fromHex(k), w.opc);
      return of({ autn: w.autn({ key }) }).remedy ?? '';
    };
    for (let at = 0; at < 32; at++) {
      const [one = '', next = ''] = hex.slice(at, at + 2);
      const typed = (Number.parseInt(one, 16) ^ (1 + (at % 15))).toString(16);
      const changed = `${hex.slice(0, at)}${typed}${hex.slice(at + 1)}`;
      expect(of32(changed)).toContain(`differs in digit ${at + 1} of 32 alone`);
      if (at === 31 || one === next) continue;
      const turned = `${hex.slice(0, at)}${next}${one}${hex.slice(at + 2)}`;
      expect(of32(turned)).toContain(`differs in digits ${at + 1} and ${at + 2} of 32 alone`);
    }
  });

  it.each([1, -1, 32, -32, 33])('knows a MAC over an SQN that is %i ahead', (step) => {
    const mac = w.key.challenge(w.rand).macA(octetsOf(FRESH + step), w.amf);
    const told = of({ autn: w.autn({ mac }) });
    expect(told.name).toBe('mac-over-other-sqn');
    expect(told.remedy).toContain(`over SQN ${toHex(octetsOf(FRESH + step))}`);
  });

  it.each([
    ['8000', '8012', true],
    ['8000', '9000', true],
    ['8001', '9001', true],
    ['8001', '0012', true],
    ['8001', '9000', true],
    ['8000', '9012', false],
  ])('with TUAK tries AMFs that are near: AUTN %s, MAC over %s', (amf, over, isFound) => {
    const t = tuakWorld(6);
    const mac = t.key.challenge(t.rand).macA(octetsOf(FRESH), fromHex(over));
    const exchange = t.exchange({ autn: t.autn({ amf: fromHex(amf), mac }) });
    const name = isFound ? 'mac-over-other-amf' : 'keys-differ';
    expect(diagnoseAka(t.card, exchange).mistake?.name).toBe(name);
  });

  it.each<[string, Partial<TuakParameters>, AkaMistakeName]>([
    ['8 iterations', { iterations: 8 }, 'tuak-iterations'],
    ['9 iterations', { iterations: 9 }, 'keys-differ'],
    ['RES of 4 octets', { iterations: 2, resLength: 4 }, 'tuak-lengths'],
    ['RES of 32 octets', { iterations: 2, resLength: 32 }, 'tuak-lengths'],
    ['CK of 32 octets', { iterations: 2, ckLength: 32 }, 'tuak-lengths'],
  ])('with TUAK tries the parameters that are usual: %s', (_what, parameters, name) => {
    const t = tuakWorld(6);
    const key = expandTuakKey(t.k, topcOf(6), parameters);
    expect(diagnoseAka(t.card, t.by(key)).mistake?.name).toBe(name);
  });

  it('tries MILENAGE with OP of zeros for a card of XOR', () => {
    const x = xorWorld(6);
    const key = expandMilenageKey(x.k, deriveOpc(x.k, ZEROS));
    expect(diagnoseAka(x.card, x.by(key)).mistake?.name).toBe('other-algorithm');
  });

  it('knows TOP in place of TOPc when the sender tells it', () => {
    const t = tuakWorld(6);
    const top = drawn(6, 'TOP', 32);
    const topc = deriveTopc(t.k, top, 2);
    const entry = { ...t.card.root.entries[0]!, opc: topc };
    const card = { root: { ...t.card.root, entries: [entry] } };
    const key = expandTuakKey(t.k, top, { iterations: 2 });
    const exchange = t.by(key, { k: t.k, opc: top });
    expect(diagnoseAka(card, exchange).mistake?.name).toBe('op-for-opc');
  });
});

describe('two mistakes at once', () => {
  const w = new World(5);
  const amf = fromHex('0000');
  const auts = w.auts({ amf: w.amf });
  const twice = expandMilenageKey(w.k, deriveOpc(w.k, w.opc));

  it.each<[string, Partial<AkaExchange>, AkaMistakeName, AkaMistakeName | undefined]>([
    ['a key, and SQN', { autn: w.autn({ key: twice, sqn: 64 }) }, 'opc-for-op', 'sqn-low'],
    ['a key alone', { autn: w.autn({ key: twice }) }, 'opc-for-op', undefined],
    [
      'a key, and AMF',
      { autn: w.autn({ key: twice, amf }), needsSeparationBit: true },
      'opc-for-op',
      'separation-bit-missing',
    ],
    [
      'AMF of the MAC, and SQN',
      { autn: w.autn({ sqn: 64 }).with(7, 1) },
      'mac-over-other-amf',
      'sqn-low',
    ],
    [
      'SQN, and AMF',
      { autn: w.autn({ sqn: 64, amf }), needsSeparationBit: true },
      'sqn-low',
      'separation-bit-missing',
    ],
    ['AUTS, and SQN', { autn: w.autn({ sqn: 64 }), auts }, 'auts-amf', 'sqn-low'],
    // What answers a wrong MAC is no AUTS of this card.
    ['a key, and AUTS', { autn: w.autn({ key: twice }), auts }, 'opc-for-op', undefined],
  ])('are told one behind the other: %s', (_what, change, name, besides) => {
    const { mistake, further } = diagnoseAka(w.card, w.exchange(change));
    expect([mistake?.name, further?.name]).toEqual([name, besides]);
  });
});

describe('a sound AUTHENTICATE', () => {
  const WORLDS: readonly (readonly [string, (seed: number) => World])[] = [
    ['MILENAGE', (seed) => new World(seed)],
    ['MILENAGE with r and c of its own', ownConstants],
    ['TUAK', tuakWorld],
    ['XOR', xorWorld],
  ];

  it.each(WORLDS)('is said to be sound: %s', (_name, worldOf) => {
    for (const seed of SEEDS) {
      const world = worldOf(seed);
      for (const exchange of [
        world.exchange(),
        world.exchange({ needsSeparationBit: true, sender: { amf: world.amf, sqn: FRESH } }),
        world.exchange({ otherRands: [world.otherRand] }),
        world.counting(seq(904 + 1)),
        world.counting(seq(SEQ_MS + 2 ** 28)),
        // Where the network has its SQN from an AUTS that was right.
        world.exchange({ auts: world.auts() }),
      ]) {
        const { answer, mistake } = diagnoseAka(world.card, exchange);
        expect({ answer, mistake }).toEqual({ answer: 'success', mistake: undefined });
      }
    }
  });

  it('is sound with the keys of the sender, told with OP or with OPc', () => {
    const w = new World(9);
    for (const sender of [{ k: w.k, op: w.op }, { k: w.k, opc: w.opc }, { opc: w.opc }]) {
      expect(diagnoseAka(w.card, w.exchange({ sender })).mistake).toBeUndefined();
    }
  });

  it('changes nothing on the card', () => {
    const world = new World(9);
    const before = structuredClone(world.card.root.entries[0]?.seq);
    diagnoseAka(world.card, world.exchange());
    expect(world.card.root.entries[0]?.seq).toEqual(before);
  });
});

describe('the diagnosis', () => {
  const world = new World(7);

  it('puts what both sides count side by side', () => {
    const exchange = world.counting(64, { auts: world.auts(), sender: { sqn: 64, indBits: 4 } });
    const { answer, received, card, sender, auts, mistake } = diagnoseAka(world.card, exchange);
    expect(answer).toBe('synchronisation-failure');
    expect(mistake?.name).toBe('sqn-low');
    expect(received).toMatchObject({ sqn: 64, seq: 2, ind: 0, hasSeparationBit: true });
    expect(sender).toEqual({ sqn: 64, seq: 4, ind: 0, indBits: 4 });
    expect(auts).toEqual({ sqn: seq(SEQ_MS, IND_MS), seq: SEQ_MS, ind: IND_MS });
    expect(card).toMatchObject({ indBits: 5, delta: 2 ** 28, seqMs: SEQ_MS, seq: SQN.array });
    expect(card).toMatchObject({ sqnMs: seq(SEQ_MS, IND_MS), next: (SEQ_MS + 1) * 32 });
    expect(card.fresh).toEqual({ from: 901, to: SEQ_MS + 2 ** 28 });
  });

  it.each([
    [1023, 'sqn-little-endian'],
    [1024, 'sqn-too-far-ahead'],
  ])('calls an SQN turned, where in the other order it is %i SEQ ahead, %s', (ahead, name) => {
    const turned = fromHex(
      seq(SEQ_MS + ahead)
        .toString(16)
        .padStart(12, '0'),
    );
    const exchange = world.counting(Number.parseInt(toHex(backwards(turned)), 16));
    expect(diagnoseAka(world.card, exchange).mistake?.name).toBe(name);
  });

  it.each([
    [2, 'ind-width'],
    [1, 'sqn-low'],
  ])('calls what is 33 - %i SEQ behind, for a card without IND, %s', (value, name) => {
    const of = new World(7, { sqn: { ...SQN, indBits: 0, array: [seq(33, 2)] } });
    const exchange = of.counting(seq(value, 1), { sender: { indBits: 5 } });
    expect(diagnoseAka(of.card, exchange).mistake?.name).toBe(name);
  });

  it('takes numbers of a sender up to their ends', () => {
    for (const sender of [{ sqn: 2 ** 48 - 1 }, { sqn: 0 }, { indBits: 48 }, { indBits: 0 }]) {
      expect(diagnoseAka(world.card, world.exchange({ sender })).mistake).toBeUndefined();
    }
  });

  it('knows the last SQN of all, and that there is none behind it', () => {
    const most = 2 ** 43 - 1;
    const nextOf = (seqMs: number): number | undefined => {
      const array = Array.from({ length: 32 }, (_, ind) => (ind === IND_MS ? seqMs : 0));
      const of = new World(7, { sqn: { ...SQN, array } });
      return diagnoseAka(of.card, of.counting(4)).card.next;
    };
    expect(nextOf(most - 1)).toBe(seq(most, 4));
    expect(nextOf(most)).toBeUndefined();
  });

  it('tells nothing of an AUTN that it cannot open', () => {
    const { answer, received, card } = diagnoseAka(world.card, world.exchange({ autn: ZEROS }));
    expect({ answer, received }).toEqual({ answer: 'mac-failure', received: undefined });
    // Those of IND 0.
    expect(card.fresh).toEqual({ from: 901, to: SEQ_MS + 2 ** 28 });
  });

  it('agrees with the card: what it answers, and the SEQ it takes at both ends', () => {
    const [entry] = world.profile.keyTable.entries;
    const keys = { k: entry!.k, opc: toHex(world.opc) };
    for (const ind of [0, IND_MS, 31]) {
      const at = diagnoseAka(world.card, world.counting(seq(SEQ_MS + 1, ind)));
      const { from = 0, to = 0 } = at.card.fresh ?? {};
      for (const [value, fresh] of [
        [from - 1, false],
        [from, true],
        [to, true],
        [to + 1, false],
      ] as const) {
        const card = new TestCard({ profile: world.profile, setUp: [SELECT_USIM, PIN1] });
        const answer = card.ask(challengeFor(keys, seq(value, ind))).slice(0, 2);
        expect([ind, value, answer]).toEqual([ind, value, fresh ? 'DB' : 'DC']);
        const { answer: told } = diagnoseAka(world.card, world.counting(seq(value, ind)));
        expect(told).toBe(fresh ? 'success' : 'synchronisation-failure');
      }
    }
  });

  it('names something of whatever octets, and throws nothing', () => {
    const octets = (length: number): fc.Arbitrary<Uint8Array> =>
      fc.uint8Array({ minLength: length, maxLength: length });
    const worlds = [new World(8), ownConstants(8), tuakWorld(8), xorWorld(8)];
    const drawnSender = fc.record(
      {
        k: octets(16),
        sqn: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
        amf: octets(2),
        indBits: fc.integer({ min: 0, max: 8 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...worlds),
        octets(16),
        octets(16),
        octets(14),
        drawnSender,
        (of, rand, autn, auts, sender) => {
          const { answer, mistake } = diagnoseAka(of.card, { rand, autn, auts, sender });
          // The XOR test algorithm is linear, and an AUTN of chance is still none of it.
          expect([answer, mistake === undefined]).toEqual(['mac-failure', false]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('judges any SQN as the card does, in whatever array', () => {
    const limits = fc.record({
      indBits: fc.constant(5),
      delta: fc.constantFrom(1, 20, 2 ** 28, 2 ** 48 - 1),
      ageLimit: fc.constantFrom(1, 30, 2 ** 48 - 1),
      array: fc.array(fc.constantFrom(0, 1, 30, 1000, 2 ** 43 - 1), {
        minLength: 32,
        maxLength: 32,
      }),
    });
    const sqn = fc.oneof(
      fc.integer({ min: 0, max: 2 ** 48 - 1 }),
      fc.integer({ min: 0, max: 40_000 }),
    );
    fc.assert(
      fc.property(limits, sqn, fc.nat(8), (numbers, one, indBits) => {
        const of = new World(8, { sqn: numbers });
        const { answer, card, mistake, received } = diagnoseAka(
          of.card,
          of.counting(one, { sender: { indBits } }),
        );
        const { from = Number.POSITIVE_INFINITY, to = 0 } = card.fresh ?? {};
        const seqOf = received?.seq ?? Number.NaN;
        const isFresh = seqOf >= from && seqOf <= to;
        expect(answer).toBe(isFresh ? 'success' : 'synchronisation-failure');
        expect(mistake === undefined).toBe(isFresh);
      }),
    );
  });

  it.each([
    ['rand', { rand: filled(15, 0) }],
    ['rand', { otherRands: [filled(17, 0)] }],
    ['autn', { autn: filled(14, 0) }],
    ['auts', { auts: filled(16, 0) }],
    ['k', { autn: ZEROS, sender: { k: filled(15, 0) } }],
    ['opc', { autn: ZEROS, sender: { opc: filled(32, 0) } }],
    ['amf', { sender: { amf: filled(1, 0) } }],
    ['sqn', { sender: { sqn: -1 } }],
    ['sqn', { sender: { sqn: 2 ** 48 } }],
    ['sqn', { sender: { sqn: 0.5 } }],
    ['indBits', { sender: { indBits: 49 } }],
    ['indBits', { sender: { indBits: -1 } }],
  ])('refuses %s that is none', (name, change) => {
    const diagnose = (): unknown => diagnoseAka(world.card, world.exchange(change));
    expect(diagnose).toThrow(RangeError);
    expect(diagnose).toThrow(name);
  });
});
