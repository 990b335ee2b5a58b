import { describe, expect, it } from 'vitest';
import type { ShortMessageUp } from '../../src/air/short-message.ts';
import { address } from '../../src/bytes/address.ts';
import { fromHex } from '../../src/bytes/hex.ts';
import { MobileEquipment } from '../../src/me/mobile-equipment.ts';
import { fileCard } from './file-card.ts';
import { START_UP, scriptedCard, startUpOffering } from './scripted-card.ts';
import { ACCEPT, run, scriptedNetwork } from './world.ts';

const sizeOf = (hex: string): number => fromHex(hex).length;
const octet = (value: number): string => (value & 0xff).toString(16).padStart(2, '0');

/** FETCH and TERMINAL RESPONSE for one command, as the start-up's last answer offers it. */
function exchangeOf(command: string, response: string, after = '9000'): string {
  return `
    80120000${octet(sizeOf(command))} > ${command} 9000
    80140000${octet(sizeOf(response))} ${response} > ${after}`;
}

/** Boots the small card, whose last answer offers a command, and follows the script to its end. */
function boot(command: string, script: string): MobileEquipment {
  const card = scriptedCard(startUpOffering(sizeOf(command)), script);
  const me = new MobileEquipment();
  expect(run(me.boot(), card)).toMatchObject({ ok: true });
  expect(card.left).toEqual([]);
  return me;
}

describe('a proactive command', () => {
  it.each([
    // Commands and responses of ETSI TS 102 223 that tshark dissects without complaint.
    ['MORE TIME', 'D009 8103010200 82028182', '8103010200 82028281 830100', 30],
    [
      'POLL INTERVAL of 30 s',
      'D00D 8103010300 82028182 8402011E',
      '8103010300 82028281 830100 8402011E',
      30,
    ],
    [
      'POLL INTERVAL of 2 min',
      'D00D 8103010300 82028182 84020002',
      '8103010300 82028281 830100 84020002',
      120,
    ],
    ['POLLING OFF', 'D009 8103010400 82028182', '8103010400 82028281 830100', 30],
    ['without comprehension bits', 'D009 0103010200 02028182', '8103010200 82028281 830100', 30],
    [
      'an object that may be skipped',
      'D00B 8103010200 82028182 0500',
      '8103010200 82028281 830100',
      30,
    ],
  ])('%s is performed', (_what, command, response, seconds) => {
    expect(boot(command, exchangeOf(command, response)).pollSeconds).toBe(seconds);
  });

  it('sets a poll interval of tenths of a second', () => {
    const command = 'D00D 8103010300 82028182 84020205';
    const response = '8103010300 82028281 830100 84020205';
    expect(boot(command, exchangeOf(command, response)).pollSeconds).toBeCloseTo(0.5);
  });

  it('POLLING OFF takes back a poll interval', () => {
    const interval = 'D00D 8103010300 82028182 8402010A';
    const off = 'D009 8103010400 82028182';
    const granted = '8103010300 82028281 830100 8402010A';
    const script =
      exchangeOf(interval, granted, '910B') + exchangeOf(off, '8103010400 82028281 830100');
    expect(boot(interval, script).pollSeconds).toBe(30);
  });

  it('of 256 octets is fetched with 00', () => {
    const command = `D081FD 8103010200 82028182 0581F1${'41'.repeat(241)}`;
    expect(sizeOf(command)).toBe(256);
    boot(command, exchangeOf(command, '8103010200 82028281 830100'));
  });

  it('is fetched with the length that the card corrects', () => {
    const command = 'D009 8103010200 82028182';
    boot(
      'D009',
      `8012000002 > 6C0B
       801200000B > ${command} 9000
       801400000C 8103010200 82028281 830100 > 9000`,
    );
  });

  it.each([
    ['of a type that nobody knows', 'D009 8103017F00 82028182', '8103017F00 82028281 830131'],
    ['DISPLAY TEXT', 'D012 8103012180 82028102 8D0704546578742031', '8103012180 82028281 830131'],
    ['PROVIDE LOCAL INFORMATION', 'D009 8103012600 82028182', '8103012600 82028281 830131'],
    [
      'with an object that must be understood',
      'D00B 8103010200 82028182 E000',
      '8103010200 82028281 830132',
    ],
    ['POLL INTERVAL without duration', 'D009 8103010300 82028182', '8103010300 82028281 830136'],
    ['POLL INTERVAL of nothing', 'D00D 8103010300 82028182 84020100', '8103010300 82028281 830132'],
    [
      'POLL INTERVAL in an unknown unit',
      'D00D 8103010300 82028182 84020305',
      '8103010300 82028281 830132',
    ],
    [
      'POLL INTERVAL with a short duration',
      'D00C 8103010300 82028182 840101',
      '8103010300 82028281 830132',
    ],
    ['SEND SHORT MESSAGE without TPDU', 'D009 8103011300 82028183', '8103011300 82028281 830136'],
    ['without device identities', 'D005 8103010200', '8103010200 82028281 830132'],
    ['with device identities of one octet', 'D008 8103010200 820181', '8103010200 82028281 830132'],
    [
      'with an object that does not end',
      'D00B 8103010200 82028182 8402',
      '8103010200 82028281 830132',
    ],
    ['whose length is wrong', 'D00A 8103010200 82028182', '8103010200 82028281 830132'],
    ['with details of two octets', 'D008 81020102 82028182', '8103000000 82028281 830132'],
    ['without details', 'D004 82028182', '8103000000 82028281 830132'],
    ['with details that come second', 'D009 82028182 8103010200', '8103010200 82028281 830100'],
    ['of one octet', 'D0', '8103000000 82028281 830132'],
    ['in another template', 'D109 8103010200 82028182', '8103010200 82028281 830132'],
  ])('%s is answered with what is wrong with it', (_what, command, response) => {
    boot(command, exchangeOf(command, response));
  });

  it.each([
    ['because nothing is pending', '6985'],
    ['because its class is unknown', '6E00'],
    ['because of a technical problem', '6F00'],
  ])('is let go when FETCH is refused %s', (_what, sw) => {
    boot('D009', `8012000002 > ${sw}`);
  });

  it('is answered even if FETCH brings nothing', () => {
    boot('D009', '8012000002 > 9000\n801400000C 8103000000 82028281 830132 > 9000');
  });

  it('is over when its TERMINAL RESPONSE is refused', () => {
    const command = 'D009 8103010200 82028182';
    boot(command, exchangeOf(command, '8103010200 82028281 830100', '6F00'));
  });

  it('is not fetched for ever from a card that always wants another', () => {
    const command = 'D009 8103010200 82028182';
    const one = exchangeOf(command, '8103010200 82028281 830100', '910B');
    boot(command, one.repeat(16));
  });

  it('is fetched as soon as a step of the start-up has ended', () => {
    const card = fileCard();
    card.wanted.push('D009 8103010200 82028182');
    run(new MobileEquipment({ pin: '1234' }).boot(), card);
    const profile = card.log.findIndex((command) => command.startsWith('8010'));
    expect(card.log[profile + 1]).toBe('801200000b');
  });

  it('is not looked at in the answer of a command that was refused', () => {
    const card = fileCard();
    card.answers.set('80f2010112', '6a86').set('00a4', '6283');
    run(new MobileEquipment({ pin: '1234' }).boot(), card);
    expect(card.log.some((command) => command.startsWith('8012'))).toBe(false);
  });
});

describe('SEND SHORT MESSAGE', () => {
  // "Hi" to 2143567, through the service centre 112233445566; tshark dissects it.
  const tpdu = '01000791214365F70004024869';
  const command = `D021 8103011300 82028183 860791112233445566 8B0D ${tpdu}`;

  /** Boots, attaches to a network, and offers the command in the answer to STATUS. */
  function send(offered: string, response: string, submit?: (message: ShortMessageUp) => boolean) {
    const stored = `
      00A4080C047FFF6F7E > 6A82
      00A4080C047FFF6FE3 > 6A82
      80F2000C00 > 91${octet(sizeOf(offered))}`;
    const card = scriptedCard(START_UP, stored, exchangeOf(offered, response));
    const me = new MobileEquipment();
    run(me.boot(), card);
    run(me.attach(), card, { network: scriptedNetwork(ACCEPT) });
    run(me.poll(), card, submit === undefined ? {} : { submit });
    expect(card.left).toEqual([]);
  }

  it('goes to the network, and is performed when the network takes it', () => {
    const heard: ShortMessageUp[] = [];
    send(command, '8103011300 82028281 830100', (message) => heard.push(message) > 0);
    expect(heard).toEqual([{ serviceCentre: address('+112233445566'), tpdu: fromHex(tpdu) }]);
  });

  it('goes without a service centre when the card names none', () => {
    const short = `D018 8103011300 82028183 8B0D ${tpdu}`;
    const heard: ShortMessageUp[] = [];
    send(short, '8103011300 82028281 830100', (message) => heard.push(message) > 0);
    expect(heard[0]?.serviceCentre).toBeUndefined();
  });

  it('may be tried again when the network does not take it', () => {
    send(command, '8103011300 82028281 83022100', () => false);
  });

  it('may be tried again where there is no such service', () => {
    send(command, '8103011300 82028281 83022100');
  });

  it.each([
    ['is to be packed by the ME', command.replace('1300', '1301'), '8103011301 82028281 830130'],
    [
      'has an address that is none',
      command.replace('91112233445566', '91F12233445566'),
      '8103011300 82028281 830132',
    ],
    [
      'has an empty address',
      `D01A 8103011300 82028183 8600 8B0D ${tpdu}`,
      '8103011300 82028281 830132',
    ],
  ])('is refused when it %s', (_what, offered, response) => {
    send(offered, response, () => true);
  });

  it('may be tried again when the ME is not registered', () => {
    boot(command, exchangeOf(command, '8103011300 82028281 83022004'));
  });
});
