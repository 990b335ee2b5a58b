/**
 * Any keys of GBA, for tests of how a card keeps them.
 *
 * @see docs/architecture.md, "The card changes by commits"
 * @module
 */

import fc from 'fast-check';
import type { BootstrappedKeys, CardImage } from '../../../src/card/memory.ts';

function octets(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

/** File numbers of the applications. */
export function applicationsOf(image: CardImage): number[] {
  return image.nodes.flatMap((node, file) =>
    node.kind === 'directory' && node.aid !== undefined ? [file] : [],
  );
}

/** Keys of an application. */
export function keysOfGba(application: fc.Arbitrary<number>): fc.Arbitrary<BootstrappedKeys> {
  return fc.record({
    application,
    rand: octets(16),
    ks: fc.oneof(octets(32), octets(48), octets(64)),
    records: fc.array(fc.nat({ max: 255 }), { maxLength: 20 }),
  });
}

/** Keys of some of a card's applications, in any order. */
export function keysOfApplications(image: CardImage): fc.Arbitrary<BootstrappedKeys[]> {
  return fc
    .shuffledSubarray(applicationsOf(image))
    .chain((adfs) => fc.tuple(...adfs.map((adf) => keysOfGba(fc.constant(adf)))));
}
