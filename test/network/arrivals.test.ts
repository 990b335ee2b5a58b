import { beforeAll, describe, expect, it } from 'vitest';
import type { SignedDocument } from '../../src/network/documents.ts';
import {
  damaged,
  type Json,
  refusal,
  signed as sign,
  TRANSFER,
  withSecond,
} from './support/lists.ts';
import {
  iccidOf,
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

const signed = (document: object, by: Name): Promise<string> => sign(keys, document, by);

/** MNO-B has offered IMSIs for both devices to MNO-A. */
async function offered(): Promise<World> {
  const world = makeWorld(keys);
  const devices = world.cards.map(({ iccid }, n) => ({ iccid, imsi: imsiOf('MNO-B', n) }));
  await world.b.arrivals.imsiList({ id: 'O-1', to: 'MNO-A', devices });
  return world;
}

describe('a transfer list', () => {
  const refusalBy = async (world: World, document: object, by: Name = 'MNO-A'): Promise<unknown> =>
    refusal(world, (jws) => world.b.arrivals.takeTransferList(jws), await signed(document, by));

  it('changes nothing at any truncation, and with any single octet changed', async () => {
    const world = await offered();
    const jws = await signed(TRANSFER, 'MNO-A');
    const before = JSON.stringify(world.snapshot());
    for (const text of damaged(jws)) {
      expect((await world.b.arrivals.takeTransferList(text)).ok).toBe(false);
    }
    expect(JSON.stringify(world.snapshot())).toBe(before);
    expect(await world.b.arrivals.takeTransferList(jws)).toMatchObject({ ok: true });
  });

  it.each<[string, Json, Name, unknown]>([
    [
      'of a device that was not offered an IMSI',
      withSecond(TRANSFER, { iccid: iccidOf(9) }),
      'MNO-A',
      { refusal: 'unknown-iccid', path: '$.devices[1].iccid' },
    ],
    [
      'with an IMSI that was not offered',
      withSecond(TRANSFER, { imsi: imsiOf('MNO-B', 9) }),
      'MNO-A',
      { refusal: 'unknown-imsi', path: '$.devices[1].imsi' },
    ],
    [
      'with the IMSI of another device',
      { ...TRANSFER, devices: [{ ...(TRANSFER.devices as object[])[1], iccid: iccidOf(0) }] },
      'MNO-A',
      { refusal: 'unknown-imsi', path: '$.devices[0].imsi' },
    ],
    [
      'of one ICCID twice',
      withSecond(TRANSFER, { iccid: iccidOf(0) }),
      'MNO-A',
      { refusal: 'duplicate-iccid', path: '$.devices[1].iccid' },
    ],
    [
      'of one IMSI twice',
      withSecond(TRANSFER, { imsi: imsiOf('MNO-B', 0) }),
      'MNO-A',
      { refusal: 'duplicate-imsi', path: '$.devices[1].imsi' },
    ],
    [
      'from an operator to which nothing was offered',
      { ...TRANSFER, from: 'MNO-C' },
      'MNO-C',
      { refusal: 'unknown-imsi', path: '$.devices[0].imsi' },
    ],
    [
      'from somebody with whom there is no agreement',
      { ...TRANSFER, from: 'MNO-X' },
      'MNO-X',
      { refusal: 'no-party', path: '$.from' },
    ],
    [
      'addressed to another',
      { ...TRANSFER, to: 'MNO-C' },
      'MNO-A',
      { refusal: 'not-addressed-to-us', path: '$.to' },
    ],
    [
      'with a state that there is not',
      withSecond(TRANSFER, { state: 'moved' }),
      'MNO-A',
      { refusal: 'malformed', path: '$.devices[1].state' },
    ],
  ])('%s is refused, whole', async (_what, list, by, expected) => {
    expect(await refusalBy(await offered(), list, by)).toEqual(expected);
  });

  it('is refused the second time, and a new list of the same devices too', async () => {
    const world = await offered();
    const jws = await signed(TRANSFER, 'MNO-A');
    await world.b.arrivals.takeTransferList(jws);
    const take = (text: string): Promise<{ ok: boolean }> =>
      world.b.arrivals.takeTransferList(text);
    expect(await refusal(world, take, jws)).toEqual({ refusal: 'replayed', path: '$.id' });
    expect(await refusalBy(world, { ...TRANSFER, id: 'T-2' })).toEqual({
      refusal: 'imsi-in-use',
      path: '$.devices[0].imsi',
    });
  });

  it('is refused for a device that comes under another IMSI, or is served here', async () => {
    const world = await offered();
    const { b, a } = world;
    await b.arrivals.takeTransferList(await signed(TRANSFER, 'MNO-A'));
    const devices = [{ iccid: iccidOf(0), imsi: imsiOf('MNO-B', 7) }];
    await b.arrivals.imsiList({ id: 'O-2', to: 'MNO-A', devices });
    const list = { ...TRANSFER, id: 'T-2' };
    const inUse = { refusal: 'iccid-in-use', path: '$.devices[0].iccid' };
    const entry = { index: 1, state: 'confirmed' };
    expect(await refusalBy(world, { ...list, devices: [{ ...devices[0], ...entry }] })).toEqual(
      inUse,
    );
    const own = { iccid: iccidOf(0), imsi: imsiOf('MNO-A', 7) };
    await a.arrivals.imsiList({ id: 'O-3', to: 'MNO-B', devices: [own] });
    const back = { ...TRANSFER, from: 'MNO-B', to: 'MNO-A', devices: [{ ...own, ...entry }] };
    const take = (jws: string): Promise<{ ok: boolean }> => a.arrivals.takeTransferList(jws);
    expect(await refusal(world, take, await signed(back, 'MNO-B'))).toEqual(inUse);
  });
});

describe('an offer of IMSIs', () => {
  const offer = (devices: readonly object[]): object => ({ id: 'O-9', to: 'MNO-A', devices });

  it.each([
    ['of another PLMN', [{ iccid: iccidOf(1), imsi: imsiOf('MNO-C', 1) }]],
    ['offered for another device', [{ iccid: iccidOf(1), imsi: imsiOf('MNO-B', 0) }]],
    ['for no device', []],
  ])('is not signed with IMSIs %s, and changes nothing', async (_what, devices) => {
    const world = await offered();
    const before = world.snapshot();
    const wrong = offer(devices) as Parameters<typeof world.b.arrivals.imsiList>[0];
    await expect(world.b.arrivals.imsiList(wrong)).rejects.toThrow(RangeError);
    expect(world.snapshot()).toEqual(before);
  });

  it('is signed again for the same devices, after the first list was refused', async () => {
    const { a, b, cards } = await offered();
    const devices = cards.map(({ iccid }, n) => ({ iccid, imsi: imsiOf('MNO-B', n) }));
    const jws = await b.arrivals.imsiList({ id: 'O-2', to: 'MNO-A', devices });
    expect(await a.departures.takeImsiList(jws)).toMatchObject({ ok: true });
  });

  it('is read with its operator data', async () => {
    const { a, b } = makeWorld(keys, 1);
    const jws = await b.arrivals.imsiList({
      id: 'O-1',
      to: 'MNO-A',
      devices: [{ iccid: iccidOf(0), imsi: imsiOf('MNO-B', 0) }],
      operatorData: { ehplmn: [b.plmn], acc: Uint8Array.of(0, 8) },
    });
    const taken = await a.departures.takeImsiList(jws);
    const document = (taken as { document?: SignedDocument }).document;
    expect(document).toMatchObject({ operatorData: '800300f12086020008' });
    expect(a.departures.orders.get(iccidOf(0))?.operatorData).toEqual({
      ehplmn: [b.plmn],
      acc: Uint8Array.of(0, 8),
    });
  });
});
