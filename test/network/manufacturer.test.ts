import { beforeAll, describe, expect, it } from 'vitest';
import type { DocumentRefusal } from '../../src/network/correspondence.ts';
import { pairFromProfile } from '../../src/network/keys.ts';
import { type ReleaseResult, UiccManufacturer } from '../../src/network/manufacturer.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { damaged } from './support/lists.ts';
import {
  iccidOf,
  imsiOf,
  type Keys,
  MANUFACTURER,
  makeKeys,
  makeWorld,
  type Name,
  randomPair,
  seeded,
  type World,
} from './support/world.ts';

let keys: Keys;
beforeAll(async () => {
  keys = await makeKeys();
});

const sign = (document: object, by: Name): Promise<string> =>
  keys.signers[by].sign(JSON.stringify(document));

interface ListEntry {
  readonly n: number;
  readonly index?: number;
  readonly state?: 'confirmed' | 'unconfirmed';
}

/** A transfer list of the n-th cards. */
function list(
  entries: readonly ListEntry[],
  { from = 'MNO-A', to = 'MNO-B', by = from, id = 'T-1' }: Partial<Record<string, string>> = {},
): Promise<string> {
  const devices = entries.map(({ n, index = 1, state = 'confirmed' }) => ({
    iccid: iccidOf(n),
    imsi: imsiOf('MNO-B', n),
    index,
    state,
  }));
  return sign({ type: 'transfer-list', id, from, to, devices }, by as Name);
}

interface AskedFor {
  readonly n: number;
  readonly index?: number;
  readonly attachSeen?: boolean;
}

/** A request for pairs of the n-th cards. */
function request(
  of: string,
  entries: readonly AskedFor[],
  {
    from = 'MNO-B',
    to = MANUFACTURER,
    by = from,
    id = 'R-1',
  }: Partial<Record<string, string>> = {},
): Promise<string> {
  const devices = entries.map(({ n, index = 1, attachSeen = false }) => ({
    iccid: iccidOf(n),
    index,
    attachSeen,
  }));
  return sign({ type: 'pair-request', id, from, to, list: of, devices }, by as Name);
}

/** Asks, and asserts that a refusal has changed nothing but the log. */
async function refusalOf(world: World, jws: string): Promise<{ name: string; path: string }> {
  const { manufacturer } = world;
  const before = world.snapshot();
  const logged = manufacturer.refusals.length;
  const result = await manufacturer.release(jws);
  if (result.ok) throw new Error('released');
  expect(world.snapshot()).toEqual(before);
  expect(manufacturer.refusals).toHaveLength(logged + 1);
  const { refusal, path } = result;
  expect(manufacturer.refusals.at(-1)).toMatchObject({ refusal, path });
  return { name: refusal, path };
}

function indexes(result: ReleaseResult): unknown {
  if (!result.ok) throw new Error(result.refusal);
  return result.pairs.reveal().map(({ iccid, index }) => [iccid, index]);
}

describe('the manufacturer', () => {
  it('releases exactly the pairs of the devices that are asked for', async () => {
    const world = makeWorld(keys, 3);
    const jws = await request(await list([{ n: 0 }, { n: 1 }, { n: 2 }]), [{ n: 0 }, { n: 2 }]);
    const result = await world.manufacturer.release(jws);
    expect(indexes(result)).toEqual([
      [iccidOf(0), 1],
      [iccidOf(2), 1],
    ]);
    if (!result.ok) throw new Error(result.refusal);
    expect(result.pairs.reveal().map(({ pair }) => pair)).toEqual([
      world.pairs[0]![1],
      world.pairs[2]![1],
    ]);
    expect(world.manufacturer.snapshot()).toMatchObject({
      cards: [
        { holders: ['MNO-A', 'MNO-B', null] },
        { holders: ['MNO-A', null, null] },
        { holders: ['MNO-A', 'MNO-B', null] },
      ],
    });
    expect(world.manufacturer.refusals).toEqual([]);
  });

  it('releases the pair of an unconfirmed device when its IMSI has tried to attach', async () => {
    const world = makeWorld(keys);
    const of = await list([{ n: 0, state: 'unconfirmed' }]);
    const early = await request(of, [{ n: 0 }], { id: 'R-0' });
    expect(await refusalOf(world, early)).toEqual({
      name: 'attach-not-seen',
      path: '$.devices[0].attachSeen',
    });
    const jws = await request(of, [{ n: 0, attachSeen: true }]);
    expect(indexes(await world.manufacturer.release(jws))).toEqual([[iccidOf(0), 1]]);
  });

  it('releases pair 2 against a list of the holder of pair 1, and of nobody else', async () => {
    const world = makeWorld(keys, 1);
    const first = await request(await list([{ n: 0 }]), [{ n: 0 }]);
    await world.manufacturer.release(first);
    const byA = await list([{ n: 0, index: 2 }], { to: 'MNO-C', id: 'T-2' });
    const wrong = await request(byA, [{ n: 0, index: 2 }], { from: 'MNO-C' });
    expect(await refusalOf(world, wrong)).toEqual({
      name: 'not-the-holder',
      path: '$.list.devices[0].index',
    });
    const byB = await list([{ n: 0, index: 2 }], { from: 'MNO-B', to: 'MNO-C' });
    const right = await request(byB, [{ n: 0, index: 2 }], { from: 'MNO-C' });
    expect(indexes(await world.manufacturer.release(right))).toEqual([[iccidOf(0), 2]]);
  });

  it('answers the same request the same again, also in the midst of others', async () => {
    const world = makeWorld(keys);
    const of = await list([{ n: 0 }, { n: 1 }]);
    const [first, again] = await Promise.all([request(of, [{ n: 0 }]), request(of, [{ n: 0 }])]);
    expect(first).not.toBe(again);
    const answers = await Promise.all(
      [first, again, first].map((jws) => world.manufacturer.release(jws)),
    );
    expect(new Set(answers).size).toBe(1);
    await world.manufacturer.release(await request(of, [{ n: 1 }], { id: 'R-2' }));
    const before = world.snapshot();
    expect(await world.manufacturer.release(again)).toBe(answers[0]);
    expect(world.snapshot()).toEqual(before);
  });

  it('refuses a request under the id of another one', async () => {
    const world = makeWorld(keys);
    const of = await list([{ n: 0 }, { n: 1 }]);
    await world.manufacturer.release(await request(of, [{ n: 0 }]));
    expect(await refusalOf(world, await request(of, [{ n: 1 }]))).toEqual({
      name: 'id-reused',
      path: '$.id',
    });
  });

  it('refuses a released pair to everybody, its holder included', async () => {
    const world = makeWorld(keys);
    const of = await list([{ n: 0 }]);
    await world.manufacturer.release(await request(of, [{ n: 0 }]));
    expect(await refusalOf(world, await request(of, [{ n: 0 }], { id: 'R-2' }))).toEqual({
      name: 'pair-already-released',
      path: '$.devices[0].index',
    });
    const toC = await list([{ n: 0 }], { to: 'MNO-C', id: 'T-2' });
    expect(await refusalOf(world, await request(toC, [{ n: 0 }], { from: 'MNO-C' }))).toEqual({
      name: 'pair-held-by-another',
      path: '$.devices[0].index',
    });
    expect(world.manufacturer.refusals).toEqual([
      { from: 'MNO-B', id: 'R-2', refusal: 'pair-already-released', path: '$.devices[0].index' },
      { from: 'MNO-C', id: 'R-1', refusal: 'pair-held-by-another', path: '$.devices[0].index' },
    ]);
  });

  it.each<[string, () => Promise<string>, DocumentRefusal, string]>([
    [
      'an index that the list does not report',
      async () => request(await list([{ n: 0 }]), [{ n: 0, index: 2 }]),
      'index-not-reported',
      '$.devices[0].index',
    ],
    [
      'a device that the list does not have',
      async () => request(await list([{ n: 0 }]), [{ n: 0 }, { n: 1 }]),
      'iccid-not-listed',
      '$.devices[1].iccid',
    ],
    [
      'a listed index that does not follow the pair of the lister',
      async () => request(await list([{ n: 0, index: 2 }]), [{ n: 0, index: 2 }]),
      'not-the-holder',
      '$.list.devices[0].index',
    ],
    [
      'a listed index that the card does not have',
      async () => request(await list([{ n: 0, index: 3 }]), [{ n: 0, index: 3 }]),
      'no-such-pair',
      '$.list.devices[0].index',
    ],
    [
      'an unknown card on the list, though another is asked for',
      async () => request(await list([{ n: 0 }, { n: 9 }]), [{ n: 0 }]),
      'unknown-iccid',
      '$.list.devices[1].iccid',
    ],
    [
      'a list by an operator that does not hold the pair',
      async () => request(await list([{ n: 0 }], { from: 'MNO-C', to: 'MNO-B' }), [{ n: 0 }]),
      'not-the-holder',
      '$.list.devices[0].index',
    ],
    [
      'a list by the asking operator itself',
      async () => request(await list([{ n: 0 }], { from: 'MNO-B' }), [{ n: 0 }]),
      'not-the-holder',
      '$.list.devices[0].index',
    ],
    [
      'a list that is addressed to another operator',
      async () => request(await list([{ n: 0 }], { to: 'MNO-C' }), [{ n: 0 }]),
      'list-for-another',
      '$.list.to',
    ],
    [
      'a list by somebody whom nobody knows',
      async () => request(await list([{ n: 0 }], { from: 'MNO-X' }), [{ n: 0 }]),
      'no-party',
      '$.list.from',
    ],
    [
      'a list in the name of another',
      async () => request(await list([{ n: 0 }], { by: 'MNO-B' }), [{ n: 0 }]),
      'forged',
      '$.list',
    ],
    [
      'a list that names a device twice',
      async () => request(await list([{ n: 0 }, { n: 0 }]), [{ n: 0 }]),
      'duplicate-iccid',
      '$.list',
    ],
    [
      'a request that names a device twice',
      async () => request(await list([{ n: 0 }]), [{ n: 0 }, { n: 0 }]),
      'duplicate-iccid',
      '$.devices[1].iccid',
    ],
    [
      'something else in the place of the list',
      async () => request('e30.e30.e30', [{ n: 0 }]),
      'wrong-algorithm',
      '$.list',
    ],
    [
      'a request in the place of the list',
      async () => request(await request(await list([{ n: 0 }]), [{ n: 0 }]), [{ n: 0 }]),
      'wrong-type',
      '$.list',
    ],
    [
      'a list in the place of the request',
      () => list([{ n: 0 }], { to: MANUFACTURER }),
      'wrong-type',
      '$.type',
    ],
    [
      'a request for another manufacturer',
      async () => request(await list([{ n: 0 }]), [{ n: 0 }], { to: 'UICC-N' }),
      'not-addressed-to-us',
      '$.to',
    ],
    [
      'a request by somebody whom nobody knows',
      async () => request(await list([{ n: 0 }], { to: 'MNO-X' }), [{ n: 0 }], { from: 'MNO-X' }),
      'no-party',
      '$.from',
    ],
    [
      'a request in the name of another',
      async () => request(await list([{ n: 0 }]), [{ n: 0 }], { by: 'MNO-C' }),
      'forged',
      '$.from',
    ],
    [
      'one device that must not be told, behind one that may',
      async () =>
        request(await list([{ n: 0 }, { n: 1, state: 'unconfirmed' }]), [{ n: 0 }, { n: 1 }]),
      'attach-not-seen',
      '$.devices[1].attachSeen',
    ],
  ])('refuses %s, names it, logs it, and releases nothing', async (_what, make, name, path) => {
    expect(await refusalOf(makeWorld(keys), await make())).toEqual({ name, path });
  });

  it('releases nothing against a list with any single octet changed or cut off', async () => {
    const world = makeWorld(keys);
    const of = await list([{ n: 0 }]);
    const before = JSON.stringify(world.snapshot());
    for (const text of damaged(of)) {
      expect((await world.manufacturer.release(await request(text, [{ n: 0 }]))).ok).toBe(false);
    }
    expect(JSON.stringify(world.snapshot())).toBe(before);
  });

  it('makes a card once, with one pair at least and 255 at most', () => {
    const { manufacturer } = makeWorld(keys, 1);
    const pair = randomPair(seeded(1));
    const card = (n: number, pairs: number): object => ({
      iccid: iccidOf(n),
      pairs: Array.from({ length: pairs }, () => pair),
      holder: 'MNO-A',
    });
    type Card = Parameters<UiccManufacturer['addCard']>[0];
    expect(() => manufacturer.addCard(card(0, 1) as Card)).toThrow(RangeError);
    expect(() => manufacturer.addCard(card(5, 0) as Card)).toThrow(RangeError);
    expect(() => manufacturer.addCard(card(5, 256) as Card)).toThrow(RangeError);
    expect(manufacturer.addCard(card(5, 255) as Card).reveal()).toBe(pair);
  });

  it('makes a card from a profile', () => {
    const { verifier } = keys;
    const manufacturer = new UiccManufacturer({ name: 'M', verifier, operators: new Set() });
    const pairs = DEFAULT_PROFILE.keyTable.entries.map(pairFromProfile);
    const iccid = iccidOf(0);
    expect(manufacturer.addCard({ iccid, pairs, holder: 'MNO-A' }).reveal()).toBe(pairs[0]);
  });
});
