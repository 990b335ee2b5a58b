/**
 * Rows S: SELECT and STATUS.
 *
 * @see ETSI TS 102 221 §8, §11.1.1, §11.1.2
 * @module
 */

import { after, file, ISIM, PIN1, type Row, USIM } from './row.ts';

const IMSI = '080910101032547698';

const BY_NAME: readonly Row[] = [
  {
    id: 'S05',
    shows: 'an application by its whole AID',
    steps: [
      { send: '00A4040410A0000000871002FFFFFFFF8900000100', expect: '61..' },
      {
        ask: '80F2000100',
        expect: '8410A0000000871002FFFFFFFF89000001009000',
      },
    ],
  },
  {
    id: 'S06',
    shows: 'an application by the beginning of its AID',
    steps: [
      {
        ask: '00A4040407A000000087100200',
        expect: '62...8410A0000000871002FFFFFFFF8900000100...9000',
      },
    ],
  },
  {
    id: 'S07',
    shows: 'the next of two applications, and then none',
    steps: [
      { ask: '00A4040405A00000008700', expect: '62...8410A0000000871002...9000' },
      { ask: '00A4040605A00000008700', expect: '62...8410A0000000871004...9000' },
      { ask: '00A4040605A00000008700', expect: '6A82' },
    ],
  },
  {
    id: 'S41',
    shows: 'an AID that nobody has',
    steps: [
      { send: '00A4040410A0000000871003FFFFFFFF8900000100', expect: '6A82' },
      { send: '00A4040401B0', expect: '6A82' },
      { send: '00A4040C10A0000000871002FFFFFFFF8900000101', expect: '6A82' },
    ],
  },
  {
    id: 'S42',
    shows: 'a name of 17 octets',
    steps: [
      {
        send: '00A4040411A0000000871002FFFFFFFF890000010000',
        expect: ['6700', '6A82', '6A87'],
      },
    ],
  },
  {
    id: 'S19',
    shows: 'the end of an application session: its files are out of reach',
    steps: [
      USIM,
      PIN1,
      { send: '00A4044C10A0000000871002FFFFFFFF8900000100', expect: '9000' },
      { send: '00B0870009', expect: ['6A82', '6986'] },
      { send: '00A40804047FFF6F07', expect: '6A82' },
    ],
  },
  {
    id: 'S20',
    shows: 'the same AID again: no EF is current',
    steps: [
      USIM,
      PIN1,
      file('7FFF6F07'),
      { send: '00A4040410A0000000871002FFFFFFFF8900000100', expect: '61..' },
      { send: '00B0000009', expect: '6986' },
    ],
  },
];

const BY_FID: readonly Row[] = [
  {
    id: 'S01',
    shows: 'the MF, with its FCP',
    steps: [
      { send: '00A40004023F00', expect: '61..' },
      { ask: '00A40004023F0000', expect: '62..8202782183023F00...C6...9000' },
    ],
  },
  {
    id: 'S02',
    shows: 'the MF, without data',
    steps: [{ send: '00A4000C023F00', expect: '9000' }],
  },
  {
    id: 'S04',
    shows: 'a file identifier that is not there',
    steps: [
      { send: '00A40004026F99', expect: '6A82' },
      { send: '00A40004023FFF', expect: '6A82' },
      { send: '00A40004020000', expect: '6A82' },
      { send: '00A4000402FFFF', expect: '6A82' },
    ],
  },
  {
    id: 'S09',
    shows: "the current application by '7FFF'",
    steps: [
      USIM,
      { ask: '00A40004027FFF00', expect: '62...8410A0000000871002...9000' },
      { ask: '00A40004025F3B00', expect: '62...83025F3B...9000' },
      { ask: '00A40004027FFF00', expect: '62...8410A0000000871002...9000' },
    ],
  },
  {
    id: 'S43',
    shows: "'7FFF' before an application was selected",
    steps: [
      { send: '00A40004027FFF', expect: '6A82' },
      { send: '00A40804047FFF6F07', expect: '6A82' },
    ],
  },
  {
    id: 'S10',
    shows: "EFs of another directory are out of reach: of an ADF below, of the parent's",
    steps: [
      { send: '00A40004026F07', expect: '6A82' },
      USIM,
      file('7FFF5FC0'),
      { send: '00A40004026F07', expect: '6A82' },
      { send: '00A40004022FE2', expect: '6A82' },
    ],
  },
  {
    id: 'S11',
    shows: 'a directory beside the current one',
    steps: [
      USIM,
      { ask: '00A40004025F3B00', expect: '62...83025F3B...9000' },
      { ask: '00A40004025FC000', expect: '62...83025FC0...9000' },
    ],
  },
  {
    id: 'S44',
    shows: 'a directory that lies below another first-level directory is out of reach',
    steps: [
      USIM,
      { ask: '00A40004025F3B00', expect: '62...9000' },
      { send: '00A40004025F3A', expect: '6A82' },
      { send: '00A40004027F10', expect: '6A82' },
    ],
  },
];

const BY_POSITION: readonly Row[] = [
  {
    id: 'S03',
    shows: 'a path from the MF',
    steps: [{ ask: '00A40804022FE200', expect: '62...83022FE2...8002000A...9000' }],
  },
  {
    id: 'S14',
    shows: "a path that begins with '7FFF'",
    steps: [USIM, { send: '00A40804047FFF6F07', expect: '61..' }],
  },
  {
    id: 'S45',
    shows: 'a path with a step that is not there, or below an EF',
    steps: [
      USIM,
      { send: '00A40804047FFF6F99', expect: '6A82' },
      { send: '00A40804067FFF5F996F07', expect: '6A82' },
      { send: '00A40804042FE26F07', expect: '6A82' },
      { send: '00A40904025F99', expect: '6A82' },
      { send: '00A4080403 2FE26F', expect: ['6700', '6A87'] },
    ],
  },
  {
    id: 'S46',
    shows: 'a path from the current directory',
    steps: [
      USIM,
      { send: '00A40904045FC04F01', expect: '61..' },
      { send: '00A40904024F07', expect: '61..' },
      { send: '00A40904045FC04F01', expect: '6A82' },
    ],
  },
  {
    id: 'S47',
    shows: 'a child directory; an EF is none',
    steps: [
      USIM,
      { send: '00A40104026F07', expect: '6A82' },
      { send: '00A40104025F3B', expect: '61..' },
      { send: '00A40104025F3B', expect: '6A82' },
    ],
  },
  {
    id: 'S08',
    shows: 'the parent of an application is the MF',
    steps: [USIM, { ask: '00A4030400', expect: ['62...83023F00...9000', '6A82'] }],
  },
  {
    id: 'S48',
    shows: 'the parent of a directory; data do not go with it',
    steps: [
      USIM,
      file('7FFF5F3B'),
      { send: '00A4030402 7FFF', expect: ['6A87', '6700'] },
      { ask: '00A4030400', expect: '62...8410A0000000871002...9000' },
    ],
  },
];

const CURRENT: readonly Row[] = [
  {
    id: 'S12',
    shows: 'a directory takes the current EF away',
    steps: [
      USIM,
      PIN1,
      file('7FFF6F07'),
      { send: '00B0000009', expect: `${IMSI}9000` },
      { send: '00A4000C023F00', expect: '9000' },
      { send: '00B0000009', expect: '6986' },
    ],
  },
  {
    id: 'S13',
    shows: 'a failed SELECT leaves the current EF',
    steps: [
      USIM,
      PIN1,
      file('7FFF6F07'),
      { send: '00A40004026F99', expect: '6A82' },
      { send: '00A4040401B0', expect: '6A82' },
      { send: '00B0000009', expect: `${IMSI}9000` },
    ],
  },
  {
    id: 'S15',
    shows: 'a short file identifier makes its EF current',
    steps: [
      USIM,
      PIN1,
      { send: '00B0870009', expect: `${IMSI}9000` },
      { send: '00B0000009', expect: `${IMSI}9000` },
    ],
  },
  {
    id: 'S49',
    shows: 'a short file identifier that is none, or that no EF of the directory has',
    steps: [
      USIM,
      PIN1,
      { send: '00B0800009', expect: ['6A82', '6A86'] },
      { send: '00B09F0009', expect: ['6A82', '6A86'] },
      { send: '00B08E0009', expect: '6A82' },
      { send: '00B20174B0', expect: '6A82' },
      { send: '00B0000009', expect: '6986' },
    ],
  },
  {
    id: 'S50',
    shows: 'the EF stays current when a short file identifier leads nowhere',
    steps: [
      USIM,
      PIN1,
      file('7FFF6F07'),
      { send: '00B08E0009', expect: '6A82' },
      { send: '00B0000009', expect: `${IMSI}9000` },
    ],
  },
];

const FCP: readonly Row[] = [
  {
    id: 'S16',
    shows: 'the FCP of a linear fixed EF',
    steps: [
      USIM,
      {
        ask: '00A40804047FFF6F3C00',
        expect: '62...8205422100B00A83026F3C...800206E0...9000',
      },
    ],
  },
  {
    id: 'S17',
    shows: 'the FCP of a cyclic EF',
    steps: [
      USIM,
      {
        ask: '00A40804047FFF6F3900',
        expect: '62...8205462100030383026F39...80020009...9000',
      },
    ],
  },
  {
    id: 'S18',
    shows: 'life cycle: operational, activated',
    steps: [
      USIM,
      { ask: '00A40804022FE200', expect: '62...8A0105...9000' },
      { ask: '00A40804047FFF6F0700', expect: '62...8A0105...9000' },
      { ask: '00A40804027FFF00', expect: '62...8A0105...9000' },
    ],
  },
];

const STATUS: readonly Row[] = [
  {
    id: 'S21',
    shows: 'STATUS tells of the directory, not of the EF',
    steps: [
      USIM,
      file('7FFF6F07'),
      { ask: '80F2000000', expect: '62..82027821...8410A0000000871002...9000' },
    ],
  },
  {
    id: 'S22',
    shows: 'STATUS gives the AID of the application; a wrong Le is corrected',
    steps: [
      { send: '80F2000112', expect: '6A88' },
      ISIM,
      { send: '80F2000111', expect: '6C12' },
      { send: '80F2000113', expect: '6C12' },
      { send: '80F2000112', expect: '8410A0000000871004FFFFFFFF89000001009000' },
    ],
  },
  {
    id: 'S23',
    shows: 'STATUS without data, in its three meanings',
    steps: [
      { send: '80F2000C00', expect: '9000' },
      { send: '80F2010C00', expect: '9000' },
      { send: '80F2020C00', expect: '9000' },
      { send: '80F2030C00', expect: '6A86' },
    ],
  },
];

export const SELECT: readonly Row[] = [
  ...BY_NAME,
  ...BY_FID,
  ...BY_POSITION,
  ...CURRENT,
  ...FCP,
  ...STATUS,
  ...after(
    [USIM],
    [
      {
        id: 'S51',
        shows: 'P2 that asks for nothing the card has, or for an occurrence without a name',
        steps: [
          { send: '00A40008023F00', expect: ['6A86', '6A81'] },
          { send: '00A40084023F00', expect: '6A86' },
          { send: '00A40006023F00', expect: '6A86' },
          { send: '00A40044023F00', expect: '6A86' },
        ],
      },
    ],
  ),
];
