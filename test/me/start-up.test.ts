import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.ts';
import { EF_AD } from '../../src/ef/administration.ts';
import { EF_EPSLOCI, NO_EPSLOCI } from '../../src/ef/location.ts';
import { EF_SPN } from '../../src/ef/names.ts';
import { MobileEquipment } from '../../src/me/mobile-equipment.ts';
import { ATR_4_CHANNELS, fileCard } from './file-card.ts';
import { SMALL_CARD_ICCID, START_UP, scriptedCard } from './scripted-card.ts';
import { HOME, IMSI, run } from './world.ts';

const AID = 'A0000000871002FFFFFFFF8907090000';
const ISIM_AID = 'A0000000871004FFFFFFFF8907090000';

/**
 * A card that has everything but hardly a file. ATR, FCPs of MF and ADF.USIM and the first record
 * of EF_DIR are a field card's; all services that an ME asks for are available.
 */
const EVERYTHING = `
  reset > 3B9F96801F878031E073FE211B674A4C753034054BA9          # four logical channels
  00A4 0004 02 3F00         > 612E                              # MF
  00C0 0000 2E              > 622C 82027821 83023F00 A50C 800171 83040003A738 870101 8A0105
                              8B032F0601 C60C 900160 830101 83010A 83010B 9000
  80AA 0000 04 A9028100     > 9000                              # TERMINAL CAPABILITY
  00A4 0804 02 2FE2         > 6A82                              # EF_ICCID
  00A4 0804 02 2F05         > 6A82                              # EF_PL
  8010 0000 1E 0300E802 0000000000000000000000000000000000000000000000000000 > 9000
  00A4 0804 02 2F00         > 610B                              # EF_DIR
  00C0 0000 0B              > 6209 8205422100 2F02 8800 9000
  00B2 0104 2F              > 61294F10${AID}5005 5553696D31 730EA00C80011781025F608203454150
                              FFFFFFFF 9000
  00B2 0204 2F              > 61124F10${ISIM_AID}${'FF'.repeat(27)} 9000
  00A4 0404 10 ${AID}       > 613F                              # ADF.USIM
  00C0 0000 3F              > 623D 82027821 83027FD0 840CA0000000871002FF49FF0589 A50C 800171
                              83040003A738 870101 8A0105 8B032F0601
                              C60F 900170 830101 830181 83010A 83010B 9000
  0070 0000 01              > 01 9000                           # MANAGE CHANNEL
  01A4 0404 10 ${ISIM_AID}  > 6102                              # ADF.ISIM
  01C0 0000 02              > 6200 9000
  01B0 8200 00              > 6A82                              # EF_IMPI
  01B0 8500 00              > 6A82                              # EF_DOMAIN
  01B2 0124 00              > 6A82                              # EF_IMPU
  00B2 010C 00              > 6C04                              # EF_ECC
  00B2 010C 04              > 11F2FF00 9000
  00B2 020C 04              > 6A83
  00B0 8200 00              > 6A82                              # EF_LI
  00B0 8700 00              > 6C09                              # EF_IMSI
  00B0 8700 09              > 080910101032547698 9000
  00B0 8300 00              > 6C04                              # EF_AD
  00B0 8300 04              > 00000002 9000
  00B0 8600 00              > 6A82                              # EF_ACC
  00B0 9200 00              > 6A82                              # EF_HPPLMN
  00B0 8400 00              > 6C0B                              # EF_UST
  00B0 8400 0B              > 000A1C0402360000400010 9000
  00B0 8500 00              > 6A82                              # EF_EST
  00A4 0804 04 7FFF6F46     > 6A82                              # EF_SPN
  00B2 01CC 00              > 6A82                              # EF_PNN
  00B2 01D4 00              > 6A82                              # EF_OPL
  00A4 0804 04 7FFF6F60     > 6A82                              # EF_PLMNwAcT
  00A4 0804 04 7FFF6F61     > 6A82                              # EF_OPLMNwAcT
  00A4 0804 04 7FFF6F62     > 6A82                              # EF_HPLMNwAcT
  00A4 0804 04 7FFF6F7B     > 6A82                              # EF_FPLMN
  00A4 0804 04 7FFF6FD9     > 6A82                              # EF_EHPLMN
  00B0 8B00 00              > 6A82                              # EF_LOCI
  00B0 8C00 00              > 6A82                              # EF_PSLOCI
  00B0 9E00 00              > 6A82                              # EF_EPSLOCI
  00B0 8800 00              > 6A82                              # EF_Keys
  00B0 8900 00              > 6A82                              # EF_KeysPS
  00B2 01C4 00              > 6A82                              # EF_EPSNSC
  00B0 8F00 00              > 6A82                              # EF_START-HFN
  00B0 9000 00              > 6A82                              # EF_THRESHOLD
  00A4 0804 06 7FFF5F3B4F20 > 6A82                              # EF_Kc
  00A4 0804 04 7FFF6FC4     > 6A82                              # EF_NETPAR
  00A4 0804 04 7FFF6F42     > 6A82                              # EF_SMSP
  00A4 0804 04 7FFF6F43     > 6A82                              # EF_SMSS
  00A4 0804 04 7FFF6F40     > 6A82                              # EF_MSISDN
  00A4 0804 06 7F105F3A4F30 > 6A82                              # EF_PBR
  00A4 000C 02 7FFF         > 9000                              # back to ADF.USIM
  80F2 0101 12              > 8410${AID} 9000                   # STATUS: initialised
`.replaceAll(/\n {28,}(?=\S)/gu, ' ');

const SUBSCRIPTION = {
  iccid: SMALL_CARD_ICCID,
  imsi: IMSI,
  mncLength: 2,
  homePlmn: HOME,
  services: [28, 85],
  accessClasses: [9],
};

describe('the start-up', () => {
  it('goes through the card in the order of the standard, octet by octet', () => {
    const card = scriptedCard(EVERYTHING);
    const outcome = run(new MobileEquipment().boot(), card);
    expect(outcome).toMatchObject({ ok: true, subscription: { imsi: IMSI, iccid: undefined } });
    expect(card.left).toEqual([]);
  });

  it('asks for nothing that the card does not offer: capability, PIN, channel, service', () => {
    const card = scriptedCard(START_UP);
    const me = new MobileEquipment({ pin: '1234' });
    expect(run(me.boot(), card)).toEqual({ ok: true, subscription: SUBSCRIPTION });
    expect(card.left).toEqual([]);
    expect(me.subscription).toEqual(SUBSCRIPTION);
    expect(me.content(EF_EPSLOCI)).toEqual(NO_EPSLOCI);
    expect(me.content(EF_SPN)).toBeUndefined();
  });

  it('reads all of the default test profile, behind the PIN', () => {
    const card = fileCard();
    card.atr = ATR_4_CHANNELS;
    const me = new MobileEquipment({ pin: '1234' });
    expect(run(me.boot(), card)).toMatchObject({ ok: true, subscription: { imsi: IMSI } });
    expect(card.log).toContain('002000010831323334ffffffff');
    expect(me.content(EF_SPN)).toEqual({ displayConditions: [], name: 'Test USIM' });
  });

  it('reads a list that is longer than one answer in parts', () => {
    const card = fileCard();
    const list = new Uint8Array(300).fill(0xff);
    card.files.set('7fff 6f7b', [list]);
    card.answers.set('00c000000d', '620b 82024121 8002012c 8a0105 9000'); // 300 octets, for each EF
    card.answers.set('00b0000000', `${'ff'.repeat(256)}9000`);
    card.answers.set('00b001002c', `${'ff'.repeat(44)}9000`);
    run(new MobileEquipment({ pin: '1234' }).boot(), card);
    expect(card.log).toContain('00b001002c');
  });

  it('takes two digits of MNC for granted where EF_AD does not tell', () => {
    const card = fileCard();
    card.files.set('7fff 6fad', [fromHex('000000')]);
    const me = new MobileEquipment({ pin: '1234' });
    expect(run(me.boot(), card)).toMatchObject({ ok: true, subscription: { mncLength: 2 } });
    expect(me.content(EF_AD)).toBeUndefined();
  });

  it('finds three digits of MNC where EF_AD tells so', () => {
    const card = fileCard();
    card.files.set('7fff 6fad', [fromHex('00000003')]);
    const outcome = run(new MobileEquipment({ pin: '1234' }).boot(), card);
    expect(outcome).toMatchObject({ subscription: { mncLength: 3, homePlmn: '001-010' } });
  });

  it('sends no TERMINAL PROFILE when it has none, and the one that it was given', () => {
    const card = fileCard();
    run(new MobileEquipment({ pin: '1234', terminalProfile: fromHex('') }).boot(), card);
    expect(card.log.some((command) => command.startsWith('8010'))).toBe(false);
    run(new MobileEquipment({ pin: '1234', terminalProfile: fromHex('0901') }).boot(), card);
    expect(card.log).toContain('80100000020901');
  });

  it('refuses a profile that is longer than a command', () => {
    const terminalProfile = new Uint8Array(256);
    expect(() => new MobileEquipment({ terminalProfile })).toThrow(RangeError);
  });
});

describe('a card that refuses', () => {
  it.each<[string, readonly (readonly [string, string])[], string, number | undefined]>([
    ['SELECT of the MF by its class', [['00a4000402', '6e00']], 'mf-refused', 0x6e00],
    ['SELECT of the MF by its instruction', [['00a4000402', '6d00']], 'mf-refused', 0x6d00],
    ['GET RESPONSE', [['00c0', '6f00']], 'mf-refused', 0x6f00],
    ['any command, without a word', [['', '']], 'mf-refused', 0x0000],
    ['EF_DIR', [['00a40804022f00', '6a82']], 'no-usim', undefined],
    ['the records of EF_DIR', [['00b20104', '6982']], 'no-usim', undefined],
    ['ADF.USIM', [['00a40404', '6a82']], 'usim-refused', 0x6a82],
    ['ADF.USIM, because it is deactivated', [['00a40404', '6283']], 'usim-refused', 0x6283],
    ['EF_IMSI, because it is not there', [['00b087', '6a82']], 'no-imsi', undefined],
    ['EF_IMSI, because of its access rule', [['00b087', '6982']], 'no-imsi', undefined],
    [
      'EF_IMSI, with data and an error',
      [['00b087', '0809101010325476986581']],
      'no-imsi',
      undefined,
    ],
    ['to say the length of EF_IMSI', [['00b087', '6c09']], 'no-imsi', undefined],
  ])('%s ends the start-up with a name', (_what, answers, failure, sw) => {
    const card = fileCard();
    for (const [command, answer] of answers) card.answers.set(command, answer);
    const me = new MobileEquipment({ pin: '1234' });
    expect(run(me.boot(), card)).toEqual({ ok: false, failure, sw });
    expect(me.subscription).toBeUndefined();
  });

  it.each([
    ['TERMINAL CAPABILITY', '80aa', '6d00'],
    ['EF_ICCID', '00a40804022fe2', '6a82'],
    ['TERMINAL PROFILE', '8010', '6f00'],
    ['a channel', '0070', '6a81'],
    ['a channel by a number that is none', '0070', '009000'],
    ['a channel by a number that is too high', '0070', '149000'],
    ['a channel without a number', '0070', '9000'],
    ['ADF.ISIM', '01a4', '6a82'],
    ['EF_ECC', '00b2010c', '6982'],
    ['EF_AD', '00b083', '6984'],
    ['EF_UST', '00b084', '6a82'],
    ['all lists', '00a4080404', '6a82'],
    ['EF_LOCI', '00b08b', '6a82'],
    ['STATUS', '80f2', '6d00'],
  ])('%s is no reason to stop', (_what, command, answer) => {
    const card = fileCard();
    card.atr = ATR_4_CHANNELS;
    card.answers.set(command, answer);
    const outcome = run(new MobileEquipment({ pin: '1234' }).boot(), card);
    expect(outcome).toMatchObject({ ok: true, subscription: { imsi: IMSI } });
  });

  it('EF_UST has no services that the ME would look for', () => {
    const card = fileCard();
    card.answers.set('00b084', '6982');
    const outcome = run(new MobileEquipment({ pin: '1234' }).boot(), card);
    expect(outcome).toMatchObject({ subscription: { services: [] } });
    expect(card.log).not.toContain('00a40804047fff6f46');
    expect(card.log).not.toContain('00b09e0000');
  });
});

describe('a card that says what makes no sense', () => {
  it.each([
    ['no ATR', ''],
    ['half an ATR', '3b9f9680'],
    ['an ATR with a wrong TCK', '3b9f96801fc78031a073be21136743200718000001a4'],
  ])('sends %s, and the start-up ends with a name', (_what, atr) => {
    const card = fileCard();
    card.atr = atr;
    const outcome = run(new MobileEquipment({ pin: '1234' }).boot(), card);
    expect(outcome).toEqual({ ok: false, failure: 'atr-malformed', sw: undefined });
    expect(card.log).toEqual(['reset']);
  });

  it('has historical bytes without end, which cost it the channels alone', () => {
    const card = fileCard();
    card.atr = '3b068031e0731321';
    expect(run(new MobileEquipment({ pin: '1234' }).boot(), card)).toMatchObject({ ok: true });
    expect(card.log).not.toContain('0070000001');
  });

  it.each([
    ['an FCP of the MF that ends too early', '00c000001d', '621c 8202 9000'],
    ['an FCP of the MF that is none', '00c000001d', '6f00 9000'],
    ['FCPs of transparent EFs that are none', '00c000000d', '3b00 9000'],
    ['FCPs of record EFs that are none', '00c000000c', '3b00 9000'],
    [
      'an EF_DIR with more records than there are',
      '00c000000c',
      '620a 8205422100 28fe 8a0105 9000',
    ],
    ['an EF_DIR whose records have no length', '00c000000c', '620a 8205422100 0001 8a0105 9000'],
    ['an EF_AD with a mode that nobody knows', '00b083', '7f0000029000'],
    ['an EF_ICCID that is none', '00b000000a', `${'aa'.repeat(10)}9000`],
    ['an EF_LOCI of one octet', '00b08b', '009000'],
  ])('has %s, and starts all the same', (_what, command, answer) => {
    const card = fileCard();
    card.answers.set(command, answer);
    const outcome = run(new MobileEquipment({ pin: '1234' }).boot(), card);
    expect(outcome).toMatchObject({ ok: true, subscription: { imsi: IMSI } });
  });

  it.each([
    ['no object', 'ff'.repeat(26)],
    ['another template', `6f184f10${AID}50045553494d`],
    ['a template that does not end', `61304f10${AID}50045553494d`],
    ['an AID of 4 octets', '61064f04a0000000ff'],
    ['an ISIM alone', `61184f10${ISIM_AID}50045553494d`],
    ['an application of somebody else', '61074f05a000000151'],
  ])('has %s in EF_DIR, and so no USIM', (_what, record) => {
    const card = fileCard();
    card.files.set('2f00', [fromHex(record)]);
    const outcome = run(new MobileEquipment({ pin: '1234' }).boot(), card);
    expect(outcome).toEqual({ ok: false, failure: 'no-usim', sw: undefined });
  });

  it('has a malformed record in EF_DIR in front of the USIM, which is found behind it', () => {
    const card = fileCard();
    const [usim] = card.files.get('2f00')!;
    card.files.set('2f00', [fromHex(`6130${'00'.repeat(38)}`), usim!]);
    expect(run(new MobileEquipment({ pin: '1234' }).boot(), card)).toMatchObject({ ok: true });
  });

  it.each([
    ['empty', 'ff'.repeat(9), 'no-imsi'],
    ['without digits', `00${'ff'.repeat(8)}`, 'imsi-malformed'],
    ['of the wrong parity', '080110101032547698', 'imsi-malformed'],
    ['with a digit that is none', '0809101010325476a8', 'imsi-malformed'],
    ['of 8 octets', '0809101010325476', 'imsi-malformed'],
  ])('has an EF_IMSI that is %s', (_what, contents, failure) => {
    const card = fileCard();
    card.files.set('7fff 6f07', [fromHex(contents)]);
    const outcome = run(new MobileEquipment({ pin: '1234' }).boot(), card);
    expect(outcome).toEqual({ ok: false, failure, sw: undefined });
  });
});
