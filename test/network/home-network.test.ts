import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DownlinkMessage } from '../../src/air/attach.ts';
import { deriveKAsme } from '../../src/crypto/key-derivation.ts';
import { expandMilenageKey, milenage } from '../../src/crypto/milenage.ts';
import { HomeNetwork } from '../../src/network/home-network.ts';
import { authenticationOf } from '../../src/network/keys.ts';
import { routeByImsi, visitedNetwork } from '../../src/network/radio.ts';
import { FakeCard } from './support/card.ts';
import { attach, iccidOf, imsiOf, PLMNS, randomPair, seeded } from './support/world.ts';

const PAIR = randomPair(seeded(5));
const IMSI = imsiOf('MNO-A', 0);
const REJECTED: DownlinkMessage = { kind: 'attach-reject', cause: 'authentication-failed' };

function home(): HomeNetwork {
  const network = new HomeNetwork({ plmn: PLMNS['MNO-A'], lac: 0x1234, random: seeded(9) });
  const authentication = authenticationOf(PAIR, Uint8Array.of(0x80, 0));
  network.serve({ imsi: IMSI, iccid: iccidOf(0), authentication });
  return network;
}

const card = (): FakeCard => new FakeCard(iccidOf(0), IMSI, [PAIR]);

type Challenge = Extract<DownlinkMessage, { kind: 'authentication-request' }>;

function challenge(network: HomeNetwork): Challenge {
  const answer = network.uplink({ kind: 'attach-request', imsi: IMSI });
  if (answer.kind !== 'authentication-request') throw new Error(answer.kind);
  return answer;
}

function right(of: Challenge): Uint8Array {
  const found = card().authenticate(of.rand, of.autn);
  if (found.kind !== 'success') throw new Error(found.kind);
  return found.res;
}

describe('the home network', () => {
  it('accepts a card that knows K, and releases it when it detaches', () => {
    const network = home();
    expect(network.hasAttached(IMSI)).toBe(false);
    expect(attach(card(), network)).toMatchObject({
      kind: 'attach-accept',
      plmn: '001-01',
      lac: 0x1234,
      tmsi: { length: 4 },
    });
    expect(network.isAttached(IMSI)).toBe(true);
    expect(network.uplink({ kind: 'detach', imsi: IMSI })).toEqual({ kind: 'released' });
    expect(network.isAttached(IMSI)).toBe(false);
    expect(network.hasAttached(IMSI)).toBe(true);
  });

  it('keeps RAND and AUTN as they were, whatever becomes of its message', () => {
    const keyOf = (network: HomeNetwork, change: (of: Challenge) => void): Uint8Array => {
      const sent = challenge(network);
      const res = right(sent);
      change(sent);
      network.uplink({ kind: 'authentication-response', imsi: IMSI, res });
      return network.kAsmeOf(IMSI) ?? new Uint8Array(0);
    };
    const expected = keyOf(home(), () => undefined);
    expect(expected).toHaveLength(32);
    expect(keyOf(home(), ({ autn }) => autn.fill(0))).toEqual(expected);
    const network = home();
    const ahead = card();
    ahead.sqn = 1000 * 32;
    const sent = challenge(network);
    const failure = ahead.authenticate(sent.rand, sent.autn);
    if (failure.kind !== 'synchronisation-failure') throw new Error(failure.kind);
    sent.rand.fill(0);
    const answer = network.uplink({ ...failure, imsi: IMSI });
    expect(answer).toMatchObject({ kind: 'authentication-request' });
  });

  it('counts each challenge, answered or not, so that no two have one SEQ', () => {
    const network = home();
    const seqHe = (): unknown => {
      const { subscribers } = network.snapshot() as { subscribers: { seqHe: number }[] };
      return subscribers[0]?.seqHe;
    };
    const one = card();
    for (let n = 1; n <= 3; n++) {
      const { rand, autn } = challenge(network);
      expect(seqHe()).toBe(n);
      expect(one.authenticate(rand, autn).kind).toBe('success');
      expect(Math.floor(one.sqn / 32)).toBe(n);
    }
  });

  it('forgets the challenge and the key of who detaches, or is served no more', () => {
    const detached = home();
    const res = right(challenge(detached));
    detached.uplink({ kind: 'detach', imsi: IMSI });
    const late = { kind: 'authentication-response', imsi: IMSI, res } as const;
    expect(detached.uplink(late)).toEqual(REJECTED);

    const network = home();
    attach(card(), network);
    const older = right(challenge(network));
    network.stopServing(IMSI);
    expect(network.isAttached(IMSI)).toBe(false);
    expect(network.kAsmeOf(IMSI)).toBeUndefined();
    const authentication = authenticationOf(PAIR, Uint8Array.of(0x80, 0));
    network.serve({ imsi: IMSI, iccid: iccidOf(0), authentication });
    expect(network.uplink({ ...late, res: older })).toEqual(REJECTED);
  });

  it('expects nobody whom it has served since', () => {
    const network = home();
    const other = imsiOf('MNO-A', 1);
    network.expect(other);
    const authentication = authenticationOf(PAIR, Uint8Array.of(0x80, 0));
    network.serve({ imsi: other, iccid: iccidOf(1), authentication });
    network.stopServing(other);
    const answer = network.uplink({ kind: 'attach-request', imsi: other });
    expect(answer).toEqual({ kind: 'attach-reject', cause: 'imsi-unknown' });
  });

  it('resynchronises a card that is ahead, and one that has lost what it knew', () => {
    const network = home();
    const ahead = card();
    ahead.sqn = 1000 * 32 + 7;
    expect(attach(ahead, network)).toMatchObject({ kind: 'attach-accept' });
    expect(Math.floor(ahead.sqn / 32)).toBe(1001);
    expect(attach(card(), network)).toMatchObject({ kind: 'attach-accept' });
  });

  it('rejects a card of another K', () => {
    const other = new FakeCard(iccidOf(0), IMSI, [randomPair(seeded(6))]);
    expect(attach(other, home())).toEqual(REJECTED);
  });

  it('resynchronises twice in one attach, and rejects a card that asks once more', () => {
    const network = home();
    let answer: DownlinkMessage = challenge(network);
    let failures = 0;
    while (answer.kind === 'authentication-request') {
      // A card that claims each time to be further than the vector that it gets.
      const ahead = card();
      ahead.sqn = 32 * 10 ** (failures + 2);
      const by = ahead.authenticate(answer.rand, answer.autn);
      if (by.kind !== 'synchronisation-failure') throw new Error(by.kind);
      answer = network.uplink({ ...by, imsi: IMSI });
      failures++;
    }
    expect(failures).toBe(3);
    expect(answer).toEqual(REJECTED);
  });

  it('rejects every RES but the right one, and the right one the second time', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 17 }), (res) => {
        const network = home();
        challenge(network);
        const answer = network.uplink({ kind: 'authentication-response', imsi: IMSI, res });
        expect(answer).toEqual(REJECTED);
        expect(network.isAttached(IMSI)).toBe(false);
      }),
    );
    const network = home();
    const first = challenge(network);
    const message = { kind: 'authentication-response', imsi: IMSI, res: right(first) } as const;
    expect(network.uplink(message)).toMatchObject({ kind: 'attach-accept' });
    expect(network.uplink(message)).toEqual(REJECTED);
  });

  it('rejects the right RES after a wrong one, and the RES of an older challenge', () => {
    const network = home();
    const res = right(challenge(network));
    network.uplink({ kind: 'authentication-response', imsi: IMSI, res: new Uint8Array(8) });
    expect(network.uplink({ kind: 'authentication-response', imsi: IMSI, res })).toEqual(REJECTED);
    const older = right(challenge(network));
    challenge(network);
    expect(network.uplink({ kind: 'authentication-response', imsi: IMSI, res: older })).toEqual(
      REJECTED,
    );
  });

  it('rejects AUTS that is none, and keeps its sequence number', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (auts) => {
        const network = home();
        challenge(network);
        const before = network.snapshot();
        const answer = network.uplink({ kind: 'synchronisation-failure', imsi: IMSI, auts });
        expect(answer).toEqual(REJECTED);
        expect(network.snapshot()).toEqual(before);
      }),
    );
  });

  it.each([
    ['a response', { kind: 'authentication-response', imsi: IMSI, res: new Uint8Array(8) }],
    ['a failure', { kind: 'synchronisation-failure', imsi: IMSI, auts: new Uint8Array(14) }],
    ['a MAC failure', { kind: 'mac-failure', imsi: IMSI }],
    ['a complaint about AMF', { kind: 'non-eps-authentication', imsi: IMSI }],
  ] as const)('rejects %s that answers nothing', (_what, message) => {
    expect(home().uplink(message)).toEqual(REJECTED);
  });

  it('rejects a MAC failure, and nothing is left to answer', () => {
    const network = home();
    const res = right(challenge(network));
    expect(network.uplink({ kind: 'mac-failure', imsi: IMSI })).toEqual(REJECTED);
    expect(network.uplink({ kind: 'authentication-response', imsi: IMSI, res })).toEqual(REJECTED);
  });

  it('rejects an ME for which its vectors are not for EPS, and nothing is left to answer', () => {
    const network = home();
    const res = right(challenge(network));
    expect(network.uplink({ kind: 'non-eps-authentication', imsi: IMSI })).toEqual(REJECTED);
    expect(network.uplink({ kind: 'authentication-response', imsi: IMSI, res })).toEqual(REJECTED);
    expect(network.kAsmeOf(IMSI)).toBeUndefined();
  });

  it('shares K_ASME with who is attached, as long as he is', () => {
    const network = home();
    expect(network.kAsmeOf(IMSI)).toBeUndefined();
    challenge(network);
    expect(network.kAsmeOf(IMSI)).toBeUndefined();
    const wrong = { kind: 'authentication-response', imsi: IMSI, res: new Uint8Array(8) } as const;
    expect(network.uplink(wrong)).toEqual(REJECTED);
    expect(network.kAsmeOf(IMSI)).toBeUndefined();
    expect(attach(card(), network)).toMatchObject({ kind: 'attach-accept' });
    const first = network.kAsmeOf(IMSI);
    expect(first).toHaveLength(32);
    expect(attach(card(), network)).toMatchObject({ kind: 'attach-accept' });
    expect(network.kAsmeOf(IMSI)).not.toEqual(first);
    network.uplink({ kind: 'detach', imsi: IMSI });
    expect(network.kAsmeOf(IMSI)).toBeUndefined();
  });

  it.each([
    ['its own', undefined, PLMNS['MNO-A']],
    ['a visited network', PLMNS['MNO-C'], PLMNS['MNO-C']],
  ])('derives K_ASME for %s', (_what, at, servingNetwork) => {
    const network = home();
    const heard: DownlinkMessage[] = [];
    const serving = at === undefined ? network : visitedNetwork({ plmn: at, lac: 1 }, network);
    attach(card(), {
      uplink: (message) => {
        const answer = serving.uplink(message);
        heard.push(answer);
        return answer;
      },
    });
    const [asked] = heard;
    if (asked?.kind !== 'authentication-request') throw new Error('no challenge');
    const { ck, ik } = milenage(expandMilenageKey(PAIR.k, PAIR.opc), {
      rand: asked.rand,
      sqn: new Uint8Array(6),
      amf: new Uint8Array(2),
    });
    const by = { servingNetwork, sqnXorAk: asked.autn.slice(0, 6) };
    expect(network.kAsmeOf(IMSI)).toEqual(deriveKAsme({ ck, ik }, by));
  });

  it('rejects an unknown IMSI for good, and bids an expected one come again', () => {
    const network = home();
    const other = imsiOf('MNO-A', 1);
    const request = { kind: 'attach-request', imsi: other } as const;
    expect(network.uplink(request)).toEqual({ kind: 'attach-reject', cause: 'imsi-unknown' });
    expect(network.hasTried(other)).toBe(false);
    network.expect(other);
    expect(network.hasTried(other)).toBe(false);
    expect(network.uplink(request)).toEqual({ kind: 'attach-reject', cause: 'try-later' });
    expect(network.hasTried(other)).toBe(true);
  });

  it('knows an IMSI no more when it stops serving it, in the midst of an attach too', () => {
    const network = home();
    const res = right(challenge(network));
    network.stopServing(IMSI);
    expect(network.uplink({ kind: 'authentication-response', imsi: IMSI, res })).toEqual(REJECTED);
    expect(network.uplink({ kind: 'attach-request', imsi: IMSI })).toEqual({
      kind: 'attach-reject',
      cause: 'imsi-unknown',
    });
    expect(network.imsiOf(iccidOf(0))).toBeUndefined();
  });

  it('rejects when there is no sequence number left', () => {
    const network = new HomeNetwork({ plmn: PLMNS['MNO-A'], lac: 1, random: seeded(9) });
    const authentication = { ...authenticationOf(PAIR, new Uint8Array(2)), seqHe: 2 ** 43 - 1 };
    network.serve({ imsi: IMSI, iccid: iccidOf(0), authentication });
    expect(network.uplink({ kind: 'attach-request', imsi: IMSI })).toEqual(REJECTED);
  });

  it.each([
    ['IMSI', { imsi: IMSI, iccid: iccidOf(1) }],
    ['card', { imsi: imsiOf('MNO-A', 1), iccid: iccidOf(0) }],
  ])('does not serve one %s twice', (_what, subscriber) => {
    const authentication = authenticationOf(PAIR, new Uint8Array(2));
    expect(() => home().serve({ ...subscriber, authentication })).toThrow(RangeError);
  });
});

describe('the radio', () => {
  it('brings an IMSI to the operator of its PLMN, the longer MNC first', () => {
    const operator = (plmn: string): Parameters<typeof routeByImsi>[0][number] => ({
      plmn: plmn as (typeof PLMNS)['MNO-A'],
      uplink: () => ({
        kind: 'attach-accept',
        plmn: plmn as never,
        lac: 1,
        tmsi: new Uint8Array(4),
      }),
    });
    const radio = routeByImsi([operator('001-01'), operator('001-012'), operator('310-410')]);
    const to = (imsi: string): unknown => {
      const answer = radio.uplink({ kind: 'attach-request', imsi: imsi as typeof IMSI });
      return answer.kind === 'attach-accept' ? answer.plmn : answer;
    };
    expect(to('001011234567890')).toBe('001-01');
    expect(to('001012345678901')).toBe('001-012');
    expect(to('310410123456789')).toBe('310-410');
    const unknown = { kind: 'attach-reject', cause: 'imsi-unknown' };
    expect(to('310411123456789')).toEqual(unknown);
    expect(to('001101234567890')).toEqual(unknown);
  });

  it('gives a visiting ME the location of the visited network, and the answer of its home', () => {
    const at = { plmn: PLMNS['MNO-C'], lac: 0xabcd };
    const visited = visitedNetwork(at, home());
    expect(attach(card(), visited)).toMatchObject({ kind: 'attach-accept', ...at });
    const other = new FakeCard(iccidOf(0), IMSI, [randomPair(seeded(6))]);
    expect(attach(other, visited)).toEqual(REJECTED);
  });
});
