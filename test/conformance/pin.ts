/**
 * Rows P: VERIFY, CHANGE, DISABLE, ENABLE and UNBLOCK PIN.
 *
 * @see ETSI TS 102 221 §9, §11.1.9 to §11.1.13
 * @module
 */

import { ADM1, PIN1, PIN2, RESET, type Row, type Step, USIM, WRONG_PIN1 } from './row.ts';

function wrong(sw: string): Step {
  return { send: WRONG_PIN1, expect: sw };
}

/** PIN1, a PIN to be set, another one that is wrong, and the UNBLOCK PIN of PIN1. */
const OLD = '31323334FFFFFFFF';
const NEW = '3234363830FFFFFF';
const WRONG = '39393939FFFFFFFF';
const UNBLOCK = '3132333435363738';
const WRONG_UNBLOCK = '3132333435363739';

const READ_IMSI = '00B0870009';

/** Each command with PIN1 and the new PIN; what it presents may be another. */
function change(presented: string, expect: string): Step {
  return { send: `0024000110${presented}${NEW}`, expect };
}

function disable(presented: string, expect: string | readonly string[]): Step {
  return { send: `0026000108${presented}`, expect };
}

function enable(presented: string, expect: string): Step {
  return { send: `0028000108${presented}`, expect };
}

function unblock(presented: string, expect: string): Step {
  return { send: `002C000110${presented}${NEW}`, expect };
}

function verify(presented: string, expect: string | readonly string[]): Step {
  return { send: `0020000108${presented}`, expect };
}

function queryUnblock(expect: string | readonly string[]): Step {
  return { send: '002C000100', expect };
}

function query(sw: string | readonly string[]): Step {
  return { send: '0020000100', expect: sw };
}

export const PIN: readonly Row[] = [
  {
    id: 'P01',
    shows: 'how many tries are left, asked without trying',
    steps: [
      query('63C3'),
      query('63C3'),
      { send: '0020008100', expect: '63C3' },
      { send: '0020000A00', expect: '63CA' },
      { send: '00200001', expect: '63C3' },
    ],
  },
  { id: 'P02', shows: 'a wrong PIN1', steps: [wrong('63C2'), query('63C2')] },
  {
    id: 'P03',
    shows: 'the right PIN1 after a wrong one',
    steps: [wrong('63C2'), PIN1, query('63C3')],
  },
  {
    id: 'P04',
    shows: 'three wrong tries block PIN1: the right one comes too late',
    steps: [
      wrong('63C2'),
      wrong('63C1'),
      wrong('63C0'),
      wrong('6983'),
      { send: '002000010831323334FFFFFFFF', expect: '6983' },
    ],
  },
  {
    id: 'P05',
    shows: 'tries left of a blocked PIN',
    steps: [wrong('63C2'), wrong('63C1'), wrong('63C0'), query(['63C0', '6983'])],
  },
  {
    id: 'P06',
    shows: 'UNBLOCK gives a blocked PIN1 another value, and verifies it',
    steps: [
      USIM,
      ...[wrong('63C2'), wrong('63C1'), wrong('63C0')],
      unblock(UNBLOCK, '9000'),
      { send: READ_IMSI, expect: '...9000' },
      ...[query('63C3'), queryUnblock('63CA')],
      RESET,
      ...[verify(OLD, '63C2'), verify(NEW, '9000')],
    ],
  },
  {
    id: 'P07',
    shows: 'a wrong UNBLOCK PIN costs a try of its own, and the right one gives it back',
    steps: [
      queryUnblock('63CA'),
      ...[unblock(WRONG_UNBLOCK, '63C9'), queryUnblock('63C9'), query('63C3')],
      ...[unblock(UNBLOCK, '9000'), queryUnblock('63CA')],
    ],
  },
  {
    id: 'P08',
    shows: 'CHANGE gives PIN1 another value, and verifies it',
    steps: [
      ...[USIM, change(OLD, '9000'), { send: READ_IMSI, expect: '...9000' }],
      RESET,
      ...[verify(OLD, '63C2'), verify(NEW, '9000'), query('63C3')],
    ],
  },
  {
    id: 'P09',
    shows: 'what PIN1 gates is open while PIN1 is disabled, and the FCP says so',
    steps: [
      ...[disable(OLD, '9000'), RESET],
      {
        ask: '00A4040410A0000000871002FFFFFFFF890000010000',
        expect: '62...900160830101...9000',
      },
      { send: READ_IMSI, expect: '...9000' },
    ],
  },
  {
    id: 'P10',
    shows: 'what PIN1 gates is closed again once PIN1 is enabled',
    steps: [
      ...[USIM, disable(OLD, '9000'), enable(OLD, '9000')],
      { send: READ_IMSI, expect: '...9000' },
      ...[RESET, USIM, { send: READ_IMSI, expect: '6982' }, PIN1],
      { send: READ_IMSI, expect: '...9000' },
    ],
  },
  {
    id: 'P11',
    shows: 'DISABLE of a PIN that is disabled costs no try',
    steps: [
      disable(OLD, '9000'),
      ...[disable(OLD, ['6984', '6985']), disable(WRONG, ['6984', '6985']), query('63C3')],
    ],
  },
  {
    id: 'P12',
    shows: 'VERIFY and CHANGE of a PIN that is disabled cost no try',
    steps: [
      disable(OLD, '9000'),
      ...[verify(OLD, ['6984', '6985']), verify(WRONG, ['6984', '6985'])],
      { send: `0024000110${WRONG}${NEW}`, expect: ['6984', '6985'] },
      query('63C3'),
    ],
  },
  {
    id: 'P44',
    shows: 'CHANGE, DISABLE and VERIFY share their tries, and block PIN1 together',
    steps: [
      ...[change(WRONG, '63C2'), disable(WRONG, '63C1'), verify(WRONG, '63C0')],
      ...[change(OLD, '6983'), disable(OLD, '6983'), verify(OLD, '6983'), enable(OLD, '6983')],
    ],
  },
  {
    id: 'P45',
    shows: 'a wrong CHANGE or DISABLE takes away what an earlier VERIFY gave',
    steps: [
      ...[USIM, PIN1, change(WRONG, '63C2'), { send: READ_IMSI, expect: '6982' }],
      ...[PIN1, disable(WRONG, '63C2'), { send: READ_IMSI, expect: '6982' }],
    ],
  },
  {
    id: 'P46',
    shows: 'a wrong ENABLE costs a try, and what is open stays open',
    steps: [
      ...[USIM, disable(OLD, '9000')],
      ...[enable(WRONG, '63C2'), enable(WRONG, '63C1'), enable(WRONG, '63C0')],
      enable(OLD, '6983'),
      { send: READ_IMSI, expect: '...9000' },
    ],
  },
  {
    id: 'P47',
    shows: 'ENABLE of a PIN that is enabled costs no try',
    steps: [enable(OLD, '6985'), enable(WRONG, '6985'), query('63C3')],
  },
  {
    id: 'P48',
    shows: 'ten wrong tries block the UNBLOCK PIN, and PIN1 goes on',
    steps: [
      ...Array.from({ length: 10 }, (_, n) => unblock(WRONG_UNBLOCK, `63C${9 - n}`)),
      ...[unblock(UNBLOCK, '6983'), queryUnblock(['63C0', '6983']), PIN1, query('63C3')],
    ],
  },
  {
    id: 'P49',
    shows: 'UNBLOCK enables a PIN that was disabled',
    steps: [
      ...[USIM, disable(OLD, '9000'), unblock(UNBLOCK, '9000'), RESET, USIM],
      { send: READ_IMSI, expect: '6982' },
      verify(NEW, '9000'),
    ],
  },
  {
    id: 'P50',
    shows: 'an ADM key can be changed, but not disabled',
    steps: [
      { send: '0026000A083131313131313131', expect: ['6985', '6A86'] },
      { send: '0024000A10313131313131313100112233445566FF', expect: '9000' },
      RESET,
      { send: '0020000A083131313131313131', expect: '63C9' },
      { send: '0020000A0800112233445566FF', expect: '9000' },
    ],
  },
  {
    id: 'P51',
    shows: 'key references that the card does not have, for each command',
    steps: [
      { send: `0024000510${OLD}${NEW}`, expect: '6A88' },
      { send: `0026000508${OLD}`, expect: '6A88' },
      { send: `0028000508${OLD}`, expect: '6A88' },
      { send: `002C000510${UNBLOCK}${NEW}`, expect: '6A88' },
      { send: '002C000500', expect: '6A88' },
    ],
  },
  {
    id: 'P52',
    shows: 'another length costs no try, for each command',
    steps: [
      { send: `0024000108${WRONG}`, expect: '6700' },
      { send: `002400010F${WRONG}${NEW.slice(2)}`, expect: '6700' },
      { send: `0024000111${WRONG}${NEW}FF`, expect: '6700' },
      { send: `0026000110${WRONG}${NEW}`, expect: '6700' },
      { send: '002600010439393939', expect: '6700' },
      { send: `0028000110${WRONG}${NEW}`, expect: '6700' },
      { send: `002C000108${WRONG}`, expect: '6700' },
      { send: `002C000111${WRONG}${NEW}FF`, expect: '6700' },
      ...[query('63C3'), queryUnblock('63CA')],
    ],
  },
  {
    id: 'P53',
    shows: 'P1 other than those of the command costs no try',
    steps: [
      { send: `0024010110${WRONG}${NEW}`, expect: '6A86' },
      { send: `0026010108${WRONG}`, expect: '6A86' },
      { send: `0028910108${WRONG}`, expect: '6A86' },
      { send: `002C010110${WRONG}${NEW}`, expect: '6A86' },
      ...[query('63C3'), queryUnblock('63CA')],
    ],
  },
  {
    id: 'P54',
    shows: 'a new PIN that has too few digits, or something else than digits',
    steps: [
      { send: `0024000110${OLD}313233FFFFFFFFFF`, expect: '6A80' },
      { send: `0024000110${OLD}3132333400000000`, expect: '6A80' },
      { send: `002C000110${UNBLOCK}31323341FFFFFFFF`, expect: '6A80' },
      PIN1,
    ],
  },
  {
    id: 'P55',
    shows: 'PIN2 is changed and unblocked for itself',
    steps: [
      { send: `002400811030303030FFFFFFFF${NEW}`, expect: '9000' },
      { send: '002000810830303030FFFFFFFF', expect: '63C2' },
      { send: `002C0081103837363534333231${OLD}`, expect: '9000' },
      { send: `0020008108${OLD}`, expect: '9000' },
      ...[PIN1, query('63C3'), queryUnblock('63CA')],
    ],
  },
  {
    id: 'P13',
    shows: 'key references that the card does not have',
    steps: [
      { send: '002000050831323334FFFFFFFF', expect: '6A88' },
      { send: '002000000831323334FFFFFFFF', expect: '6A88' },
      { send: '0020000B083131313131313131', expect: '6A88' },
      { send: '002000FF0831323334FFFFFFFF', expect: '6A88' },
      { send: '0020000500', expect: '6A88' },
    ],
  },
  {
    id: 'P14',
    shows: 'a PIN of another length than 8 costs no try',
    steps: [
      { send: '002000010431323334', expect: '6700' },
      { send: '002000010731323334FFFFFF', expect: '6700' },
      { send: '002000010931323334FFFFFFFFFF', expect: '6700' },
      query('63C3'),
    ],
  },
  {
    id: 'P41',
    shows: 'P1 other than 00 costs no try',
    steps: [
      { send: '002001010831323334FFFFFFFF', expect: '6A86' },
      { send: '00208001083939393939393939', expect: '6A86' },
      query('63C3'),
    ],
  },
  {
    id: 'P15',
    shows: 'PIN2 does not open what PIN1 gates, nor PIN1 what ADM1 gates',
    steps: [
      USIM,
      PIN2,
      { send: '00B0870009', expect: '6982' },
      PIN1,
      { send: '00B0870009', expect: '...9000' },
      { send: '00D6870009080910101032547698', expect: '6982' },
    ],
  },
  {
    id: 'P16',
    shows: 'ADM1 opens the update of EF_IMSI',
    steps: [USIM, ADM1, { send: '00D6870009080910101032547698', expect: '9000' }],
  },
  {
    id: 'P17',
    shows: 'a reset takes away what was verified',
    steps: [
      USIM,
      PIN1,
      { send: '00B0870009', expect: '...9000' },
      RESET,
      USIM,
      { send: '00B0870009', expect: '6982' },
    ],
  },
  {
    id: 'P18',
    shows: 'a reset does not give tries back',
    steps: [wrong('63C2'), RESET, query('63C2'), wrong('63C1'), RESET, query('63C1')],
  },
  {
    id: 'P42',
    shows: 'a wrong try takes away what an earlier right one gave',
    steps: [
      USIM,
      PIN1,
      { send: '00B0870009', expect: '...9000' },
      wrong('63C2'),
      { send: '00B0870009', expect: '6982' },
    ],
  },
  {
    id: 'P43',
    shows: 'each key reference has its own tries',
    steps: [
      wrong('63C2'),
      { send: '002000810839393939FFFFFFFF', expect: '63C2' },
      { send: '0020000A083939393939393939', expect: '63C9' },
      query('63C2'),
    ],
  },
];
