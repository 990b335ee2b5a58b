/** No key of a card or of a party is in anything that a person or a log gets to see. */

import { inspect } from 'node:util';
import { exportJWK } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { secret } from '../../src/network/keys.ts';
import {
  attach,
  exchange,
  iccidOf,
  imsiOf,
  type Keys,
  makeKeys,
  makeWorld,
  randomPair,
  seeded,
  type World,
} from './support/world.ts';

let keys: Keys;
beforeAll(async () => {
  keys = await makeKeys();
});

/** Every key in every spelling that a message might have. */
async function secretsOf(world: World): Promise<string[]> {
  const octets = world.pairs.flat().flatMap(({ k, opc, keySets }) => {
    return [k, opc, ...keySets.flatMap(({ kic, kid }) => [kic.octets, kid.octets])];
  });
  const spelled = octets.flatMap((key) => [
    toHex(key),
    [...key].join(','),
    JSON.stringify({ ...key }).slice(1, -1),
    Buffer.from(key).toString('base64').replace(/=+$/, ''),
    Buffer.from(key).toString('base64url'),
  ]);
  const signing = await Promise.all([...keys.privateKeys.values()].map((key) => exportJWK(key)));
  return [...spelled, ...signing.flatMap(({ d }) => (d === undefined ? [] : [d]))];
}

/** All that a value shows of itself, without white space. */
function allText(value: unknown): string {
  const seen = inspect(value, { depth: 20, maxArrayLength: 999, showHidden: true });
  return `${JSON.stringify(value)} ${seen}`.replace(/\s/gu, '');
}

describe('a key', () => {
  it('is in no snapshot, outcome, document or refusal of a whole change of operator', async () => {
    const world = makeWorld(keys);
    const { a, b, c, manufacturer, cards, radio } = world;
    const shown: unknown[] = [];
    const show = <T>(value: T): T => {
      shown.push(value);
      return value;
    };
    const devices = cards.map(({ iccid }, n) => ({ iccid, imsi: imsiOf('MNO-B', n) }));
    const offer = await b.arrivals.imsiList({ id: 'O', to: 'MNO-A', devices });
    show(await a.departures.takeImsiList(show(offer)));
    show(await a.departures.takeImsiList(offer));
    for (const card of cards) {
      show(exchange(a, card));
      show(attach(card, radio));
      show(a.departures.change(card.iccid));
      card.reset();
      show(attach(card, radio));
    }
    const list = show(await a.departures.transferList({ id: 'T', to: 'MNO-B' }));
    show(await b.arrivals.takeTransferList(list!));
    show(a.departures.cancel(cards[0]!.iccid));
    const of = { id: 'R', from: 'MNO-A', list: 'T' };
    const released = show(await manufacturer.release(show(await b.arrivals.pairRequest(of))!));
    b.arrivals.takePairs('R', released);
    show(await manufacturer.release(list!));
    for (const card of cards) show(attach(card, radio));
    show(
      await a.departures.takeAttachReport(
        (await b.arrivals.attachReport({ id: 'A', to: 'MNO-A' }))!,
      ),
    );
    show(manufacturer.refusals);
    show([a, b, c, manufacturer, ...cards]);
    show([a, b, c, manufacturer].map((party) => party.snapshot()));
    const text = allText(shown);
    expect(text).toContain(imsiOf('MNO-B', 1));
    for (const key of await secretsOf(world)) expect(text).not.toContain(key);
    // The search finds what is there.
    const leaks = allText([world.pairs, released.ok && released.pairs.reveal()]);
    const found = (await secretsOf(world)).filter((key) => leaks.includes(key));
    expect(found.length).toBeGreaterThanOrEqual(2 * world.pairs.flat().length * 4);
  });

  it('is in no error about a pair that is no good', () => {
    const { a, manufacturer } = makeWorld(keys, 1);
    const pair = randomPair(seeded(77));
    const [keySet] = pair.keySets;
    const shortKey = { type: 'AES', octets: pair.k.slice(0, 15) } as const;
    const add = (wrong: typeof pair): void =>
      a.addSubscriber({
        imsi: imsiOf('MNO-A', 9),
        iccid: iccidOf(9),
        index: 0,
        pair: secret(wrong),
      });
    const before = a.snapshot();
    for (const wrong of [
      { ...pair, k: pair.k.slice(0, 15) },
      { ...pair, opc: pair.opc.slice(0, 15) },
      { ...pair, keySets: [] },
      { ...pair, keySets: [{ ...keySet!, kic: shortKey }] },
    ]) {
      expect(() => add(wrong)).toThrow(RangeError);
      expect(() => add(wrong)).toThrow(/^(?!.*[0-9a-f]{8})/);
      expect(a.snapshot()).toEqual(before);
    }
    const again = { iccid: iccidOf(0), pairs: [pair], holder: 'MNO-A' };
    expect(() => manufacturer.addCard(again)).toThrow(`iccid: ${iccidOf(0)} is there`);
  });
});
