/**
 * Status words of the commands that create, delete, terminate and resize files.
 *
 * @see ETSI TS 102 222 §6
 * @module
 */

import {
  CYCLIC,
  create,
  DIRECTORY,
  deleteFile,
  go,
  OPEN_RULE,
  resize,
  TERMINATE_CARD,
  TRANSPARENT,
  terminateDf,
  terminateEf,
} from './administration.ts';
import { OPEN, on } from './channels.ts';
import { type MatrixCommand, type MatrixRow, PENDING } from './matrix-row.ts';
import { ADM1, SELECT_USIM, USIM_AID } from './test-card.ts';

const EF = create(TRANSPARENT);
const DF = create(DIRECTORY);
const OPEN_EF = create(TRANSPARENT, { rule: OPEN_RULE });
const OPEN_DF = create(DIRECTORY, { rule: OPEN_RULE });
const OWN_EF = create(TRANSPARENT, { rule: OPEN_RULE, descriptor: '82020121' });
const MF = go('3F00');
/** An EF that is not shareable is current on the basic channel, and another is open. */
const TAKEN = [ADM1, OPEN_DF, OWN_EF, OPEN] as const;

/** The rows of a command that names a file by its FID alone. */
function namingRows(naming: (fid: string) => string, fid: string): readonly MatrixRow[] {
  const made = fid === '6F29' ? OPEN_EF : OPEN_DF;
  const there = [ADM1, made, MF];
  return [
    { sw: '9000', when: 'it is done', steps: [...there, naming(fid)] },
    { sw: '91XX', when: 'a command is pending', steps: [...PENDING, ...there, naming(fid)] },
    { sw: '6581', when: 'not stored', steps: [...there, 'refuse commits', naming(fid)] },
    { sw: '6700', when: 'half a FID', steps: [naming('6F')] },
    { sw: '6985', when: 'the MF', steps: [ADM1, naming('3F00')] },
    { sw: '6A82', when: 'no such file', steps: [ADM1, naming('6F99')] },
    { sw: '6A86', when: 'P1 is not 00', steps: [`${naming(fid).slice(0, 4)}0100026F29`] },
  ];
}

/** The common rows of TERMINATE EF and TERMINATE DF. */
function terminatingRows(
  naming: (fid: string) => string,
  [fid, present, other]: readonly [fid: string, present: string, other: string],
): readonly MatrixRow[] {
  const made = fid === '6F29' ? OPEN_EF : OPEN_DF;
  return [
    ...namingRows(naming, fid),
    { sw: '6982', when: 'nobody has the right', steps: [ADM1, naming(present)] },
    { sw: '6985', when: 'it is of the other kind', steps: [ADM1, naming(other)] },
    {
      sw: '6985',
      when: 'it is terminated',
      steps: [ADM1, made, MF, naming(fid), naming(fid)],
    },
  ];
}

/** The commands of TS 102 222. */
export const ADMINISTRATION: readonly MatrixCommand[] = [
  {
    name: 'CREATE FILE',
    ins: 0xe0,
    class: 'interindustry',
    rows: [
      { sw: '9000', when: 'an EF is there', steps: [ADM1, EF] },
      { sw: '9000', when: 'a DF is there', steps: [ADM1, DF] },
      { sw: '91XX', when: 'a command is pending', steps: [...PENDING, ADM1, EF] },
      { sw: '6581', when: 'not stored', steps: [ADM1, 'refuse commits', EF] },
      { sw: '6700', when: 'no data', steps: ['00E00000'] },
      { sw: '6982', when: 'ADM1 is not verified', steps: [EF] },
      {
        sw: '6982',
        when: 'nobody has the right',
        steps: [ADM1, create(DIRECTORY, { rule: 'AB00' }), EF],
      },
      {
        sw: '6985',
        when: 'the directory is terminated',
        steps: [ADM1, OPEN_DF, terminateDf('5F01'), EF],
      },
      { sw: '6A80', when: 'no template', steps: [ADM1, '00E000000100'] },
      { sw: '6A80', when: 'no FID', steps: [ADM1, create(TRANSPARENT, { fid: '' })] },
      {
        sw: '6A80',
        when: 'the short file identifier is taken',
        steps: [ADM1, create(TRANSPARENT, { sfi: '880110' })],
      },
      {
        sw: '6A84',
        when: 'more than there is',
        steps: [ADM1, create(TRANSPARENT, { size: '8003010000' })],
      },
      { sw: '6A86', when: 'P1 is not 00', steps: ['00E001000100'] },
      { sw: '6A89', when: 'the FID is taken', steps: [ADM1, EF, EF] },
      {
        sw: '6A8A',
        when: 'the AID is taken',
        steps: [ADM1, create(DIRECTORY, { aid: `8410${USIM_AID}` })],
      },
    ],
  },
  {
    name: 'DELETE FILE',
    ins: 0xe4,
    class: 'interindustry',
    rows: [
      ...namingRows(deleteFile, '6F29'),
      { sw: '9000', when: 'a DF is gone', steps: [ADM1, deleteFile('7F10')] },
      { sw: '6982', when: 'ADM1 is not verified', steps: [deleteFile('2F05')] },
      {
        sw: '6985',
        when: 'current elsewhere',
        steps: [...TAKEN, on(1, ADM1), on(1, deleteFile('5F01'))],
        profile: 'two channels',
      },
    ],
  },
  {
    name: 'TERMINATE DF',
    ins: 0xe6,
    class: 'interindustry',
    rows: [
      ...terminatingRows(terminateDf, ['5F01', '7F10', '2F05']),
      {
        sw: '6985',
        when: 'current elsewhere',
        steps: [...TAKEN, on(1, terminateDf('5F01'))],
        profile: 'two channels',
      },
    ],
  },
  {
    name: 'TERMINATE EF',
    ins: 0xe8,
    class: 'interindustry',
    rows: [
      ...terminatingRows(terminateEf, ['6F29', '2F05', '7F10']),
      {
        sw: '6985',
        when: 'current elsewhere',
        steps: [...TAKEN, on(1, go('5F01')), on(1, terminateEf('6F29'))],
        profile: 'two channels',
      },
    ],
  },
  {
    name: 'TERMINATE CARD USAGE',
    ins: 0xfe,
    class: 'interindustry',
    rows: [
      { sw: '9000', when: 'it is done', steps: [ADM1, TERMINATE_CARD], profile: 'terminable MF' },
      {
        sw: '6581',
        when: 'not stored',
        steps: [ADM1, 'refuse commits', TERMINATE_CARD],
        profile: 'terminable MF',
      },
      { sw: '6700', when: 'there are data', steps: ['00FE0000023F00'] },
      {
        sw: '6982',
        when: 'ADM1 is not verified',
        steps: [TERMINATE_CARD],
        profile: 'terminable MF',
      },
      { sw: '6982', when: 'nobody has the right', steps: [ADM1, TERMINATE_CARD] },
      {
        sw: '6985',
        when: 'it was done',
        steps: [ADM1, TERMINATE_CARD, TERMINATE_CARD],
        profile: 'terminable MF',
      },
      { sw: '6A86', when: 'P1 is not 00', steps: ['00FE0100'] },
    ],
  },
  {
    name: 'RESIZE FILE',
    ins: 0xd4,
    class: 'uicc',
    rows: [
      { sw: '9000', when: 'it is done', steps: [ADM1, OPEN_EF, resize('6F29', 20)] },
      {
        sw: '91XX',
        when: 'a command is pending',
        steps: [...PENDING, ADM1, OPEN_EF, resize('6F29', 20)],
      },
      {
        sw: '6581',
        when: 'not stored',
        steps: [ADM1, OPEN_EF, 'refuse commits', resize('6F29', 20)],
      },
      { sw: '6700', when: 'no data', steps: ['80D40000'] },
      {
        sw: '6981',
        when: 'a cyclic EF',
        steps: [ADM1, create(CYCLIC, { rule: OPEN_RULE }), resize('6F29', 18)],
      },
      { sw: '6981', when: 'a directory', steps: [resize('3F00', 18)] },
      { sw: '6982', when: 'nobody has the right', steps: [ADM1, resize('2F05', 20)] },
      {
        sw: '6984',
        when: 'the EF is deactivated',
        steps: [
          ADM1,
          create(TRANSPARENT, { rule: OPEN_RULE, lifeCycle: '8A0104' }),
          resize('6F29', 20),
        ],
      },
      {
        sw: '6985',
        when: 'the EF is terminated',
        steps: [ADM1, OPEN_EF, terminateEf('6F29'), resize('6F29', 20)],
      },
      {
        sw: '6985',
        when: 'current elsewhere',
        steps: [...TAKEN, on(1, go('5F01')), on(1, resize('6F29', 20))],
        profile: 'two channels',
      },
      { sw: '6A80', when: 'no template', steps: ['80D400000100'] },
      { sw: '6A80', when: 'no octets', steps: [ADM1, OPEN_EF, resize('6F29', 0)] },
      { sw: '6A82', when: 'no such file', steps: [SELECT_USIM, resize('6F99', 20)] },
      { sw: '6A84', when: 'more than there is', steps: [ADM1, OPEN_EF, resize('6F29', 0xffff)] },
      { sw: '6A86', when: 'P2 is not 00', steps: ['80D400010100'] },
    ],
  },
];
