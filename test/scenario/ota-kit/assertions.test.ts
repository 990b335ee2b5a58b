import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  assertExecuted,
  assertRefused,
  type ExecutedExpectation,
  OtaAssertionError,
  type OtaMatchers,
  type OtaRefusal,
  otaMatchers,
} from '../../../src/scenario/ota-kit/assertions.ts';
import type { OtaResult } from '../../../src/scenario/ota-kit/result.ts';
import { otaTestCard } from '../../../src/scenario/ota-kit/test-card.ts';

declare module 'vitest' {
  interface Matchers<T> extends OtaMatchers<T> {}
}

expect.extend(otaMatchers);

const ICCID = '98990901000000000031';
const executed = otaTestCard().ota('00A40000022FE2 \n 00B000000A');
const notFound = otaTestCard().ota('00A40000022FE3 \n 00B000000A');
const refused = otaTestCard().ota('00A40000022FE2', { tar: 'B00009' });
const ignored = otaTestCard().ota('00A40000022FE2', { damage: (packet) => packet.slice(0, 9) });
const unproven = otaTestCard().ota('00A40000022FE2', { spi: '1601' });
const silent = otaTestCard().ota('00A40000022FE2', { spi: '1600' });

/** What an assertion throws, and what its matcher says. */
function failureOf(call: () => void): OtaAssertionError {
  try {
    call();
  } catch (error) {
    if (error instanceof OtaAssertionError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('assertExecuted and toBeExecuted hold', () => {
  it.each<[string, OtaResult, ExecutedExpectation]>([
    ['for whatever was executed', executed, {}],
    ['for a script whose command has failed', notFound, {}],
    ['for SW', executed, { sw: '9000' }],
    ['for SW in lower case', notFound, { sw: '6a82' }],
    ['for SW in groups', executed, { sw: '90 00' }],
    ['for a pattern of SW', notFound, { sw: '6A..' }],
    ['for data', executed, { data: ICCID }],
    ['for a pattern of data', executed, { data: '9899 .. ... 31' }],
    ['for no data', notFound, { data: '' }],
    ['for any data', executed, { data: '...' }],
    ['for the number of commands', executed, { executed: 2 }],
    ['for additional data', executed, { additional: `029000${ICCID}` }],
    ['for a PoR that is proven', executed, { isProven: true }],
    ['for a PoR that is not', unproven, { isProven: false, sw: '61..' }],
    ['without a PoR', silent, { isProven: false }],
    ['for all of it', executed, { sw: '9000', data: ICCID, executed: 2, isProven: true }],
  ])('%s', (_what, result, expected) => {
    assertExecuted(result, expected);
    expect(result).toBeExecuted(expected);
    expect(() => expect(result).not.toBeExecuted(expected)).toThrow('expected something else');
  });
});

describe('assertExecuted and toBeExecuted fail', () => {
  it.each<[string, OtaResult, ExecutedExpectation, string, string]>([
    ['a refusal', refused, {}, 'the packet: executed', 'the packet: refused, tar-unknown'],
    ['a packet that was ignored', ignored, {}, 'the packet: executed', 'the packet: ignored'],
    [
      'a script in another format than the applet has',
      otaTestCard().ota('00A40000022FE2', { format: 'expanded' }),
      {},
      'the report: in expanded format',
      'the report: 016d00; the format of the applet is compact',
    ],
    [
      'a report that looks like one of another format',
      otaTestCard().ota('00A40000022FE2', { tar: 'B00001', format: 'compact' }),
      { executed: 171 },
      'the report: in compact format',
      'the report: ab06800101900101; the format of the applet is expanded',
    ],
    ['another SW', notFound, { sw: '9000' }, 'SW: 9000', 'SW: 6a82'],
    ['another pattern of SW', notFound, { sw: '61..' }, 'SW: 61..', 'SW: 6a82'],
    ['no SW', silent, { sw: '9000' }, 'SW: 9000', 'SW: not reported'],
    ['data that nobody reports', silent, { data: '' }, 'data: none', 'data: not reported'],
    [
      'a report that nobody sends',
      silent,
      { additional: '' },
      'additional data: none',
      'additional data: not reported',
    ],
    ['other data', executed, { data: '9899' }, 'data: 9899', `data: ${ICCID}`],
    ['data', executed, { data: '' }, 'data: none', `data: ${ICCID}`],
    ['no data', notFound, { data: '..' }, 'data: ..', 'data: none'],
    ['fewer commands', notFound, { executed: 2 }, 'commands: 2', 'commands: 1'],
    ['an unknown number of them', silent, { executed: 1 }, 'commands: 1', 'commands: not reported'],
    [
      'other additional data',
      notFound,
      { additional: '016A83' },
      'additional data: 016a83',
      'additional data: 016a82',
    ],
    [
      'a PoR without proof',
      unproven,
      { isProven: true },
      'the PoR: with a right CC',
      'the PoR: without a right CC',
    ],
    [
      'a PoR with proof',
      executed,
      { isProven: false },
      'the PoR: without a right CC',
      'the PoR: with a right CC',
    ],
    [
      'several things',
      notFound,
      { sw: '9000', data: 'AA', executed: 2 },
      'SW: 9000\ndata: aa\ncommands: 2',
      'SW: 6a82\ndata: none\ncommands: 1',
    ],
  ])('for %s', (_what, result, expectation, expected, actual) => {
    const failure = failureOf(() => assertExecuted(result, expectation));
    expect(failure).toMatchObject({ name: 'OtaAssertionError', expected, actual });
    const { pass, message, ...sides } = otaMatchers.toBeExecuted(result, expectation);
    expect({ pass, message: message(), ...sides }).toEqual({
      pass: false,
      message: failure.message,
      expected,
      actual,
    });
    expect(() => expect(result).toBeExecuted(expectation)).toThrow(failure.message);
    expect(result).not.toBeExecuted(expectation);
  });

  it('with what was expected and found, the meaning of SW, and each step of the card', () => {
    const { message } = failureOf(() => assertExecuted(notFound, { sw: '61..', executed: 2 }));
    const lines = message.split('\n');
    expect(lines.slice(0, 3)).toEqual([
      'SW: expected 61.., found 6a82 (file not found)',
      'commands: expected 2, found 1',
      `PoR por-ok, 1 executed, SW '6A82' (file not found)`,
    ]);
    expect(lines).toHaveLength(3 + notFound.findings.length);
    expect(message).toContain('ETSI TS 102 225 §5.1.4');
  });
});

describe('assertRefused and toBeRefused hold', () => {
  it.each<[string, OtaResult, OtaRefusal | undefined]>([
    ['for whatever reason', refused, undefined],
    ['for a status', refused, 'tar-unknown'],
    ['for a packet that was ignored', ignored, undefined],
    ['for a packet that must be ignored', ignored, 'ignored'],
  ])('%s', (_what, result, status) => {
    assertRefused(result, status);
    expect(result).toBeRefused(status);
    expect(() => expect(result).not.toBeRefused(status)).toThrow('expected something else');
  });

  it('for what the card decided, though its PoR says something else', () => {
    const card = otaTestCard();
    const hardened = { ...refused, status: 'unidentified-security-error' };
    assertRefused(hardened, 'tar-unknown');
    assertRefused(card.ota('00A40000022FE2', { cntr: 0, spi: '1600' }), 'cntr-low');
  });
});

describe('assertRefused and toBeRefused fail', () => {
  it.each<[string, OtaResult, OtaRefusal | undefined, string, string]>([
    ['what was executed', executed, undefined, 'refused', 'executed'],
    ['what was executed and failed', notFound, 'cntr-low', 'refused, cntr-low', 'executed'],
    ['another status', refused, 'cntr-low', 'refused, cntr-low', 'refused, tar-unknown'],
    ['a packet that was ignored', ignored, 'cntr-low', 'refused, cntr-low', 'ignored'],
    ['a refusal', refused, 'ignored', 'ignored', 'refused, tar-unknown'],
  ])('for %s', (_what, result, status, expected, actual) => {
    const sides = { expected: `the packet: ${expected}`, actual: `the packet: ${actual}` };
    const failure = failureOf(() => assertRefused(result, status));
    expect(failure).toMatchObject(sides);
    expect(failure.message).toMatch(`the packet: expected ${expected}, found ${actual}\n`);
    expect(otaMatchers.toBeRefused(result, status)).toMatchObject({ pass: false, ...sides });
    expect(() => expect(result).toBeRefused(status)).toThrow(failure.message);
    expect(result).not.toBeRefused(status);
  });
});

describe('an expectation that is misspelt is no test that passes:', () => {
  const NAMES = 'sw, data, executed, additional, isProven';
  const HEX = `hex, '..' for an octet or '...' for any number of them`;

  it.each<[unknown, string]>([
    [{ SW: '9000' }, `TypeError: expectation: expected ${NAMES}, got SW`],
    [{ proven: true }, `TypeError: expectation: expected ${NAMES}, got proven`],
    ['9000', 'TypeError: expectation: expected an object, got text of 4 characters'],
    [null, 'TypeError: expectation: expected an object, got null'],
    [{ sw: 0x9000 }, `TypeError: sw: expected ${HEX}, got 36864`],
    [{ sw: '90' }, `RangeError: sw: expected 4 hex digits, with '..' for any octet`],
    [{ sw: '900000' }, `RangeError: sw: expected 4 hex digits, with '..' for any octet`],
    [{ sw: '90 ...' }, `RangeError: sw: expected 4 hex digits, with '..' for any octet`],
    [{ sw: '' }, `RangeError: sw: expected 4 hex digits, with '..' for any octet`],
    [{ sw: '6x..' }, `RangeError: sw: expected hex digits, '..' or '...'`],
    [{ data: '989' }, 'RangeError: data: expected two hex digits for each octet'],
    [{ data: 'none' }, `RangeError: data: expected hex digits, '..' or '...'`],
    [{ data: Uint8Array.of(1) }, `TypeError: data: expected ${HEX}, got an object`],
    [
      { additional: '98...' },
      `RangeError: additional: expected '...' alone between spaces, and '..' for one octet`,
    ],
    [{ executed: '2' }, 'TypeError: executed: expected a number, got text of 1 characters'],
    [{ executed: -1 }, 'RangeError: executed: expected 0 to 65535, got -1'],
    [{ isProven: 'yes' }, 'TypeError: isProven: expected true or false, got yes'],
  ])('%o', (expectation, message) => {
    for (const result of [executed, notFound, refused]) {
      expect(() => assertExecuted(result, expectation as ExecutedExpectation)).toThrow(
        expect.objectContaining({
          name: message.split(':')[0],
          message: message.replace(/^\w+: /u, ''),
        }),
      );
    }
    const matcher = (): void => {
      expect(executed).not.toBeExecuted(expectation as ExecutedExpectation);
    };
    expect(matcher).toThrow(message.replace(/^\w+: /u, ''));
  });

  it.each(['por-ok', 'tar', '09', 9, null, ''])('status %o', (status) => {
    const names = /^status: expected rc-cc-ds-failed, .*, ignored, got /u;
    expect(() => assertRefused(refused, status as OtaRefusal)).toThrow(names);
    expect(() => otaMatchers.toBeRefused(executed, status as OtaRefusal)).toThrow(names);
  });

  it.each([[undefined], [null], [7], ['por-ok'], [{}], [otaTestCard()], [[]]])(
    '%s is no result',
    (result) => {
      const message = /^result: expected what card\.ota gives, got /u;
      expect(() => assertExecuted(result as OtaResult)).toThrow(message);
      expect(() => assertRefused(result as OtaResult)).toThrow(message);
      expect(() => otaMatchers.toBeExecuted(result as OtaResult)).toThrow(message);
      expect(() => otaMatchers.toBeRefused(result as OtaResult)).toThrow(message);
    },
  );
});

describe('a failure shows no secret:', () => {
  const ADM = '3131313131313131';
  /** Public test keys of the built-in profile, and what is behind a header in a script. */
  const SECRETS = [ADM, '10000102030405', '11000102030405', '465b5ce8', 'cd63cb71', '6e6577'];

  it.each([
    ['a right PIN', `0020000A08${ADM}`, {}],
    ['a wrong PIN', '0020000A083131313131313132', {}],
    ['a PIN in an expanded script', `0020000A08${ADM}`, { tar: 'B00001' }],
    ['a PIN in a packet that is refused', `0020000A08${ADM}`, { cntr: 0 }],
    ['a PIN in a packet without ciphering', `0020000A08${ADM}`, { spi: '1201' }],
    ['a new PIN', `0024000110${'3132333400000000'}${'6e6577'.padEnd(16, 'f')}`, {}],
    ['a damaged packet', `0020000A08${ADM}`, { damage: (packet: Uint8Array) => packet.slice(1) }],
  ])('%s', (_what, script, options) => {
    const result = otaTestCard().ota(script, options);
    const wrong = { sw: '1234', data: 'AA', executed: 9, additional: '...01', isProven: false };
    const failures = [
      failureOf(() => assertExecuted(result, { ...wrong, additional: '00' })),
      failureOf(() => assertRefused(result, 'more-time')),
    ];
    for (const failure of failures) {
      const shown = `${inspect(failure, { showHidden: true })}${JSON.stringify(failure)}`;
      for (const secret of SECRETS) expect(shown.toLowerCase()).not.toContain(secret);
      expect(failure.message).toContain('expected');
    }
  });
});
