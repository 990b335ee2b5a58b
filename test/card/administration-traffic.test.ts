/**
 * Files that come and go on four channels and over the air at once.
 *
 * @see ETSI TS 102 222 §6; ETSI TS 102 226 §6; ETSI TS 102 221 §8
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryLeft } from '../../src/card/files/file-tree.ts';
import { decodeRoot, encodeRoot, rootAfter } from '../../src/card/store/commit-codec.ts';
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
  terminateDf,
  terminateEf,
} from './support/administration.ts';
import { OPEN, on } from './support/channels.ts';
import { EVERYTHING } from './support/proactive.ts';
import { RFM, remoteProfile, runScript } from './support/remote.ts';
import { apdus, definite, tlv } from './support/scripts.ts';
import { ADM1, TestCard, withChannels } from './support/test-card.ts';
import { fcpsOf } from './support/tree.ts';

const PROFILE = { ...withChannels(0x13, remoteProfile()), freeMemory: 400 };
const FIDS = ['6F29', '6F30', '5F01', '5F02'] as const;
const rule = OPEN_RULE;

const COMMANDS: readonly string[] = FIDS.flatMap((name) => {
  const fid = `8302${name}`;
  return [
    ...[TRANSPARENT, LINEAR, BER_TLV, DIRECTORY].map((of) => create(of, { fid, rule })),
    ...[
      create(TRANSPARENT, { fid, rule, descriptor: '82020121' }),
      create(DIRECTORY, { fid, rule }),
    ],
    ...[deleteFile(name), deleteFile(name), resize(name, 1), resize(name, 33)],
    ...[terminateEf(name), terminateDf(name), go(name), go(name), go('3F00')],
    ...['00D6000001A5', '00DC000201A5', '00B2000201', '00B0000001', '00A2000401A5'],
    // A data object at once, in blocks, and read in blocks.
    ...['80DB0080038201A5', '80DB0080038203A5', '80DB0000025A5A', '80CB0080018202', '80CB000000'],
  ];
});

/** One script of some commands, of a chain or of none; or one command on a channel. */
type Step =
  | { readonly kind: 'command'; readonly channel: number; readonly command: string }
  | { readonly kind: 'script'; readonly commands: readonly string[]; readonly chain: string };

const command = fc.constantFrom(...COMMANDS);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      channel: fc.nat({ max: 3 }),
      command,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('script' as const),
      commands: fc.array(command, { minLength: 1, maxLength: 3 }),
      chain: fc.constantFrom('', '01', '11', '02', '03'),
    }),
  },
);

/** What a channel has for its current EF, as far as it can be told. */
function currentEf(card: TestCard, channel: number): string {
  return card.send(on(channel, '00B0000001'));
}

function expectWhole(card: TestCard): void {
  const { image, root } = card.uicc;
  expect(card.faults).toEqual([]);
  expect(memoryLeft(image, root)).toBeGreaterThanOrEqual(0);
  const fcps = fcpsOf(card.uicc);
  for (const channel of [0, 1, 2, 3]) {
    const fcp = card.ask(on(channel, '80F2000000'));
    expect(fcps.has(fcp.slice(0, -4)), fcp).toBe(true);
    expect(currentEf(card, channel)).toMatch(/^(?:..9000|698[1456])$/u);
  }
}

describe('files that come and go', () => {
  it('on four channels and over the air leave each of them somewhere, and no fault', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const setUp = [EVERYTHING, ADM1];
        const card = new TestCard({ profile: PROFILE, setUp });
        card.sendAll([OPEN, OPEN, OPEN]);
        for (const one of steps) {
          if (one.kind === 'command') {
            expect(card.send(on(one.channel, one.command))).toMatch(/^(?:.*9000|6[1-9A].*)$/u);
          } else {
            const chain = one.chain === '' ? [] : [tlv('83', one.chain)];
            runScript(card, RFM.expanded, definite(...chain, apdus(...one.commands)));
          }
          expectWhole(card);
        }
        const { image, root } = card.uicc;
        expect(rootAfter(image, image.root, card.commits)).toEqual(root);
        const atRest = encodeRoot(image, root);
        expect(encodeRoot(image, decodeRoot(image, atRest))).toEqual(atRest);
      }),
      { numRuns: 40 },
    );
  });

  it('are current on one channel at most when they are not shareable', () => {
    const own = create(TRANSPARENT, { rule, descriptor: '82020121' });
    const moves = fc.constantFrom(own, deleteFile('6F29'), go('6F29'), go('3F00'), go('2FE2'));
    const steps = fc.array(fc.tuple(fc.nat({ max: 3 }), moves), { maxLength: 40 });
    fc.assert(
      fc.property(steps, (of) => {
        const card = new TestCard({ profile: PROFILE, setUp: [ADM1] });
        card.sendAll([OPEN, OPEN, OPEN]);
        for (const [channel, sent] of of) card.send(on(channel, sent));
        const there = [0, 1, 2, 3].filter((channel) => currentEf(card, channel) === 'FF9000');
        expect(there.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 100 },
    );
  });
});
