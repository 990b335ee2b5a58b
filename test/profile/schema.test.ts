/**
 * The fields of a profile, one by one: what each refuses, in which words.
 *
 * @see docs/profile.md
 * @module
 */

import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import type { ProfileFault } from '../../src/profile/faults.ts';
import { cardProfileSchema, profileJsonSchema } from '../../src/profile/schema.ts';
import { documentText } from './document.ts';
import { directoryAt, edited, faultsAfter, fileAt, type Refusal } from './edited.ts';

const ENTRY = '$.keyTable.entries[1]';
const KEY_SET = `${ENTRY}.keySets[0]`;
const ICCID = fileAt('MF/EF.ICCID');
const DIR = fileAt('MF/EF.DIR');

const USIM = directoryAt('MF/ADF.USIM');

const ARR_OR_RULES = 'exactly one of arr and rules';
const ONE_FORM = 'exactly one of referenced, expanded and compact';
const LIFE_CYCLES = '"creation", "activated", "deactivated" or "terminated"';
const KEY_REFERENCE =
  'a key reference: "01" to "08", "0A" to "0E", "11", "81" to "88" or "8A" to "8E"';

const ALGORITHM = '"milenage", "tuak", "xor" or the name of a registered algorithm, in lower case';
const LONG_K = 'K, 32 or 64 hex digits';
const MAC = '8, as AUTN and AUTS have room for a MAC of 8 octets';
const RES = '4, 8, 16 or 32 octets of RES';
const ITERATIONS = 'a number of iterations, 1 to 255';
const NO_FIELD = 'no field of this name';

const WRONG_FIELDS: readonly Refusal[] = [
  ['an unknown field', '$.adm1', '00', 'no field of this name', '2 hex digits'],
  ['a name that is no text', '$.name', 5, 'text', 'a number'],
  ['no ICCID', '$.iccid', undefined, 'an ICCID, 18 to 20 decimal digits', 'nothing'],
  [
    'an ICCID with a letter',
    '$.iccid',
    '8999901000000000001F',
    'an ICCID, 18 to 20 decimal digits',
    '"8999901000000000001F"',
  ],
  ['an IMSI of 5 digits', '$.imsi', '00101', 'an IMSI, 6 to 15 decimal digits', '"00101"'],
  ['an IMSI as a number', '$.imsi', 1010123456789, 'an IMSI, 6 to 15 decimal digits', 'a number'],
  ['an ATR of one octet', '$.atr', '3B', 'an ATR, 4 to 66 hex digits', '"3B"'],
  ['an ATR of 34 octets', '$.atr', '3B'.repeat(34), 'an ATR, 4 to 66 hex digits', '68 hex digits'],
  ['less memory than none', '$.freeMemory', -1, 'a number of octets, 0 to 16777215', '-1'],
  [
    '24 bits of memory and one',
    '$.freeMemory',
    2 ** 24,
    'a number of octets, 0 to 16777215',
    '16777216',
  ],
  ['half an octet of memory', '$.freeMemory', 0.5, 'a number of octets, 0 to 16777215', '0.5'],
  ['memory as text', '$.freeMemory', '100', 'a number of octets, 0 to 16777215', '3 hex digits'],
  ['an unknown protocol', '$.protocol', 'T=2', '"T=0" or "T=1"', '"T=2"'],
  ['PINs that are no array', '$.pins', {}, 'an array of PINs', 'an object'],
  ['a PIN that is null', '$.pins[1]', null, 'an object, a PIN', 'null'],
  ['a key reference of no meaning', '$.pins[1].reference', '09', KEY_REFERENCE, '"09"'],
  ['a key reference 0F', '$.pins[2].reference', '0F', KEY_REFERENCE, '"0F"'],
  [
    'a PIN of 3 digits',
    '$.pins[0].value',
    '123',
    '4 to 8 decimal digits or 16 hex digits',
    '3 hex digits',
  ],
  [
    'a PIN of letters',
    '$.pins[0].value',
    'open!',
    '4 to 8 decimal digits or 16 hex digits',
    'text of 5 characters',
  ],
  [
    'a PIN as a number',
    '$.pins[0].value',
    1234,
    '4 to 8 decimal digits or 16 hex digits',
    'a number',
  ],
  ['no tries', '$.pins[0].retries', 0, 'a number of tries, 1 to 15', '0'],
  ['half a try', '$.pins[0].retries', 2.5, 'a number of tries, 1 to 15', '2.5'],
  ['an enabled that is text', '$.pins[0].enabled', 'yes', 'true or false', 'text of 3 characters'],
  [
    'an UNBLOCK PIN of 4 digits',
    '$.pins[0].unblock.value',
    '1234',
    '8 decimal digits',
    '4 hex digits',
  ],
  [
    'an UNBLOCK PIN without an object',
    '$.pins[0].unblock',
    12345678,
    'an object, an UNBLOCK PIN',
    'a number',
  ],
  [
    'an empty key table',
    '$.keyTable.entries',
    [],
    'an array of 1 to 255 Ki/OTA pairs',
    'an array of 0',
  ],
  [
    '256 entries',
    '$.keyTable.entries',
    Array.from({ length: 256 }, () => DEFAULT_PROFILE.keyTable.entries[0]),
    'an array of 1 to 255 Ki/OTA pairs',
    'an array of 256',
  ],
  ['an index below 0', '$.keyTable.active', -1, 'the index of an entry, 0 to 254', '-1'],
  ['an algorithm in capitals', `${ENTRY}.algorithm`, 'MILENAGE', ALGORITHM, '"MILENAGE"'],
  ['an algorithm without a name', `${ENTRY}.algorithm`, '', ALGORITHM, 'empty text'],
  ['an algorithm of 33 letters', `${ENTRY}.algorithm`, 'a'.repeat(33), ALGORITHM, '33 hex digits'],
  ['an algorithm that is a number', `${ENTRY}.algorithm`, 2, ALGORITHM, 'a number'],
  ['no algorithm', `${ENTRY}.algorithm`, undefined, ALGORITHM, 'nothing'],
  ['an entry that is text', ENTRY, 'tuak', 'an object, a Ki/OTA pair', 'text of 4 characters'],
  ['TOPc of MILENAGE', `${ENTRY}.topc`, '00'.repeat(32), 'no field of this name', '64 hex digits'],
  ['a length of MILENAGE', `${ENTRY}.resLength`, 8, 'no field of this name', 'a number'],
  [
    'the 2G variant of MILENAGE',
    `${ENTRY}.gsmVariant`,
    true,
    'no field of this name',
    'true or false',
  ],
  ['a K of 31 digits', `${ENTRY}.k`, '0'.repeat(31), 'K, 32 hex digits', '31 hex digits'],
  ['no K', `${ENTRY}.k`, undefined, 'K, 32 hex digits', 'nothing'],
  ['an OPc of 17 octets', `${ENTRY}.opc`, '00'.repeat(17), 'OPc, 32 hex digits', '34 hex digits'],
  [
    'OPc and OP at once',
    `${ENTRY}.op`,
    '00'.repeat(16),
    'exactly one of opc and op',
    'both',
    ENTRY,
  ],
  ['neither OPc nor OP', `${ENTRY}.opc`, undefined, 'exactly one of opc and op', 'neither', ENTRY],
  ['four rotations', `${ENTRY}.r`, [64, 0, 32, 64], 'an array of 5 rotations', 'an array of 4'],
  [
    'a rotation of 128 bits',
    `${ENTRY}.r`,
    [64, 0, 32, 64, 128],
    'a rotation in bits, 0 to 127',
    '128',
    `${ENTRY}.r[4]`,
  ],
  [
    'a constant of 15 octets',
    `${ENTRY}.c`,
    ['00'.repeat(15), ...Array.from({ length: 4 }, () => '00'.repeat(16))],
    'a constant, 32 hex digits',
    '30 hex digits',
    `${ENTRY}.c[0]`,
  ],
  ['9 bits of IND', `${ENTRY}.sqn.indBits`, 9, 'a number of bits, 0 to 8', '9'],
  ['a delta of 0', `${ENTRY}.sqn.delta`, 0, 'a number, 1 to 281474976710655', '0'],
  ['a kvn of 16', `${KEY_SET}.kvn`, 16, 'a key version number, 0 to 15', '16'],
  ['a KIc that is text', `${KEY_SET}.kic`, '00'.repeat(16), 'an object, a key', '32 hex digits'],
  ['an unknown type of key', `${KEY_SET}.kic.type`, 'aes', '"AES", "3DES" or "DES"', '"aes"'],
  [
    'an AES key of 20 octets',
    `${KEY_SET}.kic.key`,
    '00'.repeat(20),
    'an AES key, 32, 48 or 64 hex digits',
    '40 hex digits',
  ],
  [
    'a 3DES key of 32 octets',
    `${KEY_SET}.kic`,
    { type: '3DES', key: '00'.repeat(32) },
    'a 3DES key, 32 or 48 hex digits',
    '64 hex digits',
    `${KEY_SET}.kic.key`,
  ],
  [
    'a DES key of 16 octets',
    `${KEY_SET}.kic`,
    { type: 'DES', key: '00'.repeat(16) },
    'a DES key, 16 hex digits',
    '32 hex digits',
    `${KEY_SET}.kic.key`,
  ],
  ['a MAC length of 6', `${KEY_SET}.kid.macLength`, 6, '4 or 8', '6'],
  [
    'a MAC length of a 3DES key',
    `${KEY_SET}.kid`,
    { type: '3DES', key: '00'.repeat(16), macLength: 8 },
    'no field of this name',
    'a number',
    `${KEY_SET}.kid.macLength`,
  ],
  [
    'a counter of 4 octets',
    `${KEY_SET}.cntr`,
    '00000001',
    'a counter, 10 hex digits',
    '"00000001"',
  ],
  [
    '256 applets',
    '$.applets',
    Array.from({ length: 256 }, () => DEFAULT_PROFILE.applets[0]),
    'an array of 0 to 255 applets',
    'an array of 256',
  ],
  ['a TAR of 2 octets', '$.applets[0].tar', 'BFFF', 'a TAR, 6 hex digits', '"BFFF"'],
  [
    'a kind with a blank',
    '$.applets[0].kind',
    'a b',
    'the name of a kind, without white space',
    '"a b"',
  ],
  ['an unknown command format', '$.applets[0].format', 'auto', '"compact" or "expanded"', '"auto"'],
  ['an SPI1 of one digit', '$.applets[0].minimumSecurity', '6', 'an SPI1, 2 hex digits', '"6"'],
  [
    'an empty access domain',
    '$.applets[0].accessDomain',
    '',
    'an access domain, hex digits in pairs',
    'empty text',
  ],
  [
    'an unknown policy',
    '$.switches.porPolicy',
    'strict',
    '"plain", "literal" or "hardened"',
    '"strict"',
  ],
  [
    'a switch that is left out',
    '$.switches.aesWithoutCounter',
    undefined,
    'true or false',
    'nothing',
  ],
  [
    'a directory outside the MF',
    '$.directories[3].path',
    'DF.TELECOM',
    'the path of a directory, "MF" or "MF/…"',
    '"DF.TELECOM"',
  ],
  [
    'an AID of 4 octets',
    '$.directories[1].aid',
    'A0000000',
    'an AID, 10 to 32 hex digits',
    '"A0000000"',
  ],
  [
    'a record number without a FID',
    '$.directories[3].arr',
    '9',
    'the FID of an EF_ARR and a record number, "2F06/9"',
    '"9"',
  ],
  [
    'a record number 255',
    '$.directories[3].arr',
    '2F06/255',
    'the FID of an EF_ARR and a record number, "2F06/9"',
    '"2F06/255"',
  ],
  ['a file that is a directory', `${ICCID}.path`, 'MF', 'the path of a file, "MF/…"', '"MF"'],
  ['a FID of 3 digits', `${ICCID}.fid`, '2FE', 'a FID, 4 hex digits', '"2FE"'],
  ['a word for shareable', `${ICCID}.shareable`, 'no', 'true or false', 'text of 2 characters'],
  ['null for shareable', `${ICCID}.shareable`, null, 'true or false', 'null'],
  ['an SFI of 31', `${ICCID}.sfi`, 31, 'an SFI, 1 to 30, or null', '31'],
  ['an SFI that is left out', `${ICCID}.sfi`, undefined, 'an SFI, 1 to 30, or null', 'nothing'],
  ['a state that there is not', `${ICCID}.lifeCycle`, 'locked', LIFE_CYCLES, '"locked"'],
  ['a state as its octet', `${ICCID}.lifeCycle`, 5, LIFE_CYCLES, '5'],
  [
    'special file information of two octets',
    `${ICCID}.specialFileInformation`,
    '4000',
    'special file information, 2 hex digits',
    '"4000"',
  ],
  [
    'special file information as a number',
    `${ICCID}.specialFileInformation`,
    64,
    'special file information, 2 hex digits',
    'a number',
  ],
  ['record 0 of EF_ARR', `${ICCID}.arr`, 0, 'a record number, 1 to 254', '0'],
  ['a file without arr and rules', `${ICCID}.arr`, undefined, ARR_OR_RULES, 'neither', ICCID],
  ['a file with both', `${ICCID}.rules`, { compact: '0100' }, ARR_OR_RULES, 'both', ICCID],
  ['a directory without arr and rules', `${USIM}.arr`, undefined, ARR_OR_RULES, 'neither', USIM],
  ['a directory with both', `${USIM}.rules`, { compact: '0100' }, ARR_OR_RULES, 'both', USIM],
  [
    'an unknown type of EF',
    `${ICCID}.type`,
    'variable',
    '"transparent", "ber-tlv", "linear" or "cyclic"',
    '"variable"',
  ],
  [
    'a size that READ BINARY cannot reach',
    `${ICCID}.size`,
    33024,
    'a size in octets, 1 to 33023',
    '33024',
  ],
  ['data that is no hex', `${ICCID}.data`, 'zz', 'hex digits', 'text of 2 characters'],
  ['records of a transparent EF', `${ICCID}.recLen`, 1, 'no field of this name', 'a number'],
  ['a record of 256 octets', `${DIR}.recLen`, 256, 'a record length in octets, 1 to 255', '256'],
  ['255 records', `${DIR}.recCount`, 255, 'a number of records, 1 to 254', '255'],
  [
    'a fill of two octets',
    `${DIR}.recordsFill`,
    'FFFF',
    'one octet, 2 hex digits, or "same-as-record-1"',
    '"FFFF"',
  ],
];

const REFERENCE =
  'the FID of an EF_ARR and a record number or pairs of SEID and record number, in hex';
const EXPANDED = 'access rules in expanded format, 2 to 510 hex digits';
const COMPACT = 'access rules in compact format, 2 to 16 hex digits';

/** Values of `rules`, and the fault: in it, or in one of its fields. */
const WRONG_RULES: readonly (readonly [string, unknown, string, string, string?])[] = [
  ['that are no object', '8001019000', 'an object, access rules', '10 hex digits'],
  ['that are null', null, 'an object, access rules', 'null'],
  ['of no form', {}, ONE_FORM, 'none'],
  ['of two forms', { expanded: '8001019000', compact: '0100' }, ONE_FORM, 'several'],
  [
    'of an unknown form',
    { compact: '0100', open: '' },
    'no field of this name',
    'empty text',
    'open',
  ],
  ['with a FID alone', { referenced: '2F06' }, REFERENCE, '"2F06"', 'referenced'],
  ['with half a pair', { referenced: '2F06010203' }, REFERENCE, '"2F06010203"', 'referenced'],
  ['with a record and a slash', { referenced: '2F06/1' }, REFERENCE, '"2F06/1"', 'referenced'],
  ['with half an octet', { expanded: '800101900' }, EXPANDED, '"800101900"', 'expanded'],
  ['of no octet', { expanded: '' }, EXPANDED, 'empty text', 'expanded'],
  ['of 256 octets', { expanded: '90'.repeat(256) }, EXPANDED, '512 hex digits', 'expanded'],
  [
    'of 9 octets in compact format',
    { compact: '00'.repeat(9) },
    COMPACT,
    '"000000000000000000"',
    'compact',
  ],
  ['that are a number', { compact: 100 }, COMPACT, 'a number', 'compact'],
];

describe('access rules', () => {
  for (const [what, rules, expected, found, field] of WRONG_RULES) {
    it(`are refused ${what}`, () => {
      for (const at of [ICCID, USIM]) {
        const edits = { [`${at}.arr`]: undefined, [`${at}.rules`]: rules };
        const path = `${at}.rules${field === undefined ? '' : `.${field}`}`;
        expect(faultsAfter(edits)).toEqual([{ path, expected, found }]);
        expect(cardProfileSchema.safeParse(edited(edits)).success).toBe(false);
      }
    });
  }

  it.each([
    { referenced: '2f0601' },
    { referenced: '2F0601020006' },
    { expanded: '8001019000' },
    { compact: '0100' },
  ])('may be %j', (rules) => {
    const edits = [ICCID, USIM].flatMap((at) => [
      [`${at}.arr`, undefined],
      [`${at}.rules`, rules],
    ]);
    expect(faultsAfter(Object.fromEntries(edits))).toEqual([]);
  });
});

const KEY_SETS = DEFAULT_PROFILE.keyTable.entries[0]?.keySets;
const SQN = { indBits: 5, delta: 1 };
const TUAK = { algorithm: 'tuak', k: 'ab'.repeat(16), topc: 'cd'.repeat(32), sqn: SQN };
const XOR = { algorithm: 'xor', k: 'ab'.repeat(16), sqn: SQN };
const OWN = { algorithm: 'my-own.2', k: 'ab'.repeat(16), sqn: SQN };
const WITHOUT_TOPC = { ...TUAK, topc: undefined };

/** Faults of a profile with such an entry; `undefined` takes a field away. */
function faultsOf(entry: object): readonly ProfileFault[] {
  const fields = Object.entries({ ...entry, keySets: KEY_SETS });
  const given = Object.fromEntries(fields.filter(([, value]) => value !== undefined));
  const parses = cardProfileSchema.safeParse(edited({ [ENTRY]: given })).success;
  const faults = faultsAfter({ [ENTRY]: given });
  expect(parses).toBe(faults.length === 0);
  return faults;
}

describe('a pair of another algorithm than MILENAGE', () => {
  it.each<[string, object]>([
    ['TUAK with what it has for itself', TUAK],
    ['TUAK with TOP', { ...WITHOUT_TOPC, top: 'EF'.repeat(32) }],
    ['TUAK with K of 32 octets', { ...TUAK, k: 'ab'.repeat(32) }],
    ['TUAK with the MAC that fits', { ...TUAK, macLength: 8 }],
    ['TUAK with all else', { ...TUAK, resLength: 32, ckLength: 32, ikLength: 32, iterations: 255 }],
    ['TUAK with what is shortest', { ...TUAK, resLength: 4, ckLength: 16, ikLength: 16 }],
    ['XOR', XOR],
    ['XOR with a length and the 2G variant', { ...XOR, resLength: 4, gsmVariant: true }],
    ['an own one', OWN],
    ['an own one with OPc', { ...OWN, opc: 'cd'.repeat(16) }],
    ['an own one with TOPc and K of 32 octets', { ...OWN, k: TUAK.topc, topc: TUAK.topc }],
  ])('may be %s', (_what, entry) => {
    expect(faultsOf(entry)).toEqual([]);
  });

  it.each<[string, object, string, string, string]>([
    ['K of 24 octets', { ...TUAK, k: 'ab'.repeat(24) }, '.k', LONG_K, '48 hex digits'],
    ['no K', { ...TUAK, k: undefined }, '.k', LONG_K, 'nothing'],
    [
      'TOPc of 16 octets',
      { ...TUAK, topc: TUAK.k },
      '.topc',
      'TOPc, 64 hex digits',
      '32 hex digits',
    ],
    [
      'TOP of no hex',
      { ...WITHOUT_TOPC, top: 'x' },
      '.top',
      'TOP, 64 hex digits',
      'text of 1 character',
    ],
    ['TOP and TOPc', { ...TUAK, top: TUAK.topc }, '', 'exactly one of topc and top', 'both'],
    ['neither', WITHOUT_TOPC, '', 'exactly one of topc and top', 'neither'],
    ['a MAC of 16 octets', { ...TUAK, macLength: 16 }, '.macLength', MAC, '16'],
    ['a MAC of 32 octets', { ...TUAK, macLength: 32 }, '.macLength', MAC, '32'],
    ['RES of 12 octets', { ...TUAK, resLength: 12 }, '.resLength', RES, '12'],
    ['RES that is text', { ...TUAK, resLength: '8' }, '.resLength', RES, '"8"'],
    ['CK of 8 octets', { ...TUAK, ckLength: 8 }, '.ckLength', '16 or 32 octets of CK', '8'],
    ['IK of 24 octets', { ...TUAK, ikLength: 24 }, '.ikLength', '16 or 32 octets of IK', '24'],
    ['no iteration', { ...TUAK, iterations: 0 }, '.iterations', ITERATIONS, '0'],
    ['256 iterations', { ...TUAK, iterations: 256 }, '.iterations', ITERATIONS, '256'],
    ['OPc of TUAK', { ...TUAK, opc: TUAK.k }, '.opc', 'no field of this name', '32 hex digits'],
    ['r of TUAK', { ...TUAK, r: [] }, '.r', 'no field of this name', 'an array of 0'],
    [
      'the 2G variant of TUAK',
      { ...TUAK, gsmVariant: false },
      '.gsmVariant',
      NO_FIELD,
      'true or false',
    ],
    ['K of 32 octets of XOR', { ...XOR, k: TUAK.topc }, '.k', 'K, 32 hex digits', '64 hex digits'],
    ['OPc of XOR', { ...XOR, opc: XOR.k }, '.opc', NO_FIELD, '32 hex digits'],
    [
      'RES of 3 octets of XOR',
      { ...XOR, resLength: 3 },
      '.resLength',
      'octets of RES, 4 to 16',
      '3',
    ],
    [
      'RES of 17 octets of XOR',
      { ...XOR, resLength: 17 },
      '.resLength',
      'octets of RES, 4 to 16',
      '17',
    ],
    [
      'a variant that is text',
      { ...XOR, gsmVariant: '2G' },
      '.gsmVariant',
      'true or false',
      'text of 2 characters',
    ],
    ['CK of XOR', { ...XOR, ckLength: 16 }, '.ckLength', NO_FIELD, 'a number'],
    ['OP of an own one', { ...OWN, op: OWN.k }, '.op', NO_FIELD, '32 hex digits'],
    [
      'OPc and TOPc of it',
      { ...OWN, opc: OWN.k, topc: TUAK.topc },
      '',
      'one of opc and topc at most',
      'both',
    ],
    ['K of 8 octets of it', { ...OWN, k: '00'.repeat(8) }, '.k', LONG_K, '16 hex digits'],
    ['iterations of it', { ...OWN, iterations: 1 }, '.iterations', NO_FIELD, 'a number'],
  ])('may not have %s', (_what, entry, at, expected, found) => {
    expect(faultsOf(entry)).toEqual([{ path: `${ENTRY}${at}`, expected, found }]);
  });

  it('tells all that is wrong with it, in the order of the file', () => {
    const entry = { ...TUAK, k: '00', macLength: 32, opc: TUAK.k, iterations: 0 };
    expect(faultsOf(entry).map(({ path }) => path.slice(ENTRY.length))).toEqual([
      '.k',
      '.macLength',
      '.opc',
      '.iterations',
    ]);
  });
});

describe('the fields of a card profile', () => {
  for (const [what, path, value, expected, found, at = path] of WRONG_FIELDS) {
    it(`refuse ${what}`, () => {
      expect(faultsAfter({ [path]: value })).toEqual([{ path: at, expected, found }]);
      expect(cardProfileSchema.safeParse(edited({ [path]: value })).success).toBe(false);
    });
  }

  it('may have every key length, every optional field and lower-case hex', () => {
    const edits = {
      '$.name': undefined,
      '$.freeMemory': 16777215,
      '$.pins[0].unblock': undefined,
      [`${ENTRY}.opc`]: undefined,
      [`${ENTRY}.op`]: 'ab'.repeat(16),
      [`${ENTRY}.r`]: [64, 0, 32, 64, 96],
      [`${ENTRY}.c`]: Array.from({ length: 5 }, () => '0f'.repeat(16)),
      [`${ENTRY}.sqn`]: { indBits: 0, delta: 1, ageLimit: 5, array: [2 ** 48 - 1] },
      [`${ENTRY}.keySets`]: [
        {
          kvn: 0,
          kic: { type: 'AES', key: 'ab'.repeat(24) },
          kid: { type: 'AES', key: 'cd'.repeat(32), macLength: 4 },
          kik: { type: 'DES', key: 'ef'.repeat(8) },
          cntr: 'ffffffffff',
        },
        {
          kvn: 15,
          kic: { type: '3DES', key: 'ab'.repeat(16) },
          kid: { type: '3DES', key: 'cd'.repeat(24) },
          cntr: '0000000001',
        },
      ],
    };
    expect(faultsAfter(edits)).toEqual([]);
  });

  it('are in docs/vuicc-profile-1.schema.json as a JSON Schema', () => {
    const schema = profileJsonSchema();
    expect(JSON.parse(documentText('vuicc-profile-1.schema.json', schema))).toEqual(schema);
  });
});
