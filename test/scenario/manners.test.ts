import { beforeAll, describe, expect, it } from 'vitest';
import { traced } from '../../src/apdu/connection.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { OFFERS_MAX } from '../../src/cat/session.ts';
import type { MobileEquipmentOptions } from '../../src/me/mobile-equipment.ts';
import { generateSigning, type Signing } from '../../src/scenario/signing.ts';
import { OPERATORS } from '../../src/scenario/world.ts';
import { Rig } from './support/rig.ts';
import { servedBy, standing } from './support/settled.ts';
import { finish, handOver, order, report, send } from './support/story.ts';

let signing: Signing;
beforeAll(async () => {
  signing = await generateSigning(OPERATORS);
});

/** FETCH of 11 octets, the length of REFRESH. */
const FETCH_REFRESH = '801200000b';
/** More STATUS commands than the card has offers. */
const POLLS = 2 * OFFERS_MAX;

/** What an ME of some manners makes of the change, before anybody resets the card. */
interface Seen {
  readonly rig: Rig;
  /** How often it has fetched REFRESH. */
  readonly fetched: number;
}

async function change(me: MobileEquipmentOptions): Promise<Seen> {
  const seen: string[] = [];
  const rig = new Rig({
    signing,
    me,
    link: (card) =>
      traced(card, (exchange) => {
        if (exchange.kind === 'apdu') seen.push(toHex(exchange.command));
      }),
  });
  await order(rig);
  rig.device.attach();
  expect(send(rig)).toMatchObject({ kind: 'confirmed', answer: { sw: 0x9000 } });
  for (let n = 0; n < POLLS; n++) rig.device.run(rig.device.me.poll());
  return { rig, fetched: seen.filter((command) => command === FETCH_REFRESH).length };
}

const AS_A = { active: 0, staged: expect.any(Uint8Array) };
const AS_B = { active: 1, staged: undefined };

const busy = Array.from({ length: OFFERS_MAX + 2 }, (_, times) => times);

/**
 * Name of the manners, the ME, how often it fetches REFRESH, and whether the card is reset then.
 */
const MANNERS: readonly (readonly [string, MobileEquipmentOptions, number, boolean])[] = [
  ['resets', {}, 1, true],
  ['answers and stays', { manners: { refresh: 'answers-and-stays' } }, OFFERS_MAX, false],
  ['refuses', { manners: { refresh: 'refuses' } }, 1, false],
  ['never fetches', { manners: { refresh: 'never-fetches' } }, 0, false],
  ['does not poll', { manners: { polls: false } }, 1, true],
  ['does not poll and is busy', { manners: { polls: false, refresh: { busy: 1 } } }, 1, false],
  ['sends no TERMINAL PROFILE', { terminalProfile: new Uint8Array(0) }, 0, false],
  ['does not know REFRESH', { terminalProfile: Uint8Array.of(0xff, 0xff, 0x7f) }, 0, false],
  ...busy.map((times): (typeof MANNERS)[number] => [
    `is busy ${times} times`,
    { manners: { refresh: { busy: times } } },
    Math.min(times + 1, OFFERS_MAX),
    times < OFFERS_MAX,
  ]),
];

describe.each(MANNERS)('an ME that %s', (_name, me, fetches, resets) => {
  it('is offered REFRESH so often, and no more', async () => {
    const { rig, fetched } = await change({ pin: '1234', ...me });
    expect(fetched).toBe(fetches);
    expect(rig.stored).toMatchObject(resets ? AS_B : AS_A);
  });

  it('stays with A until the card is reset, and then attaches to B', async () => {
    const { rig } = await change({ pin: '1234', ...me });
    await handOver(rig);
    expect(rig.device.attach()).toBe(true);
    expect(rig.a.home.isAttached(rig.oldImsi)).toBe(!resets);
    expect(rig.b.home.isAttached(rig.newImsi)).toBe(resets);
    // B has the pair by now; A goes on until B has seen the device.
    await report(rig);
    expect(rig.a.home.serves(rig.oldImsi)).toBe(!resets);
    await finish(rig, 'silent');
    expect(standing(rig)).toEqual(servedBy('MNO-B', rig.newImsi, 1));
  });
});
