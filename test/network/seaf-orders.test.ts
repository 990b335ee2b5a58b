/**
 * Two serving networks of one home network that hear the messages of registrations in any order:
 * each accepts who has shown that he is there, and nobody else.
 *
 * @see 3GPP TS 33.501 (5G AKA)
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RegistrationDownlink, RegistrationUplink } from '../../src/air/registration.ts';
import { Ausf } from '../../src/network/ausf.ts';
import { HomeNetwork } from '../../src/network/home-network.ts';
import { authenticationOf } from '../../src/network/keys.ts';
import { Seaf } from '../../src/network/seaf.ts';
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
import { iccidOf, imsiOf, PLMNS, randomPair, seeded } from './support/world.ts';

const HOME = PLMNS['MNO-A'];
const PLACES = [HOME, PLMNS['MNO-C']] as const;
const PAIRS = [randomPair(seeded(5)), randomPair(seeded(6))] as const;
const IMSIS = PAIRS.map((_, n) => imsiOf('MNO-A', n));
/** One subscriber concealed and in clear, and another one. */
const MES = [
  { suci: suciOf(IMSIS[0]!, HOME_KEYS[0]), whose: 0 },
  { suci: suciOf(IMSIS[0]!), whose: 0 },
  { suci: suciOf(IMSIS[1]!), whose: 1 },
] as const;
/** Times the number of questions: SQN of a card that has had more than any of them. */
const SQN_AHEAD = 2 ** 30;

/** What was asked, where and whom. */
interface Asked {
  readonly question: Question;
  readonly at: number;
  readonly by: number;
}

/** A message: to which network, in whose name, and to which question it is an answer. */
const said = fc.record({
  kind: fc.constantFrom<RegistrationUplink['kind'] | 'detach'>(
    'registration-request',
    'registration-request',
    'authentication-response',
    'authentication-response',
    'authentication-response',
    'synchronisation-failure',
    'mac-failure',
    'non-5g-authentication',
    'deregistration',
    'detach',
  ),
  at: fc.nat(PLACES.length - 1),
  by: fc.nat(MES.length - 1),
  /** 0: the last question to this SUCI here; else so many back of all. */
  back: fc.oneof(fc.constant(0), fc.nat(4)),
  /** Which network the ME takes this one for. */
  seen: fc.nat(PLACES.length - 1),
});
type Said = typeof said extends fc.Arbitrary<infer T> ? T : never;

/** Two serving networks, the home network, and what was asked. */
class World {
  readonly home = new HomeNetwork({ plmn: HOME, lac: 1, random: seeded(9) });
  readonly ausf: Ausf;
  readonly seafs: readonly Seaf[];
  readonly asked: Asked[] = [];

  constructor() {
    for (const [n, pair] of PAIRS.entries()) {
      const authentication = authenticationOf(pair, Uint8Array.of(0x80, 0));
      this.home.serve({ imsi: IMSIS[n]!, iccid: iccidOf(n), authentication });
    }
    const { home } = this;
    this.ausf = new Ausf({ plmn: HOME, home, keys: HOME_KEYS });
    this.seafs = PLACES.map((plmn) => new Seaf({ plmn, tac: 1, homes: () => this.ausf }));
  }

  /** The last question of a network to a SUCI, whether it was answered or not. */
  lastOf(at: number, by: number): Asked | undefined {
    return this.asked.filter((one) => one.at === at && one.by === by).at(-1);
  }

  /** K_SEAF of each subscriber in each network, and his K_AUSF. */
  keys(): object {
    const kSeafs = this.seafs.map((seaf) => IMSIS.map((imsi) => seaf.kSeafOf(imsi)));
    return [kSeafs, IMSIS.map((imsi) => this.ausf.kAusfOf(imsi))];
  }
}

function cardOf({ by }: Asked, sqn = 0): FakeCard {
  const { whose } = MES[by]!;
  const card = new FakeCard(iccidOf(whose), IMSIS[whose]!, [PAIRS[whose]!]);
  card.sqn = sqn;
  return card;
}

/** The message with what the card gives for a question; `undefined` when there is no question. */
function messageOf(
  { kind, by, seen }: Said,
  to: Asked | undefined,
  sqn: number,
): RegistrationUplink | undefined {
  const { suci } = MES[by]!;
  if (kind === 'detach') return undefined;
  if (kind !== 'authentication-response' && kind !== 'synchronisation-failure') {
    return { kind, suci };
  }
  if (to === undefined) return undefined;
  const { question } = to;
  if (kind === 'synchronisation-failure') {
    return { kind, suci, auts: autsOf(cardOf(to, sqn), question) };
  }
  const resStar = resStarOf(answerOf(cardOf(to), question), question, PLACES[seen]!);
  return { kind, suci, resStar };
}

function expectAgreement({ seafs, ausf }: World, { at, by }: Said, to: Asked): void {
  const imsi = IMSIS[MES[by]!.whose]!;
  const { kAusf, kSeaf } = keysOf(answerOf(cardOf(to), to.question), to.question, PLACES[at]!);
  expect(seafs[at]!.kSeafOf(imsi)).toEqual(kSeaf);
  expect(ausf.kAusfOf(imsi)).toEqual(kAusf);
}

function expectLittle({ home, ausf, seafs }: World): void {
  const { asked, registered } = ausf.snapshot() as Record<string, object[]>;
  expect(asked!.length).toBeLessThanOrEqual(IMSIS.length);
  expect(registered!.length).toBeLessThanOrEqual(IMSIS.length);
  for (const seaf of seafs) {
    const { asked: sucis } = seaf.snapshot() as Record<string, object[]>;
    expect(sucis!.length).toBeLessThanOrEqual(MES.length);
  }
  for (const imsi of IMSIS) expect(home.isAttached(imsi)).toBe(ausf.kAusfOf(imsi) !== undefined);
}

/** Says one thing, and tells whether somebody was accepted for it. */
function say(world: World, one: Said): boolean {
  const { kind, at, by, back, seen } = one;
  const last = world.lastOf(at, by);
  const to = back === 0 ? last : world.asked.at(-back);
  const message = messageOf(one, to, SQN_AHEAD * world.asked.length);
  const before = world.keys();
  let answer: RegistrationDownlink = { kind: 'released' };
  if (message !== undefined) answer = world.seafs[at]!.register(message);
  else if (kind === 'detach') world.home.uplink({ kind, imsi: IMSIS[MES[by]!.whose]! });
  if (answer.kind === 'authentication-request') world.asked.push({ question: answer, at, by });
  expectLittle(world);
  if (answer.kind === 'registration-accept') {
    expect(kind).toBe('authentication-response');
    expect({ to, seen }).toEqual({ to: last, seen: at });
    expectAgreement(world, one, to!);
    return true;
  }
  if (kind !== 'deregistration' && kind !== 'detach') expect(world.keys()).toEqual(before);
  return false;
}

/** Registers somebody as it should be. */
function registerOnce(seaf: Seaf): RegistrationDownlink {
  const { suci } = MES[0];
  const question = seaf.register({ kind: 'registration-request', suci });
  if (question.kind !== 'authentication-request') return question;
  const by = answerOf(cardOf({ question, at: 0, by: 0 }), question);
  const resStar = resStarOf(by, question, HOME);
  return seaf.register({ kind: 'authentication-response', suci, resStar });
}

describe('serving networks that hear messages in any order', () => {
  it('accept the right RES* to their last question alone, agree on keys, and keep little', () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(said, { minLength: 10, maxLength: 40 }), (messages) => {
        const world = new World();
        for (const one of messages) if (say(world, one)) accepted++;
        // Whatever was said, a registration that is made as it should be is accepted.
        expect(registerOnce(world.seafs[0]!).kind).toBe('registration-accept');
      }),
      { numRuns: 50 },
    );
    expect(accepted).toBeGreaterThan(0);
  });
});
