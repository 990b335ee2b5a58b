/**
 * Logical channels: how they are opened and closed, what each has of its own, and what is the
 * card's.
 *
 * @see ETSI TS 102 221 §8, §10.1.1, §11.1.17
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import type { CardProfile } from '../../src/profile/profile.ts';
import { channelCard, KNOWS_ALL, KNOWS_FOUR, OPEN, on } from './support/channels.ts';
import {
  octet,
  PIN1,
  SELECT_ISIM,
  SELECT_USIM,
  select,
  TestCard,
  USIM_AID,
  withChannels,
} from './support/test-card.ts';

const ALL = withChannels(0x1f);
const MF_FCP = /^62..8202782183023F00/u;
const STATUS = '80F2000000';
const STATUS_AID = '80F2000100';

describe('how many channels there are', () => {
  it('is four with the ATR that docs/profile.md gives', () => {
    expect(withChannels(0x13).atr).toBe('3B9F96801FC78031E073FE2113675655494343303193');
  });

  it.each([
    [0x00, 0, 'the basic channel alone'],
    [0x10, 0, 'one that the card assigns'],
    [0x11, 1, 'two'],
    [0x13, 3, 'four'],
    [0x1b, 3, 'four that card or terminal assign'],
    [0x16, 6, 'seven'],
    [0x17, 19, 'eight or more'],
    [0x07, 0, 'eight that nobody assigns'],
    [0x0b, 0, 'four that the terminal alone assigns'],
    [0xe0, 0, 'chaining and extended length, and no channel'],
  ])('is what the ATR says: %i, %i can be opened (%s)', (capabilities, count) => {
    const card = new TestCard({ profile: withChannels(capabilities), setUp: [KNOWS_ALL] });
    const answers = Array.from({ length: 20 }, () => card.send(OPEN));
    const numbers = Array.from({ length: count }, (_, n) => `${octet(n + 1)}9000`);
    expect(answers).toEqual([...numbers, ...answers.slice(count).map(() => '6A81')]);
  });

  it.each([
    ['no historical bytes', '3B9096801FC700'],
    ['an object that does not end', '3B9396801FC780751700'],
    ['another category indicator', '3B9596801FC70073FE211700'],
  ])('is one with %s', (_what, atr) => {
    const octets = fromHex(atr);
    const tck = octets.slice(1, -1).reduce((sum, value) => sum ^ value, 0);
    octets[octets.length - 1] = tck;
    const card = new TestCard({ profile: { ...DEFAULT_PROFILE, atr: toHex(octets) } });
    expect(card.send(OPEN)).toBe('6A81');
    expect(card.send('00700001')).toBe('6A81');
    expect(card.send('00708001')).toBe('6200');
  });

  it('is 20 at most: each of 19 takes commands in its class, and the next is refused', () => {
    const card = new TestCard({ profile: ALL, setUp: [KNOWS_ALL] });
    for (let channel = 1; channel <= 19; channel++) {
      expect(card.send(on(channel, STATUS))).toBe('6881');
      expect(card.send(OPEN)).toBe(`${octet(channel)}9000`);
      expect(card.ask(on(channel, STATUS))).toMatch(MF_FCP);
    }
    expect(card.send(OPEN)).toBe('6A81');
    expect(card.send('0070000D')).toBe('6985');
  });
});

describe('channels from 4 on', () => {
  const SELECT_TELECOM = '00A40004027F10';
  /** A5 of the FCP: UICC characteristics, and the commands that the card asks for. */
  const ASKS = 'A506800171870101';
  const four = ['019000', '029000', '039000', '6A81'];
  const openAll = (card: TestCard): string[] => four.map(() => card.send(OPEN));

  it.each([
    ['nothing', []],
    ['what power it has', [KNOWS_FOUR]],
    ['nothing, in a template', ['80AA000002A900']],
    ['an object without a name', ['80AA000005A9038F01FF']],
    ['extended channels, in no template', ['80AA0000028100']],
    ['extended channels, with a wrong P2', ['80AA000104A9028100']],
  ])('are not for a terminal that has said %s', (_what, said) => {
    const card = new TestCard({ profile: ALL });
    card.sendAll(said);
    expect(openAll(card)).toEqual(four);
    expect(card.send('00700004')).toBe('6A81');
    expect(card.send('00700013')).toBe('6A81');
  });

  it.each([
    ['alone', 'A9028100'],
    ['among others', 'A90B8003043C32810083020F00'],
    ['with a value, which a later document may give it', 'A903810101'],
  ])('are for one that has said that it knows them, %s', (_what, data) => {
    const setUp = [`80AA0000${octet(data.length / 2)}${data}`];
    const card = new TestCard({ profile: ALL, setUp });
    expect(openAll(card)).toEqual([...four.slice(0, 3), '049000']);
    expect(card.send('00700013')).toBe('9000');
  });

  it('are for one that says it late, and stay when it then says something else', () => {
    const card = new TestCard({ profile: ALL });
    expect(openAll(card)).toEqual(four);
    card.sendAll([KNOWS_ALL, KNOWS_FOUR]);
    expect(card.send(OPEN)).toBe('049000');
  });

  it('are forgotten by a reset', () => {
    const card = new TestCard({ profile: ALL, setUp: [KNOWS_ALL] });
    card.reset();
    expect(openAll(card)).toEqual(four);
  });

  it.each([
    [0x00, false],
    [0x13, false],
    [0x1b, false],
    [0x14, true],
    [0x17, true],
    [0x1f, true],
  ])('are asked for in the FCP where the ATR announces them: %i, %s', (capabilities, asks) => {
    const card = new TestCard({ profile: withChannels(capabilities) });
    const fcps = [STATUS, '00A40004023F0000', `${SELECT_USIM.replace('0C10', '0410')}00`];
    for (const command of fcps) expect(card.ask(command).includes(ASKS)).toBe(asks);
    for (const command of [SELECT_TELECOM, '00A40804022FE2']) {
      expect(card.ask(`${command}00`)).toMatch(/^62.*9000$/u);
      expect(card.ask(`${command}00`)).not.toContain('870101');
    }
  });

  it('are told of in the FCP of the MF, octet by octet', () => {
    expect(new TestCard({ profile: ALL }).ask(STATUS)).toBe(
      `6223 82027821 83023F00 ${ASKS} 8A0105 8B032F0609 C609 9001C0 830101 83010A 9000`.replaceAll(
        ' ',
        '',
      ),
    );
  });
});

describe('a number that the terminal says', () => {
  it.each([
    ['01', '9000', 'a channel that is free'],
    ['03', '9000', 'the last that there is'],
    ['04', '6A81', 'one more than there are'],
    ['13', '6A81', 'a number that other cards have'],
    ['14', '6A86', 'a number that no channel has'],
    ['80', '6A86', 'a number that no channel has'],
  ])('%s is answered %s: %s', (number, sw) => {
    const card = channelCard(0, { profile: withChannels(0x1b) });
    expect(card.send(`007000${number}`)).toBe(sw);
  });

  it('is refused where the ATR says that the card alone does', () => {
    expect(channelCard(0).send('00700001')).toBe('6A81');
  });

  it('is refused when it is in use, and that channel stays where it stands', () => {
    const card = channelCard(0, { profile: withChannels(0x1b) });
    card.expectOk('00700002');
    card.expectOk(on(2, SELECT_USIM));
    expect(card.send('00700002')).toBe('6985');
    expect(card.ask(on(2, STATUS_AID))).toBe(`8410${USIM_AID}9000`);
  });

  it('leaves the lowest that is free to the card', () => {
    const card = channelCard(0, { profile: withChannels(0x1b) });
    card.sendAll(['00700002', '00700001']);
    expect(card.send(OPEN)).toBe('039000');
  });
});

describe('opening', () => {
  it.each(['00', '02', '13', 'FF'])('with Le %s is answered 6C01, and opens nothing', (le) => {
    const card = channelCard(0);
    expect(card.send(`00700000${le}`)).toBe('6C01');
    expect(card.send(on(1, STATUS))).toBe('6881');
    expect(card.send(OPEN)).toBe('019000');
  });

  it('needs no exact Le over T=1', () => {
    const profile: CardProfile = { ...withChannels(), protocol: 'T=1' };
    expect(new TestCard({ profile }).send('0070000000')).toBe('019000');
  });

  it('from the basic channel begins at the MF, wherever the basic channel stands', () => {
    const card = channelCard(0, { setUp: [SELECT_USIM, PIN1, select('7FFF6F07')] });
    card.send(OPEN);
    expect(card.ask(on(1, STATUS))).toMatch(MF_FCP);
    expect(card.send(on(1, '80F2000112'))).toBe('6A88');
    expect(card.send(on(1, '00A40004027FFF'))).toBe('6A82');
    expect(card.send(on(1, '00B0000001'))).toBe('6986');
  });

  it('from another channel begins in its directory and application, without its EF', () => {
    const card = channelCard(1, { setUp: [PIN1] });
    for (const command of [SELECT_USIM, select('7FFF5F3B'), select('7FFF5F3B4F20')]) {
      card.expectOk(on(1, command));
    }
    const directory = card.ask(on(1, STATUS));
    expect(card.send(on(1, OPEN))).toBe('029000');
    expect(card.ask(on(2, STATUS))).toBe(directory);
    expect(card.ask(on(2, STATUS_AID))).toBe(`8410${USIM_AID}9000`);
    expect(card.send(on(2, '00B0000001'))).toBe('6986');
    // The channel that opened it has not moved, and what the new one does is its own.
    expect(card.send(on(1, '00B0000001'))).toMatch(/9000$/u);
    card.expectOk(on(2, '00A4000C023F00'));
    expect(card.ask(on(1, STATUS))).toBe(directory);
  });

  it.each(['01', '03', '40', '4F'])('from class %s of a closed channel is refused', (cla) => {
    const card = channelCard(0, { profile: ALL });
    expect(card.send(`${cla}70000001`)).toBe('6881');
    expect(card.send(OPEN)).toBe('019000');
  });
});

describe('closing', () => {
  it.each([
    ['00708000', '6A86', 'the basic channel'],
    ['01708000', '6A86', 'the basic channel, from another'],
    ['00708002', '6200', 'a channel that is closed'],
    ['00708013', '6200', 'a channel that there is not'],
    ['00708014', '6A86', 'a number that no channel has'],
    ['00708001 01 00', '6700', 'a channel, with data'],
    ['00704001', '6A86', 'a channel, with another P1'],
    ['02708001', '6881', 'a channel, from a closed one'],
    ['81708001', '6D00', 'a channel, in the class of the UICC'],
  ])('%s is answered %s (%s), and nothing is closed', (command, sw) => {
    const card = channelCard(1);
    expect(card.send(command)).toBe(sw);
    expect(card.send('00A4000C023F00')).toBe('9000');
    expect(card.send(on(1, '00A4000C023F00'))).toBe('9000');
  });

  it.each(['00708001', '0070800100', '01708001', '02708001'])('is done by %s', (command) => {
    const card = channelCard(2);
    expect(card.send(command)).toBe('9000');
    expect(card.send(on(1, STATUS))).toBe('6881');
    expect(card.ask(on(2, STATUS))).toMatch(MF_FCP);
    expect(card.send(command)).toBe(command.startsWith('01') ? '6881' : '6200');
  });

  it('forgets where the channel stood: who opens it again is at the MF', () => {
    const card = channelCard(1);
    card.expectOk(on(1, SELECT_USIM));
    card.expectOk('00708001');
    expect(card.send(OPEN)).toBe('019000');
    expect(card.ask(on(1, STATUS))).toMatch(MF_FCP);
    expect(card.send(on(1, '80F2000112'))).toBe('6A88');
  });

  it('a reset closes all, and the basic channel is at the MF', () => {
    const card = channelCard(3, { setUp: [SELECT_USIM] });
    card.reset();
    for (const channel of [1, 2, 3]) expect(card.send(on(channel, STATUS))).toBe('6881');
    expect(card.ask(STATUS)).toMatch(MF_FCP);
    expect(card.send(OPEN)).toBe('019000');
  });
});

/** What MANAGE CHANNEL answers on a card of 20 channels, of which some are open. */
function expected(opened: Set<number>, from: number, p1: number, p2: number): string {
  if (!opened.has(from)) return '6881';
  if (p2 > 19 || (p1 === 0x80 && p2 === 0)) return '6A86';
  if (p1 === 0x80) return opened.delete(p2) ? '9000' : '6200';
  const free = Array.from({ length: 19 }, (_, n) => n + 1).filter((n) => !opened.has(n));
  const number = p2 === 0 ? free[0] : p2;
  if (number === undefined) return '6A81';
  if (opened.has(number)) return '6985';
  opened.add(number);
  return p2 === 0 ? `${octet(number)}9000` : '9000';
}

describe('opening and closing in any order', () => {
  it('answers as a set of numbers would, and open are those that take commands', () => {
    const step = fc.record({
      from: fc.oneof(fc.constant(0), fc.nat({ max: 19 })),
      p1: fc.constantFrom(0x00, 0x00, 0x80),
      p2: fc.oneof(fc.constant(0), fc.nat({ max: 21 })),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const card = new TestCard({ profile: ALL, setUp: [KNOWS_ALL] });
        const opened = new Set([0]);
        for (const { from, p1, p2 } of steps) {
          const le = p1 === 0 && p2 === 0 ? '01' : '';
          const command = on(from, `0070${octet(p1)}${octet(p2)}${le}`);
          expect(card.send(command), command).toBe(expected(opened, from, p1, p2));
        }
        for (let channel = 0; channel < 20; channel++) {
          const answer = card.send(on(channel, '80F2000C00'));
          expect(answer).toBe(opened.has(channel) ? '9000' : '6881');
        }
      }),
    );
  });
});

describe('a response that waits', () => {
  const SELECT_ICCID = '00A40804022FE2';
  const COLLECT = '00C0000019';

  it('is collected on its channel', () => {
    const card = channelCard(1);
    expect(card.send(on(1, SELECT_ICCID))).toBe('6119');
    expect(card.send(on(1, COLLECT))).toMatch(/^6217.*9000$/u);
  });

  it.each([
    [on(0, COLLECT), '6985', 'GET RESPONSE on another channel'],
    [on(3, COLLECT), '6881', 'GET RESPONSE on a closed channel'],
    ['80F2000C00', '9000', 'a command on another channel'],
    [on(2, '00A40004026F99'), '6A82', 'a command that is refused on another channel'],
    [on(3, '80F2000C00'), '6881', 'a command on a closed channel'],
    [OPEN, '039000', 'MANAGE CHANNEL'],
    ['00708002', '9000', 'another channel that is closed'],
  ])('is lost by %s (%s): %s', (command, sw) => {
    const card = channelCard(2);
    card.send(on(1, SELECT_ICCID));
    expect(card.send(command)).toBe(sw);
    expect(card.send(on(1, COLLECT))).toBe('6985');
  });

  it('is lost when its channel is closed, and does not come back with it', () => {
    const card = channelCard(1);
    card.send(on(1, SELECT_ICCID));
    expect(card.send('01708001')).toBe('9000');
    expect(card.send(on(1, COLLECT))).toBe('6881');
    expect(card.send(COLLECT)).toBe('6985');
    expect(card.send(OPEN)).toBe('019000');
    expect(card.send(on(1, COLLECT))).toBe('6985');
  });
});

const FIDS = ['3F00', '2FE2', '2F00', '2F05', '7F10', '5F3A', '7FFF', '5F3B', '6F07', '6FB7'];
/** Commands that change nothing but where their channel stands. */
const COMMANDS: readonly string[] = [
  ...FIDS.map((fid) => `00A4000402${fid}`),
  ...['00A4030400', '00A4030C', '00A4010C027F10', '00A409040400005F3A', '00A40A0C02'],
  ...[SELECT_USIM, SELECT_ISIM, `00A4044C10${USIM_AID}`, '00A4040E05A000000087'],
  ...['00A4040C02B000', select('7FFF6F07'), select('7FFF6FB7'), select('2F00')],
  ...[STATUS, STATUS_AID, '80F2010C00', '80F2020C00', '80F2030000'],
  ...['00B0000009', '00B087000A', '00B0820000', '00B0000A01', '00B09F0001'],
  ...['00B2000200', '00B2000300', '00B2010400', '00B2000400', '00B2010C04', '00B2FF0400'],
  ...['0020000100', '0088008100', '00FF000000', '04A40004023F00', '8010000000'],
];

describe('channels', () => {
  it('do not disturb each other: each answers as if it were alone', () => {
    const step = fc.record({
      channel: fc.nat({ max: 3 }),
      command: fc.constantFrom(...COMMANDS),
    });
    const together = channelCard(3, { setUp: [PIN1] });
    const alone = channelCard(3, { setUp: [PIN1] });
    const restart = (card: TestCard): void => {
      card.reset();
      card.expectOk(PIN1);
      for (let n = 0; n < 3; n++) card.send(OPEN);
    };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        restart(together);
        const answers = steps.map(({ channel, command }) => together.ask(on(channel, command)));
        for (const only of [0, 1, 2, 3]) {
          restart(alone);
          for (const [n, { channel, command }] of steps.entries()) {
            if (channel !== only) continue;
            expect(alone.ask(on(channel, command)), `${channel}: ${command}`).toBe(answers[n]);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('have record pointers of their own', () => {
    const card = channelCard(1, { setUp: [PIN1, SELECT_USIM, select('7FFF6F3C')] });
    card.expectOk(on(1, SELECT_USIM));
    card.expectOk(on(1, select('7FFF6F3C')));
    expect(card.send('00B20002B0')).toMatch(/9000$/u);
    expect(card.send(on(1, '00B20004B0'))).toBe('6A83');
    expect(card.send('00B20004B0')).toMatch(/9000$/u);
  });

  it('see what another has written', () => {
    const card = channelCard(1, { setUp: [SELECT_USIM, PIN1, select('7FFF6F7B')] });
    card.expectOk(on(1, SELECT_USIM));
    card.expectOk(on(1, select('7FFF6F7B')));
    card.expectOk('00D600000300F110');
    expect(card.send(on(1, '00B0000003'))).toBe('00F1109000');
  });
});
