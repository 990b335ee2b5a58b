/**
 * Response scripts of the expanded format. Whole ones are those of test/vectors/ota-public.json and
 * two that the notes on TS 102 226 quote; all others were put together by hand.
 *
 * @see ETSI TS 102 226 §5.2.2; ETSI TS 101 220 §7.1.1
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { openExpandedScript } from '../../src/ota/expanded-commands.ts';
import {
  decodeExpandedResponse,
  type ExpandedResponse,
  type ExpandedResult,
  encodeExpandedResponse,
} from '../../src/ota/expanded-responses.ts';
import type { BadFormatError } from '../../src/ota/expanded-template.ts';
import { expectOnlyDecodeErrors, refusal } from '../bytes/decoders.ts';
import vectors from '../vectors/ota-public.json' with { type: 'json' };
import { alterations, decoded, truncations } from './support/damage.ts';

const VECTORS = vectors.cases
  .filter(({ group }) => group === 'expanded')
  .map(({ id, securedData, response }) => [id, securedData, response.executedResult] as const);

/** SELECT without GET RESPONSE; a card said so. */
const SELECTED = 'ab0780010123026132';
/** The first TLV had an unknown tag; a card said so. */
const UNKNOWN_TAG = 'ab06800101900101';
const SAMPLES = [
  SELECTED,
  UNKNOWN_TAG,
  ...VECTORS.map(([, , hex]) => hex),
  'af80830102810101' + '0000',
];

const hexOf = (spaced: string): string => spaced.replaceAll(' ', '').toLowerCase();
const read = (spaced: string): ExpandedResponse => decodeExpandedResponse(fromHex(hexOf(spaced)));
const write = (response: ExpandedResponse): string => toHex(encodeExpandedResponse(response));
const rApdu = (data: string, sw: number): ExpandedResult => ({
  kind: 'r-apdu',
  response: { data: fromHex(data), sw },
});

describe('the response scripts of the public vectors', () => {
  it.each(VECTORS)('%s: %s has the response %s, read and written again', (_id, script, hex) => {
    const response = read(hex);
    expect(write(response)).toBe(hex);
    const { form, items } = openExpandedScript(fromHex(script));
    const hasFailed = hex.includes('23026a82');
    expect(response.form).toBe(form);
    expect(response.items).toHaveLength([...items].length - (hasFailed ? 1 : 0));
    const count = form === 'definite' ? response.items.length : undefined;
    expect(response.executed).toBe(count);
  });

  it('are what the commands did, up to the first that failed', () => {
    expect(VECTORS.map(([, , hex]) => read(hex).items)).toEqual([
      [rApdu('', 0x9000), rApdu('98941000000000001032', 0x9000)],
      [rApdu('', 0x9000), rApdu('', 0x6a82)],
      [rApdu('', 0x9000), rApdu('656effff', 0x9000)],
    ]);
  });
});

describe('a response script', () => {
  it('has the R-APDU of SELECT without GET RESPONSE, as a card wrote it', () => {
    const response = read(SELECTED);
    expect(response).toEqual({ form: 'definite', executed: 1, items: [rApdu('', 0x6132)] });
    expect(write(response)).toBe(SELECTED);
  });

  it('has bad format, which counts as executed, as a card wrote it', () => {
    const items: ExpandedResult[] = [{ kind: 'bad-format', error: 'unknown-tag' }];
    expect(read(UNKNOWN_TAG)).toEqual({ form: 'definite', executed: 1, items });
    expect(write({ form: 'definite', executed: 1, items })).toBe(UNKNOWN_TAG);
  });

  it.each<[BadFormatError, string, string]>([
    ['unknown-tag', 'aa03990100', 'ab06800101900101'],
    ['wrong-length', 'aa05220300a400', 'ab06800101900102'],
    ['length-not-found', 'aa022280', 'ab06800101900103'],
    ['length-not-found', 'ae80', 'af809001030000'],
  ])('says %s of %s, by the item that reading the script gave', (_error, script, hex) => {
    const { form, items } = openExpandedScript(fromHex(script));
    const faults = [...items].filter((item) => item.kind === 'bad-format');
    expect(write({ form, executed: 1, items: faults })).toBe(hex);
  });

  it.each<[string, ExpandedResult, string]>([
    ['an SW alone', rApdu('', 0x6982), '23026982'],
    ['data and SW', rApdu('0102', 0x9000), '230401029000'],
    ['data that was cut off', rApdu('01', 0x62f1), '23030162f1'],
    ['300 octets of data', rApdu('5a'.repeat(300), 0x9000), `2382012e${'5a'.repeat(300)}9000`],
    ['an unknown tag', { kind: 'bad-format', error: 'unknown-tag' }, '900101'],
    ['a wrong length', { kind: 'bad-format', error: 'wrong-length' }, '900102'],
    ['no length', { kind: 'bad-format', error: 'length-not-found' }, '900103'],
    ['bad format of a reserved code', { kind: 'reserved-error', tag: 0x90, code: 4 }, '900104'],
    [
      'an action that cannot wait',
      { kind: 'immediate-action-response', error: 'suspension-error' },
      '810101',
    ],
    ['an action with a reserved code', { kind: 'reserved-error', tag: 0x81, code: 0 }, '810100'],
    [
      'no script before',
      { kind: 'script-chaining-response', error: 'no-previous-script' },
      '830101',
    ],
    ['no chaining', { kind: 'script-chaining-response', error: 'not-supported' }, '830102'],
    ['no room', { kind: 'script-chaining-response', error: 'unable-to-process' }, '830103'],
    ['chaining of a reserved code', { kind: 'reserved-error', tag: 0x83, code: 0xff }, '8301ff'],
  ])('has %s, both ways', (_what, item, tlv) => {
    const indefinite = { form: 'indefinite', executed: undefined, items: [item] } as const;
    const definite = { form: 'definite', executed: 9, items: [item] } as const;
    expect(read(`af80${tlv}0000`)).toEqual(indefinite);
    expect(write(indefinite)).toBe(`af80${tlv}0000`);
    expect(write(definite).endsWith(`800109${tlv}`)).toBe(true);
    expect(read(write(definite))).toEqual(definite);
  });

  it.each([
    ['ab03800100', 0],
    ['ab0380017f', 127],
    ['ab0480020080', 128],
    ['ab04800200ff', 255],
    ['ab0480020100', 256],
    ['ab0480027fff', 32767],
    ['ab048002ffff', 65535],
  ])('is %s for %i executed commands and no response, both ways', (hex, executed) => {
    expect(read(hex)).toEqual({ form: 'definite', executed, items: [] });
    expect(write({ form: 'definite', executed, items: [] })).toBe(hex);
  });

  it.each([
    ['ab03800180', 128],
    ['ab038001ff', 255],
    ['ab0480020001', 1],
    ['ab058002810000', undefined],
    ['ab8103800101', 1],
    ['ab82000480810101', 1],
  ])('may be %s, a number that is coded in another way', (hex, executed) => {
    expect(decoded(() => read(hex))?.executed).toBe(executed);
  });

  it('does not say in the indefinite form how many commands were executed', () => {
    expect(write({ form: 'indefinite', executed: 3, items: [] })).toBe('af800000');
    expect(read('af800000')).toEqual({ form: 'indefinite', executed: undefined, items: [] });
  });
});

describe('a damaged response script', () => {
  const count = 'expected first in the definite form, or none';

  it.each([
    ['', 'response script/TLV at 0: unknown-tag'],
    [VECTORS[0]![1], 'response script/TLV at 1: unknown-tag'],
    ['ae800000', 'response script/TLV at 1: unknown-tag'],
    ['029000', 'response script/TLV at 1: unknown-tag'],
    ['ab', 'response script/TLV at 1: length-not-found'],
    ['ab80 800101 0000', 'response script/TLV at 1: length-not-found'],
    ['ab00', 'response script/number of executed TLVs at 2: it is missing'],
    ['ab04 23029000', `response script/number of executed TLVs at 6: ${count}`],
    ['ab07 23029000 800101', `response script/number of executed TLVs at 6: ${count}`],
    ['ab06 800101 800101', `response script/number of executed TLVs at 8: ${count}`],
    ['af80 800101 0000', `response script/number of executed TLVs at 5: ${count}`],
    ['af80 23029000 800101 0000', `response script/number of executed TLVs at 9: ${count}`],
    ['ab02 8000', 'response script/number of executed TLVs/number at 0: needs 1 octets, 0 left'],
    [
      'ab05 8003000001',
      'response script/number of executed TLVs/end at 1: expected no more octets, 2 left',
    ],
    ['ab06 800101 230190', 'R-APDU/SW at 0: needs 2 octets, 1 left'],
    ['ab05 800101 2300', 'R-APDU/SW at 0: needs 2 octets, 0 left'],
    ['ab07 800101 22029000', 'response script/TLV at 6: unknown-tag'],
    ['ab07 800101 A3029000', 'response script/TLV at 6: unknown-tag'],
    ['ab06 800101 820101', 'response script/TLV at 6: unknown-tag'],
    ['ab07 800101 23039000', 'response script/TLV at 7: wrong-length'],
    ['ab07 800101 23809000', 'response script/TLV at 6: length-not-found'],
    ['ab05 800101 9000', `response script/'90'/code at 0: needs 1 octets, 0 left`],
    ['ab07 800101 90020101', `response script/'90'/end at 1: expected no more octets, 1 left`],
    ['ab05 800101 8100', `response script/'81'/code at 0: needs 1 octets, 0 left`],
    ['ab07 800101 81020101', `response script/'81'/end at 1: expected no more octets, 1 left`],
    ['ab07 800101 83020101', `response script/'83'/end at 1: expected no more octets, 1 left`],
    ['ab07 800101 2302613200', 'response script/TLV at 2: wrong-length'],
    ['ab08 800101 23026132', 'response script/TLV at 2: wrong-length'],
    ['af07 23026132 000000', 'response script/TLV at 2: wrong-length'],
    ['af80 23026132', 'response script/TLV at 6: length-not-found'],
    ['af80 23026132 00', 'response script/TLV at 7: length-not-found'],
    ['af80 23026132 000000', 'response script/TLV at 8: wrong-length'],
    ['af80 23026132 0001', 'response script/TLV at 8: wrong-length'],
    ['af80 af80 0000 0000', 'response script/TLV at 3: unknown-tag'],
  ])('is refused as %s', (hex, message) => {
    expect(refusal(() => read(hex))).toBe(message);
  });

  it.each(SAMPLES)('is refused wherever %s is cut, and with an octet behind it', (hex) => {
    const octets = fromHex(hex);
    for (const part of [...truncations(octets), Uint8Array.of(...octets, 0)]) {
      expect(decoded(() => decodeExpandedResponse(part))).toBeUndefined();
    }
  });

  it.each(SAMPLES)('is read or refused with an octet of %s changed', (hex) => {
    const whole = read(hex);
    for (const altered of alterations(fromHex(hex))) {
      const response = decoded(() => decodeExpandedResponse(altered));
      if (response !== undefined) expect(response).not.toEqual(whole);
    }
  });

  it('is refused by DecodeError alone, and means the same when it is written again', () => {
    expectOnlyDecodeErrors(decodeExpandedResponse, SAMPLES, (response) => {
      expect(read(write(response))).toEqual(response);
    });
  });

  it.each([
    ['responses in responses', `af80${'af80'.repeat(30000)}`],
    ['a definite one of tags AB', `ab82ea63800101${'ab80'.repeat(30000)}`],
    ['numbers of executed commands', `ab82ea62${'8000'.repeat(30001)}`],
    ['a length of 65535 octets', 'ab078001012382ffff'],
    ['an R-APDU without end', `af80${'23029000'.repeat(10000)}`],
  ])('does not go down into %s', (_what, hex) => {
    expect(decoded(() => read(hex))).toBeUndefined();
  });
});

const RESULT: fc.Arbitrary<ExpandedResult> = fc.oneof(
  fc.record({
    kind: fc.constant('r-apdu' as const),
    response: fc.record({
      data: fc.uint8Array({ maxLength: 600, size: 'max' }),
      sw: fc.nat(0xffff),
    }),
  }),
  fc.constantFrom<ExpandedResult>(
    { kind: 'bad-format', error: 'unknown-tag' },
    { kind: 'bad-format', error: 'wrong-length' },
    { kind: 'bad-format', error: 'length-not-found' },
    { kind: 'immediate-action-response', error: 'suspension-error' },
    { kind: 'script-chaining-response', error: 'no-previous-script' },
    { kind: 'script-chaining-response', error: 'not-supported' },
    { kind: 'script-chaining-response', error: 'unable-to-process' },
  ),
  fc.record({
    kind: fc.constant('reserved-error' as const),
    tag: fc.constantFrom(0x81, 0x83, 0x90),
    code: fc.integer({ min: 4, max: 255 }),
  }),
);
const RESPONSE: fc.Arbitrary<ExpandedResponse> = fc.oneof(
  fc.record({
    form: fc.constant('definite' as const),
    executed: fc.nat(0xffff),
    items: fc.array(RESULT),
  }),
  fc.record({
    form: fc.constant('indefinite' as const),
    executed: fc.constant(undefined),
    items: fc.array(RESULT),
  }),
);

describe('any responses', () => {
  it('are read from a script as they were written', () => {
    fc.assert(
      fc.property(RESPONSE, (response) => {
        expect(decodeExpandedResponse(encodeExpandedResponse(response))).toEqual(response);
      }),
    );
  });

  it.each<[string, Partial<ExpandedResponse>]>([
    ['no number in the definite form', { executed: undefined }],
    ['65536 executed commands', { executed: 65536 }],
    ['less than no executed command', { executed: -1 }],
    ['half an executed command', { executed: 0.5 }],
    ['a number that is none', { executed: Number.NaN }],
    ['an SW of 17 bits', { items: [rApdu('', 0x10000)] }],
    ['an R-APDU of 65536 octets', { items: [rApdu('00'.repeat(65534), 0x9000)] }],
    [
      'more than 65535 octets in the definite form',
      { items: Array.from({ length: 2 }, () => rApdu('00'.repeat(32764), 0x9000)) },
    ],
    ['a reserved code with a name', { items: [{ kind: 'reserved-error', tag: 0x90, code: 1 }] }],
    ['a reserved code of 9 bits', { items: [{ kind: 'reserved-error', tag: 0x90, code: 256 }] }],
    ['a reserved code of an R-APDU', { items: [{ kind: 'reserved-error', tag: 0x23, code: 9 }] }],
    ['a reserved code of the number', { items: [{ kind: 'reserved-error', tag: 0x80, code: 9 }] }],
  ])('are not written with %s', (_what, parts) => {
    const response: ExpandedResponse = { form: 'definite', executed: 1, items: [], ...parts };
    expect(() => encodeExpandedResponse(response)).toThrow(RangeError);
  });
});
