/**
 * The sequence numbers of an AuC in a file: on the disk before the vector that has them leaves.
 *
 * @see docs/eap-aka.md, "What it keeps"
 * @module
 */

import { sha256 } from '@noble/hashes/sha2.js';
import type { Imsi } from '../bytes/identity.ts';
import type { SequencePosition } from '../network/eap-sim-database.ts';
import { decodePositions, encodePositions } from '../network/sequence-positions.ts';
import { openStateFile, type StateFile, type StateFileOptions } from '../transport/state-file.ts';
import { usageError } from './kept-card.ts';
import { tellProblem } from './output.ts';

/** Names the file of an AuC, so that it is not taken for that of a card. */
const DIGEST: Uint8Array = sha256(new TextEncoder().encode('vuicc-auc/1'));

/** Sequence numbers, and where they are kept. */
export interface KeptPositions {
  readonly all: ReadonlyMap<Imsi, SequencePosition>;
  /** Returns false when the position could not be kept: `all` is as it was. */
  keep(of: Imsi, position: SequencePosition): boolean;
  /** Lets go of the file. Nothing more is kept. */
  close(): void;
}

function readPositions({ kept }: StateFile): Map<Imsi, SequencePosition> {
  const { base = new Uint8Array(0), commits } = kept;
  return new Map([base, ...commits].flatMap((octets) => [...decodePositions(octets)]));
}

/**
 * Opens the file of sequence numbers, or makes it.
 *
 * @throws {UsageError} it cannot be used
 */
export function openPositions(
  state: string,
  options: Pick<StateFileOptions, 'compactAt'> = {},
): KeptPositions {
  let file: StateFile | undefined;
  try {
    file = openStateFile(state, DIGEST, { ...options, of: 'auc', onProblem: tellProblem });
    const opened = file;
    const all = readPositions(opened);
    return {
      all,
      keep(of, position) {
        if (!opened.append(encodePositions(new Map([[of, position]])))) return false;
        const atRest = (): Uint8Array => encodePositions(new Map(all).set(of, position));
        if (!opened.flush(atRest)) return false;
        all.set(of, position);
        return true;
      },
      close: () => opened.close(),
    };
  } catch (error) {
    file?.close();
    throw usageError(state, error);
  }
}
