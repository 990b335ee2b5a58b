/**
 * A card that is kept and made again at each reset answers like one that was never away.
 *
 * Two cards get the same traffic: files that come and go, data objects, scripts of chains. At a
 * reset one of them is put to rest and comes back with numbers of files that begin anew.
 *
 * @see docs/architecture.md, "The card changes by commits"; docs/profile.md, "Dump"
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { encodeFcp } from '../../src/card/files/fcp.ts';
import { subtree } from '../../src/card/files/file-tree.ts';
import { makeImage } from '../../src/card/image.ts';
import {
  type CardImage,
  type CardRoot,
  type FileNumber,
  MF,
  nodeOf,
} from '../../src/card/memory.ts';
import { profileOf } from '../../src/card/profile-of.ts';
import { decodeRoot, encodeRoot } from '../../src/card/store/commit-codec.ts';
import type { FileProfile } from '../../src/profile/profile.ts';
import {
  BER_TLV,
  create,
  DIRECTORY,
  deleteFile,
  go,
  LINEAR,
  OPEN_RULE,
  resize,
  TRANSPARENT,
  terminateEf,
} from './support/administration.ts';
import { EVERYTHING } from './support/proactive.ts';
import { RFM, remoteProfile, runScript } from './support/remote.ts';
import { apdus, definite, tlv } from './support/scripts.ts';
import { ADM1, octet, TestCard, withFiles } from './support/test-card.ts';

/** Of the image, with two data objects, for everybody. */
const OBJECTS: FileProfile = {
  path: 'MF/EF.6F31',
  fid: '6F31',
  type: 'ber-tlv',
  size: 16,
  sfi: null,
  rules: { expanded: OPEN_RULE.slice(4) },
  data: '8002C0DE8100',
};
const PROFILE = { ...withFiles([OBJECTS], remoteProfile()), freeMemory: 400 };
const SET_UP = [EVERYTHING, ADM1];

const FIDS = ['6F31', '5F01', '5F02'] as const;
const rule = OPEN_RULE;
const AID = 'A0000000871009';
const SELECT_ADF = `00A4040C${octet(AID.length / 2)}${AID}`;

/** Commands that get somewhere, and what may be done there. */
const PHRASES: readonly (readonly string[])[] = FIDS.flatMap((name) => {
  const fid = `8302${name}`;
  const made = [TRANSPARENT, LINEAR, BER_TLV, DIRECTORY].map((of) => create(of, { fid, rule }));
  const adf = create(DIRECTORY, { fid, rule, aid: tlv('84', AID) });
  return [
    ...[...made, adf].flatMap((one) => [[one], [go('3F00'), one]]),
    ...[[deleteFile(name)], [go('3F00'), deleteFile(name)], [go('3F00'), deleteFile(name)]],
    ...[[go('3F00')], [go(name)], [go(name)], [go('3F00'), go(name)], [go('7FFF')], [SELECT_ADF]],
    ...[[resize(name, 3)], [resize(name, 33)], [terminateEf(name)]],
    [go('3F00'), go(name), '80DB00800180', '80DB00800181', resize(name, 3)],
  ];
});
const USES: readonly (readonly string[])[] = [
  ...['00D6000001A5', '00DC000201A5', '00B2000201', '00B0000001', '80F2000000', '00C0000002'],
  ...['80DB0080038201A5', '80DB00800180', '80CB0080015C'],
].map((use) => [use]);

type Step =
  | { readonly kind: 'commands'; readonly commands: readonly string[] }
  | { readonly kind: 'script'; readonly commands: readonly string[]; readonly chain: string }
  | { readonly kind: 'reset' };

const commands = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...PHRASES) },
  { weight: 1, arbitrary: fc.constantFrom(...USES) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('commands' as const), commands }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('script' as const),
      commands,
      chain: fc.constantFrom('', '11', '02', '02'),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'reset' as const }) },
);

/** Does one step. Gives the card behind it, and what it has answered. */
function done(card: TestCard, one: Step, isKept: boolean): readonly [TestCard, string] {
  switch (one.kind) {
    case 'commands':
      return [card, one.commands.map((each) => card.send(each)).join(' ')];
    case 'script': {
      const chain = one.chain === '' ? [] : [tlv('83', one.chain)];
      return [card, runScript(card, RFM.expanded, definite(...chain, apdus(...one.commands)))];
    }
    case 'reset': {
      expect(card.faults).toEqual([]);
      if (isKept) {
        const { image, root } = card.uicc;
        const again = decodeRoot(image, encodeRoot(image, root));
        return [new TestCard({ profile: PROFILE, root: again, setUp: SET_UP }), ''];
      }
      card.reset();
      for (const each of SET_UP) card.expectOk(each);
      return [card, ''];
    }
  }
}

/** Where a file is: FIDs from the MF down, an ADF by its AID. */
function placeOf(image: CardImage, root: CardRoot, file: FileNumber): string {
  const node = nodeOf(image, root, file);
  if (file === MF) return '';
  const name = node.kind === 'directory' && node.aid !== undefined ? toHex(node.aid) : node.fid;
  return `${placeOf(image, root, node.parent)}/${name}`;
}

/** Every EF with its place, FCP and content. */
function efsOf(image: CardImage, root: CardRoot): readonly string[] {
  const files = subtree(image, root, MF);
  const told = files.map((file) => {
    const node = nodeOf(image, root, file);
    const place = placeOf(image, root, file);
    return node.kind === 'ef'
      ? `${place} ${toHex(encodeFcp(node, []))} ${toHex(node.content)}`
      : '';
  });
  return told.sort();
}

describe('a card that is kept', () => {
  it('answers like one that was never away, and its dump has the same files', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 30, maxLength: 60 }), (steps) => {
        let [living, kept] = [0, 1].map(() => new TestCard({ profile: PROFILE, setUp: SET_UP }));
        for (const one of steps) {
          const [card, answer] = done(living!, one, false);
          const [again, sameAnswer] = done(kept!, one, true);
          expect(sameAnswer).toBe(answer);
          [living, kept] = [card, again];
        }
        const { image, root } = kept!.uicc;
        const files = efsOf(image, root);
        expect(efsOf(living!.uicc.image, living!.uicc.root)).toEqual(files);
        const dump = makeImage(profileOf(PROFILE, root).profile);
        expect(efsOf(dump, dump.root)).toEqual(files);
      }),
      { numRuns: 80 },
    );
  });
});
