/**
 * EFs whose content contradicts their size, the ICCID or the IMSI.
 *
 * @see ETSI TS 102 221 §13.2; 3GPP TS 31.102 §4.2.2
 * @module
 */

import { describe, expect, it } from 'vitest';
import { type Contradiction, directoryAt, faultRows, faultsAfter, fileAt } from './edited.ts';

const ICCID = fileAt('MF/EF.ICCID');
const DIR = fileAt('MF/EF.DIR');
const IMSI = fileAt('MF/ADF.USIM/EF.IMSI');
const SPN = fileAt('MF/ADF.USIM/EF.SPN');
const ECC = fileAt('MF/ADF.USIM/EF.ECC');
const SMS = fileAt('MF/ADF.USIM/EF.SMS');

/** EF_SPN as a BER-TLV EF with room for 17 octets. */
function objects(data: string): Readonly<Record<string, unknown>> {
  return { [`${SPN}.type`]: 'ber-tlv', [`${SPN}.data`]: data };
}

const CONTRADICTIONS: readonly Contradiction[] = [
  [
    'data that is shorter than its size',
    { [`${SPN}.data`]: '00'.repeat(16) },
    [`${SPN}.data`, '17 octets, as size says', '16 octets'],
  ],
  [
    'a BER-TLV EF with filler behind its objects',
    objects('8001AAFF'),
    [`${SPN}.data`, 'BER-TLV data objects', 'other octets'],
  ],
  [
    'a BER-TLV EF with half an object',
    objects('8002AA'),
    [`${SPN}.data`, 'BER-TLV data objects', 'other octets'],
  ],
  [
    'a BER-TLV EF with two objects of a tag',
    objects('8001AA8001BB'),
    [`${SPN}.data`, 'one object of each tag', 'two of one'],
  ],
  [
    'a BER-TLV EF with more objects than it has room for',
    objects(`8010${'AA'.repeat(16)}`),
    [`${SPN}.data`, 'at most 17 octets, as size says', '18 octets'],
  ],
  [
    'data of one octet in place of two',
    { [`${fileAt('MF/ADF.USIM/EF.ACC')}.data`]: '00' },
    [`${fileAt('MF/ADF.USIM/EF.ACC')}.data`, '2 octets, as size says', '1 octet'],
  ],
  [
    'data with half an octet',
    { [`${SPN}.data`]: '0'.repeat(33) },
    [`${SPN}.data`, '17 octets, as size says', '33 hex digits'],
  ],
  [
    'a record that is longer than recLen',
    { [`${ECC}.records`]: ['11F2FF00', '11F2FF0001'] },
    [`${ECC}.records[1]`, '4 octets, as recLen says', '5 octets'],
  ],
  [
    'a record that is shorter than recLen',
    { [`${ECC}.records`]: ['11F2FF'] },
    [`${ECC}.records[0]`, '4 octets, as recLen says', '3 octets'],
  ],
  [
    'more records than recCount',
    { [`${ECC}.recCount`]: 1, [`${ECC}.records`]: ['11F2FF00', 'FFFFFFFF'] },
    [`${ECC}.records`, 'at most 1, as recCount says', '2 records'],
  ],
  [
    'a fill with a first record that is not there',
    { [`${SMS}.records`]: [] },
    [`${SMS}.records`, 'a first record, as recordsFill is "same-as-record-1"', 'none'],
  ],
  [
    'an ICCID that EF_ICCID does not have',
    { '$.iccid': '89999010000000000021' },
    [`${ICCID}.data`, '"98990901000000000012", the ICCID of the profile', 'other octets'],
  ],
  [
    'an ICCID of 19 digits that EF_ICCID has with another last digit',
    { '$.iccid': '8999901000000000001' },
    [`${ICCID}.data`, '"989909010000000000f1", the ICCID of the profile', 'other octets'],
  ],
  [
    'an IMSI that EF_IMSI does not have',
    { '$.imsi': '001010123456780' },
    [`${IMSI}.data`, '"080910101032547608", the IMSI of the profile', 'other octets'],
  ],
  [
    'an IMSI of 14 digits that EF_IMSI has with 15',
    { '$.imsi': '00101012345678' },
    [`${IMSI}.data`, '"0801101010325476f8", the IMSI of the profile', 'other octets'],
  ],
  [
    'an EF_IMSI of 8 octets',
    { [`${IMSI}.size`]: 8, [`${IMSI}.data`]: '0809101010325476' },
    [`${IMSI}.size`, '9 for EF_IMSI, FID 6F07 in "MF/ADF.USIM"', '8'],
  ],
  [
    'an EF_ICCID of records',
    {
      [ICCID]: {
        path: 'MF/EF.ICCID',
        fid: '2FE2',
        type: 'linear',
        recLen: 10,
        recCount: 1,
        sfi: 2,
        arr: 7,
        records: ['98990901000000000031'],
        recordsFill: 'FF',
      },
    },
    [`${ICCID}.type`, '"transparent" for EF_ICCID, FID 2FE2 in "MF"', '"linear"'],
  ],
  ['no EF_ICCID', { [ICCID]: undefined }, ['$.files', 'EF_ICCID, FID 2FE2 in "MF"', 'none']],
  ['no EF_IMSI', { [IMSI]: undefined }, ['$.files', 'EF_IMSI, FID 6F07 in "MF/ADF.USIM"', 'none']],
  [
    'no USIM',
    { [`${directoryAt('MF/ADF.USIM')}.aid`]: 'A0000000090001' },
    ['$.directories', 'a USIM, an ADF with an AID that begins with A0000000871002', 'none'],
  ],
];

describe('the content of a card profile', () => {
  for (const [what, edits, ...faults] of CONTRADICTIONS) {
    it(`refuses ${what}`, () => {
      expect(faultRows(edits)).toEqual(faults);
    });
  }

  it('may be hex of either case', () => {
    expect(faultsAfter({ [`${IMSI}.data`]: '080910101032547698'.toLowerCase() })).toEqual([]);
    expect(
      faultsAfter({
        '$.iccid': '8999901000000000001',
        [`${ICCID}.data`]: '989909010000000000F1',
      }),
    ).toEqual([]);
  });

  it('may have as many records as recCount, or none', () => {
    const records = ['11F2FF00', '11F2FF01', '11F2FF02', '11F2FF04', 'FFFFFFFF'];
    expect(faultsAfter({ [`${ECC}.records`]: records })).toEqual([]);
    expect(faultsAfter({ [`${ECC}.records`]: [] })).toEqual([]);
    expect(faultsAfter({ [`${DIR}.type`]: 'cyclic' })).toEqual([]);
  });
});
