import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { address } from '../../src/bytes/address.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { plmn } from '../../src/bytes/identity.ts';
import type { CardImage, CardRoot } from '../../src/card/memory.ts';
import { applyChange } from '../../src/card/store/changes.ts';
import type { OperatorData } from '../../src/ota/operator-data.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { generateSigning, type Signing } from '../../src/scenario/signing.ts';
import { OPERATORS } from '../../src/scenario/world.ts';
import { contentIn, fileOf, Rig, type Trouble } from './support/rig.ts';
import { cardFacts, owned, servedBy, standing } from './support/settled.ts';
import { finish, story } from './support/story.ts';

/** One of each kind that the new operator may send, for EFs that hold something before. */
const OPERATOR_DATA: OperatorData = {
  spn: Uint8Array.of(0x01, 0x42),
  serviceCentre: address('+00102555'),
  msisdn: address('+00102556'),
  gid1: Uint8Array.of(0xb1),
  spdi: [plmn('001-02')],
};

/** The EFs of the card that a change touches, as docs/subscription-change.md lists them. */
function touchedFiles(): readonly string[] {
  const page = readFileSync(new URL('../../docs/subscription-change.md', import.meta.url), 'utf8');
  const table = page.slice(
    page.indexOf('| files | content |'),
    page.indexOf('A file that the card'),
  );
  return table.split('\n').flatMap((row) => {
    const names = row.split('|')[1] ?? '';
    const isIsim = names.includes('ISIM:');
    const listed = [...names.matchAll(/EF_([\w-]+)/g)].map(([, name]) => `/EF.${name}`);
    return DEFAULT_PROFILE.files
      .map(({ path }) => path)
      .filter((path) => path.includes('/ADF.ISIM/') === isIsim)
      .filter((path) => listed.some((name) => path.endsWith(name)));
  });
}

const TOUCHED = touchedFiles();
/** EFs that differ anyway, as they name the operator or the IMSI. */
const PERSONAL = /EF\.(?:IMSI|AD|ACC|EHPLMN|HPLMNwAcT|SMSP|SPN|SPDI|PNN|OPL|IMPI|DOMAIN|IMPU)$/;

/** Fills every touched EF with something of the old operator, so that a mix of two can be seen. */
function marked(image: CardImage, root: CardRoot): CardRoot {
  return TOUCHED.reduce((from, path) => {
    const file = fileOf(path);
    const content = contentIn(image, from, file).slice();
    if (!PERSONAL.test(path)) content.fill(0x11);
    // MNCs of the old operator have three digits, as far as the card knows.
    if (path === 'MF/ADF.USIM/EF.AD') content[3] = 3;
    return applyChange(image, from, { kind: 'content', file, content });
  }, root);
}

let signing: Signing;
/** The story as it goes when nothing fails. */
let whole: Rig;
/** The first state of the card with the new subscription. */
let changed: CardRoot;
/** What each touched EF has held with the old subscription, and with the new. */
let contents: ReadonlyMap<string, readonly [ReadonlySet<string>, ReadonlySet<string>]>;

function rigWith(trouble?: Trouble): Rig {
  return new Rig({ signing, prepare: marked, ...(trouble === undefined ? {} : { trouble }) });
}

function hexIn(root: CardRoot, path: string): string {
  return toHex(contentIn(whole.image, root, fileOf(path)));
}

beforeAll(async () => {
  signing = await generateSigning(OPERATORS);
  whole = rigWith();
  await story(whole, 'patient', OPERATOR_DATA);
  changed = whole.roots.find(({ active }) => active === 1) ?? whole.newRoot;
  contents = new Map(
    TOUCHED.map((path) => {
      const of = (active: number): ReadonlySet<string> =>
        new Set(
          whole.roots.filter((root) => root.active === active).map((root) => hexIn(root, path)),
        );
      return [path, [of(0), of(1)]];
    }),
  );
});

/** The EFs that do not belong to the subscription that the card says it has. */
function strangers(root: CardRoot): readonly string[] {
  return TOUCHED.filter(
    (path) => contents.get(path)?.[root.active]?.has(hexIn(root, path)) !== true,
  );
}

/** Switches the card on again after a cut. */
function afterRestart(rig: Rig): Rig {
  rig.powerCycle();
  rig.device.card.reset();
  return rig;
}

describe('the story that is cut', () => {
  it('has commits before the staging, between it and the change, and after', () => {
    const states = whole.roots.map(({ active, staged }) => `${active}${staged ? 's' : ''}`);
    expect(states.join(' ')).toMatch(/^(?:0 ){5,}(?:0s ){3,}(?:1 ){4,}1$/);
  });

  it('changes every EF that the specification lists, so that each tells whose it is', () => {
    expect(TOUCHED.length).toBeGreaterThan(30);
    const untold = TOUCHED.filter((path) => {
      const [old, after] = contents.get(path) ?? [new Set(), new Set()];
      return [...old].some((content) => after.has(content));
    });
    expect(untold).toEqual([]);
  });

  it('changes no other EF', () => {
    const others = DEFAULT_PROFILE.files
      .map(({ path }) => path)
      .filter((path) => !TOUCHED.includes(path))
      .filter((path) => hexIn(changed, path) !== hexIn(whole.newRoot, path));
    expect(others).toEqual([]);
  });
});

describe.each(['cut-before', 'cut-after'] as const)('a power cut at each commit, %s it', (kind) => {
  it('gives the old or the new subscription at the restart, whole', async () => {
    for (const commit of whole.commits.keys()) {
      const where = `${kind}: commit ${commit}`;
      const rig = rigWith({ kind, commit });
      await story(rig, 'hasty', OPERATOR_DATA);
      expect(rig.isDown, where).toBe(true);
      const cut = whole.roots[kind === 'cut-after' ? commit + 1 : commit];
      expect(rig.stored, where).toEqual(cut);
      afterRestart(rig);
      // A staged change is the new subscription from the restart on, whatever else was committed.
      expect(rig.stored, where).toEqual(cut?.staged === undefined ? cut : changed);
      expect(strangers(rig.stored), where).toEqual([]);
    }
  });

  it('leaves K and OTA keys of one pair only, that of the IMSI', async () => {
    for (const commit of whole.commits.keys()) {
      const rig = rigWith({ kind, commit });
      await story(rig, 'hasty', OPERATOR_DATA);
      const { imsi, akaWith, otaWith } = owned(afterRestart(rig));
      expect(cardFacts(rig, rig.stored), `${kind}: commit ${commit}`).toEqual({
        imsi,
        akaWith,
        otaWith,
      });
    }
  });
});

describe('a commit that the memory refuses', () => {
  it('is not made, and the card goes on as what is stored', async () => {
    for (const commit of whole.commits.keys()) {
      const rig = rigWith({ kind: 'not-stored', commit });
      await story(rig, 'patient', OPERATOR_DATA);
      expect(rig.device.card.root, `not stored: commit ${commit}`).toEqual(rig.stored);
    }
  });

  it('leaves the change staged when it was to make it effective, and the ATR comes', async () => {
    const commit = whole.roots.indexOf(changed) - 1;
    const rig = rigWith({ kind: 'not-stored', commit });
    await story(rig, 'hasty', OPERATOR_DATA);
    expect(rig.device.imsi).toBe(rig.oldImsi);
    expect(rig.a.home.isAttached(rig.oldImsi)).toBe(true);
    expect(rig.stored).toMatchObject({ active: 0, staged: expect.any(Uint8Array) });
    rig.powerCycle();
    rig.device.card.reset();
    expect(rig.stored).toMatchObject({ active: 1, staged: undefined });
  });
});

describe.each(['cut-before', 'cut-after', 'not-stored'] as const)(
  'the rest of the story after trouble with each commit: %s',
  (kind) => {
    it.each(['patient', 'hasty'] as const)('brings the device to B (%s)', async (manner) => {
      for (const commit of whole.commits.keys()) {
        const where = `${kind}: commit ${commit}, ${manner}`;
        const rig = rigWith({ kind, commit });
        await story(rig, manner, OPERATOR_DATA);
        await finish(rig, manner);
        expect(standing(rig), where).toEqual(servedBy('MNO-B', rig.newImsi, 1));
      }
    });

    it('leaves the device with A or B when the change is never repeated', async () => {
      for (const commit of whole.commits.keys()) {
        const rig = rigWith({ kind, commit });
        await story(rig, 'silent', OPERATOR_DATA);
        await finish(rig, 'silent');
        expect(standing(rig), `${kind}: commit ${commit}, silent`).toEqual(owned(rig));
      }
    });
  },
);
