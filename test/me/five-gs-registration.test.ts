/**
 * Registration in 5G with the built-in card: which SUCI, what is answered to a challenge, and what
 * the card keeps.
 *
 * @see 3GPP TS 33.501 (5G AKA), §A.2, §A.4, §A.6; 3GPP TS 31.102 §7.5
 * @module
 */

import { describe, expect, it } from 'vitest';
import type {
  FiveGNetwork,
  RegistrationDownlink,
  RegistrationUplink,
} from '../../src/air/registration.ts';
import { ConnectionLost, type SynchronousCard } from '../../src/apdu/connection.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat, filled } from '../../src/bytes/octets.ts';
import { createUicc, type Uicc } from '../../src/card/uicc.ts';
import {
  deriveKAusf,
  deriveKSeaf,
  deriveResStar,
  servingNetworkName,
} from '../../src/crypto/key-derivation.ts';
import { expandMilenageKey, milenage } from '../../src/crypto/milenage.ts';
import { EF_FPLMN } from '../../src/ef/plmn-lists.ts';
import type { RegistrationOutcome } from '../../src/me/five-gs-registration.ts';
import { MobileEquipment, type MobileEquipmentOptions } from '../../src/me/mobile-equipment.ts';
import { revealSuci } from '../../src/network/de-concealment.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import type { CardProfile, FileProfile } from '../../src/profile/profile.ts';
import {
  SUCI_BY_USIM,
  withCalcInfo,
  withContent,
  withFiles,
  withoutFiles,
  withServices,
} from '../card/support/test-card.ts';
import vectors from '../vectors/suci.json' with { type: 'json' };
import { ACCEPT as ATTACH_ACCEPT, HOME, run, scriptedNetwork, VISITED } from './world.ts';

const [PAIR] = DEFAULT_PROFILE.keyTable.entries;
const KEY = expandMilenageKey(fromHex(PAIR!.k), fromHex(PAIR!.opc!));
const RAND = filled(16, 0x5a);
/** IMSI 001010123456789 with MNC 01, routing indicator 0, null scheme. */
const NULL_SUCI = '0100f110f0ff00001032547698';
/** EF_UST: the ME makes the SUCI, of a NAI. */
const OF_NAI = withServices([124, 130]);
const [PROFILE_A] = vectors.ts33501;
const CALC_INFO = 'MF/ADF.USIM/DF.5GS/EF.SUCI_Calc_Info';
const PROFILE_A_ALONE = `A0020101A12580011B8120${PROFILE_A!.hnPublicKey}`.toUpperCase();

/** A challenge of the built-in pair: SEQ and IND of an SQN, and its AUTN. */
function challenge(sqn = '000000000021', amf = '8000'): Challenge {
  const { ak, macA } = milenage(KEY, { rand: RAND, sqn: fromHex(sqn), amf: fromHex(amf) });
  const concealed = fromHex(sqn).map((octet, at) => octet ^ ak[at]!);
  return {
    kind: 'authentication-request',
    rand: RAND,
    autn: concat(concealed, fromHex(amf), macA),
  };
}

type Challenge = Extract<RegistrationDownlink, { kind: 'authentication-request' }>;

/** What the ME and the network have to come to. */
function expected(
  { autn }: Challenge,
  of = HOME,
): Record<'resStar' | 'kAusf' | 'kSeaf', Uint8Array> {
  const networkName = servingNetworkName(of);
  const sqn = fromHex('000000000021');
  const { res, ck, ik } = milenage(KEY, { rand: RAND, sqn, amf: fromHex('8000') });
  const kAusf = deriveKAusf({ ck, ik }, { networkName, sqnXorAk: autn.slice(0, 6) });
  const resStar = deriveResStar({ ck, ik }, { networkName, rand: RAND, res });
  return { resStar, kAusf, kSeaf: deriveKSeaf(kAusf, networkName) };
}

const ACCEPT: RegistrationDownlink = { kind: 'registration-accept', plmn: HOME, tac: 0x012345 };

interface Heard extends FiveGNetwork {
  readonly heard: RegistrationUplink[];
}

/** A network that gives these answers, and `released` behind the last. */
function network(...answers: readonly RegistrationDownlink[]): Heard {
  const heard: RegistrationUplink[] = [];
  const left = [...answers];
  return {
    heard,
    register(message) {
      heard.push(message);
      return left.shift() ?? { kind: 'released' };
    },
  };
}

interface Registered {
  readonly me: MobileEquipment;
  readonly card: Uicc;
  readonly outcome: RegistrationOutcome;
  readonly heard: readonly RegistrationUplink[];
}

interface Circumstances {
  readonly profile?: CardProfile;
  readonly me?: MobileEquipmentOptions;
  readonly visited?: typeof VISITED;
  readonly around?: (card: Uicc) => SynchronousCard;
}

/** Boots a card, and registers once in a network that gives these answers. */
function register(answers: readonly RegistrationDownlink[], of: Circumstances = {}): Registered {
  const card = createUicc(of.profile ?? DEFAULT_PROFILE);
  const seen = of.around?.(card) ?? card;
  const me = new MobileEquipment({ pin: '1234', ...of.me });
  expect(run(me.boot(), seen)).toMatchObject({ ok: true });
  const fiveG = network(...answers);
  const { restarted: _, ...outcome } = run(me.register(of.visited), seen, { fiveG });
  return { me, card, outcome, heard: fiveG.heard };
}

/** Gives an answer to each command that begins so, in the place of the card's. */
function answering(beginning: string, answer: string): (card: Uicc) => SynchronousCard {
  return (card) => ({
    reset: () => card.reset(),
    transmit: (command) =>
      toHex(command).startsWith(beginning) ? fromHex(answer) : card.transmit(command),
  });
}

/** Writes down the commands to a card, in hex. */
function logged(log: string[]): (card: Uicc) => SynchronousCard {
  return (card) => ({
    reset: () => card.reset(),
    transmit: (command) => {
      log.push(toHex(command));
      return card.transmit(command);
    },
  });
}

/** What a file of DF_5GS holds. */
function stored(card: Uicc, fid: string, octets: number): string {
  card.transmit(fromHex(`00A4080C067FFF5FC0${fid}`));
  return toHex(card.transmit(fromHex(`00B00000${toHex(Uint8Array.of(octets))}`)).slice(0, -2));
}

const suciIn = (heard: readonly RegistrationUplink[]): string => toHex(heard[0]!.suci);

describe('a registration in 5G', () => {
  it('proves the card with RES*, and keeps location and keys', () => {
    const asked = challenge();
    const { me, card, outcome, heard } = register([asked, ACCEPT]);
    const { resStar, kAusf, kSeaf } = expected(asked);
    const suci = fromHex(NULL_SUCI);
    expect(outcome).toEqual({ kind: 'registered', plmn: HOME });
    expect(heard).toEqual([
      { kind: 'registration-request', suci },
      { kind: 'authentication-response', suci, resStar },
    ]);
    expect(me.fiveGs).toEqual({ plmn: HOME, tac: 0x012345, suci, kAusf, kSeaf });
    expect(stored(card, '4F01', 20)).toBe(`${'ff'.repeat(13)}00f11001234500`);
    expect(stored(card, '4F05', 68)).toBe(`8020${toHex(kAusf)}8120${toHex(kSeaf)}`);
  });

  it('binds RES* and keys to the visited network', () => {
    const asked = challenge();
    const { me, heard } = register([asked, { ...ACCEPT, plmn: VISITED }], { visited: VISITED });
    expect(heard[1]).toMatchObject({ resStar: expected(asked, VISITED).resStar });
    expect(me.fiveGs).toMatchObject({ plmn: VISITED, kSeaf: expected(asked, VISITED).kSeaf });
    expect(expected(asked, VISITED).resStar).not.toEqual(expected(asked).resStar);
  });

  it('answers AUTS to an SQN that is not fresh, and takes the next challenge', () => {
    const asked = challenge();
    const { outcome, heard } = register([challenge('000000000000'), asked, ACCEPT]);
    expect(heard.map(({ kind }) => kind)).toEqual([
      'registration-request',
      'synchronisation-failure',
      'authentication-response',
    ]);
    expect(heard[1]).toMatchObject({ auts: { length: 14 } });
    expect(outcome.kind).toBe('registered');
  });

  it('is left when the ME is switched off', () => {
    const { me, card } = register([challenge(), ACCEPT]);
    const fiveG = network();
    run(me.shutDown(), card, { fiveG });
    expect(fiveG.heard).toEqual([{ kind: 'deregistration', suci: fromHex(NULL_SUCI) }]);
    expect(me.fiveGs).toBeUndefined();
  });

  it('is left, and not EPS, where the ME has not attached; both are, where it has', () => {
    const eps = (): ReturnType<typeof scriptedNetwork> => scriptedNetwork(ATTACH_ACCEPT);
    const once = register([challenge(), ACCEPT]);
    const silent = eps();
    run(once.me.shutDown(), once.card, { network: silent });
    expect(silent.heard).toEqual([]);
    const both = register([challenge(), ACCEPT]);
    const radio = eps();
    const fiveG = network();
    run(both.me.attach(), both.card, { network: radio, fiveG });
    expect([both.me.fiveGs, both.me.registration]).toMatchObject([{}, {}]);
    run(both.me.shutDown(), both.card, { network: radio, fiveG });
    expect(radio.heard.at(-1)?.kind).toBe('detach');
    expect(fiveG.heard.at(-1)?.kind).toBe('deregistration');
  });

  it('comes after an attach, and leaves it as it is', () => {
    const card = createUicc();
    const me = new MobileEquipment({ pin: '1234' });
    run(me.boot(), card);
    run(me.attach(), card, { network: scriptedNetwork(ATTACH_ACCEPT) });
    const { registration } = me;
    const outcome = run(me.register(), card, { fiveG: network(challenge(), ACCEPT) });
    expect(outcome).toMatchObject({ kind: 'registered' });
    expect(me.registration).toEqual(registration);
  });

  it('ends with the card', () => {
    const { me } = register([challenge(), ACCEPT]);
    const gone = (): Uint8Array => {
      throw new ConnectionLost('gone');
    };
    run(me.poll(), { reset: gone, transmit: gone });
    expect(me.fiveGs).toBeUndefined();
  });

  it('gives copies of its keys', () => {
    const { me } = register([challenge(), ACCEPT]);
    const before = structuredClone(me.fiveGs);
    for (const name of ['suci', 'kAusf', 'kSeaf'] as const) me.fiveGs?.[name].fill(0);
    expect(me.fiveGs).toEqual(before);
  });
});

describe('the files of DF_5GS', () => {
  const READ = '00a40804067fff5fc0';
  const WRITTEN = '00a4080c067fff5fc0';
  const TO_ADF = '00a4000c027fff';
  const at = (log: readonly string[], select: string): string[] =>
    log.filter((hex) => hex.startsWith(select)).map((hex) => hex.slice(select.length, 22));

  it.each<[services: number[], read: string[], written: string[]]>([
    [[], [], []],
    [[122], ['4f01'], ['4f01']],
    [[123], ['4f05'], ['4f05']],
    [[124], ['4f07', '4f0a'], []],
    [[124, 125], [], []],
    [[125], [], []],
    [[130], ['4f09'], []],
    [[130, 124, 125], [], []],
  ])('are read and written as services %j tell: read %j, written %j', (services, read, written) => {
    const log: string[] = [];
    const profile = withFiles([nai('anna@operator.example')], withServices(services));
    register([challenge(), ACCEPT], { profile, around: logged(log) });
    expect(at(log, READ)).toEqual(read);
    expect(at(log, WRITTEN)).toEqual(written);
  });

  it.each<[string, RegistrationDownlink]>([
    ['accept', ACCEPT],
    ['reject', { kind: 'registration-reject', cause: 'imsi-unknown' }],
  ])('are left for the ADF before AUTHENTICATE, and at the end: %s', (_what, last) => {
    const log: string[] = [];
    register([challenge(), last], { around: logged(log) });
    const authenticate = log.findIndex((hex) => hex.startsWith('0088'));
    const selects = (of: readonly string[]): string[] => of.filter((hex) => hex.startsWith('00a4'));
    expect(selects(log.slice(0, authenticate)).at(-1)).toBe(TO_ADF);
    expect(selects(log).at(-1)).toBe(TO_ADF);
    expect(at(log.slice(authenticate), WRITTEN)).toEqual(['4f01', '4f05']);
  });
});

describe('a registration in 5G that comes to nothing', () => {
  it.each<[string, RegistrationDownlink, RegistrationUplink['kind']]>([
    ['AUTN has no separation bit', challenge('000000000021', '7fff'), 'non-5g-authentication'],
    ['the MAC is wrong', { ...challenge(), autn: filled(16, 0xff) }, 'mac-failure'],
    ['RAND is another', { ...challenge(), rand: filled(16, 0) }, 'mac-failure'],
  ])('says so when %s, and has no keys', (_what, asked, kind) => {
    const { me, outcome, heard } = register([asked, ACCEPT]);
    expect(heard[1]).toEqual({ kind, suci: fromHex(NULL_SUCI) });
    expect(outcome).toEqual({ kind: 'not-authenticated' });
    expect(me.fiveGs).toBeUndefined();
  });

  it('does not show the card an AUTN that is not for 5G', () => {
    const { card } = register([challenge('000000000021', '0000')]);
    expect(card.root.entries[0]?.seq.every((seq) => seq === 0)).toBe(true);
  });

  it('forgets the keys of a challenge when another follows', () => {
    const { outcome } = register([challenge(), challenge('000000000042', '0000'), ACCEPT]);
    expect(outcome).toEqual({ kind: 'not-authenticated' });
  });

  it('takes no accept before a challenge', () => {
    const { me, card, outcome } = register([ACCEPT]);
    expect(outcome).toEqual({ kind: 'not-authenticated' });
    expect(me.fiveGs).toBeUndefined();
    expect(stored(card, '4F05', 68)).toBe('ff'.repeat(68));
  });

  it('gives up when it is asked for the sixth time', () => {
    const log: string[] = [];
    const again = Array<Challenge>(9).fill(challenge('000000000000'));
    const { outcome, heard } = register(again, { around: logged(log) });
    expect(outcome).toEqual({ kind: 'abandoned' });
    expect(log.filter((hex) => hex.startsWith('0088'))).toHaveLength(5);
    expect(heard).toHaveLength(7);
    expect(heard.at(-1)?.kind).toBe('deregistration');
  });

  it.each(['authentication-failed', 'imsi-unknown', 'serving-network-not-authorised'] as const)(
    'forgets location and keys, and a visited network, when it is refused for good: %s',
    (cause) => {
      const once = register([challenge(), ACCEPT]);
      const fiveG = network({ kind: 'registration-reject', cause });
      const outcome = run(once.me.register(VISITED), once.card, { fiveG });
      expect(outcome).toMatchObject({ kind: 'rejected', cause });
      expect(once.me.fiveGs).toBeUndefined();
      expect(stored(once.card, '4F01', 20)).toBe(`${'ff'.repeat(19)}02`);
      expect(stored(once.card, '4F05', 68)).toBe('ff'.repeat(68));
      expect(once.me.content(EF_FPLMN)).toContain(VISITED);
    },
  );

  it('keeps what the card knows when it shall come again', () => {
    const { me, card, heard } = register([challenge(), ACCEPT]);
    const before = stored(card, '4F05', 68);
    const fiveG = network({ kind: 'registration-reject', cause: 'try-later' });
    expect(run(me.register(VISITED), card, { fiveG })).toMatchObject({ cause: 'try-later' });
    expect(stored(card, '4F05', 68)).toBe(before);
    expect(me.content(EF_FPLMN)).not.toContain(VISITED);
    expect(heard).toHaveLength(2);
  });

  it.each([ATTACH_ACCEPT, { kind: 'attach-reject', cause: 'try-later' }] as const)(
    'does not take what a network of EPS says: $kind',
    (answer) => {
      const asked = { register: () => answer as unknown as RegistrationDownlink };
      const { me, card } = register([]);
      expect(() => run(me.register(), card, { fiveG: asked })).toThrow(TypeError);
    },
  );

  it('is over where there is no 5G', () => {
    const { me, card } = register([]);
    expect(run(me.register(), card)).toEqual({ kind: 'released', restarted: false });
  });

  it('needs a subscription, and a card', () => {
    const card = createUicc();
    const me = new MobileEquipment({ pin: '1234' });
    expect(run(me.register(), card)).toMatchObject({ kind: 'no-subscription' });
    expect(run(me.boot(), card)).toMatchObject({ ok: true });
    const gone = {
      ...card,
      reset: () => card.reset(),
      transmit: () => {
        throw new ConnectionLost('gone');
      },
    };
    const fiveG = network(challenge());
    expect(run(me.register(), gone, { fiveG })).toMatchObject({ kind: 'card-lost' });
    expect(me.subscription).toBeUndefined();
  });

  it('says how the card refuses, and leaves', () => {
    const around = answering('0088', '6f00');
    const { outcome, heard } = register([challenge()], { around });
    expect(outcome).toEqual({ kind: 'card-refused', sw: 0x6f00 });
    expect(heard.at(-1)?.kind).toBe('deregistration');
  });
});

/** EF_SUPI_NAI of one network specific identifier, behind others. */
function nai(text: string, others = ''): FileProfile {
  const octets = new TextEncoder().encode(text);
  const own = toHex(concat(Uint8Array.of(0x80, octets.length), octets)).toUpperCase();
  const data = `${others}${own}`;
  return {
    path: 'MF/ADF.USIM/DF.5GS/EF.SUPI_NAI',
    fid: '4F09',
    type: 'transparent',
    size: 64,
    data: data.padEnd(128, 'F'),
    sfi: 9,
    arr: 2,
  };
}

describe('the SUCI of a registration', () => {
  const dice = (octets: number): Uint8Array => filled(octets, 0x33);
  const home = {
    networks: [HOME, 'operator.example'],
    keys: [{ identifier: 27, scheme: 1, privateKey: fromHex(PROFILE_A!.hnPrivateKey) }],
  } as const;
  const concealing = withContent(CALC_INFO, PROFILE_A_ALONE);

  it('is made by the ME, of what the files say and with its own dice', () => {
    const { heard } = register([], { profile: concealing, me: { random: dice } });
    const result = revealSuci(heard[0]!.suci, home);
    expect(result).toMatchObject({ ok: true, supi: { imsi: DEFAULT_PROFILE.imsi } });
    expect(suciIn(heard)).not.toContain('1032547698');
    const others = register([], { profile: concealing, me: { random: (n) => filled(n, 0x34) } });
    expect(suciIn(others.heard)).not.toBe(suciIn(heard));
  });

  it('is made by the USIM where EF_UST says so', () => {
    const profile = withCalcInfo(PROFILE_A_ALONE);
    const card = createUicc(profile, { random: dice });
    const me = new MobileEquipment({ pin: '1234' });
    run(me.boot(), card);
    const fiveG = network();
    run(me.register(), card, { fiveG });
    expect(revealSuci(fiveG.heard[0]!.suci, home)).toMatchObject({ ok: true });
  });

  it.each([
    ['alone', ''],
    ['behind a global line identifier', '81056140622E63'],
  ])('is that of a NAI, %s', (_what, others) => {
    const text = 'anna@operator.example';
    const { heard } = register([], { profile: withFiles([nai(text, others)], OF_NAI) });
    expect(revealSuci(heard[0]!.suci, home)).toMatchObject({ supi: { kind: 'nai', nai: text } });
  });

  it.each<[string, CardProfile]>([
    ['nobody has written the file', withContent(CALC_INFO, 'FFFFFFFF')],
    ['there is no service for it', withServices([])],
    ['the USIM would make it, and there is no service for that', withServices([125])],
  ])('conceals nothing where %s', (_what, profile) => {
    expect(suciIn(register([], { profile }).heard)).toBe(NULL_SUCI);
  });

  it.each([
    ['2143FFFF', '2143'],
    ['FFFFFFFF', 'f0ff'],
  ])('has the routing indicator of the file: %s', (data, octets) => {
    const profile = withContent('MF/ADF.USIM/DF.5GS/EF.Routing_Indicator', data);
    expect(suciIn(register([], { profile }).heard).slice(8, 12)).toBe(octets);
  });

  it.each<[string, Circumstances]>([
    ['a key is there and the ME has no dice', { profile: concealing }],
    ['the dice are broken', { profile: concealing, me: { random: () => new Uint8Array(3) } }],
    ['the file makes no sense', { profile: withContent(CALC_INFO, 'A0030101') }],
    ['the file is not there', { profile: withoutFiles([CALC_INFO]) }],
    ['the file cannot be read', { around: answering('00a40804067fff5fc04f07', '6f00') }],
    ['the key is missing', { profile: withContent(CALC_INFO, 'A0020101') }],
    ['the scheme is the operator’s own', { profile: withContent(CALC_INFO, 'A0020C01') }],
    ['the NAI has no realm', { profile: withFiles([nai('anna')], OF_NAI) }],
    ['the NAI is not there', { profile: OF_NAI }],
  ])('is none, and nothing is sent, when %s', (_what, of) => {
    const { outcome, heard } = register([ACCEPT], of);
    expect(outcome).toEqual({ kind: 'no-suci' });
    expect(heard).toEqual([]);
  });

  it.each([
    ['6985', { kind: 'card-refused', sw: 0x6985 }],
    ['9000', { kind: 'no-suci' }],
    ['A201019000', { kind: 'no-suci' }],
    ['A105019000', { kind: 'no-suci' }],
    ['A10101A101029000', { kind: 'no-suci' }],
  ])('is none when the USIM answers %s', (answer, outcome) => {
    const around = answering('80780001', answer);
    const registered = register([ACCEPT], { profile: SUCI_BY_USIM, around });
    expect(registered.outcome).toEqual(outcome);
    expect(registered.heard).toEqual([]);
  });
});
