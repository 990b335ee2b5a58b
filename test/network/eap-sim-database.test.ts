/** The lines of the EAP-SIM/AKA database: what is answered, and everything that is not. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { imsi } from '../../src/bytes/identity.ts';
import { concat, filled } from '../../src/bytes/octets.ts';
import { authenticationOutput } from '../../src/crypto/authentication-key.ts';
import { expandTuakKey } from '../../src/crypto/tuak.ts';
import type { SubscriberAuthentication } from '../../src/network/auc.ts';
import {
  akaResponse,
  type DatabaseEvent,
  type DatabaseSubscriber,
  EapSimDatabase,
  type EapSimDatabaseOptions,
} from '../../src/network/eap-sim-database.ts';
import { authenticationOf, pairFromProfile } from '../../src/network/keys.ts';
import vectors from '../vectors/milenage.json' with { type: 'json' };

/** TS 35.208 test set 1: SQN 'ff9bb4d0b607' is SEQ 8783249114544 and IND 7. */
const SET = vectors.ts35208[0]!;
const SEQ = Math.floor(Number.parseInt(SET.sqn, 16) / 32);
const IND = Number.parseInt(SET.sqn, 16) % 32;
const IMSI = '001010123456789';
const OTHER = '001010000000002';
const { autn, autsIfSqnMsEqualsSqn: AUTS, kc, sres } = SET.derived;
const VECTOR = `${IMSI} ${SET.rand} ${autn} ${SET.f4} ${SET.f3} ${SET.f2}`;
const TRIPLET = `${kc}:${sres}:${SET.rand}`;

function subscriber(
  change: Partial<SubscriberAuthentication> = {},
  digits = IMSI,
): DatabaseSubscriber {
  const { k, opc, amf } = SET;
  const sqn = { indBits: 5, delta: 1 };
  const pair = pairFromProfile({ algorithm: 'milenage', k, opc, sqn, keySets: [] });
  const authentication = { ...authenticationOf(pair, fromHex(amf)), seqHe: SEQ - 1, ind: IND };
  return { imsi: imsi(digits), authentication: { ...authentication, ...change } };
}

/** A database whose RAND is always that of the test set, and what was heard of it. */
function database(options: Partial<EapSimDatabaseOptions> = {}) {
  const events: DatabaseEvent[] = [];
  const made = new EapSimDatabase({
    subscribers: [subscriber()],
    random: (octets) => fromHex(SET.rand.padEnd(2 * octets, '0')).slice(0, octets),
    onRequest: (event) => events.push(event),
    ...options,
  });
  const ask = (line: string): string | undefined => {
    const answer = made.answer(new TextEncoder().encode(line));
    return answer === undefined ? undefined : new TextDecoder().decode(answer);
  };
  return { ask, events, made, lastOutcome: () => events.at(-1)?.outcome };
}

const refused = (reason: string) => ({ kind: 'refused', reason });
const vector = (seqHe: number, ind: number) => ({ kind: 'vector', position: { seqHe, ind } });

describe('AKA-REQ-AUTH', () => {
  it('is answered with RAND, AUTN, IK, CK and RES of TS 35.208, test set 1', () => {
    const { ask, events } = database();
    expect(ask(`AKA-REQ-AUTH ${IMSI}`)).toBe(`AKA-RESP-AUTH ${VECTOR}`);
    const outcome = vector(SEQ, IND + 1);
    expect(events).toEqual([{ command: 'AKA-REQ-AUTH', imsi: IMSI, outcome }]);
  });

  it('may end with one line feed, as when it is typed', () => {
    expect(database().ask(`AKA-REQ-AUTH ${IMSI}\n`)).toBe(`AKA-RESP-AUTH ${VECTOR}`);
  });

  it('takes the next SEQ and IND each time, as the array of a card asks for it', () => {
    const { ask, events } = database({ subscribers: [subscriber({ seqHe: 0, ind: 30 })] });
    for (let n = 0; n < 3; n++) ask(`AKA-REQ-AUTH ${IMSI}`);
    expect(events.map(({ outcome }) => outcome)).toEqual([
      vector(1, 31),
      vector(2, 0),
      vector(3, 1),
    ]);
  });

  it('has an IND of the domain that the database is for', () => {
    const { ask } = database({ domain: { index: 3, of: 4 } });
    const indices = [0, 1, 2].map(() => {
      const autn = ask(`AKA-REQ-AUTH ${IMSI}`)?.split(' ')[3] ?? '';
      const [low] = fromHex(autn.slice(10, 12));
      return (low! ^ fromHex(SET.f5)[5]!) % 32;
    });
    // Turns 7, 8 and 9 of 8 that every fourth of 32 INDs has.
    expect(indices).toEqual([31, 3, 7]);
  });

  it.each([OTHER, '001010'])('is refused for an IMSI that nobody has: %s', (digits) => {
    const { ask, events } = database();
    expect(ask(`AKA-REQ-AUTH ${digits}`)).toBe(`AKA-RESP-AUTH ${digits} FAILURE`);
    const outcome = refused('imsi-unknown');
    expect(events).toEqual([{ command: 'AKA-REQ-AUTH', imsi: digits, outcome }]);
  });

  it('is refused when all sequence numbers have been used', () => {
    const spent = subscriber({ seqHe: 2 ** 43 - 1 });
    const { ask, lastOutcome } = database({ subscribers: [spent] });
    expect(ask(`AKA-REQ-AUTH ${IMSI}`)).toBe(`AKA-RESP-AUTH ${IMSI} FAILURE`);
    expect(lastOutcome()).toEqual(refused('sqn-exhausted'));
  });

  it('is refused when its sequence number is not kept, and the next one has that number', () => {
    const answers = [false, true];
    const kept: unknown[] = [];
    const keep: EapSimDatabaseOptions['keep'] = (of, position) => {
      kept.push([of, position]);
      return answers.shift() ?? false;
    };
    const { ask, lastOutcome } = database({ keep });
    expect(ask(`AKA-REQ-AUTH ${IMSI}`)).toBe(`AKA-RESP-AUTH ${IMSI} FAILURE`);
    expect(lastOutcome()).toEqual(refused('not-kept'));
    expect(ask(`AKA-REQ-AUTH ${IMSI}`)).toBe(`AKA-RESP-AUTH ${VECTOR}`);
    const position = { seqHe: SEQ, ind: IND + 1 };
    expect(kept).toEqual([
      [IMSI, position],
      [IMSI, position],
    ]);
  });

  it.each([
    ['RES of 17 octets', { xres: filled(17, 1) }],
    ['CK of 32 octets', { ck: filled(32, 1) }],
    ['IK of 32 octets', { ik: filled(32, 1) }],
    ['CK of 15 octets', { ck: filled(15, 1) }],
  ])('has no line for %s', (_what, change) => {
    const octets = filled(16, 0);
    const whole = { rand: octets, autn: octets, xres: octets, ck: octets, ik: octets };
    expect(akaResponse(imsi(IMSI), whole)).toMatch(/^AKA-RESP-AUTH \d{15}(?: 0{32}){5}$/u);
    expect(akaResponse(imsi(IMSI), { ...whole, ...change })).toBeUndefined();
  });
});

describe('SIM-REQ-AUTH', () => {
  it('is answered with as many triplets as it asks for: Kc, SRES and RAND', () => {
    const { ask, lastOutcome } = database();
    expect(ask(`SIM-REQ-AUTH ${IMSI} 1`)).toBe(`SIM-RESP-AUTH ${IMSI} ${TRIPLET}`);
    const three = [TRIPLET, TRIPLET, TRIPLET].join(' ');
    expect(ask(`SIM-REQ-AUTH ${IMSI} 3`)).toBe(`SIM-RESP-AUTH ${IMSI} ${three}`);
    const position = { seqHe: SEQ + 3, ind: IND + 4 };
    expect(lastOutcome()).toEqual({ kind: 'triplets', count: 3, position });
  });

  it("is answered as the key's card answers in its GSM context: 2G variant of XOR", () => {
    const k = '000102030405060708090A0B0C0D0E0F';
    const sqn = { indBits: 5, delta: 1 };
    const pair = pairFromProfile({ algorithm: 'xor', k, gsmVariant: true, sqn, keySets: [] });
    const authentication = authenticationOf(pair, fromHex('8000'));
    const { ask } = database({ subscribers: [{ imsi: imsi(IMSI), authentication }] });
    // XDOUT = K ^ RAND; SRES is its octets 1 to 4, Kc 5 to 12.
    const xdout = fromHex(SET.rand).map((octet, n) => octet ^ n);
    const [xorKc, xorSres] = [toHex(xdout.slice(4, 12)), toHex(xdout.slice(0, 4))];
    const triplet = `${xorKc}:${xorSres}:${SET.rand}`;
    expect(ask(`SIM-REQ-AUTH ${IMSI} 1`)).toBe(`SIM-RESP-AUTH ${IMSI} ${triplet}`);
  });

  it('is answered also where EAP-AKA has no room for the vector: by the first 16 octets', () => {
    const lengths = { resLength: 32, ckLength: 32, ikLength: 32 } as const;
    const key = expandTuakKey(filled(16, 3), filled(32, 4), lengths);
    const { ask, lastOutcome } = database({ subscribers: [subscriber({ key })] });
    expect(ask(`AKA-REQ-AUTH ${IMSI}`)).toBe(`AKA-RESP-AUTH ${IMSI} FAILURE`);
    expect(lastOutcome()).toEqual(refused('vector-too-long'));
    const { res, ck, ik } = key.challenge(fromHex(SET.rand));
    const part = (octets: Uint8Array, at: number, length: number): number[] => [
      ...octets.slice(at, at + length),
    ];
    const xor = (...all: number[][]): string =>
      toHex(Uint8Array.from(all[0]!, (_, n) => all.reduce((sum, of) => sum ^ of[n]!, 0)));
    const tuakSres = xor(...[0, 4, 8, 12].map((at) => part(res, at, 4)));
    const tuakKc = xor(...[ck, ik].flatMap((of) => [part(of, 0, 8), part(of, 8, 8)]));
    const triplet = `${tuakKc}:${tuakSres}:${SET.rand}`;
    expect(ask(`SIM-REQ-AUTH ${IMSI} 1`)).toBe(`SIM-RESP-AUTH ${IMSI} ${triplet}`);
    expect(lastOutcome()).toMatchObject({ position: { seqHe: SEQ } });
  });

  it.each(['0', '4', '999999999'])('is refused for %s triplets', (count) => {
    const { ask, lastOutcome } = database();
    expect(ask(`SIM-REQ-AUTH ${IMSI} ${count}`)).toBe(`SIM-RESP-AUTH ${IMSI} FAILURE`);
    expect(lastOutcome()).toEqual(refused('max-chal-out-of-range'));
    expect(ask(`AKA-REQ-AUTH ${IMSI}`)).toBe(`AKA-RESP-AUTH ${VECTOR}`);
  });

  it('is refused for an IMSI that nobody has', () => {
    expect(database().ask(`SIM-REQ-AUTH ${OTHER} 3`)).toBe(`SIM-RESP-AUTH ${OTHER} FAILURE`);
  });

  it('is refused as a whole when sequence numbers are left for some triplets only', () => {
    const spent = subscriber({ seqHe: 2 ** 43 - 3, ind: 0 });
    const { ask, lastOutcome } = database({ subscribers: [spent] });
    expect(ask(`SIM-REQ-AUTH ${IMSI} 3`)).toBe(`SIM-RESP-AUTH ${IMSI} FAILURE`);
    expect(lastOutcome()).toEqual(refused('sqn-exhausted'));
    ask(`SIM-REQ-AUTH ${IMSI} 2`);
    expect(lastOutcome()).toMatchObject({ position: { seqHe: 2 ** 43 - 1, ind: 2 } });
  });

  it('is refused when the sequence numbers are not kept', () => {
    const { ask, lastOutcome } = database({ keep: () => false });
    expect(ask(`SIM-REQ-AUTH ${IMSI} 3`)).toBe(`SIM-RESP-AUTH ${IMSI} FAILURE`);
    expect(lastOutcome()).toEqual(refused('not-kept'));
  });
});

describe('AKA-AUTS', () => {
  /** The AuC is behind: SQN_MS of the AUTS is that of the test set. */
  function behind(options: Partial<EapSimDatabaseOptions> = {}) {
    const made = database({ subscribers: [subscriber({ seqHe: 4, ind: 9 })], ...options });
    made.ask(`AKA-REQ-AUTH ${IMSI}`);
    return made;
  }

  it('is not answered, and the next vector is behind SQN_MS, with the IND whose turn it is', () => {
    const { ask, events } = behind();
    expect(ask(`AKA-AUTS ${IMSI} ${AUTS} ${SET.rand}`)).toBeUndefined();
    ask(`AKA-REQ-AUTH ${IMSI}`);
    const position = { seqHe: SEQ, ind: 10 };
    const resynchronised = { kind: 'resynchronised', position };
    expect(events.map(({ outcome }) => outcome)).toEqual([
      vector(5, 10),
      resynchronised,
      vector(SEQ + 1, 11),
    ]);
  });

  it('is read in digits of either case', () => {
    const { ask, lastOutcome } = behind();
    ask(`AKA-AUTS ${IMSI} ${AUTS.toUpperCase()} ${SET.rand.toUpperCase()}`);
    expect(lastOutcome()).toMatchObject({ kind: 'resynchronised' });
  });

  it.each([
    ['when MAC-S is wrong', `${AUTS.slice(0, -1)}7`, SET.rand, 'mac-s-wrong'],
    ['when SQN_MS was altered', `0${AUTS.slice(1)}`, SET.rand, 'mac-s-wrong'],
    ['for a RAND of no vector', AUTS, `0${SET.rand.slice(1)}`, 'rand-unknown'],
    ['with an AUTS of 13 octets', AUTS.slice(2), SET.rand, 'malformed'],
    ['with an AUTS of 15 octets', `${AUTS}00`, SET.rand, 'malformed'],
    ['with a RAND of 15 octets', AUTS, SET.rand.slice(2), 'malformed'],
    ['with an odd number of digits', AUTS.slice(1), SET.rand, 'malformed'],
    ['with a letter that is no digit', `g${AUTS.slice(1)}`, SET.rand, 'malformed'],
  ])('is refused %s, and nothing moves', (_when, auts, rand, reason) => {
    const { ask, lastOutcome } = behind();
    expect(ask(`AKA-AUTS ${IMSI} ${auts} ${rand}`)).toBeUndefined();
    expect(lastOutcome()).toEqual(refused(reason));
    ask(`AKA-REQ-AUTH ${IMSI}`);
    expect(lastOutcome()).toEqual(vector(6, 11));
  });

  it('is taken once: sent again it would take the AuC back', () => {
    const { ask, lastOutcome } = behind();
    const line = `AKA-AUTS ${IMSI} ${AUTS} ${SET.rand}`;
    ask(line);
    ask(line);
    expect(lastOutcome()).toEqual(refused('rand-unknown'));
  });

  /** RAND of the test set for the first vector, and others behind it. */
  function others(): EapSimDatabaseOptions['random'] {
    const rands = [fromHex(SET.rand), filled(16, 1), filled(16, 2)];
    return () => rands.shift() ?? filled(16, 3);
  }

  it('does not take an AuC back that has gone on, when the card had seen its vector', () => {
    const { ask, lastOutcome } = database({ random: others() });
    // SEQ of the test set is refused because the card has it; the card has accepted two since.
    for (let n = 0; n < 3; n++) ask(`AKA-REQ-AUTH ${IMSI}`);
    ask(`AKA-AUTS ${IMSI} ${AUTS} ${SET.rand}`);
    const position = { seqHe: SEQ + 2, ind: IND + 3 };
    expect(lastOutcome()).toEqual({ kind: 'resynchronised', position });
    ask(`AKA-REQ-AUTH ${IMSI}`);
    expect(lastOutcome()).toEqual(vector(SEQ + 3, IND + 4));
  });

  it('takes an AuC back that was too far ahead, also when it has gone on', () => {
    const subscribers = [subscriber({ seqHe: SEQ })];
    const { ask, lastOutcome } = database({ subscribers, random: others() });
    // SEQ_MS is one below that of the first vector.
    for (let n = 0; n < 3; n++) ask(`AKA-REQ-AUTH ${IMSI}`);
    ask(`AKA-AUTS ${IMSI} ${AUTS} ${SET.rand}`);
    expect(lastOutcome()).toMatchObject({ position: { seqHe: SEQ } });
  });

  it('of the highest SQN is taken, and leaves no sequence number', () => {
    const { ask, lastOutcome } = behind();
    const highest = filled(6, 0xff);
    const { akStar, macS } = authenticationOutput(subscriber().authentication.key, {
      rand: fromHex(SET.rand),
      sqn: highest,
      amf: new Uint8Array(2),
    });
    const auts = toHex(
      concat(
        akStar.map((octet) => octet ^ 0xff),
        macS,
      ),
    );
    ask(`AKA-AUTS ${IMSI} ${auts} ${SET.rand}`);
    expect(lastOutcome()).toMatchObject({ position: { seqHe: 2 ** 43 - 1, ind: 10 } });
    expect(ask(`AKA-REQ-AUTH ${IMSI}`)).toBe(`AKA-RESP-AUTH ${IMSI} FAILURE`);
    expect(lastOutcome()).toEqual(refused('sqn-exhausted'));
    expect(ask(`SIM-REQ-AUTH ${IMSI} 1`)).toBe(`SIM-RESP-AUTH ${IMSI} FAILURE`);
  });

  it('is for one of the last 16 vectors', () => {
    const rands = Array.from({ length: 17 }, (_, n) => filled(16, n));
    const { ask, lastOutcome } = behind({ random: () => rands.shift() ?? filled(16, 0xee) });
    for (let n = 1; n < 17; n++) ask(`AKA-REQ-AUTH ${IMSI}`);
    ask(`AKA-AUTS ${IMSI} ${AUTS} ${'00'.repeat(16)}`);
    expect(lastOutcome()).toEqual(refused('rand-unknown'));
    ask(`AKA-AUTS ${IMSI} ${AUTS} ${'01'.repeat(16)}`);
    expect(lastOutcome()).toEqual(refused('mac-s-wrong'));
  });

  it('is refused for an IMSI that nobody has, and for a triplet', () => {
    const { ask, lastOutcome } = database();
    expect(ask(`AKA-AUTS ${OTHER} ${AUTS} ${SET.rand}`)).toBeUndefined();
    expect(lastOutcome()).toEqual(refused('imsi-unknown'));
    ask(`SIM-REQ-AUTH ${IMSI} 1`);
    ask(`AKA-AUTS ${IMSI} ${AUTS} ${SET.rand}`);
    expect(lastOutcome()).toEqual(refused('rand-unknown'));
  });

  it('is refused when SQN_MS is not kept, and may come again', () => {
    const answers = [true, false, true];
    const { ask, lastOutcome } = behind({ keep: () => answers.shift() ?? false });
    ask(`AKA-AUTS ${IMSI} ${AUTS} ${SET.rand}`);
    expect(lastOutcome()).toEqual(refused('not-kept'));
    ask(`AKA-AUTS ${IMSI} ${AUTS} ${SET.rand}`);
    expect(lastOutcome()).toMatchObject({ kind: 'resynchronised' });
  });
});

describe('a datagram that is no request', () => {
  it.each([
    ['', 'unknown-request'],
    ['\n', 'unknown-request'],
    [' ', 'unknown-request'],
    ['AKA-REQ-AUTH', 'malformed'],
    ['AKA-REQ-AUTH ', 'malformed'],
    ['aka-req-auth 001010123456789', 'unknown-request'],
    ['AKA-RESP-AUTH 001010123456789 FAILURE', 'unknown-request'],
    ['GSM-AUTH-REQ 001010123456789 3', 'unknown-request'],
    ['AKA-REQ-AUTH  001010123456789', 'malformed'],
    ['AKA-REQ-AUTH 00101', 'malformed'],
    ['AKA-REQ-AUTH 0010101234567890', 'malformed'],
    ['AKA-REQ-AUTH 00101012345678f', 'malformed'],
    ['AKA-REQ-AUTH 0001010123456789@wlan.mnc001.mcc001.3gppnetwork.org', 'malformed'],
    ['AKA-REQ-AUTH\t001010123456789', 'not-text'],
    ['AKA-REQ-AUTH 001010123456789\0', 'not-text'],
    ['AKA-REQ-AUTH 001010123456789\r\n', 'not-text'],
    ['AKA-REQ-AUTH ٠٠١٠١٠١٢٣٤٥٦٧٨٩', 'not-text'],
    ['AKA-REQ-AUTH 001010123456789\n\n', 'several-lines'],
    ['AKA-REQ-AUTH 001010123456789\nAKA-REQ-AUTH 001010123456789', 'several-lines'],
    ['\nAKA-REQ-AUTH 001010123456789', 'several-lines'],
    [`AKA-REQ-AUTH 001010123456789${' '.repeat(101)}`, 'too-long'],
    ['AKA-REQ-AUTH ~', 'malformed'],
    ['AKA-REQ-AUTH \x7f', 'not-text'],
    ['AKA-REQ-AUTH \x1f', 'not-text'],
    ['x'.repeat(65536), 'too-long'],
    ['AKA-AUTS 001010123456789', 'malformed'],
  ])('is refused without an answer: %j', (line, reason) => {
    const { ask, lastOutcome } = database();
    expect(ask(line)).toBeUndefined();
    expect(lastOutcome()).toEqual(refused(reason));
  });

  it.each([
    [`AKA-REQ-AUTH ${IMSI} 3`, 'AKA-RESP-AUTH'],
    [`AKA-REQ-AUTH ${IMSI} `, 'AKA-RESP-AUTH'],
    [`AKA-REQ-AUTH ${IMSI}${' '.repeat(100)}`, 'AKA-RESP-AUTH'],
    [`SIM-REQ-AUTH ${IMSI}`, 'SIM-RESP-AUTH'],
    [`SIM-REQ-AUTH ${IMSI} `, 'SIM-RESP-AUTH'],
    [`SIM-REQ-AUTH ${IMSI} -1`, 'SIM-RESP-AUTH'],
    [`SIM-REQ-AUTH ${IMSI} 1e0`, 'SIM-RESP-AUTH'],
    [`SIM-REQ-AUTH ${IMSI} three`, 'SIM-RESP-AUTH'],
    [`SIM-REQ-AUTH ${IMSI} 9999999999`, 'SIM-RESP-AUTH'],
    [`SIM-REQ-AUTH ${IMSI} 3 3`, 'SIM-RESP-AUTH'],
  ])('is refused with FAILURE when it names an IMSI: %j', (line, response) => {
    const { ask, lastOutcome } = database();
    expect(ask(line)).toBe(`${response} ${IMSI} FAILURE`);
    expect(lastOutcome()).toEqual(refused('malformed'));
  });

  it('is never answered with anything but one of the four lines, and told of once', () => {
    const sound = /^(?:AKA|SIM)-RESP-AUTH [0-9]{6,15} (?:FAILURE|[0-9a-f: ]+)$/u;
    const piece = fc.constantFrom('AKA-REQ-AUTH', 'AKA-AUTS', 'SIM-REQ-AUTH', IMSI, ' ', '3', '\n');
    const lines = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((of) => of.join('')),
    );
    fc.assert(
      fc.property(lines, (line) => {
        const { ask, events } = database();
        const answer = ask(line);
        if (answer !== undefined) expect(answer).toMatch(sound);
        expect(events).toHaveLength(1);
      }),
    );
  });

  it('leaves every sequence number where it was', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 140 }), (octets) => {
        const { made, ask } = database();
        made.answer(octets);
        expect(ask(`AKA-REQ-AUTH ${IMSI}`)).toBe(`AKA-RESP-AUTH ${VECTOR}`);
      }),
    );
  });
});

describe('a database', () => {
  it('has each IMSI once', () => {
    const subscribers = [subscriber(), subscriber()];
    expect(() => database({ subscribers })).toThrow(RangeError);
  });

  it('keeps the subscribers apart', () => {
    const subscribers = [subscriber(), subscriber({ seqHe: 0, ind: 0 }, OTHER)];
    const { ask, lastOutcome } = database({ subscribers });
    ask(`AKA-REQ-AUTH ${OTHER}`);
    ask(`AKA-AUTS ${IMSI} ${AUTS} ${SET.rand}`);
    expect(lastOutcome()).toEqual(refused('rand-unknown'));
    expect(ask(`AKA-REQ-AUTH ${IMSI}`)).toBe(`AKA-RESP-AUTH ${VECTOR}`);
  });

  it('tells its listener no key, no RES and nothing that it could not read', () => {
    const { ask, events } = database();
    const secrets = [SET.k, SET.opc, SET.f2, SET.f3, SET.f4, kc, sres, 'geheim'];
    ask(`AKA-REQ-AUTH ${IMSI}`);
    ask(`SIM-REQ-AUTH ${IMSI} 3`);
    ask(`AKA-AUTS ${IMSI} ${AUTS} ${SET.rand}`);
    ask(`AKA-REQ-AUTH geheim`);
    ask('geheim');
    const told = JSON.stringify(events);
    for (const octets of secrets) expect(told).not.toContain(octets);
    expect(events).toHaveLength(5);
  });
});
