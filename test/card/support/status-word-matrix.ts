/**
 * Every status word that each command of this card may answer with, and how to get it.
 *
 * The last step is the command in question. `refuse commits` and `reset` are no C-APDUs.
 *
 * @see ETSI TS 102 221 §10.2.1, §11; 3GPP TS 31.102 §7.3
 * @module
 */

import { on } from './channels.ts';
import { CHANGE, type MatrixCommand, PENDING, PROFILE } from './matrix-row.ts';
import { ADMINISTRATION } from './status-word-matrix-administration.ts';
import { OBJECT_COMMANDS } from './status-word-matrix-objects.ts';
import { PINS } from './status-word-matrix-pins.ts';
import { UICC } from './status-word-matrix-uicc.ts';
import { ADM1, PIN1, SELECT_ISIM, SELECT_USIM, select, WRONG_PIN1 } from './test-card.ts';

const EF_IMSI = select('7FFF6F07');
const EF_SMS = select('7FFF6F3C');
const EF_ACM = select('7FFF6F39');
const EF_FPLMN = select('7FFF6F7B');
const USIM = [SELECT_USIM, PIN1] as const;

const DEACTIVATED = [...USIM, ADM1, EF_FPLMN, '00040000'] as const;
const DEACTIVATED_ACM = [...USIM, ADM1, EF_ACM, '00040000'] as const;

const STATUS = '80F2000C00';

const CHALLENGE =
  '0088008122 1023553CBE9637A89D218AE64DAE47BF35 10AA689C6483508000904CBB451B65DEF8';
const GSM_CHALLENGE = '0088008011 1023553CBE9637A89D218AE64DAE47BF35';

const GBA = { profile: 'GBA' } as const;
const BOOTSTRAP =
  '0088008423 DD1023553CBE9637A89D218AE64DAE47BF35 10AA689C648350800056AC7E8B3D85C30F';
/** The same AUTN with the MAC of the 3G context. */
const MAC_A_FOR_GBA =
  '0088008423 DD1023553CBE9637A89D218AE64DAE47BF35 10AA689C6483508000904CBB451B65DEF8';
const DERIVE = '0088008405 DE01610162';

const OPEN = '0070000001';
const TWO = { profile: 'two channels' } as const;
/** Makes EFs current on the basic channel that are not shareable, and opens another. */
const FPLMN_TAKEN = [...USIM, EF_FPLMN, OPEN, on(1, SELECT_USIM)] as const;
const ECC_TAKEN = [...USIM, select('7FFF6FB7'), OPEN, on(1, SELECT_USIM)] as const;

const FILES: readonly MatrixCommand[] = [
  {
    name: 'SELECT',
    ins: 0xa4,
    class: 'interindustry',
    rows: [
      {
        sw: '6285',
        when: 'an EF is terminated',
        steps: [...USIM, EF_FPLMN],
        profile: 'terminated EFs',
      },
      { sw: '6283', when: 'an EF is deactivated', steps: [...DEACTIVATED, EF_FPLMN] },
      { sw: '9000', when: 'no data are wanted', steps: ['00A4000C023F00'] },
      { sw: '61XX', when: 'the FCP waits', steps: ['00A40004023F00'] },
      { sw: '91XX', when: 'a command is pending', steps: [...PENDING, '00A4000C023F00'] },
      { sw: '6700', when: 'half a FID', steps: ['00A40004013F'] },
      { sw: '6700', when: 'two FIDs where one is meant', steps: ['00A40004043F007F10'] },
      { sw: '6700', when: 'an AID of no octets', steps: ['00A40404'] },
      { sw: '6985', when: 'the session to be ended is not active', steps: [`${aid('44')}`] },
      { sw: '6985', when: 'current elsewhere', steps: [...FPLMN_TAKEN, on(1, EF_FPLMN)], ...TWO },
      { sw: '6A82', when: 'no such file', steps: ['00A40004026F99'] },
      { sw: '6A82', when: 'no such application', steps: ['00A4040402B000'] },
      { sw: '6A86', when: 'a way to select that there is not', steps: ['00A40204023F00'] },
      { sw: '6A87', when: 'data for the parent', steps: ['00A40304023F00'] },
    ],
  },
  {
    name: 'STATUS',
    ins: 0xf2,
    class: 'uicc',
    rows: [
      { sw: '9000', when: 'no data are wanted', steps: [STATUS] },
      { sw: '9000', when: 'Le is right', steps: ['80F2000022'] },
      { sw: '91XX', when: 'a command is pending', steps: [...PENDING, STATUS] },
      { sw: '6CXX', when: 'Le is wrong', steps: ['80F2000000'] },
      { sw: '6CXX', when: 'Le has two octets', steps: ['80F20000000168'] },
      { sw: '6700', when: 'there are data', steps: ['80F200000100'] },
      { sw: '6A86', when: 'P1 is reserved', steps: ['80F2030000'] },
      { sw: '6A88', when: 'no application is active', steps: ['80F2000112'] },
    ],
  },
  {
    name: 'READ BINARY',
    ins: 0xb0,
    class: 'interindustry',
    rows: [
      {
        sw: '6985',
        when: 'the EF is terminated',
        steps: [...USIM, ADM1, EF_FPLMN, '00B0000001'],
        profile: 'terminated EFs',
      },
      { sw: '6984', when: 'the EF is deactivated', steps: [...DEACTIVATED, '00B0000001'] },
      { sw: '9000', when: 'Le is right', steps: ['00B082000A'] },
      { sw: '9000', when: 'Le is less', steps: ['00B0820001'] },
      { sw: '91XX', when: 'a command is pending', steps: [...PENDING, '00B082000A'] },
      { sw: '6CXX', when: 'Le is more', steps: ['00B082000B'] },
      { sw: '6700', when: 'there are data', steps: ['00B082000100'] },
      { sw: '6981', when: 'an EF of records', steps: [...USIM, EF_SMS, '00B0000001'] },
      { sw: '6982', when: 'PIN1 is not verified', steps: [SELECT_USIM, '00B0870009'] },
      { sw: '6985', when: 'current elsewhere', steps: [...FPLMN_TAKEN, '01B08D0001'], ...TWO },
      { sw: '6986', when: 'no EF is current', steps: ['00B0000001'] },
      { sw: '6A82', when: 'no EF has the SFI', steps: ['00B0810001'] },
      { sw: '6A86', when: 'P1 has neither form', steps: ['00B0C20001'] },
      { sw: '6B00', when: 'the offset is outside', steps: ['00B0820A01'] },
    ],
  },
  {
    name: 'UPDATE BINARY',
    ins: 0xd6,
    class: 'interindustry',
    rows: [
      {
        sw: '6985',
        when: 'the EF is terminated',
        steps: [...USIM, ADM1, EF_FPLMN, '00D6000001FF'],
        profile: 'terminated EFs',
      },
      { sw: '6984', when: 'the EF is deactivated', steps: [...DEACTIVATED, '00D6000001FF'] },
      { sw: '9000', when: 'it is written', steps: [...USIM, EF_FPLMN, '00D6000001FF'] },
      { sw: '91XX', when: 'a command is pending', steps: [...PENDING, ...USIM, '00D68D0001FF'] },
      { sw: '6581', when: 'not stored', steps: [...USIM, 'refuse commits', '00D68D0001FF'] },
      { sw: '6700', when: 'no data', steps: [...USIM, EF_FPLMN, '00D60000'] },
      { sw: '6700', when: 'too many', steps: [...USIM, EF_FPLMN, '00D6000B02FFFF'] },
      { sw: '6981', when: 'an EF of records', steps: [...USIM, EF_SMS, '00D6000001FF'] },
      { sw: '6982', when: 'never', steps: [ADM1, '00D6820001FF'] },
      { sw: '6985', when: 'current elsewhere', steps: [...FPLMN_TAKEN, '01D68D0001FF'], ...TWO },
      { sw: '6986', when: 'no EF is current', steps: ['00D6000001FF'] },
      { sw: '6A82', when: 'no EF has the SFI', steps: ['00D6810001FF'] },
      { sw: '6A86', when: 'P1 has neither form', steps: ['00D6C20001FF'] },
      { sw: '6B00', when: 'the offset is outside', steps: [...USIM, EF_FPLMN, '00D6000C01FF'] },
    ],
  },
  {
    name: 'READ RECORD',
    ins: 0xb2,
    class: 'interindustry',
    rows: [
      {
        sw: '6985',
        when: 'the EF is terminated',
        steps: [...USIM, ADM1, EF_ACM, '00B2010403'],
        profile: 'terminated EFs',
      },
      { sw: '6984', when: 'the EF is deactivated', steps: [...DEACTIVATED_ACM, '00B2010403'] },
      { sw: '9000', when: 'Le is right', steps: ['00B201F428'] },
      { sw: '91XX', when: 'a command is pending', steps: [...PENDING, '00B201F428'] },
      { sw: '6CXX', when: 'Le is wrong', steps: ['00B201F400'] },
      { sw: '6700', when: 'there are data', steps: ['00B201F40100'] },
      { sw: '6981', when: 'a transparent EF', steps: ['00B201140A'] },
      { sw: '6982', when: 'PIN1 is not verified', steps: [SELECT_USIM, EF_SMS, '00B20104B0'] },
      { sw: '6985', when: 'current elsewhere', steps: [...ECC_TAKEN, '01B2010C04'], ...TWO },
      { sw: '6986', when: 'no EF is current', steps: ['00B2010401'] },
      { sw: '6A82', when: 'no EF has the SFI', steps: ['00B2010C01'] },
      { sw: '6A82', when: 'the SFI is 31', steps: ['00B201FC01'] },
      { sw: '6A83', when: 'no such record', steps: ['00B205F428'] },
      { sw: '6A83', when: 'no current record', steps: ['00B200F428'] },
      { sw: '6A86', when: 'a mode that there is not', steps: ['00B201F028'] },
    ],
  },
  {
    name: 'UPDATE RECORD',
    ins: 0xdc,
    class: 'interindustry',
    rows: [
      {
        sw: '6985',
        when: 'the EF is terminated',
        steps: [...USIM, ADM1, EF_ACM, '00DC000303000000'],
        profile: 'terminated EFs',
      },
      {
        sw: '6984',
        when: 'the EF is deactivated',
        steps: [...DEACTIVATED_ACM, '00DC000303000000'],
      },
      { sw: '9000', when: 'it is written', steps: [...USIM, EF_ACM, '00DC000303000000'] },
      {
        sw: '91XX',
        when: 'a command is pending',
        steps: [...PENDING, ...USIM, EF_ACM, '00DC000303000000'],
      },
      {
        sw: '6581',
        when: 'not stored',
        steps: [...USIM, EF_ACM, 'refuse commits', '00DC000303000000'],
      },
      { sw: '6700', when: 'no data', steps: [...USIM, EF_ACM, '00DC0003'] },
      { sw: '6700', when: 'another length', steps: [...USIM, EF_ACM, '00DC0003020000'] },
      { sw: '6981', when: 'a transparent EF', steps: [...USIM, EF_IMSI, '00DC01040100'] },
      { sw: '6981', when: 'cyclic, by number', steps: [...USIM, EF_ACM, '00DC010403000000'] },
      { sw: '6982', when: 'ADM1 is not verified', steps: [`00DC01F428${'00'.repeat(40)}`] },
      {
        sw: '6985',
        when: 'current elsewhere',
        steps: [...ECC_TAKEN, '01DC010C04FFFFFFFF'],
        ...TWO,
      },
      { sw: '6986', when: 'no EF is current', steps: ['00DC01040100'] },
      { sw: '6A82', when: 'no EF has the SFI', steps: ['00DC010C0100'] },
      { sw: '6A83', when: 'no such record', steps: [ADM1, `00DC05F428${'00'.repeat(40)}`] },
      { sw: '6A86', when: 'a mode that there is not', steps: ['00DC01F80100'] },
    ],
  },
  {
    name: 'SEARCH RECORD',
    ins: 0xa2,
    class: 'interindustry',
    rows: [
      {
        sw: '6985',
        when: 'the EF is terminated',
        steps: [...USIM, ADM1, EF_ACM, '00A201040101'],
        profile: 'terminated EFs',
      },
      { sw: '6984', when: 'the EF is deactivated', steps: [...DEACTIVATED_ACM, '00A201040101'] },
      { sw: '61XX', when: 'a record matches', steps: ['00A201F40161'] },
      { sw: '6282', when: 'none matches', steps: ['00A201F402ABCD'] },
      { sw: '6700', when: 'no pattern', steps: ['00A201F4'] },
      { sw: '6700', when: 'no pattern behind the indication', steps: ['00A201F6020400'] },
      { sw: '6700', when: 'longer than a record', steps: [`00A201F429${'00'.repeat(41)}`] },
      { sw: '6981', when: 'a transparent EF', steps: ['00A201140161'] },
      { sw: '6982', when: 'PIN1 is not verified', steps: [SELECT_USIM, EF_SMS, '00A2010401FF'] },
      { sw: '6986', when: 'no EF is current', steps: ['00A2010401FF'] },
      { sw: '6A80', when: 'an indication that is none', steps: ['00A201F603000061'] },
      { sw: '6A80', when: 'beside a record by number', steps: ['00A201F603060061'] },
      { sw: '6A82', when: 'no EF has the SFI', steps: ['00A2010C0161'] },
      { sw: '6A82', when: 'the SFI is 31', steps: ['00A201FC0161'] },
      { sw: '6A83', when: 'no such record', steps: ['00A205F40161'] },
      { sw: '6A86', when: 'a mode that there is not', steps: ['00A201F70161'] },
    ],
  },
  {
    name: 'INCREASE',
    ins: 0x32,
    class: 'uicc',
    rows: [
      {
        sw: '6985',
        when: 'the EF is terminated',
        steps: [...USIM, ADM1, EF_ACM, '803200000101'],
        profile: 'terminated EFs',
      },
      { sw: '6984', when: 'the EF is deactivated', steps: [...DEACTIVATED_ACM, '803200000101'] },
      { sw: '61XX', when: 'the sum is stored', steps: [...USIM, EF_ACM, '803200000101'] },
      { sw: '61XX', when: 'by SFI', steps: [...USIM, '80329C000101'] },
      {
        sw: '6581',
        when: 'not stored',
        steps: [...USIM, EF_ACM, 'refuse commits', '803200000101'],
      },
      { sw: '6700', when: 'no value', steps: [...USIM, EF_ACM, '80320000'] },
      {
        sw: '6700',
        when: 'longer than the record',
        steps: [...USIM, EF_ACM, '803200000400000001'],
      },
      { sw: '6700', when: '128 octets', steps: [...USIM, EF_ACM, `8032000080${'00'.repeat(128)}`] },
      { sw: '6981', when: 'a transparent EF', steps: [...USIM, EF_IMSI, '803200000101'] },
      { sw: '6981', when: 'a linear fixed EF', steps: [...USIM, EF_SMS, '803200000101'] },
      { sw: '6982', when: 'PIN1 is not verified', steps: [SELECT_USIM, EF_ACM, '803200000101'] },
      { sw: '6986', when: 'no EF is current', steps: ['803200000101'] },
      { sw: '6A82', when: 'no EF has the SFI', steps: ['80328E000101'] },
      { sw: '6A82', when: 'the SFI is 0', steps: [...USIM, EF_ACM, '803280000101'] },
      { sw: '6A82', when: 'the SFI is 31', steps: ['80329F000101'] },
      { sw: '6A86', when: 'P1 has neither form', steps: ['803201000101'] },
      { sw: '6A86', when: 'P2 is not 00', steps: ['803200010101'] },
      { sw: '9850', when: 'no number is higher', steps: [...USIM, EF_ACM, '8032000003FFFFFF'] },
    ],
  },
  {
    name: 'DEACTIVATE FILE',
    ins: 0x04,
    class: 'interindustry',
    rows: [
      {
        sw: '6985',
        when: 'the EF is terminated',
        steps: [...USIM, ADM1, EF_FPLMN, '00040000'],
        profile: 'terminated EFs',
      },
      { sw: '9000', when: 'it is done', steps: [...USIM, ADM1, EF_FPLMN, '00040000'] },
      { sw: '9000', when: 'by FID', steps: [...USIM, ADM1, '00040000026F7B'] },
      {
        sw: '91XX',
        when: 'a command is pending',
        steps: [...PENDING, ...USIM, ADM1, '00040000026F7B'],
      },
      {
        sw: '6581',
        when: 'not stored',
        steps: [...USIM, ADM1, EF_FPLMN, 'refuse commits', '00040000'],
      },
      { sw: '6700', when: 'half a FID', steps: ['00040000016F'] },
      { sw: '6700', when: 'no path', steps: ['00040800'] },
      { sw: '6982', when: 'ADM1 is not verified', steps: [...USIM, EF_FPLMN, '00040000'] },
      { sw: '6982', when: 'never', steps: [ADM1, '00040000022FE2'] },
      { sw: '6985', when: 'a directory', steps: [ADM1, '00040000023F00'] },
      { sw: '6986', when: 'no EF is current', steps: ['00040000'] },
      { sw: '6A82', when: 'no such file', steps: ['00040000026F99'] },
      { sw: '6A86', when: 'P1 names no file so', steps: ['00040100'] },
    ],
  },
  {
    name: 'ACTIVATE FILE',
    ins: 0x44,
    class: 'interindustry',
    rows: [
      {
        sw: '6985',
        when: 'the EF is terminated',
        steps: [...USIM, ADM1, EF_FPLMN, '00440000'],
        profile: 'terminated EFs',
      },
      { sw: '9000', when: 'it is done', steps: [...USIM, ADM1, EF_FPLMN, '00440000'] },
      { sw: '9000', when: 'by FID', steps: [...USIM, ADM1, '00440000026F7B'] },
      {
        sw: '91XX',
        when: 'a command is pending',
        steps: [...PENDING, ...USIM, ADM1, '00440000026F7B'],
      },
      {
        sw: '6581',
        when: 'not stored',
        steps: [...USIM, ADM1, EF_FPLMN, '00040000', 'refuse commits', '00440000'],
      },
      { sw: '6700', when: 'half a FID', steps: ['00440000016F'] },
      { sw: '6700', when: 'no path', steps: ['00440800'] },
      { sw: '6982', when: 'ADM1 is not verified', steps: [...USIM, EF_FPLMN, '00440000'] },
      { sw: '6982', when: 'never', steps: [ADM1, '00440000022FE2'] },
      { sw: '6985', when: 'a directory', steps: [ADM1, '00440000023F00'] },
      { sw: '6986', when: 'no EF is current', steps: ['00440000'] },
      { sw: '6A82', when: 'no such file', steps: ['00440000026F99'] },
      { sw: '6A86', when: 'P1 names no file so', steps: ['00440100'] },
    ],
  },
];

function aid(p2: string): string {
  return `00A404${p2}10A0000000871002FFFFFFFF8900000100`;
}

const SECURITY: readonly MatrixCommand[] = [
  {
    name: 'VERIFY',
    ins: 0x20,
    class: 'interindustry',
    rows: [
      { sw: '9000', when: 'the PIN is right', steps: [PIN1] },
      { sw: '91XX', when: 'a command is pending', steps: [...PENDING, PIN1] },
      { sw: '63CX', when: 'it is wrong', steps: [WRONG_PIN1] },
      { sw: '63CX', when: 'it is a question', steps: ['0020000100'] },
      { sw: '6581', when: 'not stored', steps: ['refuse commits', PIN1] },
      { sw: '6700', when: 'another length than 8', steps: ['002000010431323334'] },
      { sw: '6983', when: 'blocked', steps: [WRONG_PIN1, WRONG_PIN1, WRONG_PIN1, PIN1] },
      { sw: '6984', when: 'disabled', steps: [PIN1], profile: 'PIN1 disabled' },
      { sw: '6A86', when: 'P1 is not 00', steps: ['002001010831323334FFFFFFFF'] },
      { sw: '6A88', when: 'no such key reference', steps: ['002000020831323334FFFFFFFF'] },
    ],
  },
  {
    name: 'AUTHENTICATE',
    ins: 0x88,
    class: 'interindustry',
    rows: [
      { sw: '61XX', when: 'RES or AUTS waits', steps: [...USIM, CHALLENGE] },
      { sw: '6581', when: 'SEQ is not stored', steps: [...USIM, 'refuse commits', CHALLENGE] },
      { sw: '6700', when: 'no data', steps: [...USIM, '00880081'] },
      { sw: '6700', when: 'RAND of 15 octets', steps: [...USIM, `008800800F0E${'00'.repeat(14)}`] },
      { sw: '6982', when: 'PIN1 is not verified', steps: [SELECT_USIM, CHALLENGE] },
      { sw: '6985', when: 'no application', steps: [PIN1, CHALLENGE] },
      { sw: '6A86', when: 'P2 names no context', steps: [...USIM, '008800070100'] },
      { sw: '9862', when: 'the MAC is wrong', steps: [...USIM, `${CHALLENGE.slice(0, -2)}00`] },
      {
        sw: '9864',
        when: 'GSM context without service 38',
        steps: [...USIM, GSM_CHALLENGE],
        profile: 'no service 38',
      },
      { sw: '9864', when: 'GSM context of an ISIM', steps: [SELECT_ISIM, PIN1, GSM_CHALLENGE] },
      { sw: '9864', when: 'a context that the card has not', steps: [...USIM, '008800820100'] },
      { sw: '9864', when: 'GBA without service 68', steps: [...USIM, BOOTSTRAP] },
      { sw: '61XX', when: 'RES of a bootstrapping waits', steps: [...USIM, BOOTSTRAP], ...GBA },
      { sw: '61XX', when: 'a key waits', steps: [...USIM, BOOTSTRAP, DERIVE], ...GBA },
      { sw: '6700', when: 'no mode of GBA', steps: [...USIM, '008800840100'], ...GBA },
      { sw: '6985', when: 'nothing was bootstrapped', steps: [...USIM, DERIVE], ...GBA },
      { sw: '9862', when: 'MAC-A for GBA', steps: [...USIM, MAC_A_FOR_GBA], ...GBA },
      {
        sw: '6581',
        when: 'Ks is not stored',
        steps: [...USIM, 'refuse commits', BOOTSTRAP],
        ...GBA,
      },
      {
        sw: '9866',
        when: 'no place for RAND',
        steps: [...USIM, BOOTSTRAP],
        profile: 'GBA without files',
      },
    ],
  },
  {
    name: 'GET CHALLENGE',
    ins: 0x84,
    class: 'interindustry',
    rows: [
      { sw: '9000', when: 'the card has dice', steps: ['0084000008'], hasDice: true },
      {
        sw: '91XX',
        when: 'a command is pending',
        steps: [...PENDING, '0084000008'],
        hasDice: true,
      },
      { sw: '6700', when: 'there are data', steps: ['00840000010000'] },
      { sw: '6985', when: 'the card has no dice', steps: ['0084000008'] },
      { sw: '6A86', when: 'P1 is not 00', steps: ['0084010008'] },
      { sw: '6A86', when: 'P2 is not 00', steps: ['0084000108'] },
    ],
  },
  {
    name: 'GET RESPONSE',
    ins: 0xc0,
    class: 'both',
    rows: [
      { sw: '9000', when: 'all is collected', steps: ['00A40004023F00', '00C0000022'] },
      { sw: '91XX', when: 'a command is pending', steps: [...PENDING] },
      { sw: '61XX', when: 'Le is less', steps: ['00A40004023F00', '00C0000021'] },
      { sw: '6CXX', when: 'Le is more', steps: ['00A40004023F00', '00C0000023'] },
      { sw: '6700', when: 'there are data', steps: ['00A40004023F00', '00C000000100'] },
      { sw: '6985', when: 'nothing waits', steps: ['00C0000001'] },
      { sw: '6A86', when: 'P1 is not 00', steps: ['00A40004023F00', '00C0010022'] },
    ],
  },
];

const CHANNELS: readonly MatrixCommand[] = [
  {
    name: 'MANAGE CHANNEL',
    ins: 0x70,
    class: 'interindustry',
    rows: [
      { sw: '9000', when: 'the card opens one', steps: [OPEN], ...TWO },
      { sw: '9000', when: 'the terminal opens one', steps: ['00700001'], ...TWO },
      { sw: '9000', when: 'one is closed', steps: [OPEN, '00708001'], ...TWO },
      { sw: '91XX', when: 'a command is pending', steps: [...PENDING, OPEN], ...TWO },
      { sw: '6200', when: 'a closed one is closed', steps: ['00708001'], ...TWO },
      { sw: '6CXX', when: 'Le is not 1', steps: ['0070000002'], ...TWO },
      { sw: '6700', when: 'there are data', steps: ['007000000101'], ...TWO },
      { sw: '6985', when: 'the number is in use', steps: [OPEN, '00700001'], ...TWO },
      { sw: '6A81', when: 'none is free', steps: [OPEN, OPEN], ...TWO },
      { sw: '6A81', when: 'there is none of this number', steps: ['00700002'], ...TWO },
      { sw: '6A81', when: 'the ATR announces none', steps: [OPEN] },
      { sw: '6A86', when: 'the basic channel is closed', steps: ['00708000'], ...TWO },
    ],
  },
];

/** A TERMINAL RESPONSE to the REFRESH: `30`, beyond the terminal's capabilities. */
const RESPONSE_30 = '801400000C810301010482028281830130';

const TOOLKIT: readonly MatrixCommand[] = [
  {
    name: 'TERMINAL CAPABILITY',
    ins: 0xaa,
    class: 'uicc',
    rows: [
      { sw: '9000', when: 'it is a template', steps: ['80AA000004A9028100'] },
      { sw: '91XX', when: 'a command is pending', steps: [...PENDING, '80AA000004A9028100'] },
      { sw: '6700', when: 'no data', steps: ['80AA0000'] },
      { sw: '6A80', when: 'it is no template', steps: ['80AA0000028100'] },
      { sw: '6A86', when: 'P1 is not 00', steps: ['80AA010004A9028100'] },
    ],
  },
  {
    name: 'TERMINAL PROFILE',
    ins: 0x10,
    class: 'uicc',
    rows: [
      { sw: '9000', when: 'nothing is pending', steps: [PROFILE] },
      { sw: '91XX', when: 'a command waited for it', steps: [CHANGE, '00C0000029', PROFILE] },
      { sw: '6700', when: 'no data', steps: ['80100000'] },
      { sw: '6A86', when: 'P1 is not 00', steps: ['8010010001FF'] },
    ],
  },
  {
    name: 'ENVELOPE',
    ins: 0xc2,
    class: 'uicc',
    rows: [
      { sw: '9000', when: 'nobody waits for it', steps: ['80C2000006D60482028281'] },
      { sw: '91XX', when: 'a command is pending', steps: [...PENDING, '80C2000006D60482028281'] },
      { sw: '61XX', when: 'a PoR waits', steps: [CHANGE] },
      { sw: '6700', when: 'no data', steps: ['80C20000'] },
      { sw: '6A80', when: 'no TLV', steps: ['80C2000002D105'] },
      { sw: '6A86', when: 'P2 is not 00', steps: ['80C2000106D60482028281'] },
    ],
  },
  {
    name: 'FETCH',
    ins: 0x12,
    class: 'uicc',
    rows: [
      { sw: '9000', when: 'Le is right', steps: [...PENDING, '801200000B'] },
      { sw: '6CXX', when: 'Le is wrong', steps: [...PENDING, '801200000C'] },
      { sw: '6700', when: 'there are data', steps: [...PENDING, '801200000100'] },
      { sw: '6985', when: 'nothing is pending', steps: [PROFILE, '801200000B'] },
      { sw: '6A86', when: 'P1 is not 00', steps: [...PENDING, '801201000B'] },
    ],
  },
  {
    name: 'TERMINAL RESPONSE',
    ins: 0x14,
    class: 'uicc',
    rows: [
      { sw: '9000', when: 'it is taken', steps: [...PENDING, '801200000B', RESPONSE_30] },
      { sw: '6700', when: 'no data', steps: [...PENDING, '801200000B', '80140000'] },
      { sw: '6985', when: 'no command is with the terminal', steps: [...PENDING, RESPONSE_30] },
      { sw: '6A80', when: 'no result', steps: [...PENDING, '801200000B', '8014000003810301'] },
      { sw: '6A86', when: 'P2 is not 00', steps: [...PENDING, '8014000101FF'] },
    ],
  },
];

/** The commands of this card. */
export const STATUS_WORD_MATRIX: readonly MatrixCommand[] = [
  ...FILES,
  ...ADMINISTRATION,
  ...OBJECT_COMMANDS,
  ...SECURITY,
  ...CHANNELS,
  ...PINS,
  ...TOOLKIT,
  ...UICC,
];

/** What any command may be refused with before it is looked at. */
export const COMMON_STATUS_WORDS: readonly string[] = ['6700', '6881', '6882', '6D00', '6E00'];

/** Tells whether four digits fit a status word of the matrix. */
export function fits(sw: string, pattern: string): boolean {
  return new RegExp(`^${pattern.replaceAll('X', '.')}$`, 'u').test(sw);
}
