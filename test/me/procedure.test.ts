import { describe, expect, it } from 'vitest';
import type { RegistrationDownlink, RegistrationUplink } from '../../src/air/registration.ts';
import type { DeliveryReport, ShortMessageUp } from '../../src/air/short-message.ts';
import { commandApdu } from '../../src/apdu/command.ts';
import { ConnectionLost, connect } from '../../src/apdu/connection.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import {
  exchange,
  type MeAnswer,
  NO_STATUS_WORD,
  type Procedure,
  report,
  reset,
  runProcedure,
  runProcedureAsync,
  submit,
  transmit,
  uplink,
  uplink5g,
  wait,
} from '../../src/me/procedure.ts';
import { scriptedCard } from './scripted-card.ts';
import { ACCEPT, CHALLENGE, HOME, IMSI, run, scriptedNetwork } from './world.ts';

const SUBMIT: ShortMessageUp = { serviceCentre: undefined, tpdu: fromHex('01') };
const REQUEST: RegistrationUplink = { kind: 'registration-request', suci: fromHex('01') };
const ACCEPTED: RegistrationDownlink = { kind: 'registration-accept', plmn: HOME, tac: 1 };
const REJECTED: RegistrationDownlink = { kind: 'registration-reject', cause: 'try-later' };
const ACK: DeliveryReport = { kind: 'ack', userData: fromHex('') };

/** A procedure that needs one thing of each kind. */
function* everything(): Procedure<readonly unknown[]> {
  const atr = yield* reset();
  const response = yield* transmit(fromHex('00A40004'));
  const answer = yield* uplink({ kind: 'attach-request', imsi: IMSI });
  const fiveG = yield* uplink5g(REQUEST);
  const isTaken = yield* submit(SUBMIT);
  yield* report(ACK);
  yield* wait(30);
  return [toHex(atr), toHex(response), answer, fiveG, isTaken];
}

describe('a driver', () => {
  const expected = ['3b00', '6a82', CHALLENGE, ACCEPTED, true];
  const surroundings = () => {
    const log: unknown[] = [];
    const network = scriptedNetwork(CHALLENGE);
    return {
      log,
      network,
      fiveG: {
        register: (message: RegistrationUplink) => {
          log.push(message);
          return ACCEPTED;
        },
      },
      submit: (message: ShortMessageUp) => log.push(message) > 0,
      report: (of: DeliveryReport) => void log.push(of),
      clock: { advance: (seconds: number) => void log.push(seconds) },
    };
  };
  const script = 'reset > 3B00\n00A40004 > 6A82';

  it('brings each request to whom it concerns, and the answer back', () => {
    const world = surroundings();
    const card = scriptedCard(script);
    expect(runProcedure(everything(), { ...world, card })).toEqual(expected);
    expect(world.log).toEqual([REQUEST, SUBMIT, ACK, 30]);
    expect(world.network.heard).toEqual([{ kind: 'attach-request', imsi: IMSI }]);
  });

  it('does the same with a card that takes its time', async () => {
    const world = surroundings();
    const card = connect(scriptedCard(script));
    expect(await runProcedureAsync(everything(), { ...world, card })).toEqual(expected);
    expect(world.log).toEqual([REQUEST, SUBMIT, ACK, 30]);
  });

  it('takes no short message when nobody does, lets go without 5G, and needs no clock', () => {
    const card = scriptedCard(script);
    const network = scriptedNetwork(CHALLENGE);
    expect(runProcedure(everything(), { card, network })).toEqual([
      '3b00',
      '6a82',
      CHALLENGE,
      { kind: 'released' },
      false,
    ]);
  });

  const broken = {
    reset: () => fromHex('3B00'),
    transmit: (): Uint8Array => {
      throw new ConnectionLost('gone');
    },
  };
  function* careful(): Procedure<string> {
    try {
      yield* transmit(fromHex('00A40004'));
      return 'answered';
    } catch (error) {
      return error instanceof ConnectionLost ? `lost; ATR ${toHex(yield* reset())}` : 'other';
    }
  }

  it('offers the loss of the card to the procedure, which can go on', async () => {
    const network = scriptedNetwork();
    expect(runProcedure(careful(), { card: broken, network })).toBe('lost; ATR 3b00');
    const world = { card: connect(broken), network };
    expect(await runProcedureAsync(careful(), world)).toBe('lost; ATR 3b00');
  });

  it('throws what the procedure does not handle', async () => {
    const network = scriptedNetwork();
    expect(() => runProcedure(everything(), { card: broken, network })).toThrow(ConnectionLost);
    const world = { card: connect(broken), network };
    await expect(runProcedureAsync(everything(), world)).rejects.toThrow(ConnectionLost);
  });
});

describe('the parts of procedures', () => {
  it.each<[string, () => Procedure<unknown>, MeAnswer]>([
    ['an R-APDU that is no octets', () => transmit(fromHex('00')), true],
    ['an ATR that is no octets', () => reset(), undefined],
    [
      'a downlink message that is octets',
      () => uplink({ kind: 'detach', imsi: IMSI }),
      fromHex('00'),
    ],
    ['an accept of 5G', () => uplink({ kind: 'detach', imsi: IMSI }), ACCEPTED],
    ['a reject of 5G', () => uplink({ kind: 'detach', imsi: IMSI }), REJECTED],
    ['an accept of EPS', () => uplink5g(REQUEST), ACCEPT],
    ['no downlink message of 5G', () => uplink5g(REQUEST), undefined],
    ['no downlink message', () => uplink({ kind: 'detach', imsi: IMSI }), undefined],
  ])('refuse from a driver %s', (_what, procedure, answer) => {
    const running = procedure();
    running.next();
    expect(() => running.next(answer)).toThrow(TypeError);
  });

  const select = commandApdu([0x00, 0xa4, 0x00, 0x04], fromHex('3F00'), 256);

  it('follow 61XX and 6CXX over T=0, and join what comes', () => {
    const card = scriptedCard(`
      00A40004023F00 > 6104
      00C0000004     > 6C03
      00C0000003     > 620100 9000
    `);
    expect(run(exchange(select), card)).toEqual({ data: fromHex('620100'), sw: 0x9000 });
    expect(card.left).toEqual([]);
  });

  it.each([
    ['no octets', '00A40004023F00 > '],
    ['one octet', '00A40004023F00 > 90'],
    ['one octet to GET RESPONSE', '00A40004023F00 > 6104\n00C0000004 > 62'],
  ])('take an answer of %s for one without status word', (_what, script) => {
    const { sw } = run(exchange(select), scriptedCard(script));
    expect(sw).toBe(NO_STATUS_WORD);
  });
});
