/**
 * What becomes of each file when the subscription changes: octets, with and without operator data.
 *
 * Every file holds 'A5' throughout before the change, so that whatever is left of it shows.
 *
 * @see docs/subscription-change.md; 3GPP TS 31.102 §4.2; 3GPP TS 31.103
 * @module
 */

import { describe, expect, it } from 'vitest';
import { address } from '../../../src/bytes/address.ts';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { imsi, plmn } from '../../../src/bytes/identity.ts';
import { makeImage } from '../../../src/card/image.ts';
import { subscriptionFiles } from '../../../src/card/subscription/file-contents.ts';
import type { OperatorData } from '../../../src/ota/operator-data.ts';
import type { SubscriptionParameters } from '../../../src/ota/subscription-change.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import { type CardProfile, type FileProfile, hasRecords } from '../../../src/profile/profile.ts';
import { withChangedFile, withFiles, withoutFiles } from '../support/test-card.ts';

function transparent(path: string, fid: string, size: number): FileProfile {
  return { path, fid, type: 'transparent', size, sfi: null, arr: 3, data: 'A5'.repeat(size) };
}

function linear(path: string, fid: string): FileProfile {
  const records = { recLen: 10, recCount: 2, records: [], recordsFill: 'A5' };
  return { path, fid, type: 'linear', sfi: null, arr: 2, ...records };
}

/** The files of the table that the built-in profile does not have. */
const MORE: readonly FileProfile[] = [
  transparent('MF/ADF.USIM/EF.GBABP', '6FD6', 20),
  transparent('MF/ADF.USIM/DF.WLAN/EF.Pseudo', '4F41', 12),
  transparent('MF/ADF.USIM/DF.WLAN/EF.WRI', '4F46', 13),
  transparent('MF/ADF.ISIM/EF.GBABP', '6FD5', 21),
  linear('MF/ADF.USIM/EF.GBANL', '6FDA'),
  linear('MF/ADF.ISIM/EF.GBANL', '6FD7'),
  linear('MF/ADF.ISIM/EF.P-CSCF', '6F09'),
];

function used(file: FileProfile): FileProfile {
  if (file.path.endsWith('EF.ARR')) return file;
  if (!hasRecords(file)) return { ...file, data: 'A5'.repeat(file.size) };
  return { ...file, records: [], recordsFill: 'A5' };
}

const WITH_WLAN: CardProfile = {
  ...DEFAULT_PROFILE,
  directories: [
    ...DEFAULT_PROFILE.directories,
    { path: 'MF/ADF.USIM/DF.WLAN', fid: '5F40', arr: '6F06/9', pins: [] },
  ],
};
const WHOLE = withFiles(MORE, WITH_WLAN);
const PROFILE: CardProfile = { ...WHOLE, files: WHOLE.files.map(used) };

/**
 * The files that change, by their path, in hex of upper case; `undefined` when something does not
 * fit.
 */
function changedFiles(
  change: SubscriptionParameters,
  profile: CardProfile = PROFILE,
): Record<string, string> | undefined {
  const image = makeImage(profile);
  const changes = subscriptionFiles({ image, root: image.root }, change);
  const first = profile.directories.length;
  return (
    changes &&
    Object.fromEntries(
      changes.map((one) => {
        if (one.kind !== 'content') throw new Error(`a change of kind ${one.kind}`);
        const { path = `file ${one.file}` } = profile.files[one.file - first] ?? {};
        return [path.replace('MF/', ''), toHex(one.content).toUpperCase()];
      }),
    )
  );
}

function ff(octets: number): string {
  return 'FF'.repeat(octets);
}

function text(of: string, octets: number): string {
  const value = toHex(new TextEncoder().encode(of)).toUpperCase();
  const length = (value.length / 2).toString(16).padStart(2, '0').toUpperCase();
  return `80${length}${value}`.padEnd(octets * 2, 'F');
}

const NO_PLMNS = 'FFFFFF0000'.repeat(8);

/** 262/01, 15 digits, last digit 0. */
const CHANGE: SubscriptionParameters = {
  imsi: imsi('262019876543210'),
  mncLength: 2,
  operatorData: {},
};

const DOMAIN = 'ims.mnc001.mcc262.3gppnetwork.org';
const IMPI = `262019876543210@${DOMAIN}`;

const WITHOUT_OPERATOR_DATA: Readonly<Record<string, string>> = {
  'ADF.USIM/EF.IMSI': '082926108967452301',
  // Only the length of the MNC changes: the rest is not the operator's.
  'ADF.USIM/EF.AD': 'A5A5A5A2',
  'ADF.USIM/EF.ACC': '0001',
  'ADF.USIM/EF.LOCI': `${ff(7)}0000FF01`,
  'ADF.USIM/EF.PSLOCI': `${ff(10)}0000FF01`,
  'ADF.USIM/EF.EPSLOCI': `${ff(15)}000001`,
  'ADF.USIM/DF.5GS/EF.5GS3GPPLOCI': `${ff(19)}01`,
  'ADF.USIM/DF.5GS/EF.5GSN3GPPLOCI': `${ff(19)}01`,
  'ADF.USIM/EF.Keys': `07${ff(32)}`,
  'ADF.USIM/EF.KeysPS': `07${ff(32)}`,
  'ADF.USIM/DF.GSM-ACCESS/EF.Kc': `${ff(8)}07`,
  'ADF.USIM/DF.GSM-ACCESS/EF.KcGPRS': `${ff(8)}07`,
  'ADF.USIM/EF.EPSNSC': ff(54),
  'ADF.USIM/DF.5GS/EF.5GS3GPPNSC': ff(57),
  'ADF.USIM/DF.5GS/EF.5GSN3GPPNSC': ff(57),
  'ADF.USIM/DF.5GS/EF.5GAUTHKEYS': ff(68),
  'ADF.USIM/EF.START-HFN': 'F00000F00000',
  'ADF.USIM/EF.FPLMN': ff(12),
  'ADF.USIM/EF.NETPAR': ff(46),
  // The home PLMN of the new IMSI, and nothing of the old operator's.
  'ADF.USIM/EF.EHPLMN': `62F210${ff(9)}`,
  'ADF.USIM/EF.HPLMNwAcT': NO_PLMNS,
  'ADF.USIM/EF.OPLMNwAcT': NO_PLMNS,
  'ADF.USIM/EF.SPDI': ff(16),
  'ADF.USIM/EF.OPL': ff(16),
  'ADF.USIM/EF.PNN': ff(48),
  'ADF.USIM/EF.SPN': ff(17),
  'ADF.USIM/EF.GID1': ff(4),
  'ADF.USIM/EF.GID2': ff(4),
  // Alpha identifier 12; indicators 'A5' with b2 set; destination 12; service centre 12; the rest.
  'ADF.USIM/EF.SMSP': `${'A5'.repeat(12)}A7${'A5'.repeat(12)}${ff(12)}A5A5A5`,
  'ADF.USIM/EF.MSISDN': ff(24),
  'ADF.USIM/DF.5GS/EF.SUCI_Calc_Info': 'A0020000',
  'ADF.USIM/DF.5GS/EF.Routing_Indicator': 'F0FFFFFF',
  'ADF.USIM/EF.GBABP': ff(20),
  'ADF.USIM/EF.GBANL': ff(20),
  'ADF.USIM/DF.WLAN/EF.Pseudo': ff(12),
  'ADF.USIM/DF.WLAN/EF.WRI': ff(13),
  'ADF.ISIM/EF.IMPI': text(IMPI, 51),
  'ADF.ISIM/EF.DOMAIN': text(DOMAIN, 35),
  'ADF.ISIM/EF.IMPU': text(`sip:${IMPI}`, 80),
  'ADF.ISIM/EF.P-CSCF': ff(20),
  'ADF.ISIM/EF.GBABP': ff(21),
  'ADF.ISIM/EF.GBANL': ff(20),
};

const OPERATOR_DATA: OperatorData = {
  ehplmn: [plmn('262/01'), plmn('262/42')],
  hplmnWact: [{ plmn: plmn('262/01'), act: 0x4080 }],
  oplmnWact: [
    { plmn: plmn('001/01'), act: 0x8000 },
    { plmn: plmn('310/410'), act: 0x0080 },
  ],
  spn: fromHex('014E6577'),
  serviceCentre: address('+491710760000'),
  msisdn: address('+491711234567'),
  acc: fromHex('8000'),
  gid1: fromHex('AA'),
  gid2: fromHex('BBCC'),
  spdi: [plmn('001/01')],
  pnn: fromHex('430981D4F29C0E82329B4E'),
};

/** What is different with {@link OPERATOR_DATA}. */
const WITH_OPERATOR_DATA: Readonly<Record<string, string>> = {
  'ADF.USIM/EF.EHPLMN': `62F21062F224${ff(6)}`,
  'ADF.USIM/EF.HPLMNwAcT': `62F2104080${'FFFFFF0000'.repeat(7)}`,
  'ADF.USIM/EF.OPLMNwAcT': `00F11080001300140080${'FFFFFF0000'.repeat(6)}`,
  'ADF.USIM/EF.SPN': `014E6577${ff(13)}`,
  'ADF.USIM/EF.SMSP': `${'A5'.repeat(12)}A5${'A5'.repeat(12)}0791947101670000${ff(4)}A5A5A5`,
  'ADF.USIM/EF.MSISDN': `${ff(10)}0791947111325476${ff(6)}`,
  'ADF.USIM/EF.ACC': '8000',
  'ADF.USIM/EF.GID1': `AA${ff(3)}`,
  'ADF.USIM/EF.GID2': `BBCC${ff(2)}`,
  'ADF.USIM/EF.SPDI': `A305800300F110${ff(9)}`,
  'ADF.USIM/EF.PNN': `430981D4F29C0E82329B4E${ff(37)}`,
  // All areas of the home network have the name in record 1 of EF_PNN.
  'ADF.USIM/EF.OPL': `62F2100000FFFE01${ff(8)}`,
};

describe('the files after a change', () => {
  it.each(Object.entries(WITHOUT_OPERATOR_DATA))('%s without operator data', (path, expected) => {
    expect(changedFiles(CHANGE)?.[path]).toBe(expected);
  });

  it.each(Object.entries(WITH_OPERATOR_DATA))('%s with operator data', (path, expected) => {
    expect(changedFiles({ ...CHANGE, operatorData: OPERATOR_DATA })?.[path]).toBe(expected);
  });

  it('are those and no others, each once', () => {
    expect(Object.keys(changedFiles(CHANGE) ?? {}).sort()).toEqual(
      Object.keys(WITHOUT_OPERATOR_DATA).sort(),
    );
    expect(changedFiles({ ...CHANGE, operatorData: OPERATOR_DATA })).toEqual({
      ...WITHOUT_OPERATOR_DATA,
      ...WITH_OPERATOR_DATA,
    });
  });

  it('hold nothing of what was there, but for octets of EF_AD and of EF_SMSP', () => {
    const left = Object.entries(changedFiles(CHANGE) ?? {}).filter(([, content]) =>
      content.includes('A5A5'),
    );
    expect(left.map(([path]) => path)).toEqual(['ADF.USIM/EF.AD', 'ADF.USIM/EF.SMSP']);
  });

  it('are those of every USIM and ISIM of the card', () => {
    const second = { path: 'MF/ADF.USIM2', fid: '7FFF', aid: 'A000000087100200', arr: '2F06/9' };
    const profile = withFiles([transparent('MF/ADF.USIM2/EF.IMSI', '6F07', 9)], {
      ...PROFILE,
      directories: [...PROFILE.directories, { ...second, pins: [] }],
    });
    expect(changedFiles(CHANGE, profile)).toEqual({
      ...WITHOUT_OPERATOR_DATA,
      'ADF.USIM2/EF.IMSI': '082926108967452301',
    });
  });
});

describe('what follows from the IMSI', () => {
  const of = (digits: string, mncLength: 2 | 3): Record<string, string> | undefined =>
    changedFiles({ imsi: imsi(digits), mncLength, operatorData: {} });

  it.each([
    ['310410987654321', 3, '083901149078563412', '0002'],
    ['001010000000009', 2, '080910100000000090', '0200'],
    ['26201987654321', 2, '0821261089674523F1', '0002'],
    ['2460813579', 2, '062164803175F9FFFF', '0200'],
  ] as const)('EF_IMSI and EF_ACC of %s', (digits, mncLength, efImsi, efAcc) => {
    const files = of(digits, mncLength);
    expect(files?.['ADF.USIM/EF.IMSI']).toBe(efImsi);
    expect(files?.['ADF.USIM/EF.ACC']).toBe(efAcc);
  });

  it('the length of the MNC, the home PLMN and the IMS identities, with three digits', () => {
    const files = of('310410987654321', 3);
    expect(files?.['ADF.USIM/EF.AD']).toBe('A5A5A5A3');
    expect(files?.['ADF.USIM/EF.EHPLMN']).toBe(`130014${ff(9)}`);
    const domain = 'ims.mnc410.mcc310.3gppnetwork.org';
    expect(files?.['ADF.ISIM/EF.DOMAIN']).toBe(text(domain, 35));
    expect(files?.['ADF.ISIM/EF.IMPI']).toBe(text(`310410987654321@${domain}`, 51));
    expect(files?.['ADF.ISIM/EF.IMPU']).toBe(text(`sip:310410987654321@${domain}`, 80));
  });

  it('the home PLMN differs for the same digits with another length of the MNC', () => {
    expect(of('310410987654321', 2)?.['ADF.USIM/EF.EHPLMN']).toBe(`13F014${ff(9)}`);
  });
});

/** Gives the profile with one transparent EF, or the records of another, of another size. */
function resized(path: string, size: number): CardProfile {
  const change = (file: FileProfile): FileProfile =>
    !hasRecords(file) ? { ...file, size, data: 'A5'.repeat(size) } : { ...file, recLen: size };
  return withChangedFile(`MF/${path}`, change, PROFILE);
}

describe('what does not fit', () => {
  const plmns = (count: number): OperatorData['ehplmn'] =>
    Array.from({ length: count }, () => plmn('262/01'));
  const withAct = (count: number): OperatorData['hplmnWact'] =>
    Array.from({ length: count }, () => ({ plmn: plmn('262/01'), act: 0x4000 }));

  it.each<[string, OperatorData]>([
    ['five PLMNs for the four places of EF_EHPLMN', { ehplmn: plmns(5)! }],
    ['nine for the eight of EF_HPLMNwAcT', { hplmnWact: withAct(9)! }],
    ['nine for the eight of EF_OPLMNwAcT', { oplmnWact: withAct(9)! }],
    ['five octets for the four of EF_GID1', { gid1: fromHex('0102030405') }],
    ['five octets for the four of EF_GID2', { gid2: fromHex('0102030405') }],
    ['five PLMNs for the 16 octets of EF_SPDI', { spdi: plmns(5)! }],
  ])('refuses the whole change: %s', (_what, operatorData) => {
    expect(changedFiles({ ...CHANGE, operatorData })).toBeUndefined();
  });

  it.each<[string, OperatorData]>([
    ['four PLMNs in EF_EHPLMN', { ehplmn: plmns(4)! }],
    ['eight in EF_HPLMNwAcT', { hplmnWact: withAct(8)! }],
    ['eight in EF_OPLMNwAcT', { oplmnWact: withAct(8)! }],
    ['four octets in EF_GID1', { gid1: fromHex('01020304') }],
    ['four PLMNs in EF_SPDI', { spdi: plmns(4)! }],
  ])('and what just fits is taken: %s', (_what, operatorData) => {
    expect(changedFiles({ ...CHANGE, operatorData })).toBeDefined();
  });

  it.each([
    ['ADF.USIM/EF.IMSI', 8],
    ['ADF.USIM/EF.AD', 3],
    ['ADF.USIM/EF.ACC', 1],
    ['ADF.USIM/EF.LOCI', 10],
    ['ADF.USIM/EF.PSLOCI', 13],
    ['ADF.USIM/EF.EPSLOCI', 17],
    ['ADF.USIM/DF.5GS/EF.5GS3GPPLOCI', 19],
    ['ADF.USIM/EF.Keys', 32],
    ['ADF.USIM/EF.KeysPS', 32],
    ['ADF.USIM/DF.GSM-ACCESS/EF.Kc', 8],
    ['ADF.USIM/EF.START-HFN', 5],
    ['ADF.USIM/EF.EHPLMN', 5],
    ['ADF.USIM/EF.HPLMNwAcT', 4],
    ['ADF.USIM/EF.OPLMNwAcT', 9],
    ['ADF.USIM/EF.SPDI', 6],
    ['ADF.USIM/EF.OPL', 7],
    ['ADF.USIM/EF.PNN', 10],
    ['ADF.USIM/EF.SPN', 3],
    ['ADF.USIM/EF.GID2', 1],
    ['ADF.USIM/EF.SMSP', 27],
    ['ADF.USIM/EF.MSISDN', 13],
    ['ADF.USIM/DF.5GS/EF.SUCI_Calc_Info', 3],
    ['ADF.ISIM/EF.IMPI', 50],
    ['ADF.ISIM/EF.DOMAIN', 34],
    ['ADF.ISIM/EF.IMPU', 54],
  ])('refuses the whole change: %s of %i octets', (path, size) => {
    const change = { ...CHANGE, operatorData: OPERATOR_DATA };
    expect(changedFiles(change, resized(path, size))).toBeUndefined();
  });
});

describe('a file that the card does not have', () => {
  it.each(Object.keys(WITHOUT_OPERATOR_DATA))('is passed over: %s', (path) => {
    const { [path]: _gone, ...others } = { ...WITHOUT_OPERATOR_DATA, ...WITH_OPERATOR_DATA };
    const profile = withoutFiles([`MF/${path}`], PROFILE);
    expect(changedFiles({ ...CHANGE, operatorData: OPERATOR_DATA }, profile)).toEqual(others);
  });

  it('is passed over with its directory', () => {
    const isIsim = ({ path }: { readonly path: string }): boolean => path.includes('ISIM');
    const profile = {
      ...PROFILE,
      directories: PROFILE.directories.filter((directory) => !isIsim(directory)),
      files: PROFILE.files.filter((file) => !isIsim(file)),
    };
    const expected = Object.entries(WITHOUT_OPERATOR_DATA).filter(([path]) => !isIsim({ path }));
    expect(changedFiles(CHANGE, profile)).toEqual(Object.fromEntries(expected));
  });

  it('is passed over when a directory has its FID', () => {
    const base = withoutFiles(['MF/ADF.USIM/EF.ACC'], PROFILE);
    const profile = {
      ...base,
      directories: [
        ...base.directories,
        { path: 'MF/ADF.USIM/DF.ODD', fid: '6F78', arr: '6F06/9', pins: [] },
      ],
    };
    const { 'ADF.USIM/EF.ACC': _gone, ...others } = WITHOUT_OPERATOR_DATA;
    expect(changedFiles(CHANGE, profile)).toEqual(others);
  });
});
