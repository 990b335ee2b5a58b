/**
 * Rows A: CREATE FILE, DELETE FILE and RESIZE FILE in the MF.
 *
 * TERMINATE is left out: nothing leads back from it.
 *
 * @see ETSI TS 102 222 §6
 * @module
 */

import { ADM1, after, PIN1, RESET, type Row, type Step, USIM } from './row.ts';

/** EF 6F29: transparent or cyclic, of 16 or 15 octets; ADM1 may update it. */
const TRANSPARENT = '00E000001862168202412183026F298A01058B032F0601800200108800';
const CYCLIC = '00E000001A621882044621000383026F298A01058B032F06018002000F8800';
/** Everybody may do everything with it, and resize it. */
const OPEN_RULE = 'AB0A80017F90008401D49000';
const OPEN = `00E000001F621D8202412183026F298A0105${OPEN_RULE}800200108800`;
const OPEN_LINEAR = `00E0000021621F82044221000183026F298A0105${OPEN_RULE}800200108800`;
const OPEN_CYCLIC = `00E0000021621F82044621000383026F298A0105${OPEN_RULE}8002000F8800`;
const OPEN_BER_TLV = `00E000001F621D8202792183026F298A0105${OPEN_RULE}800200108800`;
const OPEN_DF = `00E000002562238202782183025F018A0105${OPEN_RULE}81020030C606900180830101`;

const done = (send: string): Step => ({ send, expect: '9000' });
const refused = (send: string, expect: Step['expect']): Step => ({ send, expect });
/** The EF is gone again, and the card is as it was. */
const CLEAN: readonly Step[] = [done('00A4000C023F00'), done('00E40000026F29')];
const FCP = '00A40004026F2900';

/** RESIZE FILE of EF 6F29. */
function resize(size: string): string {
  return `80D400000A620883026F298002${size}`;
}

const ROWS: readonly Row[] = [
  {
    id: 'A11',
    shows: 'an EF is created, current and empty; it can be selected',
    steps: [
      done(TRANSPARENT),
      { send: '00B0000010', expect: `${'FF'.repeat(16)}9000` },
      { ask: FCP, expect: '62...82024121...83026F29...80020010...9000' },
      ...CLEAN,
    ],
  },
  {
    id: 'A12',
    shows: 'what is there is not created again',
    steps: [
      done(TRANSPARENT),
      refused(TRANSPARENT, '6A89'),
      refused(CYCLIC, '6A89'),
      refused(TRANSPARENT.replace('6F29', '2FE2'), '6A89'),
      ...CLEAN,
    ],
  },
  {
    id: 'A13',
    shows: 'a template without a FID creates nothing',
    steps: [refused('00E00000146212820241218A01058B032F0601800200108800', '6A80')],
  },
  {
    id: 'A14',
    shows: 'an EF that is deleted is not found',
    steps: [
      done(TRANSPARENT),
      done('00E40000026F29'),
      refused('00A4000C026F29', '6A82'),
      refused('00B0000001', '6986'),
    ],
  },
  {
    id: 'A15',
    shows: 'what is not there is not deleted',
    steps: [refused('00E40000026F29', '6A82'), refused('00E4000002FFFF', ['6A82', '6A80'])],
  },
  {
    id: 'A16',
    shows: 'an EF grows by FF, and becomes smaller',
    steps: [
      done(OPEN),
      done('00D60000020102'),
      done(resize('0018')),
      { send: '00B0000018', expect: `0102${'FF'.repeat(22)}9000` },
      { ask: FCP, expect: '62...80020018...9000' },
      done(resize('0001')),
      { send: '00B0000001', expect: '019000' },
      refused('00B0000101', '6B00'),
      ...CLEAN,
    ],
  },
  {
    id: 'A17',
    shows: 'a cyclic EF keeps its size',
    steps: [done(OPEN_CYCLIC), refused(resize('0012'), '6981'), ...CLEAN],
  },
  {
    id: 'A47',
    shows: 'records of a linear fixed EF become more and fewer',
    steps: [
      done(OPEN_LINEAR),
      done('00DC010401A5'),
      done(resize('0011')),
      { send: '00B2110401', expect: 'FF9000' },
      done(resize('0001')),
      { send: '00B2010401', expect: 'A59000' },
      refused('00B2020401', '6A83'),
      ...CLEAN,
    ],
  },
  {
    id: 'A48',
    shows: 'an EF that is deactivated keeps its size',
    steps: [
      done(OPEN),
      done('00040000'),
      refused(resize('0018'), '6984'),
      done('00440000'),
      ...CLEAN,
    ],
  },
  {
    id: 'A49',
    shows: 'a size is not found, not allowed, not whole, or more than there is',
    steps: [
      refused(resize('0018'), '6A82'),
      done(TRANSPARENT),
      refused(resize('0018'), '6982'),
      done('00E40000026F29'),
      done(OPEN),
      refused('80D40000026200', '6A80'),
      refused(resize('FFFF'), '6A84'),
      ...CLEAN,
    ],
  },
  {
    id: 'A50',
    shows: 'a DF is created, current, and deleted with all that is in it',
    steps: [
      done(OPEN_DF),
      { ask: '80F2000000', expect: '62...83025F01...9000' },
      done(TRANSPARENT),
      done('00A4000C023F00'),
      done('00A4080C045F016F29'),
      done('00A4000C023F00'),
      done('00E40000025F01'),
      refused('00A4080C045F016F29', '6A82'),
      refused('00A4000C025F01', '6A82'),
    ],
  },
  {
    id: 'A51',
    shows: 'a file that was created outlives a reset, and so does its content',
    steps: [
      done(OPEN),
      done('00D60000020102'),
      RESET,
      done('00A4000C026F29'),
      { send: '00B0000003', expect: '0102FF9000' },
      ADM1,
      ...CLEAN,
    ],
  },
  {
    id: 'A52',
    shows: 'a BER-TLV EF has neither octets nor records',
    steps: [
      done(OPEN_BER_TLV),
      { ask: FCP, expect: '62...82027921...9000' },
      refused('00B0000001', '6981'),
      refused('00B2010401', '6981'),
      refused('00A2010401FF', '6981'),
      ...CLEAN,
    ],
  },
  {
    id: 'A53',
    shows: 'the MF is not deleted',
    steps: [refused('00E40000023F00', ['6985', '6A82', '6982']), done('00A4000C022FE2')],
  },
];

const WITHOUT_RIGHT: readonly Row[] = [
  {
    id: 'A10',
    shows: 'without ADM1 nothing is created or deleted, whatever the data',
    steps: [
      refused(TRANSPARENT, '6982'),
      refused(OPEN_DF, '6982'),
      refused('00E000000100', '6982'),
      refused('00E40000022F05', '6982'),
      ...[USIM, PIN1],
      refused(TRANSPARENT, '6982'),
      refused('00E40000026F07', '6982'),
    ],
  },
];

export const FILES: readonly Row[] = [...after([ADM1], ROWS), ...WITHOUT_RIGHT];
