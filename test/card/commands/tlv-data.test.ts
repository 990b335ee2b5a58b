/**
 * RETRIEVE DATA and SET DATA: objects in one block and in many, and what is refused.
 *
 * EF_IMSConfigData has room for 600 octets and holds '8002C0DE' and '8100'.
 *
 * @see ETSI TS 102 221 §8.2.2.4, §11.3.1, §11.3.2
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.ts';
import { berTlv } from '../../../src/tlv/ber.ts';
import { on } from '../support/channels.ts';
import { PENDING } from '../support/matrix-row.ts';
import { EVERYTHING } from '../support/proactive.ts';
import { RFM, remoteProfile, runScript } from '../support/remote.ts';
import {
  EF_OBJECTS,
  octet,
  PIN1,
  SELECT_USIM,
  select,
  TestCard,
  withChannels,
  withFiles,
} from '../support/test-card.ts';

const OBJECTS = select('7FFF6FF8');
const IMSI = select('7FFF6F07');
const PROFILE = withFiles([EF_OBJECTS]);
const SET_UP = [SELECT_USIM, PIN1, OBJECTS];
const ROOM = 600;
const HELD = 6;

function cardOnObjects(): TestCard {
  return new TestCard({ profile: PROFILE, setUp: SET_UP });
}

function set(data: string, p2 = 0x80): string {
  return `80DB00${octet(p2)}${octet(data.length / 2)}${data}`;
}

function retrieve(tag: string, p2 = 0x80): string {
  return `80CB00${octet(p2)}${octet(tag.length / 2)}${tag}00`;
}

const NEXT = '80CB000000';
const AGAIN = '80CB004000';

/** Cuts octets into blocks. */
function blocks(data: string, size: number): string[] {
  return Array.from({ length: Math.ceil(data.length / 2 / size) }, (_, n) =>
    data.slice(2 * n * size, 2 * (n + 1) * size),
  );
}

/** All blocks of SET DATA; gives their status words. */
function setAll(card: TestCard, object: string, size = 255): string[] {
  return blocks(object, size).map((part, n) => card.send(set(part, n === 0 ? 0x80 : 0x00)));
}

/** What a terminal does over T=0: it collects each block, and asks for the next after '62F1'. */
function retrieveAll(card: TestCard, tag: string): string {
  let all = '';
  for (let command = retrieve(tag); ; command = NEXT) {
    const first = card.send(command);
    if (!/^(?:61..|62F[12])$/u.test(first)) return all + first;
    const block = card.ask('80C0000000');
    all += block.slice(0, -4);
    if (first.startsWith('61')) return all + block.slice(-4);
  }
}

const LONG = `82820200${'5A'.repeat(512)}`;

describe('RETRIEVE DATA', () => {
  it('gives a whole object: tag, length and value', () => {
    const card = cardOnObjects();
    expect(card.send(retrieve('80'))).toBe('6104');
    expect(card.send('80C0000004')).toBe('8002C0DE9000');
    expect(card.ask(retrieve('81'))).toBe('81009000');
  });

  it("lists the tags with '5C', in the order in which they are stored", () => {
    const card = cardOnObjects();
    expect(card.ask(retrieve('5C'))).toBe('5C0280819000');
    card.expectOk(set('9F7F0155'));
    expect(card.ask(retrieve('5C'))).toBe('5C0480819F7F9000');
    for (const tag of ['80', '81', '9F7F']) card.expectOk(set(tag));
    expect(card.ask(retrieve('5C'))).toBe('5C009000');
  });

  it('gives a long object in blocks of 256 octets, or of what Le says', () => {
    const card = cardOnObjects();
    expect(setAll(card, LONG)).toEqual(['63F1', '63F1', '9000']);
    expect(retrieveAll(card, '82')).toBe(`${LONG}9000`);
    expect(card.send('80CB0080018210')).toBe('62F1');
    expect(card.send('80C0000010')).toBe(`${LONG.slice(0, 32)}9000`);
    expect(card.send('80CB000020')).toBe('62F1');
    expect(card.send('80C0000020')).toBe(`${LONG.slice(32, 96)}9000`);
  });

  it('gives the last block again, also when it was the last of all', () => {
    const card = cardOnObjects();
    setAll(card, LONG);
    const whole = (command: string): string => {
      const sw = card.send(command);
      return `${card.ask('80C0000000').slice(0, -4)} ${sw}`;
    };
    const [first, second, third] = blocks(LONG, 256);
    expect(whole(retrieve('82'))).toBe(`${first} 62F1`);
    expect(whole(AGAIN)).toBe(`${first} 62F1`);
    expect(whole(NEXT)).toBe(`${second} 62F1`);
    expect(whole(NEXT)).toBe(`${third} 6104`);
    expect(whole(AGAIN)).toBe(`${third} 6104`);
    expect(card.send(NEXT)).toBe('6985');
  });

  it('gives all in one answer over T=1, with the warning', () => {
    const profile = { ...PROFILE, protocol: 'T=1' as const };
    const card = new TestCard({ profile, setUp: SET_UP });
    expect(card.send(retrieve('80'))).toBe('8002C0DE9000');
    setAll(card, LONG);
    expect(card.send(retrieve('82'))).toBe(`${LONG.slice(0, 512)}62F1`);
  });

  it("says '62F2' while a proactive command waits", () => {
    const card = cardOnObjects();
    setAll(card, LONG);
    card.sendAll(PENDING);
    expect(card.send(retrieve('82'))).toBe('62F2');
  });

  it.each([
    ['without a tag', '80CB00800000', '6700'],
    ['with a tag of 4 octets', retrieve('9F818201'), '6700'],
    ['with a tag behind the first block', retrieve('80', 0x00), '6700'],
    ['of half a tag', retrieve('9F'), '6A80'],
    ['of two tags', retrieve('8081'), '6A80'],
    ['of a tag that does not end', retrieve('9F8182'), '6A80'],
    ['of an object that is not there', retrieve('83'), '6A88'],
    ['of a long tag that is not there', retrieve('9F7F'), '6A88'],
    ['of a next block without a first', NEXT, '6985'],
    ['of the last block without one', AGAIN, '6985'],
    ['with b8 and b7 of P2', '80CB00C000', '6A86'],
    ['with b6 of P2', retrieve('80', 0xa0), '6A86'],
    ['with P1', '80CB0180018000', '6A86'],
    ['of SFI 31', retrieve('80', 0x9f), '6A82'],
    ['of an SFI that is none', retrieve('80', 0x8e), '6A82'],
    ['of a transparent EF', retrieve('80', 0x87), '6981'],
    ['of an EF of records', retrieve('80', 0x81), '6981'],
    ['in the other class', '00CB0080018000', '6D00'],
  ])('is refused %s, and nothing moves', (_what, command, sw) => {
    const card = cardOnObjects();
    expect(card.send(command)).toBe(sw);
    expect(card.ask(retrieve('80'))).toBe('8002C0DE9000');
  });

  it.each([
    ['PIN1', [SELECT_USIM, OBJECTS], '6982'],
    ['a current EF', [SELECT_USIM, PIN1], '6986'],
  ])('needs %s', (_what, setUp, sw) => {
    const card = new TestCard({ profile: PROFILE, setUp });
    expect(card.send(retrieve('80'))).toBe(sw);
  });

  it('makes the EF of its SFI current, and goes on in it', () => {
    const card = new TestCard({ profile: PROFILE, setUp: [SELECT_USIM, PIN1, IMSI] });
    expect(card.ask(retrieve('80', 0x94))).toBe('8002C0DE9000');
    expect(card.ask(retrieve('81'))).toBe('81009000');
  });
});

describe('SET DATA', () => {
  it('stores an object behind the others, and replaces it where it is', () => {
    const card = cardOnObjects();
    card.expectOk(set('8301AA'));
    card.expectOk(set('8003010203'));
    expect(card.ask(retrieve('5C'))).toBe('5C038081839000');
    expect(card.ask(retrieve('80'))).toBe('80030102039000');
    expect(card.ask(retrieve('83'))).toBe('8301AA9000');
  });

  it('keeps the length as it was coded', () => {
    const card = cardOnObjects();
    card.expectOk(set('848103010203'));
    expect(card.ask(retrieve('84'))).toBe('8481030102039000');
  });

  it('takes an object away with its tag alone', () => {
    const card = cardOnObjects();
    card.expectOk(set('80'));
    expect(card.send(retrieve('80'))).toBe('6A88');
    expect(card.send(set('80'))).toBe('6A88');
    expect(card.ask(retrieve('81'))).toBe('81009000');
  });

  it('writes nothing before the object is whole', () => {
    const card = cardOnObjects();
    const before = card.uicc.root;
    const parts = blocks(LONG, 200);
    for (const part of parts.slice(0, -1)) {
      expect(card.send(set(part, part === parts[0] ? 0x80 : 0))).toBe('63F1');
      expect(card.uicc.root).toBe(before);
    }
    expect(card.send(set(parts.at(-1) ?? '', 0))).toBe('9000');
    expect(retrieveAll(card, '82')).toBe(`${LONG}9000`);
  });

  it('takes as much as there is room for, and no octet more', () => {
    const room = ROOM - HELD - 4;
    const fits = `8282${room.toString(16).padStart(4, '0').toUpperCase()}${'11'.repeat(room)}`;
    const card = cardOnObjects();
    expect(setAll(card, fits).at(-1)).toBe('9000');
    expect(card.send(set('8300'))).toBe('6A84');
    expect(card.send(set('8003010203'))).toBe('6A84');
    card.expectOk(set('8100'));
    card.expectOk(set('81'));
    card.expectOk(set('8300'));
    expect(retrieveAll(card, '82')).toBe(`${fits}9000`);
  });

  it('asks for room when the object begins', () => {
    const card = cardOnObjects();
    expect(card.send(set('82820300'))).toBe('6A84');
    expect(card.send(set('8283FFFFFF'))).toBe('6A84');
    expect(card.send(set('00', 0))).toBe('6985');
  });

  it('begins again with another first block', () => {
    const card = cardOnObjects();
    expect(card.send(set('8504AABB'))).toBe('63F1');
    expect(card.send(set('8602CC'))).toBe('63F1');
    expect(card.send(set('DD', 0))).toBe('9000');
    expect(card.ask(retrieve('5C'))).toBe('5C038081869000');
    expect(card.send(set('EE', 0))).toBe('6985');
  });

  it("says '63F2' while a proactive command waits", () => {
    const card = cardOnObjects();
    card.sendAll(PENDING);
    expect(card.send(set('8504AABB'))).toBe('63F2');
    expect(card.send(set('CCDD', 0))).toBe('910B');
  });

  it.each([
    ['without data', '80DB0080', '6700'],
    ['with b7 of P2', set('8301AA', 0xc0), '6A86'],
    ['with b6 of P2', set('8301AA', 0xa0), '6A86'],
    ['with P1', '80DB0180038301AA', '6A86'],
    ['of a next block without a first', set('8301AA', 0), '6985'],
    ['of half a tag', set('9F'), '6A80'],
    ['of a tag of 4 octets', set('9F81820100'), '6A80'],
    ['of tag 00', set('000155'), '6A80'],
    ['of tag FF01', set('FF010155'), '6A80'],
    ['of the list of tags', set('5C0180'), '6A80'],
    ['without all of the length', set('8282'), '6A80'],
    ['of an indefinite length', set('8280'), '6A80'],
    ['of a length of 4 octets', set('828400000001AA'), '6A80'],
    ['of more than its length', set('8301AABB'), '6A80'],
    ['of a tag that is not there', set('83'), '6A88'],
    ['of more than there is room for', set('82820300'), '6A84'],
    ['of SFI 31', set('8301AA', 0x9f), '6A82'],
    ['of an SFI that is none', set('8301AA', 0x8e), '6A82'],
    ['of a transparent EF', set('8301AA', 0x8d), '6981'],
    ['in the other class', '00DB0080038301AA', '6D00'],
  ])('is refused %s, and leaves the objects', (_what, command, sw) => {
    const card = cardOnObjects();
    const before = card.uicc.root;
    expect(card.send(command)).toBe(sw);
    expect(card.uicc.root).toBe(before);
    expect(card.ask(retrieve('5C'))).toBe('5C0280819000');
  });

  it('refuses more than was announced, and takes what is right after it', () => {
    const card = cardOnObjects();
    expect(card.send(set('8504AABB'))).toBe('63F1');
    expect(card.send(set('CCDDEE', 0))).toBe('6A80');
    expect(card.send(set('CCDD', 0))).toBe('9000');
    expect(card.ask(retrieve('85'))).toBe('8504AABBCCDD9000');
  });

  it('that is not stored leaves the objects', () => {
    const card = cardOnObjects();
    card.isStored = () => false;
    expect(card.send(set('8301AA'))).toBe('6581');
    expect(card.send(set('80'))).toBe('6581');
    expect(card.ask(retrieve('5C'))).toBe('5C0280819000');
  });

  it('needs the right to update', () => {
    const card = new TestCard({ profile: PROFILE, setUp: [SELECT_USIM, OBJECTS] });
    expect(card.send(set('8301AA'))).toBe('6982');
    expect(card.send(set('80'))).toBe('6982');
  });
});

describe('a transfer', () => {
  it.each([
    ['SELECT of another EF', [IMSI, OBJECTS]],
    ['SELECT of the same EF', [OBJECTS]],
    ['a reset', ['reset', ...SET_UP]],
    ['another object that is stored', [set('8301AA')]],
  ])('ends with %s', (_what, commands) => {
    for (const [first, next] of [
      [set('8504AABB'), set('CCDD', 0)],
      [retrieve('82'), NEXT],
    ]) {
      const card = cardOnObjects();
      setAll(card, LONG);
      expect(card.send(first ?? '')).toMatch(/^6[23]F1$/u);
      for (const command of commands) {
        if (command === 'reset') card.reset();
        else card.expectOk(command);
      }
      expect(card.send(next ?? '')).toBe('6985');
    }
  });

  it.each(['80F2000C00', '80F2000000', '00200001', '00C0000001', '00B2010400'])(
    'goes on after %s, which moves nothing',
    (command) => {
      const card = cardOnObjects();
      expect(card.send(set('8504AABB'))).toBe('63F1');
      card.send(command);
      expect(card.send(set('CCDD', 0))).toBe('9000');
    },
  );

  it('ends when a short file identifier makes another EF current', () => {
    const card = cardOnObjects();
    expect(card.send(set('8504AABB'))).toBe('63F1');
    card.expectOk('00D68D000300F110');
    expect(card.send(set('CCDD', 0))).toBe('6981');
    expect(card.send(set('CCDD', 0x14))).toBe('6985');
  });

  it('of one kind is not that of the other', () => {
    const card = cardOnObjects();
    expect(card.send(set('8504AABB'))).toBe('63F1');
    expect(card.send(NEXT)).toBe('6985');
    expect(card.send(AGAIN)).toBe('6985');
    expect(card.send(set('CCDD', 0))).toBe('9000');
  });

  it("is a channel's own, and ends when another channel writes the EF", () => {
    const card = new TestCard({ profile: withChannels(0x13, PROFILE), setUp: SET_UP });
    card.send('0070000001');
    for (const command of [SELECT_USIM, OBJECTS]) card.expectOk(on(1, command));
    expect(card.send(set('8504AABB'))).toBe('63F1');
    expect(card.send(on(1, set('CCDD', 0)))).toBe('6985');
    expect(card.send(on(1, set('8602EE')))).toBe('63F1');
    expect(card.send(set('CCDD', 0))).toBe('9000');
    expect(card.send(on(1, set('FF', 0)))).toBe('6985');
  });

  it('needs the right again for each block', () => {
    const card = cardOnObjects();
    expect(card.send(set('8504AABB'))).toBe('63F1');
    for (let n = 0; n < 3; n++) card.send('002000010839393939FFFFFFFF');
    expect(card.send(set('CCDD', 0))).toBe('6982');
  });
});

describe('any objects', () => {
  const tag = fc.constantFrom(0x82, 0xa3, 0x9f21, 0xbf8142, 0x42, 0xdf7f);
  const object = fc.record({ tag, value: fc.uint8Array({ maxLength: 90 }) });

  it('come back as they were set, in blocks of any length', () => {
    fc.assert(
      fc.property(
        fc.array(object, { maxLength: 12 }),
        fc.integer({ min: 5, max: 60 }),
        (all, n) => {
          const card = cardOnObjects();
          const held = new Map<string, string>();
          for (const { tag: number, value } of all) {
            const octets = toHex(berTlv(number, value)).toUpperCase();
            const name = number.toString(16).toUpperCase();
            expect(setAll(card, octets, n).at(-1)).toBe('9000');
            held.set(name, octets);
          }
          for (const [name, octets] of held) {
            expect(retrieveAll(card, name)).toBe(`${octets}9000`);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('of SET DATA are whole objects or refused, whatever the octets', () => {
    const data = fc.uint8Array({ minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(fc.tuple(data, fc.boolean()), { maxLength: 20 }), (all) => {
        const card = cardOnObjects();
        for (const [octets, isFirst] of all) {
          const answer = card.send(set(toHex(octets), isFirst ? 0x80 : 0));
          expect(answer).toMatch(/^(?:9000|63F1|6985|6A80|6A84|6A88)$/u);
        }
        expect(card.faults).toEqual([]);
        expect(card.ask(retrieve('5C'))).toMatch(/^5C.*9000$/u);
      }),
      { numRuns: 200 },
    );
  });
});

describe('objects over the air', () => {
  it('are set and collected by a script', () => {
    const profile = withFiles([EF_OBJECTS], remoteProfile());
    const card = new TestCard({ profile, setUp: [EVERYTHING] });
    const go = '00A4000C026FF8';
    expect(runScript(card, RFM.usim, `${go}80DB00800483020102`)).toBe('029000');
    expect(runScript(card, RFM.usim, `${go}80CB0080018300C0000004`)).toBe('03900083020102');
    expect(runScript(card, RFM.usim, `${go}80DB008003850401`)).toBe('0263F1');
    expect(runScript(card, RFM.usim, `${go}80DB000003020304`)).toBe('026985');
  });
});
