/**
 * AUTHENTICATE with TUAK, the XOR test algorithm and an algorithm of somebody's own.
 *
 * @see 3GPP TS 31.102 §7.1; 3GPP TS 33.102 §6.3.3, §6.8.1.2; 3GPP TS 35.231; 3GPP TS 34.108 §8.1.2
 * @module
 */

import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { makeImage } from '../../../src/card/image.ts';
import { createUicc, restoreUicc, Uicc } from '../../../src/card/uicc.ts';
import type { AuthenticationAlgorithms } from '../../../src/crypto/algorithms.ts';
import { authenticationOutput } from '../../../src/crypto/authentication-key.ts';
import { expandTuakKey, type TuakKey, type TuakParameters } from '../../../src/crypto/tuak.ts';
import { expandXorKey } from '../../../src/crypto/xor.ts';
import { checkProfile } from '../../../src/profile/check.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { CardProfile, KeyTableEntryProfile } from '../../../src/profile/profile.ts';
import tuakVectors from '../../vectors/tuak.json' with { type: 'json' };
import xorVectors from '../../vectors/xor-comp128.json' with { type: 'json' };
import { withEntries } from '../support/aka.ts';
import { octet, PIN1, SELECT_ISIM, SELECT_USIM, TestCard } from '../support/test-card.ts';

type TuakSet = (typeof tuakVectors.generated)[number];

const { keySets = [] } = DEFAULT_PROFILE.keyTable.entries[0] ?? {};
/** A jump of SEQ as far as there is one: the SQN of a vector is any number. */
const ANY_SQN = { indBits: 5, delta: 2 ** 43 };

/** Sets whose MAC has the 8 octets of AUTN. */
const SETS = [...tuakVectors.ts35233, ...tuakVectors.generated].filter(
  ({ f1 }) => f1.length === 16,
);

function tuakEntry(set: TuakSet): KeyTableEntryProfile {
  return {
    algorithm: 'tuak',
    k: set.k,
    topc: set.topc,
    resLength: set.f2.length / 2,
    ckLength: (set.f3.length / 2) as 16 | 32,
    ikLength: (set.f4.length / 2) as 16 | 32,
    iterations: set.keccakIterations,
    sqn: ANY_SQN,
    keySets,
  };
}

function xorEntry({ k }: { readonly k: string }): KeyTableEntryProfile {
  return { algorithm: 'xor', k, sqn: ANY_SQN, keySets };
}

/** A card with one pair, of a profile that is accepted. */
function usimCard(entry: KeyTableEntryProfile, setUp = [SELECT_USIM, PIN1]): TestCard {
  const profile = withEntries(DEFAULT_PROFILE, [entry]);
  expect(checkProfile(profile)).toMatchObject({ ok: true });
  return new TestCard({ profile, setUp });
}

/** Exclusive or of octets in hex. */
function xor(...of: string[]): string {
  const [first = ''] = of;
  const sum = of.reduce((total, hex) => total ^ BigInt(`0x${hex}`), 0n);
  return sum.toString(16).padStart(first.length, '0');
}

/** The key of a set with its lengths, for what the vectors do not have. */
function keyOf({ k, topc, f2, f3, f4, keccakIterations }: TuakSet): TuakKey {
  return expandTuakKey(fromHex(k), fromHex(topc), {
    resLength: f2.length / 2,
    ckLength: f3.length / 2,
    ikLength: f4.length / 2,
    iterations: keccakIterations,
  } as Partial<TuakParameters>);
}

const lv = (octets: string): string => octet(octets.length / 2) + octets;
/** c2 and c3 by hand, on the first 16 octets of each. */
const sresOf = (res: string): string =>
  xor(...(res.slice(0, 32).padEnd(32, '0').match(/.{8}/gu) ?? []));
const kcOf = (ck: string, ik: string): string =>
  xor(ck.slice(0, 16), ck.slice(16, 32), ik.slice(0, 16), ik.slice(16, 32));

const challenge = (rand: string, autn: string): string => `008800812210${rand}10${autn}`;
const autnOf = ({ sqn, amf, f1, f5 }: TuakSet): string => `${xor(sqn, f5)}${amf}${f1}`;

function named(set: TuakSet): [string, TuakSet] {
  const [k, res, ck, ik] = [set.k, set.f2, set.f3, set.f4].map((hex) => hex.length / 2);
  return [`K ${k}, RES ${res}, CK ${ck}, IK ${ik}, ${set.keccakIterations} times`, set];
}

describe('TUAK', () => {
  it('has sets with every length of K, RES, CK and IK', () => {
    const seen = (of: (set: TuakSet) => string): number =>
      new Set(SETS.map((set) => of(set).length)).size;
    expect([seen(({ k }) => k), seen(({ f2 }) => f2)]).toEqual([2, 4]);
    expect([seen(({ f3 }) => f3), seen(({ f4 }) => f4)]).toEqual([2, 2]);
  });

  it.each(SETS.map(named))('gives RES, CK, IK and Kc as long as they are: %s', (_name, set) => {
    const card = usimCard(tuakEntry(set));
    const { f2, f3, f4 } = set;
    const expected = `DB${lv(f2)}${lv(f3)}${lv(f4)}08${kcOf(f3, f4)}9000`.toUpperCase();
    expect(card.ask(challenge(set.rand, autnOf(set)))).toBe(expected);
  });

  it.each(SETS.slice(0, 12).map(named))('gives the same from TOP: %s', (_name, set) => {
    const { topc: _, ...entry } = tuakEntry(set);
    const card = usimCard({ ...entry, top: set.top });
    expect(card.ask(challenge(set.rand, autnOf(set)))).toMatch(/^DB.*9000$/u);
  });

  it.each(SETS.map(named))('gives SRES and Kc in the GSM context: %s', (_name, set) => {
    const card = usimCard(tuakEntry(set));
    const expected = `04${sresOf(set.f2)}08${kcOf(set.f3, set.f4)}9000`.toUpperCase();
    expect(card.ask(`008800801110${set.rand}`)).toBe(expected);
  });

  const set = SETS.find(({ f2, k }) => f2.length === 64 && k.length === 64)!;

  it('gives AUTS of 14 octets with a MAC-S of 8, when the SQN was used', () => {
    const { akStar, macS } = authenticationOutput(keyOf(set), {
      rand: fromHex(set.rand),
      sqn: fromHex(set.sqn),
      amf: new Uint8Array(2),
    });
    const card = usimCard(tuakEntry(set));
    expect(card.ask(challenge(set.rand, autnOf(set)))).toMatch(/^DB20/u);
    const auts = `DC0E${xor(set.sqn, toHex(akStar))}${toHex(macS)}9000`.toUpperCase();
    expect(card.ask(challenge(set.rand, autnOf(set)))).toBe(auts);
    // f5* of the vector.
    expect(toHex(akStar)).toBe(set.f5star);
  });

  it('refuses each bit of AUTN turned with 9862, and stores nothing', () => {
    const card = usimCard(tuakEntry(set));
    card.clearLog();
    const autn = fromHex(autnOf(set));
    for (let bit = 0; bit < 128; bit++) {
      const turned = autn.slice();
      turned[bit >> 3]! ^= 1 << (bit & 7);
      expect(card.send(challenge(set.rand, toHex(turned)))).toBe('9862');
    }
    expect(card.commits).toHaveLength(0);
  });

  it.each<[string, Partial<KeyTableEntryProfile>]>([
    ['another length of RES', { resLength: 16 }],
    ['another length of CK', { ckLength: set.f3.length === 64 ? 16 : 32 }],
    ['another number of iterations', { iterations: set.keccakIterations + 1 }],
    ['TOPc for TOP', { topc: set.top }],
    ['the first half of K', { k: set.k.slice(0, 32) }],
  ])('is another algorithm with %s: 9862', (_what, change) => {
    const card = usimCard({ ...tuakEntry(set), ...change });
    expect(card.send(challenge(set.rand, autnOf(set)))).toBe('9862');
  });

  it('goes on after a power cut, with the keys and the array stored', () => {
    const profile = withEntries(DEFAULT_PROFILE, [tuakEntry(set)]);
    const first = new TestCard({ profile, setUp: [SELECT_USIM, PIN1] });
    expect(first.ask(challenge(set.rand, autnOf(set)))).toMatch(/^DB20/u);
    const second = new TestCard({ profile, root: first.uicc.root });
    second.sendAll([SELECT_USIM, PIN1]);
    expect(second.ask(challenge(set.rand, autnOf(set)))).toMatch(/^DC0E/u);
  });

  it('answers the ISIM without Kc', () => {
    const card = usimCard(tuakEntry(set), [SELECT_ISIM, PIN1]);
    const expected = `DB${lv(set.f2)}${lv(set.f3)}${lv(set.f4)}9000`.toUpperCase();
    expect(card.ask(challenge(set.rand, autnOf(set)))).toBe(expected);
  });
});

describe('XOR', () => {
  // The vectors with SQN 0 are not fresh; those with another are.
  const fresh = xorVectors.xor3g.filter(({ sqn }) => Number.parseInt(sqn, 16) >= 32);

  it('has vectors whose SQN is fresh', () => {
    expect(fresh.length).toBeGreaterThan(3);
  });

  it.each(fresh)('gives RES of 16 octets, CK, IK and Kc of K $k', (set) => {
    const card = usimCard(xorEntry(set));
    const expected = `DB10${set.res128}10${set.ck}10${set.ik}08${set.kc}9000`.toUpperCase();
    expect(card.ask(challenge(set.rand, set.autn))).toBe(expected);
  });

  it.each(xorVectors.xor3g)('gives SRES and Kc by c2 and c3 in the GSM context: K $k', (set) => {
    const card = usimCard(xorEntry(set));
    expect(card.ask(`008800801110${set.rand}`)).toBe(`04${set.sres}08${set.kc}9000`.toUpperCase());
  });

  it.each(xorVectors.xor2g)('gives those of the 2G variant when the pair says so: $ki', (set) => {
    const card = usimCard({ ...xorEntry({ k: set.ki }), gsmVariant: true });
    expect(card.ask(`008800801110${set.rand}`)).toBe(`04${set.sres}08${set.kc}9000`.toUpperCase());
  });

  it('keeps c3 for Kc of the 3G context, also in the 2G variant', () => {
    const [set] = fresh;
    const card = usimCard({ ...xorEntry(set!), gsmVariant: true });
    expect(card.ask(challenge(set!.rand, set!.autn))).toMatch(
      new RegExp(`08${set!.kc}9000$`, 'iu'),
    );
  });

  it.each([4, 8, 15])('gives RES of %d octets when the pair says so', (resLength) => {
    const [set] = fresh;
    const card = usimCard({ ...xorEntry(set!), resLength });
    const res = set!.res128.slice(0, 2 * resLength);
    expect(card.ask(challenge(set!.rand, set!.autn))).toMatch(new RegExp(`^DB${lv(res)}10`, 'iu'));
  });

  it('gives AUTS of the vectors when the SQN was used', () => {
    const [set] = fresh;
    const card = usimCard(xorEntry(set!));
    card.ask(challenge(set!.rand, set!.autn));
    const auts = set!.autsIfSqnMsEqualsSqn_amfZero;
    expect(card.ask(challenge(set!.rand, set!.autn))).toBe(`DC0E${auts}9000`.toUpperCase());
  });

  it.each(['FFFF', '0000', '8000'])('does not take AMF %s for more than an AMF', (amf) => {
    const [set] = fresh;
    const key = expandXorKey(fromHex(set!.k));
    const [rand, sqn] = [fromHex(set!.rand), fromHex('000000000020')];
    const { ak, macA } = authenticationOutput(key, { rand, sqn, amf: fromHex(amf) });
    const autn = `${xor(toHex(sqn), toHex(ak))}${amf}${toHex(macA)}`;
    expect(usimCard(xorEntry(set!)).ask(challenge(set!.rand, autn))).toMatch(/^DB10.*9000$/u);
  });

  it('refuses each bit of AUTN turned with 9862', () => {
    const [set] = fresh;
    const card = usimCard(xorEntry(set!));
    const autn = fromHex(set!.autn);
    for (let bit = 0; bit < 128; bit++) {
      const turned = autn.slice();
      turned[bit >> 3]! ^= 1 << (bit & 7);
      expect(card.send(challenge(set!.rand, toHex(turned)))).toBe('9862');
    }
  });
});

describe('an algorithm of one’s own', () => {
  const K = '000102030405060708090A0B0C0D0E0F';
  const RAND = '00'.repeat(16);
  /** AK 030405060708, MAC-A of XDOUT and SQN 20, AMF 8000, by hand. */
  const AUTN = `0304050607288000${xor('0001020304050607', '0000000000208000')}`;
  const ENTRY: KeyTableEntryProfile = {
    algorithm: 'my-own',
    k: K,
    sqn: { indBits: 5, delta: 2 ** 28 },
    keySets,
  };
  const PROFILE: CardProfile = withEntries(DEFAULT_PROFILE, [ENTRY]);

  function cardWith(algorithms: AuthenticationAlgorithms): {
    readonly ask: (hex: string) => string;
    readonly faults: readonly unknown[];
    readonly card: Uicc;
  } {
    const faults: unknown[] = [];
    const card = createUicc(PROFILE, { algorithms, onFault: (fault) => faults.push(fault) });
    card.reset();
    const ask = (hex: string): string => toHex(card.transmit(fromHex(hex))).toUpperCase();
    ask(SELECT_USIM);
    ask(PIN1);
    return { ask, faults, card };
  }

  it('is accepted in a profile, and used once it is registered', () => {
    expect(checkProfile(PROFILE)).toMatchObject({ ok: true });
    const { ask } = cardWith({ 'my-own': ({ k }) => expandXorKey(k, { resLength: 4 }) });
    expect(ask(challenge(RAND, AUTN))).toBe('6131');
    expect(ask('00C0000031')).toBe(
      `DB0400010203${lv('0102030405060708090A0B0C0D0E0F00')}` +
        `${lv('02030405060708090A0B0C0D0E0F0001')}0800000000000000009000`,
    );
  });

  it('is expanded once for many commands', () => {
    let times = 0;
    const { ask } = cardWith({
      'my-own': ({ k }) => {
        times += 1;
        return expandXorKey(k);
      },
    });
    for (let n = 0; n < 5; n++) ask(challenge(RAND, AUTN));
    expect(times).toBe(1);
  });

  it.each<[string, AuthenticationAlgorithms]>([
    ['nobody has registered it', {}],
    ['another is registered', { 'my-own-2': ({ k }) => expandXorKey(k) }],
  ])('is no card’s when %s: the card is not made', (_what, algorithms) => {
    const error = new RangeError('algorithms: expected one that is named "my-own"');
    expect(() => createUicc(PROFILE, { algorithms })).toThrow(error);
    const image = makeImage(PROFILE);
    expect(() => new Uicc(image, { algorithms })).toThrow(error);
    const store = { kept: { base: undefined, commits: [] }, append: () => true };
    expect(() => restoreUicc(image, store, { algorithms })).toThrow(error);
  });

  it.each<[string, AuthenticationAlgorithms]>([
    [
      'throws',
      {
        'my-own': () => {
          throw new Error('no such key');
        },
      },
    ],
    [
      'gives RES of 33 octets',
      {
        'my-own': ({ k }) => ({
          challenge: (rand) => ({
            ...expandXorKey(k).challenge(rand),
            res: new Uint8Array(33),
          }),
        }),
      },
    ],
  ])('that %s is a fault, 6F00, and nothing is stored', (_what, algorithms) => {
    const { ask, faults, card } = cardWith(algorithms);
    const { root } = card;
    expect(ask(challenge(RAND, AUTN))).toBe('6F00');
    expect(faults).toHaveLength(1);
    expect(String(faults[0])).not.toMatch(new RegExp(K, 'iu'));
    expect(card.root).toBe(root);
  });

  it('that writes into what it gets is judged by the SQN, and spoils no other card', () => {
    const { ask, card } = cardWith({
      'my-own': ({ k }) => ({
        challenge: (rand) => {
          const of = expandXorKey(k).challenge(rand);
          const mac = (sqn: Uint8Array, amf: Uint8Array): Uint8Array => {
            const octets = of.macA(sqn, amf);
            for (const given of [rand, sqn, amf]) given.fill(0xff);
            return octets;
          };
          const { res, ck, ik, ak } = of;
          return { res, ck, ik, ak, macA: mac, macS: mac, akStar: () => of.akStar() };
        },
      }),
    });
    expect(ask(challenge(RAND, AUTN))).toBe('613D');
    expect(card.root.entries[0]?.seq.slice(0, 2)).toEqual([1, 0]);
    // AUTS for SQN_MS 20 and AMF* 0000.
    const auts = `030405060728${xor('0001020304050607', '0000000000200000')}`;
    ask(challenge(RAND, AUTN));
    expect(ask('00C0000010')).toBe(`DC0E${auts}9000`.toUpperCase());
    const [set] = xorVectors.xor3g.filter(({ sqn }) => Number.parseInt(sqn, 16) >= 32);
    const other = usimCard(xorEntry(set!));
    other.ask(challenge(set!.rand, set!.autn));
    expect(other.ask(challenge(set!.rand, set!.autn))).toBe(
      `DC0E${set!.autsIfSqnMsEqualsSqn_amfZero}9000`.toUpperCase(),
    );
  });
});
