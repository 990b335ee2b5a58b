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

  it('are none where the table cannot be read', () => {
    const files = DEFAULT_PROFILE.files.filter(({ fid }) => fid !== '6F38');
    expect(profileHints({ ...DEFAULT_PROFILE, files })).toEqual([]);
  });
});
