import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connect, faulty, type SynchronousCard, traced } from '../../src/apdu/connection.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { formatTrace, parseTrace } from '../../src/trace/apdu-text.ts';
import { recordTrace } from '../../src/trace/record.ts';
import {
  type ReplayReport,
  replay,
  replaySteps,
  replaySynchronously,
} from '../../src/trace/replay.ts';
import { pinSecrets } from '../../src/trace/secrets.ts';
import { TINY_PINS, tinyCard } from './tiny-card.ts';

const SECRETS = pinSecrets({ pins: TINY_PINS });
const HIDDEN = '.'.repeat(16);

function replayText(text: string, card: SynchronousCard = tinyCard()): ReplayReport {
  return replaySynchronously(parseTrace(text), card, SECRETS);
}

/** A card that gives one answer to everything. */
function parrot(atr: string, response: string): SynchronousCard {
  return { reset: () => fromHex(atr), transmit: () => fromHex(response) };
}

/** All that the tiny card can do with its PIN, told by the PINs as a person knows them. */
const SESSION = [
  'reset',
  '00A40004023F00',
  '00B0000004',
  '0020000100',
  '0020000108 39393939FFFFFFFF', // wrong
  '0020000108 31323334FFFFFFFF',
  '00B0000004',
  '0020000104 31323334', // too short
  '0020000708 31323334FFFFFFFF', // no such PIN
  '0024000110 31323334FFFFFFFF 35363738FFFFFFFF', // 1234 becomes 5678
  'reset',
  '00B0000004',
  '0020000108 31323334FFFFFFFF', // the old PIN
  '0020000108 35363738FFFFFFFF',
  '0024000110 35363738FFFFFFFF 4142434445464748', // a new PIN that is none
  '0024000110 30303030FFFFFFFF 31313131FFFFFFFF', // a wrong old PIN
  '0020000108 30303030FFFFFFFF',
  '0020000108 30303030FFFFFFFF', // blocked now
  '0020000108 35363738FFFFFFFF',
  '002C000110 3132333435363738 30303030FFFFFFFF', // unblocked
  '0028000108 30303030FFFFFFFF',
  'A020000108 39393939FFFFFFFF', // class A0, wrong
  'A020000108 30303030FFFFFFFF',
  'A02C000010 3132333435363738 31323334FFFFFFFF',
  '0026000108 31323334FFFFFFFF',
  '80D8010004 01020304',
  '00F00000',
];

/** Runs commands in hex, and `reset`, on a card that records. */
function record(commands: readonly string[]): string {
  const recorder = recordTrace();
  const card = traced(tinyCard(), recorder.observe);
  for (const command of commands) {
    if (command === 'reset') card.reset();
    else card.transmit(fromHex(command));
  }
  return formatTrace(recorder.trace());
}

describe('a recorded session', () => {
  it('replays on a card in the same state, though the trace holds no PIN', () => {
    const text = record(SESSION);
    expect(text).not.toMatch(/3132|3536|3939|3030/);
    expect(replayText(text)).toEqual({ ok: true, exchanges: SESSION.length });
  });

  it('has the answers that its commands are meant to get', () => {
    const answers = record(SESSION).match(/^< \S+/gm);
    expect(answers?.map((answer) => answer.slice(2))).toEqual([
      '3B9F9680',
      ...['612F', '6982', '63C3', '63C2', '9000', '080910109000', '6700', '6A88', '9000'],
      '3B9F9680',
      ...['6982', '63C2', '9000', '6A80', '63C2', '63C1', '63C0', '6983', '9000', '9000'],
      ...['9804', '9000', '9000', '9000', '6D00', '6D00'],
    ]);
  });

  it('replays the same over a connection', async () => {
    const trace = parseTrace(record(SESSION));
    expect(await replay(trace, connect(tinyCard()), SECRETS)).toEqual({
      ok: true,
      exchanges: SESSION.length,
    });
  });

  it('replays whatever was done with PINs, in any order', () => {
    const pins = fc.constantFrom('31323334FFFFFFFF', '35363738FFFFFFFF', '30303030FFFFFFFF');
    const puks = fc.constantFrom('3132333435363738', '3030303030303030');
    const one = fc.tuple(fc.constantFrom('0020', '0026', '0028', 'A020'), pins);
    const change = fc.tuple(pins, pins);
    const command = fc.oneof(
      fc.constantFrom('reset', '00B0000004', '0020000100'),
      one.map(([head, pin]) => `${head}000108${pin}`),
      change.map(([before, after]) => `0024000110${before}${after}`),
      fc.tuple(puks, pins).map(([puk, pin]) => `002C000110${puk}${pin}`),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
        const report = replayText(record(commands));
        expect(report).toEqual({ ok: true, exchanges: commands.length });
      }),
    );
  });

  it('is refused by a card whose PIN is another', () => {
    const secrets = pinSecrets({ pins: [{ ...TINY_PINS[0], value: '4321' }] });
    const text = `> 0020000108${HIDDEN}\n< 9000\n`;
    expect(replaySynchronously(parseTrace(text), tinyCard(), secrets).difference?.meaning).toBe(
      `line 1, VERIFY PIN 01: expected SW '9000' (ok), found '63C2' (2 tries left)`,
    );
  });
});

describe('a replay stops at the first difference, and tells', () => {
  it.each([
    [
      'a refusal',
      '# why: no PIN\n\n> 00B0000004  READ BINARY\n< .. ... 9000\n> 00A4000C\n< 6A82\n',
      `line 3, READ BINARY: expected SW '9000' (ok), found '6982' (security status not satisfied)`,
    ],
    [
      'an unexpected success',
      `> 0020000108${HIDDEN}\n< 9000\n> 00B0000004\n< 6A82\n`,
      `line 3, READ BINARY: expected SW '6A82' (file not found), found '9000' (ok)`,
    ],
    [
      'another octet',
      `> 0020000108${HIDDEN}\n< 9000\n> 00B0000004\n< 080911109000\n`,
      'line 3, READ BINARY: response data differs at octet 3: expected 11, found 10',
    ],
    [
      'another length',
      `> 0020000108${HIDDEN}\n< 9000\n> 00B0000004\n< 0809109000\n`,
      'line 3, READ BINARY: expected 3 octets of data, found 4',
    ],
    [
      'another ATR',
      'reset\n< 3B9F95 ...\n',
      'line 1, reset: ATR differs at octet 3: expected 95, found 96',
    ],
    ['a longer ATR', 'reset\n< 3B9F\n', 'line 1, reset: expected 2 octets of ATR, found 4'],
    [
      'fewer tries',
      `> 0020000108${HIDDEN}\n< 63C1\n`,
      `line 1, VERIFY PIN 01: expected SW '63C1' (1 tries left), found '63C2' (2 tries left)`,
    ],
    [
      'a secret that nobody knows',
      `> 0020000108${HIDDEN}\n< 9000\n> 0020008108${HIDDEN}\n< 9000\n`,
      `line 3, VERIFY PIN 81: no value is known for '..', which the card accepted`,
    ],
    [
      'keys that nobody knows',
      '> 80D8010004........\n< 9000\n',
      `line 1, PUT KEY: no value is known for '..', which the card accepted`,
    ],
  ])('%s', (_, text, meaning) => {
    const report = replayText(text);
    expect(report.difference?.meaning).toBe(meaning);
    expect(report.ok).toBe(false);
  });

  it('an answer of one octet', () => {
    const { difference } = replayText('> 00A4000C\n< 9000\n', parrot('3B00', '90'));
    expect(difference?.meaning).toBe(
      'line 1, SELECT MF: expected an R-APDU of 2 octets or more, found 1 octet',
    );
  });

  it('the parts of the sentence one by one', () => {
    const { difference, exchanges } = replayText('reset\n< ...\n> 00B0000004\n< 9000\n');
    expect(exchanges).toBe(2);
    expect(difference).toMatchObject({
      line: 3,
      command: 'READ BINARY',
      expected: `SW '9000' (ok)`,
      found: `'6982' (security status not satisfied)`,
    });
  });

  it('the number of the exchange where a trace has no lines', () => {
    const trace = parseTrace('reset\n> 00B0000004\n< 9000\n');
    const steps = trace.steps.map((step) => ({ ...step, line: 0 }));
    const { difference } = replaySynchronously({ ...trace, steps }, tinyCard(), SECRETS);
    expect(difference?.line).toBe(0);
    expect(difference?.meaning).toMatch(/^exchange 2, READ BINARY: /);
  });

  it('and sends nothing after it', () => {
    const card = tinyCard();
    replayText('> 00B0000004\n< 9000\n> 00A4000C\n< 612F\n', card);
    expect(card.seen.map(toHex)).toEqual(['00b0000004']);
  });

  it('and sends no command whose secret it does not know', () => {
    const card = tinyCard();
    const report = replayText(`> 0020008108${HIDDEN}\n< 9000\n`, card);
    expect(report).toMatchObject({ ok: false, exchanges: 0 });
    expect(card.seen).toEqual([]);
  });

  it('without a PIN in the report, whatever the card answers', () => {
    const text = `> 0024000110${HIDDEN}${HIDDEN}\n< 9000\n`;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4 }), (response) => {
        const said = JSON.stringify(replayText(text, parrot('3B00', toHex(response))));
        expect(said).not.toMatch(/31323334|32323334/);
      }),
    );
  });
});

describe('replaySteps', () => {
  it('powers the card on before a trace that does not begin with a reset, and counts none', () => {
    const steps = replaySteps(parseTrace('# note\n\n> 00A4000C\n'), SECRETS);
    expect(steps.next().value).toEqual({ kind: 'reset' });
    expect(steps.next(fromHex('3B00')).value).toEqual({
      kind: 'transmit',
      command: fromHex('00A4000C'),
    });
    expect(steps.next(fromHex('6D00')).value).toEqual({ ok: true, exchanges: 1 });
  });

  it('resets the card once when a trace begins with a reset', () => {
    const steps = replaySteps(parseTrace('# note\nreset\n'), SECRETS);
    expect(steps.next().value).toEqual({ kind: 'reset' });
    expect(steps.next(fromHex('3B00'))).toEqual({ done: true, value: { ok: true, exchanges: 1 } });
  });

  it('takes any answer where a trace has none', () => {
    expect(replayText('reset\n> 00B0000004\n', parrot('3B', ''))).toEqual({
      ok: true,
      exchanges: 2,
    });
  });
});

describe('replay', () => {
  it('leaves a lost link to its caller', async () => {
    const broken = faulty(tinyCard(), (index) => (index === 1 ? 'response-lost' : 'none'));
    const trace = parseTrace('> 00A4000C\n< 9000\n');
    await expect(replay(trace, connect(broken), SECRETS)).rejects.toThrow('the response was lost');
  });

  it('reports what its twin reports', async () => {
    const trace = parseTrace('> 00B0000004\n< 9000\n');
    expect(await replay(trace, connect(tinyCard()), SECRETS)).toEqual(
      replaySynchronously(trace, tinyCard(), SECRETS),
    );
  });
});
