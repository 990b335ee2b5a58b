/**
 * One card's memory as it goes on: the present root, and the one way to a new one.
 *
 * @see docs/architecture.md, "The card changes by commits"
 * @module
 */

import type { CommitLog } from '../../apdu/commit-log.ts';
import {
  type CardImage,
  type CardRoot,
  type Change,
  type FileNode,
  type FileNumber,
  findNode,
  MF,
  nodeOf,
} from '../memory.ts';
import { applyChange } from './changes.ts';
import { encodeCommit, encodeRoot } from './commit-codec.ts';
import { FILES_MAX } from './tree-codec.ts';

/** One card's memory: the image, the present root, and the one way to a new root. */
export class CardMemory {
  readonly image: CardImage;
  readonly #log: CommitLog | undefined;
  #root: CardRoot;
  #nextFile: FileNumber;

  /**
   * @param log where commits are stored before they count; without one they count at once
   */
  constructor(image: CardImage, root: CardRoot, log: CommitLog | undefined) {
    this.image = image;
    this.#root = root;
    this.#log = log;
    this.#nextFile = image.nodes.length;
  }

  /** The present root; a value that may be kept. */
  get root(): CardRoot {
    return this.#root;
  }

  /** Nothing is done with the card any more. */
  get isTerminated(): boolean {
    return this.#root.files[MF]?.lifeCycle === 'terminated';
  }

  /**
   * Goes back to a root that was kept. The log is not told: it belongs to the card's own history.
   */
  rewind(root: CardRoot): void {
    this.#root = root;
  }

  /** Gives a file as the card sees it now. */
  node(file: FileNumber): FileNode {
    return nodeOf(this.image, this.#root, file);
  }

  /**
   * Gives a number for a file that is to be created.
   *
   * Numbers go round: one that was a deleted file's is not another's while a channel may still
   * stand there.
   *
   * @returns `undefined` when there are no more
   */
  newFile(): FileNumber | undefined {
    const first = this.image.nodes.length;
    for (let n = first; n < FILES_MAX; n++) {
      const file = this.#nextFile;
      this.#nextFile = file + 1 < FILES_MAX ? file + 1 : first;
      if (findNode(this.image, this.#root, file) === undefined) return file;
    }
    return undefined;
  }

  /**
   * Makes the changes, all of them or none.
   *
   * @returns false when they could not be stored; nothing has changed then
   */
  commit(changes: readonly Change[]): boolean {
    let root = this.#root;
    for (const change of changes) root = applyChange(this.image, root, change);
    if (this.#log !== undefined && !this.#log.append(encodeCommit(changes))) return false;
    this.#root = root;
    return true;
  }

  /**
   * Makes sure of all commits.
   *
   * @returns false when one is not certain; whoever gets that has to go back
   */
  flush(): boolean {
    return this.#log?.flush?.(() => encodeRoot(this.image, this.#root)) ?? true;
  }
}
