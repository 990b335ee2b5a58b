import { beforeAll, describe, expect, it } from 'vitest';
import { type Exchange, type Fault, faulty, traced } from '../../src/apdu/connection.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { seededRandomness } from '../../src/scenario/randomness.ts';
import { generateSigning, type Signing } from '../../src/scenario/signing.ts';
import { OPERATORS } from '../../src/scenario/world.ts';
import { Rig } from './support/rig.ts';
import { owned, servedBy, standing } from './support/settled.ts';
import { finish, order, send, story } from './support/story.ts';

let signing: Signing;
/** The exchanges of the story when nothing fails. */
const whole: Exchange[] = [];
beforeAll(async () => {
  signing = await generateSigning(OPERATORS);
  const rig = new Rig({
    signing,
    link: (card) => traced(card, (exchange) => whole.push(exchange)),
  });
  await story(rig, 'patient');
});

/** A rig whose link does what the plan says, counted over all that ever happens to the card. */
function rigWith(plan: (index: number) => Fault): Rig {
  let exchanges = 0;
  return new Rig({ signing, link: (card) => faulty(card, () => plan(exchanges++)) });
}

function command(exchange: Exchange | undefined): string {
  return exchange?.kind === 'apdu' ? toHex(exchange.command) : '';
}

function response(exchange: Exchange | undefined): string {
  return exchange?.kind === 'apdu' ? toHex(exchange.response) : '';
}

describe.each(['command-lost', 'response-lost'] as const)('one %s at each exchange', (fault) => {
  it.each(['patient', 'hasty'] as const)('brings the device to B (%s)', async (manner) => {
    for (const at of whole.keys()) {
      const rig = rigWith((index) => (index === at ? fault : 'none'));
      await story(rig, manner);
      await finish(rig, manner);
      const expected = servedBy('MNO-B', rig.newImsi, 1);
      expect(standing(rig), `${fault} at exchange ${at}, ${manner}`).toEqual(expected);
    }
  });

  it('leaves the device with A or B when the change is never repeated', async () => {
    for (const at of whole.keys()) {
      const rig = rigWith((index) => (index === at ? fault : 'none'));
      await story(rig, 'silent');
      await finish(rig, 'silent');
      expect(standing(rig), `${fault} at exchange ${at}, silent`).toEqual(owned(rig));
    }
  });
});

describe('a PoR that is lost', () => {
  /** ENVELOPE with the change, and the exchanges up to the reset: GET RESPONSE, FETCH, STATUS … */
  function delivery(): { readonly envelope: number; readonly reset: number } {
    const envelope = whole.findIndex((exchange) => command(exchange).startsWith('80c2'));
    const reset = whole.findIndex(({ kind }, at) => at > envelope && kind === 'reset');
    return { envelope, reset };
  }

  it('is answered by 61XX, collected by GET RESPONSE with 910B, and REFRESH follows', () => {
    const { envelope, reset } = delivery();
    const answers = whole.slice(envelope, reset);
    expect(response(answers[0])).toMatch(/^61..$/);
    expect(command(answers[1])).toMatch(/^80c00000..$/);
    expect(response(answers[1])).toMatch(/910b$/);
    expect(command(answers[2])).toBe('801200000b');
    expect(response(answers[2])).toBe('d009810301010482028182'.concat('9000'));
  });

  it.each([
    ['before the card hears of it', 0, 'command-lost', false],
    ['when 61XX is lost', 0, 'response-lost', true],
    ['when GET RESPONSE is lost', 1, 'command-lost', true],
    ['when the answer to GET RESPONSE is lost', 1, 'response-lost', true],
  ] as const)('proves nothing %s', async (_where, behind, fault, isStaged) => {
    const at = delivery().envelope + behind;
    const rig = rigWith((index) => (index === at ? fault : 'none'));
    await order(rig);
    rig.device.attach();
    expect(send(rig)).toMatchObject({ kind: 'unproven', why: 'no-response-packet' });
    expect(rig.stored).toMatchObject({ active: 0 });
    expect(rig.stored.staged !== undefined).toBe(isStaged);
    // The next reset makes a staged change effective, whatever became of the answer.
    rig.device.attach();
    expect(rig.stored).toMatchObject({ active: isStaged ? 1 : 0, staged: undefined });
    await finish(rig, 'patient');
    expect(standing(rig)).toEqual(servedBy('MNO-B', rig.newImsi, 1));
  });

  it('proves nothing when the network drops the report of a device that has moved', async () => {
    const rig = rigWith(() => 'none');
    await order(rig);
    rig.device.attach();
    expect(send(rig, 'change', 'report')).toEqual({ kind: 'unproven', why: 'no-report' });
    expect(rig.stored).toMatchObject({ active: 1, staged: undefined });
    // Old keys open nothing any more: the status is 01, and it is no proof either.
    const again = send(rig);
    expect(again).toMatchObject({ kind: 'unproven', status: 'rc-cc-ds-failed' });
    await finish(rig, 'silent');
    expect(standing(rig)).toEqual(servedBy('MNO-B', rig.newImsi, 1));
  });
});

describe('a link that breaks again and again', () => {
  it.each(Array.from({ length: 40 }, (_, n) => n))(
    'leaves one operator (seed %i)',
    async (seed) => {
      const random = seededRandomness(`broken link ${seed}`);
      const oneIn = 10 + 10 * (seed % 5);
      let isBroken = true;
      const rig = rigWith(() => {
        const [draw = 0, half = 0] = random(2);
        if (!isBroken || draw % oneIn !== 0) return 'none';
        return half % 2 === 0 ? 'command-lost' : 'response-lost';
      });
      await story(rig, 'hasty');
      await finish(rig, 'hasty');
      isBroken = false;
      await finish(rig, 'hasty');
      expect(standing(rig)).toEqual(servedBy('MNO-B', rig.newImsi, 1));
    },
  );
});
