import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex } from '../../src/bytes/hex.ts';
import { plmn } from '../../src/bytes/identity.ts';
import { EF_FPLMN } from '../../src/ef/plmn-lists.ts';
import { MobileEquipment } from '../../src/me/mobile-equipment.ts';
import { decodeFileList } from '../../src/me/refresh.ts';
import type { RefreshManner } from '../../src/me/state.ts';
import { type FileCard, fileCard } from './file-card.ts';
import { START_UP, scriptedCard, startUpOffering } from './scripted-card.ts';
import { ACCEPT, IMSI, run, scriptedNetwork } from './world.ts';

/** REFRESH by UICC reset, and the answers of MEs to it. */
const RESET = 'D009 8103010104 82028182';
const FETCH_RESET = `801200000B > ${RESET} 9000`;
const DONE = '801400000C 8103010104 82028281 830100 > 9000';
const BUSY = '801400000D 8103010104 82028281 83022002 > 9000';
const REFUSED = '801400000C 8103010104 82028281 830130 > 9000';
/** STATUS: the session is about to end. */
const TERMINATE = '80F2020C00 > 9000';
const STATUS = '80F2000C00 >';

const NEW_IMSI = '001010000000102';
const NEW_START_UP = START_UP.replace('080910101032547698', '080910100000001020');

describe('REFRESH by UICC reset', () => {
  it('has no TERMINAL RESPONSE: the session ends, and the card is started anew', () => {
    const card = scriptedCard(startUpOffering(11), FETCH_RESET, TERMINATE, NEW_START_UP);
    const me = new MobileEquipment();
    const outcome = run(me.boot(), card);
    expect(outcome).toMatchObject({ ok: true, subscription: { imsi: NEW_IMSI } });
    expect(card.left).toEqual([]);
  });

  it('makes an attached ME detach, and write its location, before it starts anew', () => {
    const location = `
      00A4080C047FFF6F7E                                   > 9000
      00D60000 0B C0FFEE01 00F110 1234 FF 00               > 9000
      00A4080C047FFF6FE3                                   > 9000
      00D60000 12 FFFFFFFFFFFFFFFFFFFFFFFF 00F110 1234 00  > 9000`;
    const card = scriptedCard(
      START_UP,
      location,
      `${STATUS} 910B`,
      FETCH_RESET,
      TERMINATE,
      location,
      NEW_START_UP,
    );
    const network = scriptedNetwork(ACCEPT);
    const me = new MobileEquipment();
    run(me.boot(), card);
    run(me.attach(), card, { network });
    const outcome = run(me.poll(5), card, { network });
    expect(outcome).toMatchObject({
      kind: 'polled',
      restarted: true,
      boot: { ok: true, subscription: { imsi: NEW_IMSI } },
    });
    expect(network.heard.at(-1)).toEqual({ kind: 'detach', imsi: IMSI });
    expect(me.registration).toBeUndefined();
    expect(me.subscription?.imsi).toBe(NEW_IMSI);
    expect(card.left).toEqual([]);
  });

  it('behind an attach is told with the outcome of the attach', () => {
    const card = fileCard();
    const me = new MobileEquipment({ pin: '1234' });
    run(me.boot(), card);
    card.wanted.push(RESET);
    const outcome = run(me.attach(), card, { network: scriptedNetwork(ACCEPT) });
    expect(outcome).toMatchObject({ kind: 'attached', restarted: true, boot: { ok: true } });
    expect(me.registration).toBeUndefined();
  });

  it('is not followed for ever when the card wants it each time', () => {
    const again = [startUpOffering(11), FETCH_RESET, TERMINATE];
    const card = scriptedCard(...again, ...again, ...again, ...again);
    const me = new MobileEquipment();
    expect(run(me.boot(), card)).toEqual({
      ok: false,
      failure: 'refresh-without-end',
      sw: undefined,
    });
    expect(me.subscription).toBeUndefined();
    expect(card.left).toEqual([]);
  });

  it('tells with the outcome why the card does not start again', () => {
    const card = fileCard();
    const me = new MobileEquipment({ pin: '1234' });
    run(me.boot(), card);
    card.wanted.push(RESET);
    card.answers.set('00a4000402', '6f00');
    expect(run(me.poll(), card)).toEqual({
      kind: 'polled',
      restarted: true,
      boot: { ok: false, failure: 'mf-refused', sw: 0x6f00 },
    });
    expect(me.subscription).toBeUndefined();
  });
});

describe('an ME with other manners', () => {
  function offer(manner: RefreshManner, ...script: readonly string[]): MobileEquipment {
    const card = scriptedCard(...script);
    const me = new MobileEquipment({ manners: { refresh: manner } });
    expect(run(me.boot(), card)).toMatchObject({ ok: true, subscription: { imsi: IMSI } });
    run(me.poll(4), card);
    expect(card.left).toEqual([]);
    return me;
  }
  const POLLS = `${STATUS} 9000\n`.repeat(4);

  it('says that it is done, and stays as it is', () => {
    offer('answers-and-stays', startUpOffering(11), FETCH_RESET, DONE, POLLS);
  });

  it('refuses, and stays as it is', () => {
    offer('refuses', startUpOffering(11), FETCH_RESET, REFUSED, POLLS);
  });

  it('does not even fetch what the card wants', () => {
    offer('never-fetches', startUpOffering(11), `${STATUS} 910B\n`.repeat(4));
  });

  it('is busy as often as it was told, and resets then', () => {
    const me = offer(
      { busy: 2 },
      startUpOffering(11),
      `${FETCH_RESET}\n${BUSY}\n${STATUS} 910B\n${FETCH_RESET}\n${BUSY}`,
      `${STATUS} 910B\n${FETCH_RESET}\n${TERMINATE}`,
      NEW_START_UP,
    );
    expect(me.subscription?.imsi).toBe(NEW_IMSI);
  });

  it.each<[RefreshManner, string]>([
    ['answers-and-stays', '8103010100820282818301 00'],
    ['refuses', '8103010100820282818301 30'],
    [{ busy: 1 }, '81030101008202828183022002'],
  ])('%j holds for the other modes too', (manner, response) => {
    const card = fileCard();
    const me = new MobileEquipment({ pin: '1234', manners: { refresh: manner } });
    run(me.boot(), card);
    card.wanted.push('D009 8103010100 82028182');
    const before = card.log.length;
    run(me.poll(), card);
    const data = response.replaceAll(' ', '');
    const length = (data.length / 2).toString(16).padStart(2, '0');
    expect(card.log.slice(before)).toEqual([
      '80f2000c00',
      '801200000b',
      `80140000${length}${data}`,
    ]);
  });
});

/** Boots the card of the default profile, changes it, and lets it ask for a REFRESH. */
function refresh(command: string, change: (card: FileCard) => void = () => undefined) {
  const card = fileCard();
  const me = new MobileEquipment({ pin: '1234' });
  run(me.boot(), card);
  const network = scriptedNetwork(ACCEPT);
  run(me.attach(), card, { network });
  change(card);
  card.wanted.push(command);
  const before = card.log.length;
  const outcome = run(me.poll(), card, { network });
  return { me, outcome, heard: network.heard, log: card.log.slice(before) };
}

describe('REFRESH without reset', () => {
  const newImsi = (card: FileCard): void => {
    card.files.set('7fff 6f07', [fromHex('080910100000001020')]);
  };

  it.each([
    ['00', 'initialises the NAA'],
    ['02', 'initialises the NAA'],
    ['03', 'initialises the NAA'],
    ['05', 'selects the USIM anew'],
    ['06', 'selects the USIM anew'],
  ])('in mode %s %s, and finds the new subscription', (mode) => {
    const { me, outcome, heard, log } = refresh(`D009 81030101${mode} 82028182`, newImsi);
    const first = mode > '04' ? '00a4040410a0000000871002ffffffff8900000100' : '00a4000c027fff';
    expect(log.slice(0, 3)).toEqual(['80f2000c00', '801200000b', first]);
    expect(log).toContain('002000010831323334ffffffff');
    expect(log.at(-1)).toBe(`801400000c81030101${mode}82028281830100`);
    expect(log).not.toContain('reset');
    expect(outcome).toEqual({ kind: 'polled', restarted: false });
    expect(me.subscription?.imsi).toBe(NEW_IMSI);
    expect(me.registration).toBeUndefined();
    expect(heard.at(-1)).toEqual({ kind: 'detach', imsi: IMSI });
  });

  it('keeps the registration when the subscription is the same', () => {
    const { me, heard } = refresh('D009 8103010100 82028182');
    expect(me.registration).toMatchObject({ plmn: '001-01' });
    expect(heard).toHaveLength(1);
  });

  it('in mode 01 reads the listed files again, and no others', () => {
    const { me, log } = refresh(
      'D018 8103010101 82028182 920D 02 3F007FFF6F7B 3F007FFF6F7E',
      (card) => card.files.set('7fff 6f7b', [fromHex('62f210ffffffffffffffffff')]),
    );
    expect(log).toEqual([
      '80f2000c00',
      '801200001a',
      '00a40804047fff6f7b',
      '00c000000d',
      '00b000000c',
      '00a40804047fff6f7e',
      '00c000000d',
      '00b000000b',
      '00a4000c027fff',
      '801400000c810301010182028281830100',
    ]);
    expect(me.content(EF_FPLMN)).toEqual([plmn('262-01')]);
  });

  it('in mode 01 is done when the ME has no use for the listed file', () => {
    const { log } = refresh('D010 8103010101 82028182 9205 01 3F002F08');
    expect(log.slice(2)).toEqual(['00a4000c027fff', '801400000c810301010182028281830100']);
  });

  it('takes the AID of its own USIM, whole or shortened', () => {
    const whole = 'D01B 8103010103 82028182 AF10A0000000871002FFFFFFFF8900000100';
    expect(refresh(whole).log.at(-1)).toBe('801400000c810301010382028281830100');
    const short = 'D012 8103010103 82028182 AF07A0000000871002';
    expect(refresh(short).log.at(-1)).toBe('801400000c810301010382028281830100');
  });

  it.each([
    ['that names another application', 'D012 8103010103 82028182 AF07A0000000871004', '830108'],
    ['in mode 07, steering of roaming', 'D00D 8103010107 82028182 F20200F1', '830130'],
    ['in a mode that nobody knows', 'D009 81030101FF 82028182', '830130'],
    ['of listed files without a list', 'D009 8103010101 82028182', '830136'],
    ['with an empty list', 'D00B 8103010101 82028182 9200', '830132'],
    ['with fewer paths than it counts', 'D010 8103010101 82028182 9205 02 3F002FE2', '830132'],
    [
      'with a path that does not begin at the MF',
      'D00E 8103010101 82028182 9203 01 2FE2',
      '830132',
    ],
    ['with half a file identifier', 'D00F 8103010101 82028182 9204 01 3F002F', '830132'],
  ])('%s is answered with what is wrong with it', (_what, command, result) => {
    const { log, outcome } = refresh(command);
    expect(log).toHaveLength(3);
    expect(log[2]).toMatch(new RegExp(`82028281${result}$`, 'u'));
    expect(outcome).toEqual({ kind: 'polled', restarted: false });
  });

  it.each([
    ['the USIM is gone', '05', '00a40404', '6a82'],
    ['the PIN is blocked', '00', '0020', '6983'],
    ['EF_IMSI is gone', '03', '00b087', '6a82'],
  ])('may be tried again when %s, and leaves no subscription', (_what, mode, asked, answer) => {
    const { me, log, heard } = refresh(`D009 81030101${mode} 82028182`, (card) =>
      card.answers.set(asked, answer),
    );
    expect(log.at(-1)).toBe(`801400000d81030101${mode}8202828183022000`);
    expect(me.subscription).toBeUndefined();
    expect(heard.at(-1)).toEqual({ kind: 'detach', imsi: IMSI });
  });

  it('has no NAA to initialise before one is selected', () => {
    const card = fileCard();
    card.wanted.push('D009 8103010100 82028182');
    run(new MobileEquipment({ pin: '1234' }).boot(), card);
    expect(card.log).toContain('801400000c810301010082028281830108');
  });
});

describe('decodeFileList', () => {
  // ETSI TS 102 223, file lists of REFRESH as cards send them.
  it.each([
    ['01 3F007FFF6F07', [[0x7fff, 0x6f07]]],
    ['02 3F007FFF6F07 3F002FE2', [[0x7fff, 0x6f07], [0x2fe2]]],
    [
      '02 3F007FFF6F07 3F007FFF6F7E',
      [
        [0x7fff, 0x6f07],
        [0x7fff, 0x6f7e],
      ],
    ],
    ['01 3F00', [[]]],
  ])('C16 reads the paths of %s', (octets, paths) => {
    expect(decodeFileList(fromHex(octets))).toEqual(paths);
  });

  it.each([
    ['no octet', ''],
    ['no path', '01'],
    ['more paths than their number', '01 3F002FE2 3F002F05'],
    ['fewer', '02 3F007FFF6F07'],
    ['a path that does not begin with the MF', '01 7FFF6F07'],
    ['half a FID', '01 3F007FFF6F'],
  ])('C16 refuses %s', (_what, octets) => {
    expect(() => decodeFileList(fromHex(octets))).toThrow(DecodeError);
  });

  it('throws nothing but DecodeError, whatever the octets are', () => {
    const fids = fc.array(fc.constantFrom(0x3f, 0x00, 0x7f, 0xff), { maxLength: 12 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 }), fids, (count, octets) => {
        try {
          expect(decodeFileList(Uint8Array.of(count, ...octets))).toHaveLength(count);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
    );
  });
});
