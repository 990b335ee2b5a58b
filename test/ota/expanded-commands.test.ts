/**
 * Command scripts of the expanded format. Whole scripts are those of test/vectors/ota-public.json
 * and the one that the notes on TS 102 226 quote; all others were put together by hand.
 *
 * @see ETSI TS 102 226 §5.2.1; ETSI TS 101 220 §7.1.1
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CommandApdu, commandApdu, encodeCommandApdu } from '../../src/apdu/command.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { joinObjects } from '../../src/cat/proactive-command.ts';
import {
  decodeExpandedScript,
  type ExpandedItem,
  encodeExpandedScript,
  openExpandedScript,
  type ScriptPart,
} from '../../src/ota/expanded-commands.ts';
import type { BadFormat, BadFormatError, ScriptForm } from '../../src/ota/expanded-template.ts';
import type { ComprehensionTlv } from '../../src/tlv/comprehension.ts';
import { expectOnlyDecodeErrors, refusal } from '../bytes/decoders.ts';
import vectors from '../vectors/ota-public.json' with { type: 'json' };
import { alterations, decoded, octetsLike, truncations } from './support/damage.ts';

const VECTORS = vectors.cases
  .filter(({ group }) => group === 'expanded')
  .map(({ id, remoteFormat, securedData }) => [id, remoteFormat.slice(9), securedData] as const);

/** GET STATUS of one application, with Le; a sender wrote it so. */
const GET_STATUS = 'aa0a220880f24002024f0000';
/** DISPLAY TEXT 'Test', without its 'D0'. */
const DISPLAY_TEXT = '810301218082028102' + '8d050454657374';
const LENGTH_OF_TEXT = '10';
/** Script chaining, error action, SELECT, immediate action, STATUS, proactive command. */
const LONG =
  'ae80' +
  '830101' +
  '820103' +
  '220700a4000c023f00' +
  '810182' +
  '220580f2000000' +
  `81${LENGTH_OF_TEXT}${DISPLAY_TEXT}` +
  '8200' +
  '0000';
const SAMPLES = [GET_STATUS, LONG, ...VECTORS.map(([, , hex]) => hex)];
const DEFINITE = SAMPLES.filter((hex) => hex.startsWith('aa'));

type Step = ExpandedItem | BadFormat;

const hexOf = (spaced: string): string => spaced.replaceAll(' ', '').toLowerCase();
const open = (octets: Uint8Array): Step[] => [...openExpandedScript(octets).items];

/** What a card sees of a script, in words. */
function words(step: Step): string {
  switch (step.kind) {
    case 'bad-format':
      return step.error;
    case 'c-apdu':
      return toHex(encodeCommandApdu(step.apdu));
    case 'script-chaining':
      return `chaining ${step.part}`;
    case 'reserved':
      return `reserved ${step.tag.toString(16)} ${step.value.toString(16)}`;
    default: {
      const { kind, action } = step;
      const when = kind === 'error-action' ? 'on error' : 'now';
      if (action.kind === 'record') return `${when} record ${action.number}`;
      if (action.kind !== 'proactive-command') return `${when} ${action.kind}`;
      return `${when} ${toHex(joinObjects(action.objects))}`;
    }
  }
}

const seen = (spaced: string): string[] => open(fromHex(hexOf(spaced))).map(words);

/** The same TLVs in both forms. */
function bothForms(tlvs: string): [string, string] {
  const length = (hexOf(tlvs).length / 2).toString(16).padStart(2, '0');
  return [`aa${length}${tlvs}`, `ae80${tlvs}0000`];
}

describe('the command scripts of the public vectors', () => {
  it('are two definite ones and an indefinite one', () => {
    expect(VECTORS.map(([, form]) => form)).toEqual(['definite', 'definite', 'indefinite']);
  });

  it.each(VECTORS)('%s is %s, read and written again', (_id, form, hex) => {
    const script = decodeExpandedScript(fromHex(hex));
    expect(script.form).toBe(form);
    expect(script.items.every(({ kind }) => kind === 'c-apdu')).toBe(true);
    expect(toHex(encodeExpandedScript(script.items, script.form))).toBe(hex);
    expect(open(fromHex(hex))).toEqual(script.items);
  });

  it('have the commands that their results answer', () => {
    expect(VECTORS.map(([, , hex]) => seen(hex))).toEqual([
      ['00a4000c022fe2', '00b000000a'],
      ['00a4000c022f50', '00a4000c026fff', '00b0000001'],
      ['00a4000c022f05', '00b0000004'],
    ]);
  });
});

describe('a command script', () => {
  it('has GET STATUS with data and Le, as a sender wrote it', () => {
    const { form, items } = decodeExpandedScript(fromHex(GET_STATUS));
    expect(form).toBe('definite');
    expect(items).toEqual([
      { kind: 'c-apdu', apdu: commandApdu([0x80, 0xf2, 0x40, 2], fromHex('4f00'), 256) },
    ]);
    expect(toHex(encodeExpandedScript(items, form))).toBe(GET_STATUS);
  });

  it('has all kinds of TLV, in any order behind script chaining', () => {
    expect(seen(LONG)).toEqual([
      'chaining first',
      'on error record 3',
      '00a4000c023f00',
      'now early-response',
      '80f2000000',
      `now ${DISPLAY_TEXT}`,
      'on error none',
    ]);
    const { form, items } = decodeExpandedScript(fromHex(LONG));
    expect(toHex(encodeExpandedScript(items, form))).toBe(LONG);
  });

  it.each([
    ['a C-APDU of case 1', '2204 00440000', '00440000'],
    ['a C-APDU of case 2', '2205 00B0000000', '00b0000000'],
    ['a C-APDU of case 3', '2206 002000010131', '002000010131'],
    ['the first record', '810101', 'now record 1'],
    ['the last record', '81017F', 'now record 127'],
    ['a proactive session', '810181', 'now proactive-session'],
    ['an early response', '810182', 'now early-response'],
    ['a proactive command', `81${LENGTH_OF_TEXT}${DISPLAY_TEXT}`, `now ${DISPLAY_TEXT}`],
    ['a command of its details alone', '8105 8103010104', 'now 8103010104'],
    ['details without comprehension bit', '8105 0103010104', 'now 0103010104'],
    ['a record for errors', '820164', 'on error record 100'],
    ['nothing for errors', '8200', 'on error none'],
    ['a proactive command for errors', '8205 8103010104', 'on error 8103010104'],
    ['the first of a chain', '830101', 'chaining first'],
    ['the first of a chain that is kept', '830111', 'chaining first-kept'],
    ['a script of a chain', '830102', 'chaining subsequent'],
    ['the last of a chain', '830103', 'chaining last'],
    ['an immediate action 00', '810100', 'reserved 81 0'],
    ['an immediate action 80', '810180', 'reserved 81 80'],
    ['an immediate action 83', '810183', 'reserved 81 83'],
    ['an error action 00', '820100', 'reserved 82 0'],
    ['an error action 81, which no error can wait for', '820181', 'reserved 82 81'],
    ['an error action 82, which no error can wait for', '820182', 'reserved 82 82'],
    ['script chaining 00', '830100', 'reserved 83 0'],
    ['script chaining 12', '830112', 'reserved 83 12'],
  ])('has %s, in both forms and both ways', (_what, tlv, word) => {
    for (const hex of bothForms(hexOf(tlv))) {
      expect(seen(hex)).toEqual([word]);
      const { form, items } = decodeExpandedScript(fromHex(hex));
      expect(toHex(encodeExpandedScript(items, form))).toBe(hex);
    }
  });

  it('may have no TLV', () => {
    expect(decodeExpandedScript(fromHex('aa00'))).toEqual({ form: 'definite', items: [] });
    expect(decodeExpandedScript(fromHex('ae800000'))).toEqual({ form: 'indefinite', items: [] });
  });

  it.each([
    ['aa8107 2205 00B0000001', 'of two octets around it'],
    ['aa820007 2205 00B0000001', 'of three octets around it'],
    ['aa08 228105 00B0000001', 'of two octets within'],
    ['aa09 22820005 00B0000001', 'of three octets within'],
    ['ae80 22820005 00B0000001 0000', 'of three octets in the indefinite form'],
  ])('may be %s, with a length %s that is longer than it need be', (hex) => {
    expect(seen(hex)).toEqual(['00b0000001']);
  });

  it('may be longer than one octet of length can say', () => {
    const apdu = commandApdu([0, 0xd6, 0, 0], new Uint8Array(255).fill(7));
    const items: ExpandedItem[] = Array.from({ length: 200 }, () => ({ kind: 'c-apdu', apdu }));
    const octets = encodeExpandedScript(items, 'definite');
    expect(toHex(octets.subarray(0, 12))).toBe('aa82ce40' + '22820104' + '00d60000');
    expect(decodeExpandedScript(octets).items).toEqual(items);
  });
});

describe('a command script that a card reads', () => {
  it('gives one TLV at a time, and looks at the next only when it is asked', () => {
    const octets = fromHex('ae80 2205 00B0000001 99'.replaceAll(' ', ''));
    const { form, items } = openExpandedScript(octets);
    expect(form).toBe('indefinite');
    const apdu = commandApdu([0, 0xb0, 0, 0], undefined, 1);
    expect(items.next().value).toEqual({ kind: 'c-apdu', apdu });
    expect(items.next().value).toEqual({ kind: 'bad-format', error: 'unknown-tag' });
    expect(items.next()).toEqual({ done: true, value: undefined });
  });

  it.each<[BadFormatError, string, string]>([
    ['unknown-tag', 'an unknown tag', '990100'],
    ['unknown-tag', 'an unknown tag and no more', '23'],
    ['unknown-tag', 'an unknown tag without a length that fits', '9980'],
    ['unknown-tag', 'C-APDU with the comprehension bit', 'A205 00B0000001'],
    ['unknown-tag', 'an R-APDU', '23029000'],
    ['unknown-tag', 'a script in the script', 'AA07 2205 00B0000001'],
    ['unknown-tag', 'an indefinite script in the script', 'AE80 2205 00B0000001 0000'],
    ['unknown-tag', 'a tag of two octets', '9F220100'],
    ['unknown-tag', 'script chaining behind another TLV', '830101'],
    ['unknown-tag', 'reserved script chaining behind another TLV', '830155'],
    ['unknown-tag', 'malformed script chaining behind another TLV', '8300'],
    ['unknown-tag', 'a proactive command without details first', '8104 82028182'],
    ['unknown-tag', 'a proactive command with its D0', '8107 D005 8103010104'],
    ['wrong-length', 'a C-APDU of no octets', '2200'],
    ['wrong-length', 'a C-APDU of 3 octets', '2203 00B000'],
    ['wrong-length', 'a C-APDU that is shorter than Lc', '2207 00A4000C033F00'],
    ['wrong-length', 'a C-APDU with an octet behind Le', '2209 00A4000C023F000000'],
    ['wrong-length', 'a C-APDU of extended length', '2209 00D60000 000002 0102'],
    ['wrong-length', 'an immediate action of no octets', '8100'],
    ['wrong-length', 'objects that are cut short', '8104 81030101'],
    ['wrong-length', 'command details of two octets', '8104 81020101'],
    ['wrong-length', 'an object without length', '8106 8103010104 82'],
    ['wrong-length', 'an object with the tag 00', '8107 8103010104 0000'],
    ['wrong-length', 'an error action that is cut short', '8202 8103'],
    ['length-not-found', 'an inner length that is indefinite', '2280 00B0000001 0000'],
    ['length-not-found', 'a length of four octets', '2283000005 00B0000001'],
    ['length-not-found', 'a length of five octets', '228400000005 00B0000001'],
    ['length-not-found', 'a length octet FF', '22FF 00B0000001'],
  ])('is %s with %s, behind what was executed', (error, _what, tlv) => {
    const read = '220500b0000001';
    for (const hex of bothForms(read + hexOf(tlv))) {
      expect(seen(hex)).toEqual(['00b0000001', error]);
      expect(refusal(() => decodeExpandedScript(fromHex(hex)))).toMatch(
        new RegExp(`^command script/TLV at \\d+: ${error}$`, 'u'),
      );
    }
  });

  it.each<[BadFormatError, string]>([
    ['wrong-length', '8300'],
    ['wrong-length', '83020101'],
    ['wrong-length', '83020155'],
    ['length-not-found', '8380'],
  ])('is %s with script chaining as %s', (error, tlv) => {
    expect(seen(`ae80${tlv}0000`)).toEqual([error]);
  });

  it.each<[BadFormatError, string, string]>([
    ['unknown-tag', 'nothing', ''],
    ['unknown-tag', 'a C-APDU without a script', '2205 00B0000001'],
    ['unknown-tag', 'a compact script', '00A4000C023F00'],
    ['unknown-tag', 'a response script', 'AB03 800100'],
    ['unknown-tag', 'an indefinite response script', 'AF80 0000'],
    ['unknown-tag', 'the tag AC', 'AC00'],
    ['unknown-tag', 'only the end of a script', '0000'],
    ['unknown-tag', 'AA with the end of AE in it', 'AA020000'],
    ['length-not-found', 'a tag alone', 'AA'],
    ['length-not-found', 'a length that is cut short', 'AA81'],
    ['length-not-found', 'a length of three octets that is cut short', 'AA8200'],
    ['length-not-found', 'AA with indefinite length', 'AA80 2205 00B0000001 0000'],
    ['length-not-found', 'AA with a length of four octets', 'AA83000007 2205 00B0000001'],
    ['length-not-found', 'AA with the length octet FF', 'AAFF 2205 00B0000001'],
    ['wrong-length', 'AA with a length past the end', 'AA08 2205 00B0000001'],
    ['wrong-length', 'AA with 65535 octets that are not there', 'AA82FFFF 2205 00B0000001'],
    ['wrong-length', 'AA with octets behind it', 'AA07 2205 00B0000001 00'],
    ['wrong-length', 'AA with another script behind it', 'AA00AA00'],
    ['wrong-length', 'AA with the end of AE behind it', 'AA000000'],
    ['length-not-found', 'AE alone', 'AE'],
    ['wrong-length', 'AE with a definite length', 'AE07 2205 00B0000001'],
    ['wrong-length', 'AE with a length of two octets', 'AE8107 2205 00B0000001'],
    ['length-not-found', 'AE without its end', 'AE80'],
    ['length-not-found', 'AE with half of its end', 'AE8000'],
    ['wrong-length', 'AE with octets behind its end', 'AE80000000'],
    ['wrong-length', 'AE with a TLV behind its end', 'AE800000 2205 00B0000001'],
    ['wrong-length', 'AE with an end that is not empty', 'AE80 0001 00 0000'],
    ['wrong-length', 'AE with an end of another coding', 'AE80 008100'],
  ])('is %s with %s, before anything was executed', (error, _what, hex) => {
    expect(seen(hex)).toEqual([error]);
    expect(refusal(() => decodeExpandedScript(fromHex(hexOf(hex))))).toMatch(`: ${error}`);
  });

  it.each<[ScriptForm, string]>([
    ['definite', ''],
    ['definite', 'aa'],
    ['definite', 'ab03800100'],
    ['definite', '00a4'],
    ['indefinite', 'ae'],
    ['indefinite', 'ae07'],
    ['indefinite', 'ae80ae80'],
  ])('has its response in the %s form when it is %s', (form, hex) => {
    expect(openExpandedScript(fromHex(hex)).form).toBe(form);
  });

  it('tells how far it could be read', () => {
    const refused = (hex: string): string => refusal(() => decodeExpandedScript(fromHex(hex)));
    expect(refused('')).toBe('command script/TLV at 0: unknown-tag');
    expect(refused('aa05220500b000')).toBe('command script/TLV at 4: wrong-length');
    expect(refused('aa09220500b00000019900')).toBe('command script/TLV at 10: unknown-tag');
  });
});

describe('a damaged command script', () => {
  it.each(SAMPLES)('has bad format wherever %s is cut', (hex) => {
    const whole = open(fromHex(hex));
    for (const part of truncations(fromHex(hex))) {
      expect(decoded(() => decodeExpandedScript(part))).toBeUndefined();
      const steps = open(part);
      expect(steps.map(({ kind }) => kind).indexOf('bad-format')).toBe(steps.length - 1);
      expect(steps.slice(0, -1)).toEqual(whole.slice(0, steps.length - 1));
    }
  });

  it.each(DEFINITE)('has nothing executed when a definite one like %s is cut or grows', (hex) => {
    const octets = fromHex(hex);
    for (const part of [...truncations(octets), Uint8Array.of(...octets, 0)]) {
      expect(open(part)).toHaveLength(1);
    }
  });

  it.each(SAMPLES)('is read or has bad format at its end, with an octet of %s changed', (hex) => {
    for (const altered of alterations(fromHex(hex))) {
      const steps = open(altered);
      const at = steps.map(({ kind }) => kind).indexOf('bad-format');
      const script = decoded(() => decodeExpandedScript(altered));
      if (at >= 0) expect([at, script]).toEqual([steps.length - 1, undefined]);
      else expect(script?.items).toEqual(steps);
    }
  });

  it('is refused by DecodeError alone, and means the same when it is written again', () => {
    expectOnlyDecodeErrors(decodeExpandedScript, SAMPLES, ({ form, items }) => {
      const again = encodeExpandedScript(items, form);
      expect(decodeExpandedScript(again)).toEqual({ form, items });
    });
  });

  it('is opened without an error whatever its octets, which stay as they are', () => {
    fc.assert(
      fc.property(octetsLike(...SAMPLES), (octets) => {
        const before = toHex(octets);
        const steps = open(octets);
        expect(steps.slice(0, -1).some(({ kind }) => kind === 'bad-format')).toBe(false);
        expect(toHex(octets)).toBe(before);
      }),
      { numRuns: 2000 },
    );
  });

  it.each<[string, Uint8Array, BadFormatError]>([
    ['scripts in scripts', fromHex('ae80'.repeat(30000)), 'unknown-tag'],
    [
      'indefinite lengths in one another',
      fromHex(`ae80${'2280'.repeat(30000)}`),
      'length-not-found',
    ],
    ['a definite script of tags AA', fromHex(`aa82ea60${'aa80'.repeat(30000)}`), 'unknown-tag'],
    [
      'objects in an action',
      fromHex(`aa82ea6481${'82ea60'}${'8180'.repeat(30000)}`),
      'wrong-length',
    ],
    ['a length of 65535 octets', fromHex('aa042282ffff'), 'wrong-length'],
    ['a length of 4 GiB', fromHex('aa062284ffffffff'), 'length-not-found'],
  ])('does not go down into %s', (_what, octets, error) => {
    expect(open(octets)).toEqual([{ kind: 'bad-format', error }]);
  });

  it('has as many TLVs as fit, and still no end', () => {
    const steps = open(fromHex(`ae80${'8200'.repeat(30000)}`));
    expect(steps).toHaveLength(30001);
    expect(steps.at(-1)).toEqual({ kind: 'bad-format', error: 'length-not-found' });
  });
});

const OCTET = fc.nat(0xff);
const APDU: fc.Arbitrary<CommandApdu> = fc.record({
  cla: OCTET,
  ins: OCTET,
  p1: OCTET,
  p2: OCTET,
  data: fc.uint8Array({ maxLength: 255, size: 'max' }),
  ne: fc.integer({ min: 0, max: 256 }),
});
const OBJECT: fc.Arbitrary<ComprehensionTlv> = fc.record({
  tag: fc.integer({ min: 1, max: 0x7fff }),
  comprehensionRequired: fc.boolean(),
  value: fc.uint8Array({ maxLength: 200, size: 'max' }),
});
const DETAILS: fc.Arbitrary<ComprehensionTlv> = fc.record({
  tag: fc.constant(1),
  comprehensionRequired: fc.boolean(),
  value: fc.uint8Array({ minLength: 3, maxLength: 3 }),
});
const ACTION = fc.oneof(
  fc.record({ kind: fc.constant('record' as const), number: fc.integer({ min: 1, max: 127 }) }),
  fc.record({
    kind: fc.constant('proactive-command' as const),
    objects: fc.tuple(DETAILS, fc.array(OBJECT)).map(([first, others]) => [first, ...others]),
  }),
);
const ITEM: fc.Arbitrary<ExpandedItem> = fc.oneof(
  fc.record({ kind: fc.constant('c-apdu' as const), apdu: APDU }),
  fc.record({
    kind: fc.constant('immediate-action' as const),
    action: fc.oneof(
      ACTION,
      fc.constantFrom({ kind: 'proactive-session' as const }, { kind: 'early-response' as const }),
    ),
  }),
  fc.record({
    kind: fc.constant('error-action' as const),
    action: fc.oneof(ACTION, fc.constant({ kind: 'none' as const })),
  }),
  fc.record({
    kind: fc.constant('reserved' as const),
    tag: fc.constantFrom(0x81, 0x82),
    value: fc.integer({ min: 0x83, max: 0xff }),
  }),
);
const PART = fc.constantFrom<ScriptPart>('first', 'first-kept', 'subsequent', 'last');
const CHAINING: fc.Arbitrary<ExpandedItem> = fc.record({
  kind: fc.constant('script-chaining' as const),
  part: PART,
});
const ITEMS = fc
  .tuple(fc.option(CHAINING, { nil: undefined }), fc.array(ITEM))
  .map(([chaining, items]) => (chaining === undefined ? items : [chaining, ...items]));
const FORM = fc.constantFrom<ScriptForm>('definite', 'indefinite');

describe('any items', () => {
  it('are read from a script as they were written', () => {
    fc.assert(
      fc.property(ITEMS, FORM, (items, form) => {
        const octets = encodeExpandedScript(items, form);
        expect(decodeExpandedScript(octets)).toEqual({ form, items });
      }),
    );
  });

  const select = { kind: 'c-apdu', apdu: commandApdu([0, 0xa4, 0, 0]) } as const;
  const withObjects = (...objects: readonly ComprehensionTlv[]): ExpandedItem => ({
    kind: 'immediate-action',
    action: { kind: 'proactive-command', objects },
  });
  const object = (tag: number, octets: number): ComprehensionTlv => ({
    tag,
    comprehensionRequired: true,
    value: new Uint8Array(octets),
  });
  const record = (number: number): ExpandedItem => ({
    kind: 'error-action',
    action: { kind: 'record', number },
  });

  it.each<[string, readonly ExpandedItem[]]>([
    ['script chaining that is not the first', [select, { kind: 'script-chaining', part: 'last' }]],
    [
      'script chaining twice',
      Array.from({ length: 2 }, () => ({ kind: 'script-chaining', part: 'first' }) as const),
    ],
    ['record 0', [record(0)]],
    ['record 128', [record(128)]],
    ['record 257', [record(257)]],
    ['record 1.5', [record(1.5)]],
    ['a record that is no number', [record(Number.NaN)]],
    ['a proactive command without objects', [withObjects()]],
    ['objects without command details', [withObjects(object(2, 2))]],
    ['command details that are not the first', [withObjects(object(2, 2), object(1, 3))]],
    ['command details of 2 octets', [withObjects(object(1, 2))]],
    ['an object with the tag 0', [withObjects(object(1, 3), object(0, 1))]],
    ['an action of 65536 octets', [withObjects(object(1, 3), object(0x0d, 65536))]],
    ['a reserved value that is a record', [{ kind: 'reserved', tag: 0x81, value: 0x7f }]],
    ['a reserved value that has a name', [{ kind: 'reserved', tag: 0x81, value: 0x82 }]],
    [
      'a reserved value of script chaining with a name',
      [{ kind: 'reserved', tag: 0x83, value: 2 }],
    ],
    ['a reserved value behind', [select, { kind: 'reserved', tag: 0x83, value: 5 }]],
    ['a reserved value of 9 bits', [{ kind: 'reserved', tag: 0x82, value: 0x180 }]],
    ['a reserved value of a C-APDU', [{ kind: 'reserved', tag: 0x22, value: 0x90 }]],
    ['a reserved value of an unknown tag', [{ kind: 'reserved', tag: 0x99, value: 0x90 }]],
    ['an Ne of 257', [{ ...select, apdu: { ...select.apdu, ne: 257 } }]],
    ['256 octets of data', [{ ...select, apdu: { ...select.apdu, data: new Uint8Array(256) } }]],
  ])('are not written with %s', (_what, items) => {
    expect(() => encodeExpandedScript(items, 'definite')).toThrow(RangeError);
    expect(() => encodeExpandedScript(items, 'indefinite')).toThrow(RangeError);
  });

  it('are not written when a definite script would have 65536 octets', () => {
    const none: ExpandedItem = { kind: 'error-action', action: { kind: 'none' } };
    const items = Array.from({ length: 32768 }, () => none);
    expect(() => encodeExpandedScript(items, 'definite')).toThrow(RangeError);
    const longest = [record(1), ...items.slice(2)];
    expect(encodeExpandedScript(longest, 'definite')).toHaveLength(4 + 65535);
    expect(encodeExpandedScript(items, 'indefinite')).toHaveLength(4 + 65536);
  });
});
