/**
 * The file tree of a card as tests look at it.
 *
 * @see ETSI TS 102 221 §8, §11.1.1.3
 * @module
 */

import { toHex } from '../../../src/bytes/hex.ts';
import { encodeFcp } from '../../../src/card/files/fcp.ts';
import { sizeOf, subtree } from '../../../src/card/files/file-tree.ts';
import { type CardRoot, MF, nodeOf } from '../../../src/card/memory.ts';
import type { Uicc } from '../../../src/card/uicc.ts';

/** The FCP of every file that a card has, in hex: nothing else may come out as one. */
export function fcpsOf({ image, root }: Uicc): ReadonlySet<string> {
  return new Set(
    subtree(image, root, MF).map((file) =>
      toHex(encodeFcp(nodeOf(image, root, file), root.pins, { image, root })).toUpperCase(),
    ),
  );
}

/** Which files a card has, where and how large: in words that can be compared. */
export function treeOf({ image }: Uicc, root: CardRoot): readonly string[] {
  return subtree(image, root, MF).map((file) => {
    const node = nodeOf(image, root, file);
    return `${file} in ${node.parent}: ${node.kind === 'ef' ? sizeOf(node) : 'a directory'}`;
  });
}
