/**
 * The AUSF authenticates for networks that say who they are, and tells nobody else whose a SUCI is.
 *
 * @see 3GPP TS 33.501 (5G AKA)
 * @module
 */

import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { concat, filled } from '../../src/bytes/octets.ts';
import { deriveHresStar, servingNetworkName } from '../../src/crypto/key-derivation.ts';
import { Ausf, type ServingVector, type ServingVectorResult } from '../../src/network/ausf.ts';
import { HomeNetwork } from '../../src/network/home-network.ts';
import { authenticationOf } from '../../src/network/keys.ts';
import { FakeCard } from './support/card.ts';
import {
  answerOf,
  autsOf,
  HOME_KEYS,
  keysOf,
  type Question,
  resStarOf,
  suciOf,
} from './support/registration.ts';
import { attach, iccidOf, imsiOf, PLMNS, randomPair, seeded } from './support/world.ts';

const HOME = PLMNS['MNO-A'];
const VISITED = PLMNS['MNO-C'];
const PAIR = randomPair(seeded(5));
const IMSI = imsiOf('MNO-A', 0);
const SUCI = suciOf(IMSI, HOME_KEYS[0]);
const FAILED = { ok: false, cause: 'authentication-failed' };
const UNKNOWN = { ok: false, cause: 'imsi-unknown' };
const AMF = Uint8Array.of(0x80, 0);

let home: HomeNetwork;
let ausf: Ausf;
let card: FakeCard;

function serve(seqHe = 0): void {
  const authentication = { ...authenticationOf(PAIR, AMF), seqHe };
  home.serve({ imsi: IMSI, iccid: iccidOf(0), authentication });
}

beforeEach(() => {
  home = new HomeNetwork({ plmn: HOME, lac: 1, random: seeded(9) });
  ausf = new Ausf({ plmn: HOME, home, keys: HOME_KEYS });
  card = new FakeCard(iccidOf(0), IMSI, [PAIR]);
  serve();
});

const authenticate = (suci = SUCI, at = HOME): ServingVectorResult =>
  ausf.authenticate({ suci, networkName: servingNetworkName(at) }, at);

function begun(suci = SUCI, at = HOME): ServingVector {
  const result = authenticate(suci, at);
  if (!result.ok) throw new Error(result.cause);
  return result.vector;
}

/** RES* of the card for a question, at the home network or where it believes to be. */
const right = (question: Question, at = HOME): Uint8Array =>
  resStarOf(answerOf(card, question), question, at);

const shown = (): object => structuredClone([home.snapshot(), ausf.snapshot()]);

describe('the AUSF', () => {
  it.each([
    ['at home', HOME],
    ['roaming', VISITED],
  ])('gives K_SEAF for the right RES*, and the IMSI not before: %s', (_what, at) => {
    const vector = begun(SUCI, at);
    expect(Object.keys(vector).sort()).toEqual(['autn', 'hxresStar', 'rand']);
    const by = answerOf(card, vector);
    const resStar = resStarOf(by, vector, at);
    expect(vector.hxresStar).toEqual(deriveHresStar(vector.rand, resStar));
    expect(home.isAttached(IMSI)).toBe(false);
    const { kAusf, kSeaf } = keysOf(by, vector, at);
    expect(ausf.confirm({ suci: SUCI, resStar }, at)).toEqual({ ok: true, imsi: IMSI, kSeaf });
    expect(ausf.kAusfOf(IMSI)).toEqual(kAusf);
    expect(home.isAttached(IMSI)).toBe(true);
    expect(home.hasAttached(IMSI)).toBe(true);
  });

  it.each([
    ['profile A', suciOf(IMSI, HOME_KEYS[0])],
    ['profile B', suciOf(IMSI, HOME_KEYS[1])],
    ['the null scheme', suciOf(IMSI)],
  ])('knows a SUCI of %s', (_what, suci) => {
    const vector = begun(suci);
    expect(ausf.confirm({ suci, resStar: right(vector) }, HOME)).toMatchObject({ imsi: IMSI });
  });

  it.each([
    [
      'of profile A with a key that it does not have',
      suciOf(IMSI, { ...HOME_KEYS[0]!, identifier: 3 }),
    ],
    [
      'of profile B for the key of somebody else',
      suciOf(IMSI, { ...HOME_KEYS[1]!, privateKey: filled(32, 3) }),
    ],
    ['of profile A with the key of profile B', suciOf(IMSI, { ...HOME_KEYS[0]!, identifier: 2 })],
    ['of another operator', suciOf(imsiOf('MNO-B', 0))],
    ['of an IMSI that is not served', suciOf(imsiOf('MNO-A', 1), HOME_KEYS[0])],
    ['of an IMSI that is not served, in clear', suciOf(imsiOf('MNO-A', 1))],
    [
      'of a NAI',
      concat(
        Uint8Array.of(0x11),
        new TextEncoder().encode('type1.rid0.schid0.useridme@example.org'),
      ),
    ],
    ['of no octet', new Uint8Array(0)],
    ['cut short', SUCI.slice(0, 7)],
    ['of scheme 3', SUCI.map((octet, at) => (at === 6 ? 3 : octet))],
  ])('does not know a SUCI %s, and says no more', (_what, suci) => {
    const before = shown();
    expect(authenticate(suci)).toEqual(UNKNOWN);
    expect(shown()).toEqual(before);
  });

  it('does not know a SUCI with one bit changed behind the key identifier', () => {
    for (let at = 8; at < SUCI.length; at++) {
      const altered = SUCI.map((octet, here) => (here === at ? octet ^ 1 : octet));
      expect(authenticate(altered)).toEqual(UNKNOWN);
    }
  });

  it('gives nothing of a NAI that is its own', () => {
    const suci = new TextEncoder().encode('\u0011type1.rid0.schid0.useridme@001-01');
    expect(authenticate(suci)).toEqual(UNKNOWN);
  });

  it('bids an IMSI that is expected come again, and notes that it has tried', () => {
    const other = imsiOf('MNO-A', 1);
    home.expect(other);
    expect(authenticate(suciOf(other))).toEqual({ ok: false, cause: 'try-later' });
    expect(home.hasTried(other)).toBe(true);
    expect(home.hasTried(IMSI)).toBe(false);
  });

  it.each([
    ['another PLMN', servingNetworkName(HOME)],
    ['none', ''],
    ['its own without the prefix', servingNetworkName(VISITED).slice(3)],
    ['its own, and more', `${servingNetworkName(VISITED)}.`],
  ])('refuses a network that gives the name of %s', (_what, networkName) => {
    const before = shown();
    expect(ausf.authenticate({ suci: SUCI, networkName }, VISITED)).toEqual({
      ok: false,
      cause: 'serving-network-not-authorised',
    });
    expect(shown()).toEqual(before);
  });

  it('refuses a network that gives a name not its own before it looks whose the SUCI is', () => {
    const request = { suci: new Uint8Array(0), networkName: servingNetworkName(HOME) };
    const cause = 'serving-network-not-authorised';
    expect(ausf.authenticate(request, VISITED)).toEqual({ ok: false, cause });
    const other = imsiOf('MNO-A', 1);
    home.expect(other);
    expect(ausf.authenticate({ ...request, suci: suciOf(other) }, VISITED).ok).toBe(false);
    expect(home.hasTried(other)).toBe(false);
  });

  it('refuses RES* of an ME that believes to be in another network', () => {
    const vector = begun(SUCI, VISITED);
    const resStar = right(vector, HOME);
    expect(ausf.confirm({ suci: SUCI, resStar }, VISITED)).toEqual(FAILED);
    expect(home.isAttached(IMSI)).toBe(false);
    expect(ausf.kAusfOf(IMSI)).toBeUndefined();
  });

  it('refuses every RES* but the right one, and then the right one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 33 }), (wrong) => {
        const resStar = right(begun());
        expect(ausf.confirm({ suci: SUCI, resStar: wrong }, HOME)).toEqual(FAILED);
        expect(ausf.confirm({ suci: SUCI, resStar }, HOME)).toEqual(FAILED);
        expect(home.isAttached(IMSI)).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ['without its last octet', (of: Uint8Array) => of.slice(0, 15)],
    ['with one octet more', (of: Uint8Array) => concat(of, new Uint8Array(1))],
    ['twice', (of: Uint8Array) => concat(of, of)],
    ['with its last bit changed', (of: Uint8Array) => of.map((o, at) => (at === 15 ? o ^ 1 : o))],
    ['with its first bit changed', (of: Uint8Array) => of.map((o, at) => (at === 0 ? o ^ 128 : o))],
  ])('refuses RES* %s', (_what, change) => {
    const resStar = change(right(begun()));
    expect(ausf.confirm({ suci: SUCI, resStar }, HOME)).toEqual(FAILED);
    expect(home.hasAttached(IMSI)).toBe(false);
  });

  it('refuses RES* the second time, and stays with what it has confirmed', () => {
    const message = { suci: SUCI, resStar: right(begun()) };
    expect(ausf.confirm(message, HOME).ok).toBe(true);
    const before = shown();
    expect(ausf.confirm(message, HOME)).toEqual(FAILED);
    expect(shown()).toEqual(before);
    expect(home.isAttached(IMSI)).toBe(true);
  });

  it('refuses RES* of an older vector, by the same SUCI and by another', () => {
    for (const suci of [SUCI, suciOf(IMSI, HOME_KEYS[0], 2)]) {
      const resStar = right(begun());
      begun(suci);
      expect(ausf.confirm({ suci: SUCI, resStar }, HOME)).toEqual(FAILED);
      expect(ausf.confirm({ suci, resStar }, HOME)).toEqual(FAILED);
    }
  });

  it('keeps one authentication of an IMSI, however many are begun', () => {
    for (let seed = 1; seed <= 20; seed++) begun(suciOf(IMSI, HOME_KEYS[0], seed));
    const { asked } = ausf.snapshot() as { asked: object[] };
    expect(asked).toMatchObject([{ imsi: IMSI, servingNetwork: HOME, resynchronisations: 0 }]);
  });

  it('leaves what a network has begun to that network', () => {
    const vector = begun(SUCI, HOME);
    const resStar = right(vector);
    const before = shown();
    // Who listens to the ME knows its SUCI and RES*.
    expect(ausf.confirm({ suci: SUCI, resStar }, VISITED)).toEqual(FAILED);
    const auts = new Uint8Array(14);
    expect(ausf.synchronisationFailure({ suci: SUCI, auts }, VISITED)).toEqual(FAILED);
    ausf.drop(SUCI, VISITED);
    expect(shown()).toEqual(before);
    expect(ausf.confirm({ suci: SUCI, resStar }, HOME)).toMatchObject({ ok: true, imsi: IMSI });
  });

  it('refuses RES* after the network has dropped what it has begun', () => {
    const resStar = right(begun());
    ausf.drop(SUCI, HOME);
    expect(ausf.confirm({ suci: SUCI, resStar }, HOME)).toEqual(FAILED);
    expect(ausf.snapshot()).toEqual({ asked: [], registered: [] });
  });

  it('refuses when there is no sequence number left, and nothing is to be answered then', () => {
    home.stopServing(IMSI);
    serve(2 ** 43 - 2);
    const resStar = right(begun());
    expect(authenticate()).toEqual(FAILED);
    expect(ausf.confirm({ suci: SUCI, resStar }, HOME)).toEqual(FAILED);
    expect(ausf.snapshot()).toEqual({ asked: [], registered: [] });
  });

  it('keeps its octets, whatever becomes of what it gives and gets', () => {
    const suci = SUCI.slice();
    const keys = HOME_KEYS.map((key) => ({ ...key, privateKey: key.privateKey.slice() }));
    ausf = new Ausf({ plmn: HOME, home, keys });
    for (const { privateKey } of keys) privateKey.fill(0);
    const result = authenticate(suci);
    if (!result.ok) throw new Error(result.cause);
    suci.fill(0);
    const { rand, autn, hxresStar } = result.vector;
    const resStar = right(result.vector);
    for (const octets of [rand, autn, hxresStar]) octets.fill(0);
    const confirmed = ausf.confirm({ suci: SUCI, resStar }, HOME);
    expect(confirmed).toMatchObject({ ok: true, imsi: IMSI });
    ausf.kAusfOf(IMSI)?.fill(0);
    expect(ausf.kAusfOf(IMSI)).not.toEqual(new Uint8Array(32));
  });

  it.each([
    ['profile A, of 31 octets', { identifier: 1, scheme: 1, privateKey: filled(31, 1) }],
    ['profile B, that is 0', { identifier: 1, scheme: 2, privateKey: new Uint8Array(32) }],
    ['no profile', { identifier: 1, scheme: 3 as 2, privateKey: filled(32, 1) }],
  ] as const)('is not made with a key of %s', (_what, key) => {
    expect(() => new Ausf({ plmn: HOME, home, keys: [key] })).toThrow(RangeError);
  });
});

describe('the AUSF, about a sequence number', () => {
  const failure = (auts: Uint8Array): ServingVectorResult =>
    ausf.synchronisationFailure({ suci: SUCI, auts }, HOME);

  it('takes that of the card over', () => {
    card.sqn = 1000 * 32;
    const next = failure(autsOf(card, begun()));
    if (!next.ok) throw new Error(next.cause);
    const resStar = right(next.vector);
    expect(Math.floor(card.sqn / 32)).toBe(1001);
    expect(ausf.confirm({ suci: SUCI, resStar }, HOME)).toMatchObject({ ok: true });
  });

  it('knows RAND of what it has asked, whatever became of it', () => {
    card.sqn = 1000 * 32;
    const vector = begun();
    const auts = autsOf(card, vector);
    vector.rand.fill(0);
    expect(failure(auts).ok).toBe(true);
  });

  it('takes it over twice in one registration, and refuses the third time', () => {
    let result = authenticate();
    for (let n = 1; n <= 3; n++) {
      if (!result.ok) throw new Error(`${n}: ${result.cause}`);
      card.sqn = 32 * 10 ** (n + 2);
      result = failure(autsOf(card, result.vector));
    }
    expect(result).toEqual(FAILED);
    expect(ausf.snapshot()).toEqual({ asked: [], registered: [] });
    expect(authenticate().ok).toBe(true);
  });

  it('refuses AUTS that is none, and keeps its own', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (auts) => {
        begun();
        const before = home.snapshot();
        expect(failure(auts)).toEqual(FAILED);
        expect(home.snapshot()).toEqual(before);
        expect(ausf.snapshot()).toEqual({ asked: [], registered: [] });
      }),
      { numRuns: 20 },
    );
  });

  it('refuses AUTS of an older vector, AUTS twice, and AUTS that answers nothing', () => {
    expect(failure(new Uint8Array(14))).toEqual(FAILED);
    card.sqn = 1000 * 32;
    const auts = autsOf(card, begun());
    begun();
    expect(failure(auts)).toEqual(FAILED);
    const second = autsOf(card, begun());
    expect(failure(second).ok).toBe(true);
    expect(failure(second)).toEqual(FAILED);
  });

  it('refuses RES* of the vector before', () => {
    const first = begun();
    const resStar = right(first);
    card.sqn = 1000 * 32;
    expect(failure(autsOf(card, first)).ok).toBe(true);
    expect(ausf.confirm({ suci: SUCI, resStar }, HOME)).toEqual(FAILED);
  });

  it('refuses a card whose sequence number is the last, and keeps its own', () => {
    card.sqn = 2 ** 48 - 1;
    const auts = autsOf(card, begun());
    const before = home.snapshot();
    expect(failure(auts)).toEqual(FAILED);
    expect(home.snapshot()).toEqual(before);
  });
});

describe('the AUSF, about who goes', () => {
  const registered = (at = HOME, seed = 1): void => {
    const suci = suciOf(IMSI, HOME_KEYS[0], seed);
    const resStar = right(begun(suci, at), at);
    expect(ausf.confirm({ suci, resStar }, at).ok).toBe(true);
  };

  it('forgets K_AUSF when the subscriber leaves', () => {
    registered();
    ausf.deregister(IMSI, HOME);
    expect(ausf.kAusfOf(IMSI)).toBeUndefined();
    expect(home.isAttached(IMSI)).toBe(false);
    expect(home.hasAttached(IMSI)).toBe(true);
  });

  it.each([
    ['detaches', () => home.uplink({ kind: 'detach', imsi: IMSI })],
    ['is served no more', () => home.stopServing(IMSI)],
  ])('forgets K_AUSF, and what was begun, of who %s', (_what, go) => {
    registered();
    const resStar = right(begun());
    go();
    expect(ausf.snapshot()).toEqual({ asked: [], registered: [] });
    expect(ausf.kAusfOf(IMSI)).toBeUndefined();
    if (!home.serves(IMSI)) serve();
    expect(ausf.confirm({ suci: SUCI, resStar }, HOME)).toEqual(FAILED);
  });

  it('keeps K_AUSF of the last registration when another one fails', () => {
    registered();
    const before = ausf.kAusfOf(IMSI);
    begun();
    ausf.confirm({ suci: SUCI, resStar: new Uint8Array(16) }, HOME);
    expect(ausf.kAusfOf(IMSI)).toEqual(before);
    registered(HOME, 2);
    expect(ausf.kAusfOf(IMSI)).not.toEqual(before);
  });

  it.each([
    ['where he never was', PLMNS['MNO-B']],
    ['where he was before', HOME],
  ])('lets nobody be released by a network %s', (_what, from) => {
    registered(HOME);
    registered(VISITED, 2);
    const before = shown();
    ausf.deregister(IMSI, from);
    expect(shown()).toEqual(before);
    expect(ausf.kAusfOf(IMSI)).toHaveLength(32);
  });

  it('releases nobody who is attached and not registered', () => {
    attach(card, home);
    ausf.deregister(IMSI, HOME);
    expect(home.isAttached(IMSI)).toBe(true);
    expect(home.kAsmeOf(IMSI)).toHaveLength(32);
  });

  it('accepts nobody whom its home network does not serve', () => {
    expect(() => home.accept(imsiOf('MNO-A', 1))).toThrow(RangeError);
    expect(home.vector(imsiOf('MNO-A', 1))).toBeUndefined();
    const failure = { auts: new Uint8Array(14), rand: new Uint8Array(16) };
    expect(home.resynchronise(imsiOf('MNO-A', 1), failure)).toBeUndefined();
  });
});
