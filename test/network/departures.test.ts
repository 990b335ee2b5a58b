import { beforeAll, describe, expect, it } from 'vitest';
import {
  damaged,
  IMSI_LIST,
  type Json,
  refusal,
  signed as sign,
  withSecond,
} from './support/lists.ts';
import {
  attach,
  exchange,
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

describe('a list of IMSIs', () => {
  const refusalBy = async (world: World, document: object, by: Name = 'MNO-B'): Promise<unknown> =>
    refusal(world, (jws) => world.a.departures.takeImsiList(jws), await signed(document, by));

  it('orders all of its devices', async () => {
    const { a } = makeWorld(keys);
    const taken = await a.departures.takeImsiList(await signed(IMSI_LIST, 'MNO-B'));
    expect(taken).toMatchObject({ ok: true, document: IMSI_LIST });
    expect([...a.departures.orders]).toMatchObject([
      [iccidOf(0), { to: 'MNO-B', imsi: imsiOf('MNO-B', 0), mncLength: 2 }],
      [iccidOf(1), { to: 'MNO-B', imsi: imsiOf('MNO-B', 1), mncLength: 2 }],
    ]);
  });

  it('changes nothing at any truncation, and with any single octet changed', async () => {
    const world = makeWorld(keys);
    const jws = await signed(IMSI_LIST, 'MNO-B');
    const before = JSON.stringify(world.snapshot());
    const altered = damaged(jws);
    expect(altered.length).toBeGreaterThan(2000);
    for (const text of altered) {
      const result = await world.a.departures.takeImsiList(text);
      expect(result.ok).toBe(false);
      expect(JSON.stringify(world.snapshot())).toBe(before);
    }
    expect(await world.a.departures.takeImsiList(jws)).toMatchObject({ ok: true });
  });

  it.each<[string, Json, Name, unknown]>([
    [
      'of an unknown ICCID',
      withSecond(IMSI_LIST, { iccid: iccidOf(9) }),
      'MNO-B',
      { refusal: 'unknown-iccid', path: '$.devices[1].iccid' },
    ],
    [
      'of one ICCID twice',
      withSecond(IMSI_LIST, { iccid: iccidOf(0) }),
      'MNO-B',
      { refusal: 'duplicate-iccid', path: '$.devices[1].iccid' },
    ],
    [
      'of one IMSI twice',
      withSecond(IMSI_LIST, { imsi: imsiOf('MNO-B', 0) }),
      'MNO-B',
      { refusal: 'duplicate-imsi', path: '$.devices[1].imsi' },
    ],
    [
      'with an IMSI of another operator',
      withSecond(IMSI_LIST, { imsi: imsiOf('MNO-C', 1) }),
      'MNO-B',
      { refusal: 'wrong-plmn', path: '$.devices[1].imsi' },
    ],
    [
      'with an IMSI of the operator that takes the list',
      withSecond(IMSI_LIST, { imsi: imsiOf('MNO-A', 0) }),
      'MNO-B',
      { refusal: 'wrong-plmn', path: '$.devices[1].imsi' },
    ],
    [
      'with an IMSI that ends with its MNC',
      withSecond({ ...IMSI_LIST, mncLength: 3 }, { imsi: '001021' }),
      'MNO-B',
      { refusal: 'wrong-plmn', path: '$.devices[0].imsi' },
    ],
    [
      'with more operator data than a short message holds',
      (({ devices, ...rest }) => ({
        ...rest,
        operatorData: `8030${'00f110'.repeat(16)}8930${'00f110'.repeat(16)}`,
        devices,
      }))(IMSI_LIST),
      'MNO-B',
      { refusal: 'operator-data-too-long', path: '$.devices[0].iccid' },
    ],
    [
      'from somebody with whom there is no agreement',
      { ...IMSI_LIST, from: 'MNO-X' },
      'MNO-X',
      { refusal: 'no-party', path: '$.from' },
    ],
    ['in the name of another', IMSI_LIST, 'MNO-C', { refusal: 'forged', path: '$.from' }],
    [
      'addressed to another',
      { ...IMSI_LIST, to: 'MNO-C' },
      'MNO-B',
      { refusal: 'not-addressed-to-us', path: '$.to' },
    ],
    [
      'of another type',
      { ...IMSI_LIST, type: 'attach-report', mncLength: undefined },
      'MNO-B',
      { refusal: 'wrong-type', path: '$.type' },
    ],
    [
      'with an IMSI that is none',
      withSecond(IMSI_LIST, { imsi: '00102x' }),
      'MNO-B',
      { refusal: 'malformed', path: '$.devices[1].imsi' },
    ],
    [
      'with its members in another order',
      { to: IMSI_LIST.to, ...IMSI_LIST },
      'MNO-B',
      { refusal: 'not-canonical', path: '$' },
    ],
  ])('%s is refused, the good device of it too', async (_what, list, by, expected) => {
    expect(await refusalBy(makeWorld(keys), list, by)).toEqual(expected);
  });

  it('is refused the second time, and a list with its id too', async () => {
    const world = makeWorld(keys, 3);
    const jws = await signed(IMSI_LIST, 'MNO-B');
    await world.a.departures.takeImsiList(jws);
    const take = (text: string): Promise<{ ok: boolean }> => world.a.departures.takeImsiList(text);
    const replayed = { refusal: 'replayed', path: '$.id' };
    expect(await refusal(world, take, jws)).toEqual(replayed);
    const devices = [{ iccid: iccidOf(2), imsi: imsiOf('MNO-B', 2) }];
    expect(await refusalBy(world, { ...IMSI_LIST, devices })).toEqual(replayed);
  });

  it('is taken after a refusal under the same id, and from another sender too', async () => {
    const { a } = makeWorld(keys, 3);
    const wrong = withSecond(IMSI_LIST, { iccid: iccidOf(9) });
    await a.departures.takeImsiList(await signed(wrong, 'MNO-B'));
    const right = await signed(IMSI_LIST, 'MNO-B');
    expect(await a.departures.takeImsiList(right)).toMatchObject({ ok: true });
    const devices = [{ iccid: iccidOf(2), imsi: imsiOf('MNO-C', 2) }];
    const other = await signed({ ...IMSI_LIST, from: 'MNO-C', devices }, 'MNO-C');
    expect(await a.departures.takeImsiList(other)).toMatchObject({ ok: true });
  });

  it('is taken once if it comes twice at the same time', async () => {
    const { a } = makeWorld(keys);
    const jws = await signed(IMSI_LIST, 'MNO-B');
    const results = await Promise.all([jws, jws].map((text) => a.departures.takeImsiList(text)));
    expect(results.map(({ ok }) => ok).sort()).toEqual([false, true]);
  });

  it('is refused for a device that is ordered, sent, listed or moved', async () => {
    const world = makeWorld(keys);
    const { a, b, manufacturer } = world;
    const card = world.cards[0]!;
    const again = {
      ...IMSI_LIST,
      id: 'L-2',
      from: 'MNO-C',
      devices: [{ iccid: card.iccid, imsi: imsiOf('MNO-C', 0) }],
    };
    const at = (name: string): object => ({ refusal: name, path: '$.devices[0].iccid' });
    const offer = [{ iccid: card.iccid, imsi: imsiOf('MNO-B', 0) }];
    await a.departures.takeImsiList(
      await b.arrivals.imsiList({ id: 'O-1', to: 'MNO-A', devices: offer }),
    );
    expect(await refusalBy(world, again, 'MNO-C')).toEqual(at('already-ordered'));
    exchange(a, card, 'change', 'report');
    expect(await refusalBy(world, again, 'MNO-C')).toEqual(at('change-outstanding'));
    const list = await a.departures.transferList({ id: 'T-1', to: 'MNO-B' });
    expect(await refusalBy(world, again, 'MNO-C')).toEqual(at('listed-device'));
    await b.arrivals.takeTransferList(list!);
    card.reset();
    attach(card, world.radio);
    const request = await b.arrivals.pairRequest({ id: 'R-1', from: 'MNO-A', list: 'T-1' });
    b.arrivals.takePairs('R-1', await manufacturer.release(request!));
    attach(card, world.radio);
    await a.departures.takeAttachReport(
      (await b.arrivals.attachReport({ id: 'A-1', to: 'MNO-A' }))!,
    );
    expect(await refusalBy(world, again, 'MNO-C')).toEqual(at('moved-device'));
  });

  it('is refused with an IMSI that is on its way to another device', async () => {
    const world = makeWorld(keys);
    const [first, second] = IMSI_LIST.devices as object[];
    const one = { ...IMSI_LIST, devices: [first] };
    await world.a.departures.takeImsiList(await signed(one, 'MNO-B'));
    const other = { ...IMSI_LIST, id: 'L-2', devices: [{ ...second, imsi: imsiOf('MNO-B', 0) }] };
    expect(await refusalBy(world, other)).toEqual({
      refusal: 'imsi-in-use',
      path: '$.devices[0].imsi',
    });
  });
});

describe('an attach report', () => {
  const REPORT = {
    type: 'attach-report',
    id: 'A-1',
    from: 'MNO-B',
    to: 'MNO-A',
    devices: [{ iccid: iccidOf(0), imsi: imsiOf('MNO-B', 0) }],
  } satisfies Record<string, unknown>;

  /** Device 0 is listed for MNO-B, device 1 was sent the change. */
  async function listed(): Promise<World> {
    const world = makeWorld(keys);
    await world.a.departures.takeImsiList(await signed(IMSI_LIST, 'MNO-B'));
    exchange(world.a, world.cards[0]!);
    await world.a.departures.transferList({ id: 'T-1', to: 'MNO-B' });
    exchange(world.a, world.cards[1]!);
    return world;
  }

  it('ends the service of the old IMSI, and only that', async () => {
    const world = await listed();
    await world.a.departures.takeAttachReport(await signed(REPORT, 'MNO-B'));
    expect(world.a.home.serves(imsiOf('MNO-A', 0))).toBe(false);
    expect(world.a.home.serves(imsiOf('MNO-A', 1))).toBe(true);
    expect(world.a.departures.change(iccidOf(0))).toEqual({ ok: false, refusal: 'not-ordered' });
  });

  it.each<[string, object, Name, unknown]>([
    [
      'of a device that is sent, and on no list',
      { ...REPORT, devices: [{ iccid: iccidOf(1), imsi: imsiOf('MNO-B', 1) }] },
      'MNO-B',
      { refusal: 'not-listed', path: '$.devices[0].iccid' },
    ],
    [
      'by an operator for which the device is not listed',
      { ...REPORT, from: 'MNO-C' },
      'MNO-C',
      { refusal: 'not-listed', path: '$.devices[0].iccid' },
    ],
    [
      'with another IMSI',
      { ...REPORT, devices: [{ iccid: iccidOf(0), imsi: imsiOf('MNO-B', 1) }] },
      'MNO-B',
      { refusal: 'unknown-imsi', path: '$.devices[0].imsi' },
    ],
    [
      'of an unknown device behind a good one',
      {
        ...REPORT,
        devices: [...REPORT.devices, { iccid: iccidOf(9), imsi: imsiOf('MNO-B', 9) }],
      },
      'MNO-B',
      { refusal: 'unknown-iccid', path: '$.devices[1].iccid' },
    ],
    [
      'from somebody with whom there is no agreement',
      { ...REPORT, from: 'MNO-X' },
      'MNO-X',
      { refusal: 'no-party', path: '$.from' },
    ],
  ])('%s is refused', async (_what, document, by, expected) => {
    const world = await listed();
    const take = (jws: string): Promise<{ ok: boolean }> =>
      world.a.departures.takeAttachReport(jws);
    expect(await refusal(world, take, await signed(document, by))).toEqual(expected);
  });

  it('is refused the second time', async () => {
    const world = await listed();
    const jws = await signed(REPORT, 'MNO-B');
    await world.a.departures.takeAttachReport(jws);
    const take = (text: string): Promise<{ ok: boolean }> =>
      world.a.departures.takeAttachReport(text);
    expect(await refusal(world, take, jws)).toEqual({ refusal: 'replayed', path: '$.id' });
  });
});
