/**
 * AUTHENTICATE in the GBA context: bootstrapping, derivation, what is kept, what is refused.
 *
 * K, OPc and RAND are those of test set 1 of TS 35.208. AUTN* and Ks_ext_NAF were computed with
 * Python's hashlib and hmac.
 *
 * @see 3GPP TS 31.102 §7.1, §4.2.79, §4.2.83; 3GPP TS 33.220 §5.3.2, §B.3, §G.1, §G.2
 * @module
 */

import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import type { CardRoot } from '../../../src/card/memory.ts';
import { profileOf } from '../../../src/card/profile-of.ts';
import {
  decodeRoot,
  encodeCommit,
  encodeRoot,
  rootAfter,
} from '../../../src/card/store/commit-codec.ts';
import { authenticationOutput } from '../../../src/crypto/authentication-key.ts';
import { expandTuakKey } from '../../../src/crypto/tuak.ts';
import { expandXorKey } from '../../../src/crypto/xor.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { CardProfile, KeyTableEntryProfile } from '../../../src/profile/profile.ts';
import { withServices } from '../../../src/profile/services.ts';
import { autnFor, challengeFor, RAND, sqnMsOf, withEntries } from '../support/aka.ts';
import { bootstrapping, bootstrappingFor, derivation, GBA, modifiedMac } from '../support/gba.ts';
import {
  ADM1,
  octet,
  PIN1,
  PIN2,
  SELECT_ISIM,
  SELECT_USIM,
  select,
  TestCard,
  WRONG_PIN1,
  withChangedFile,
  withoutFiles,
} from '../support/test-card.ts';

const [ENTRY] = DEFAULT_PROFILE.keyTable.entries as [KeyTableEntryProfile];
/** For SQN 000000000020 and AMF 8000. */
const BOOTSTRAP = bootstrapping('AA689C648350800056AC7E8B3D85C30F');
const RES = 'DB08A54211D5E3BA50BF9000';
const CK = 'B40BA9A3C58B2A05BBF0D987B21BF8CB';
const IK = 'F769BCD751044604127672711C6D3441';

const hexOf = (text: string): string => toHex(new TextEncoder().encode(text)).toUpperCase();
const nafOf = (name: string): string => `${hexOf(name)}0100000002`;
const NAF = nafOf('naf1.example.org');
const IMPI = hexOf('001010123456789@ims.mnc001.mcc001.3gppnetwork.org');
const DERIVE = derivation(NAF, IMPI);
const KS_EXT_NAF = 'DB20124EB5B05571F09CBBD80C0873505E936E3E4EAF581E181AB25AEF5E45D8A9739000';

/** The files of USIM and ISIM. */
const GBABP = select('7FFF6FD6');
const GBANL = select('7FFF6FDA');
const ISIM_GBABP = select('7FFF6FD5');
const ISIM_GBANL = select('7FFF6FD7');
const NOT_BOOTSTRAPPED = 'FF'.repeat(64);

function gbaCard(profile: CardProfile = GBA, root?: CardRoot): TestCard {
  return new TestCard({ profile, ...(root && { root }), setUp: [SELECT_USIM, PIN1] });
}

function bootstrapped(profile: CardProfile = GBA): TestCard {
  const card = gbaCard(profile);
  expect(card.ask(BOOTSTRAP)).toMatch(/^DB/u);
  return card;
}

/** The first 64 octets of EF_GBABP, without SW. */
function parameters(card: TestCard, file = GBABP): string {
  card.expectOk(file);
  return card.send('00B0000040').slice(0, -4);
}

/** The two records of EF_GBANL, without filler. */
function list(card: TestCard, file = GBANL): string[] {
  card.expectOk(file);
  return ['01', '02'].map((record) =>
    card
      .send(`00B2${record}04B4`)
      .slice(0, -4)
      .replace(/(?:FF)+$/u, ''),
  );
}

function listed(nafId: string, btid = ''): string {
  return `80${octet(nafId.length / 2)}${nafId}81${octet(btid.length / 2)}${btid}`;
}

/** Changes nothing: neither memory nor what is current. */
function expectRefused(card: TestCard, command: string, sw: string): void {
  const before = card.uicc.root;
  card.clearLog();
  expect(card.ask(command)).toBe(sw);
  expect(card.uicc.root).toBe(before);
  expect(card.commits).toHaveLength(0);
}

describe('bootstrapping', () => {
  it('answers with RES alone, and keeps Ks, RAND and SEQ', () => {
    const card = gbaCard();
    expect(card.send(BOOTSTRAP)).toBe('610A');
    expect(card.send('00C000000A')).toBe(RES);
    const { root } = card.uicc;
    expect(root.bootstrapped).toMatchObject([
      { rand: fromHex(RAND), ks: fromHex(`${CK}${IK}`), records: [] },
    ]);
    expect(root.entries[0]?.seq.slice(0, 2)).toEqual([1, 0]);
    expect(parameters(card)).toBe(`10${RAND}0000${'FF'.repeat(45)}`);
  });

  it('is one commit', () => {
    const card = gbaCard();
    card.clearLog();
    card.ask(BOOTSTRAP);
    expect(card.commits).toHaveLength(1);
  });

  it('goes on with the sequence numbers of the 3G context, and they with its own', () => {
    const card = bootstrapped();
    expect(card.ask(challengeFor(ENTRY, 0x20))).toMatch(/^DC0E/u);
    expect(card.ask(challengeFor(ENTRY, 0x40))).toMatch(/^DB/u);
    expect(card.ask(bootstrappingFor(ENTRY, 0x40))).toMatch(/^DC0E/u);
    expect(card.ask(bootstrappingFor(ENTRY, 0x60))).toBe(RES);
  });

  it('takes the place of the one before, and of its B-TID and lifetime', () => {
    const card = bootstrapped();
    card.expectOk(GBABP);
    card.expectOk(`00D600111203${hexOf('old')}03323032${'FF'.repeat(10)}`);
    card.ask(bootstrappingFor(ENTRY, 0x40));
    expect(parameters(card)).toBe(`10${RAND}0000${'FF'.repeat(45)}`);
    expect(card.uicc.root.bootstrapped).toHaveLength(1);
  });

  it('outlives a reset, and being kept', () => {
    const card = bootstrapped();
    card.reset();
    card.sendAll([SELECT_USIM, PIN1]);
    expect(card.ask(DERIVE)).toBe(KS_EXT_NAF);
    const { image, root } = card.uicc;
    const woken = gbaCard(GBA, decodeRoot(image, encodeRoot(image, root)));
    expect(woken.ask(DERIVE)).toBe(KS_EXT_NAF);
  });

  it('is of one application: USIM and ISIM have their own keys, and one SEQ array', () => {
    const card = bootstrapped();
    card.expectOk(SELECT_ISIM);
    expect(parameters(card, ISIM_GBABP)).toBe(NOT_BOOTSTRAPPED);
    expectRefused(card, DERIVE, '6985');
    expect(card.ask(BOOTSTRAP)).toMatch(/^DC0E/u);
    expect(card.ask(bootstrappingFor(ENTRY, 0x40))).toBe(RES);
    expect(parameters(card, ISIM_GBABP)).toBe(`10${RAND}0000${'FF'.repeat(45)}`);
    expect(card.ask(DERIVE)).toBe(KS_EXT_NAF);
    expect(list(card, ISIM_GBANL)).toEqual([listed(NAF), '']);
    card.expectOk(SELECT_USIM);
    expect(list(card)).toEqual(['', '']);
    expect(card.uicc.root.bootstrapped).toHaveLength(2);
  });

  it('writes EF_GBABP when it is deactivated, as the card itself does not ask', () => {
    const card = gbaCard();
    card.sendAll([ADM1, GBABP]);
    card.expectOk('00040000');
    expect(card.ask(BOOTSTRAP)).toBe(RES);
    card.expectOk('00440000');
    expect(parameters(card)).toBe(`10${RAND}0000${'FF'.repeat(45)}`);
  });
});

describe('bootstrapping that is refused', () => {
  it.each([
    ['MAC-A of the 3G context', autnFor(ENTRY, 0x20)],
    ['another AMF', 'AA689C648350000056AC7E8B3D85C30F'],
    ['no MAC', `AA689C6483508000${'00'.repeat(8)}`],
  ])("is '9862' with %s", (_what, autn) => {
    expectRefused(gbaCard(), bootstrapping(autn), '9862');
  });

  it("is '9862' for each of the 128 bits of AUTN* turned", () => {
    const card = gbaCard();
    const autn = BOOTSTRAP.slice(-32);
    for (let bit = 0; bit < 128; bit++) {
      const at = (bit >> 3) * 2;
      const turned = octet(Number.parseInt(autn.slice(at, at + 2), 16) ^ (1 << (bit & 7)));
      expectRefused(card, bootstrapping(autn.slice(0, at) + turned + autn.slice(at + 2)), '9862');
    }
  });

  it('is not taken for another AKA: MAC* is no MAC-A', () => {
    expectRefused(gbaCard(), `0088008122${BOOTSTRAP.slice(12)}`, '9862');
  });

  it.each([0, 0x1f, 0x20])('is AUTS with SQN %i behind 000000000020, and keeps Ks', (sqn) => {
    const card = bootstrapped();
    const before = card.uicc.root;
    const answer = card.ask(bootstrappingFor(ENTRY, sqn));
    expect(answer).toMatch(/^DC0E.{28}9000$/u);
    expect(sqnMsOf(ENTRY, answer)).toBe(0x20);
    expect(card.uicc.root).toBe(before);
    expect(card.ask(DERIVE)).toBe(KS_EXT_NAF);
  });

  it.each([
    ['there is no EF_GBABP', withoutFiles(['MF/ADF.USIM/EF.GBABP'], GBA)],
    ['EF_GBABP has room for RAND, and not for the lengths', withSize('EF.GBABP', 18)],
    [
      'EF_GBABP has records',
      withChangedFile(
        'MF/ADF.USIM/EF.GBABP',
        ({ path, fid }) => ({
          ...{ path, fid, arr: 3, sfi: null, type: 'linear', recLen: 64, recCount: 1 },
          ...{ records: [], recordsFill: 'FF' },
        }),
        GBA,
      ),
    ],
  ])("is '9866' when %s: nothing is stored, and the AUTN is not used up", (_what, profile) => {
    expectRefused(gbaCard(profile), BOOTSTRAP, '9866');
    // Who holds no key learns nothing of the files.
    expectRefused(gbaCard(profile), `${BOOTSTRAP.slice(0, -2)}00`, '9862');
  });

  it('has room in 19 octets', () => {
    const card = gbaCard(withSize('EF.GBABP', 19));
    expect(card.ask(BOOTSTRAP)).toBe(RES);
    card.expectOk(GBABP);
    expect(card.send('00B0000013')).toBe(`10${RAND}00009000`);
  });

  it("is '6581' when it cannot be stored", () => {
    const card = gbaCard();
    card.isStored = () => false;
    const before = card.uicc.root;
    expect(card.send(BOOTSTRAP)).toBe('6581');
    expect(card.uicc.root).toBe(before);
    card.isStored = () => true;
    expect(card.ask(BOOTSTRAP)).toBe(RES);
  });
});

function withSize(name: string, size: number): CardProfile {
  return withChangedFile(
    `MF/ADF.USIM/${name}`,
    (file) => (file.type === 'transparent' ? { ...file, size, data: 'FF'.repeat(size) } : file),
    GBA,
  );
}

describe('derivation', () => {
  it('gives Ks_ext_NAF by the KDF, and none of CK, IK and Ks', () => {
    const card = bootstrapped();
    expect(card.send(DERIVE)).toBe('6122');
    expect(card.send('00C0000022')).toBe(KS_EXT_NAF);
  });

  it('is another for another NAF and another subscriber', () => {
    const card = bootstrapped();
    const other = 'DB20767C375E3C30ED6B15EBC070F73CE7B4E9434E1A0A143B5E3D301AC4D4E8B0289000';
    expect(card.ask(derivation(nafOf('naf2.example.org'), IMPI))).toBe(other);
    const another = 'DB20674B474A49E02FF6B43D7C40508C5C8ADD0991F0E43D9AECA5286058B9062C009000';
    expect(card.ask(derivation(NAF, hexOf('u@x')))).toBe(another);
    expect(card.ask(DERIVE)).toBe(KS_EXT_NAF);
  });

  it('takes the RAND that is kept with Ks, whatever the ME has written to EF_GBABP', () => {
    const card = bootstrapped();
    card.expectOk(GBABP);
    card.expectOk(`00D6000011${'10'.repeat(17)}`);
    expect(card.ask(DERIVE)).toBe(KS_EXT_NAF);
    card.expectOk(GBABP);
    card.expectOk(`00D6000040${'FF'.repeat(64)}`);
    expect(card.ask(DERIVE)).toBe(KS_EXT_NAF);
    expect(list(card)).toEqual([listed(NAF), '']);
  });

  it('is written down in EF_GBANL, with the B-TID that the ME has stored', () => {
    const card = bootstrapped();
    const btid = hexOf('b@bsf');
    card.expectOk(GBABP);
    card.expectOk(`00D600110605${btid}`);
    card.expectOk('00D600170100');
    card.ask(DERIVE);
    expect(list(card)).toEqual([listed(NAF, btid), '']);
  });

  it('goes on after a new bootstrapping, which leaves the list', () => {
    const card = bootstrapped();
    card.ask(DERIVE);
    card.ask(bootstrappingFor(ENTRY, 0x40));
    expect(list(card)).toEqual([listed(NAF), '']);
    card.ask(derivation(nafOf('b'), IMPI));
    card.ask(derivation(nafOf('c'), IMPI));
    // The one of the first bootstrapping is still the oldest.
    expect(list(card)).toEqual([listed(nafOf('c')), listed(nafOf('b'))]);
    card.ask(derivation(nafOf('c'), IMPI));
    card.ask(derivation(nafOf('b'), IMPI));
    card.ask(derivation(nafOf('c'), IMPI));
    card.ask(bootstrappingFor(ENTRY, 0x60));
    card.ask(derivation(nafOf('d'), IMPI));
    expect(list(card)).toEqual([listed(nafOf('c')), listed(nafOf('d'))]);
  });
});

describe('the record of EF_GBANL', () => {
  const [a, b, c] = ['a', 'b', 'c'].map(nafOf) as [string, string, string];
  const derive = (card: TestCard, ...nafs: readonly string[]): void => {
    for (const naf of nafs) expect(card.ask(derivation(naf, IMPI))).toMatch(/^DB20/u);
  };

  it.each([
    ['a free one', [a], [a, undefined]],
    ['the next free one', [a, b], [a, b]],
    ['its own, again', [a, b, a], [a, b]],
    ['that of the oldest', [a, b, c], [c, b]],
    ['that of the one not derived for the longest time', [a, b, a, c], [a, c]],
    ['in turn', [a, b, c, a, b], [b, a]],
  ])('is %s', (_what, nafs, expected) => {
    const card = bootstrapped();
    derive(card, ...nafs);
    expect(list(card)).toEqual(expected.map((naf) => (naf === undefined ? '' : listed(naf))));
  });

  it('is one that this card has never written before any that it has', () => {
    const card = bootstrapped();
    derive(card, a);
    card.sendAll([ADM1, GBANL]);
    card.expectOk(`00DC0204B4${listed(b).padEnd(360, 'F')}`);
    derive(card, c);
    expect(list(card)).toEqual([listed(a), listed(c)]);
  });

  it('is a free one before any that is not', () => {
    const card = bootstrapped();
    card.sendAll([ADM1, GBANL]);
    card.expectOk(`00DC0104B4${listed(b).padEnd(360, 'F')}`);
    derive(card, a);
    expect(list(card)).toEqual([listed(b), listed(a)]);
  });

  it('is the first of those that this card has never written', () => {
    const card = bootstrapped(withRecords(180, 3));
    card.sendAll([ADM1, GBANL]);
    for (const record of ['01', '02', '03']) {
      card.expectOk(`00DC${record}04B4${listed(b).padEnd(358, 'F')}0${record[1]}`);
    }
    derive(card, a, c);
    card.expectOk(GBANL);
    expect(list(card)).toEqual([listed(a), listed(c)]);
  });

  it('is another than that of the same name with another Ua security protocol', () => {
    const card = bootstrapped();
    const [one, other] = ['02', '03'].map((last) => `${hexOf('a')}01000000${last}`);
    derive(card, one!, other!, one!);
    expect(list(card)).toEqual([listed(one!), listed(other!)]);
  });

  it('is another than that of a name which begins alike', () => {
    const card = bootstrapped();
    derive(card, 'AABBCC', 'AABB');
    expect(list(card)).toEqual([listed('AABBCC'), listed('AABB')]);
  });

  it('has a length of two octets where the name is long', () => {
    const naf = 'AB'.repeat(0x80);
    const card = bootstrapped(withRecords(140, 1));
    derive(card, naf);
    card.expectOk(GBANL);
    expect(card.send('00B201048C')).toBe(`808180${naf}8100${'FF'.repeat(7)}9000`);
  });

  it('is none behind the end of a list that was made shorter', () => {
    const before = bootstrapped();
    derive(before, b, a, b);
    const at = GBA.files.findIndex(({ path }) => path === 'MF/ADF.USIM/EF.GBANL');
    const file = GBA.directories.length + at;
    const resize = encodeCommit([{ kind: 'resize', file, size: 180 }]);
    const card = gbaCard(GBA, rootAfter(before.uicc.image, before.uicc.root, [resize]));
    derive(card, c);
    card.expectOk(GBANL);
    expect(card.send('00B20104B4')).toBe(`${listed(c).padEnd(360, 'F')}9000`);
    expect(card.send('00B20204B4')).toBe('6A83');
  });
});

function withRecords(recLen: number, recCount: number): CardProfile {
  return withChangedFile(
    'MF/ADF.USIM/EF.GBANL',
    (file) => (file.type === 'linear' ? { ...file, recLen, recCount, records: [] } : file),
    GBA,
  );
}

describe('a derivation that is refused', () => {
  it("is '6985' before a bootstrapping, after one that failed, with EF_GBABP alone", () => {
    const card = gbaCard();
    expectRefused(card, DERIVE, '6985');
    card.send(`${BOOTSTRAP.slice(0, -2)}00`);
    expectRefused(card, DERIVE, '6985');
    card.expectOk(GBABP);
    card.expectOk(`00D600001310${RAND}0000`);
    expectRefused(card, DERIVE, '6985');
  });

  it.each([
    ['no NAF_Id', derivation('', IMPI)],
    ['no IMPI', derivation(NAF, '')],
    ['neither', derivation('', '')],
    ['a NAF_Id that goes on behind the data', '0088008404DE047061'],
    ['no length of IMPI', '0088008403DE0161'],
    ['an IMPI that is cut short', '0088008405DE01610261'],
    ['an octet behind the IMPI', '0088008406DE0161016100'],
    ['nothing behind the tag', '0088008401DE'],
  ])("is '6700' with %s, also before a bootstrapping", (_what, command) => {
    expectRefused(bootstrapped(), command, '6700');
    expectRefused(gbaCard(), command, '6700');
  });

  it.each([
    ['there is no EF_GBANL', withoutFiles(['MF/ADF.USIM/EF.GBANL'], GBA)],
    ['a record of EF_GBANL has no room for the NAF_Id', withRecords(24, 2)],
  ])("is '9866' when %s", (_what, profile) => {
    expectRefused(bootstrapped(profile), DERIVE, '9866');
  });

  it('has room in a record of 25 octets, and with a B-TID of one octet more in none', () => {
    const card = bootstrapped(withRecords(25, 2));
    expect(card.ask(DERIVE)).toBe(KS_EXT_NAF);
    card.expectOk(GBABP);
    card.expectOk('00D60011020161');
    card.expectOk('00D600130100');
    expectRefused(card, DERIVE, '9866');
  });

  it("is '6581' when it cannot be stored, and then no key is given", () => {
    const card = bootstrapped();
    card.isStored = () => false;
    const before = card.uicc.root;
    expect(card.send(DERIVE)).toBe('6581');
    expect(card.uicc.root).toBe(before);
    expect(card.send('00C0000022')).toBe('6985');
  });
});

describe('who may ask', () => {
  it.each([
    ['of the USIM without service 68', withServices(DEFAULT_PROFILE, { isim: [2] }), SELECT_USIM],
    ['of the ISIM without service 2', withServices(DEFAULT_PROFILE, { usim: [68] }), SELECT_ISIM],
    ['of a card without EF_UST', withoutFiles(['MF/ADF.USIM/EF.UST'], GBA), SELECT_USIM],
    ['of an ISIM without EF_IST', withoutFiles(['MF/ADF.ISIM/EF.IST'], GBA), SELECT_ISIM],
  ])("nobody %s: '9864', whatever the data", (_what, profile, application) => {
    const card = new TestCard({ profile, setUp: [application, PIN1] });
    for (const command of [BOOTSTRAP, DERIVE, '0088008401DD']) {
      expectRefused(card, command, '9864');
    }
  });

  it.each([
    ['no application was selected', [PIN1], '6985'],
    ['the MF is current', [SELECT_USIM, PIN1, select('2FE2')], '6985'],
    ['PIN1 is not verified', [SELECT_USIM], '6982'],
    ['PIN2 and ADM1 are verified, PIN1 is not', [SELECT_USIM, PIN2, ADM1], '6982'],
    ['the last try of PIN1 was wrong', [SELECT_USIM, PIN1, WRONG_PIN1], '6982'],
  ])('nobody when %s', (_what, setUp, sw) => {
    const { root } = bootstrapped().uicc;
    const card = new TestCard({ profile: GBA, root });
    card.sendAll(setUp);
    for (const command of [bootstrappingFor(ENTRY, 0x40), DERIVE, '0088008401DD']) {
      expectRefused(card, command, sw);
    }
  });
});

describe('data of the GBA context', () => {
  it("begin with 'DD' or 'DE': every other octet is '6700'", () => {
    const card = bootstrapped();
    for (let tag = 0; tag <= 255; tag++) {
      if (tag === 0xdd || tag === 0xde) continue;
      expectRefused(card, BOOTSTRAP.replace('DD10', `${octet(tag)}10`), '6700');
    }
  });

  it.each([
    ['bootstrapping', BOOTSTRAP],
    ['a derivation', DERIVE],
  ])('of %s have one length: each of the others to 255 octets is refused', (_what, command) => {
    const card = bootstrapped();
    const octets = command.slice(10).padEnd(510, '0');
    for (let length = 0; length <= 255; length++) {
      if (length === Number.parseInt(command.slice(8, 10), 16)) continue;
      const data = length === 0 ? '' : `${octet(length)}${octets.slice(0, length * 2)}`;
      expectRefused(card, `00880084${data}`, '6700');
    }
  });

  it('of bootstrapping have RAND and AUTN of 16 octets', () => {
    const card = gbaCard();
    for (let length = 0; length <= 255; length++) {
      if (length === 16) continue;
      expectRefused(card, BOOTSTRAP.replace('DD10', `DD${octet(length)}`), '6700');
      expectRefused(card, BOOTSTRAP.replace(`${RAND}10`, `${RAND}${octet(length)}`), '6700');
    }
  });
});

describe('the keys end', () => {
  it('with the subscription', () => {
    const card = bootstrapped();
    const { image, root } = card.uicc;
    const after = rootAfter(image, root, [fromHex('0701')]);
    expect(after.bootstrapped).toEqual([]);
    expectRefused(gbaCard(GBA, after), DERIVE, '6985');
  });

  it('with their application, and not with another', () => {
    const { image, root } = bootstrapped().uicc;
    const adf = (path: string): number =>
      GBA.directories.findIndex((directory) => directory.path === path);
    const deleted = (path: string): CardRoot =>
      rootAfter(image, root, [fromHex(`0B${adf(path).toString(16).padStart(4, '0')}`)]);
    expect(deleted('MF/ADF.ISIM').bootstrapped).toEqual(root.bootstrapped);
    expect(deleted('MF/ADF.USIM').bootstrapped).toEqual([]);
  });

  it('with the card that is dumped: a profile has none, and it is said', () => {
    const { root } = bootstrapped().uicc;
    const dump = profileOf(GBA, root);
    expect(dump.lost).toEqual(['keys of GBA, until the next bootstrapping']);
    expect(JSON.stringify(dump).toUpperCase()).not.toContain(CK);
    expectRefused(gbaCard(dump.profile), DERIVE, '6985');
  });
});

describe('other algorithms', () => {
  const input = { rand: fromHex(RAND), sqn: fromHex('000000000020'), amf: fromHex('8000') };
  const { opc: _opc, ...rest } = ENTRY;
  const tuak = { ckLength: 32, ikLength: 32, resLength: 16 } as const;
  const K = '1A'.repeat(32);
  const TOPC = '2B'.repeat(32);

  it.each<[string, KeyTableEntryProfile, ReturnType<typeof authenticationOutput>]>([
    [
      'TUAK with CK and IK of 32 octets',
      { ...rest, ...tuak, algorithm: 'tuak', k: K, topc: TOPC },
      authenticationOutput(expandTuakKey(fromHex(K), fromHex(TOPC), tuak), input),
    ],
    [
      'XOR',
      { ...rest, algorithm: 'xor' },
      authenticationOutput(expandXorKey(fromHex(rest.k)), input),
    ],
  ])('of %s: RES, CK and IK as long as they are', (_what, entry, of) => {
    const autn = of.ak.map((value, at) => value ^ (input.sqn[at] ?? 0));
    const mac = modifiedMac(toHex(of.macA), of.ik);
    const card = gbaCard(withEntries(GBA, [entry]));
    const answer = `DB${octet(of.res.length)}${toHex(of.res)}9000`;
    const command = bootstrapping(`${toHex(autn)}8000${mac}`);
    expect(card.ask(command)).toBe(answer.toUpperCase());
    const key = toHex(of.ck) + toHex(of.ik);
    expect(toHex(card.uicc.root.bootstrapped[0]?.ks ?? new Uint8Array(0))).toBe(key);
    const parameter = (hex: string): string => `${hex}${toHex(lengthOf(hex))}`;
    const derived = createHmac('sha256', fromHex(key)).update(
      fromHex(`01${[hexOf('gba-me'), RAND, IMPI, NAF].map(parameter).join('')}`),
    );
    expect(card.ask(DERIVE)).toBe(`DB20${derived.digest('hex')}9000`.toUpperCase());
  });
});

function lengthOf(hex: string): Uint8Array {
  return Uint8Array.of(hex.length >> 9, (hex.length / 2) & 0xff);
}
