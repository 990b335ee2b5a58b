import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeliveryReport, ShortMessageDown } from '../../src/air/short-message.ts';
import { ConnectionLost } from '../../src/apdu/connection.ts';
import { address } from '../../src/bytes/address.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { MobileEquipment } from '../../src/me/mobile-equipment.ts';
import { isClass2 } from '../../src/me/short-message.ts';
import { fileCard } from './file-card.ts';
import { START_UP, scriptedCard } from './scripted-card.ts';
import { run } from './world.ts';

/** SMS-DELIVER with a command packet, dissected by tshark as part of the ENVELOPE below. */
const TPDU =
  '44 0791214365F7 7F F6 52100121430500 1A 0270000015 0D 0000 00 00 B00010 0000000000 00' +
  'A0A40000023F00';
const MESSAGE: ShortMessageDown = {
  serviceCentre: address('+112233445566'),
  tpdu: fromHex(TPDU),
};
const ENVELOPE = `80C20000 3C D13A 82028381 860791112233445566 8B2B ${TPDU}`;
/** The beginning of the user data with a PoR. */
const POR = '027100000E0AB0001000000000000000';

const NONE = fromHex('');
const ACK: DeliveryReport = { kind: 'ack', userData: NONE };
const ERROR: DeliveryReport = { kind: 'error', userData: NONE };

/** Boots the small card, hands it a message, and checks that the script was followed to its end. */
function receive(script: string, message = MESSAGE, startUp = START_UP) {
  const card = scriptedCard(startUp, script);
  const me = new MobileEquipment();
  run(me.boot(), card);
  const outcome = run(me.receiveShortMessage(message), card);
  expect(card.left).toEqual([]);
  return outcome;
}

/** The same message with another TP-PID and TP-DCS. */
function withHead(pid: string, dcs: string): ShortMessageDown {
  return { ...MESSAGE, tpdu: fromHex(TPDU.replace('7F F6', `${pid} ${dcs}`)) };
}

describe('a short message for the card', () => {
  it('is enveloped, and what GET RESPONSE brings goes into the report', () => {
    const { report, restarted } = receive(`${ENVELOPE} > 6110\n80C0000010 > ${POR} 9000`);
    expect(report).toEqual({ kind: 'ack', userData: fromHex(POR) });
    expect(restarted).toBe(false);
  });

  it('brings its data at once from a card that does so', () => {
    expect(receive(`${ENVELOPE} > ${POR} 9000`).report).toEqual({
      kind: 'ack',
      userData: fromHex(POR),
    });
  });

  it('is enveloped when its address has no digits', () => {
    const message = { ...MESSAGE, tpdu: fromHex('4400917FF65210012143050000') };
    const envelope = '80C200001E D11C 82028381 860791112233445566 8B0D 4400917FF65210012143050000';
    expect(receive(`${envelope} > 9000`, message).report).toEqual(ACK);
  });

  it('is acknowledged without data when the card has none', () => {
    expect(receive(`${ENVELOPE} > 9000`).report).toEqual(ACK);
  });

  it('comes with the proactive command that the card offers behind its data', () => {
    const { report } = receive(`
      ${ENVELOPE} > 6110
      80C0000010 > ${POR} 910B
      801200000B > D009 8103010200 82028182 9000
      801400000C 8103010200 82028281 830100 > 9000`);
    expect(report).toEqual({ kind: 'ack', userData: fromHex(POR) });
  });

  it('comes with a proactive command alone', () => {
    const { report } = receive(`
      ${ENVELOPE} > 910B
      801200000B > D009 8103010200 82028182 9000
      801400000C 8103010200 82028281 830100 > 9000`);
    expect(report).toEqual(ACK);
  });

  it('is reported before the card gets its turn', () => {
    const card = fileCard();
    const me = new MobileEquipment({ pin: '1234' });
    card.files.set('7fff 6f38', [fromHex('00000008')]);
    run(me.boot(), card);
    card.wanted.push('D009 8103010200 82028182');
    let before = 0;
    const report = (): void => {
      before = card.log.length;
    };
    run(me.receiveShortMessage(MESSAGE), card, { report });
    expect(card.log[before - 1]).toMatch(/^80c2/u);
    expect(card.log.slice(before).map((command) => command.slice(0, 4))).toEqual(['8012', '8014']);
  });

  it.each([
    ['6200', `6200\n80C0000000 > 6C10\n80C0000010 > ${POR} 9000`],
    ['63F1', `63F1\n80C0000000 > ${POR} 9000`],
  ])('is acknowledged with the data that come with the warning %s', (_sw, answer) => {
    const { report } = receive(`${ENVELOPE} > ${answer}`);
    expect(report).toEqual({ kind: 'ack', userData: fromHex(POR) });
  });

  it.each([
    ['a busy toolkit', '9300'],
    ['a warning without data', '6200\n80C0000000 > 6985'],
    ['a warning whose data are refused', '6300\n80C0000000 > 6C10\n80C0000010 > 6F00'],
    ['a technical problem', '6F00'],
    ['wrong data', '6A80'],
    ['an unknown instruction', '6D00'],
    ['an unknown class', '6E00'],
    ['no room', '6581'],
    ['the error of a 2G card', '9E10'],
    ['data with an error', `${POR} 6F00`],
    ['data that GET RESPONSE refuses', '6110\n80C0000010 > 6985'],
    ['an answer of one octet', '90'],
    ['no answer', ''],
  ])('is an error for the SMSC after %s', (_what, answer) => {
    expect(receive(`${ENVELOPE} > ${answer}`).report).toEqual(ERROR);
  });

  it('is an error for the SMSC when the card is lost, and the ME can start again', () => {
    const card = fileCard();
    card.files.set('7fff 6f38', [fromHex('00000008')]);
    const me = new MobileEquipment({ pin: '1234' });
    run(me.boot(), card);
    const gone = {
      reset: () => card.reset(),
      transmit: (): Uint8Array => {
        throw new ConnectionLost('gone');
      },
    };
    const outcome = run(me.receiveShortMessage(MESSAGE), gone);
    expect(outcome).toEqual({ report: ERROR, restarted: false });
    expect(me.subscription).toBeUndefined();
    expect(run(me.boot(), card)).toMatchObject({ ok: true });
  });
});

describe('a short message that the card does not get', () => {
  it.each([
    ['another TP-PID', withHead('00', 'F6')],
    ['the TP-PID of another download', withHead('7D', 'F6')],
    ['class 1', withHead('7F', 'F5')],
    ['no class', withHead('7F', '04')],
  ])('has %s, and is acknowledged', (_what, message) => {
    expect(receive('', message).report).toEqual(ACK);
  });

  it('has come to a USIM without the service, and is acknowledged', () => {
    const without = START_UP.replace('0000000800000000000010', '0000000000000000000010');
    expect(receive('', MESSAGE, without).report).toEqual(ACK);
  });

  it.each([
    ['an SMS-SUBMIT', `45${toHex(MESSAGE.tpdu).slice(2)}`],
    ['nothing', ''],
    ['the beginning of a message', toHex(MESSAGE.tpdu.subarray(0, 16))],
    ['an address of 21 digits', `441591${'11'.repeat(11)}7FF65210012143050000`],
    ['user data of 141 octets', `440791214365F77FF6521001214305008D${'00'.repeat(141)}`],
  ])('is %s, and an error for the SMSC', (_what, tpdu) => {
    expect(receive('', { ...MESSAGE, tpdu: fromHex(tpdu) }).report).toEqual(ERROR);
  });

  it('has come before the start-up, and is an error for the SMSC', () => {
    const me = new MobileEquipment();
    const outcome = run(me.receiveShortMessage(MESSAGE), scriptedCard(''));
    expect(outcome).toEqual({ report: ERROR, restarted: false });
  });

  it('goes out as a report to whoever listens, all the same', () => {
    const heard: DeliveryReport[] = [];
    const report = (of: DeliveryReport): void => void heard.push(of);
    run(new MobileEquipment().receiveShortMessage(MESSAGE), scriptedCard(''), { report });
    expect(heard).toEqual([ERROR]);
  });

  it('never makes the ME throw, whatever its octets are', () => {
    const card = fileCard();
    card.files.set('7fff 6f38', [fromHex('00000008')]);
    const me = new MobileEquipment({ pin: '1234' });
    run(me.boot(), card);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 180 }), fc.boolean(), (random, isDeliver) => {
        const head = fromHex('4407912143 65F77FF6 52100121430500');
        const tpdu = isDeliver ? Uint8Array.of(...head, ...random) : random;
        const { report } = run(me.receiveShortMessage({ ...MESSAGE, tpdu }), card);
        expect(report.userData).toHaveLength(0);
      }),
    );
  });
});

describe('isClass2', () => {
  it.each([0xf6, 0xf2, 0x16, 0x12, 0x36, 0x56])('takes %i for class 2', (dcs) => {
    expect(isClass2(dcs)).toBe(true);
  });

  it.each([0x00, 0x02, 0x04, 0x06, 0xf4, 0xf5, 0xf7, 0x15, 0x46, 0x82, 0x92, 0xc2, 0xe2])(
    'takes %i for another class or none',
    (dcs) => {
      expect(isClass2(dcs)).toBe(false);
    },
  );
});
