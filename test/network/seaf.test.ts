/**
 * A serving network and a home network register an ME in 5G, at home and roaming, or refuse it.
 *
 * @see 3GPP TS 33.501 (5G AKA)
 * @module
 */

import { inspect } from 'node:util';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RegistrationDownlink } from '../../src/air/registration.ts';
import { toHex } from '../../src/bytes/hex.ts';
import type { Plmn } from '../../src/bytes/identity.ts';
import { concat, filled } from '../../src/bytes/octets.ts';
import { Ausf } from '../../src/network/ausf.ts';
import { HomeNetwork } from '../../src/network/home-network.ts';
import { authenticationOf, secret } from '../../src/network/keys.ts';
import { Operator, type OperatorOptions } from '../../src/network/operator.ts';
import { Seaf } from '../../src/network/seaf.ts';
import { FakeCard } from './support/card.ts';
import {
  answerOf,
  autsOf,
  HOME_KEYS,
  keysOf,
  type Question,
  registerWith,
  resStarOf,
  suciOf,
} from './support/registration.ts';
import {
  iccidOf,
  imsiOf,
  type Keys,
  MANUFACTURER,
  makeKeys,
  OTA,
  PLMNS,
  randomPair,
  seeded,
} from './support/world.ts';

const HOME = PLMNS['MNO-A'];
const VISITED = PLMNS['MNO-C'];
const TAC = 0x123456;
const PAIR = randomPair(seeded(5));
const IMSI = imsiOf('MNO-A', 0);
const SUCI = suciOf(IMSI, HOME_KEYS[0]);
const AMF = Uint8Array.of(0x80, 0);
const FAILED: RegistrationDownlink = {
  kind: 'registration-reject',
  cause: 'authentication-failed',
};
const UNKNOWN: RegistrationDownlink = { kind: 'registration-reject', cause: 'imsi-unknown' };
const RELEASED: RegistrationDownlink = { kind: 'released' };

/** Counts how often a serving network asks whether RES* is right. */
class WatchedAusf extends Ausf {
  confirmations = 0;

  override confirm(...by: Parameters<Ausf['confirm']>): ReturnType<Ausf['confirm']> {
    this.confirmations += 1;
    return super.confirm(...by);
  }
}

let home: HomeNetwork;
let ausf: WatchedAusf;
let seaf: Seaf;
let card: FakeCard;

function seafAt(plmn: Plmn): Seaf {
  return new Seaf({ plmn, tac: TAC, homes: (network) => (network === HOME ? ausf : undefined) });
}

beforeEach(() => {
  home = new HomeNetwork({ plmn: HOME, lac: 1, random: seeded(9) });
  home.serve({ imsi: IMSI, iccid: iccidOf(0), authentication: authenticationOf(PAIR, AMF) });
  ausf = new WatchedAusf({ plmn: HOME, home, keys: HOME_KEYS });
  seaf = seafAt(HOME);
  card = new FakeCard(iccidOf(0), IMSI, [PAIR]);
});

const request = (suci = SUCI): RegistrationDownlink =>
  seaf.register({ kind: 'registration-request', suci });

const respond = (resStar: Uint8Array, suci = SUCI): RegistrationDownlink =>
  seaf.register({ kind: 'authentication-response', suci, resStar });

function asked(suci = SUCI): Question {
  const answer = request(suci);
  if (answer.kind !== 'authentication-request') throw new Error(answer.kind);
  return answer;
}

const right = (question: Question, at = HOME): Uint8Array =>
  resStarOf(answerOf(card, question), question, at);

function nai(realm: string): Uint8Array {
  return new TextEncoder().encode(`\u0011type1.rid0.schid0.useridme@${realm}`);
}

const NOBODY_ASKED = { asked: [], registered: [] };

function expectNobody(): void {
  expect(seaf.snapshot()).toEqual(NOBODY_ASKED);
  expect(ausf.snapshot()).toEqual(NOBODY_ASKED);
  expect(home.isAttached(IMSI)).toBe(false);
  expect(seaf.kSeafOf(IMSI)).toBeUndefined();
}

describe('a serving network', () => {
  it.each([
    ['at home, profile A', HOME, SUCI],
    ['roaming, profile A', VISITED, SUCI],
    ['roaming, profile B', VISITED, suciOf(IMSI, HOME_KEYS[1])],
    ['roaming, the null scheme', VISITED, suciOf(IMSI)],
  ])('registers a card, and shares K_SEAF with it: %s', (_what, at, suci) => {
    seaf = seafAt(at);
    const { answer, questions, by } = registerWith(card, seaf, { suci, at });
    expect(answer).toEqual({ kind: 'registration-accept', plmn: at, tac: TAC });
    const [question] = questions;
    const { kAusf, kSeaf } = keysOf(by!, question!, at);
    expect(seaf.kSeafOf(IMSI)).toEqual(kSeaf);
    expect(ausf.kAusfOf(IMSI)).toEqual(kAusf);
    expect(home.isAttached(IMSI)).toBe(true);
    expect(seaf.snapshot()).toEqual({ asked: [], registered: [IMSI] });
  });

  it('registers a card that is ahead of its network', () => {
    card.sqn = 1000 * 32;
    const { answer, questions } = registerWith(card, seaf, { suci: SUCI, at: HOME });
    expect(answer).toMatchObject({ kind: 'registration-accept' });
    expect(questions).toHaveLength(2);
    expect(Math.floor(card.sqn / 32)).toBe(1001);
  });

  it.each([
    ['no octet', new Uint8Array(0)],
    ['a type that is none', Uint8Array.of(0x21, 1, 2, 3)],
    ['a SUCI cut short', SUCI.slice(0, 7)],
    ['a NAI that is none of a SUCI', new TextEncoder().encode('\u0011me@example.org')],
    ['a NAI of a realm that it does not know', nai('example.org')],
    ['a NAI of a home that it knows', nai(HOME)],
    ['a home that it does not know', suciOf(imsiOf('MNO-B', 0))],
    ['an unknown key', suciOf(IMSI, { ...HOME_KEYS[0]!, identifier: 9 })],
    ['a wrong key', suciOf(IMSI, { ...HOME_KEYS[0]!, privateKey: filled(32, 9) })],
    ['a tag with a bit changed', SUCI.map((o, at) => (at === SUCI.length - 1 ? o ^ 1 : o))],
    ['an IMSI that is not served', suciOf(imsiOf('MNO-A', 1))],
  ])('refuses a registration with %s: IMSI unknown', (_what, suci) => {
    const before = home.snapshot();
    expect(request(suci)).toEqual(UNKNOWN);
    expect(home.snapshot()).toEqual(before);
    expectNobody();
  });

  it('answers whatever the octets of a SUCI are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (suci) => {
        expect(request(suci)).toEqual(UNKNOWN);
      }),
      { numRuns: 100 },
    );
  });

  it('bids an IMSI that is expected come again', () => {
    const other = imsiOf('MNO-A', 1);
    home.expect(other);
    const answer = { kind: 'registration-reject', cause: 'try-later' };
    expect(request(suciOf(other))).toEqual(answer);
    expect(home.hasTried(other)).toBe(true);
    expectNobody();
  });

  it('refuses when the home network has no sequence number left', () => {
    home.stopServing(IMSI);
    const authentication = { ...authenticationOf(PAIR, AMF), seqHe: 2 ** 43 - 1 };
    home.serve({ imsi: IMSI, iccid: iccidOf(0), authentication });
    expect(request()).toEqual(FAILED);
    expectNobody();
  });

  it('forgets what it has asked when the same SUCI is refused', () => {
    const resStar = right(asked());
    home.stopServing(IMSI);
    expect(request()).toEqual(UNKNOWN);
    expectNobody();
    expect(respond(resStar)).toEqual(FAILED);
    expect(ausf.confirmations).toBe(0);
  });

  it('refuses an ME to which it has told another PLMN, before the home is asked', () => {
    seaf = seafAt(VISITED);
    const { answer } = registerWith(card, seaf, { suci: SUCI, at: HOME });
    expect(answer).toEqual(FAILED);
    expect(ausf.confirmations).toBe(0);
    expectNobody();
  });

  it('refuses what the home network refuses, though HRES* was right', () => {
    const question = asked();
    const resStar = right(question);
    ausf.drop(SUCI, HOME);
    expect(respond(resStar)).toEqual(FAILED);
    expect(ausf.confirmations).toBe(1);
    expectNobody();
  });

  it.each([0, 15, 17, 32])('refuses RES* of %i octets, before the home is asked', (octets) => {
    const resStar = right(asked());
    const other = concat(resStar, resStar).slice(0, octets);
    expect(respond(other)).toEqual(FAILED);
    expect(ausf.confirmations).toBe(0);
    expectNobody();
    expect(respond(resStar)).toEqual(FAILED);
  });

  it('refuses every RES* but the right one, before the home is asked', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (resStar) => {
        asked();
        expect(respond(resStar)).toEqual(FAILED);
        expectNobody();
      }),
      { numRuns: 20 },
    );
    expect(ausf.confirmations).toBe(0);
  });

  it('refuses the card of another K', () => {
    const other = new FakeCard(iccidOf(0), IMSI, [randomPair(seeded(6))]);
    expect(registerWith(other, seaf, { suci: SUCI, at: HOME }).answer).toEqual(FAILED);
    expectNobody();
  });

  it('refuses an answer that comes again, and keeps whom it has registered', () => {
    const resStar = right(asked());
    expect(respond(resStar)).toMatchObject({ kind: 'registration-accept' });
    const kSeaf = seaf.kSeafOf(IMSI);
    expect(respond(resStar)).toEqual(FAILED);
    expect(seaf.kSeafOf(IMSI)).toEqual(kSeaf);
    expect(home.isAttached(IMSI)).toBe(true);
  });

  it('refuses the answer to an older vector', () => {
    const older = right(asked());
    asked();
    expect(respond(older)).toEqual(FAILED);
    const first = right(asked());
    const second = suciOf(IMSI, HOME_KEYS[0], 2);
    asked(second);
    // HRES* is right for the older SUCI; the home network has begun anew since.
    expect(respond(first)).toEqual(FAILED);
    expect(respond(first, second)).toEqual(FAILED);
    expectNobody();
  });

  it('refuses the answer of another network’s registration', () => {
    const elsewhere = seafAt(VISITED);
    const question = asked();
    const resStar = right(question);
    const message = { kind: 'authentication-response', suci: SUCI, resStar } as const;
    expect(elsewhere.register(message)).toEqual(FAILED);
    expect(elsewhere.register({ kind: 'registration-request', suci: SUCI }).kind).toBe(
      'authentication-request',
    );
    expect(elsewhere.register(message)).toEqual(FAILED);
    expect(elsewhere.kSeafOf(IMSI)).toBeUndefined();
  });

  it.each([
    ['a response', { kind: 'authentication-response', suci: SUCI, resStar: new Uint8Array(16) }],
    ['a failure', { kind: 'synchronisation-failure', suci: SUCI, auts: new Uint8Array(14) }],
    ['a MAC failure', { kind: 'mac-failure', suci: SUCI }],
    ['a complaint about AMF', { kind: 'non-5g-authentication', suci: SUCI }],
    ['a response by no SUCI', { kind: 'mac-failure', suci: new Uint8Array(0) }],
  ] as const)('refuses %s that answers nothing', (_what, message) => {
    expect(seaf.register(message)).toEqual(FAILED);
    expectNobody();
  });

  it.each(['mac-failure', 'non-5g-authentication'] as const)(
    'refuses after %s, and nothing is left to answer',
    (kind) => {
      const resStar = right(asked());
      expect(seaf.register({ kind, suci: SUCI })).toEqual(FAILED);
      expectNobody();
      expect(respond(resStar)).toEqual(FAILED);
    },
  );

  it('asks anew twice for AUTS, and refuses the third', () => {
    let answer = request();
    let failures = 0;
    while (answer.kind === 'authentication-request') {
      card.sqn = 32 * 10 ** (failures + 2);
      const auts = autsOf(card, answer);
      answer = seaf.register({ kind: 'synchronisation-failure', suci: SUCI, auts });
      failures++;
    }
    expect(failures).toBe(3);
    expect(answer).toEqual(FAILED);
    expectNobody();
  });

  it('refuses AUTS that is none, and the home network keeps its sequence number', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (auts) => {
        asked();
        const before = home.snapshot();
        const message = { kind: 'synchronisation-failure', suci: SUCI, auts } as const;
        expect(seaf.register(message)).toEqual(FAILED);
        expect(home.snapshot()).toEqual(before);
        expectNobody();
      }),
      { numRuns: 20 },
    );
  });

  it('refuses the answer to the vector before AUTS', () => {
    const first = asked();
    const resStar = right(first);
    card.sqn = 1000 * 32;
    const auts = autsOf(card, first);
    const next = seaf.register({ kind: 'synchronisation-failure', suci: SUCI, auts });
    expect(next.kind).toBe('authentication-request');
    expect(respond(resStar)).toEqual(FAILED);
    expectNobody();
  });

  it('keeps its octets, whatever becomes of what it sends and hears', () => {
    const suci = SUCI.slice();
    const question = asked(suci);
    suci.fill(0);
    const resStar = right(question);
    question.rand.fill(0);
    question.autn.fill(0);
    expect(respond(resStar)).toMatchObject({ kind: 'registration-accept' });
    seaf.kSeafOf(IMSI)?.fill(0);
    expect(seaf.kSeafOf(IMSI)).not.toEqual(new Uint8Array(32));
  });

  it('keeps the registration when another one fails, and changes its key when it does not', () => {
    registerWith(card, seaf, { suci: SUCI, at: HOME });
    const kSeaf = seaf.kSeafOf(IMSI);
    asked();
    expect(respond(new Uint8Array(16))).toEqual(FAILED);
    expect(seaf.kSeafOf(IMSI)).toEqual(kSeaf);
    const suci = suciOf(IMSI, HOME_KEYS[0], 2);
    registerWith(card, seaf, { suci, at: HOME });
    expect(seaf.kSeafOf(IMSI)).toHaveLength(32);
    expect(seaf.kSeafOf(IMSI)).not.toEqual(kSeaf);
  });

  it('forgets the oldest of those who were asked and are silent', () => {
    const cards = Array.from({ length: 300 }, (_, n) => imsiOf('MNO-A', n));
    for (const [n, imsi] of cards.entries()) {
      const authentication = authenticationOf(PAIR, AMF);
      if (n > 0) home.serve({ imsi, iccid: iccidOf(n), authentication });
    }
    const resStar = right(asked());
    for (const imsi of cards.slice(1)) asked(suciOf(imsi));
    const counts = [seaf, ausf].map((one) => (one.snapshot() as { asked: object[] }).asked.length);
    expect(counts).toEqual([256, 256]);
    expect(respond(resStar)).toEqual(FAILED);
  });
});

describe('a serving network, about who goes', () => {
  const leave = (suci = SUCI): RegistrationDownlink =>
    seaf.register({ kind: 'deregistration', suci });

  beforeEach(() => {
    registerWith(card, seaf, { suci: SUCI, at: HOME });
  });

  it('forgets K_SEAF, and tells the home network', () => {
    expect(leave()).toEqual(RELEASED);
    expectNobody();
    expect(ausf.kAusfOf(IMSI)).toBeUndefined();
    expect(home.hasAttached(IMSI)).toBe(true);
    expect(leave()).toEqual(RELEASED);
  });

  it('takes back what it has asked', () => {
    const resStar = right(asked());
    leave();
    expect(respond(resStar)).toEqual(FAILED);
    expectNobody();
  });

  it.each([
    ['another SUCI of the subscriber', suciOf(IMSI)],
    ['no SUCI', new Uint8Array(0)],
  ])('does not know an ME by %s', (_what, suci) => {
    expect(leave(suci)).toEqual(RELEASED);
    expect(seaf.kSeafOf(IMSI)).toHaveLength(32);
    expect(home.isAttached(IMSI)).toBe(true);
  });

  it('does not know an ME by the SUCI of an earlier registration', () => {
    registerWith(card, seaf, { suci: suciOf(IMSI, HOME_KEYS[0], 2), at: HOME });
    expect(leave()).toEqual(RELEASED);
    expect(seaf.kSeafOf(IMSI)).toHaveLength(32);
    expect(home.isAttached(IMSI)).toBe(true);
  });

  it('releases nobody who has registered elsewhere since', () => {
    const elsewhere = seafAt(VISITED);
    registerWith(card, elsewhere, { suci: suciOf(IMSI, HOME_KEYS[0], 2), at: VISITED });
    expect(leave()).toEqual(RELEASED);
    expect(seaf.kSeafOf(IMSI)).toBeUndefined();
    expect(home.isAttached(IMSI)).toBe(true);
    expect(ausf.kAusfOf(IMSI)).toHaveLength(32);
    expect(elsewhere.kSeafOf(IMSI)).toHaveLength(32);
  });
});

describe('an operator', () => {
  let keys: Keys;
  beforeAll(async () => {
    keys = await makeKeys();
  });

  const operator = (change: Partial<OperatorOptions>): Operator => {
    const made = new Operator({
      plmn: HOME,
      signer: keys.signers['MNO-A'],
      verifier: keys.verifier,
      parties: new Map(),
      manufacturer: MANUFACTURER,
      ota: OTA,
      random: seeded(1),
      ...change,
    });
    made.addSubscriber({ imsi: IMSI, iccid: iccidOf(0), index: 0, pair: secret(PAIR) });
    return made;
  };
  const serving = (by: Operator): Seaf =>
    new Seaf({ plmn: VISITED, tac: TAC, homes: () => by.ausf });

  it('registers its subscribers, and shows no key of theirs or of its own', () => {
    const by = operator({ homeNetworkKeys: HOME_KEYS });
    const visited = serving(by);
    const { answer } = registerWith(card, visited, { suci: SUCI, at: VISITED });
    expect(answer).toMatchObject({ kind: 'registration-accept' });
    const request = { kind: 'registration-request', suci: suciOf(IMSI, HOME_KEYS[1]) } as const;
    expect(visited.register(request).kind).toBe('authentication-request');
    const all = [by, visited, by.ausf, by.snapshot(), visited.snapshot()];
    const seen = inspect(all, { depth: 20, maxArrayLength: 999, showHidden: true });
    const text = `${JSON.stringify(all)} ${seen}`.replace(/\s/gu, '');
    expect(text).toContain(IMSI);
    const secrets = [by.ausf.kAusfOf(IMSI)!, visited.kSeafOf(IMSI)!, PAIR.k, PAIR.opc!];
    for (const octets of [...secrets, ...HOME_KEYS.map(({ privateKey }) => privateKey)]) {
      expect(text).not.toContain(toHex(octets));
      expect(text).not.toContain([...octets].join(','));
      expect(text).not.toContain(JSON.stringify({ ...octets }).slice(1, -1));
    }
  });

  it('knows nobody who conceals, without a key, and whoever does not', () => {
    const visited = serving(operator({}));
    const register = (suci: Uint8Array): RegistrationDownlink =>
      registerWith(card, visited, { suci, at: VISITED }).answer;
    expect(register(SUCI)).toEqual(UNKNOWN);
    expect(register(suciOf(IMSI))).toMatchObject({ kind: 'registration-accept' });
  });

  it('is not made with a key that is none', () => {
    const homeNetworkKeys = [{ identifier: 1, scheme: 1, privateKey: filled(33, 1) }] as const;
    expect(() => operator({ homeNetworkKeys })).toThrow(RangeError);
  });
});
