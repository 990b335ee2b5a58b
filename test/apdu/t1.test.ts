/**
 * T=1: the card's machine and the terminal's, each against known blocks.
 *
 * @see ISO/IEC 7816-3 §11.6
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SynchronousCard } from '../../src/apdu/connection.ts';
import { type CardEnd, type LineResult, runOnLine } from '../../src/apdu/line.ts';
import type { T1Parameters } from '../../src/apdu/t1-block.ts';
import { T1Card, type T1CardOptions } from '../../src/apdu/t1-card.ts';
import { type T1Failure, T1Terminal, type T1TerminalOptions } from '../../src/apdu/t1-terminal.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';

const LRC: T1Parameters = { ifsc: 32, edc: 'lrc' };
const NONE = new Uint8Array(0);

/** Adds the LRC to what a test writes. */
const whole = (hex: string): Uint8Array => {
  const octets = fromHex(hex);
  return concat(octets, Uint8Array.of(octets.reduce((sum, octet) => sum ^ octet, 0)));
};

/** A card that gives back what it was given, then '9000'. */
const ECHO: SynchronousCard = {
  reset: () => NONE,
  transmit: (command) => concat(command, fromHex('9000')),
};

/** Sends blocks to a card's end; shows its answers without EDC. `quiet` is a pause. */
function blocks(end: CardEnd, ...sent: readonly string[]): string[] {
  return sent.map((hex) => {
    const answer = hex === 'quiet' ? end.quiet() : end.receive(whole(hex));
    return toHex(answer.subarray(0, Math.max(0, answer.length - 1)));
  });
}

const cardEnd = (options: T1CardOptions = {}, parameters = LRC): T1Card =>
  new T1Card(ECHO, parameters, options);

describe('a card over T=1', () => {
  it('answers an I-block with an I-block; each side counts its own', () => {
    expect(blocks(cardEnd(), '00000100', '004001aa', '00000107')).toEqual([
      '000003009000',
      '004003aa9000',
      '000003079000',
    ]);
  });

  it('joins a chain, and asks for each part by R', () => {
    expect(blocks(cardEnd(), '00200101', '00600102', '00000103')).toEqual([
      '009000',
      '008000',
      '0000050102039000',
    ]);
  });

  it('cuts what it sends to the IFSD, and sends the next part on R', () => {
    const end = cardEnd();
    expect(blocks(end, '00c10102', '0000020102', '009000', '008000', '004000')).toEqual([
      '00e10102',
      '0020020102',
      '0040029000',
      '009000',
      '0000029000',
    ]);
  });

  it('sends a part again on R with its number, as often as it is asked', () => {
    const end = cardEnd();
    expect(blocks(end, '00000107', '008000', '008100', '009000')).toEqual([
      '000003079000',
      '000003079000',
      '000003079000',
      '009000', // It expects the terminal's block 1, and has nothing more to send.
    ]);
  });

  it('says that a block was damaged when the line is quiet, not before', () => {
    const end = cardEnd();
    expect(toHex(end.receive(fromHex('0000010700')))).toBe('');
    expect(toHex(end.receive(whole('00000107')))).toBe(''); // Nobody knows where it begins.
    expect(blocks(end, 'quiet', 'quiet', '00000107')).toEqual(['008100', '', '000003079000']);
  });

  it('says that a block had no end', () => {
    const end = cardEnd();
    expect(toHex(end.receive(fromHex('000002')))).toBe('');
    expect(blocks(end, 'quiet', '00000107')).toEqual(['008200', '000003079000']);
  });

  it('answers in the same way in whatever parts the octets come', () => {
    const end = cardEnd();
    const octets = whole('00000107');
    const sent = Array.from(octets, (octet) => toHex(end.receive(Uint8Array.of(octet))));
    expect(sent).toEqual(['', '', '', '', toHex(whole('000003079000'))]);
  });

  it.each([
    ['an I-block with the other number', '00400107'],
    ['an I-block longer than IFSC', `000021${'00'.repeat(33)}`],
    ['another NAD', '01000107'],
    ['a PCB without a meaning', '00df00'],
    ['S(WTX request), which is the card’s', '00c30101'],
    ['a response that it did not ask for', '00e30101'],
    ['S(RESYNCH response)', '00e000'],
  ])('refuses %s, and goes on', (_what, hex) => {
    expect(blocks(cardEnd(), hex, '00000107')).toEqual(['008200', '000003079000']);
  });

  it('does not take a new command in the middle of its response', () => {
    const end = cardEnd();
    expect(blocks(end, '00c10102', '0000020102', '00400107', '009000')).toEqual([
      '00e10102',
      '0020020102',
      '009200',
      '0040029000',
    ]);
  });

  it('T14 asks for time, once for each multiple, and repeats what is not answered', () => {
    const end = cardEnd({ waitingTimes: () => [2, 9] });
    const sent = ['00000107', '008000', '00e30103', '00400108', '00e30102', 'quiet', '00e30109'];
    expect(blocks(end, ...sent)).toEqual([
      '00c30102',
      '00c30102',
      '00c30102', // 3 is not what it asked for.
      '00c30102',
      '00c30109',
      '',
      '000003079000',
    ]);
  });

  it('announces an IFSC once, and takes blocks of that length from then on', () => {
    const end = cardEnd({ ifsc: 40 });
    const long = `004021${'07'.repeat(33)}`;
    const sent = blocks(end, '00000107', '00e10128', long);
    expect(sent.slice(0, 2)).toEqual(['00c10128', '000003079000']);
    expect(sent[2]).toMatch(/^00602007/u);
  });

  it('begins anew on S(RESYNCH request), in the middle of whatever', () => {
    const end = cardEnd({ waitingTimes: (command) => (command.length > 1 ? [1] : []) });
    expect(blocks(end, '00000107', '00c000', '00000107')[2]).toBe('000003079000');
    expect(blocks(end, '00600101', '00c000', '00000107')).toEqual([
      '008000',
      '00e000',
      '000003079000',
    ]);
    expect(blocks(end, '0040020102', '00c000', '00000107')).toEqual([
      '00c30101',
      '00e000',
      '000003079000',
    ]);
  });

  it('forgets by S(RESYNCH request) what either side takes in one block', () => {
    const end = cardEnd({ ifsc: 40 });
    const sent = ['00c10102', '00000107', '00e10128', '00c000', '00000107', '00e10128'];
    expect(blocks(end, ...sent)).toEqual([
      '00e10102',
      '00c10128',
      '0020020790',
      '00e000',
      '00c10128', // The IFSC of the ATR counts again until this is answered.
      '000003079000', // In one block: the IFSD is 32 again.
    ]);
    const long = `000021${'07'.repeat(33)}`;
    expect(blocks(end, '00c000', long)).toEqual(['00e000', '008200']);
  });

  it('drops a chain on S(ABORT request), and goes on with the numbers', () => {
    expect(blocks(cardEnd(), '00200101', '00c200', '00400107')).toEqual([
      '009000',
      '00e200',
      '000003079000',
    ]);
    const sending = cardEnd();
    expect(blocks(sending, '00c10102', '0000020102', '00c200', '00400107')).toEqual([
      '00e10102',
      '0020020102',
      '00e200',
      '0060020790',
    ]);
  });

  it('aborts a chain that is longer than any command', () => {
    const end = cardEnd({ commandMax: 2 });
    expect(blocks(end, '0020020102', '0060020304', '008000', '00e200', '00000107')).toEqual([
      '009000',
      '00c200',
      '00c200',
      '008000',
      '000003079000',
    ]);
  });

  it.each([0, 255, 1.5])('cannot be made with IFSC %s', (ifsc) => {
    expect(() => cardEnd({ ifsc })).toThrow(RangeError);
  });

  it('survives any octets, and does not forget how to answer', () => {
    const octets = fc.array(fc.oneof(fc.uint8Array({ maxLength: 9 }), fc.constant(undefined)));
    fc.assert(
      fc.property(octets, (parts) => {
        const end = cardEnd({ waitingTimes: () => [1] });
        for (const part of parts) part === undefined ? end.quiet() : end.receive(part);
        end.quiet();
        expect(blocks(end, '00c000', '00000107', '00e30101')).toEqual([
          '00e000',
          '00c30101',
          '000003079000',
        ]);
      }),
      { numRuns: 1000 },
    );
  });
});

type Outcome = LineResult<Uint8Array, T1Failure>;

/** Runs commands against known answers, one for each block; an empty one is silence. */
function terminal(
  commands: string | readonly string[],
  options: T1TerminalOptions,
  ...answers: readonly string[]
): { readonly outcome: Outcome; readonly sent: string[]; readonly times: number[] } {
  const sent: string[] = [];
  const times: number[] = [];
  const end: CardEnd = {
    receive(octets) {
      sent.push(toHex(octets.subarray(0, octets.length - 1)));
      const answer = answers[sent.length - 1] ?? '';
      if (answer.startsWith('!')) return fromHex(answer.slice(1));
      return answer === '' ? NONE : whole(answer);
    },
    quiet: () => NONE,
  };
  const machine = new T1Terminal({ ifsc: 2, edc: 'lrc' }, options);
  const run = (command: string): Outcome => {
    const procedure = machine.transmit(fromHex(command));
    const watched = (function* (): typeof procedure {
      let step = procedure.next();
      while (step.done !== true) {
        if (step.value.send.length > 0) times.push(step.value.times);
        step = procedure.next(yield step.value);
      }
      return step.value;
    })();
    return runOnLine(watched, end);
  };
  const outcomes = [commands].flat().map(run);
  return { outcome: outcomes.at(-1)!, sent, times };
}

const done = (hex: string): Outcome => ({ ok: true, value: fromHex(hex) });

describe('a terminal over T=1', () => {
  it('cuts a command to IFSC, and sends the next part on R', () => {
    const { outcome, sent } = terminal('0102030405', {}, '009000', '008000', '0000029000');
    expect(outcome).toEqual(done('9000'));
    expect(sent).toEqual(['0020020102', '0060020304', '00000105']);
  });

  it('joins a response, and asks for each part by R', () => {
    const { outcome, sent } = terminal('01', {}, '0020020102', '0060020304', '0000029000');
    expect(outcome).toEqual(done('010203049000'));
    expect(sent).toEqual(['00000101', '009000', '008000']);
  });

  it.each([
    ['silence', '', '008200'],
    ['damage', '!0000029000ff', '008100'],
    ['a block without an end', '!000002', '008200'],
    ['a PCB without a meaning', '00df00', '008200'],
    ['another NAD', '1000029000', '008200'],
    ['an I-block with the other number', '0040029000', '008200'],
    ['an I-block longer than IFSD', `000021${'00'.repeat(33)}`, '008200'],
    ['an acknowledgement when all was sent', '009000', '008200'],
    ['S(RESYNCH request), which is the terminal’s', '00c000', '008200'],
    ['a response that it did not ask for', '00e30101', '008200'],
  ])('asks again by R after %s', (_what, answer, asked) => {
    const { outcome, sent } = terminal('01', {}, answer, '0000029000');
    expect(outcome).toEqual(done('9000'));
    expect(sent).toEqual(['00000101', asked]);
  });

  it('sends a part again when R has its number', () => {
    const { sent } = terminal('010203', {}, '008100', '009000', '009200', '0000029000');
    expect(sent).toEqual(['0020020102', '0020020102', '00400103', '00400103']);
  });

  it('does not take an answer in the middle of a chain', () => {
    const { outcome, sent } = terminal('010203', {}, '0000029000', '009000', '0000026700');
    expect(outcome).toEqual(done('6700'));
    expect(sent).toEqual(['0020020102', '008200', '00400103']);
  });

  it('T14 gives the time that the card asks for, and waits for as long', () => {
    const { outcome, sent, times } = terminal('01', {}, '00c30105', '0000029000');
    expect(outcome).toEqual(done('9000'));
    expect(sent).toEqual(['00000101', '00e30105']);
    expect(times).toEqual([1, 5]);
  });

  it('sends parts of the length that the card asks for', () => {
    const { sent } = terminal('010203', {}, '00c10101', '009000', '0000029000');
    expect(sent).toEqual(['0020020102', '00e10101', '00400103']);
    expect(terminal('01020304', {}, '00c10101', '009000', '008000', '').sent.slice(2, 4)).toEqual([
      '00600103',
      '00000104',
    ]);
  });

  it('announces its IFSD before the first command, until it is answered', () => {
    const { outcome, sent } = terminal('01', { ifsd: 254 }, '', '008100', '00e101fe', '0000029000');
    expect(outcome).toEqual(done('9000'));
    expect(sent).toEqual(['00c101fe', '00c101fe', '00c101fe', '00000101']);
  });

  it('resynchronises when another IFSD is answered, or none', () => {
    const answers = ['00e10120', '', '', '00e000'];
    const { outcome, sent } = terminal('01', { ifsd: 254 }, ...answers);
    expect(outcome).toEqual({ ok: false, failure: 'resynchronised' });
    expect(sent).toEqual(['00c101fe', '00c101fe', '00c101fe', '00c000']);
  });

  it('resynchronises after more than three failures in a row, and does not send again', () => {
    const { outcome, sent } = terminal('01', {}, '', '', '', '', '', '00e000');
    expect(outcome).toEqual({ ok: false, failure: 'resynchronised' });
    expect(sent).toEqual(['00000101', '008200', '008200', '008200', '00c000', '00c000']);
  });

  it('says that a card is gone after three S(RESYNCH request)', () => {
    const { outcome, sent } = terminal('01', {});
    expect(outcome).toEqual({ ok: false, failure: 'unresponsive' });
    expect(sent.slice(4)).toEqual(['00c000', '00c000', '00c000']);
  });

  it('counts a part that was lost once: at the silence, not again when it is wanted', () => {
    const lost = ['', '', '', '008000', '0000029000'];
    const { outcome, sent } = terminal('01', {}, ...lost);
    expect(outcome).toEqual(done('9000'));
    expect(sent).toEqual(['00000101', '008200', '008200', '008200', '00000101']);
    const always = terminal('01', {}, ...new Array<string>(9).fill('008000'));
    expect(always.outcome).toEqual({ ok: false, failure: 'unresponsive' });
    expect(always.sent.slice(0, 5)).toEqual([...new Array<string>(4).fill('00000101'), '00c000']);
  });

  it('forgets failures when there is progress', () => {
    const answers = ['', '', '', '0020020102', '', '', '', '0040029000'];
    expect(terminal('01', {}, ...answers).outcome).toEqual(done('01029000'));
  });

  it('lets the card abort a command', () => {
    const { outcome, sent } = terminal('010203', {}, '00c200', '009000');
    expect(outcome).toEqual({ ok: false, failure: 'aborted' });
    expect(sent).toEqual(['0020020102', '00e200']);
  });

  it('does not take a response for that of a command that the card has aborted', () => {
    const { outcome, sent } = terminal('01', {}, '00c200', '0000029000', '009000');
    expect(outcome).toEqual({ ok: false, failure: 'aborted' });
    expect(sent).toEqual(['00000101', '00e200', '008200']);
  });

  it.each([
    ['took', '009000', '00400107'],
    ['did not take', '008000', '00000107'],
  ])('goes on with the number that is due when the card %s the last part', (_what, r, next) => {
    const { outcome, sent } = terminal(['010203', '07'], {}, '00c200', r, '0000029000');
    expect(outcome).toEqual(done('9000'));
    expect(sent.at(-1)).toBe(next);
  });

  it('begins anew after S(RESYNCH): numbers, and what each side takes in one block', () => {
    const failing = ['00e10103', '00c10103', '', '', '', '', '00e000'];
    const answers = [...failing, '00e10103', '009000', '0000029000'];
    const { outcome, sent } = terminal(['010203', '010203'], { ifsd: 3 }, ...answers);
    expect(outcome).toEqual(done('9000'));
    expect(sent.slice(0, 3)).toEqual(['00c10103', '0020020102', '00e10103']);
    expect(sent.slice(-4)).toEqual(['00c000', '00c10103', '0020020102', '00400103']);
  });

  it('resynchronises when its S(ABORT request) is not answered', () => {
    const answers = ['002000', '006000', '002000', '', '', '', '00e000'];
    const { outcome, sent } = terminal('01', { responseMax: 2 }, ...answers);
    expect(outcome).toEqual({ ok: false, failure: 'response-too-long' });
    expect(sent.slice(-4)).toEqual(['00c200', '00c200', '00c200', '00c000']);
  });

  it('aborts a response that has no end, also one of empty parts', () => {
    const parts = ['002000', '006000', '002000', '00e200'];
    const { outcome, sent } = terminal('01', { responseMax: 2 }, ...parts);
    expect(outcome).toEqual({ ok: false, failure: 'response-too-long' });
    expect(sent.at(-1)).toBe('00c200');
  });

  it('does not wait for ever for a card that asks for ever', () => {
    const answers = [...new Array<string>(4).fill('00c30101'), '00e000'];
    const { outcome, sent } = terminal('01', { requestsMax: 3 }, ...answers);
    expect(outcome).toEqual({ ok: false, failure: 'too-many-requests' });
    expect(sent).toHaveLength(5);
  });

  it.each([0, 255, 1.5])('cannot be made with IFSD %s', (ifsd) => {
    expect(() => new T1Terminal(LRC, { ifsd })).toThrow(RangeError);
  });

  it('ends with an answer or the name of what went wrong, whatever the line brings', () => {
    const answer = fc.oneof(
      fc.uint8Array({ maxLength: 8 }).map((octets) => `!${toHex(octets)}`),
      fc.constantFrom('', '009000', '008000', '00c30101', '00200101', '00600101', '0000029000'),
    );
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 40 }), (answers) => {
        const { outcome, sent } = terminal('010203', { requestsMax: 9 }, ...answers);
        expect(typeof (outcome.ok ? outcome.value : outcome.failure)).toMatch(/object|string/u);
        expect(sent.length).toBeLessThan(60);
      }),
      { numRuns: 1000 },
    );
  });
});
