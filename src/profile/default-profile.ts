/**
 * The built-in card profile: test PLMN 001/01, a table of four Ki/OTA pairs, remote file management
 * and the change of subscription.
 *
 * Everything in it is public, the keys too. `docs/default-profile.json` is the same as a file.
 *
 * @see docs/profile.md; 3GPP TS 35.208 (K and OPc)
 * @module
 */

import { DEFAULT_DIRECTORIES, DEFAULT_FILES } from './default-files.ts';
import {
  type AppletProfile,
  type CardProfile,
  type KeyTableEntryProfile,
  PROFILE_FORMAT,
} from './profile.ts';

/** `first`, then the octets 00 to 0E: a key that is known when it is seen. */
function testKey(first: string): string {
  return `${first}000102030405060708090A0B0C0D0E`;
}

/** The pair with index n has the KIc key '(n+1)0 00 01 …' and the KID key '(n+1)1 00 01 …'. */
function entry(index: number, k: string, opc: string): KeyTableEntryProfile {
  return {
    algorithm: 'milenage',
    k,
    opc,
    sqn: { indBits: 5, delta: 2 ** 28 },
    keySets: [
      {
        kvn: 1,
        kic: { type: 'AES', key: testKey(`${index + 1}0`) },
        kid: { type: 'AES', key: testKey(`${index + 1}1`), macLength: 8 },
        cntr: '0000000000',
      },
    ],
  };
}

/** K and OPc of test sets 1, 3, 4 and 5 of TS 35.208; set 2 has those of set 1. */
const ENTRIES: readonly KeyTableEntryProfile[] = [
  entry(0, '465B5CE8B199B49FAA5F0A2EE238A6BC', 'CD63CB71954A9F4E48A5994E37A02BAF'),
  entry(1, 'FEC86BA6EB707ED08905757B1BB44B8F', '1006020F0A478BF6B699F15C062E42B3'),
  entry(2, '9E5944AEA94B81165C82FBF9F32DB751', 'A64A507AE1A2A98BB88EB4210135DC87'),
  entry(3, '4AB1DEB05CA6CEB051FC98E77D026A84', 'DCF07CBD51855290B92A07A9891E523E'),
];

/** Remote file management: where it starts, TAR, format. Each asks for CC and a counter. */
const FILE_MANAGEMENT: readonly AppletProfile[] = (
  [
    ['MF', 'B00000', 'compact'],
    ['MF', 'B00001', 'expanded'],
    ['MF/ADF.USIM', 'B00010', 'compact'],
    ['MF/ADF.USIM', 'B00100', 'compact'],
    ['MF/ADF.USIM', 'B00101', 'expanded'],
    ['MF/ADF.ISIM', 'B00120', 'compact'],
    ['MF/ADF.ISIM', 'B00121', 'expanded'],
  ] as const
).map(([startDirectory, tar, format]) => ({
  tar,
  kind: 'remote-file-management',
  startDirectory,
  format,
  minimumSecurity: '12',
  accessDomain: '00',
}));

/**
 * The ATR: direct convention, F = 512 and D = 32, T=0, clock stop in any state, classes A, B and C.
 *
 * Its historical octets say: selection by full and partial DF name and EF_DIR (31 E0), all ways to
 * select but by record identifier, one logical channel (73 FE 21 00), "VUICC01" (67 …).
 */
const ATR = '3B9F96801FC78031E073FE2100675655494343303180';

/**
 * The built-in card profile.
 *
 * @see docs/default-profile.json
 * @example
 * ```ts
 * import { DEFAULT_PROFILE } from 'vuicc';
 *
 * if (DEFAULT_PROFILE.imsi !== '001010123456789') throw new Error('test PLMN 001/01');
 * ```
 */
export const DEFAULT_PROFILE: CardProfile = {
  format: PROFILE_FORMAT,
  name: 'vuicc test card, PLMN 001/01',
  iccid: '89999010000000000013',
  imsi: '001010123456789',
  atr: ATR,
  protocol: 'T=0',
  pins: [
    {
      reference: '01',
      value: '1234',
      retries: 3,
      enabled: true,
      unblock: { value: '12345678', retries: 10 },
    },
    {
      reference: '81',
      value: '0000',
      retries: 3,
      enabled: true,
      unblock: { value: '87654321', retries: 10 },
    },
    { reference: '0A', value: '3131313131313131', retries: 10, enabled: true },
  ],
  keyTable: { active: 0, entries: ENTRIES },
  applets: [
    ...FILE_MANAGEMENT,
    {
      tar: 'BFFF3B',
      kind: 'subscription-change',
      startDirectory: 'MF',
      format: 'compact',
      minimumSecurity: '16',
      accessDomain: '00',
    },
  ],
  switches: { porPolicy: 'plain', aesWithoutCounter: true },
  directories: DEFAULT_DIRECTORIES,
  files: DEFAULT_FILES,
};
