/**
 * Every status word that each command of class A0 may answer with, and how to get it.
 *
 * The last step is the command in question; `refuse commits` is no C-APDU.
 *
 * @see 3GPP TS 51.011 §9.2, §9.4
 * @module
 */

import type { CardProfile } from '../../../../src/profile/profile.ts';
import { CHANGE } from '../../support/matrix-row.ts';
import { EF_ACM, octet, withChangedFile, withFiles } from '../../support/test-card.ts';
import { ADM1, CHV1, DF_GSM, DF_TELECOM, go, select, WRONG_CHV1 } from './sim-card.ts';

/** Four digits with 'X' for any, when that is, and the steps. */
export type SimMatrixRow = readonly [sw: string, when: string, steps: readonly string[]];

/** One command of class A0. */
export interface SimMatrixCommand {
  readonly name: string;
  readonly ins: number;
  readonly rows: readonly SimMatrixRow[];
}

/** The card that the rows are for. */
export const SIM_MATRIX_PROFILE: CardProfile = withChangedFile(
  'MF/ADF.USIM/EF.LI',
  (file) => ({ ...file, arr: 3 }),
  withFiles([EF_ACM]),
);

const FPLMN = [...go(DF_GSM, '6F7B'), CHV1] as const;
const LP = [...go(DF_GSM, '6F05'), CHV1] as const;
const ACM = [...go(DF_GSM, '6F39'), CHV1] as const;
const SMSP = [...go(DF_TELECOM, '6F42'), CHV1] as const;
const OUT_OF_USE = [ADM1, 'A004000000'] as const;
/** From here on commits are not stored. */
export const NO_STORE = 'refuse commits';
const READY = ['A010000004FFFFFFFF', `A0${CHANGE.slice(2)}`, 'A0C0000029'] as const;
const RUN = `A088000010${'00'.repeat(16)}`;
const PIN = '31323334FFFFFFFF';
const OTHER = '39393939FFFFFFFF';
const BLOCKED = [WRONG_CHV1, WRONG_CHV1, WRONG_CHV1] as const;
const RECORD = '00'.repeat(40);

/** Refusals that all commands of CHVs share. */
function chvRows(header: string, right: string, wrong: string): SimMatrixRow[] {
  return [
    ['9000', 'it is right', [`${header}${right}`]],
    ['91XX', 'a command is pending', [...READY, `${header}${right}`]],
    ['9804', 'it is wrong', [`${header}${wrong}`]],
    ['9240', 'not stored', [NO_STORE, `${header}${right}`]],
    ['67XX', 'no data', [header.slice(0, 8)]],
    ['6BXX', 'P1', [`${header.slice(0, 4)}01${header.slice(6)}${right}`]],
  ];
}

/** The commands of class A0. */
export const SIM_STATUS_WORD_MATRIX: readonly SimMatrixCommand[] = [
  {
    name: 'SELECT',
    ins: 0xa4,
    rows: [
      ['9FXX', 'there is such a file', [select(DF_GSM)]],
      ['9404', 'there is none', [select('6F07')]],
      ['67XX', 'half a FID', ['A0A40000017F']],
      ['6BXX', 'P1', ['A0A40400027F20']],
    ],
  },
  {
    name: 'STATUS',
    ins: 0xf2,
    rows: [
      ['9000', 'P3 is right', ['A0F2000016']],
      ['91XX', 'a command is pending', [...READY, 'A0F2000016']],
      ['67XX', 'P3 is more', ['A0F2000017']],
      ['6BXX', 'P2', ['A0F2000C16']],
    ],
  },
  {
    name: 'GET RESPONSE',
    ins: 0xc0,
    rows: [
      ['9000', 'P3 is right', [select(DF_GSM), 'A0C0000016']],
      ['91XX', 'a command is pending', [...READY]],
      ['67XX', 'P3 is more', [select(DF_GSM), 'A0C0000017']],
      ['6BXX', 'P1', [select(DF_GSM), 'A0C0010016']],
      ['6F00', 'nothing waits', ['A0C0000016']],
    ],
  },
  {
    name: 'READ BINARY',
    ins: 0xb0,
    rows: [
      ['9000', 'P3 is right', [...FPLMN, 'A0B000000C']],
      ['91XX', 'a command is pending', [...READY, ...FPLMN, 'A0B000000C']],
      ['67XX', 'P3 is more', [...FPLMN, 'A0B000000D']],
      ['9400', 'no EF', ['A0B000000C']],
      ['9402', 'the offset is outside', [...FPLMN, 'A0B0000C01']],
      ['9408', 'an EF of records', [...SMSP, 'A0B0000001']],
      ['9804', 'CHV1 is not verified', [...go(DF_GSM, '6F7B'), 'A0B0000001']],
      ['9810', 'invalidated', [...FPLMN, ...OUT_OF_USE, 'A0B0000001']],
    ],
  },
  {
    name: 'UPDATE BINARY',
    ins: 0xd6,
    rows: [
      ['9000', 'it is written', [...FPLMN, 'A0D6000001FF']],
      ['91XX', 'a command is pending', [...READY, ...FPLMN, 'A0D6000001FF']],
      ['9240', 'not stored', [...FPLMN, NO_STORE, 'A0D6000001FF']],
      ['67XX', 'too many', [...FPLMN, 'A0D6000B02FFFF']],
      ['9400', 'no EF', ['A0D6000001FF']],
      ['9402', 'the offset is outside', [...FPLMN, 'A0D6000C01FF']],
      ['9408', 'an EF of records', [...SMSP, 'A0D6000001FF']],
      ['9804', 'ADM1 is not verified', [...go(DF_GSM, '6F07'), CHV1, 'A0D6000001FF']],
      ['9810', 'invalidated', [...FPLMN, ...OUT_OF_USE, 'A0D6000001FF']],
      ['6F00', 'a language without letters', [...LP, 'A0D6000001AA']],
    ],
  },
  {
    name: 'READ RECORD',
    ins: 0xb2,
    rows: [
      ['9000', 'P3 is right', [...SMSP, 'A0B2010428']],
      ['91XX', 'a command is pending', [...READY, ...SMSP, 'A0B2010428']],
      ['67XX', 'P3 is wrong', [...SMSP, 'A0B2010427']],
      ['6BXX', 'a mode that there is not', [...SMSP, 'A0B2010128']],
      ['9400', 'no EF', ['A0B2010428']],
      ['9402', 'no such record', [...SMSP, 'A0B2020428']],
      ['9408', 'a transparent EF', [...FPLMN, 'A0B201040C']],
      ['9804', 'CHV1 is not verified', [...go(DF_TELECOM, '6F42'), 'A0B2010428']],
      ['9810', 'invalidated', [...SMSP, ...OUT_OF_USE, 'A0B2010428']],
    ],
  },
  {
    name: 'UPDATE RECORD',
    ins: 0xdc,
    rows: [
      ['9000', 'it is written', [...SMSP, `A0DC010428${RECORD}`]],
      ['91XX', 'a command is pending', [...READY, ...SMSP, `A0DC010428${RECORD}`]],
      ['9240', 'not stored', [...SMSP, NO_STORE, `A0DC010428${RECORD}`]],
      ['67XX', 'another length', [...SMSP, 'A0DC010401FF']],
      ['6BXX', 'a mode that there is not', [...SMSP, `A0DC010028${RECORD}`]],
      ['9400', 'no EF', ['A0DC010401FF']],
      ['9402', 'no such record', [...SMSP, `A0DC020428${RECORD}`]],
      ['9408', 'cyclic, by number', [...ACM, 'A0DC010403000000']],
      ['9804', 'CHV1 is not verified', [...go(DF_TELECOM, '6F42'), `A0DC010428${RECORD}`]],
      ['9810', 'invalidated', [...SMSP, ...OUT_OF_USE, `A0DC010428${RECORD}`]],
    ],
  },
  {
    name: 'SEEK',
    ins: 0xa2,
    rows: [
      ['9000', 'a record begins so', [...SMSP, 'A0A2000001FF']],
      ['91XX', 'a command is pending', [...READY, ...SMSP, 'A0A2000001FF']],
      ['9FXX', 'its number is wanted', [...SMSP, 'A0A2001001FF']],
      ['67XX', 'no pattern', [...SMSP, 'A0A2000000']],
      ['6BXX', 'a mode that there is not', [...SMSP, 'A0A2000401FF']],
      ['9400', 'no EF', ['A0A2000001FF']],
      ['9404', 'no record begins so', [...SMSP, 'A0A200000100']],
      ['9408', 'a cyclic EF', [...ACM, 'A0A200000101']],
      ['9804', 'CHV1 is not verified', [...go(DF_TELECOM, '6F42'), 'A0A2000001FF']],
      ['9810', 'invalidated', [...SMSP, ...OUT_OF_USE, 'A0A2000001FF']],
    ],
  },
  {
    name: 'INCREASE',
    ins: 0x32,
    rows: [
      ['9FXX', 'the sum is stored', [...ACM, 'A032000003000001']],
      ['9240', 'not stored', [...ACM, NO_STORE, 'A032000003000001']],
      ['67XX', 'a value of 2 octets', [...ACM, 'A0320000020001']],
      ['6BXX', 'P1', [...ACM, 'A032010003000001']],
      ['9400', 'no EF', ['A032000003000001']],
      ['9408', 'a linear EF', [...SMSP, 'A032000003000001']],
      ['9804', 'CHV1 is not verified', [...go(DF_GSM, '6F39'), 'A032000003000001']],
      ['9810', 'invalidated', [...ACM, ...OUT_OF_USE, 'A032000003000001']],
      ['9850', 'the sum does not fit', [...ACM, 'A032000003FFFFFF']],
    ],
  },
  {
    name: 'VERIFY CHV',
    ins: 0x20,
    rows: [
      ...chvRows('A020000108', PIN, OTHER),
      ['9802', 'there is no such key', [`A020000B08${PIN}`]],
      ['9808', 'disabled', [`A026000108${PIN}`, CHV1]],
      ['9840', 'blocked', [...BLOCKED, CHV1]],
    ],
  },
  {
    name: 'CHANGE CHV',
    ins: 0x24,
    rows: [
      ...chvRows('A024000110', PIN + PIN, OTHER + PIN),
      ['9802', 'there is no such key', [`A024000B10${PIN}${PIN}`]],
      ['9808', 'disabled', [`A026000108${PIN}`, `A024000110${PIN}${PIN}`]],
      ['9840', 'blocked', [...BLOCKED, `A024000110${PIN}${PIN}`]],
      ['6F00', 'the new one is none', [`A024000110${PIN}${'41'.repeat(8)}`]],
    ],
  },
  {
    name: 'DISABLE CHV',
    ins: 0x26,
    rows: [
      ...chvRows('A026000108', PIN, OTHER),
      ['9808', 'disabled already', [`A026000108${PIN}`, `A026000108${PIN}`]],
      ['9840', 'blocked', [...BLOCKED, `A026000108${PIN}`]],
    ],
  },
  {
    name: 'ENABLE CHV',
    ins: 0x28,
    rows: [
      ['9000', 'it is right', [`A026000108${PIN}`, `A028000108${PIN}`]],
      ['91XX', 'a command is pending', [...READY, `A026000108${PIN}`, `A028000108${PIN}`]],
      ['9804', 'it is wrong', [`A026000108${PIN}`, `A028000108${OTHER}`]],
      ['9240', 'not stored', [`A026000108${PIN}`, NO_STORE, `A028000108${PIN}`]],
      ['9808', 'enabled already', [`A028000108${PIN}`]],
      ['9840', 'blocked', [...BLOCKED, `A028000108${PIN}`]],
      ['67XX', 'no data', ['A0280001']],
      ['6BXX', 'P2', [`A028000208${PIN}`]],
    ],
  },
  {
    name: 'UNBLOCK CHV',
    ins: 0x2c,
    rows: [
      ...chvRows('A02C000010', `3132333435363738${PIN}`, OTHER + PIN),
      [
        '9840',
        'blocked',
        [...Array(10).fill(`A02C000010${OTHER}${PIN}`), `A02C000010${PIN}${PIN}`],
      ],
      ['6F00', 'the new one is none', [`A02C0000103132333435363738${'41'.repeat(8)}`]],
    ],
  },
  ...([0x04, 0x44] as const).map((ins): SimMatrixCommand => {
    const command = `A0${octet(ins)}000000`;
    const before = ins === 0x04 ? [...FPLMN, ADM1] : [...FPLMN, ...OUT_OF_USE];
    const again = ins === 0x04 ? [...FPLMN, ...OUT_OF_USE] : [...FPLMN, ADM1];
    return {
      name: ins === 0x04 ? 'INVALIDATE' : 'REHABILITATE',
      ins,
      rows: [
        ['9000', 'it is done', [...before, command]],
        ['91XX', 'a command is pending', [...READY, ...before, command]],
        ['9240', 'not stored', [...before, NO_STORE, command]],
        ['67XX', 'there are data', [...before, `${command.slice(0, 8)}01FF`]],
        ['6BXX', 'P2', [...before, `${command.slice(0, 6)}0100`]],
        ['9400', 'no EF', [command]],
        ['9804', 'ADM1 is not verified', [...FPLMN, command]],
        ['9810', 'it is so already', [...again, command]],
      ],
    };
  }),
  {
    name: 'RUN GSM ALGORITHM',
    ins: 0x88,
    rows: [
      ['9FXX', 'SRES and Kc wait', [...FPLMN, RUN]],
      ['67XX', 'RAND of 15 octets', [...FPLMN, `A08800000F${'00'.repeat(15)}`]],
      ['6BXX', 'P2', [...FPLMN, `A088008010${'00'.repeat(16)}`]],
      ['9408', 'not in DF_GSM', [CHV1, RUN]],
      ['9804', 'CHV1 is not verified', [...go(DF_GSM), RUN]],
    ],
  },
  {
    name: 'TERMINAL PROFILE',
    ins: 0x10,
    rows: [
      ['9000', 'nothing is pending', ['A010000001FF']],
      ['91XX', 'a command waited for it', [...READY.slice(1), READY[0]]],
      ['67XX', 'no data', ['A010000000']],
      ['6BXX', 'P1', ['A010010001FF']],
    ],
  },
  {
    name: 'ENVELOPE',
    ins: 0xc2,
    rows: [
      ['9000', 'nobody waits for it', ['A0C2000006D60482028281']],
      ['91XX', 'a command is pending', [...READY, 'A0C2000006D60482028281']],
      ['9FXX', 'a PoR waits', [READY[1]]],
      ['67XX', 'no data', ['A0C2000000']],
      ['6BXX', 'P1', ['A0C2010001FF']],
      ['6F00', 'no TLV', ['A0C2000002D105']],
    ],
  },
  {
    name: 'FETCH',
    ins: 0x12,
    rows: [
      ['9000', 'P3 is right', [...READY, 'A01200000B']],
      ['67XX', 'P3 is wrong', [...READY, 'A01200000C']],
      ['6BXX', 'P1', [...READY, 'A01201000B']],
      ['6F00', 'nothing is pending', ['A01200000B']],
    ],
  },
  {
    name: 'TERMINAL RESPONSE',
    ins: 0x14,
    rows: [
      ['9000', 'it is taken', [...READY, 'A01200000B', 'A01400000C810301010482028281830130']],
      ['67XX', 'no data', ['A014000000']],
      ['6BXX', 'P1', ['A014010001FF']],
      ['6F00', 'no command is with the terminal', ['A01400000C810301010482028281830130']],
    ],
  },
  {
    name: 'SLEEP',
    ins: 0xfa,
    rows: [
      ['9000', 'it is sent', ['A0FA000000']],
      ['91XX', 'a command is pending', [...READY, 'A0FA000000']],
      ['67XX', 'there are data', ['A0FA000001FF']],
      ['6BXX', 'P1', ['A0FA010000']],
    ],
  },
];
