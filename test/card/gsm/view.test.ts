/**
 * The table of files: which EF of the card each EF of the SIM is, and what comes before it.
 *
 * @see 3GPP TS 51.011 §10.3, §10.5; 3GPP TS 31.102 §4.2
 * @module
 */

import { describe, expect, it } from 'vitest';
import { FILE_ROWS, HOME_PATH, PHASE } from '../../../src/card/gsm/file-table.ts';
import { efDefinition } from '../../../src/ef/definitions.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import {
  octet,
  select as selectPath,
  TestCard,
  withFiles,
  withoutFiles,
} from '../support/test-card.ts';
import {
  CHV1,
  collect,
  DF_GSM,
  DF_TELECOM,
  go,
  linearEf,
  MF,
  select,
  simCard,
  simCardWith,
  transparentEf,
} from './support/sim-card.ts';

const HOME_OF = {
  USIM: 'USIM',
  'GSM-ACCESS': 'GSM-ACCESS',
  PHONEBOOK: 'PHONEBOOK',
  'USIM/PHONEBOOK': 'PHONEBOOK',
} as const;
const ROWS = [...FILE_ROWS].flatMap(([directory, rows]) =>
  rows.map((row) => ({ directory, name: row.fid.toString(16), ...row })),
);

describe('the table of files', () => {
  it.each(ROWS)('has $name as the document has it', ({ directory, fid }) => {
    const of = directory === 0x7f20 ? 'GSM' : 'TELECOM';
    expect(efDefinition(of, fid)?.name).toMatch(/^EF_/u);
  });

  it.each(ROWS.filter(({ origin }) => origin.kind === 'same'))(
    'codes $name as its home does',
    ({ directory, fid, home, homeFid }) => {
      const sim = efDefinition(directory === 0x7f20 ? 'GSM' : 'TELECOM', fid);
      const usim = efDefinition(HOME_OF[home], homeFid);
      expect(usim, `${home} ${homeFid.toString(16)}`).toBeDefined();
      expect(sim?.structure).toBe(usim?.structure);
      for (const [hex] of usim?.vectors ?? []) {
        const octets = Uint8Array.from(Buffer.from(hex, 'hex'));
        expect(sim?.decode(octets)).toEqual(usim?.decode(octets));
      }
    },
  );

  it('has no EF twice, but for the two phone books', () => {
    const places = ROWS.map(({ directory, fid, home }) => `${directory} ${fid} ${home}`);
    expect(new Set(places).size).toBe(places.length);
    expect(HOME_PATH['USIM/PHONEBOOK']).toEqual([0x5f3a]);
  });

  it('has EF_Phase as the document codes it', () => {
    expect(efDefinition('GSM', PHASE.fid)?.decode(PHASE.content)).toEqual({
      phase: 'phase-2-with-profile-download',
    });
  });
});

/** Each EF as a SIM has it, and the path of the EF of the USIM that it is. */
const SAME: readonly (readonly [sim: string, directory: string, usim: string, octets: number])[] = [
  ['6F07', DF_GSM, '7FFF6F07', 9],
  ['6F20', DF_GSM, '7FFF5F3B4F20', 9],
  ['6F31', DF_GSM, '7FFF6F31', 1],
  ['6F3E', DF_GSM, '7FFF6F3E', 4],
  ['6F46', DF_GSM, '7FFF6F46', 17],
  ['6F52', DF_GSM, '7FFF5F3B4F52', 9],
  ['6F53', DF_GSM, '7FFF6F73', 14],
  ['6F60', DF_GSM, '7FFF6F60', 40],
  ['6F78', DF_GSM, '7FFF6F78', 2],
  ['6F7B', DF_GSM, '7FFF6F7B', 12],
  ['6F7E', DF_GSM, '7FFF6F7E', 11],
  ['6FCD', DF_GSM, '7FFF6FCD', 16],
  ['6F43', DF_TELECOM, '7FFF6F43', 2],
];

describe('an EF that a SIM codes as a USIM does', () => {
  it.each(SAME)('%s in %s is %s', (sim, directory, usim, octets) => {
    const card = simCard([...go(directory, sim), CHV1]);
    const seen = card.send(`A0B00000${octet(octets)}`);
    card.reset();
    card.sendAll(['00A4040C07A0000000871002', '002000010831323334FFFFFFFF', selectPath(usim)]);
    expect(seen).toBe(card.send(`00B00000${octet(octets)}`));
    expect(seen).toHaveLength(octets * 2 + 4);
  });

  it('is written for both classes at once', () => {
    const card = simCard([...go(DF_GSM, '6F20'), CHV1, 'A0D6000009010203040506070803']);
    card.reset();
    card.sendAll([
      '00A4040C07A0000000871002',
      '002000010831323334FFFFFFFF',
      selectPath('7FFF5F3B4F20'),
    ]);
    expect(card.send('00B0000009')).toBe('0102030405060708039000');
  });
});

describe('what is really in a directory', () => {
  it('comes before the table in DF_GSM', () => {
    const gsm = { path: 'MF/DF.GSM', fid: DF_GSM, arr: '2F06/9', pins: ['01'] };
    const profile = {
      ...DEFAULT_PROFILE,
      directories: [...DEFAULT_PROFILE.directories, gsm],
      files: [
        ...DEFAULT_PROFILE.files,
        transparentEf('MF/DF.GSM/EF.IMSI', '6F07', '082943051001000010', 1),
        transparentEf('MF/DF.GSM/EF.BCCH', '6F74', '55'.repeat(16), 1),
        linearEf('MF/DF.GSM/EF.ARR', '6F06', ['8001019000'], 1),
      ],
    };
    const card = simCard([...go(DF_GSM, '6F07')], { profile });
    expect(card.send('A0B0000009')).toBe('0829430510010000109000');
    expect(card.send(select('6F74'))).toBe('9F0F');
    expect(card.send('A0B0000010')).toBe(`${'55'.repeat(16)}9000`);
    expect(card.send(select('6FAE'))).toBe('9F0F');
    expect(card.send(select('6F7E'))).toBe('9F0F');
  });

  it('comes before the table in DF_TELECOM', () => {
    const path = 'MF/DF.TELECOM/EF.ADN';
    const card = simCardWith(
      [linearEf(path, '6F3A', ['AB'.repeat(14)])],
      [...go(DF_TELECOM), CHV1],
    );
    expect(collect(card, select('6F3A')).slice(4, 8)).toBe('000E');
    expect(card.send('A0B201040E')).toBe(`${'AB'.repeat(14)}9000`);
  });

  it('is a directory, where it has the FID of one', () => {
    const card = simCardWith([transparentEf('MF/EF.GSM', DF_GSM, '01', 1)]);
    expect(collect(card, select(DF_GSM)).slice(12, 14)).toBe('04');
  });
});

describe('the phone book of a SIM', () => {
  it('is that of the card, or else that of the USIM', () => {
    expect(simCard(go(DF_TELECOM)).send(select('6F3A'))).toBe('9F0F');
    const book = { path: 'MF/ADF.USIM/DF.PHONEBOOK', fid: '5F3A', arr: '2F06/9', pins: ['01'] };
    const bare = withoutFiles(['MF/DF.TELECOM/DF.PHONEBOOK/EF.ADN']);
    const profile = { ...bare, directories: [...bare.directories, book] };
    expect(simCard(go(DF_TELECOM), { profile }).send(select('6F3A'))).toBe('9404');
    const own = linearEf(`${book.path}/EF.ADN`, '4F3A', ['CD'.repeat(20)]);
    const card = simCard([...go(DF_TELECOM, '6F3A'), CHV1], { profile: withFiles([own], profile) });
    expect(card.send('A0B2010414')).toBe(`${'CD'.repeat(20)}9000`);
  });
});

describe('an EF whose like is missing or of another kind', () => {
  it.each([
    ['6F07', 'MF/ADF.USIM/EF.IMSI'],
    ['6F20', 'MF/ADF.USIM/DF.GSM-ACCESS/EF.Kc'],
    ['6F30', 'MF/ADF.USIM/EF.PLMNwAcT'],
    ['6F38', 'MF/ADF.USIM/EF.UST'],
    ['6FB7', 'MF/ADF.USIM/EF.ECC'],
  ])('is not there: %s', (fid, path) => {
    const card = simCard(go(DF_GSM), { profile: withoutFiles([path]) });
    expect(card.send(select(fid))).toBe('9404');
  });

  it.each([
    ['EF_PLMNsel', '6F30', linearEf('MF/ADF.USIM/EF.PLMNwAcT', '6F60', ['FFFFFF0000'])],
    ['EF_ECC', '6FB7', transparentEf('MF/ADF.USIM/EF.ECC', '6FB7', '11F2FF00')],
    ['EF_ECC of short records', '6FB7', linearEf('MF/ADF.USIM/EF.ECC', '6FB7', ['11F2FF'])],
    ['EF_SST', '6F38', linearEf('MF/ADF.USIM/EF.UST', '6F38', ['FF'])],
    ['EF_AD', '6FAD', linearEf('MF/ADF.USIM/EF.AD', '6FAD', ['00000002'])],
  ])('is not there: %s', (_name, fid, file) => {
    const profile = withFiles([file], withoutFiles([file.path]));
    expect(simCard(go(DF_GSM), { profile }).send(select(fid))).toBe('9404');
  });

  it('is not there when it holds data objects', () => {
    const path = 'MF/ADF.USIM/EF.GID1';
    const place = { path, fid: '6F3E', sfi: null, arr: 3 } as const;
    const objects = { ...place, type: 'ber-tlv', size: 20, data: '' } as const;
    const profile = withFiles([objects], withoutFiles([path]));
    expect(simCard(go(DF_GSM), { profile }).send(select('6F3E'))).toBe('9404');
  });

  it('is not there while the card has no USIM', () => {
    const directories = DEFAULT_PROFILE.directories.filter(({ aid }) => aid === undefined);
    const files = DEFAULT_PROFILE.files.filter(({ path }) => !path.includes('ADF'));
    const card = simCard(go(DF_GSM), { profile: { ...DEFAULT_PROFILE, directories, files } });
    for (const fid of ['6F07', '6F20', '6F38']) expect(card.send(select(fid))).toBe('9404');
    expect(card.send(select('6FAE'))).toBe('9F0F');
    expect(card.send(select(MF))).toBe('9F16');
    expect(new TestCard().send(select('6F07'))).toBe('9404');
  });
});
