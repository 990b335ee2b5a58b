/**
 * Rows G: class A0, the card as a SIM.
 *
 * @see 3GPP TS 51.011 §8, §9.2, §9.4
 * @module
 */

import type { Row, Step } from './row.ts';

const GSM: Step = { send: 'A0A40000027F20', expect: '9F16' };
const TELECOM: Step = { send: 'A0A40000027F10', expect: '9F16' };
const CHV1: Step = { send: 'A02000010831323334FFFFFFFF', expect: '9000' };
const WRONG_CHV1 = 'A02000010839393939FFFFFFFF';

function ef(fid: string): Step {
  return { send: `A0A4000002${fid}`, expect: '9F0F' };
}

export const CLASS_A0: readonly Row[] = [
  {
    id: 'G01',
    shows: 'SELECT of the MF and GET RESPONSE: 22 octets',
    steps: [
      { send: 'A0A40000023F00', expect: ['9F16', '9F17'] },
      { send: 'A0C0000016', expect: '0000....3F0001..........09........00838A838A9000' },
    ],
  },
  {
    id: 'G02',
    shows: 'SELECT of an EF and GET RESPONSE: 15 octets',
    steps: [GSM, ef('6F07'), { send: 'A0C000000F', expect: '000000096F0704........010200009000' }],
  },
  {
    id: 'G03',
    shows: 'a file that is not there, or not reached',
    steps: [
      { send: 'A0A40000026F07', expect: '9404' },
      GSM,
      { send: 'A0A40000026F99', expect: '9404' },
      { send: 'A0A40000026F3C', expect: '9404' },
      { send: 'A0A40000022FE2', expect: '9404' },
      TELECOM,
      { send: 'A0A40000026F07', expect: '9404' },
    ],
  },
  {
    id: 'G04',
    shows: 'STATUS, whole and in part',
    steps: [
      GSM,
      { send: 'A0F2000016', expect: '0000....7F2002...9000' },
      { send: 'A0F2000006', expect: '0000....7F209000' },
      { send: 'A0F20000FF', expect: '67..' },
    ],
  },
  {
    id: 'G05',
    shows: 'reading with and without CHV1',
    steps: [
      GSM,
      ef('6F07'),
      { send: 'A0B0000009', expect: '9804' },
      CHV1,
      { send: 'A0B0000009', expect: '0809101010325476989000' },
      { send: 'A0B000000A', expect: ['67..', '9402'] },
      { send: 'A0B0000901', expect: '9402' },
      { send: 'A0B2010409', expect: '9408' },
    ],
  },
  {
    id: 'G06',
    shows: 'reading without an EF',
    steps: [
      CHV1,
      GSM,
      { send: 'A0B0000001', expect: '9400' },
      { send: 'A0B2010401', expect: '9400' },
    ],
  },
  {
    id: 'G07',
    shows: 'records by number and by the pointer',
    steps: [
      TELECOM,
      ef('6F3C'),
      CHV1,
      { send: 'A0B20004B0', expect: '9402' },
      { send: 'A0B20002B0', expect: '00FF...9000' },
      { send: 'A0B20003B0', expect: '9402' },
      { send: 'A0B20B04B0', expect: '9402' },
      { send: 'A0B20104AF', expect: '67..' },
      { send: 'A0B20105B0', expect: '6B..' },
    ],
  },
  {
    id: 'G08',
    shows: 'SEEK finds what a record begins with',
    steps: [
      TELECOM,
      ef('6F3C'),
      CHV1,
      { send: 'A0A200100100', expect: '9F01' },
      { send: 'A0C0000001', expect: '019000' },
      { send: 'A0A200120100', expect: '9F01' },
      { send: 'A0C0000001', expect: '029000' },
      { send: 'A0A200110100', expect: '9F01' },
      { send: 'A0C0000001', expect: '0A9000' },
      { send: 'A0A200000112', expect: '9404' },
      { send: 'A0A2000001FF', expect: '9404' },
    ],
  },
  {
    id: 'G09',
    shows: 'INCREASE of EF_ACM',
    steps: [
      GSM,
      ef('6F39'),
      { send: 'A032000003000001', expect: '9804' },
      CHV1,
      { send: 'A032000003000001', expect: '9F06' },
      { send: 'A0C0000006', expect: '0101020000019000' },
      { send: 'A032000003FFFFFF', expect: '9850' },
      { send: 'A0320000020001', expect: '67..' },
    ],
  },
  {
    id: 'G10',
    shows: 'a wrong CHV1 costs a try, which STATUS tells; the right one gives it back',
    steps: [
      { send: WRONG_CHV1, expect: '9804' },
      { send: 'A0F2000016', expect: '...828A838A9000' },
      CHV1,
      { send: 'A0F2000016', expect: '...838A838A9000' },
      { send: 'A020000108', expect: '67..' },
      { send: 'A02000030831323334FFFFFFFF', expect: ['6B..', '9802'] },
      { send: 'A0F2000016', expect: '...838A838A9000' },
    ],
  },
  {
    id: 'G11',
    shows: 'CHV1 that is blocked, and UNBLOCK CHV with P2 00',
    steps: [
      { send: WRONG_CHV1, expect: '9804' },
      { send: WRONG_CHV1, expect: '9804' },
      { send: WRONG_CHV1, expect: '9840' },
      { send: 'A02000010831323334FFFFFFFF', expect: '9840' },
      { send: 'A02C000010313233343536373831323334FFFFFFFF', expect: '9000' },
      CHV1,
    ],
  },
  {
    id: 'G12',
    shows: 'CHV1 that is disabled',
    steps: [
      { send: 'A02800010831323334FFFFFFFF', expect: '9808' },
      { send: 'A02600010831323334FFFFFFFF', expect: '9000' },
      { send: 'A02600010831323334FFFFFFFF', expect: '9808' },
      { send: 'A02000010831323334FFFFFFFF', expect: '9808' },
      { send: 'A02800010831323334FFFFFFFF', expect: '9000' },
    ],
  },
  {
    id: 'G13',
    shows: 'RUN GSM ALGORITHM, what it needs, and that the same RAND has the same answer (M34)',
    steps: [
      CHV1,
      { send: 'A08800001023553CBE9637A89D218AE64DAE47BF35', expect: '9408' },
      GSM,
      { send: 'A08800000F553CBE9637A89D218AE64DAE47BF35', expect: '67..' },
      { send: 'A08800001023553CBE9637A89D218AE64DAE47BF35', expect: '9F0C' },
      { send: 'A0C000000C', expect: '........................9000' },
      { send: 'reset', expect: '3B...' },
      GSM,
      { send: 'A08800001023553CBE9637A89D218AE64DAE47BF35', expect: '9804' },
    ],
  },
  {
    id: 'G14',
    shows: 'P1, P2, P3 and instructions that there are not',
    steps: [
      { send: 'A0A40400023F00', expect: '6B..' },
      { send: 'A0A40000013F', expect: '67..' },
      { send: 'A0FF000000', expect: '6D..' },
      { send: 'A070000001', expect: '6D..' },
      { send: 'A0AA000004A9028100', expect: '6D..' },
    ],
  },
  {
    id: 'G15',
    shows: 'one class a session: what has read in class A0 has nothing more of the UICC',
    steps: [
      GSM,
      ef('6FAD'),
      { send: 'A0B0000003', expect: '0000009000' },
      { send: '00A4000C023F00', expect: '6E00' },
      { send: '80F2000C00', expect: '6E00' },
      { send: 'A0B0000003', expect: '0000009000' },
      { send: 'reset', expect: '3B...' },
      { send: '00A4000C023F00', expect: '9000' },
    ],
  },
  {
    id: 'G16',
    shows: 'looking around in one class shuts the other out of nothing',
    steps: [
      { send: '00A4000C023F00', expect: '9000' },
      { send: '80F2000C00', expect: '9000' },
      GSM,
      { send: 'A0F2000016', expect: '...9000' },
      { send: '00A4000C023F00', expect: '9000' },
      { send: '00B082000A', expect: '...9000' },
      { send: 'A0A40000023F00', expect: '6E00' },
    ],
  },
  {
    id: 'G17',
    shows: 'EF_Phase, EF_SST, EF_ECC and EF_PLMNsel, which a USIM codes otherwise',
    steps: [
      GSM,
      ef('6FAE'),
      { send: 'A0B0000001', expect: '039000' },
      { send: 'A0D600000102', expect: '9804' },
      ef('6FB7'),
      { send: 'A0B0000003', expect: '11F2FF9000' },
      CHV1,
      ef('6F38'),
      { send: 'A0B0000002', expect: 'CF309000' },
      ef('6F30'),
      { send: 'A0B0000006', expect: '00F110FFFFFF9000' },
      { send: 'A0D6001801FF', expect: '9402' },
    ],
  },
  {
    id: 'G18',
    shows: 'TERMINAL PROFILE, ENVELOPE, FETCH and SLEEP',
    steps: [
      { send: 'A010000001FF', expect: '9000' },
      { send: 'A0C2000006D60482028281', expect: '9000' },
      { send: 'A0C2000002D105', expect: '6F..' },
      { send: 'A01200000B', expect: ['6F..', '9404'] },
      { send: 'A0FA000000', expect: '9000' },
    ],
  },
];
