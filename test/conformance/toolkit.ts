/**
 * Rows C: TERMINAL PROFILE, ENVELOPE, FETCH, TERMINAL RESPONSE.
 *
 * The REFRESH comes from a change of subscription. The packets and the PoR were made by a second
 * implementation, with the keys of pair 0 of the built-in profile: SPI '1619', KIc and KID '12'.
 *
 * @see ETSI TS 102 221 §7.4.2, §11.2; ETSI TS 102 223 §6, §7; docs/subscription-change.md
 * @module
 */

import { after, file, PIN1, RESET, type Row, type Step, USIM } from './row.ts';

/** CHANGE with guard 0, MNC length 2, IMSI 001010000000102; CNTR 1. */
const CHANGE =
  '80C2000045D143820283818B3D4405812143F57FF6521001214305002D027000' +
  '00281516191212BFFF3B49B786D74B98683E1D7F326CA4D84B57C27DF70C4AD32CA78C45412F05CF5987';
/** PoR '00' to it: '01 9000', ICCID, index 1, two pairs left. */
const POR = '027100002412BFFF3B4F35CF1047D077074DE06F70C28F4565CE485CD4E14A9E56D425F3EE04C31601';
/** CHANGE with the last octet changed. */
const FORGED = `${CHANGE.slice(0, -1)}6`;

/** The profile of a modem in the field; it has REFRESH. */
const PROFILE: Step = {
  send: '801000001EFFFFFFFF7F9D00DFBF00001FE2000000C36B000700004000500000000008',
  expect: '9000',
};
const REFRESH = 'D009 8103010104 82028182';
const STATUS = '80F2000C00';

/** What makes a REFRESH pending. */
const PENDING: readonly Step[] = [
  PROFILE,
  { send: CHANGE, expect: '6129' },
  { send: '00C0000029', expect: `${POR}910B` },
];
const FETCHED: readonly Step[] = [...PENDING, { send: '801200000B', expect: `${REFRESH}9000` }];

function terminalResponse(result: string): string {
  const octets = (9 + 2 + result.length / 2).toString(16).padStart(2, '0');
  const length = (result.length / 2).toString(16).padStart(2, '0');
  return `80140000${octets}810301010482028281${`83${length}`}${result}`;
}

const WITH_REFRESH: readonly Row[] = [
  { id: 'C02', shows: 'a pending command after STATUS', steps: [{ send: STATUS, expect: '910B' }] },
  {
    id: 'C03',
    shows: 'a pending command is told again until it is fetched',
    steps: [
      { send: STATUS, expect: '910B' },
      { send: STATUS, expect: '910B' },
      { send: '00A4000C023F00', expect: '910B' },
      { send: '00B082000A', expect: '98990901000000000031910B' },
    ],
  },
  {
    id: 'C04',
    shows: 'a refusal stays a refusal while a command is pending',
    steps: [
      { send: '00A40004026F99', expect: '6A82' },
      { send: '00B0000000', expect: '6986' },
      { send: '002000010839393939FFFFFFFF', expect: '63C2' },
      { send: STATUS, expect: '910B' },
    ],
  },
  {
    id: 'C05',
    shows: 'FETCH with the right length',
    steps: [{ send: '801200000B', expect: `${REFRESH}9000` }],
  },
  {
    id: 'C06',
    shows: 'FETCH with a wrong length loses nothing',
    steps: [
      { send: '801200000A', expect: '6C0B' },
      { send: '801200000C', expect: '6C0B' },
      { send: '8012000000', expect: '6C0B' },
      { send: STATUS, expect: '910B' },
      { send: '801200000B', expect: `${REFRESH}9000` },
    ],
  },
  {
    id: 'C41',
    shows: 'FETCH with P1 or P2 other than 00',
    steps: [
      { send: '801201000B', expect: '6A86' },
      { send: '801200010B', expect: '6A86' },
    ],
  },
  {
    id: 'C42',
    shows: 'TERMINAL RESPONSE before the command was fetched',
    steps: [
      { send: terminalResponse('00'), expect: '6985' },
      { send: STATUS, expect: '910B' },
    ],
  },
  {
    id: 'C43',
    shows: 'a reset leaves nothing pending',
    steps: [
      RESET,
      PROFILE,
      { send: STATUS, expect: '9000' },
      { send: '801200000B', expect: '6985' },
    ],
  },
];

const WITH_FETCHED: readonly Row[] = [
  {
    id: 'C07',
    shows: 'nothing is pending while a command is with the terminal',
    steps: [
      { send: STATUS, expect: '9000' },
      { send: '801200000B', expect: '6985' },
    ],
  },
  {
    id: 'C08',
    shows: 'TERMINAL RESPONSE, and another without a command',
    steps: [
      { send: terminalResponse('30'), expect: '9000' },
      { send: terminalResponse('30'), expect: '6985' },
    ],
  },
  {
    id: 'C10',
    shows: 'a busy terminal is asked again at the next STATUS, not before',
    steps: [
      { send: terminalResponse('2002'), expect: '9000' },
      { send: '00A4000C023F00', expect: '9000' },
      { send: STATUS, expect: '910B' },
      { send: '801200000B', expect: `${REFRESH}9000` },
    ],
  },
  {
    id: 'C44',
    shows: 'a REFRESH by UICC reset that was "performed" without a reset is asked for again',
    steps: [
      { send: terminalResponse('00'), expect: '9000' },
      { send: STATUS, expect: '910B' },
    ],
  },
  {
    id: 'C45',
    shows: 'a TERMINAL RESPONSE that makes no sense ends the command',
    steps: [
      { send: '8014000003810301', expect: ['6A80', '6F00'] },
      { send: terminalResponse('30'), expect: '6985' },
    ],
  },
];

export const TOOLKIT: readonly Row[] = [
  {
    id: 'A19',
    shows: 'TERMINAL CAPABILITY is taken',
    steps: [
      { send: '80AA000004A9028100', expect: '9000' },
      { send: '80AA000007A9058003043C32', expect: '9000' },
      { send: '80AA000003A9028100', expect: ['6A80', '6700'] },
    ],
  },
  { id: 'C01', shows: 'TERMINAL PROFILE', steps: [PROFILE] },
  {
    id: 'C46',
    shows: 'TERMINAL PROFILE without data, or with P1 or P2 other than 00',
    steps: [
      { send: '8010000000', expect: '6700' },
      { send: '80100000', expect: '6700' },
      { send: '8010010001FF', expect: '6A86' },
      { send: '8010000101FF', expect: '6A86' },
    ],
  },
  ...after(PENDING, WITH_REFRESH),
  ...after(FETCHED, WITH_FETCHED),
  {
    id: 'C09',
    shows: 'FETCH and TERMINAL RESPONSE when there was no command',
    steps: [
      PROFILE,
      { send: '801200000B', expect: '6985' },
      { send: '8012000000', expect: '6985' },
      { send: terminalResponse('00'), expect: '6985' },
    ],
  },
  {
    id: 'C11',
    shows: 'without TERMINAL PROFILE nothing is ever pending',
    steps: [
      { send: CHANGE, expect: '6129' },
      { send: '00C0000029', expect: `${POR}9000` },
      { send: STATUS, expect: '9000' },
      { send: '801200000B', expect: '6985' },
    ],
  },
  {
    id: 'C12',
    shows: 'a profile without REFRESH: none is pending',
    steps: [
      { send: '8010000004FFFF7FFF', expect: '9000' },
      { send: CHANGE, expect: '6129' },
      { send: '00C0000029', expect: `${POR}9000` },
      { send: STATUS, expect: '9000' },
    ],
  },
  {
    id: 'C13',
    shows: 'ENVELOPE with a short message for another application, without a wish for a PoR',
    steps: [
      {
        send:
          '80C200003CD13A82028381860791112233445566' +
          '8B2B440791214365F77FF6521001214305001A02700000150D00000000' +
          'B00010000000000000A0A40000023F00',
        expect: ['9000', '61..'],
      },
    ],
  },
  {
    id: 'C14',
    shows: 'ENVELOPE of a kind that nobody waits for',
    steps: [
      { send: '80C2000002D800', expect: ['9000', '6A80'] },
      { send: '80C2000006D60482028281', expect: ['9000', '6A80'] },
    ],
  },
  {
    id: 'C15',
    shows: 'ENVELOPE with a timer that has expired',
    steps: [{ send: '80C200000ED70C82028281A40101A503000001', expect: '9000' }],
  },
  {
    id: 'C47',
    shows: 'ENVELOPE whose data are no TLV',
    steps: [
      { send: '80C2000002D105', expect: '6A80' },
      { send: '80C2000003D10182', expect: '6A80' },
      { send: '80C2000001D1', expect: '6A80' },
      { send: '80C2000006D10482028381', expect: '6A80' },
      { send: '80C2000004D800D800', expect: '6A80' },
      { send: '80C20000', expect: '6700' },
      { send: '80C2010002D800', expect: '6A86' },
    ],
  },
  {
    id: 'C48',
    shows: 'a forged packet gets a PoR that refuses, and makes nothing pending',
    steps: [
      PROFILE,
      { send: FORGED, expect: '61..' },
      { send: STATUS, expect: '9000' },
      { ask: FORGED, expect: '027100...019000' },
      { send: STATUS, expect: '9000' },
    ],
  },
  {
    id: 'C49',
    shows: 'a packet a second time is refused: CNTR is low',
    steps: [...PENDING, { ask: CHANGE, expect: '027100...02910B' }],
  },
  {
    id: 'C50',
    shows: 'a command is held until the answer that it belongs to is collected',
    steps: [
      PROFILE,
      { send: CHANGE, expect: '6129' },
      { send: '00C000002A', expect: '6C29' },
      { send: '00C0000010', expect: `${POR.slice(0, 32)}6119` },
      { send: '00C0000019', expect: `${POR.slice(32)}910B` },
    ],
  },
  {
    id: 'C51',
    shows: 'the change after the reset: new IMSI, and the pair before opens nothing',
    steps: [
      ...PENDING,
      RESET,
      USIM,
      PIN1,
      file('7FFF6F07'),
      { send: '00B0000009', expect: '0809101000000010209000' },
      { ask: CHANGE, expect: ['027100...019000', '027100...069000'] },
      { send: '80F2000C00', expect: '9000' },
      {
        ask: '00880081221023553CBE9637A89D218AE64DAE47BF3510AA689C6483508000904CBB451B65DEF8',
        expect: '9862',
      },
    ],
  },
];
