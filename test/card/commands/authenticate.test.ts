/**
 * AUTHENTICATE: published test sets, sequence numbers, contexts, and all that is refused.
 *
 * @see 3GPP TS 31.102 §7.1; 3GPP TS 33.102 §6.3.3, §C.2.2; 3GPP TS 35.208; 3GPP TS 55.205
 * @module
 */

import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { CardProfile, KeyTableEntryProfile } from '../../../src/profile/profile.ts';
import vectors from '../../vectors/milenage.json' with { type: 'json' };
import { challengeFor, RAND, withEntries } from '../support/aka.ts';
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
  withFiles,
  withoutFiles,
} from '../support/test-card.ts';

const EF_UST = 'MF/ADF.USIM/EF.UST';
/** Services 27 (GSM access) and 38 (GSM security context) of EF_UST: octet 4 b3 and octet 5 b6. */
const SERVICE_27 = 3;
const SERVICE_38 = 4;

/** Gives the built-in profile without the services of one octet of EF_UST. */
function withoutServices(octetOfUst: number, profile: CardProfile = DEFAULT_PROFILE): CardProfile {
  const at = octetOfUst * 2;
  return withChangedFile(
    EF_UST,
    (file) =>
      file.type === 'transparent'
        ? { ...file, data: `${file.data.slice(0, at)}00${file.data.slice(at + 2)}` }
        : file,
    profile,
  );
}

function entryOf(
  of: { readonly k: string; readonly opc: string },
  sqn: Partial<KeyTableEntryProfile['sqn']> = {},
): KeyTableEntryProfile {
  const { k, opc } = of;
  const { keySets = [] } = DEFAULT_PROFILE.keyTable.entries[0] ?? {};
  return { algorithm: 'milenage', k, opc, sqn: { indBits: 5, delta: 2 ** 28, ...sqn }, keySets };
}

function usimCard(profile: CardProfile): TestCard {
  return new TestCard({ profile, setUp: [SELECT_USIM, PIN1] });
}

/** SEQ that are not 0, by IND. */
function seqOf(card: TestCard): Record<string, number> {
  const { entries, active } = card.uicc.root;
  const seq = entries[active]?.seq ?? [];
  return Object.fromEntries([...seq.entries()].filter(([, value]) => value > 0));
}

describe.each(vectors.usimScenarios)('scenario "$name"', (scenario) => {
  const { indBits, delta, ageLimitL, service27KcInResponse, steps } = scenario;
  const ageLimit = ageLimitL ?? undefined;
  const entry = entryOf(
    scenario,
    ageLimit === undefined ? { indBits, delta } : { indBits, delta, ageLimit },
  );
  const based = service27KcInResponse ? DEFAULT_PROFILE : withoutServices(SERVICE_27);

  it('gives the answers and leaves the SEQ array of the vectors, step by step', () => {
    const card = usimCard(withEntries(based, [entry]));
    for (const step of steps) {
      const answer = card.ask(step.apdu);
      expect(answer, step.what).toBe(`${step.response}${step.sw}`.toUpperCase());
      if ('seqMsArrayNonZero' in step) {
        expect(seqOf(card), step.what).toEqual(step.seqMsArrayNonZero);
      }
    }
  });

  it('goes on after a power cut at every step, with the keys and the array stored', () => {
    let card = usimCard(withEntries(based, [entry]));
    for (const step of steps) {
      expect(card.ask(step.apdu)).toBe(`${step.response}${step.sw}`.toUpperCase());
      card = new TestCard({ profile: withEntries(based, [entry]), root: card.uicc.root });
      card.sendAll([SELECT_USIM, PIN1]);
    }
  });
});

describe('the published test sets', () => {
  it.each([...vectors.ts35208, ...vectors.ts35207])('$name: RES, CK, IK and Kc', (set) => {
    const card = usimCard(withEntries(DEFAULT_PROFILE, [entryOf(set, { delta: 2 ** 43 })]));
    const expected = `DB08${set.f2}10${set.f3}10${set.f4}08${set.derived.kc}9000`;
    expect(card.ask(`008800812210${set.rand}10${set.derived.autn}`)).toBe(expected.toUpperCase());
  });

  it.each(vectors.gsmMilenageTs55205)('$name: SRES and Kc', (set) => {
    const card = usimCard(withEntries(DEFAULT_PROFILE, [entryOf({ k: set.ki, opc: set.opc })]));
    const expected = `04${set.sres1}08${set.kc}9000`;
    expect(card.ask(`008800801110${set.rand}`)).toBe(expected.toUpperCase());
  });

  it('gives AUTS for the highest SQN of a set when the jump is limited', () => {
    const [set] = vectors.ts35208;
    const card = usimCard(withEntries(DEFAULT_PROFILE, [entryOf(set!)]));
    const answer = card.ask(`008800812210${set!.rand}10${set!.derived.autn}`);
    // AUTS for SQN_MS 0, by a second implementation.
    expect(answer).toBe('DC0E451E8BECA43BC1611F30A9EFD73C9000');
    expect(seqOf(card)).toEqual({});
  });
});

/** Test set 1 of TS 35.208; AUTN is for SQN 000000000020 and AMF 8000, by osmo-auc-gen. */
const AUTN = 'AA689C6483508000904CBB451B65DEF8';
const CHALLENGE = `008800812210${RAND}10${AUTN}`;
const RES_CK_IK =
  '08A54211D5E3BA50BF10B40BA9A3C58B2A05BBF0D987B21BF8CB10F769BCD751044604127672711C6D3441';
const KC = 'EAE4BE823AF9A08B';

describe("the operator's constants r1 to r5 and c1 to c5", () => {
  const [entry] = DEFAULT_PROFILE.keyTable.entries;
  const c = (octets: readonly number[]): string[] =>
    octets.map((last) => octet(last).padStart(32, '0'));

  it('are those of TS 35.206 when the profile states them', () => {
    const stated = { ...entry!, r: [64, 0, 32, 64, 96], c: c([0, 1, 2, 4, 8]) };
    const card = usimCard(withEntries(DEFAULT_PROFILE, [stated]));
    expect(card.ask(CHALLENGE)).toBe(`DB${RES_CK_IK}08${KC}9000`);
  });

  it('are others when the profile says so', () => {
    const other = {
      ...entry!,
      r: [8, 17, 33, 65, 127],
      c: [0xa1, 0xb2, 0xc3, 0xd4, 0xe5].map((value) => octet(value).repeat(16)),
    };
    const card = usimCard(withEntries(DEFAULT_PROFILE, [other]));
    expect(card.ask(CHALLENGE)).toBe('9862');
    // By a second implementation: AUTN for SQN 000000000020, the answer, AUTS when it is repeated.
    const challenge = `008800812210${RAND}109FADF9923CD58000C510DCAB35620FE6`;
    expect(card.ask(challenge)).toBe(
      'DB08FFA689363552EA4F1003D0186B943AEF86B4089754FE2EB20B1060234CB9CFB677E2812469049491A43F' +
        '0856DFAA8231338E509000',
    );
    expect(card.ask(challenge)).toBe('DC0E3FA7C50934E0ABEE6B5C6E43210E9000');
    expect(card.ask(`008800801110${RAND}`)).toBe('04CAF463790856DFAA8231338E509000');
  });

  it('may come with OP in place of OPc', () => {
    const { opc: _opc, ...rest } = entry!;
    const withOp = { ...rest, op: 'CDC202D5123E20F62B6D676AC72CB318' };
    const card = usimCard(withEntries(DEFAULT_PROFILE, [withOp]));
    expect(card.ask(CHALLENGE)).toBe(`DB${RES_CK_IK}08${KC}9000`);
  });
});

describe('which pair answers', () => {
  it('is the active one', () => {
    const { entries } = DEFAULT_PROFILE.keyTable;
    const card = usimCard(withEntries(DEFAULT_PROFILE, entries, 2));
    expect(card.ask(CHALLENGE)).toBe('9862');
    expect(card.ask(challengeFor(entries[2]!, 0x20))).toMatch(/^DB.*9000$/u);
    expect(card.uicc.root.entries[0]?.seq.every((seq) => seq === 0)).toBe(true);
    expect(seqOf(card)).toEqual({ 0: 1 });
  });
});

describe('Kc', () => {
  it('is there in the 3G context of the USIM with service 27 alone', () => {
    expect(usimCard(DEFAULT_PROFILE).ask(CHALLENGE)).toBe(`DB${RES_CK_IK}08${KC}9000`);
    expect(usimCard(withoutServices(SERVICE_27)).ask(CHALLENGE)).toBe(`DB${RES_CK_IK}9000`);
    expect(usimCard(withoutFiles([EF_UST])).ask(CHALLENGE)).toBe(`DB${RES_CK_IK}9000`);
  });

  it('follows EF_UST as soon as it is updated', () => {
    const card = usimCard(DEFAULT_PROFILE);
    card.expectOk('0020000A083131313131313131');
    card.expectOk('00D684030100');
    expect(card.ask(CHALLENGE)).toBe(`DB${RES_CK_IK}9000`);
  });
});

describe('the ISIM', () => {
  it('answers without Kc, from the same sequence numbers as the USIM', () => {
    const card = new TestCard({ setUp: [SELECT_ISIM, PIN1] });
    expect(card.ask(CHALLENGE)).toBe(`DB${RES_CK_IK}9000`);
    card.expectOk(SELECT_USIM);
    expect(card.ask(CHALLENGE)).toBe('DC0E451E8BECA41BF8EE589D46D835C99000');
  });

  it('has neither Kc nor a GSM context, whatever a file with the FID of EF_UST says', () => {
    const services = { fid: '6F38', sfi: null, arr: 2, size: 17, data: 'FF'.repeat(17) };
    const profile = withFiles([{ ...services, path: 'MF/ADF.ISIM/EF.X', type: 'transparent' }]);
    const card = new TestCard({ profile, setUp: [SELECT_ISIM, PIN1] });
    expect(card.send(`008800801110${RAND}`)).toBe('9864');
    expect(card.ask(CHALLENGE)).toBe(`DB${RES_CK_IK}9000`);
  });
});

describe('the GSM context', () => {
  it('needs service 38', () => {
    expect(usimCard(withoutServices(SERVICE_38)).send(`008800801110${RAND}`)).toBe('9864');
    expect(usimCard(withoutFiles([EF_UST])).send(`008800801110${RAND}`)).toBe('9864');
  });

  it('stores nothing, so that it may be asked again', () => {
    const card = usimCard(DEFAULT_PROFILE);
    card.clearLog();
    const answer = `0446F8416A08${KC}9000`;
    expect([card.ask(`008800801110${RAND}`), card.ask(`008800801110${RAND}`)]).toEqual([
      answer,
      answer,
    ]);
    expect(card.commits).toHaveLength(0);
  });
});

describe('a wrong MAC', () => {
  it('is 9862 for each of the 128 bits of AUTN turned, and stores nothing', () => {
    const card = usimCard(DEFAULT_PROFILE);
    card.clearLog();
    for (let bit = 0; bit < 128; bit++) {
      const at = (bit >> 3) * 2;
      const turned = octet(Number.parseInt(AUTN.slice(at, at + 2), 16) ^ (1 << (bit & 7)));
      const autn = `${AUTN.slice(0, at)}${turned}${AUTN.slice(at + 2)}`;
      expect(card.send(`008800812210${RAND}10${autn}`)).toBe('9862');
    }
    expect(card.commits).toHaveLength(0);
    expect(card.ask(CHALLENGE)).toBe(`DB${RES_CK_IK}08${KC}9000`);
  });

  it('is 9862 and no AUTS for an SQN that was used', () => {
    const card = usimCard(DEFAULT_PROFILE);
    card.ask(CHALLENGE);
    expect(card.send(`${CHALLENGE.slice(0, -2)}00`)).toBe('9862');
  });
});

describe('lengths', () => {
  const data = `10${RAND}10${AUTN}`;

  it('are 34 octets in the 3G context: every other is refused', () => {
    const card = usimCard(DEFAULT_PROFILE);
    for (let length = 1; length <= 255; length++) {
      if (length === 34) continue;
      const octets = data.padEnd(length * 2, '0').slice(0, length * 2);
      expect(card.send(`00880081${octet(length)}${octets}`), `${length}`).toBe('6700');
    }
  });

  it('are 17 octets in the GSM context: every other is refused', () => {
    const card = usimCard(DEFAULT_PROFILE);
    for (let length = 1; length <= 255; length++) {
      if (length === 17) continue;
      const octets = data.padEnd(length * 2, '0').slice(0, length * 2);
      expect(card.send(`00880080${octet(length)}${octets}`), `${length}`).toBe('6700');
    }
  });

  it('of RAND and AUTN are 16: every other is refused', () => {
    const card = usimCard(DEFAULT_PROFILE);
    for (let length = 0; length <= 255; length++) {
      if (length === 16) continue;
      expect(card.send(`0088008122${octet(length)}${RAND}10${AUTN}`)).toBe('6700');
      expect(card.send(`008800812210${RAND}${octet(length)}${AUTN}`)).toBe('6700');
      expect(card.send(`0088008011${octet(length)}${RAND}`)).toBe('6700');
    }
    expect(card.ask(CHALLENGE)).toBe(`DB${RES_CK_IK}08${KC}9000`);
  });

  it('without data are refused', () => {
    const card = usimCard(DEFAULT_PROFILE);
    expect(card.send('00880081')).toBe('6700');
    expect(card.send('0088008100')).toBe('6700');
    expect(card.send('0088008135')).toBe('6700');
  });
});

describe('P1 and P2', () => {
  it('name the contexts 80, 81, 82 and 84 to 86; every other P2 is refused', () => {
    const card = usimCard(DEFAULT_PROFILE);
    const named = Array.from({ length: 256 }, (_, p2) => p2).filter(
      (p2) => card.send(`008800${octet(p2)}2210${RAND}10${'00'.repeat(16)}`) !== '6A86',
    );
    expect(named).toEqual([0x80, 0x81, 0x82, 0x84, 0x85, 0x86]);
  });

  it('are refused when P1 is not 00', () => {
    const card = usimCard(DEFAULT_PROFILE);
    for (let p1 = 1; p1 <= 255; p1++) {
      expect(card.send(`0088${octet(p1)}812210${RAND}10${AUTN}`)).toBe('6A86');
    }
  });

  it.each(['82', '84', '85', '86'])('with context %s: the card does not have it', (p2) => {
    const card = usimCard(DEFAULT_PROFILE);
    expect(card.send(`008800${p2}2210${RAND}10${AUTN}`)).toBe('9864');
    expect(card.send(`008800${p2}0100`)).toBe('9864');
  });

  it('do not make the odd instruction another command: there is none', () => {
    expect(usimCard(DEFAULT_PROFILE).send(CHALLENGE.replace('0088', '0089'))).toBe('6D00');
  });
});

describe('what must be so before', () => {
  it.each([
    ['no application was selected', [PIN1], '6985'],
    ['the MF is current', [SELECT_USIM, PIN1, select('2FE2')], '6985'],
    ['another directory is current', [SELECT_USIM, PIN1, select('7F105F3A')], '6985'],
    ['the session was ended', [SELECT_USIM, PIN1, SELECT_USIM.replace('040C', '044C')], '6985'],
    ['PIN1 is not verified', [SELECT_USIM], '6982'],
    ['PIN2 and ADM1 are verified, PIN1 is not', [SELECT_USIM, PIN2, ADM1], '6982'],
    ['the last try of PIN1 was wrong', [SELECT_USIM, PIN1, WRONG_PIN1], '6982'],
  ])('is not so when %s', (_what, setUp, sw) => {
    const card = new TestCard();
    card.sendAll(setUp);
    card.clearLog();
    expect(card.send(CHALLENGE)).toBe(sw);
    expect(card.send(`008800801110${RAND}`)).toBe(sw);
    expect(card.commits).toHaveLength(0);
  });

  it.each([
    ['an EF of the application is current', select('7FFF6F07')],
    ['a directory below the application is current', select('7FFF5FC0')],
    ['an EF below that is current', select('7FFF5FC04F01')],
  ])('is so when %s', (_what, selection) => {
    const card = new TestCard({ setUp: [SELECT_USIM, PIN1, selection] });
    expect(card.ask(CHALLENGE)).toBe(`DB${RES_CK_IK}08${KC}9000`);
  });

  it('is so without verification when PIN1 is disabled', () => {
    const pins = DEFAULT_PROFILE.pins.map((pin) => ({ ...pin, enabled: pin.reference !== '01' }));
    const card = new TestCard({ profile: { ...DEFAULT_PROFILE, pins }, setUp: [SELECT_USIM] });
    expect(card.ask(CHALLENGE)).toBe(`DB${RES_CK_IK}08${KC}9000`);
  });

  it('asks for the PIN of the application, which need not be PIN1', () => {
    // ETSI TS 102 221 §9.5: '02' is an application PIN; the FCP of the ADF says whose.
    const [pin1] = DEFAULT_PROFILE.pins;
    const directories = DEFAULT_PROFILE.directories.map((directory) =>
      directory.path === 'MF/ADF.ISIM' ? { ...directory, pins: ['0A', '81', '02'] } : directory,
    );
    const pins = [...DEFAULT_PROFILE.pins, { ...pin1!, reference: '02', value: '5678' }];
    const card = new TestCard({ profile: { ...DEFAULT_PROFILE, directories, pins } });
    const pinOfIsim = '002000020835363738FFFFFFFF';
    card.sendAll([SELECT_ISIM, PIN1]);
    expect(card.send(CHALLENGE)).toBe('6982');
    expect(card.send(pinOfIsim)).toBe('9000');
    expect(card.ask(CHALLENGE)).toBe(`DB${RES_CK_IK}9000`);
    card.reset();
    card.sendAll([SELECT_USIM, pinOfIsim]);
    expect(card.send(CHALLENGE)).toBe('6982');
  });

  it('asks for PIN1 where the FCP of the ADF names no application PIN', () => {
    const directories = DEFAULT_PROFILE.directories.map((directory) =>
      directory.path === 'MF/ADF.ISIM' ? { ...directory, pins: ['0A', '81'] } : directory,
    );
    const card = new TestCard({ profile: { ...DEFAULT_PROFILE, directories } });
    card.sendAll([SELECT_ISIM, PIN2, ADM1]);
    expect(card.send(CHALLENGE)).toBe('6982');
    card.send(PIN1);
    expect(card.ask(CHALLENGE)).toBe(`DB${RES_CK_IK}9000`);
  });

  it('is not so in an application that is neither USIM nor ISIM', () => {
    const directories = DEFAULT_PROFILE.directories.map((directory) =>
      directory.path === 'MF/ADF.ISIM'
        ? { ...directory, aid: 'A0000000871009FFFFFFFF8900000100' }
        : directory,
    );
    const card = new TestCard({ profile: { ...DEFAULT_PROFILE, directories } });
    card.sendAll(['00A4040C10A0000000871009FFFFFFFF8900000100', PIN1]);
    expect(card.send(CHALLENGE)).toBe('6985');
  });

  it('is not so in an application whose AID is too short to say what it is', () => {
    const directories = DEFAULT_PROFILE.directories.map((directory) =>
      directory.path === 'MF/ADF.ISIM' ? { ...directory, aid: 'A000000087' } : directory,
    );
    const card = new TestCard({ profile: { ...DEFAULT_PROFILE, directories } });
    card.sendAll(['00A4040D05A000000087', PIN1]);
    expect(card.send(CHALLENGE)).toBe('6985');
  });
});
