import { beforeAll, describe, expect, it } from 'vitest';
import type { CardRoot } from '../../src/card/memory.ts';
import { generateSigning, type Signing } from '../../src/scenario/signing.ts';
import { OPERATORS } from '../../src/scenario/world.ts';
import { Rig, type Trouble } from './support/rig.ts';
import { cardFacts, owned, servedBy, standing } from './support/settled.ts';
import { finish, type Manner, story } from './support/story.ts';

let signing: Signing;
/** Two changes as they go when nothing fails. */
let whole: Rig;
/** Where the second change begins and ends in the commits of {@link whole}. */
let first: number;
let end: number;
/** The first state of the card with the third subscription. */
let changed: CardRoot | undefined;

/** A device that has gone from A to B, and goes to C with trouble on the way. */
async function goOn(manner: Manner, trouble?: Trouble): Promise<Rig> {
  const rig = new Rig({ signing, ...(trouble === undefined ? {} : { trouble }) });
  await story(rig, 'patient');
  rig.nextChange();
  await story(rig, manner);
  return rig;
}

function commitsOfSecond(): readonly number[] {
  return Array.from({ length: end - first }, (_, n) => first + n);
}

beforeAll(async () => {
  signing = await generateSigning(OPERATORS);
  const rig = new Rig({ signing });
  await story(rig, 'patient');
  first = rig.commits.length;
  whole = await goOn('patient');
  end = whole.commits.length;
  changed = whole.roots.find(({ active }) => active === 2);
});

describe('a second change', () => {
  it('begins with the second subscription, and ends with the third', () => {
    expect(end - first).toBeGreaterThan(8);
    expect(whole.roots[first]).toMatchObject({ active: 1, staged: undefined });
    expect(whole.roots.at(-1)).toMatchObject({ active: 2, staged: undefined });
    expect(standing(whole)).toEqual(servedBy('MNO-C', whole.newImsi, 2));
  });
});

describe.each(['cut-before', 'cut-after'] as const)('a power cut at each commit, %s it', (kind) => {
  it('gives the second or the third subscription at the restart, whole', async () => {
    for (const commit of commitsOfSecond()) {
      const where = `${kind}: commit ${commit}`;
      const rig = await goOn('hasty', { kind, commit });
      expect(rig.isDown, where).toBe(true);
      const cut = whole.roots[kind === 'cut-after' ? commit + 1 : commit];
      expect(rig.stored, where).toEqual(cut);
      rig.powerCycle();
      rig.device.card.reset();
      expect(rig.stored, where).toEqual(cut?.staged === undefined ? cut : changed);
      const { imsi, akaWith, otaWith } = owned(rig);
      expect(cardFacts(rig, rig.stored), where).toEqual({ imsi, akaWith, otaWith });
    }
  });
});

describe.each(['cut-before', 'cut-after', 'not-stored'] as const)(
  'the rest of the second change after trouble with each commit: %s',
  (kind) => {
    it.each(['patient', 'hasty'] as const)('brings the device to C (%s)', async (manner) => {
      for (const commit of commitsOfSecond()) {
        const rig = await goOn(manner, { kind, commit });
        await finish(rig, manner);
        const where = `${kind}: commit ${commit}, ${manner}`;
        expect(standing(rig), where).toEqual(servedBy('MNO-C', rig.newImsi, 2));
      }
    });

    it('leaves the device with B or C when the change is never repeated', async () => {
      for (const commit of commitsOfSecond()) {
        const rig = await goOn('silent', { kind, commit });
        await finish(rig, 'silent');
        expect(standing(rig), `${kind}: commit ${commit}, silent`).toEqual(owned(rig));
      }
    });
  },
);
