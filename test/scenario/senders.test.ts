import { beforeAll, describe, expect, it } from 'vitest';
import type { ShortMessageDown } from '../../src/air/short-message.ts';
import { type Fault, faulty, traced } from '../../src/apdu/connection.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { OFFERS_MAX } from '../../src/cat/session.ts';
import type { MobileEquipmentOptions } from '../../src/me/mobile-equipment.ts';
import { generateSigning, type Signing } from '../../src/scenario/signing.ts';
import { imsiOf, OPERATORS } from '../../src/scenario/world.ts';
import { Rig, type RigOptions, withoutCounters } from './support/rig.ts';
import { type Standing, servedBy, standing } from './support/settled.ts';
import { finish, handOver, type Loss, order, report, send } from './support/story.ts';

let signing: Signing;
beforeAll(async () => {
  signing = await generateSigning(OPERATORS);
});

/** An ME that leaves the card as it is until it is switched off. */
const IDLE: MobileEquipmentOptions = { pin: '1234', manners: { refresh: 'never-fetches' } };
const CONFIRMED = { kind: 'confirmed', answer: { sw: 0x9000 } };

/** A device that is attached to A, and ordered by B. */
async function ordered(options: Partial<RigOptions> = {}): Promise<Rig> {
  const rig = new Rig({ signing, me: IDLE, ...options });
  await order(rig);
  rig.device.attach();
  return rig;
}

/** The next message of A's OTA server, which nobody has delivered yet. */
function held({ a, iccid }: Rig, command: 'change' | 'cancel' | 'query'): ShortMessageDown {
  const sent = a.departures[command](iccid);
  if (!sent.ok) throw new Error(`not sent: ${sent.refusal}`);
  return sent.message;
}

describe('a change that is repeated', () => {
  it('has the same answer each time until the reset, and changes nothing more', async () => {
    const rig = await ordered();
    const first = send(rig);
    expect(first).toMatchObject(CONFIRMED);
    const staged = withoutCounters(rig.stored);
    for (let n = 0; n < 3; n++) expect(send(rig)).toEqual(first);
    expect(withoutCounters(rig.stored)).toEqual(staged);
    await finish(rig, 'silent');
    expect(standing(rig)).toEqual(servedBy('MNO-B', rig.newImsi, 1));
  });

  it.each(['message', 'report'] as const)('heals a %s that was lost', async (lost: Loss) => {
    const rig = await ordered();
    expect(send(rig, 'change', lost)).toEqual({ kind: 'unproven', why: 'no-report' });
    expect(send(rig)).toMatchObject(CONFIRMED);
    await finish(rig, 'silent');
    expect(standing(rig)).toEqual(servedBy('MNO-B', rig.newImsi, 1));
  });

  it('is one packet for the card when the network delivers it twice', async () => {
    const rig = await ordered();
    const message = held(rig, 'change');
    rig.device.deliver(message);
    const { root } = rig.device.card;
    const { report: second } = rig.device.deliver(message);
    expect(rig.device.card.root).toBe(root);
    const outcome = rig.a.departures.receiveReport(rig.iccid, second);
    expect(outcome).toEqual({ kind: 'unproven', why: 'no-checksum', status: 'cntr-low' });
    await finish(rig, 'patient');
    expect(standing(rig)).toEqual(servedBy('MNO-B', rig.newImsi, 1));
  });

  it('goes on from the packet that comes last when the network changes their order', async () => {
    const rig = await ordered();
    const [early, late] = [held(rig, 'change'), held(rig, 'change')];
    const { report: answer } = rig.device.deliver(late);
    rig.device.deliver(early);
    expect(rig.a.departures.receiveReport(rig.iccid, answer)).toMatchObject(CONFIRMED);
    await finish(rig, 'silent');
    expect(standing(rig)).toEqual(servedBy('MNO-B', rig.newImsi, 1));
  });

  it('offers REFRESH once for all repetitions', async () => {
    let offers = 0;
    const rig = await ordered({
      me: { pin: '1234', manners: { refresh: 'answers-and-stays' } },
      link: (card) =>
        traced(card, (exchange) => {
          if (exchange.kind === 'apdu' && toHex(exchange.command) === '801200000b') offers++;
        }),
    });
    expect(send(rig)).toMatchObject(CONFIRMED);
    expect(send(rig)).toMatchObject(CONFIRMED);
    for (let n = 0; n < 2 * OFFERS_MAX; n++) rig.device.run(rig.device.me.poll());
    expect(offers).toBe(OFFERS_MAX);
    expect(send(rig)).toMatchObject(CONFIRMED);
    for (let n = 0; n < 2 * OFFERS_MAX; n++) rig.device.run(rig.device.me.poll());
    expect(offers).toBe(OFFERS_MAX);
  });
});

describe('a sender that gives up', () => {
  it('goes on serving a device that never got the change, and B waits for it in vain', async () => {
    const rig = await ordered();
    send(rig, 'change', 'message');
    await finish(rig, 'silent');
    expect(standing(rig)).toEqual(servedBy('MNO-A', rig.oldImsi, 0));
  });

  it('loses a device that got it, as soon as that is switched on again', async () => {
    const rig = await ordered();
    send(rig, 'change', 'report');
    await handOver(rig);
    rig.device.attach();
    expect(rig.a.home.isAttached(rig.oldImsi)).toBe(true);
    await finish(rig, 'silent');
    expect(standing(rig)).toEqual(servedBy('MNO-B', rig.newImsi, 1));
  });

  it('keeps a device that it has never sent the change to', async () => {
    const rig = await ordered();
    expect(await rig.a.departures.transferList({ id: 'none', to: 'MNO-B' })).toBeUndefined();
    await finish(rig, 'silent');
    expect(standing(rig)).toEqual(servedBy('MNO-A', rig.oldImsi, 0));
    expect(rig.a.departures.withdraw(rig.iccid)).toBe(true);
  });
});

describe('a change that is taken back before the list', () => {
  it.each([
    ['B again, with the same IMSI', 1, 1],
    ['B again, with another IMSI', 1, 7],
    ['C', 2, 1],
  ] as const)('leaves the device with A, and an order by %s works', async (_who, of, number) => {
    const rig = await ordered();
    expect(send(rig)).toMatchObject(CONFIRMED);
    expect(send(rig, 'cancel')).toMatchObject(CONFIRMED);
    rig.powerCycle();
    expect(standing(rig)).toEqual(servedBy('MNO-A', rig.oldImsi, 0));
    const to = rig.world.operators[of]!;
    const imsi = imsiOf(to, number, 0);
    await order(rig, to, imsi);
    expect(send(rig)).toMatchObject(CONFIRMED);
    await finish(rig, 'silent', to);
    expect(standing(rig)).toEqual(servedBy(to.name, imsi, 1));
  });

  it('does not come back with a packet that the network had kept', async () => {
    const rig = await ordered();
    const kept = held(rig, 'change');
    expect(send(rig)).toMatchObject(CONFIRMED);
    expect(send(rig, 'cancel')).toMatchObject(CONFIRMED);
    const { root } = rig.device.card;
    // PoR 02, CNTR low, in the clear: the last octet is the status.
    expect(rig.device.deliver(kept).report?.userData.at(-1)).toBe(0x02);
    expect(rig.device.card.root).toBe(root);
    rig.powerCycle();
    expect(standing(rig)).toEqual(servedBy('MNO-A', rig.oldImsi, 0));
  });

  it('withdraws a REFRESH that the ME has not fetched', async () => {
    const rig = await ordered({ me: { pin: '1234', manners: { refresh: { busy: 1 } } } });
    expect(send(rig)).toMatchObject(CONFIRMED);
    expect(send(rig, 'cancel')).toMatchObject(CONFIRMED);
    expect(rig.device.run(rig.device.me.poll(3))).toEqual({ kind: 'polled', restarted: false });
    expect(standing(rig)).toEqual(servedBy('MNO-A', rig.oldImsi, 0));
  });

  it('is taken for certain when a second cancel and a query agree, whatever was lost', async () => {
    const rig = await ordered();
    expect(send(rig)).toMatchObject(CONFIRMED);
    expect(send(rig, 'cancel', 'report')).toEqual({ kind: 'unproven', why: 'no-report' });
    expect(send(rig, 'cancel')).toMatchObject({ kind: 'refused', reason: 'nothing-staged' });
    expect(rig.a.departures.orders.size).toBe(1);
    expect(send(rig, 'query')).toMatchObject(CONFIRMED);
    expect(rig.a.departures.orders.size).toBe(0);
    expect(standing(rig)).toEqual(servedBy('MNO-A', rig.oldImsi, 0));
  });

  it.each(['message', 'report'] as const)(
    'ends with B all the same when its %s is lost and the change goes on',
    async (lost) => {
      const rig = await ordered();
      send(rig);
      send(rig, 'cancel', lost);
      expect(rig.stored.staged !== undefined).toBe(lost === 'message');
      await finish(rig, 'patient');
      expect(standing(rig)).toEqual(servedBy('MNO-B', rig.newImsi, 1));
    },
  );

  it('comes too late for a device that has moved, and proves nothing', async () => {
    const rig = await ordered({ me: { pin: '1234' } });
    send(rig, 'change', 'report');
    const { root } = rig.device.card;
    expect(send(rig, 'cancel')).toMatchObject({ kind: 'unproven', status: 'rc-cc-ds-failed' });
    expect(rig.device.card.root).toBe(root);
    await finish(rig, 'silent');
    expect(standing(rig)).toEqual(servedBy('MNO-B', rig.newImsi, 1));
  });
});

/**
 * A changes its mind: it cancels until that is certain, and gives the device to C; or, if it never
 * is, it lets B have it.
 */
async function changeOfMind(rig: Rig): Promise<void> {
  const { a, b, c, iccid } = rig;
  await order(rig);
  rig.device.attach();
  send(rig);
  for (let n = 0; n < 4 && a.departures.orders.has(iccid); n++) {
    if (rig.isDown) rig.powerCycle();
    rig.device.attach();
    send(rig, 'cancel');
    send(rig, 'query');
  }
  const to = a.departures.orders.has(iccid) ? b : c;
  if (to === c) await order(rig, c, imsiOf(c, 1, 0));
  await finish(rig, 'patient', to);
}

describe('a change of mind', () => {
  /** How things have to stand with the operator that has got the device. */
  function expected({ b, c, iccid, newImsi }: Rig): Standing {
    const isWithB = b.home.imsiOf(iccid) !== undefined;
    return isWithB ? servedBy('MNO-B', newImsi, 1) : servedBy('MNO-C', imsiOf(c, 1, 0), 1);
  }

  it.each(['command-lost', 'response-lost'] as const)(
    'leaves one operator after one %s at each exchange',
    async (fault) => {
      const run = async (at: number): Promise<{ readonly rig: Rig; readonly count: number }> => {
        let count = 0;
        const plan = (): Fault => (count++ === at ? fault : 'none');
        const rig = new Rig({ signing, me: IDLE, link: (card) => faulty(card, plan) });
        await changeOfMind(rig);
        return { rig, count };
      };
      const { count } = await run(-1);
      const ends = new Set<string>();
      for (let at = 0; at < count; at++) {
        const { rig } = await run(at);
        expect(standing(rig), `${fault} at exchange ${at}`).toEqual(expected(rig));
        ends.add(
          standing(rig)
            .servedBy.map(({ name }) => name)
            .join(),
        );
      }
      expect(ends).toEqual(new Set(['MNO-B', 'MNO-C']));
    },
  );

  it.each(['cut-before', 'cut-after', 'not-stored'] as const)(
    'leaves one operator after trouble with each commit: %s',
    async (kind) => {
      const run = async (commit: number): Promise<Rig> => {
        const rig = new Rig({ signing, me: IDLE, trouble: { kind, commit } });
        await changeOfMind(rig);
        return rig;
      };
      const count = (await run(-1)).commits.length;
      expect(count).toBeGreaterThan(10);
      for (let commit = 0; commit < count; commit++) {
        const rig = await run(commit);
        expect(standing(rig), `${kind}: commit ${commit}`).toEqual(expected(rig));
      }
    },
  );
});

describe('a device on the transfer list', () => {
  async function listed(): Promise<Rig> {
    const rig = await ordered();
    send(rig, 'change', 'message');
    await handOver(rig);
    return rig;
  }

  it.each(['cancel', 'query'] as const)(
    'is sent no %s, by name, and nothing changes',
    async (command) => {
      const rig = await listed();
      const before = rig.knowledge();
      expect(send(rig, command)).toEqual({ kind: 'not-sent', refusal: 'listed-device' });
      expect(rig.knowledge()).toEqual(before);
    },
  );

  it.each([
    ['B', 1],
    ['C', 2],
  ] as const)('gets no other IMSI of %s, by name, and nothing changes', async (_name, of) => {
    const rig = await listed();
    const { a, iccid } = rig;
    const to = rig.world.operators[of]!;
    const devices = [{ iccid, imsi: imsiOf(to, 9, 0) }];
    const list = await to.arrivals.imsiList({ id: 'other', to: a.name, devices });
    const before = rig.knowledge();
    expect(await a.departures.takeImsiList(list)).toMatchObject({
      ok: false,
      refusal: 'listed-device',
    });
    expect(rig.knowledge()).toEqual(before);
  });

  it('gets the same change again, as often as it takes', async () => {
    const rig = await listed();
    for (let n = 0; n < 3; n++) expect(send(rig)).toMatchObject(CONFIRMED);
    await report(rig);
    await finish(rig, 'silent');
    expect(standing(rig)).toEqual(servedBy('MNO-B', rig.newImsi, 1));
  });
});
