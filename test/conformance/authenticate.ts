/**
 * Rows A: AUTHENTICATE, with K and OPc of test set 1 of TS 35.208, and its RAND.
 *
 * AUTN, RES, CK, IK, Kc and SRES are those that osmo-auc-gen 1.7 gives for SQN 000000000020 and AMF
 * 8000; AUTS was computed by a second implementation of MILENAGE.
 *
 * @see 3GPP TS 31.102 §7.1; 3GPP TS 33.102 §6.3.3
 * @module
 */

import { ADM1, after, file, ISIM, PIN1, RESET, type Row, type Step, USIM } from './row.ts';

const RAND = '23553CBE9637A89D218AE64DAE47BF35';
/** SQN 000000000020: SEQ 1, IND 0. */
const AUTN = 'AA689C6483508000904CBB451B65DEF8';
const RES_CK_IK =
  '08A54211D5E3BA50BF 10B40BA9A3C58B2A05BBF0D987B21BF8CB 10F769BCD751044604127672711C6D3441';
const KC = 'EAE4BE823AF9A08B';

const CHALLENGE = `008800812210${RAND}10${AUTN}`;
const SUCCESS = `DB${RES_CK_IK}08${KC}9000`;

/** Sets service 125 in EF_UST of the built-in profile, beside 122, 123, 124 and 126. */
const SUCI_BY_USIM: readonly Step[] = [
  USIM,
  PIN1,
  ADM1,
  file('7FFF6F38'),
  { send: '00D6000F013E', expect: '9000' },
];

const OPEN_RULE = 'AB0A80017F90008401D49000';
/**
 * Makes EF_GBABP, and EF_GBANL of one record, each of 64 octets, and sets service 68 in EF_UST of
 * the built-in profile, beside 71.
 */
const GBA: readonly Step[] = [
  USIM,
  PIN1,
  ADM1,
  { send: `00E000001F 621D8202412183026FD68A0105${OPEN_RULE}800200408800`, expect: '9000' },
  { send: `00E0000021 621F82044221004083026FDA8A0105${OPEN_RULE}800200408800`, expect: '9000' },
  file('7FFF6F38'),
  { send: '00D600080148', expect: '9000' },
];
/** The same RAND and SQN, with MAC* in the place of MAC; by Python's hashlib. */
const BOOTSTRAP = `0088008423DD10${RAND}10AA689C648350800056AC7E8B3D85C30F`;
/** NAF_Id 'naf1.example.org' '0100000002' and an IMPI. */
const NAF = '6E6166312E6578616D706C652E6F72670100000002';
const IMPI =
  '30303130313031323334353637383940' +
  '696D732E6D6E633030312E6D63633030312E336770706E6574776F726B2E6F7267';
const DERIVE = `0088008449 DE15${NAF}31${IMPI}`;

const WITH_GBA: readonly Row[] = [
  {
    id: 'A60',
    shows: 'bootstrapping: RES alone, and RAND in EF_GBABP',
    steps: [
      { send: BOOTSTRAP, expect: '610A' },
      { send: '00C000000A', expect: 'DB08A54211D5E3BA50BF9000' },
      file('7FFF6FD6'),
      { send: '00B0000011', expect: `10${RAND}9000` },
    ],
  },
  {
    id: 'A61',
    shows: 'NAF derivation: none before a bootstrapping, then Ks_ext_NAF, after a reset too',
    steps: [
      { send: DERIVE, expect: '6985' },
      { ask: BOOTSTRAP, expect: 'DB08A54211D5E3BA50BF9000' },
      RESET,
      USIM,
      PIN1,
      {
        ask: DERIVE,
        expect: 'DB20124EB5B05571F09CBBD80C0873505E936E3E4EAF581E181AB25AEF5E45D8A9739000',
      },
      file('7FFF6FDA'),
      { send: '00B2010440', expect: `8015${NAF}81...9000` },
    ],
  },
  {
    id: 'A62',
    shows: 'bootstrapping with the MAC of the 3G context, and the other way round',
    steps: [
      { ask: `0088008423DD10${RAND}10${AUTN}`, expect: '9862' },
      { ask: `008800812210${RAND}10AA689C648350800056AC7E8B3D85C30F`, expect: '9862' },
      { ask: DERIVE, expect: '6985' },
      { ask: BOOTSTRAP, expect: 'DB08A54211D5E3BA50BF9000' },
    ],
  },
  {
    id: 'A63',
    shows:
      'bootstrapping a second time: AUTS with the SQN that was accepted, in the 3G context too',
    steps: [
      { ask: BOOTSTRAP, expect: 'DB08A54211D5E3BA50BF9000' },
      { ask: BOOTSTRAP, expect: 'DC0E451E8BECA41BF8EE589D46D835C99000' },
      { ask: CHALLENGE, expect: 'DC0E451E8BECA41BF8EE589D46D835C99000' },
    ],
  },
  {
    id: 'A64',
    shows: 'data of GBA that are malformed',
    steps: [
      { send: BOOTSTRAP.replace('8423', '8422').slice(0, -2), expect: ['6700', '6A80'] },
      { send: BOOTSTRAP.replace('DD10', 'DD0F'), expect: ['6700', '6A80'] },
      { send: BOOTSTRAP.replace('DD10', 'DC10'), expect: ['6700', '6A80'] },
      { send: '0088008405 DE02610162', expect: ['6700', '6A80'] },
      { ask: BOOTSTRAP, expect: 'DB08A54211D5E3BA50BF9000' },
    ],
  },
];

const WITH_USIM: readonly Row[] = [
  {
    id: 'A01',
    shows: 'a right AUTN',
    steps: [
      { send: CHALLENGE, expect: '6135' },
      { send: '00C0000035', expect: SUCCESS },
    ],
  },
  {
    id: 'A02',
    shows: 'a wrong MAC; nothing is kept of it',
    steps: [
      { ask: `008800812210${RAND}10AA689C6483508000904CBB451B65DEF9`, expect: '9862' },
      { ask: `008800812210${RAND}10AA689C6483518000904CBB451B65DEF8`, expect: '9862' },
      { ask: `008800812210${RAND}10AA689C6483500000904CBB451B65DEF8`, expect: '9862' },
      { send: '00C0000010', expect: '6985' },
      { ask: CHALLENGE, expect: SUCCESS },
    ],
  },
  {
    id: 'A03',
    shows: 'an AUTN a second time: AUTS with the SQN that was accepted',
    steps: [
      { ask: CHALLENGE, expect: SUCCESS },
      { ask: CHALLENGE, expect: 'DC0E451E8BECA41BF8EE589D46D835C99000' },
    ],
  },
  {
    id: 'A41',
    shows: 'an AUTN a second time, after a reset',
    steps: [
      { ask: CHALLENGE, expect: SUCCESS },
      RESET,
      USIM,
      PIN1,
      { ask: CHALLENGE, expect: 'DC0E451E8BECA41BF8EE589D46D835C99000' },
    ],
  },
  {
    id: 'A42',
    shows: 'an SQN that is too far ahead',
    steps: [
      {
        ask: `008800812210${RAND}1055F328B43577B9B94A9FFAC354DFAFB3`,
        expect: `DC0E${'..'.repeat(14)}9000`,
      },
    ],
  },
  {
    id: 'A06',
    shows: 'data of another length',
    steps: [
      { send: CHALLENGE.replace('0081221', '0081211').slice(0, -2), expect: '6700' },
      { send: `00880081 11 10${RAND}`, expect: '6700' },
      { send: `00880081 22 11${RAND}10${AUTN}`, expect: '6700' },
      { send: `00880081 22 10${RAND}0F${AUTN}`, expect: '6700' },
      { send: `00880080 10 ${RAND}`, expect: '6700' },
      { send: '0088008100', expect: '6700' },
    ],
  },
  {
    id: 'A07',
    shows: 'a P2 that names no context, or a P1 other than 00',
    steps: [
      { send: `00880007 22 10${RAND}10${AUTN}`, expect: ['6A86', '6A81'] },
      { send: `00880001 22 10${RAND}10${AUTN}`, expect: ['6A86', '6A81'] },
      { send: `00880087 22 10${RAND}10${AUTN}`, expect: ['6A86', '6A81'] },
      { send: `00880181 22 10${RAND}10${AUTN}`, expect: '6A86' },
    ],
  },
  {
    id: 'A08',
    shows: 'the GSM context',
    steps: [
      { send: `0088008011 10${RAND}`, expect: '610E' },
      { send: '00C000000E', expect: `04 46F8416A 08 ${KC} 9000` },
    ],
  },
  {
    id: 'A43',
    shows: 'contexts that the card does not have',
    steps: [
      { send: `00880082 0B 0400000001 01 0400000002`, expect: ['9864', '6A86', '6A88'] },
      { send: `00880084 23 DD10${RAND}10${AUTN}`, expect: ['9864', '6A86', '6A88'] },
    ],
  },
];

export const AUTHENTICATE: readonly Row[] = [
  ...after(GBA, WITH_GBA),
  {
    id: 'A65',
    shows: 'contexts of MBMS and local keys, and the odd instruction that they are for',
    steps: [
      USIM,
      { send: '0088008501 00', expect: ['6982', '6A86', '6D00'] },
      PIN1,
      { send: '0088008501 00', expect: ['9864', '6A86', '6A88'] },
      { send: '0088008601 00', expect: ['9864', '6A86', '6A88'] },
      { send: '0089808503 530101', expect: ['6D00', '9864'] },
      { send: '0089808603 530101', expect: ['6D00', '9864'] },
    ],
  },
  {
    id: 'A66',
    shows: 'HTTP Digest and GBA on an ISIM that announces neither',
    steps: [
      ISIM,
      PIN1,
      { send: '0088008206 016101620163', expect: ['9864', '6A86', '6A88'] },
      { send: BOOTSTRAP, expect: ['9864', '6A86', '6A88'] },
      { ask: CHALLENGE, expect: `DB${RES_CK_IK}9000` },
    ],
  },
  ...after([USIM, PIN1], WITH_USIM),
  {
    id: 'A04',
    shows: 'no PIN1',
    steps: [USIM, { send: CHALLENGE, expect: '6982' }, PIN1, { send: CHALLENGE, expect: '6135' }],
  },
  {
    id: 'A05',
    shows: 'no application, or a current directory that is not the application or below it',
    steps: [
      PIN1,
      { send: CHALLENGE, expect: '6985' },
      USIM,
      { send: '00A4000C023F00', expect: '9000' },
      { send: CHALLENGE, expect: '6985' },
      file('7FFF5FC0'),
      { send: CHALLENGE, expect: '6135' },
    ],
  },
  {
    id: 'A44',
    shows: 'the ISIM answers without Kc, and has no GSM context',
    steps: [
      ISIM,
      PIN1,
      { send: `0088008011 10${RAND}`, expect: ['9864', '6A86'] },
      { ask: CHALLENGE, expect: `DB${RES_CK_IK}9000` },
    ],
  },
  {
    id: 'A09',
    shows: 'GET CHALLENGE gives other octets each time, as many as asked for',
    steps: [
      { send: '0084000008', expect: '................9000' },
      { send: '0084000008', expect: '................9000', isNew: true },
      { send: '0084000008', expect: '................9000', isNew: true },
      { send: '0084000010', expect: '................................9000' },
      { send: '0084010008', expect: ['6A86', '6B00'] },
      { send: '008400000108', expect: '6700' },
    ],
  },
  {
    id: 'A18',
    shows: 'SUSPEND UICC on a card that does not have it',
    steps: [{ send: '807600000400010001', expect: ['6985', '6D00'] }],
  },
  {
    id: 'A20',
    shows: 'GET IDENTITY, also on a card that leaves the SUCI to the terminal',
    steps: [USIM, PIN1, { ask: '8078000100', expect: ['A1...9000', '6985', '6D00'] }],
  },
  {
    id: 'A46',
    shows: 'GET IDENTITY without application, without PIN1, and with a P1 or P2 that means nothing',
    steps: [
      { send: '8078000100', expect: ['6985', '6982', '6D00'] },
      USIM,
      { send: '8078000100', expect: ['6982', '6985', '6D00'] },
      PIN1,
      { send: '8078010100', expect: ['6A86', '6D00'] },
      { send: '8078000000', expect: ['6A86', '6D00'] },
      { send: '0078000100', expect: ['6D00', '6E00'] },
    ],
  },
  ...after(SUCI_BY_USIM, [
    {
      id: 'A54',
      shows: 'GET IDENTITY with the null scheme, where EF_UST says that the USIM makes the SUCI',
      steps: [
        { send: '8078000100', expect: ['610F', '6D00'] },
        { ask: '8078000100', expect: ['A10D0100F110F0FF000010325476989000', '6D00'] },
        { ask: '8078008100', expect: ['A10D0100F110F0FF000010325476989000', '6A86', '6D00'] },
        { send: '8078000200', expect: ['6A88', '6985', '6A86', '6D00'] },
      ],
    },
    {
      id: 'A55',
      shows: 'GET IDENTITY tells no digit of the IMSI when a scheme with a key has none',
      steps: ['A0020101', 'A0020201', 'A0020100'].flatMap((calcInfo) => [
        file('7FFF5FC04F07'),
        { send: `00D6000004${calcInfo}`, expect: '9000' },
        { ask: '8078000100', expect: ['6985', '6A88', '6D00'] },
        { ask: '8078008100', expect: ['6985', '6A86', '6A88', '6D00'] },
      ]),
    },
    {
      id: 'A56',
      shows: 'GET IDENTITY with an EF_SUCI_Calc_Info that makes no sense',
      steps: ['FFFFFFFF', 'A000FFFF', 'A0010000', 'A1020000', 'A0030000', '00000000'].flatMap(
        (calcInfo) => [
          file('7FFF5FC04F07'),
          { send: `00D6000004${calcInfo}`, expect: '9000' },
          { ask: '8078000100', expect: ['6985', '6A88', '6D00'] },
        ],
      ),
    },
  ]),
  {
    id: 'A45',
    shows: 'SUSPEND UICC for a session that nobody has suspended',
    steps: [
      USIM,
      PIN1,
      RESET,
      { send: '80760100080000000000000000', expect: ['6985', '6982', '6A80', '6D00'] },
      USIM,
      { send: '00B0870009', expect: '6982' },
    ],
  },
];
