import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FiveGNetwork, RegistrationDownlink } from '../../src/air/registration.ts';
import { connect, faulty, type SynchronousCard } from '../../src/apdu/connection.ts';
import { address } from '../../src/bytes/address.ts';
import { fromHex } from '../../src/bytes/hex.ts';
import { filled } from '../../src/bytes/octets.ts';
import { MobileEquipment } from '../../src/me/mobile-equipment.ts';
import { runProcedureAsync } from '../../src/me/procedure.ts';
import { ATR_4_CHANNELS, type FileCard, fileCard } from './file-card.ts';
import { ACCEPT, CHALLENGE, IMSI, run, scriptedNetwork, VISITED } from './world.ts';

const RESET = 'D009 8103010104 82028182';
const INITIALISE = 'D009 8103010100 82028182';

const MESSAGE = {
  serviceCentre: address('+112233445566'),
  tpdu: fromHex('4407912143 65F77FF6 52100121430500 0A 0270000005 00 00000000'),
};

/** A card with all channels, SMS-PP download, and what AUTHENTICATE needs. */
function wholeCard(...wanted: readonly string[]): FileCard {
  const card = fileCard();
  card.atr = ATR_4_CHANNELS;
  card.files.set('7fff 6f38', [fromHex('000a1f0e2f360400400110000000002e00')]);
  card.answers.set('0088', `db08${'aa'.repeat(8)}10${'bb'.repeat(16)}10${'cc'.repeat(16)}9000`);
  card.wanted.push(...wanted);
  return card;
}

const network = () => scriptedNetwork(CHALLENGE, ACCEPT);

/** A 5G network that asks once, and accepts. */
function fiveG(): FiveGNetwork {
  const answers: RegistrationDownlink[] = [
    { kind: 'authentication-request', rand: filled(16, 0x11), autn: filled(16, 0xa2) },
    { kind: 'registration-accept', plmn: VISITED, tac: 0x123456 },
  ];
  return { register: () => answers.shift() ?? { kind: 'released' } };
}

const newMe = () => new MobileEquipment({ pin: '1234' });

describe('a card that is lost', () => {
  it.each(['command-lost', 'response-lost'] as const)(
    'at any exchange of the start-up has a name, and the ME starts again (%s)',
    (fault) => {
      const card = wholeCard();
      run(newMe().boot(), card);
      expect(card.log.length).toBeGreaterThan(100);
      for (let at = 0; at < card.log.length; at++) {
        const whole = wholeCard();
        const me = newMe();
        const outcome = run(
          me.boot(),
          faulty(whole, (index) => (index === at ? fault : 'none')),
        );
        expect(outcome).toEqual({ ok: false, failure: 'card-lost', sw: undefined });
        expect(me.subscription).toBeUndefined();
        expect(run(me.boot(), whole)).toMatchObject({ ok: true, subscription: { imsi: IMSI } });
      }
    },
  );

  it.each(['command-lost', 'response-lost'] as const)(
    'at any exchange of a REFRESH leaves an ME that can start again (%s)',
    (fault) => {
      const prepare = () => {
        const card = wholeCard();
        const me = newMe();
        run(me.boot(), card);
        run(me.attach(), card, { network: network() });
        card.wanted.push(INITIALISE, RESET);
        return { card, me, before: card.log.length };
      };
      const whole = prepare();
      expect(run(whole.me.poll(), whole.card)).toMatchObject({ restarted: true });
      const exchanges = whole.card.log.length - whole.before;
      for (let at = 0; at < exchanges; at++) {
        const { card, me } = prepare();
        const outcome = run(
          me.poll(),
          faulty(card, (index) => (index === at ? fault : 'none')),
        );
        const isThere = outcome.restarted && outcome.boot.ok;
        expect(me.subscription === undefined).toBe(!isThere);
        expect(me.registration).toBeUndefined();
        expect(run(me.boot(), card)).toMatchObject({ ok: true });
      }
    },
  );

  it('at any exchange of an attach has a name, and the ME attaches after starting again', () => {
    for (const fault of ['command-lost', 'response-lost'] as const) {
      for (let at = 0; at < 9; at++) {
        const card = wholeCard();
        const me = newMe();
        run(me.boot(), card);
        const broken = faulty(card, (index) => (index === at ? fault : 'none'));
        expect(run(me.attach(), broken, { network: network() })).toEqual({
          kind: 'card-lost',
          restarted: false,
        });
        expect(run(me.attach(), card, { network: network() })).toMatchObject({
          kind: 'no-subscription',
        });
        run(me.boot(), card);
        expect(run(me.attach(), card, { network: network() })).toMatchObject({ kind: 'attached' });
      }
    }
  });

  it.each(['command-lost', 'response-lost'] as const)(
    'at any exchange of a registration in 5G has a name, and the ME is nowhere (%s)',
    (fault) => {
      const prepare = () => {
        const card = wholeCard();
        const me = newMe();
        run(me.boot(), card);
        return { card, me, before: card.log.length };
      };
      const whole = prepare();
      const world = { fiveG: fiveG() };
      expect(run(whole.me.register(), whole.card, world)).toMatchObject({ kind: 'registered' });
      const exchanges = whole.card.log.length - whole.before;
      expect(exchanges).toBeGreaterThan(10);
      for (let at = 0; at < exchanges; at++) {
        const { card, me } = prepare();
        const broken = faulty(card, (index) => (index === at ? fault : 'none'));
        const lost = { kind: 'card-lost', restarted: false };
        expect(run(me.register(), broken, { fiveG: fiveG() })).toEqual(lost);
        expect([me.fiveGs, me.subscription]).toEqual([undefined, undefined]);
        run(me.boot(), card);
        const again = run(me.register(), card, { fiveG: fiveG() });
        expect(again).toMatchObject({ kind: 'registered' });
      }
    },
  );

  it('while it gets its turn leaves the outcome of what was before', () => {
    const card = wholeCard();
    const me = newMe();
    run(me.boot(), card);
    card.wanted.push(RESET);
    const broken = faulty(card, (index) => (index === 1 ? 'command-lost' : 'none'));
    const outcome = run(me.receiveShortMessage(MESSAGE), broken);
    expect(outcome).toEqual({ report: { kind: 'ack', userData: fromHex('') }, restarted: false });
    expect(me.subscription).toBeUndefined();
  });

  it('at its end, before a reset that it wants, is reset all the same', () => {
    const card = wholeCard();
    const me = newMe();
    run(me.boot(), card);
    card.wanted.push(RESET);
    const broken = faulty(card, (index) => (index === 2 ? 'command-lost' : 'none'));
    expect(run(me.poll(), broken)).toMatchObject({ restarted: true, boot: { ok: true } });
  });

  it('at STATUS has a name', () => {
    const me = newMe();
    const card = wholeCard();
    run(me.boot(), card);
    const outcome = run(
      me.poll(),
      faulty(card, () => 'command-lost'),
    );
    expect(outcome).toEqual({ kind: 'card-lost', restarted: false });
  });

  it('while switching off does not keep the ME from it', () => {
    const me = newMe();
    const card = wholeCard();
    run(me.boot(), card);
    run(
      me.shutDown(),
      faulty(card, () => 'response-lost'),
    );
    expect(me.subscription).toBeUndefined();
  });

  it('has a name over a reader, too', async () => {
    const card = wholeCard();
    const broken = faulty(card, (index) => (index === 7 ? 'response-lost' : 'none'));
    const me = newMe();
    const outcome = await runProcedureAsync(me.boot(), {
      card: connect(broken),
      network: network(),
    });
    expect(outcome).toEqual({ ok: false, failure: 'card-lost', sw: undefined });
    const world = { card: connect(card), network: network() };
    expect(await runProcedureAsync(me.boot(), world)).toMatchObject({ ok: true });
    expect(await runProcedureAsync(me.attach(), world)).toMatchObject({ kind: 'attached' });
  });
});

/** Everything that an ME does, one thing after the other; each has to end with an outcome. */
function lifeOf(me: MobileEquipment, card: SynchronousCard): void {
  const outcome = run(me.boot(), card);
  expect(outcome.ok ? outcome.subscription.imsi : outcome.failure).toMatch(/./u);
  expect(me.subscription === undefined).toBe(!outcome.ok);
  expect(run(me.attach(VISITED), card, { network: network() }).kind).toMatch(/./u);
  expect(run(me.register(VISITED), card, { fiveG: fiveG() }).kind).toMatch(/./u);
  expect(run(me.receiveShortMessage(MESSAGE), card).report.kind).toMatch(/^(?:ack|error)$/u);
  expect(run(me.poll(2), card).kind).toMatch(/./u);
  run(me.shutDown(), card);
  expect(me.subscription).toBeUndefined();
}

/** Random data, and behind them mostly a status word that leads somewhere. */
const answer: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.uint8Array({ maxLength: 40 }),
    fc.oneof(
      fc.constantFrom([0x90, 0x00], [0x91, 0x0b], [0x61, 0x10], [0x6c, 0x10], [0x62, 0x00]),
      fc.uint8Array({ maxLength: 2 }),
    ),
  )
  .map(([data, sw]) => Uint8Array.of(...data, ...sw));

describe('a card that answers anything at all', () => {
  it('random octets to each command, never makes the ME throw', () => {
    fc.assert(
      fc.property(fc.array(answer, { minLength: 1, maxLength: 60 }), (answers) => {
        let at = 0;
        const next = (): Uint8Array => answers[at++ % answers.length]!;
        lifeOf(newMe(), { reset: () => fromHex(ATR_4_CHANNELS), transmit: next });
        lifeOf(newMe(), { reset: next, transmit: next });
      }),
      { numRuns: 150 },
    );
  });

  it('random octets to a few commands of a whole card, never makes the ME throw', () => {
    const faults = fc.array(fc.tuple(fc.nat(300), answer), { maxLength: 8 });
    fc.assert(
      fc.property(faults, (replaced) => {
        const answers = new Map(replaced);
        const card = wholeCard(INITIALISE);
        let at = 0;
        const transmit = (command: Uint8Array): Uint8Array => {
          const whole = card.transmit(command);
          return answers.get(at++) ?? whole;
        };
        lifeOf(newMe(), { reset: () => card.reset(), transmit });
      }),
      { numRuns: 150 },
    );
  });

  it('random contents in each file, never makes the ME throw', () => {
    const contents = fc.uint8Array({ minLength: 1, maxLength: 40 });
    const paths = [...fileCard().files.keys()];
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...paths), contents)), (changes) => {
        const card = wholeCard(INITIALISE);
        for (const [path, octets] of changes) card.files.set(path, [octets]);
        lifeOf(newMe(), card);
      }),
    );
  });

  it('random proactive commands, never makes the ME throw', () => {
    const head = fc.constantFrom([], [0x81, 3, 1, 1, 1, 0x82, 2, 0x81, 0x82], [0x81, 3, 1, 3, 0]);
    const body = fc.tuple(head, fc.uint8Array({ maxLength: 30 }));
    fc.assert(
      fc.property(fc.array(body, { maxLength: 5 }), (bodies) => {
        const card = wholeCard();
        for (const [first, rest] of bodies) {
          const octets = [...first, ...rest];
          const hex = [0xd0, octets.length, ...octets].map((octet) =>
            octet.toString(16).padStart(2, '0'),
          );
          card.wanted.push(hex.join(''));
        }
        lifeOf(newMe(), card);
      }),
    );
  });
});
