import { beforeAll, describe, expect, it } from 'vitest';
import type { Operator } from '../../src/network/operator.ts';
import type { FakeCard } from './support/card.ts';
import {
  attach,
  exchange,
  imsiOf,
  type Keys,
  makeKeys,
  makeWorld,
  type Name,
  type World,
} from './support/world.ts';

let keys: Keys;
beforeAll(async () => {
  keys = await makeKeys();
});

let ids = 0;
const nextId = (what: string): string => `${what}-${++ids}`;

/** New operator offers, present one takes and sends the change. */
async function order(
  from: Operator,
  to: Operator,
  cards: readonly FakeCard[],
  block = 0,
): Promise<void> {
  const list = await to.arrivals.imsiList({
    id: nextId('imsis'),
    to: from.name,
    devices: cards.map(({ iccid }, n) => ({ iccid, imsi: imsiOf(to.name as Name, block + n) })),
  });
  expect(await from.departures.takeImsiList(list)).toMatchObject({ ok: true });
}

/** The present operator lists, the new one fetches what it may. */
async function handOver(from: Operator, to: Operator): Promise<string> {
  const id = nextId('transfer');
  const list = await from.departures.transferList({ id, to: to.name });
  expect(await to.arrivals.takeTransferList(list!)).toMatchObject({ ok: true });
  return id;
}

async function fetchPairs(world: World, from: Operator, to: Operator, list: string): Promise<void> {
  const id = nextId('request');
  const request = await to.arrivals.pairRequest({ id, from: from.name, list });
  const result = await world.manufacturer.release(request!);
  expect(result).toMatchObject({ ok: true, id });
  to.arrivals.takePairs(id, result);
}

async function report(from: Operator, to: Operator): Promise<void> {
  const jws = await to.arrivals.attachReport({ id: nextId('report'), to: from.name });
  expect(await from.departures.takeAttachReport(jws!)).toMatchObject({ ok: true });
}

async function move(world: World, from: Operator, to: Operator, block = 0): Promise<void> {
  await order(from, to, world.cards, block);
  for (const card of world.cards) {
    expect(exchange(from, card)).toMatchObject({ kind: 'confirmed' });
    card.reset();
  }
  await fetchPairs(world, from, to, await handOver(from, to));
  for (const card of world.cards) {
    expect(attach(card, world.radio)).toMatchObject({ kind: 'attach-accept', plmn: to.plmn });
  }
  await report(from, to);
}

describe('a change of operator', () => {
  it('goes from A to B and on to C, each with the next pair, until no pair is left', async () => {
    const world = makeWorld(keys);
    const { a, b, c, cards, radio } = world;
    for (const card of cards) {
      expect(attach(card, radio)).toMatchObject({ kind: 'attach-accept', plmn: '001-01' });
    }
    await move(world, a, b);
    expect(cards.map(({ active, imsi }) => ({ active, imsi }))).toEqual([
      { active: 1, imsi: imsiOf('MNO-B', 0) },
      { active: 1, imsi: imsiOf('MNO-B', 1) },
    ]);
    await move(world, b, c);
    expect(cards.every(({ active, pairsLeft }) => active === 2 && pairsLeft === 0)).toBe(true);
    await order(c, a, cards, 100);
    const [card] = cards;
    expect(exchange(c, card!)).toMatchObject({ kind: 'refused', reason: 'no-pairs-left' });
    expect(c.departures.withdraw(card!.iccid)).toBe(true);
    expect(attach(card!, radio)).toMatchObject({ kind: 'attach-accept', plmn: c.plmn });
  });

  it('brings a device back to an operator that it has left, with a new IMSI and pair', async () => {
    const world = makeWorld(keys, 1, 3);
    await move(world, world.a, world.b);
    await move(world, world.b, world.a, 500);
    expect(world.cards[0]).toMatchObject({ active: 2, imsi: imsiOf('MNO-A', 500) });
    expect(world.a.home.imsiOf(world.cards[0]!.iccid)).toBe(imsiOf('MNO-A', 500));
  });

  it('leaves no device behind whose PoR was lost: its attach makes B fetch the pair', async () => {
    const world = makeWorld(keys, 1);
    const { a, b, radio } = world;
    const card = world.cards[0]!;
    await order(a, b, [card]);
    expect(exchange(a, card, 'change', 'report')).toEqual({ kind: 'unproven', why: 'no-report' });
    const list = await handOver(a, b);
    const id = nextId('early');
    expect(await b.arrivals.pairRequest({ id, from: 'MNO-A', list })).toBeUndefined();
    card.reset();
    expect(b.arrivals.awaitingPairs()).toEqual([]);
    expect(attach(card, radio)).toEqual({ kind: 'attach-reject', cause: 'try-later' });
    expect(b.arrivals.awaitingPairs()).toEqual([
      { iccid: card.iccid, imsi: card.imsi, from: 'MNO-A', list },
    ]);
    await fetchPairs(world, a, b, list);
    expect(b.arrivals.awaitingPairs()).toEqual([]);
    expect(b.arrivals.firstAttaches()).toEqual([]);
    expect(attach(card, radio)).toMatchObject({ kind: 'attach-accept', plmn: b.plmn });
    expect(b.arrivals.firstAttaches()).toMatchObject([{ iccid: card.iccid, from: 'MNO-A' }]);
    await report(a, b);
    expect(b.arrivals.firstAttaches()).toEqual([]);
    expect(a.home.imsiOf(card.iccid)).toBeUndefined();
  });

  it('serves a device that never heard the change, and sends the same change again', async () => {
    const world = makeWorld(keys, 1);
    const { a, b, radio } = world;
    const card = world.cards[0]!;
    await order(a, b, [card]);
    exchange(a, card, 'change', 'message');
    const list = await handOver(a, b);
    expect(attach(card, radio)).toMatchObject({ kind: 'attach-accept', plmn: a.plmn });
    expect(exchange(a, card)).toMatchObject({ kind: 'confirmed', answer: { sw: 0x9000 } });
    card.reset();
    attach(card, radio);
    await fetchPairs(world, a, b, list);
    expect(attach(card, radio)).toMatchObject({ kind: 'attach-accept', plmn: b.plmn });
  });

  it('bids a device come again that attaches before its list has come', async () => {
    const world = makeWorld(keys, 1);
    const { a, b, radio } = world;
    const card = world.cards[0]!;
    await order(a, b, [card]);
    exchange(a, card);
    card.reset();
    expect(attach(card, radio)).toEqual({ kind: 'attach-reject', cause: 'try-later' });
    await fetchPairs(world, a, b, await handOver(a, b));
    expect(attach(card, radio)).toMatchObject({ kind: 'attach-accept', plmn: b.plmn });
  });

  it('is served by A with the old pair until B reports the first attach', async () => {
    const world = makeWorld(keys, 1);
    const { a, b, radio } = world;
    const card = world.cards[0]!;
    await order(a, b, [card]);
    exchange(a, card);
    await handOver(a, b);
    expect(attach(card, radio)).toMatchObject({ kind: 'attach-accept', plmn: a.plmn });
    expect(a.home.serves(imsiOf('MNO-A', 0))).toBe(true);
  });

  it('repeats a document that was lost, and writes no other under its id', async () => {
    const world = makeWorld(keys, 1);
    const { a, b } = world;
    const card = world.cards[0]!;
    await order(a, b, [card]);
    exchange(a, card);
    const first = await a.departures.transferList({ id: 'again', to: 'MNO-B' });
    const second = await a.departures.transferList({ id: 'again', to: 'MNO-B' });
    expect(second?.split('.').slice(0, 2)).toEqual(first?.split('.').slice(0, 2));
    await expect(a.departures.transferList({ id: 'again', to: 'MNO-C' })).rejects.toThrow(
      RangeError,
    );
    expect(await a.departures.transferList({ id: 'other', to: 'MNO-B' })).toBeUndefined();
  });

  it('answers a repeated pair request the same again, and installs the pairs once', async () => {
    const world = makeWorld(keys, 1);
    const { a, b, manufacturer } = world;
    const card = world.cards[0]!;
    await order(a, b, [card]);
    exchange(a, card);
    const of = { id: nextId('request'), from: 'MNO-A', list: await handOver(a, b) };
    const first = await manufacturer.release((await b.arrivals.pairRequest(of))!);
    const second = await manufacturer.release((await b.arrivals.pairRequest(of))!);
    expect(second).toBe(first);
    b.arrivals.takePairs(of.id, first);
    const before = world.snapshot();
    b.arrivals.takePairs(of.id, second);
    expect(world.snapshot()).toEqual(before);
  });

  it('runs the same each time from the same seed', async () => {
    const run = async (): Promise<object> => {
      ids = 0;
      const world = makeWorld(keys);
      await move(world, world.a, world.b);
      return world.snapshot();
    };
    expect(await run()).toEqual(await run());
  });
});
