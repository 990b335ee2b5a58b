import { beforeAll, describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';
import { generateSigning, type Signing } from '../../src/scenario/signing.ts';
import { imsiOf, OPERATORS } from '../../src/scenario/world.ts';
import { porOf, sealed } from './support/packets.ts';
import { Rig, type RigOptions, withoutCounters } from './support/rig.ts';
import { servedBy, standing } from './support/settled.ts';
import { order, send } from './support/story.ts';

let signing: Signing;
beforeAll(async () => {
  signing = await generateSigning(OPERATORS);
});

/** A device that is attached to A. Its ME leaves the card as it is until it is switched off. */
function attached(options: Partial<RigOptions> = {}): Rig {
  const me = { pin: '1234', manners: { refresh: 'never-fetches' } } as const;
  const rig = new Rig({ signing, me, ...options });
  if (!rig.device.attach()) throw new Error('a new device attaches to A');
  return rig;
}

/** One command of the applet; the body stands behind guard and MNC length of CHANGE. */
function command(instruction: string, data: string): Uint8Array {
  const body = fromHex(data);
  return concat(fromHex(`80${instruction}0000`), Uint8Array.of(body.length), body);
}

/** IMSI 001020010000000, as CHANGE and CANCEL carry it, and one that the card does not know. */
const IMSI = '080910201000000000';
const OTHER_IMSI = '080910201000000010';

/** Under A's own keys with a fresh CNTR, so that only the applet can refuse. */
const MALFORMED: readonly (readonly [why: string, data: Uint8Array, sw: number])[] = [
  ['CHANGE with the guard one too high', command('50', `0102${IMSI}`), 0x6984],
  ['CHANGE with the guard FE', command('50', `fe02${IMSI}`), 0x6984],
  ['CHANGE with the guard FF', command('50', `ff02${IMSI}`), 0x6984],
  ['CHANGE with an MNC length of 1', command('50', `0001${IMSI}`), 0x6a80],
  ['CHANGE with an MNC length of 4', command('50', `0004${IMSI}`), 0x6a80],
  ['an IMSI of length 0', command('50', '0002000910201000000000'), 0x6a80],
  ['an IMSI of length 9', command('50', '0002090910201000000000'), 0x6a80],
  ['an IMSI with a nibble A', command('50', '00020809a0201000000000'), 0x6a80],
  ['an IMSI with a filler amid its digits', command('50', '00020809f0201000000000'), 0x6a80],
  ['an IMSI whose parity differs', command('50', '0002080110201000000000'), 0x6a80],
  ['an IMSI that ends with its MNC', command('50', '0002030910f2ffffffffff'), 0x6a80],
  ['an IMSI that is cut', command('50', '000208091020100000'), 0x6700],
  ['operator data with an unknown tag', command('50', `0002${IMSI}8f0100`), 0x6a80],
  ['operator data with a tag twice', command('50', `0002${IMSI}86020001 86020001`), 0x6a80],
  ['operator data that is cut', command('50', `0002${IMSI}860200`), 0x6a80],
  ['GID1 of 5 octets for an EF of 4', command('50', `0002${IMSI}87050102030405`), 0x6a80],
  ['CANCEL when nothing is staged', command('54', `00${IMSI}`), 0x6a88],
  ['CANCEL with another guard', command('54', `01${IMSI}`), 0x6984],
  ['another class', fromHex('0052000000'), 0x6e00],
  ['another instruction', fromHex('8056000000'), 0x6d00],
  ['P1 that is not 00', fromHex('8052010000'), 0x6a86],
  ['CHANGE without data', fromHex('8050000000'), 0x6700],
];

describe('a command that the applet refuses', () => {
  it.each(MALFORMED)('by its SW, and nothing changes: %s', (_why, data, sw) => {
    const rig = attached();
    const known = rig.knowledge();
    const before = withoutCounters(rig.device.card.root);
    const { message, sent } = sealed(rig.pairs[0]!, 1, data);
    const { report } = rig.device.deliver(message);
    expect(porOf(report, sent)).toEqual({ sw, data: new Uint8Array(0) });
    expect(withoutCounters(rig.device.card.root)).toEqual(before);
    expect(rig.knowledge()).toEqual(known);
    rig.powerCycle();
    expect(standing(rig)).toEqual(servedBy('MNO-A', rig.oldImsi, 0));
  });

  it('as another change is staged: of IMSI, operator data or MNC length, and CANCEL of it', () => {
    const rig = attached();
    const [pair] = rig.pairs;
    const ask = (cntr: number, data: Uint8Array): object => {
      const { message, sent } = sealed(pair!, cntr, data);
      return porOf(rig.device.deliver(message).report, sent);
    };
    expect(ask(1, command('50', `0002${IMSI}`))).toMatchObject({ sw: 0x9000 });
    const staged = withoutCounters(rig.device.card.root);
    const refused = [
      [command('50', `0002${OTHER_IMSI}`), 0x6985],
      [command('50', `0003${IMSI}`), 0x6985],
      [command('50', `0002${IMSI}86020001`), 0x6985],
      [command('50', `0102${IMSI}`), 0x6984],
      [command('54', `00${OTHER_IMSI}`), 0x6a88],
      [command('54', `01${IMSI}`), 0x6984],
    ] as const;
    for (const [n, [data, sw]] of refused.entries()) {
      expect(ask(2 + n, data), `row ${n}`).toMatchObject({ sw });
      expect(withoutCounters(rig.device.card.root), `row ${n}`).toEqual(staged);
    }
    expect(ask(20, command('54', `00${IMSI}`))).toMatchObject({ sw: 0x9000 });
    expect(rig.device.card.root.staged).toBeUndefined();
  });
});

describe('a table that is exhausted', () => {
  it('is refused with 6A84 by the card, which stays with its operator for good', async () => {
    const rig = attached({ pairs: 1 });
    await order(rig);
    const before = withoutCounters(rig.device.card.root);
    for (let again = 0; again < 3; again++) {
      expect(send(rig)).toMatchObject({
        kind: 'refused',
        answer: { sw: 0x6a84 },
        reason: 'no-pairs-left',
      });
      expect(withoutCounters(rig.device.card.root)).toEqual(before);
    }
    rig.powerCycle();
    expect(standing(rig)).toEqual(servedBy('MNO-A', rig.oldImsi, 0));
  });

  it('lists nothing for B, and the order may be withdrawn', async () => {
    const rig = attached({ pairs: 1 });
    await order(rig);
    send(rig);
    const { a, iccid } = rig;
    expect(await a.departures.transferList({ id: 'none', to: 'MNO-B' })).toBeUndefined();
    expect(a.departures.withdraw(iccid)).toBe(true);
    expect(send(rig)).toEqual({ kind: 'not-sent', refusal: 'not-ordered' });
  });
});

describe('a packet that is no order of the holder', () => {
  const change = command('50', `0002${IMSI}`);

  it.each([1, 2])('is refused under the keys of pair %i with PoR 01', (index) => {
    const rig = attached();
    const { root } = rig.device.card;
    const { message, sent } = sealed(rig.pairs[index]!, 1, change);
    expect(porOf(rig.device.deliver(message).report, sent)).toEqual({ status: 0x01 });
    expect(rig.device.card.root).toBe(root);
  });

  it('is refused with PoR 02 when it comes again, also after the change', async () => {
    const rig = attached();
    const { message, sent } = sealed(rig.pairs[0]!, 1, change);
    expect(porOf(rig.device.deliver(message).report, sent)).toMatchObject({ sw: 0x9000 });
    const staged = rig.device.card.root;
    expect(porOf(rig.device.deliver(message).report, sent)).toEqual({ status: 0x02 });
    expect(rig.device.card.root).toBe(staged);
    rig.powerCycle();
    rig.device.attach();
    const changed = rig.device.card.root;
    expect(changed.active).toBe(1);
    // The pair has gone, and with it the counter: now the checksum is wrong.
    expect(porOf(rig.device.deliver(message).report, sent)).toEqual({ status: 0x01 });
    expect(rig.device.card.root).toBe(changed);
  });
});

/** Another signature over the same list: its first character is another one of base64url. */
function forged(jws: string): string {
  const at = jws.lastIndexOf('.') + 1;
  return `${jws.slice(0, at)}${jws[at] === 'A' ? 'B' : 'A'}${jws.slice(at + 1)}`;
}

describe('a list that is not right', () => {
  const lists = [
    ['forged: another signature', forged],
    [
      'altered: another payload',
      (jws: string) => jws.replace(/\.(.)/, (_, first) => (first === 'Z' ? '.Y' : '.Z')),
    ],
    ['cut', (jws: string) => jws.slice(0, -20)],
    ['without its signature', (jws: string) => jws.slice(0, jws.lastIndexOf('.') + 1)],
    ['empty', () => ''],
  ] as const;

  async function signedList({ a, b, iccid }: Rig): Promise<string> {
    const devices = [{ iccid, imsi: imsiOf(b, 1, 0) }];
    return b.arrivals.imsiList({ id: 'list', to: a.name, devices });
  }

  it.each(lists)(
    'changes nothing, and the right one works afterwards: %s',
    async (_how, damage) => {
      const rig = attached();
      const { a } = rig;
      const jws = await signedList(rig);
      const known = rig.knowledge();
      const { root } = rig.device.card;
      expect(await a.departures.takeImsiList(damage(jws))).toMatchObject({ ok: false });
      expect(rig.knowledge()).toEqual(known);
      expect(rig.device.card.root).toBe(root);
      expect(send(rig)).toEqual({ kind: 'not-sent', refusal: 'not-ordered' });
      expect(await a.departures.takeImsiList(jws)).toMatchObject({ ok: true });
    },
  );

  it('changes nothing when it comes again, or to somebody else', async () => {
    const rig = attached();
    const { a, c } = rig;
    const jws = await signedList(rig);
    expect(await a.departures.takeImsiList(jws)).toMatchObject({ ok: true });
    const known = rig.knowledge();
    expect(await a.departures.takeImsiList(jws)).toMatchObject({ refusal: 'replayed' });
    expect(await c.departures.takeImsiList(jws)).toMatchObject({ refusal: 'not-addressed-to-us' });
    expect(rig.knowledge()).toEqual(known);
  });
});
