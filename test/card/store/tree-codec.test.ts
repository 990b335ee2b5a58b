/**
 * Files that were created, deleted and resized, as a card at rest has them: both ways, cut short,
 * and what cannot be.
 *
 * @see docs/architecture.md, "The card changes by commits"
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { concat } from '../../../src/bytes/octets.ts';
import { encodeFcp } from '../../../src/card/files/fcp.ts';
import { decodeCreationTemplate } from '../../../src/card/files/file-description.ts';
import { newNode } from '../../../src/card/files/file-tree.ts';
import { makeImage } from '../../../src/card/image.ts';
import { type CardImage, type CardRoot, type Change, findNode } from '../../../src/card/memory.ts';
import { applyChange } from '../../../src/card/store/changes.ts';
import {
  decodeRoot,
  encodeCommit,
  encodeRoot,
  rootAfter,
} from '../../../src/card/store/commit-codec.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import { applyEdits, changesOf, descriptions, edits } from '../support/edits.ts';
import { EF_OBJECTS, withFiles } from '../support/test-card.ts';

const IMAGE = makeImage(DEFAULT_PROFILE);
/** One with little memory, where what is created and resized meets. */
const SMALL: CardImage = { ...IMAGE, freeMemory: 300 };

/** A root as the card sees it: what says the same as the image is the image. */
function seen(image: CardImage, root: CardRoot): unknown {
  return { ...root, files: Array.from(root.files, (_, file) => findNode(image, root, file)) };
}

describe('a template', () => {
  it('comes back from the FCP of the file that it creates', () => {
    fc.assert(
      fc.property(descriptions, (description) => {
        const octets = encodeFcp(newNode(description, 0), []);
        expect(decodeCreationTemplate(octets)).toEqual({
          description,
          sfiFollowsFid: description.kind === 'directory',
          filling: undefined,
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('from octets of one gives a file whose FCP says the same', () => {
    fc.assert(
      fc.property(descriptions, (description) => {
        const octets = encodeFcp(newNode(description, 0), []);
        const { description: again } = decodeCreationTemplate(octets);
        expect(encodeFcp(newNode(again, 0), [])).toEqual(octets);
      }),
      { numRuns: 200 },
    );
  });

  it('cut short or changed anywhere, or any octets, is a template or a DecodeError', () => {
    const changed = fc
      .tuple(descriptions, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 3 }))
      .chain(([description, places]) => {
        const octets = encodeFcp(newNode(description, 0), []);
        for (const [at, value] of places) octets[at % octets.length] = value;
        return fc.nat({ max: octets.length }).map((length) => octets.subarray(0, length));
      });
    fc.assert(
      fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 60 })), (octets) => {
        try {
          decodeCreationTemplate(octets);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: 1500 },
    );
  });
});

describe('a card at rest whose files have changed', () => {
  it.each([
    ['plenty of memory', IMAGE],
    ['little memory', SMALL],
  ])('comes back from its octets, with %s', (_what, image) => {
    fc.assert(
      fc.property(edits, (of) => {
        const root = applyEdits(image, of);
        const again = decodeRoot(image, encodeRoot(image, root));
        expect(seen(image, again)).toEqual(seen(image, root));
        expect(encodeRoot(image, again)).toEqual(encodeRoot(image, root));
      }),
      { numRuns: 60 },
    );
  });

  it('is what its commits make of the image', () => {
    fc.assert(
      fc.property(edits, fc.nat({ max: 25 }), (of, at) => {
        const changes = changesOf(IMAGE, of);
        const commits = changes.map((change) => encodeCommit([change]));
        const root = applyEdits(IMAGE, of);
        expect(rootAfter(IMAGE, IMAGE.root, commits)).toEqual(root);
        const base = applyEdits(IMAGE, of.slice(0, at));
        const kept = decodeRoot(IMAGE, encodeRoot(IMAGE, base));
        const rest = commits.slice(changesOf(IMAGE, of.slice(0, at)).length);
        expect(seen(IMAGE, rootAfter(IMAGE, kept, rest))).toEqual(seen(IMAGE, root));
      }),
      { numRuns: 60 },
    );
  });

  it('cut short anywhere is a DecodeError, or a card of the tree of its image', () => {
    fc.assert(
      fc.property(edits, (of) => {
        const root = applyEdits(IMAGE, of);
        const whole = encodeRoot(IMAGE, root);
        for (let length = 0; length < whole.length; length += length < 300 ? 1 : 13) {
          try {
            const found = decodeRoot(IMAGE, whole.subarray(0, length));
            // The tree is the last, and a card may have none: its contents then fit the image.
            expect(found.files.length).toBe(IMAGE.nodes.length);
          } catch (error) {
            expect(error).toBeInstanceOf(DecodeError);
          }
        }
      }),
      { numRuns: 8 },
    );
  });

  it('with octets changed is a card or a DecodeError', () => {
    const places = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(edits, places, (of, changed) => {
        const whole = encodeRoot(IMAGE, applyEdits(IMAGE, of));
        // The tree is at the end: most of the changes are made there.
        for (const [n, [at, value]] of changed.entries()) {
          const from = n % 2 === 0 ? Math.max(0, whole.length - 120) : 0;
          whole[from + (at % (whole.length - from))] = value;
        }
        let found: CardRoot;
        try {
          found = decodeRoot(IMAGE, whole);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
          return;
        }
        const again = decodeRoot(IMAGE, encodeRoot(IMAGE, found));
        expect(seen(IMAGE, again)).toEqual(seen(IMAGE, found));
      }),
      { numRuns: 250 },
    );
  });

  it('needs no octets for files that are as in the image', () => {
    const file = IMAGE.nodes.length;
    const root = [
      ...[
        { kind: 'create', file, parent: 0, description: EF },
        { kind: 'delete', file },
      ],
      ...[
        { kind: 'resize', file: 7, size: 20 },
        { kind: 'resize', file: 7, size: 10 },
      ],
    ].reduce((of, change) => applyChange(IMAGE, of, change as Change), IMAGE.root);
    const [before, after] = [encodeRoot(IMAGE, IMAGE.root), encodeRoot(IMAGE, root)];
    // The content of the resized file alone: it was written.
    expect(after.length - before.length).toBe(14);
  });
});

const EF = decodeCreationTemplate(
  fromHex('6216 82024121 83026F29 8A0105 8B032F0601 80020010 8800'),
).description;

describe('a card at rest', () => {
  /** Without PINs, staged change and applet data; behind its key table a tree. */
  const rest = toHex(encodeRoot(IMAGE, IMAGE.root)).slice(4);
  const TEMPLATE = '6216 82024121 83026F29 8A0105 8B032F0601 80020010 8800';
  const DF = '621B 82027821 83025F01 8A0105 8B032F0609 C609 9001C0 830101 83010A';
  const NUMBER = IMAGE.nodes.length.toString(16).padStart(4, '0');
  const NEXT = (IMAGE.nodes.length + 1).toString(16).padStart(4, '0');

  function decode(tree: string, files = ''): CardRoot {
    const written = `${files} FFFF ${rest} ${tree}`.replaceAll(/\s/gu, '');
    return decodeRoot(IMAGE, fromHex(written));
  }

  it('may have a tree as written here', () => {
    const root = decode(
      `0008 FFFF ${NUMBER} 0000 0018 ${TEMPLATE} FFFF 0007 0030 FFFF`,
      `${NUMBER} 0010 ${'A5'.repeat(16)} 0007 0030 ${'5A'.repeat(48)}`,
    );
    expect(root.files[8]).toBeNull();
    expect(root.files[IMAGE.nodes.length]).toMatchObject({
      fid: 0x6f29,
      parent: 0,
      content: new Uint8Array(16).fill(0xa5),
    });
    expect(root.files[7]).toMatchObject({ content: new Uint8Array(48).fill(0x5a) });
    expect(root.files[0]).toMatchObject({ kind: 'directory' });
  });

  it('may have a file that was created and terminated, and its directory', () => {
    const tree = `FFFF ${NUMBER} 0000 001D ${DF} ${NEXT} ${NUMBER} 0018 ${TEMPLATE} FFFF FFFF`;
    const isOver = (number: string, content: string): string => `8${number.slice(1)} 0C ${content}`;
    const root = decode(
      tree,
      `${isOver(NUMBER, '0000')} ${isOver(NEXT, `0010 ${'00'.repeat(16)}`)}`,
    );
    expect(root.files[IMAGE.nodes.length]?.lifeCycle).toBe('terminated');
    expect(root.files[IMAGE.nodes.length + 1]?.lifeCycle).toBe('terminated');
  });

  it.each([
    ['no end', ''.padEnd(4, '0')],
    ['one end', 'FFFF'],
    ['two ends', 'FFFF FFFF'],
    ['half an end', 'FFFF FFFF FF'],
    ['something behind', 'FFFF FFFF FFFF 00'],
    ['the MF deleted', '0000 FFFF FFFF FFFF'],
    ['a file deleted that is not there', '0FFF FFFF FFFF FFFF'],
    ['a file deleted twice', '0007 0007 FFFF FFFF FFFF'],
    ['a file deleted and resized', '0007 FFFF FFFF 0007 0020 FFFF'],
    ['a file created with a number of the image', `FFFF 0007 0000 0018 ${TEMPLATE} FFFF FFFF`],
    [
      'a file created with the number of one that is gone',
      `0007 FFFF 0007 0000 0018 ${TEMPLATE} FFFF FFFF`,
    ],
    ['a file created twice', `FFFF ${`${NUMBER} 0000 0018 ${TEMPLATE} `.repeat(2)} FFFF FFFF`],
    [
      'two files of one FID',
      `FFFF ${NUMBER} 0000 0018 ${TEMPLATE} ${NEXT} 0000 0018 ${TEMPLATE} FFFF FFFF`,
    ],
    ['a file created in an EF', `FFFF ${NUMBER} 0007 0018 ${TEMPLATE} FFFF FFFF`],
    ['a file created in itself', `FFFF ${NUMBER} ${NUMBER} 0018 ${TEMPLATE} FFFF FFFF`],
    [
      'a file before its directory',
      `FFFF ${NEXT} ${NUMBER} 0018 ${TEMPLATE} ${NUMBER} 0000 001D ${DF} FFFF FFFF`,
    ],
    ['a file created in what is gone', `0003 FFFF ${NUMBER} 0003 0018 ${TEMPLATE} FFFF FFFF`],
    ['a template of another length', `FFFF ${NUMBER} 0000 0017 ${TEMPLATE} FFFF FFFF`],
    ['no template', `FFFF ${NUMBER} 0000 0000 FFFF FFFF`],
    [
      'a template that is terminated',
      `FFFF ${NUMBER} 0000 0018 ${TEMPLATE.replace('8A0105', '8A010C')} FFFF FFFF`,
    ],
    [
      'a template beyond the memory',
      `FFFF ${NUMBER} 0000 0018 ${TEMPLATE.replace('80020010', '8002FFFF')} FFFF FFFF`,
    ],
    ['a directory resized', 'FFFF FFFF 0000 0020 FFFF'],
    ['a file resized to nothing', 'FFFF FFFF 0007 0000 FFFF'],
    ['a file resized that is not there', 'FFFF FFFF 0FFF 0020 FFFF'],
    ['a file resized beyond the memory', 'FFFF FFFF 0007 80FF 0008 80FF FFFF'],
  ])('is refused with %s', (_what, tree) => {
    expect(() => decode(tree)).toThrow(DecodeError);
  });

  it.each([
    ['a created file of another length', `${NUMBER} 0001 00`],
    [
      'a created file in a state that there is not',
      `8${NUMBER.slice(1)} 06 0010 ${'00'.repeat(16)}`,
    ],
  ])('is refused with %s', (_what, files) => {
    expect(() => decode(`FFFF ${NUMBER} 0000 0018 ${TEMPLATE} FFFF FFFF`, files)).toThrow(
      DecodeError,
    );
  });

  it('is refused with the content of a file that is gone, and of one that has another size', () => {
    const content = `0007 000A ${'00'.repeat(10)}`;
    expect(decode('', content).files[7]).toBeDefined();
    expect(() => decode('0007 FFFF FFFF FFFF', content)).toThrow(DecodeError);
    expect(() => decode('FFFF FFFF 0007 0020 FFFF', content)).toThrow(DecodeError);
  });

  it('may have created what stands where another file was made smaller', () => {
    const image = { ...IMAGE, freeMemory: 0 };
    const [file] = [image.nodes.findIndex(({ fid }) => fid === 0x6f3c)];
    const root = [
      { kind: 'resize', file, size: 176 },
      { kind: 'create', file: image.nodes.length, parent: 0, description: EF },
    ].reduce((of, change) => applyChange(image, of, change as Change), image.root);
    const again = decodeRoot(image, encodeRoot(image, root));
    expect(seen(image, again)).toEqual(seen(image, root));
  });

  it('may have an EF of data objects with less room than those of the image need', () => {
    const image = makeImage(withFiles([EF_OBJECTS]));
    const file = image.nodes.length - 1;
    const emptied: Change = { kind: 'content', file, content: new Uint8Array(0) };
    const root = [emptied, { kind: 'resize', file, size: 3 } as const].reduce(
      (of, change) => applyChange(image, of, change),
      image.root,
    );
    const octets = encodeRoot(image, root);
    expect(seen(image, decodeRoot(image, octets))).toEqual(seen(image, root));
    // FFFF, FFFF, number 2, size 3: and as a card at rest never is, without its content.
    const number = file.toString(16).padStart(4, '0');
    expect(toHex(octets)).toMatch(new RegExp(`^${number}0000ffff.*ffffffff${number}0003ffff$`));
    const without = octets.slice(4);
    expect(encodeRoot(image, decodeRoot(image, without))).toEqual(octets);
    const [full, fuller] = ['0003 800142', '0004 80024242'].map((content) =>
      concat(fromHex(number + content), without),
    );
    expect(findNode(image, decodeRoot(image, full!), file)).toMatchObject({ capacity: 3 });
    expect(() => decodeRoot(image, fuller!)).toThrow(DecodeError);
  });
});
