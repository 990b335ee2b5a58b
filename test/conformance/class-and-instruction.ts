/**
 * Rows E: class, instruction, logical channel, P1 P2 and length, before a command's meaning is
 * asked.
 *
 * @see ETSI TS 102 221 §10.1.1, §10.1.2, §10.2.1
 * @module
 */

import { RESET, type Row } from './row.ts';

/** Classes that no document defines. */
const UNKNOWN_CLASSES = ['10', '20', '30', '90', 'B0', 'FF'] as const;

/**
 * Classes of channels that are closed after a reset: 1 to 3, 4 and 19, of both kinds of command.
 */
const CLOSED_CHANNELS = ['01', '02', '03', '40', '4F'] as const;

/** Instructions that no document of the UICC defines. */
const UNKNOWN_INSTRUCTIONS = ['00', '02', '6A', '90', 'FF'] as const;

export const CLASS_AND_INSTRUCTION: readonly Row[] = [
  {
    id: 'E01',
    shows: 'an unknown class',
    steps: [{ send: 'B0A40004023F00', expect: '6E00' }],
  },
  {
    id: 'E02',
    shows: 'an unknown instruction',
    steps: [{ send: '00FF000000', expect: '6D00' }],
  },
  {
    id: 'E03',
    shows: 'the class is looked at before the instruction',
    steps: [{ send: 'B0FF000000', expect: '6E00' }],
  },
  {
    id: 'E04',
    shows: 'a channel that is not open',
    steps: [RESET, { send: '01A40004023F00', expect: '6881' }],
  },
  {
    id: 'E05',
    shows: 'secure messaging that the card does not have',
    steps: [
      { send: '0CA40004023F00', expect: ['6882', '6E00'] },
      { send: '04A40004023F00', expect: ['6882', '6E00'] },
      { send: '8CF2000000', expect: ['6882', '6E00'] },
    ],
  },
  {
    id: 'E06',
    shows: 'a way to select that there is not',
    steps: [
      { send: '00A40204023F00', expect: ['6A86', '6A81'] },
      { send: '00A40504023F00', expect: ['6A86', '6A81'] },
      { send: '00A4FF04023F00', expect: ['6A86', '6A81'] },
    ],
  },
  {
    id: 'E07',
    shows: 'half a file identifier',
    steps: [{ send: '00A40004013F', expect: ['6700', '6A87'] }],
  },
  {
    id: 'E08',
    shows: 'STATUS with a reserved P1 or P2',
    steps: [
      { send: '80F2030000', expect: '6A86' },
      { send: '80F2000200', expect: '6A86' },
    ],
  },
  ...UNKNOWN_CLASSES.map(
    (cla, n): Row => ({
      id: `E${41 + n}`,
      shows: `the class '${cla}', whatever the instruction`,
      steps: [
        { send: `${cla}A40004023F00`, expect: '6E00' },
        { send: `${cla}F2000000`, expect: '6E00' },
        { send: `${cla}00000000`, expect: '6E00' },
      ],
    }),
  ),
  ...CLOSED_CHANNELS.map(
    (cla, n): Row => ({
      id: `E${51 + n}`,
      shows: `the class '${cla}' of a channel that is not open, whatever the instruction`,
      steps: [
        { send: `${cla}A40004023F00`, expect: '6881' },
        { send: `${cla}B0000000`, expect: '6881' },
        { send: `${cla}FF000000`, expect: '6881' },
      ],
    }),
  ),
  ...UNKNOWN_INSTRUCTIONS.map(
    (ins, n): Row => ({
      id: `E${61 + n}`,
      shows: `the instruction '${ins}' in both classes`,
      steps: [
        { send: `00${ins}000000`, expect: '6D00' },
        { send: `80${ins}000000`, expect: '6D00' },
      ],
    }),
  ),
  ...['73', '75', '7A', '89'].map(
    (ins, n): Row => ({
      id: `E${105 + n}`,
      shows: `the instruction '${ins}', which a card need not have, in both classes`,
      steps: [
        { send: `00${ins}000000`, expect: ['6D00', '6E00', '6985', '6A86', '6700'] },
        { send: `80${ins}000000`, expect: ['6D00', '6E00', '6985', '6A86', '6700'] },
      ],
    }),
  ),
  {
    id: 'E109',
    shows: 'GET DATA of an object that there is not',
    steps: [{ send: '80CA7FFF00', expect: ['6A88', '6D00', '6985', '6A86'] }],
  },
  {
    id: 'E70',
    shows: 'classes that would be parts of a chain on a channel that is not open',
    steps: ['50', 'D0', '70', 'F0'].map((cla) => ({
      send: `${cla}A40004023F00`,
      expect: ['6E00', '6881', '6882', '6884'],
    })),
  },
  {
    id: 'E71',
    shows: 'STATUS, FETCH and ENVELOPE in the interindustry class',
    steps: [
      { send: '00F2000000', expect: ['6D00', '6E00'] },
      { send: '0012000000', expect: ['6D00', '6E00'] },
      { send: '00C2000002D800', expect: ['6D00', '6E00'] },
    ],
  },
  {
    id: 'E72',
    shows: 'SELECT, READ BINARY and VERIFY in the class of the UICC',
    steps: [
      { send: '80A40004023F00', expect: ['6D00', '6E00'] },
      { send: '80B0000000', expect: ['6D00', '6E00'] },
      { send: '802000010831323334FFFFFFFF', expect: ['6D00', '6E00'] },
    ],
  },
  {
    id: 'E73',
    shows: 'commands with a length that makes no sense',
    steps: [
      { send: '00A40004033F00', expect: ['6700', '6A87'] },
      { send: '00A4000401', expect: ['6700', '6A87', '61..', '6A82'] },
      { send: '00B0000002FFFF00', expect: '6700' },
      { send: '80F2000002FFFF', expect: '6700' },
      { send: '8010000000', expect: '6700' },
    ],
  },
];
