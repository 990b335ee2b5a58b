import { describe, expect, it } from 'vitest';
import type { SynchronousCard } from '../../src/apdu/connection.ts';
import { faulty, traced } from '../../src/apdu/connection.ts';
import { address } from '../../src/bytes/address.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { iccid, imsi } from '../../src/bytes/identity.ts';
import { filled } from '../../src/bytes/octets.ts';
import { createUicc, type Uicc } from '../../src/card/uicc.ts';
import { expandMilenageKey } from '../../src/crypto/milenage.ts';
import { EF_DOMAIN } from '../../src/ef/identity.ts';
import { EF_EPSNSC, EF_Keys, NO_KEYS } from '../../src/ef/keys.ts';
import { EF_LOCI } from '../../src/ef/location.ts';
import { MobileEquipment } from '../../src/me/mobile-equipment.ts';
import type { Procedure } from '../../src/me/procedure.ts';
import { HomeNetwork } from '../../src/network/home-network.ts';
import { visitedNetwork } from '../../src/network/radio.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import type { CardProfile } from '../../src/profile/profile.ts';
import { withChannels } from '../card/support/test-card.ts';
import { HOME, run, VISITED } from './world.ts';

const IMSI = imsi(DEFAULT_PROFILE.imsi);
const [PAIR] = DEFAULT_PROFILE.keyTable.entries;

/** The home network of the built-in card; `opc` other than the card's is an impostor's. */
function homeNetwork(opc = PAIR!.opc!, seqHe = 0, amf = '8000'): HomeNetwork {
  const random = (octets: number): Uint8Array => filled(octets, 0x5a);
  const network = new HomeNetwork({ plmn: HOME, lac: 0x1234, random });
  const key = expandMilenageKey(fromHex(PAIR!.k), fromHex(opc));
  const authentication = {
    key,
    seqHe,
    indBits: 5,
    ind: 0,
    scheme: { kind: 'counter' },
    amf: fromHex(amf),
  } as const;
  network.serve({ imsi: IMSI, iccid: iccid(DEFAULT_PROFILE.iccid), authentication });
  return network;
}

/** Boots the built-in card. */
function booted(card: SynchronousCard): MobileEquipment {
  const me = new MobileEquipment({ pin: '1234' });
  expect(run(me.boot(), card)).toMatchObject({ ok: true, subscription: { imsi: IMSI } });
  return me;
}

const attach = (me: MobileEquipment, card: SynchronousCard, network: HomeNetwork) =>
  run(me.attach() as Procedure<{ readonly kind: string }>, card, { network });

describe('the built-in card', () => {
  it('refuses no command of the start-up but for files and records that it does not have', () => {
    const answers = new Set<string>();
    const card = traced(createUicc(), (exchange) => {
      if (exchange.kind === 'apdu') answers.add(toHex(exchange.response.slice(-2)));
    });
    booted(card);
    const unusual = [...answers].filter((sw) => !/^(?:9000|61..|6c..|63c3)$/u.test(sw));
    expect(unusual.filter((sw) => sw !== '6a82' && sw !== '6a83')).toEqual([]);
  });

  it('opens no logical channel, because its ATR announces none', () => {
    expect(booted(createUicc()).content(EF_DOMAIN)).toBeUndefined();
  });

  it('with four logical channels shows its ISIM on one of them, and resets it away', () => {
    const card = createUicc(withChannels());
    const seen: string[] = [];
    const me = booted(
      traced(card, (exchange) => {
        if (exchange.kind === 'apdu') seen.push(toHex(exchange.command.subarray(0, 2)));
      }),
    );
    expect(me.content(EF_DOMAIN)).toBeDefined();
    expect(seen).toContain('0070');
    expect(seen).toContain('01b0');
    card.reset();
    expect(toHex(card.transmit(fromHex('01b0850001')))).toBe('6881');
  });

  it.each([
    [0x13, []],
    [0x17, ['80aa000004a9028100']],
  ])('with channels %i is told of the terminal when it asks for that', (capabilities, told) => {
    const seen: string[] = [];
    booted(
      traced(createUicc(withChannels(capabilities)), (exchange) => {
        if (exchange.kind === 'apdu') seen.push(toHex(exchange.command));
      }),
    );
    expect(seen.filter((command) => command.startsWith('80aa'))).toEqual(told);
  });

  it.each(['deactivated', 'terminated'] as const)(
    'attaches when EFs that it could do without are %s',
    (lifeCycle) => {
      const idle = ['EF.FPLMN', 'EF.SPN', 'EF.ECC', 'EF.SMS', 'EF.Keys', 'EF.LOCI'];
      const files = DEFAULT_PROFILE.files.map((file) =>
        idle.some((name) => file.path.endsWith(`/${name}`)) ? { ...file, lifeCycle } : file,
      );
      const answers = new Set<string>();
      const card = traced(createUicc({ ...DEFAULT_PROFILE, files }), (exchange) => {
        if (exchange.kind === 'apdu') answers.add(toHex(exchange.response.slice(-2)));
      });
      const me = booted(card);
      expect(attach(me, card, homeNetwork())).toMatchObject({ kind: 'attached', plmn: HOME });
      expect(answers).toContain(lifeCycle === 'deactivated' ? '6283' : '6285');
    },
  );

  it('attaches, and remembers where and with which keys', () => {
    const card = createUicc();
    const me = booted(card);
    const network = homeNetwork();
    expect(attach(me, card, network)).toMatchObject({ kind: 'attached', plmn: HOME });
    expect(network.isAttached(IMSI)).toBe(true);
    run(me.shutDown(), card, { network });
    expect(network.isAttached(IMSI)).toBe(false);
    const again = booted(card);
    expect(again.content(EF_LOCI)).toMatchObject({ plmn: HOME, lac: 0x1234, status: 'updated' });
    expect(again.content(EF_Keys)?.ksi).toBe(0);
  });

  it('shares K_ASME with the network where it is attached, and another after the next', () => {
    const card = createUicc();
    const me = booted(card);
    const network = homeNetwork();
    attach(me, card, network);
    const first = me.kAsme;
    expect(first).toHaveLength(32);
    expect(first).toEqual(network.kAsmeOf(IMSI));
    attach(me, card, network);
    expect(me.kAsme).toEqual(network.kAsmeOf(IMSI));
    expect(me.kAsme).not.toEqual(first);
    run(me.shutDown(), card, { network });
    expect([me.kAsme, network.kAsmeOf(IMSI)]).toEqual([undefined, undefined]);
  });

  it('keeps EF_EPSNSC as it is, whether it attaches or is refused for good', () => {
    const context = `A0258001008120${'AB'.repeat(32)}`;
    const files = DEFAULT_PROFILE.files.map((file) =>
      file.path.endsWith('/EF.EPSNSC') ? { ...file, records: [context.padEnd(108, 'F')] } : file,
    ) as CardProfile['files'];
    const card = createUicc({ ...DEFAULT_PROFILE, files });
    const key = { kind: 'key', value: filled(32, 0xab) };
    const found = (): unknown => booted(card).content(EF_EPSNSC);
    expect(found()).toContainEqual(key);
    const me = booted(card);
    const network = homeNetwork();
    expect(attach(me, card, network)).toMatchObject({ kind: 'attached' });
    expect(found()).toContainEqual(key);
    network.stopServing(IMSI);
    expect(attach(booted(card), card, network)).toMatchObject({ cause: 'imsi-unknown' });
    expect(found()).toContainEqual(key);
  });

  it('shares K_ASME with a visited network, and with no other that says so', () => {
    const card = createUicc();
    const me = booted(card);
    const home = homeNetwork();
    const at = { plmn: VISITED, lac: 1 };
    run(me.attach(VISITED), card, { network: visitedNetwork(at, home) });
    expect(me.kAsme).toEqual(home.kAsmeOf(IMSI));
    run(me.attach(), card, { network: visitedNetwork(at, home) });
    expect(me.kAsme).not.toEqual(home.kAsmeOf(IMSI));
  });

  it('does not answer a challenge that is not for EPS, and keeps its sequence numbers', () => {
    const card = createUicc();
    const me = booted(card);
    const before = card.root;
    const network = homeNetwork(undefined, 0, '7fff');
    const rejected = { kind: 'rejected', cause: 'authentication-failed' };
    expect(attach(me, card, network)).toMatchObject(rejected);
    expect(card.root.entries).toBe(before.entries);
    expect([me.kAsme, network.kAsmeOf(IMSI)]).toEqual([undefined, undefined]);
  });

  it('attaches to a network that has lost count of the sequence numbers', () => {
    const card = createUicc();
    const me = booted(card);
    expect(attach(me, card, homeNetwork(undefined, 1000))).toMatchObject({ kind: 'attached' });
    expect(attach(me, card, homeNetwork(undefined, 0))).toMatchObject({ kind: 'attached' });
  });

  it('does not attach to an impostor, and keeps no keys', () => {
    const card = createUicc();
    const me = booted(card);
    const network = homeNetwork('00'.repeat(16));
    const rejected = { kind: 'rejected', cause: 'authentication-failed' };
    expect(attach(me, card, network)).toMatchObject(rejected);
    expect(me.content(EF_Keys)).toEqual(NO_KEYS);
    expect(me.kAsme).toBeUndefined();
  });

  it('does not attach to a network that does not know it', () => {
    const card = createUicc();
    const me = booted(card);
    const network = homeNetwork();
    network.stopServing(IMSI);
    expect(attach(me, card, network)).toMatchObject({ kind: 'rejected', cause: 'imsi-unknown' });
  });

  it('takes a short message that is no secured packet, and answers STATUS', () => {
    const card = createUicc();
    const me = booted(card);
    const tpdu = fromHex('4407912143 65F77FF6 52100121430500 0A 0270000005 00 00000000');
    const message = { serviceCentre: address('+112233445566'), tpdu };
    const ack = { kind: 'ack', userData: fromHex('') };
    expect(run(me.receiveShortMessage(message), card).report).toEqual(ack);
    expect(run(me.poll(3), card)).toEqual({ kind: 'polled', restarted: false });
  });

  it('is not blocked by an ME with a wrong PIN that starts again and again', () => {
    const card: Uicc = createUicc();
    for (let n = 0; n < 5; n++) {
      const outcome = run(new MobileEquipment({ pin: '9999' }).boot(), card);
      expect(outcome).toMatchObject({ ok: false, failure: n < 2 ? 'pin-wrong' : 'pin-last-try' });
    }
    card.reset();
    expect(toHex(card.transmit(fromHex('00200001')))).toBe('63c1');
  });

  it('starts again after the link was cut at any exchange', () => {
    for (let at = 0; at < 150; at += 7) {
      const card = createUicc();
      const me = new MobileEquipment({ pin: '1234' });
      const fault = at % 2 === 0 ? 'command-lost' : 'response-lost';
      run(
        me.boot(),
        faulty(card, (index) => (index === at ? fault : 'none')),
      );
      expect(run(me.boot(), card)).toMatchObject({ ok: true, subscription: { imsi: IMSI } });
    }
  });
});
