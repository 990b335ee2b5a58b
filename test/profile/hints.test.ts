import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { EF_IST, EF_UST } from '../../src/ef/services.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { profileHints } from '../../src/profile/hints.ts';
import type { CardProfile } from '../../src/profile/profile.ts';
import { withServices } from '../../src/profile/services.ts';

function announcing(path: string, services: readonly number[]): CardProfile {
  const encode = path.endsWith('UST') ? EF_UST.encode : EF_IST.encode;
  const files = DEFAULT_PROFILE.files.map((file) =>
    file.path === path && file.type === 'transparent'
      ? { ...file, size: 19, data: toHex(encode(services, 19)) }
      : file,
  );
  return { ...DEFAULT_PROFILE, files };
}

const CALC_INFO = 'MF/ADF.USIM/DF.5GS/EF.SUCI_Calc_Info';
/** Public keys of the home network: 3GPP TS 33.501, annex C.4. */
const KEY_A = '5A8D38864820197C3394B92613B20B91633CBD897119273BF8E4A6F4EEC0A650';
const KEY_B = '0272DA71976234CE833A6907425867B82E074D44EF907DFB4B3E21C1C2256EBCD1';

const expected = (profile: CardProfile): string[] =>
  profileHints(profile).map((hint) => hint.expected);

describe('hints', () => {
  it('are none for the built-in profile, with all services or without', () => {
    expect(profileHints(DEFAULT_PROFILE)).toEqual([]);
    const all = withServices(DEFAULT_PROFILE, { usim: 'all', isim: 'all' });
    expect(profileHints(all)).toEqual([]);
  });

  it.each([
    ['an EF', 'MF/ADF.USIM/EF.UST', [4], ['EF_SDN, as service 4 is announced']],
    [
      'an EF of two services',
      'MF/ADF.USIM/EF.UST',
      [4, 99],
      ['EF_SDN, as service 4 is announced', 'EF_SDNURI, as services 4 and 99 are announced'],
    ],
    ['an EF of a DF', 'MF/ADF.USIM/EF.UST', [137], ['EF_CAG, as service 137 is announced']],
    [
      'an EF of a DF that is not there',
      'MF/ADF.USIM/EF.UST',
      [59],
      ['EF_Pseudo, as service 59 is announced'],
    ],
    [
      'an EF of BER-TLV objects',
      'MF/ADF.USIM/EF.UST',
      [115],
      ['EF_IMSConfigData, as service 115 is announced'],
    ],
    ['an EF of the ISIM', 'MF/ADF.ISIM/EF.IST', [5], ['EF_P-CSCF, as service 5 is announced']],
  ])('name %s', (_, path, services, hints) => {
    expect(expected(announcing(path, services))).toEqual(hints);
  });

  it('look for the phone book by its EF_PBR', () => {
    const profile = announcing('MF/ADF.USIM/EF.UST', [1]);
    expect(expected(profile)).toEqual([]);
    const files = profile.files.filter(({ fid }) => fid !== '4F30');
    expect(expected({ ...profile, files })).toEqual(['EF_PBR, as service 1 is announced']);
  });

  it.each([
    ['null scheme', 'A0020000', []],
    ['profile A', `A0020101A12580011B8120${KEY_A}`, []],
    ['profile B', `A0020201A12680011B8121${KEY_B}`, []],
    ['a scheme of the operator', 'A0020C09', []],
    ['half a scheme', 'A00100', ['schemes and keys for the SUCI, what makes no sense']],
    ['what is cut short', 'A0050000', ['schemes and keys for the SUCI, what makes no sense']],
    ['nothing', 'FFFFFFFF', []],
    ['key index 0', 'A0020100', ['a public key of profile A as key 0, no such key']],
    [
      'key index 2 of 1',
      `A0020202A12680011B8121${KEY_B}`,
      ['a public key of profile B as key 2, no such key'],
    ],
    [
      'low order',
      `A0020101A12580011B8120${'00'.repeat(32)}`,
      ['a public key of profile A as key 1, none of its curve'],
    ],
    [
      'keys in the wrong order',
      `A00402010102A14B80011B8120${KEY_A}80011E8121${KEY_B}`,
      [
        'a public key of profile B as key 1, none of its curve',
        'a public key of profile A as key 2, none of its curve',
      ],
    ],
    [
      'off the curve',
      `A0020201A12680011B812102${'00'.repeat(31)}01`,
      ['a public key of profile B as key 1, none of its curve'],
    ],
  ])('name a scheme for the SUCI that has not its key: %s', (_, data, hints) => {
    const files = DEFAULT_PROFILE.files.map((file) =>
      file.path === CALC_INFO ? { ...file, data, size: data.length / 2 } : file,
    ) as CardProfile['files'];
    const found = profileHints({ ...DEFAULT_PROFILE, files });
    const at = files.findIndex(({ path }) => path === CALC_INFO);
    expect(found.map((hint) => `${hint.expected}, ${hint.found}`)).toEqual(hints);
    for (const { path } of found) expect(path).toBe(`$.files[${at}].data`);
  });

  it('are none where the table cannot be read', () => {
    const files = DEFAULT_PROFILE.files.filter(({ fid }) => fid !== '6F38');
    expect(profileHints({ ...DEFAULT_PROFILE, files })).toEqual([]);
  });
});
