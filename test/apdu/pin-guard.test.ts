/**
 * The guard before the last try: which commands it asks about, and what it takes for an answer.
 *
 * @see ETSI TS 102 221 §9.5, §11.1.9 to §11.1.13
 * @module
 */

import { describe, expect, it } from 'vitest';
import { type CardConnection, ConnectionLost, connect } from '../../src/apdu/connection.ts';
import { guardedPins, LastTryRefused } from '../../src/apdu/pin-guard.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { createUicc } from '../../src/card/uicc.ts';

const PIN = '31323334FFFFFFFF';
const TWO = `${PIN}${PIN}`;

/** A card with these answers, one after the other; behind the last it says '6F00'. */
function scripted(...answers: readonly string[]): CardConnection & { readonly got: string[] } {
  const left = [...answers];
  const got: string[] = [];
  return {
    got,
    async reset() {
      got.push('reset');
      return fromHex('3B00');
    },
    async transmit(command) {
      got.push(toHex(command).toUpperCase());
      return fromHex(left.shift() ?? '6F00');
    },
  };
}

async function send(card: CardConnection, command: string): Promise<string> {
  return toHex(await card.transmit(fromHex(command))).toUpperCase();
}

async function refused(card: CardConnection, command: string): Promise<LastTryRefused> {
  const outcome = await send(card, command).catch((error: unknown) => error);
  if (outcome instanceof LastTryRefused) return outcome;
  throw new Error(`expected LastTryRefused, got ${outcome}`);
}

/** Each command that may use a try, and the question about it. */
const ASKED: readonly (readonly [what: string, command: string, question: string])[] = [
  ['VERIFY PIN 01', `0020000108${PIN}`, '0020000100'],
  ['VERIFY PIN 81', `0020008108${PIN}`, '0020008100'],
  ['VERIFY PIN 0A', `0020000A08${PIN}`, '0020000A00'],
  ['VERIFY PIN 01 on channel 3', `0320000108${PIN}`, '0320000100'],
  ['VERIFY PIN 01 on channel 4', `4020000108${PIN}`, '4020000100'],
  ['VERIFY PIN 01 in a class of the UICC', `8020000108${PIN}`, '8020000100'],
  ['VERIFY PIN 01 with Le behind it', `0020000108${PIN}00`, '0020000100'],
  ['VERIFY PIN 01 with another P1', `0020FF0108${PIN}`, '0020000100'],
  ['VERIFY PIN 01 with less data than Lc says', `0020000108${PIN.slice(2)}`, '0020000100'],
  ['VERIFY PIN 01 with more data than Lc says', `0020000107${PIN}`, '0020000100'],
  ['VERIFY PIN 01 with Lc 00 and data', `0020000100${PIN}`, '0020000100'],
  ['VERIFY PIN 01 with Lc and no data', '0020000108', '0020000100'],
  ['CHANGE PIN 01', `0024000110${TWO}`, '0020000100'],
  ['DISABLE PIN 01', `0026000108${PIN}`, '0020000100'],
  ['DISABLE PIN 01 for the universal PIN', `0026910108${PIN}`, '0020000100'],
  ['ENABLE PIN 01 on channel 1', `0128000108${PIN}`, '0120000100'],
  ['UNBLOCK PIN 01', `002C000110${TWO}`, '002C000100'],
  ['UNBLOCK PIN 81 on channel 2', `022C008110${TWO}`, '022C008100'],
];

describe('a command that may use a try', () => {
  it.each(ASKED)('%s is sent when 2 tries are left, behind the question', async (_, command, q) => {
    const card = scripted('63C2', '9000');
    expect(await send(guardedPins(card), command)).toBe('9000');
    expect(card.got).toEqual([q, command]);
  });

  it.each(ASKED)('%s is not sent when 1 try is left', async (_, command, question) => {
    const card = scripted('63C1', '9000');
    const { reference, triesLeft } = await refused(guardedPins(card), command);
    expect(triesLeft).toBe(1);
    expect(reference).toBe(Number.parseInt(command.slice(6, 8), 16));
    expect(card.got).toEqual([question]);
  });

  it.each([
    ['63C2', '63C1'],
    ['63C3', '9000'],
    ['63CA', '6983'],
    ['63CF', '6700'],
  ])('is sent after %s, and its answer %s is what comes back', async (question, answer) => {
    const card = scripted(question, answer);
    expect(await send(guardedPins(card), `0020000108${PIN}`)).toBe(answer);
  });

  it.each<[answer: string, triesLeft: number | undefined]>([
    ['63C1', 1],
    ['63C0', 0],
    ['6983', 0],
    ['9000', undefined],
    ['9110', undefined],
    ['6103', undefined],
    ['6C03', undefined],
    ['0363C3', undefined],
    ['6300', undefined],
    ['6303', undefined],
    ['62C3', undefined],
    ['6700', undefined],
    ['6881', undefined],
    ['6882', undefined],
    ['6982', undefined],
    ['6984', undefined],
    ['6985', undefined],
    ['6A86', undefined],
    ['6A88', undefined],
    ['6D00', undefined],
    ['6E00', undefined],
    ['6F00', undefined],
    ['63', undefined],
    ['', undefined],
  ])('is not sent when the card answers %s to the question', async (answer, triesLeft) => {
    for (const [, command, question] of ASKED) {
      const card = scripted(answer, '9000');
      const refusal = await refused(guardedPins(card), command);
      expect(refusal.triesLeft).toBe(triesLeft);
      expect(card.got).toEqual([question]);
    }
  });

  it.each([
    ['a chain of commands', '10'],
    ['secure messaging on channel 0', '0C'],
    ['secure messaging on channel 1', '05'],
    ['secure messaging on channel 5', '61'],
    ['a chain on channel 4', '50'],
    ['a class without meaning', '30'],
    ['a class of another industry', 'B0'],
    ['a command to the reader', 'FF'],
  ])('is neither sent nor asked about in %s', async (_, cla) => {
    for (const ins of ['20', '24', '26', '28', '2C']) {
      const card = scripted('63C3', '9000');
      const { triesLeft, message } = await refused(guardedPins(card), `${cla}${ins}000108${PIN}`);
      expect(triesLeft).toBeUndefined();
      expect(message).toContain('in this class nobody can ask how many tries are left');
      expect(card.got).toEqual([]);
    }
  });
});

describe('the message of a refusal', () => {
  const REMEDY = 'to send it all the same, allow the last try (allowLastTry, or --last-try)';
  it.each([
    [`0020000108${PIN}`, '63C1', 'VERIFY PIN 01 was not sent: 1 try is left'],
    [`0024008110${TWO}`, '63C0', 'CHANGE PIN 81 was not sent: no try is left'],
    [`002C000110${TWO}`, '6983', 'UNBLOCK PIN 01 was not sent: no try is left'],
    [
      `0028000A08${PIN}`,
      '6A88',
      'ENABLE PIN 0A was not sent: the card does not tell how many tries are left ' +
        "(its answer was '6A88')",
    ],
  ])('of %s after %s names PIN, tries and remedy, and no PIN value', async (command, sw, text) => {
    const { name, message } = await refused(guardedPins(scripted(sw)), command);
    expect(name).toBe('LastTryRefused');
    expect(message).toBe(`${text}; ${REMEDY}`);
    expect(message).not.toContain('3132');
  });
});

describe('class A0', () => {
  const STATUS = 'A0F2000016';
  /** The response of STATUS: CHV1, UNBLOCK CHV1, CHV2, UNBLOCK CHV2, all but one with 3 tries. */
  const status = (at: number, value: string): string => {
    const tries = ['83', '83', '83', '83'];
    tries[at] = value;
    return `${'00'.repeat(18)}${tries.join('')}`;
  };
  const COMMANDS: readonly (readonly [what: string, command: string, at: number])[] = [
    ['VERIFY CHV1', `A020000108${PIN}`, 0],
    ['VERIFY CHV2', `A020000208${PIN}`, 2],
    ['CHANGE CHV1', `A024000110${TWO}`, 0],
    ['DISABLE CHV1', `A026000108${PIN}`, 0],
    ['ENABLE CHV1', `A028000108${PIN}`, 0],
    ['UNBLOCK CHV1', `A02C000010${TWO}`, 1],
    ['UNBLOCK CHV2', `A02C000210${TWO}`, 3],
  ];

  it.each(COMMANDS)('%s is sent when STATUS tells 2 tries', async (_, command, at) => {
    for (const sw of ['9000', '9110']) {
      const card = scripted(`${status(at, '82')}${sw}`, '9000');
      expect(await send(guardedPins(card), command)).toBe('9000');
      expect(card.got).toEqual([STATUS, command]);
    }
  });

  it.each(COMMANDS)('%s is not sent when STATUS tells less, or nothing', async (_, command, at) => {
    const cases: readonly (readonly [answer: string, triesLeft: number | undefined])[] = [
      [`${status(at, '81')}9000`, 1],
      [`${status(at, '80')}9000`, 0],
      [`${status(at, '03')}9000`, undefined], // There is no such CHV.
      [`${status(at, '83').slice(2)}9000`, undefined],
      [`${status(at, '83')}9400`, undefined],
      ['9F16', undefined],
      ['6716', undefined],
      ['6E00', undefined],
    ];
    for (const [answer, triesLeft] of cases) {
      const card = scripted(answer, '9000');
      expect((await refused(guardedPins(card), command)).triesLeft).toBe(triesLeft);
      expect(card.got).toEqual([STATUS]);
    }
  });

  it.each([`A020000308${PIN}`, `A020000008${PIN}`, `A02C000110${TWO}`, `A020008108${PIN}`])(
    '%s is not sent: no CHV has this number',
    async (command) => {
      const card = scripted(`${status(0, '83')}9000`, '9000');
      expect((await refused(guardedPins(card), command)).triesLeft).toBeUndefined();
      expect(card.got).toEqual([STATUS]);
    },
  );
});

describe('what uses no try', () => {
  it.each([
    ['a question about a PIN', '0020000100'],
    ['the same without P3', '00200001'],
    ['a question about an UNBLOCK PIN', '002C000100'],
    ['CHANGE PIN without data', '0024000100'],
    ['VERIFY CHV without data', 'A020000100'],
    ['SELECT', '00A40004023F00'],
    ['AUTHENTICATE', `0088008122${'10'.repeat(34)}`],
    ['ENVELOPE that may hold a PIN command', `80C200000A0020000108${PIN}`],
    ['three octets', '002000'],
    ['nothing', ''],
  ])('is sent as it is and alone: %s', async (_, command) => {
    const card = scripted('63C1');
    expect(await send(guardedPins(card), command)).toBe('63C1');
    expect(card.got).toEqual([command]);
  });

  it('is a reset', async () => {
    const card = scripted();
    expect(toHex(await guardedPins(card).reset())).toBe('3b00');
    expect(card.got).toEqual(['reset']);
  });
});

describe('the guard', () => {
  it('is none when the last try is allowed', () => {
    const card = scripted();
    expect(guardedPins(card, { allowLastTry: true })).toBe(card);
    expect(guardedPins(card, { allowLastTry: false })).not.toBe(card);
  });

  it('lets nothing come between question and PIN: two cannot both be the last', async () => {
    const card = scripted('63C2', '63C1', '63C1', '9000');
    const guarded = guardedPins(card);
    const command = `0020000108${PIN}`;
    const first = send(guarded, command);
    const second = refused(guarded, command);
    const other = send(guarded, '80F2000C00');
    expect(await first).toBe('63C1');
    expect((await second).triesLeft).toBe(1);
    expect(await other).toBe('9000');
    expect(card.got).toEqual(['0020000100', command, '0020000100', '80F2000C00']);
  });

  it('sends what it was given, whatever becomes of the array meanwhile', async () => {
    const card = scripted('63C3', '9000');
    const command = fromHex(`0020000108${PIN}`);
    const sent = guardedPins(card).transmit(command);
    command.fill(0);
    await sent;
    expect(card.got[1]).toBe(`0020000108${PIN}`);
  });

  it('tells of a card that is gone, and does not send the PIN after it', async () => {
    const card = scripted();
    const gone: CardConnection = {
      reset: card.reset,
      async transmit(command) {
        await card.transmit(command);
        throw new ConnectionLost('unplugged');
      },
    };
    await expect(send(guardedPins(gone), `0020000108${PIN}`)).rejects.toThrow(ConnectionLost);
    expect(card.got).toEqual(['0020000100']);
  });

  it('keeps the emulator from being blocked, by whatever is wrong', async () => {
    const uicc = createUicc();
    const card = guardedPins(connect(uicc));
    await card.reset();
    const wrong = '39393939FFFFFFFF';
    expect(await send(card, `0020000108${wrong}`)).toBe('63C2');
    expect(await send(card, `0026000108${wrong}`)).toBe('63C1');
    for (const command of [
      `0020000108${wrong}`,
      `0020000108${PIN}`,
      `0024000110${wrong}${PIN}`,
      `0026000108${wrong}`,
      `0028000108${wrong}`,
    ]) {
      expect((await refused(card, command)).triesLeft).toBe(1);
    }
    expect(await send(card, '0020000100')).toBe('63C1');
    const open = guardedPins(connect(uicc), { allowLastTry: true });
    expect(await send(open, `0020000108${PIN}`)).toBe('9000');
  });
});
