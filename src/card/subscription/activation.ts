/**
 * Activation: at a reset the staged change becomes effective, all of it in one commit.
 *
 * The file contents are computed now and not when the change was staged: the ME may have written
 * its location and keys while it was shutting down.
 *
 * @see docs/subscription-change.md; 3GPP TR 33.812 §5.4.2 (alternative 3b)
 * @module
 */

import { decodeSubscriptionParameters } from '../../ota/subscription-change.ts';
import type { CardMemory } from '../store/card-memory.ts';
import { subscriptionFiles } from './file-contents.ts';

/**
 * Makes a staged change effective; nothing is done with a card whose use was terminated.
 *
 * @returns false when there is one and it could not be stored: it stays staged then
 */
export function activateStagedChange(memory: CardMemory): boolean {
  const { image, root } = memory;
  if (root.staged === undefined || memory.isTerminated) return true;
  const files = subscriptionFiles({ image, root }, decodeSubscriptionParameters(root.staged));
  if (files === undefined) return false;
  return memory.commit([...files, { kind: 'activate', index: root.active + 1 }]);
}
