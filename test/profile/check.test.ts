/**
 * What `checkProfile` and `parseProfile` say of what is no profile, and what they never say.
 *
 * @see docs/profile.md, "Errors"
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkProfile, parseProfile } from '../../src/profile/check.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { faultText } from '../../src/profile/faults.ts';
import { edited, faultsAfter, fileAt } from './edited.ts';

const FORMAT = { path: '$.format', expected: '"vuicc-profile/1"' };

/** Every field of the default profile that holds a secret. */
const SECRETS: readonly string[] = [
  ...[0, 1, 2].map((n) => `$.pins[${n}].value`),
  ...[0, 1].map((n) => `$.pins[${n}].unblock.value`),
  ...[0, 1, 2, 3].flatMap((n) => [
    `$.keyTable.entries[${n}].k`,
    `$.keyTable.entries[${n}].opc`,
    `$.keyTable.entries[${n}].keySets[0].kic.key`,
    `$.keyTable.entries[${n}].keySets[0].kid.key`,
  ]),
  `${fileAt('MF/ADF.USIM/EF.Keys')}.data`,
  `${fileAt('MF/ADF.USIM/EF.EPSNSC')}.records[0]`,
];

/** The path of every value below this one. */
function pathsBelow(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => {
    const at = Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`;
    return [at, ...pathsBelow(child, at)];
  });
}

const PATHS = pathsBelow(DEFAULT_PROFILE, '$');

/** Hex of a length that no secret has (EF.Keys 66 digits), too long to be met by chance. */
const wrongHex = fc
  .array(fc.constantFrom(...'0123456789abcdef'), { minLength: 17, maxLength: 71 })
  .filter(({ length }) => length % 8 !== 0 && length !== 66)
  .map((digits) => digits.join(''));

function textsOf(value: unknown): string {
  const result = checkProfile(value);
  return result.ok ? '' : result.faults.map(faultText).join('\n');
}

describe('checkProfile', () => {
  it('takes the default profile and gives back its like', () => {
    expect(checkProfile(DEFAULT_PROFILE)).toEqual({ ok: true, profile: DEFAULT_PROFILE });
  });

  it('gives a copy that later changes of the argument do not reach', () => {
    const value = edited({}) as { imsi: string; files: unknown[] };
    const result = checkProfile(value);
    value.imsi = '';
    value.files.length = 0;
    expect(result).toEqual({ ok: true, profile: DEFAULT_PROFILE });
  });

  it.each([
    ['nothing', undefined, 'nothing'],
    ['null', null, 'null'],
    ['a text', 'vuicc-profile/1', 'text of 15 characters'],
    ['an array', [1, 2], 'an array of 2'],
  ])('refuses %s', (_, value, found) => {
    const faults = [{ path: '$', expected: 'a card profile, a JSON object', found }];
    expect(checkProfile(value)).toEqual({ ok: false, faults });
  });

  it.each([
    ['vuicc-profile/2', '"vuicc-profile/2", a later format'],
    ['vuicc-profile/10', '"vuicc-profile/10", a later format'],
    ['vuicc-profile/0', '"vuicc-profile/0", no vuicc profile'],
    ['vuicc-profile/02', '"vuicc-profile/02", no vuicc profile'],
    ['vuicc-profile', '"vuicc-profile", no vuicc profile'],
    ['VUICC-PROFILE/2', '"VUICC-PROFILE/2", no vuicc profile'],
    [2, '2, no vuicc profile'],
    [undefined, 'nothing, no vuicc profile'],
  ])('refuses the format %s by name, and asks no further', (format, found) => {
    expect(faultsAfter({ '$.format': format, '$.imsi': 'x' })).toEqual([{ ...FORMAT, found }]);
  });

  it('gives all faults of fields in the order of the file, a missing field last', () => {
    const faults = faultsAfter({
      '$.imsi': undefined,
      '$.later': 1,
      '$.atr': 'x',
      '$.files[20].sfi': 99,
      '$.files[3].arr': 0,
      '$.files[3].fid': '',
      '$.pins[2].retries': 16,
      '$.keyTable.entries[2].op': '00'.repeat(16),
      '$.keyTable.entries[2].sqn.indBits': 'five',
    });
    expect(faults.map(({ path }) => path)).toEqual([
      '$.atr',
      '$.pins[2].retries',
      '$.keyTable.entries[2]',
      '$.keyTable.entries[2].sqn.indBits',
      '$.files[3].fid',
      '$.files[3].arr',
      '$.files[20].sfi',
      '$.later',
      '$.imsi',
    ]);
  });

  it('gives all faults of meaning in the order of the file', () => {
    const faults = faultsAfter({
      '$.files[0].size': 11,
      '$.directories[4].path': 'MF/DF.NONE/DF.PHONEBOOK',
      '$.applets[0].startDirectory': 'MF/ADF.CSIM',
      '$.keyTable.active': 4,
      '$.pins[2].enabled': false,
      '$.protocol': 'T=1',
    });
    expect(faults.map(({ path }) => path)).toEqual([
      '$.protocol',
      '$.pins[2].enabled',
      '$.keyTable.active',
      '$.applets[0].startDirectory',
      '$.directories[4].path',
      '$.directories[4].arr',
      '$.files[0].size',
      '$.files[0].data',
      `${fileAt('MF/DF.TELECOM/DF.PHONEBOOK/EF.PBR')}.path`,
      `${fileAt('MF/DF.TELECOM/DF.PHONEBOOK/EF.ADN')}.path`,
    ]);
  });

  it('ignores the FID behind a directory of a path, and leaves it out of the result', () => {
    const value = edited({
      '$.applets[0].startDirectory': 'MF/DF.TELECOM(7F10)',
      '$.directories[4].path': 'MF(3F00)/DF.TELECOM(7F10)/DF.PHONEBOOK(5F3A)',
      [`${fileAt('MF/ADF.USIM/DF.GSM-ACCESS/EF.Kc')}.path`]:
        'MF/ADF.USIM/DF.GSM-ACCESS(ABCD)/EF.Kc',
    });
    const profile = edited({ '$.applets[0].startDirectory': 'MF/DF.TELECOM' });
    expect(checkProfile(value)).toEqual({ ok: true, profile });
  });

  it('tells a name that is no identifier as JSON does', () => {
    const value = { ...DEFAULT_PROFILE, 'a "b"': null };
    expect(textsOf(value)).toBe('$["a \\"b\\""]: expected no field of this name, found null');
  });

  it('refuses a field named __proto__ like any other', () => {
    const value = JSON.parse(JSON.stringify(DEFAULT_PROFILE).replace('{', '{"__proto__":{},'));
    expect(textsOf(value)).toBe('$.__proto__: expected no field of this name, found an object');
  });

  it('never shows a secret of a wrong length', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SECRETS), wrongHex, (path, secret) => {
        const text = textsOf(edited({ [path]: secret }));
        expect(text).toContain(path);
        expect(text.toLowerCase()).not.toContain(secret);
      }),
    );
  });

  it('never shows a secret that stands in the place of an object or another field', () => {
    const places = [
      '$.pins',
      '$.pins[0]',
      '$.pins[0].unblock',
      '$.keyTable',
      '$.keyTable.entries[0]',
      '$.keyTable.entries[0].keySets[0].kic',
      '$.keyTable.entries[0].keySets[0].kid.type',
      '$.keyTable.entries[0].sqn',
      '$.keyTable.entries[0].K',
      '$.keyTable.active',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...places),
        fc.stringMatching(/^[0-9a-f]{32}$/),
        (path, secret) => {
          const text = textsOf(edited({ [path]: secret }));
          expect(text).toContain('expected');
          expect(text).not.toContain(secret);
        },
      ),
    );
  });

  it('never shows a sound secret beside other faults', () => {
    const value = edited({ '$.imsi': '001010123456780', '$.files[0].size': 9, '$.atr': '3B01' });
    const text = textsOf(value).toLowerCase();
    const secrets = [
      ...DEFAULT_PROFILE.keyTable.entries.flatMap(({ k, opc = '', keySets }) => [
        k,
        opc,
        ...keySets.flatMap(({ kic, kid }) => [kic.key, kid.key]),
      ]),
      ...DEFAULT_PROFILE.pins.map((pin) => pin.unblock?.value ?? pin.value),
    ];
    expect(text).not.toBe('');
    for (const secret of secrets) expect(text).not.toContain(secret.toLowerCase());
  });

  it('answers anything with a result, also in place of any one value of a profile', () => {
    const value = fc.oneof(
      fc.anything(),
      fc.stringMatching(/^[0-9A-F]{2,40}$/),
      fc.constantFrom('MF', 'MF/ADF.ISIM', '2F06/1', 'same-as-record-1'),
      fc.integer({ min: 0, max: 300 }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...PATHS), value, (path, replacement) => {
        for (const candidate of [replacement, edited({ [path]: replacement })]) {
          const result = checkProfile(candidate);
          if (result.ok) continue;
          expect(result.faults.length).toBeGreaterThan(0);
          for (const fault of result.faults) {
            expect(fault.path.startsWith('$')).toBe(true);
            expect(fault.expected).not.toBe('');
            expect(fault.found).not.toBe('');
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('parseProfile', () => {
  it('reads the default profile from its JSON text', () => {
    const result = parseProfile(JSON.stringify(DEFAULT_PROFILE));
    expect(result).toEqual({ ok: true, profile: DEFAULT_PROFILE });
  });

  it('checks what it has read', () => {
    const faults = [{ ...FORMAT, found: 'nothing, no vuicc profile' }];
    expect(parseProfile('{}')).toEqual({ ok: false, faults });
  });

  it('names line, column and offset of a text that is no JSON', () => {
    const text = '{\n  "format": "vuicc-profile/1",\n  "pins": [ { "value": 1234 ]\n}';
    const expected = '"," or "}" at line 3, column 29 (offset 61)';
    expect(parseProfile(text)).toEqual({
      ok: false,
      faults: [{ path: '$', expected, found: "']'" }],
    });
  });

  it('never quotes the text around a syntax fault', () => {
    fc.assert(
      fc.property(wrongHex, (secret) => {
        const result = parseProfile(`{"k": "${secret}\n"}`);
        expect(JSON.stringify(result)).not.toContain(secret.slice(0, 8));
      }),
    );
  });
});
