import { describe, expect, it } from 'vitest';
import type { SynchronousCard } from '../../../src/apdu/connection.ts';
import { DecodeError } from '../../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { createUicc } from '../../../src/card/uicc.ts';
import { decodeEnvelope, decodeSmsPpDownload } from '../../../src/cat/envelope.ts';
import { decodeSmsDeliver } from '../../../src/ota/sms.ts';
import { encodeSmsSubmit } from '../../../src/ota/sms-submit.ts';
import { deliver, deliverOf, exchange, powerOn } from '../../../src/scenario/ota-kit/terminal.ts';

const DESTINATION = decodeSmsDeliver(deliverOf(fromHex('027000'))).originator;
const OK = '9000';

/** A card that answers from a list, in order, and remembers what it was asked. */
class ListedCard implements SynchronousCard {
  readonly asked: string[] = [];
  readonly #answers: string[];

  constructor(...answers: readonly string[]) {
    this.#answers = [...answers];
  }

  reset(): Uint8Array {
    this.asked.push('reset');
    return fromHex('3B00');
  }

  transmit(command: Uint8Array): Uint8Array {
    this.asked.push(toHex(command));
    const answer = this.#answers.shift();
    if (answer === undefined) throw new Error(`no answer to ${toHex(command)}`);
    return fromHex(answer);
  }
}

function sendShortMessage(userData: string): string {
  const submit = encodeSmsSubmit({ destination: DESTINATION, userData: fromHex(userData) });
  const objects = `8103011300 82028183 8B${submit.length.toString(16).padStart(2, '0')}`;
  const body = `${objects.replaceAll(' ', '')}${toHex(submit)}`;
  return `D0${(body.length / 2).toString(16).padStart(2, '0')}${body}`;
}

const REFRESH = 'D009 8103010104 82028182';
const TPDU = deliverOf(fromHex('0270000102'));

describe('the terminal of an OTA test', () => {
  it('resets the card, and says that it can do everything', () => {
    const card = new ListedCard(OK);
    powerOn(card);
    expect(card.asked).toEqual(['reset', `801000001e${'ff'.repeat(30)}`]);
  });

  it('brings an SMS-DELIVER in ENVELOPE, SMS-PP download (TS 31.111 §7.1.1.1)', () => {
    const card = new ListedCard(OK);
    expect(deliver(card, [TPDU])).toEqual({
      report: undefined,
      sw: 0x9000,
      sent: [],
      commands: [],
    });
    const [envelope = ''] = card.asked;
    expect(envelope.slice(0, 8)).toBe('80c20000');
    const { tpdu } = decodeSmsPpDownload(decodeEnvelope(fromHex(envelope.slice(10))));
    expect(tpdu).toEqual(TPDU);
    expect(decodeSmsDeliver(tpdu)).toMatchObject({
      hasHeader: true,
      userData: fromHex('0270000102'),
    });
  });

  it('says in all parts but the last that more messages wait', () => {
    const octet = (more: boolean): number => deliverOf(fromHex('027000'), more)[0]!;
    // TP-MMS, b3, is 0 when there are more (TS 23.040 §9.2.3.2).
    expect(octet(true) & 0x04).toBe(0);
    expect(octet(false) & 0x04).toBe(0x04);
  });

  it('collects the report that 61XX announces', () => {
    const card = new ListedCard('6104', '027100AA 9000');
    expect(deliver(card, [TPDU])).toMatchObject({ report: fromHex('027100AA'), sw: 0x9000 });
    expect(card.asked[1]).toBe('80c0000004');
  });

  it('has the report of the last message alone', () => {
    const card = new ListedCard('6101', 'AA9000', '6101', 'BB9000', OK);
    expect(deliver(card, [TPDU, TPDU]).report).toEqual(fromHex('BB'));
    expect(deliver(card, [TPDU]).report).toBeUndefined();
  });

  it('fetches all that the card wants, and says performed', () => {
    const card = new ListedCard('910B', `${REFRESH}9000`, '910B', `${REFRESH}9000`, OK);
    const { commands, sw } = deliver(card, [TPDU]);
    expect(commands.map(({ details }) => details)).toEqual([
      { number: 1, type: 1, qualifier: 4 },
      { number: 1, type: 1, qualifier: 4 },
    ]);
    expect(sw).toBe(0x910b);
    const performed = '801400000c810301010482028281830100';
    expect(card.asked.slice(1)).toEqual(['801200000b', performed, '801200000b', performed]);
  });

  it('keeps TP-UD of what the card has sent', () => {
    const card = new ListedCard(
      '9120',
      `${sendShortMessage('027100AA')}9000`,
      '9120',
      `${sendShortMessage('027100BB')}9000`,
      OK,
    );
    expect(deliver(card, [TPDU]).sent.map(toHex)).toEqual(['027100aa', '027100bb']);
  });

  it('fetches after each message, not only after the last', () => {
    const card = new ListedCard('910B', `${REFRESH}9000`, OK, OK);
    expect(deliver(card, [TPDU, TPDU]).commands).toHaveLength(1);
    expect(card.asked.map((command) => command.slice(2, 4))).toEqual(['c2', '12', '14', 'c2']);
  });

  it('fetches 256 octets for 9100', () => {
    const card = new ListedCard('9100', `${REFRESH}9000`, OK);
    deliver(card, [TPDU]);
    expect(card.asked[1]).toBe('8012000000');
  });

  it('gives up on a card that never has enough', () => {
    let fetches = 0;
    const greedy: SynchronousCard = {
      reset: () => fromHex('3B00'),
      transmit: (command) => {
        if (command[1] !== 0x12) return fromHex('910B');
        fetches++;
        return fromHex(`${REFRESH}9000`);
      },
    };
    expect(deliver(greedy, [TPDU]).commands).toHaveLength(fetches);
    expect(fetches).toBe(300);
  });

  it('delivers nothing when there is nothing', () => {
    expect(deliver(new ListedCard(), [])).toMatchObject({
      report: undefined,
      sent: [],
      commands: [],
    });
  });
});

describe('a card that makes no sense is told:', () => {
  it.each([
    ['a proactive command that is none', '9102', 'AABB9000'],
    ['an empty one', '9100', OK],
    ['a truncated one', '910B', 'D009810301010482029000'],
    ['one without device identities', '9107', 'D00581030101049000'],
    ['an SMS-SUBMIT that is cut short', '910F', 'D00D 8103011300 82028183 8B021100 9000'],
  ])('%s', (_what, sw, command) => {
    expect(() => deliver(new ListedCard(sw, command, OK), [TPDU])).toThrow(DecodeError);
  });

  it('an answer of one octet', () => {
    expect(() => deliver(new ListedCard('90'), [TPDU])).toThrow(DecodeError);
  });

  it.each(['', '00', '00A400', '00A40000032FE2'])('"%s" is no command', (command) => {
    expect(() => exchange(createUicc(), fromHex(command))).toThrow(DecodeError);
  });
});

describe('a command over T=0', () => {
  it.each([
    ['6C', '00B0000000', ['6C0A', '98990901000000000031 9000'], ['00b0000000', '00b000000a']],
    ['61', '00A40804022FE200', ['6102', '62009000'], ['00a40804022fe2', '00c0000002']],
    ['nothing', '00FE0000', ['9000'], ['00fe000000']],
  ])('follows %s', (_what, command, answers, asked) => {
    const card = new ListedCard(...answers);
    expect(exchange(card, fromHex(command)).sw).toBe(0x9000);
    expect(card.asked).toEqual(asked);
  });
});
