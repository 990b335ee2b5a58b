import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.ts';
import { decodeAccessRules } from '../../src/ef/access-rules.ts';
import { STANDARD_RULES } from '../../src/ef/standard-rules.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { rightsLine, rightsOfFile, rightsText } from '../../src/profile/rights.ts';
import { profileTree } from '../../src/profile/tree.ts';

function line(rules: string, kind: 'ef' | 'directory' = 'ef'): string {
  return rightsLine(rightsText(decodeAccessRules(fromHex(rules)), kind));
}

const PIN1 = 'A406830101950108';
const PIN2 = 'A406830181950108';
const ADM1 = 'A40683010A950108';

describe('where rights are said', () => {
  const imsi = DEFAULT_PROFILE.files.find(({ fid }) => fid === '6F07')!;
  const { arr: _, ...bare } = imsi;
  const tree = profileTree(DEFAULT_PROFILE);

  it.each([
    ['a record', imsi, 'record 2 of MF/ADF.USIM/EF.ARR', 'PIN1', 'ADM1'],
    [
      'a record of an EF_ARR above',
      { ...bare, rules: { referenced: '2F0604' } },
      ...['record 4 of MF/EF.ARR', 'always', 'PIN1'],
    ],
    [
      'the record of the environment 01',
      { ...bare, rules: { referenced: '6F0600070103' } },
      ...['record 3 of MF/ADF.USIM/EF.ARR', 'PIN1', 'PIN1'],
    ],
    [
      'no record of the environment 01',
      { ...bare, rules: { referenced: '6F060007' } },
      ...['record none of MF/ADF.USIM/EF.ARR', 'never', 'never'],
    ],
    [
      'an EF_ARR that is not there',
      { ...bare, rules: { referenced: '6F9901' } },
      ...['record 1 of EF_ARR 6F99, which is not there', 'never', 'never'],
    ],
    [
      'rules of its own',
      { ...bare, rules: { expanded: `8001019000 800102${ADM1}`.replaceAll(' ', '') } },
      ...['its own rules, in expanded format', 'always', 'ADM1'],
    ],
    [
      'compact rules of its own',
      { ...bare, rules: { compact: '03FF00' } },
      ...['its own rules, in compact format', 'always', 'never'],
    ],
    [
      'rules of its own that make no sense',
      { ...bare, rules: { compact: '03FF' } },
      ...['its own rules, in compact format', 'never', 'never'],
    ],
  ] as const)('%s', (_what, file, source, read, update) => {
    const found = rightsOfFile(DEFAULT_PROFILE, tree, file as typeof imsi);
    expect(found).toMatchObject({ source, rights: { read, update } });
  });
});

describe('rights in words', () => {
  it.each([
    [1, 'read always; update, deactivate, activate ADM1'],
    [3, 'read, update PIN1; deactivate, activate ADM1'],
    [5, 'read PIN1; update PIN2; deactivate, activate ADM1'],
    [7, 'read always; update, deactivate, activate never'],
    [8, 'read, update, increase PIN1; deactivate, activate ADM1'],
  ])('standard rule %i: %s', (record, words) => {
    expect(line(STANDARD_RULES[record - 1] ?? '')).toBe(words);
  });

  it('are those of directories for a directory', () => {
    expect(line(STANDARD_RULES[8] ?? '', 'directory')).toBe(
      'create EF, create DF, delete child, deactivate, activate, delete ADM1',
    );
  });

  it.each([
    ['nothing is covered', '', 'read, update never'],
    ['the first rule that covers decides', '8001019000 8001039700', 'read always; update never'],
    ['either of two keys', `800102A010${PIN2}${ADM1}`, 'read never; update PIN2 or ADM1'],
    ['both of two keys', `800101AF10${PIN1}${ADM1}`, 'read PIN1 and ADM1; update never'],
    [
      'one within the other',
      `800101A014${PIN2}AF0A${PIN1}9000`,
      'read PIN2 or (PIN1 and always); update never',
    ],
    ['not a key', `800101A708${PIN1}`, 'read not PIN1; update never'],
    ['a condition that is not understood', '8001019E0120', 'read unknown; update never'],
    ['SC bytes', '8001019E0100 8001029E01FF', 'read always; update never'],
    ['an SC byte that asks for PIN1', '8001019E0111 8001029E0191', 'read, update PIN1'],
    [
      'an SC byte that asks for more',
      '8001019E0151 8001029E01D1',
      'read PIN1 or unknown; update PIN1 and unknown',
    ],
    [
      'an SC byte in a template',
      '800103AF059E01519000',
      'read, update (PIN1 or unknown) and always',
    ],
    ['an SC byte of another environment', '8001019E0112', 'read unknown; update never'],
    ['two conditions in a row', `800101${PIN1}${PIN2}`, 'read unknown; update never'],
    ["another's own bits", '8001909000', 'read, update never'],
    ["another's own bits beside a standard one", '8001919000', 'read always; update never'],
    ["another's own access mode", '9C01009000', 'read, update never'],
    ['an instruction', `8401D4${ADM1}8001019000`, 'read always; update never; resize ADM1'],
    ['an instruction before a bit', `8401B09700 8001019000`, 'read, update never'],
  ])('%s', (_, rules, words) => {
    expect(line(rules)).toBe(words);
  });

  it('are none where the EF_ARR is missing, its record too high or no rule', () => {
    const imsi = DEFAULT_PROFILE.files.find(({ fid }) => fid === '6F07')!;
    const of = (arr: number, files = DEFAULT_PROFILE.files): unknown => {
      const profile = { ...DEFAULT_PROFILE, files };
      return rightsOfFile(profile, profileTree(profile), { ...imsi, arr }).rights;
    };
    const nobody = { read: 'never', update: 'never' };
    expect(of(2)).toMatchObject({ read: 'PIN1' });
    expect(of(10)).toEqual(nobody);
    expect(of(11)).toEqual(nobody);
    expect(
      of(
        2,
        DEFAULT_PROFILE.files.filter(({ fid }) => fid !== '6F06'),
      ),
    ).toEqual(nobody);
    const broken = DEFAULT_PROFILE.files.map((file) =>
      file.path === 'MF/ADF.USIM/EF.ARR' && file.type === 'linear'
        ? { ...file, records: ['80'.repeat(64)], recordsFill: '80' }
        : file,
    );
    expect(of(2, broken)).toEqual(nobody);
  });
});
